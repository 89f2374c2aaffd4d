//! Qualifies the drift judge: known drifts and changed looks, on drawn eyes with exact labels.
//!
//! `cargo run --release -p eval --example qualify -- [eyes] [folder for pictures]`
#![allow(clippy::print_stdout)]

#[path = "../tests/support/drawn_eye.rs"]
mod drawn_eye;
#[path = "../tests/support/qualification.rs"]
mod qualification;

use drawn_eye::Look;
use eval::drift::DriftOptions;
use eval::surface::Surface;
use eval::{FitOptions, fit_eye};
use image::{Rgb, RgbImage};
use qualification::{Known, Score, judge, known_drawn, known_rendered};
use rayon::prelude::*;
use simulator::eye::{EyeConfig, EyeSampler};
use simulator::sample::{Ellipse, Eye, Sample};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let eyes: u64 = arguments.next().map_or(Ok(200), |n| n.parse())?;
    let pictures = arguments.next();

    for contrast in [65.0, 40.0, 25.0, 8.0] {
        println!("\nDrawn eyes, pupil to iris {contrast} grey levels\n");
        table(|look, length| {
            let known = |id| known_drawn(id, contrast, look, direction(id).map(|v| v * length));
            (0..eyes).into_par_iter().map(known).collect()
        });
    }
    for (preset, about) in EyeConfig::PRESETS {
        println!("\nRenders, preset {preset}: {about}\n");
        let config = EyeConfig::preset(preset).ok_or("a preset without settings")?;
        let rendered = EyeSampler::new(config, 1)?.render_range(0..eyes);
        table(|look, length| {
            let known = |sample: &Sample<Eye>| {
                known_rendered(sample, look, direction(sample.id.0).map(|v| v * length))
            };
            rendered.par_iter().map(known).collect()
        });
        if let Some(folder) = &pictures {
            std::fs::create_dir_all(folder)?;
            overlay(&rendered)?.save(format!("{folder}/{preset}.png"))?;
        }
    }
    Ok(())
}

/// Enlarged eyes with the fitted pupil (red) and iris (green); the labels are the blue dots.
fn overlay(samples: &[Sample<Eye>]) -> Result<RgbImage, Box<dyn Error>> {
    const ZOOM: usize = 6;
    const COLUMNS: usize = 5;
    let (width, height) = samples.first().ok_or("no eye")?.frame.size();
    let rows = samples.len().min(40).div_ceil(COLUMNS);
    let size = [COLUMNS * width * ZOOM, rows * height * ZOOM].map(|v| v as u32);
    let mut image = RgbImage::new(size[0], size[1]);
    for (i, sample) in samples.iter().take(40).enumerate() {
        let origin = [i % COLUMNS * width * ZOOM, i / COLUMNS * height * ZOOM];
        let surface = Surface::new(&sample.frame);
        let to_eye = |v: usize| (v as f64 + 0.5) / ZOOM as f64 - 0.5;
        for y in 0..height * ZOOM {
            for x in 0..width * ZOOM {
                let level = surface.at([to_eye(x), to_eye(y)]).clamp(0.0, 255.0) as u8;
                image.put_pixel((origin[0] + x) as u32, (origin[1] + y) as u32, Rgb([level; 3]));
            }
        }
        let mut draw = |ellipse: &Ellipse, points: usize, color| {
            for k in 0..points {
                let point = ellipse.point(std::f32::consts::TAU * k as f32 / points as f32);
                let [x, y] = point.map(|v| ((f64::from(v) + 0.5) * ZOOM as f64).round());
                let inside = x >= 0.0 && y >= 0.0 && x < (width * ZOOM) as f64;
                if inside && y < (height * ZOOM) as f64 {
                    let (x, y) = (origin[0] + x as usize, origin[1] + y as usize);
                    image.put_pixel(x as u32, y as u32, Rgb(color));
                }
            }
        };
        let geometry = sample.label.geometry.as_ref();
        let fit = fit_eye(&sample.frame, geometry, &FitOptions::default());
        for label in geometry.iter().flat_map(|g| [g.pupil, g.iris]) {
            draw(&label, 40, [0, 90, 255]);
        }
        for (found, color) in [(fit.pupil, [255, 40, 40]), (fit.iris, [40, 220, 40])] {
            if let Ok(found) = found {
                draw(&found.ellipse, 400, color);
            }
        }
    }
    Ok(image)
}

/// A direction of the eye's own.
fn direction(id: u64) -> [f64; 2] {
    let angle = 2.399_963 * id as f64;
    [angle.cos(), angle.sin()]
}

fn table(pairs: impl Fn(Look, f64) -> Vec<Known>) {
    println!(
        "| look | drift px | by pupil: found, mean error, p95, bias, on label | by iris | combined |"
    );
    println!("| --- | ---: | --- | --- | --- |");
    for look in Look::EVERY {
        let lengths: &[f64] =
            if matches!(look, Look::Noise | Look::All) { &[0.0, 0.5, 1.0, 2.0] } else { &[0.0] };
        for &length in lengths {
            let [pupil, iris, combined] = judge(&pairs(look, length), &DriftOptions::default());
            println!(
                "| {look:?} | {length} | {} | {} | {} |",
                cell(&pupil),
                cell(&iris),
                cell(&combined)
            );
        }
    }
}

fn cell(score: &Score) -> String {
    let Some(error) = &score.error else { return "none found".into() };
    let label = score.label_error.as_ref().map_or("-".into(), |e| format!("{:.3}", e.mean));
    format!(
        "{:3.0} % {:.3} {:.3} ({:+.3} {:+.3}) {label}",
        100.0 * score.coverage,
        error.mean,
        error.p95,
        score.bias[0],
        score.bias[1]
    )
}
