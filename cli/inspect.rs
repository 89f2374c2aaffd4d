//! pipeline → studio: what a data set holds.

use crate::args::InspectArgs;
use crate::console::say;
use crate::images::{Images, with_images};
use crate::{claim, interrupt};
use anyhow::{Context, Result};
use pipeline::{Columns, Dataset, Found, MAX_TEXTS, Survey};
use simulator::sample::Sample;
use std::collections::BTreeMap;
use std::path::PathBuf;
use studio::chart::{self, Axes, Values};
use studio::overlay::{self, Shown};
use studio::{Block, Page, Section, sheet};

/// Width of a row of samples and of an enlarged sample in it, about, px; bins of a distribution.
const ROW_PX: usize = 1500;
const SAMPLE_PX: usize = 480;
const BINS: usize = 40;
/// Most enlargement of a sample.
const SCALE: usize = 4;

/// Columns that say how many samples are labelled, and with what.
const COUNTED: [(&str, &str); 4] = [
    ("gaze_pitch_rad", "with gaze"),
    ("joints_xyz_mm", "36 joints"),
    ("joints_common_xyz_mm", "21 joints"),
    ("joints_common_px", "21 in px"),
];
/// Width of the legend, px.
const LEGEND_WIDTH_PX: u32 = 900;

/// Rows whose labels are shown, about; of more, an even part of the row groups is read.
const SURVEY_ROWS: usize = 20_000;
/// Texts of a column that are listed.
const TEXTS: usize = 12;

pub fn run(args: InspectArgs) -> Result<()> {
    with_images!(Images::open(&args.dataset)?, dataset => inspect(&dataset, args))
}

fn inspect<M: Columns + Shown>(dataset: &Dataset<M>, args: InspectArgs) -> Result<()> {
    let out = args.out.unwrap_or_else(|| beside(&args.dataset));
    claim::page(&out, &[])?;
    if args.verify {
        dataset.verify()?;
    }
    let shown: Vec<Sample<M>> = dataset.samples().take(args.samples).collect::<Result<_, _>>()?;
    interrupt::check()?;
    let survey = dataset.survey(SURVEY_ROWS)?;
    interrupt::check()?;
    let facts = facts(dataset);
    page(dataset, &facts, &shown, &survey)?.write(&out)?;
    for (name, value) in facts {
        say!("{name:<10} {value}");
    }
    for column in &survey.columns {
        for (name, what) in COUNTED {
            if column.name == name && (column.known > 0 || name == "gaze_pitch_rad") {
                say!("{what:<10} {} of {}", column.known, survey.rows);
            }
        }
    }
    say!("page: {}", out.display());
    Ok(())
}

/// `rendered.html` beside `rendered/`.
fn beside(dataset: &std::path::Path) -> PathBuf {
    let mut name = dataset.file_name().unwrap_or("dataset".as_ref()).to_owned();
    name.push(".html");
    dataset.with_file_name(name)
}

/// What the manifest says.
fn facts<M: Columns>(dataset: &Dataset<M>) -> Vec<(&'static str, String)> {
    let manifest = dataset.manifest();
    let (width, height) = dataset.frame_size();
    let bytes: u64 = manifest.shards.iter().map(|shard| shard.bytes).sum();
    let seed = manifest.origin.seed.map_or("none".to_owned(), |seed| seed.to_string());
    vec![
        ("images", manifest.rows.to_string()),
        ("size", format!("{width}x{height} px")),
        ("domain", manifest.origin.domain.name().to_owned()),
        ("made by", manifest.origin.made_by.clone()),
        ("seed", seed),
        ("shards", manifest.shards.len().to_string()),
        ("bytes", bytes.to_string()),
    ]
}

fn page<M: Columns + Shown>(
    dataset: &Dataset<M>,
    facts: &[(&'static str, String)],
    shown: &[Sample<M>],
    survey: &Survey,
) -> Result<Page> {
    let title = format!("simreal: {}", dataset.dir().display());
    let mut page = Page::new(title, "What this data set holds.");
    for (name, value) in facts {
        page = page.fact(*name, value);
    }
    let width = dataset.frame_size().0;
    let scale = (SAMPLE_PX / width).clamp(1, SCALE);
    let (columns, scale) = ((ROW_PX / (width * scale)).clamp(2, 6), scale as u32);
    let images: Vec<_> = shown.iter().map(|sample| sheet::with_labels(sample, scale)).collect();
    let samples = Section::new("Samples", "")
        .block(Block::picture(
            &sheet::mosaic(&images, columns),
            "Samples with their labels",
            "The first samples by id, their labels drawn on them.",
        )?)
        .block(Block::picture(
            &overlay::legend::<M>(LEGEND_WIDTH_PX),
            "Legend: what each colour means",
            "What each colour means.",
        )?);
    page = page.section(masks(samples, shown, scale, columns)?);
    if let Some(gaze) = gaze(survey)? {
        page = page.section(gaze);
    }
    page = page.section(labels(survey, dataset.len()));
    let origin = serde_json::to_string_pretty(&dataset.manifest().origin)
        .context("the origin has no JSON form")?;
    Ok(page.section(Section::new("Origin", "What made it.").block(Block::code(origin))))
}

/// With the class masks of the samples, if they have any.
fn masks<M: Shown>(
    section: Section,
    shown: &[Sample<M>],
    scale: u32,
    columns: usize,
) -> Result<Section> {
    let images: Vec<_> =
        shown.iter().filter_map(|sample| overlay::with_mask(sample, scale)).collect();
    if images.is_empty() {
        return Ok(section);
    }
    let mosaic = sheet::mosaic(&images, columns);
    let legend = overlay::mask_legend::<M>(LEGEND_WIDTH_PX);
    Ok(section
        .block(Block::picture(&mosaic, "Samples with their masks", "What each pixel shows.")?)
        .block(Block::picture(&legend, "Legend: classes", "What each colour means.")?))
}

/// The distribution of gaze in two dimensions, if there is any.
fn gaze(survey: &Survey) -> Result<Option<Section>> {
    let angle = |name: &str| {
        let column = survey.columns.iter().find(|column| column.name == name)?;
        match &column.values {
            Found::Numbers(places) => places.first().filter(|values| !values.is_empty()),
            _ => None,
        }
    };
    let (Some(pitch), Some(yaw)) = (angle("gaze_pitch_rad"), angle("gaze_yaw_rad")) else {
        return Ok(None);
    };
    let points: Vec<_> =
        yaw.iter().zip(pitch).map(|(yaw, pitch)| (yaw.to_degrees(), pitch.to_degrees())).collect();
    let axes = Axes::new("yaw, to the image's left (°)", "pitch, up (°)");
    let text = "Where the eyes look; (0°, 0°) is into the camera.";
    let density = Block::chart(chart::density(&axes, &points, BINS)?, "Images per cell.");
    Ok(Some(Section::new("Gaze", text).block(density)))
}

/// The distribution of every label, column by column as the schema has them.
fn labels(survey: &Survey, images: usize) -> Section {
    let read = if survey.rows == images {
        format!("All {images} images.")
    } else {
        let rows = survey.rows;
        format!("{rows} of {images} images, in row groups spread evenly over all of them.")
    };
    let axis = "Each on an axis of its own, from its least to its greatest value, with the median \
                between them. Meanings stand in the data set's README.md.";
    let mut section = Section::new("Labels", format!("{read}\n\n{axis}"));
    let mut scalars = Vec::new();
    let mut blocks = Vec::new();
    for column in &survey.columns {
        let name = match column.known {
            known if known == survey.rows => column.name.to_owned(),
            known => format!("{} ({known})", column.name),
        };
        let caption = format!("{name}: {}.", column.meaning);
        match &column.values {
            _ if column.known == 0 => {}
            Found::Numbers(places) if places.len() == 1 => {
                scalars
                    .extend(places.iter().map(|values| Values::new(name.clone(), values.clone())));
            }
            Found::Numbers(places) => {
                let places = places.iter().enumerate();
                let places: Vec<_> =
                    places.map(|(k, v)| Values::new(format!("[{k}]"), v.clone())).collect();
                blocks.push(Block::chart(chart::multiples(&places), caption));
            }
            Found::Lists { lengths, values } => {
                let both = [
                    Values::new("how many", lengths.clone()),
                    Values::new("values", values.clone()),
                ];
                blocks.push(Block::chart(chart::multiples(&both), caption));
            }
            Found::Files(lengths) => {
                scalars.push(Values::new(format!("{name}, bytes"), lengths.clone()));
            }
            Found::Texts(counts) => blocks.push(texts(counts, caption)),
        }
    }
    section = section.block(Block::chart(
        chart::multiples(&scalars),
        "Columns with one number. In brackets: how many images have it, where not all do.",
    ));
    let unknown: Vec<_> = survey
        .columns
        .iter()
        .filter(|column| column.known == 0)
        .map(|column| column.name)
        .collect();
    let section = blocks.into_iter().fold(section, Section::block);
    if unknown.is_empty() {
        return section;
    }
    section.block(Block::note(format!("Unknown in all of them: {}.", unknown.join(", "))))
}

/// The most frequent texts of a column.
fn texts(counts: &BTreeMap<String, usize>, caption: String) -> Block {
    let mut sorted: Vec<_> = counts.iter().collect();
    sorted.sort_by_key(|(text, count)| (std::cmp::Reverse(**count), *text));
    let rows =
        sorted.iter().take(TEXTS).map(|(text, count)| vec![(*text).clone(), count.to_string()]);
    let more = match counts.len() {
        n if n >= MAX_TEXTS => format!(" {n} or more different ones."),
        n if n > TEXTS => format!(" {n} different ones."),
        _ => String::new(),
    };
    Block::table(caption + &more, ["value", "images"], rows)
}
