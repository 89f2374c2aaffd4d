//! What storing an image costs beside rendering it: CPU time of encoding, compressing, hashing and
//! writing, for rendered eyes with the labels that the renderer gives, and with every label there is
//! (landmarks, class mask, lights and all); and for depth hands of 224x224 px with sensor depth, clean
//! depth and parts.
//!
//! `cargo run --release -p pipeline --example writer_cost` (Linux: it reads /proc/self/stat)
#![allow(clippy::print_stdout, missing_docs)]

#[path = "../tests/support/mod.rs"]
mod support;

use pipeline::{Columns, ImageCodec, Job, ShardedWriter, WriterOptions};
use simulator::eye::{EyeConfig, EyeSampler};
use simulator::sample::{Domain, Frame, Hand, HandLabel, Sample, SampleId};
use std::error::Error;
use std::ops::Range;

/// Renders that are written over and over under new ids.
const RENDERS: u64 = 1024;
const IMAGES: u64 = 64 * 1024;

fn main() -> Result<(), Box<dyn Error>> {
    let sampler = EyeSampler::new(EyeConfig::preset("mpiigaze").unwrap_or_default(), 1)?;
    let renders = sampler.render_range::<simulator::sample::Eye>(0..RENDERS);
    let full = |k: usize| Sample { label: support::sample(k as u64).label, ..renders[k].clone() };
    let fully: Vec<_> = (0..renders.len()).map(full).collect();
    for (labels, samples) in [("the renderer's labels", &renders), ("every label", &fully)] {
        for image in [ImageCodec::Png, ImageCodec::Pgm] {
            let (micros, bytes) = cost(samples, image, WriterOptions::for_images(60, 36, 1))?;
            println!("{image:?}, {labels}: {micros:.0} us of CPU and {bytes} bytes an image");
        }
    }
    let hands: Vec<_> = (0..64).map(hand).collect();
    for image in [ImageCodec::Png, ImageCodec::Pgm] {
        let (micros, bytes) = cost(&hands, image, WriterOptions::for_images(SIDE, SIDE, 5))?;
        println!("{image:?}, hands: {micros:.0} us of CPU and {bytes} bytes an image");
    }
    Ok(())
}

/// Side of an image of a hand, px.
const SIDE: usize = 224;

/// Five round fingers and a palm 800 mm away, rounded to what a Kinect's disparity can tell, with
/// 1 mm of noise: no easier to compress than a hand.
fn hand(id: u64) -> Sample<Hand> {
    let mut state = id;
    let mut noise = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 40) as f32 / (1 << 24) as f32 - 0.5
    };
    // How deep the pixel lies in its part, 0 to 1 (its middle), and which part that is.
    let part = |x: usize, y: usize| {
        let (x, y) = (x as f32 - (id % 9) as f32, y as f32);
        let palm = 1.0 - ((x - 112.0) / 48.0).hypot((y - 150.0) / 50.0);
        let finger = |k: i32| {
            let middle = 72.0 + 20.0 * k as f32 + (150.0 - y) * 0.1 * (k - 2) as f32;
            let within = (20.0..130.0).contains(&y);
            if within { 1.0 - ((x - middle) / 9.0).abs() } else { -1.0 }
        };
        let parts = (0..5).map(|k| (finger(k), 3 + k as u8)).chain([(palm, 1)]);
        parts.filter(|(depth, _)| *depth > 0.0).max_by(|a, b| a.0.total_cmp(&b.0))
    };
    let clean = Frame::from_fn(SIDE, SIDE, |x, y| {
        part(x, y).map_or(0, |(depth, _)| (800.0 + y as f32 * 0.2 - 12.0 * depth.sqrt()) as u16)
    });
    let frame = Frame::from_fn(SIDE, SIDE, |x, y| match clean.get(x, y) {
        0 => 0,
        // Disparity in eighths of a pixel: 8 * 588 px * 75 mm over the depth.
        depth => (352_800.0 / (352_800.0 / (f32::from(depth) + 2.0 * noise())).round()) as u16,
    });
    let parts = Frame::from_fn(SIDE, SIDE, |x, y| part(x, y).map_or(0, |(_, part)| part));
    let label = support::hand(id).label;
    let label = HandLabel { clean_mm: Some(clean), parts: Some(parts), ..label };
    Sample { id: SampleId(id), domain: Domain::Synthetic, frame, label }
}

/// Microseconds of CPU time and bytes for each image.
fn cost<M: Columns>(
    samples: &[Sample<M>],
    image: ImageCodec,
    sized: WriterOptions,
) -> Result<(f64, u64), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let options = WriterOptions { image, ..sized };
    // About as many pixels, whatever the size of an image.
    let images = IMAGES.min(32 * options.row_group_rows as u64);
    let settings = ("settings.toml", String::new());
    let job = Job {
        origin: support::origin(),
        ids: 0..images,
        by_position: false,
        shards: None,
        options,
        settings,
    };
    let writer = ShardedWriter::<M>::open(&folder.path().join("samples"), job)?;
    let copy =
        |id: u64| Sample { id: SampleId(id), ..samples[id as usize % samples.len()].clone() };
    let make = |ids: Range<u64>| Some(ids.map(copy).collect());
    let before = cpu_seconds()?;
    for shard in 0..writer.shards() {
        writer.write(shard, make, |_| {})?;
    }
    let dataset = writer.finish()?.ok_or("a shard is missing")?;
    let micros = (cpu_seconds()? - before) / images as f64 * 1e6;
    let bytes: u64 = dataset.manifest().shards.iter().map(|shard| shard.bytes).sum();
    Ok((micros, bytes / images))
}

/// User and system time of this process so far.
fn cpu_seconds() -> Result<f64, Box<dyn Error>> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: u64 = fields.skip(11).take(2).map(str::parse::<u64>).sum::<Result<u64, _>>()?;
    // A tick is 10 ms on every Linux.
    Ok(ticks as f64 / 100.0)
}
