//! Qualifies the drift judge: known drifts and changed looks, on drawn eyes with exact labels and on
//! renders. Once the whole image moves, once the eyeball alone between lids that stay.
//!
//! `cargo run --release -p eval --example qualify -- [eyes] [folder for pictures] [presets, or drawn]`
#![allow(clippy::print_stdout)]

#[path = "../tests/support/drawn_eye.rs"]
mod drawn_eye;
#[path = "../tests/support/qualification.rs"]
mod qualification;

use drawn_eye::Look;
use eval::drift::{DriftOptions, REFERENCE_WIDTH_PX};
use eval::surface::Surface;
use eval::{FitOptions, fit_eye};
use image::{Rgb, RgbImage};
use qualification::{
    Known, Score, direction, judge, known_drawn, known_drawn_turned, known_rendered,
    known_rendered_turned,
};
use rayon::prelude::*;
use simulator::eye::{EyeConfig, EyeSampler};
use simulator::sample::{Ellipse, Eye, Sample};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let eyes: u64 = arguments.next().map_or(Ok(200), |n| n.parse())?;
    let pictures = arguments.next().filter(|folder| folder != "-");
    let only: Vec<String> = arguments.collect();
    let wanted = |name: &str| only.is_empty() || only.iter().any(|o| o == name);

    for contrast in [65.0, 40.0, 25.0, 8.0].into_iter().filter(|_| wanted("drawn")) {
        println!("\nDrawn eyes, pupil to iris {contrast} grey levels\n");
        table(|moves, look, length| {
            let known = |id| {
                let shift = direction(id, length * 60.0 / REFERENCE_WIDTH_PX);
                match moves {
                    Moves::Image => known_drawn(id, contrast, look, shift),
                    Moves::Eyeball => known_drawn_turned(id, contrast, look, shift),
                }
            };
            (0..eyes).into_par_iter().map(known).collect()
        });
    }
    for (preset, about) in EyeConfig::PRESETS.iter().filter(|(name, _)| wanted(name)) {
        println!("\nRenders, preset {preset}: {about}\n");
        let config = EyeConfig::preset(preset).ok_or("a preset without settings")?;
        let rendered: Vec<Sample<Eye>> = EyeSampler::new(config, 1)?.render_range(0..eyes);
        let in_view: Vec<&Sample<Eye>> = rendered
            .iter()
            .filter(|s| s.label.geometry.as_ref().is_some_and(|g| g.iris_visible >= IN_VIEW))
            .collect();
        println!("{} of {eyes} eyes show {IN_VIEW} of their iris or more.\n", in_view.len());
        table(|moves, look, length| {
            let known = |sample: &&Sample<Eye>| {
                let scale = sample.frame.width() as f64 / REFERENCE_WIDTH_PX;
                let shift = direction(sample.id.0, length * scale);
                match moves {
                    Moves::Image => known_rendered(sample, look, shift),
                    Moves::Eyeball => known_rendered_turned(sample, look, shift),
                }
            };
            in_view.par_iter().map(known).collect()
        });
        if let Some(folder) = &pictures {
            std::fs::create_dir_all(folder)?;
            overlay(&rendered)?.save(format!("{folder}/{preset}.png"))?;
        }
    }
    Ok(())
}

/// Share of the iris from which a pair counts as one whose iris is in view.
const IN_VIEW: f32 = 0.2;

/// What a known drift moves.
#[derive(Debug, Clone, Copy)]
enum Moves {
    Image,
    Eyeball,
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

fn table(pairs: impl Fn(Moves, Look, f64) -> Vec<Known>) {
    println!(
        "| moved | look | drift px at 55 | registered: found, mean error, p95, bias | by pupil, on label \
         | by iris | by either ellipse |"
    );
    println!("| --- | --- | ---: | --- | --- | --- | --- |");
    for moves in [Moves::Image, Moves::Eyeball] {
        for look in Look::EVERY {
            let lengths: &[f64] = match look {
                Look::Noise | Look::Texture | Look::All => &[0.0, 0.5, 1.0, 2.0],
                _ => &[0.0],
            };
            for &length in lengths {
                let scores = judge(&pairs(moves, look, length), &DriftOptions::default());
                let cells = scores.each_ref().map(cell).join(" | ");
                println!("| {moves:?} | {look:?} | {length} | {cells} |");
            }
        }
    }
}

fn cell(score: &Score) -> String {
    let Some(error) = &score.error else { return "none found".into() };
    let label = score.label_error.as_ref().map_or(String::new(), |e| format!(" {:.3}", e.mean));
    format!(
        "{:3.0} % {:.3} {:.3} ({:+.3} {:+.3}){label}",
        100.0 * score.coverage,
        error.mean,
        error.p95,
        score.bias[0],
        score.bias[1]
    )
}
