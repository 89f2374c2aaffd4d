//! datasets → pipeline.

use crate::args::{IngestArgs, IngestHandArgs};
use crate::console::{Progress, note, say};
use crate::interrupt;
use anyhow::{Result, bail};
use datasets::hand::{self, HandOptions};
use datasets::unityeyes::{self, UnityEyesOptions};
use datasets::{Layout, folder, mpiigaze};
use pipeline::{Columns, Dataset, DatasetWriter, Origin, WriterOptions};
use simulator::sample::{Domain, Eye, Hand, Sample};
use std::path::Path;

pub fn run(args: IngestArgs) -> Result<()> {
    let count = match datasets::detect(&args.source) {
        Layout::NyuHands | Layout::MsraHands | Layout::DepthFolder => hands("ingest", &args)?.len(),
        _ => eyes("ingest", &args)?.len(),
    };
    say!("{} ({count} images)", args.out.display());
    Ok(())
}

/// Reads a folder of eyes, with no options, into a new data set.
pub fn folder(station: &str, source: &Path, out: &Path) -> Result<Dataset<Eye>> {
    eyes(station, &plain(source, out))
}

/// Reads depth hands into a new data set of squares of `side_px`.
pub fn cut_hands(
    station: &str,
    source: &Path,
    out: &Path,
    side_px: usize,
    cut: IngestHandArgs,
) -> Result<Dataset<Hand>> {
    let size = Some((side_px, side_px));
    hands(station, &IngestArgs { size, hands: cut, ..plain(source, out) })
}

/// No options.
fn plain(source: &Path, out: &Path) -> IngestArgs {
    IngestArgs {
        source: source.to_owned(),
        out: out.to_owned(),
        mirror: false,
        equalize: false,
        size: None,
        subjects: Vec::new(),
        hands: IngestHandArgs { whole: false, cube: None, focal: None, foreground: None },
    }
}

/// Reads eyes into a new data set.
fn eyes(station: &str, args: &IngestArgs) -> Result<Dataset<Eye>> {
    let IngestHandArgs { whole, cube, focal, foreground } = args.hands;
    if whole || cube.is_some() || focal.is_some() || foreground.is_some() {
        bail!(
            "{} holds no depth hands: leave out --whole, --cube, --focal and --foreground",
            args.source.display()
        );
    }
    let config = |layout: &str| {
        serde_json::json!({
            "layout": layout,
            "mirror": args.mirror,
            "equalize": args.equalize,
            "size": args.size,
            "subjects": args.subjects,
        })
    };
    match datasets::detect(&args.source) {
        Layout::MpiiGaze => {
            if args.mirror || args.equalize || args.size.is_some() {
                bail!(
                    "{} is MPIIGaze, whose images are normalised already: leave out --mirror, \
                     --equalize and --size",
                    args.source.display()
                );
            }
            let options = mpiigaze::MpiiGazeOptions { subjects: args.subjects.clone() };
            let samples = mpiigaze::read(&args.source, &options)?;
            store(station, samples, args, Domain::Real, config("MPIIGaze"))
        }
        Layout::UnityEyes => {
            if args.mirror || !args.subjects.is_empty() {
                bail!(
                    "{} is UnityEyes, whose eyes are left eyes of nobody: leave out --mirror and \
                     --subjects",
                    args.source.display()
                );
            }
            let options = UnityEyesOptions { size: args.size, equalize: args.equalize };
            let samples = unityeyes::read(&args.source, &options)?;
            store(station, samples, args, Domain::Synthetic, config("UnityEyes"))
        }
        _ => {
            if !args.subjects.is_empty() {
                bail!("--subjects goes with MPIIGaze, and {} is a folder", args.source.display());
            }
            let options = folder::FolderOptions {
                mirror: args.mirror,
                equalize: args.equalize,
                size: args.size,
            };
            let samples = folder::read(&args.source, &options)?;
            store(station, samples, args, Domain::Real, config("folder"))
        }
    }
}

/// Reads depth hands into a new data set.
fn hands(station: &str, args: &IngestArgs) -> Result<Dataset<Hand>> {
    let source = &args.source;
    if args.mirror || args.equalize || !args.subjects.is_empty() {
        bail!(
            "{} holds depth hands: leave out --mirror, --equalize and --subjects",
            source.display()
        );
    }
    let default = HandOptions::default();
    let options = HandOptions {
        size: if args.hands.whole { None } else { args.size.or(default.size) },
        cube_mm: args.hands.cube.unwrap_or(default.cube_mm),
        foreground_mm: args.hands.foreground.unwrap_or(default.foreground_mm),
        focal_px: args.hands.focal.unwrap_or(default.focal_px),
    };
    let config = |layout: &str| {
        serde_json::json!({
            "layout": layout,
            "size": options.size,
            "cube_mm": options.cube_mm,
            "foreground_mm": options.foreground_mm,
            "focal_px": options.focal_px,
        })
    };
    let domain = Domain::Real;
    match datasets::detect(source) {
        Layout::NyuHands => {
            store(station, hand::nyu::read(source, &options)?, args, domain, config("NYU"))
        }
        Layout::MsraHands => {
            store(station, hand::msra::read(source, &options)?, args, domain, config("MSRA"))
        }
        _ => {
            let samples = hand::folder::read(source, &options)?;
            store(station, samples, args, domain, config("depth folder"))
        }
    }
}

fn store<M: Columns>(
    station: &str,
    samples: impl Iterator<Item = Result<Sample<M>, datasets::Error>>,
    args: &IngestArgs,
    domain: Domain,
    config: serde_json::Value,
) -> Result<Dataset<M>> {
    let made_by = format!("simreal {} ingest", env!("CARGO_PKG_VERSION"));
    let origin = Origin { domain, made_by, config, seed: None };
    let (out, job) = (&args.out, serde_json::json!([args.source, origin]).to_string());
    if let Some(dataset) = DatasetWriter::finished(out, &job)? {
        note(station, &format!("{} images are in {} already", dataset.len(), out.display()));
        return Ok(dataset);
    }
    let mut samples = samples.peekable();
    // Large images are cut into smaller row groups.
    let options = match samples.peek() {
        Some(Ok(first)) => {
            let (width, height) = first.frame.size();
            WriterOptions::for_images(width, height, size_of::<M::Pixel>())
        }
        _ => WriterOptions::default(),
    };
    let mut writer = DatasetWriter::create_for(out, origin, options, &job)?;
    let progress = Progress::start(station, 0, "images");
    for sample in samples {
        interrupt::check()?;
        writer.write(&sample?)?;
    }
    let dataset = writer.finish()?;
    progress.finish(&format!("{} images in {}", dataset.len(), out.display()));
    Ok(dataset)
}
