//! A grid of rendered hands, for the eye, and how fast they are rendered:
//! `cargo run --release -p simulator --example hands -- kinect hands.png`. A third argument sets the seed.
//!
//! Depth is shown as light from the left above on the surface, darker with depth; what returned nothing is
//! black. The common 21 joints are dots: green where they are seen, red where something covers them.
#![allow(clippy::print_stdout)]

use image::{Rgb, RgbImage, imageops};
use simulator::hand::{HandConfig, HandSampler};
use simulator::sample::{Frame, Hand, JointVisibility, Sample};
use std::error::Error;
use std::path::PathBuf;
use std::time::Instant;

const COLUMNS: usize = 8;
const HANDS: usize = 40;
/// Frames that the speed is measured over.
const TIMED: u64 = 2000;
/// What lies this far behind the nearest point is black, mm.
const SPAN_MM: f32 = 250.0;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let preset = arguments.next().unwrap_or("nyu".into());
    let path = PathBuf::from(arguments.next().unwrap_or("hands.png".into()));
    let seed = arguments.next().map_or(Ok(1), |seed| seed.parse())?;
    let config = HandConfig::preset(&preset).ok_or(format!("no preset is named {preset}"))?;
    let sampler = HandSampler::new(config, seed)?;
    sheet(&sampler.render_range(0..HANDS as u64)).save(&path)?;
    println!("{}", path.display());
    let start = Instant::now();
    let frames = sampler.render_range(0..TIMED).len() as f64;
    println!("{preset}: {:.0} frames a second", frames / start.elapsed().as_secs_f64());
    Ok(())
}

/// Each hand as the sensor saw it, and without the sensor below.
fn sheet(samples: &[Sample<Hand>]) -> RgbImage {
    let (width, height) = samples[0].frame.size();
    let rows = samples.len().div_ceil(COLUMNS);
    let mut sheet = RgbImage::new((COLUMNS * width) as u32, (2 * rows * height) as u32);
    for (k, sample) in samples.iter().enumerate() {
        let (column, row) = (k % COLUMNS, k / COLUMNS);
        let mut place = |tile: &RgbImage, row: usize| {
            imageops::replace(&mut sheet, tile, (column * width) as i64, (row * height) as i64);
        };
        place(&shaded(&sample.frame), 2 * row);
        if let Some(clean) = &sample.label.clean_mm {
            let mut tile = shaded(clean);
            dots(&mut tile, sample);
            place(&tile, 2 * row + 1);
        }
    }
    sheet
}

fn shaded(depth: &Frame<u16>) -> RgbImage {
    let nearest = depth.pixels().iter().filter(|&&mm| mm > 0).min();
    let nearest = f32::from(nearest.copied().unwrap_or(0));
    let (width, height) = depth.size();
    let at = |x: usize, y: usize| f32::from(depth.get(x.min(width - 1), y.min(height - 1)));
    RgbImage::from_fn(width as u32, height as u32, |x, y| {
        let (x, y) = (x as usize, y as usize);
        let z = at(x, y);
        if z == 0.0 {
            return Rgb([0, 0, 0]);
        }
        let slope = |other: f32| if other == 0.0 { 0.0 } else { (other - z).clamp(-4.0, 4.0) };
        let light = 1.0 - 0.10 * slope(at(x + 1, y)) - 0.10 * slope(at(x, y + 1));
        let near = (1.0 - (z - nearest) / SPAN_MM).clamp(0.08, 1.0);
        Rgb([(230.0 * near * light.clamp(0.3, 1.1)).min(255.0) as u8; 3])
    })
}

fn dots(tile: &mut RgbImage, sample: &Sample<Hand>) {
    let (Some(joints), Some(camera)) = (&sample.label.joints_common, &sample.label.camera) else {
        return;
    };
    for joint in joints {
        let color = match joint.visibility {
            Some(JointVisibility::Visible) => Rgb([60, 230, 60]),
            _ => Rgb([240, 60, 60]),
        };
        let [u, v, _] = joint.uvd(camera);
        for (x, y) in [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(x, y)| (u as i64 + x, v as i64 + y)) {
            if (0..tile.width() as i64).contains(&x) && (0..tile.height() as i64).contains(&y) {
                tile.put_pixel(x as u32, y as u32, color);
            }
        }
    }
}
