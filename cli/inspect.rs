//! pipeline → studio: what a data set holds.

use crate::args::InspectArgs;
use crate::console::Progress;
use crate::interrupt;
use anyhow::{Context, Result};
use pipeline::Dataset;
use simulator::sample::{Eye, Gaze, Sample};
use std::path::PathBuf;
use studio::chart::{self, Axes, Values};
use studio::{Block, Page, Section, overlay, sheet};

/// Enlargement of a sample, samples in a row, and bins of a distribution.
const SCALE: u32 = 4;
const COLUMNS: usize = 6;
const BINS: usize = 40;
/// Width of the legend, px.
const LEGEND_WIDTH_PX: u32 = 900;

pub fn run(args: InspectArgs) -> Result<()> {
    let dataset: Dataset<Eye> = Dataset::open(&args.dataset)?;
    if args.verify {
        dataset.verify()?;
    }
    let mut progress = Progress::start("inspect", dataset.len() as u64, "images");
    let mut shown: Vec<Sample<Eye>> = Vec::new();
    let mut gazes: Vec<Gaze> = Vec::new();
    for (done, sample) in dataset.samples().enumerate() {
        interrupt::check()?;
        let sample = sample?;
        gazes.extend(sample.label.gaze);
        if shown.len() < args.samples {
            shown.push(sample);
        }
        progress.set(done as u64 + 1, "");
    }
    progress.finish(&format!("{} images read", dataset.len()));
    let out = args.out.unwrap_or_else(|| beside(&args.dataset));
    page(&dataset, &shown, &gazes)?.write(&out)?;
    print_facts(&dataset, gazes.len());
    println!("page: {}", out.display());
    Ok(())
}

/// `rendered.html` beside `rendered/`.
fn beside(dataset: &std::path::Path) -> PathBuf {
    let mut name = dataset.file_name().unwrap_or("dataset".as_ref()).to_owned();
    name.push(".html");
    dataset.with_file_name(name)
}

/// What the manifest says, and how many images have a gaze.
fn facts(dataset: &Dataset<Eye>, labelled: usize) -> Vec<(&'static str, String)> {
    let manifest = dataset.manifest();
    let (width, height) = dataset.frame_size();
    let bytes: u64 = manifest.shards.iter().map(|shard| shard.bytes).sum();
    let seed = manifest.origin.seed.map_or("none".to_owned(), |seed| seed.to_string());
    vec![
        ("images", manifest.rows.to_string()),
        ("size", format!("{width}x{height} px")),
        ("domain", manifest.origin.domain.name().to_owned()),
        ("with gaze", labelled.to_string()),
        ("made by", manifest.origin.made_by.clone()),
        ("seed", seed),
        ("shards", manifest.shards.len().to_string()),
        ("bytes", bytes.to_string()),
    ]
}

fn print_facts(dataset: &Dataset<Eye>, labelled: usize) {
    for (name, value) in facts(dataset, labelled) {
        println!("{name:<10} {value}");
    }
}

fn page(dataset: &Dataset<Eye>, shown: &[Sample<Eye>], gazes: &[Gaze]) -> Result<Page> {
    let title = format!("simreal: {}", dataset.dir().display());
    let mut page = Page::new(title, "What this data set holds.");
    for (name, value) in facts(dataset, gazes.len()) {
        page = page.fact(name, value);
    }
    let images: Vec<_> = shown.iter().map(|sample| sheet::with_labels(sample, SCALE)).collect();
    let samples = Section::new("Samples", "")
        .block(Block::picture(
            &sheet::mosaic(&images, COLUMNS),
            "Samples with their labels",
            "The first samples by id, their labels drawn on them.",
        )?)
        .block(Block::picture(
            &overlay::legend(LEGEND_WIDTH_PX),
            "Legend: what each colour means",
            "What each colour means.",
        )?);
    page = page.section(samples);
    if !gazes.is_empty() {
        let degrees = |angle: f32| f64::from(angle.to_degrees());
        let points: Vec<_> = gazes.iter().map(|g| (degrees(g.yaw), degrees(g.pitch))).collect();
        let axes = Axes::new("yaw, to the image's left (°)", "pitch, up (°)");
        let pitch =
            Values::new("pitch", gazes.iter().map(|g| degrees(g.pitch)).collect::<Vec<_>>());
        let yaw = Values::new("yaw", gazes.iter().map(|g| degrees(g.yaw)).collect::<Vec<_>>());
        let angle = Axes::new("angle (°)", "share of images (%)");
        page = page.section(
            Section::new("Gaze", "Where the eyes look; (0°, 0°) is into the camera.")
                .block(Block::chart(chart::density(&axes, &points, BINS)?, "Images per cell."))
                .block(Block::chart(
                    chart::histogram(&angle, &[pitch, yaw], BINS)?,
                    "The same, an angle at a time.",
                )),
        );
    }
    let origin = serde_json::to_string_pretty(&dataset.manifest().origin)
        .context("the origin has no JSON form")?;
    Ok(page.section(Section::new("Origin", "What made it.").block(Block::code(origin))))
}
