//! What storing an image costs beside rendering it: CPU time of encoding, compressing, hashing and
//! writing, for rendered eyes with the labels that the renderer gives, and with every label there is
//! (landmarks, class mask, lights and all).
//!
//! `cargo run --release -p pipeline --example writer_cost` (Linux: it reads /proc/self/stat)
#![allow(clippy::print_stdout, missing_docs)]

#[path = "../tests/support/mod.rs"]
mod support;

use pipeline::{ImageCodec, Job, ShardedWriter, WriterOptions};
use simulator::eye::{EyeConfig, EyeSampler};
use simulator::sample::{Eye, Sample, SampleId};
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
            let (micros, bytes) = cost(samples, image)?;
            println!("{image:?}, {labels}: {micros:.0} us of CPU and {bytes} bytes an image");
        }
    }
    Ok(())
}

/// Microseconds of CPU time and bytes for each image.
fn cost(samples: &[Sample<Eye>], image: ImageCodec) -> Result<(f64, u64), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let options = WriterOptions { image, ..WriterOptions::for_images(60, 36, 1) };
    let settings = ("settings.toml", String::new());
    let job = Job {
        origin: support::origin(),
        ids: 0..IMAGES,
        by_position: false,
        shards: None,
        options,
        settings,
    };
    let writer = ShardedWriter::<Eye>::open(&folder.path().join("eyes"), job)?;
    let copy = |id: u64| Sample { id: SampleId(id), ..samples[(id % RENDERS) as usize].clone() };
    let make = |ids: Range<u64>| Some(ids.map(copy).collect());
    let before = cpu_seconds()?;
    for shard in 0..writer.shards() {
        writer.write(shard, make, |_| {})?;
    }
    let dataset = writer.finish()?.ok_or("a shard is missing")?;
    let micros = (cpu_seconds()? - before) / IMAGES as f64 * 1e6;
    let bytes: u64 = dataset.manifest().shards.iter().map(|shard| shard.bytes).sum();
    Ok((micros, bytes / IMAGES))
}

/// User and system time of this process so far.
fn cpu_seconds() -> Result<f64, Box<dyn Error>> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: u64 = fields.skip(11).take(2).map(str::parse::<u64>).sum::<Result<u64, _>>()?;
    // A tick is 10 ms on every Linux.
    Ok(ticks as f64 / 100.0)
}
