//! The whole way: render, store, shuffle, refine, judge, report. A station whose result is there already
//! is passed by, so the same command goes on where it was stopped.
//!
//! Here is what eyes and hands share; what they do not is in their own files.

mod calibrate;
mod eyes;
mod hands;
mod ladder;

pub use eyes::demo;

use crate::args::{ExperimentArgs, ModalityName};
use crate::console::note;
use crate::modality::Trainable;
use crate::train::Trained;
use crate::{claim, drift, refine, train};
use anyhow::{Context, Error, Result, bail};
use durable::FolderLock;
use pipeline::{Columns, Dataset, Pinned};
use std::path::{Path, PathBuf};
use trainer::{Device, SimGanConfig};

pub fn experiment(args: ExperimentArgs) -> Result<()> {
    match args.modality {
        ModalityName::Eye => eyes::experiment(args),
        ModalityName::Hand => hands::experiment(args),
    }
}

/// The full path of what the user names by this option.
fn place(option: &str, path: &Path) -> Result<PathBuf> {
    path.canonicalize().with_context(|| format!("{option}: no file or folder {}", path.display()))
}

/// What a training of the refiner gives: refined images, and how far their labels moved.
struct Learned<M: Trainable> {
    trained: Trained,
    refined: Dataset<M>,
    drift: M::Drift,
}

/// Learns to refine in this folder, refines, and measures the first `pairs` pairs.
fn learn<M: Trainable>(
    (config, seed, pairs): (&SimGanConfig, u64, usize),
    rendered: &Dataset<M>,
    real: &Dataset<M>,
    out: &Path,
    device: &Device,
) -> Result<Learned<M>> {
    let training = out.join("training");
    let trained = train::train(config, seed, rendered, real, &training, device)?;
    let refined = once("refine", &out.join("refined"), |folder| {
        whole(refine::dataset(&training, rendered, folder, (None, None), device)?, folder)
    })?;
    let drift = drift::measure(rendered, &refined, pairs)?;
    Ok(Learned { trained, refined, drift })
}

/// The file of settings in the folder of a run over the whole way, and all else that it writes there.
const PLAN: &str = "experiment.toml";
const NAMES: [&str; 14] = [
    "real",
    "test",
    "rendered",
    "clean",
    "camera.toml",
    "camera.json",
    "camera.html",
    "calibrated",
    "training",
    "refined",
    "gaze",
    "pose",
    "report.json",
    "report.html",
];

/// Takes the folder of a run.
fn take(out: &Path) -> Result<FolderLock> {
    claim::folder(out, PLAN, &NAMES)
}

/// Whether another process writes what was asked for.
fn is_busy(error: &Error) -> bool {
    error.chain().any(|cause| {
        matches!(cause.downcast_ref(), Some(pipeline::Error::Busy { .. }))
            || matches!(cause.downcast_ref(), Some(durable::Error::Busy { .. }))
    })
}

/// Reads the real side before an hour is spent. If it can't be read and this run was pinned just now,
/// what it has made is taken back, so that the corrected command finds an empty folder; unless another
/// process is making it. What can't be deleted shows as an error of that command.
fn checked<T>(pinned: Pinned, out: &Path, read: impl FnOnce() -> Result<T>) -> Result<T> {
    let side = read();
    if pinned == Pinned::Now && side.as_ref().is_err_and(|error| !is_busy(error)) {
        let _ = std::fs::remove_file(out.join(PLAN));
        for made in ["real", "test"] {
            let _ = std::fs::remove_dir_all(out.join(made));
        }
    }
    side
}

/// The data set of real images: `source` itself if it is one, else read by `ingest` into this folder.
fn real_set<M: Columns>(
    station: &str,
    source: &Path,
    folder: &Path,
    ingest: impl FnOnce(&Path) -> Result<Dataset<M>>,
) -> Result<Dataset<M>> {
    if source.join("manifest.json").is_file() {
        return Ok(Dataset::open(source)?);
    }
    once(station, folder, ingest)
}

/// Refuses real images that are not of the size of the renders; `setting` says where that stands, of
/// images of a width and a height.
fn sized<M: Columns>(
    dataset: &Dataset<M>,
    (width, height): (usize, usize),
    setting: impl FnOnce(usize, usize) -> String,
) -> Result<()> {
    let (real_width, real_height) = dataset.frame_size();
    if (width, height) != (real_width, real_height) {
        bail!(
            "the images in {} are {real_width}x{real_height} px and the renders {width}x{height}: give \
             a --config that says {}, or resize the images by `simreal ingest --size`",
            dataset.dir().display(),
            setting(real_width, real_height),
        );
    }
    Ok(())
}

/// The data set, of which no shard is missing.
fn whole<M: Columns>(dataset: Option<Dataset<M>>, folder: &Path) -> Result<Dataset<M>> {
    dataset.with_context(|| format!("{}: a shard is missing; repeat the command", folder.display()))
}

/// The data set in this folder, made now if it isn't there.
fn once<M: Columns>(
    station: &str,
    folder: &Path,
    make: impl FnOnce(&Path) -> Result<Dataset<M>>,
) -> Result<Dataset<M>> {
    if !folder.join("manifest.json").is_file() {
        return make(folder);
    }
    let dataset = Dataset::open(folder)?;
    note(station, &format!("{} images are in {} already", dataset.len(), folder.display()));
    Ok(dataset)
}
