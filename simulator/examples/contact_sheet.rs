//! A grid of renders, for the eye: `cargo run --release -p simulator --example contact_sheet --
//! mpiigaze sheet.png`. It writes `sheet.png` and, with pupil, iris, lids and gaze drawn in,
//! `sheet_labels.png`. A third argument sets the seed.
#![allow(clippy::print_stdout)]

use image::{Rgb, RgbImage, imageops};
use simulator::eye::{EyeConfig, EyeSampler};
use simulator::sample::{Ellipse, Eye, Sample};
use std::error::Error;
use std::path::PathBuf;

const COLUMNS: u32 = 12;
const ROWS: u32 = 6;
const ZOOM: u32 = 2;
const ZOOM_LABELS: u32 = 4;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let preset = arguments.next().unwrap_or("mpiigaze".into());
    let path = PathBuf::from(arguments.next().unwrap_or("sheet.png".into()));
    let seed = arguments.next().map_or(Ok(1), |seed| seed.parse())?;
    let config = EyeConfig::preset(&preset).ok_or(format!("no preset is named {preset}"))?;
    let samples = EyeSampler::new(config, seed)?.render_range(0..(COLUMNS * ROWS) as u64);

    sheet(&samples, COLUMNS, ZOOM, |_, _| ()).save(&path)?;
    let labelled = path.with_file_name(format!(
        "{}_labels.png",
        path.file_stem().unwrap_or_default().to_string_lossy()
    ));
    sheet(&samples[..24], 6, ZOOM_LABELS, draw_label).save(&labelled)?;
    println!("{}\n{}", path.display(), labelled.display());
    Ok(())
}

/// All samples in rows, enlarged, with something drawn over each.
fn sheet(
    samples: &[Sample<Eye>],
    columns: u32,
    zoom: u32,
    draw: impl Fn(&mut RgbImage, &Sample<Eye>),
) -> RgbImage {
    let (width, height) = samples[0].frame.size();
    let (width, height) = (width as u32 * zoom, height as u32 * zoom);
    let rows = (samples.len() as u32).div_ceil(columns);
    let mut sheet = RgbImage::new(columns * width, rows * height);
    for (k, sample) in samples.iter().enumerate() {
        let frame = &sample.frame;
        let tile = RgbImage::from_fn(frame.width() as u32, frame.height() as u32, |x, y| {
            Rgb([frame.get(x as usize, y as usize); 3])
        });
        let mut tile = imageops::resize(&tile, width, height, imageops::FilterType::CatmullRom);
        draw(&mut tile, sample);
        let (column, row) = (k as u32 % columns, k as u32 / columns);
        imageops::replace(&mut sheet, &tile, (column * width) as i64, (row * height) as i64);
    }
    sheet
}

fn draw_label(tile: &mut RgbImage, sample: &Sample<Eye>) {
    let (Some(geometry), Some(gaze)) = (&sample.label.geometry, sample.label.gaze) else { return };
    let mut dot = |[x, y]: [f32; 2], color: [u8; 3]| {
        let zoom = ZOOM_LABELS as f32;
        let (x, y) = ((x + 0.5) * zoom, (y + 0.5) * zoom);
        if x >= 0.0 && y >= 0.0 && x < tile.width() as f32 && y < tile.height() as f32 {
            tile.put_pixel(x as u32, y as u32, Rgb(color));
        }
    };
    let mut ellipse = |ellipse: &Ellipse, color| {
        (0..200).for_each(|k| dot(ellipse.point(k as f32 * 0.0315), color));
    };
    ellipse(&geometry.iris, [80, 220, 80]);
    ellipse(&geometry.pupil, [240, 80, 80]);
    for lid in [&geometry.upper_lid, &geometry.lower_lid] {
        for pair in lid.windows(2) {
            for k in 0..20 {
                let t = k as f32 / 20.0;
                let at = |axis: usize| pair[0][axis] + (pair[1][axis] - pair[0][axis]) * t;
                dot([at(0), at(1)], [90, 160, 250]);
            }
        }
    }
    // The gaze as it is seen in the image, from the pupil.
    let g = gaze.to_vector();
    for k in 0..60 {
        let t = k as f32 * 0.4;
        let [x, y] = geometry.pupil.center;
        dot([x + t * g.x as f32, y + t * g.y as f32], [250, 220, 60]);
    }
}
