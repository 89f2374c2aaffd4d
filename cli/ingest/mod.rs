//! datasets → pipeline.

mod parquet;
mod store;

use crate::args::{IngestArgs, IngestHandArgs, IngestLabelArgs};
use crate::console::say;
use anyhow::{Context, Result, bail};
use datasets::folder::FolderOptions;
use datasets::hand::{self, HandOptions};
use datasets::unityeyes::{self, UnityEyesOptions};
use datasets::{Columns, Detected, LabelOptions, Layout, folder, mpiigaze};
use pipeline::Dataset;
use simulator::sample::{Domain, Eye, Hand};
use std::path::Path;
use store::{Job, store};

pub fn run(args: IngestArgs) -> Result<()> {
    let detected = detected(&args)?;
    let count = match detected.layout.is_hands() {
        true => hands("ingest", &args, &detected)?.map(|dataset| dataset.len()),
        false => eyes("ingest", &args, &detected)?.map(|dataset| dataset.len()),
    };
    match (count, &args.out) {
        (Some(count), Some(out)) => say!("{} ({count} images)", out.display()),
        _ => say!("dry run: nothing was written"),
    }
    Ok(())
}

/// Reads a folder of eyes, with no options, into a new data set.
pub fn folder(stage: &str, source: &Path, out: &Path) -> Result<Dataset<Eye>> {
    let args = plain(source, out);
    eyes(stage, &args, &detected(&args)?)?.context("this is no dry run")
}

/// Reads depth hands into a new data set of squares of `side_px`.
pub fn cut_hands(
    stage: &str,
    source: &Path,
    out: &Path,
    side_px: usize,
    cut: IngestHandArgs,
) -> Result<Dataset<Hand>> {
    let size = Some((side_px, side_px));
    let args = IngestArgs { size, hands: cut, ..plain(source, out) };
    hands(stage, &args, &detected(&args)?)?.context("this is no dry run")
}

/// No options.
fn plain(source: &Path, out: &Path) -> IngestArgs {
    IngestArgs {
        source: source.to_owned(),
        out: Some(out.to_owned()),
        dry_run: false,
        kind: None,
        mirror: false,
        equalize: false,
        size: None,
        subjects: Vec::new(),
        labels: IngestLabelArgs { columns: Vec::new(), unlabelled: false, max_bad: 0.01 },
        hands: IngestHandArgs::default(),
    }
}

/// What the source is, by evidence or as the user says.
fn detected(args: &IngestArgs) -> Result<Detected> {
    let Some(name) = &args.kind else { return Ok(datasets::detect(&args.source)?) };
    let names: Vec<&str> = Layout::ALL.iter().map(|layout| layout.name()).collect();
    let layout = Layout::from_name(name)
        .with_context(|| format!("--as {name}: a kind is one of {}", names.join(", ")))?;
    Ok(Detected { layout, because: "by --as".to_owned() })
}

/// Reads eyes into a new data set; none of a dry run.
fn eyes(stage: &str, args: &IngestArgs, detected: &Detected) -> Result<Option<Dataset<Eye>>> {
    let source = &args.source;
    if args.hands != IngestHandArgs::default() {
        bail!(
            "{} holds no depth hands: leave out --whole, --cube, --focal, --foreground and --depth-unit",
            source.display()
        );
    }
    if detected.layout.is_hands() {
        bail!("{} holds depth hands and no eyes ({})", source.display(), detected.because);
    }
    let by_table = matches!(detected.layout, Layout::Folder | Layout::Parquet);
    if !by_table && (!args.labels.columns.is_empty() || args.labels.unlabelled) {
        bail!("{} has labels of its own: leave out --columns and --unlabelled", source.display());
    }
    if !args.subjects.is_empty() && detected.layout != Layout::MpiiGaze {
        bail!("--subjects goes with MPIIGaze, and {} is none", source.display());
    }
    let job = |layout: &str, domain| Job {
        stage,
        args,
        detected,
        domain,
        config: eye_config(layout, args),
    };
    match detected.layout {
        Layout::MpiiGaze => {
            if args.mirror || args.equalize || args.size.is_some() {
                bail!(
                    "{} is MPIIGaze, whose images are normalised already: leave out --mirror, \
                     --equalize and --size",
                    source.display()
                );
            }
            let options = mpiigaze::MpiiGazeOptions { subjects: args.subjects.clone() };
            store(mpiigaze::read(source, &options)?, job("MPIIGaze", Domain::Real))
        }
        Layout::UnityEyes => {
            if args.mirror {
                bail!(
                    "{} is UnityEyes, whose eyes are left eyes: leave out --mirror",
                    source.display()
                );
            }
            let options = UnityEyesOptions { size: args.size, equalize: args.equalize };
            store(unityeyes::read(source, &options)?, job("UnityEyes", Domain::Synthetic))
        }
        Layout::Parquet => {
            let samples = parquet::read(source, folder_options(args)?)?;
            let domain = samples.domain();
            store(samples, job("Parquet", domain))
        }
        _ => {
            let options = folder_options(args)?;
            let domain = folder::domain(source, &options.labels)?;
            store(folder::read(source, &options)?, job("folder", domain))
        }
    }
}

fn folder_options(args: &IngestArgs) -> Result<FolderOptions> {
    let columns = Columns::new(&args.labels.columns).map_err(anyhow::Error::msg)?;
    Ok(FolderOptions {
        mirror: args.mirror,
        equalize: args.equalize,
        size: args.size,
        labels: LabelOptions { columns, unlabelled: args.labels.unlabelled },
    })
}

/// The settings as they stand in the manifest. What is new is told where it was used alone, so that an
/// import without it has the same bytes as ever.
fn eye_config(layout: &str, args: &IngestArgs) -> serde_json::Value {
    let mut config = serde_json::json!({
        "layout": layout,
        "mirror": args.mirror,
        "equalize": args.equalize,
        "size": args.size,
        "subjects": args.subjects,
    });
    if !args.labels.columns.is_empty() {
        config["columns"] = serde_json::json!(args.labels.columns);
    }
    if args.labels.unlabelled {
        config["unlabelled"] = true.into();
    }
    config
}

/// Reads depth hands into a new data set; none of a dry run.
fn hands(stage: &str, args: &IngestArgs, detected: &Detected) -> Result<Option<Dataset<Hand>>> {
    let source = &args.source;
    if !detected.layout.is_hands() {
        bail!(
            "{} holds no depth hands: it is {} ({})",
            source.display(),
            detected.layout.name(),
            detected.because
        );
    }
    let columns = !args.labels.columns.is_empty();
    if args.mirror || args.equalize || columns || !args.subjects.is_empty() {
        bail!(
            "{} holds depth hands: leave out --mirror, --equalize, --columns and --subjects",
            source.display()
        );
    }
    if args.hands.depth_unit.is_some() && detected.layout != Layout::DepthFolder {
        bail!("{} is in mm as its authors say: leave out --depth-unit", source.display());
    }
    let options = hand_options(args);
    let job = |layout: &str| {
        let config = hand_config(layout, &options);
        Job { stage, args, detected, domain: Domain::Real, config }
    };
    match detected.layout {
        Layout::NyuHands => store(hand::nyu::read(source, &options)?, job("NYU")),
        Layout::MsraHands => store(hand::msra::read(source, &options)?, job("MSRA")),
        Layout::IcvlHands => store(hand::icvl::read(source, &options)?, job("ICVL")),
        _ => store(hand::folder::read(source, &options)?, job("depth folder")),
    }
}

fn hand_options(args: &IngestArgs) -> HandOptions {
    let default = HandOptions::default();
    HandOptions {
        size: if args.hands.whole { None } else { args.size.or(default.size) },
        cube_mm: args.hands.cube.unwrap_or(default.cube_mm),
        foreground_mm: args.hands.foreground.unwrap_or(default.foreground_mm),
        focal_px: args.hands.focal.unwrap_or(default.focal_px),
        depth_unit_mm: args.hands.depth_unit,
        unlabelled: args.labels.unlabelled,
    }
}

fn hand_config(layout: &str, options: &HandOptions) -> serde_json::Value {
    let mut config = serde_json::json!({
        "layout": layout,
        "size": options.size,
        "cube_mm": options.cube_mm,
        "foreground_mm": options.foreground_mm,
        "focal_px": options.focal_px,
    });
    if let Some(unit) = options.depth_unit_mm {
        config["depth_unit_mm"] = serde_json::json!(unit);
    }
    config
}
