//! datasets → pipeline.

use crate::args::IngestArgs;
use crate::console::Progress;
use crate::interrupt;
use anyhow::{Result, bail};
use datasets::unityeyes::{self, UnityEyesOptions};
use datasets::{Layout, folder, mpiigaze};
use pipeline::{Dataset, DatasetWriter, Origin};
use simulator::sample::{Domain, Eye, Sample};
use std::path::Path;

pub fn run(args: IngestArgs) -> Result<()> {
    let dataset = images("ingest", &args)?;
    println!("{} ({} images)", args.out.display(), dataset.len());
    Ok(())
}

/// Reads a folder, with no options, into a new data set.
pub fn folder(station: &str, source: &Path, out: &Path) -> Result<Dataset<Eye>> {
    let args = IngestArgs {
        source: source.to_owned(),
        out: out.to_owned(),
        mirror: false,
        equalize: false,
        size: None,
        subjects: Vec::new(),
    };
    images(station, &args)
}

fn images(station: &str, args: &IngestArgs) -> Result<Dataset<Eye>> {
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
            store(station, samples, args, "MPIIGaze")
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
            store(station, samples, args, "UnityEyes")
        }
        Layout::Folder => {
            if !args.subjects.is_empty() {
                bail!("--subjects goes with MPIIGaze, and {} is a folder", args.source.display());
            }
            let options = folder::FolderOptions {
                mirror: args.mirror,
                equalize: args.equalize,
                size: args.size,
            };
            let samples = folder::read(&args.source, &options)?;
            store(station, samples, args, "folder")
        }
    }
}

fn store(
    station: &str,
    samples: impl Iterator<Item = Result<Sample<Eye>, datasets::Error>>,
    args: &IngestArgs,
    layout: &str,
) -> Result<Dataset<Eye>> {
    let domain = if layout == "UnityEyes" { Domain::Synthetic } else { Domain::Real };
    let origin = Origin {
        domain,
        made_by: format!("simreal {} ingest", env!("CARGO_PKG_VERSION")),
        config: serde_json::json!({
            "layout": layout,
            "mirror": args.mirror,
            "equalize": args.equalize,
            "size": args.size,
            "subjects": args.subjects,
        }),
        seed: None,
    };
    let mut writer = DatasetWriter::create(&args.out, origin)?;
    let progress = Progress::start(station, 0, "images");
    for sample in samples {
        interrupt::check()?;
        writer.write(&sample?)?;
    }
    let dataset = writer.finish()?;
    progress.finish(&format!("{} images in {}", dataset.len(), args.out.display()));
    Ok(dataset)
}
