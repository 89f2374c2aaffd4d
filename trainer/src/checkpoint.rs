//! A checkpoint: everything a run needs to go on as if it had never stopped.
//!
//! One folder with both networks, both optimisers, the history's pixels, the positions in both
//! streams, the settings and the curves. There is no generator state to save: every random number
//! is a function of the seed and of a counter that is in here.

use crate::config::SimGanConfig;
use crate::history::HistoryBuffer;
use crate::observer::StepReport;
use crate::refiner::RefinerNet;
use crate::simgan::{Progress, SimGan};
use crate::store::{self, Manifest};
use crate::{Device, Error};
use burn::module::Module;
use burn::optim::{ModuleOptimizer, OptimizerRecord};
use burn::store::{ModuleRecord, RecordError};
use burn::tensor::Bytes;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

const MANIFEST: &str = "checkpoint.json";
const REFINER: &str = "refiner.bpk";
const DISCRIMINATOR: &str = "discriminator.bpk";
const REFINER_OPTIMIZER: &str = "refiner_optimizer.bpk";
const DISCRIMINATOR_OPTIMIZER: &str = "discriminator_optimizer.bpk";
const HISTORY: &str = "history.bin";
const CURVES: &str = "curves.json";

/// The name of the checkpoint at the end of a run.
const FINAL: &str = "final";
/// Numbered checkpoints that are kept.
const KEEP: usize = 2;

/// What stands in `checkpoint.json` besides the hashes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Content {
    progress: Progress,
    frame_size: (usize, usize),
    history_draws: u64,
    config: SimGanConfig,
}

/// What a folder of checkpoints, or one checkpoint, holds.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckpointInfo {
    /// The checkpoint's own folder.
    pub path: PathBuf,
    /// Steps done, warm-ups included.
    pub step: u64,
    /// Width and height of the frames, px.
    pub frame_size: (usize, usize),
    /// The settings.
    pub config: SimGanConfig,
}

/// Looks into a checkpoint, or into the newest one of a folder of them.
///
/// # Errors
/// If there is none, or its manifest cannot be read.
pub fn inspect(path: &Path) -> Result<CheckpointInfo, Error> {
    let (path, manifest) = open(path)?;
    let Content { progress, frame_size, config, .. } = manifest.content;
    Ok(CheckpointInfo { path, step: progress.step, frame_size, config })
}

/// The loss curves of a checkpoint, or of the newest one in a folder: every report since step 0.
///
/// # Errors
/// If there is none, or the file is damaged.
pub fn curves(path: &Path) -> Result<Vec<StepReport>, Error> {
    let (path, manifest) = open(path)?;
    read_curves(&path, &manifest)
}

/// Saves a run.
pub(crate) fn save(gan: &SimGan, dir: &Path) -> Result<(), Error> {
    let at = |file| move |error| bad_record(&dir.join(file), error);
    let refiner = gan.refiner.clone().into_record().into_bytes().map_err(at(REFINER))?;
    let discriminator =
        gan.discriminator.clone().into_record().into_bytes().map_err(at(DISCRIMINATOR))?;
    let refiner_optimizer = gan.refiner_optimizer.into_bytes().map_err(at(REFINER_OPTIMIZER))?;
    let discriminator_optimizer =
        gan.discriminator_optimizer.into_bytes().map_err(at(DISCRIMINATOR_OPTIMIZER))?;
    let history = gan.history.to_bytes();
    let curves = serde_json::to_vec(&gan.curves)
        .map_err(|error| bad_record(&dir.join(CURVES), RecordError::Io(error.to_string())))?;
    let content = Content {
        progress: gan.progress,
        frame_size: gan.size,
        history_draws: gan.history.draws(),
        config: gan.config.clone(),
    };
    store::publish(
        dir,
        MANIFEST,
        content,
        &[
            (REFINER, &refiner[..]),
            (DISCRIMINATOR, &discriminator[..]),
            (REFINER_OPTIMIZER, &refiner_optimizer[..]),
            (DISCRIMINATOR_OPTIMIZER, &discriminator_optimizer[..]),
            (HISTORY, &history[..]),
            (CURVES, &curves[..]),
        ],
    )
}

/// Saves a run in its folder of checkpoints, and deletes all but the last few.
pub(crate) fn save_numbered(
    gan: &SimGan,
    checkpoints: &Path,
    finished: bool,
) -> Result<PathBuf, Error> {
    let name = if finished { FINAL.to_string() } else { numbered(gan.progress.step) };
    let path = checkpoints.join(name);
    save(gan, &path)?;
    store::clean(checkpoints)?;
    let old: Vec<PathBuf> = store::folders(checkpoints)?
        .into_iter()
        .filter(|path| file_name(path).starts_with("step-") && path.join(MANIFEST).exists())
        .collect();
    for path in old.iter().rev().skip(KEEP) {
        store::remove(path)?;
    }
    Ok(path)
}

/// Restores a run.
pub(crate) fn load(path: &Path, device: &Device) -> Result<SimGan, Error> {
    store::clean(path)?;
    let (dir, manifest) = open(path)?;
    let Content { progress, frame_size, history_draws, config } = manifest.content.clone();
    let mut gan = SimGan::new(config, frame_size, device)?;
    gan.refiner = load_module(gan.refiner, &dir, &manifest, REFINER)?;
    gan.discriminator = load_module(gan.discriminator, &dir, &manifest, DISCRIMINATOR)?;
    gan.refiner_optimizer =
        load_optimizer(gan.refiner_optimizer, &dir, &manifest, REFINER_OPTIMIZER)?;
    gan.discriminator_optimizer =
        load_optimizer(gan.discriminator_optimizer, &dir, &manifest, DISCRIMINATOR_OPTIMIZER)?;
    gan.history = HistoryBuffer::from_bytes(
        gan.config.history_capacity,
        gan.config.seed,
        history_draws,
        frame_size,
        &manifest.read(&dir, HISTORY)?,
        &dir.join(HISTORY),
    )?;
    gan.curves = read_curves(&dir, &manifest)?;
    gan.progress = progress;
    Ok(gan)
}

/// The refiner alone, on this device.
pub(crate) fn load_refiner(
    path: &Path,
    device: &burn::tensor::Device,
) -> Result<RefinerNet, Error> {
    let (dir, manifest) = open(path)?;
    let config = &manifest.content.config;
    let net = RefinerNet::new(&config.refiner, config.seed, device);
    load_module(net, &dir, &manifest, REFINER)
}

/// A module with the parameters of this file.
pub(crate) fn load_module<M: Module, T>(
    module: M,
    dir: &Path,
    manifest: &Manifest<T>,
    file: &str,
) -> Result<M, Error> {
    let bytes = Bytes::from_bytes_vec(manifest.read(dir, file)?);
    ModuleRecord::from_bytes(bytes)
        .and_then(|record| module.try_load_record(record))
        .map_err(|error| bad_record(&dir.join(file), error))
}

fn load_optimizer<T>(
    optimizer: ModuleOptimizer,
    dir: &Path,
    manifest: &Manifest<T>,
    file: &str,
) -> Result<ModuleOptimizer, Error> {
    let bytes = Bytes::from_bytes_vec(manifest.read(dir, file)?);
    OptimizerRecord::from_bytes(bytes)
        .map(|record| optimizer.load_record(record))
        .map_err(|error| bad_record(&dir.join(file), error))
}

fn read_curves(dir: &Path, manifest: &Manifest<Content>) -> Result<Vec<StepReport>, Error> {
    serde_json::from_slice(&manifest.read(dir, CURVES)?)
        .map_err(|error| bad_record(&dir.join(CURVES), RecordError::Io(error.to_string())))
}

/// Whether the checkpoint at the end of a run lies in this folder.
pub(crate) fn is_final(path: &Path) -> bool {
    path.join(FINAL).join(MANIFEST).exists()
}

/// The checkpoint at this path, or the one with the most steps in it.
fn open(path: &Path) -> Result<(PathBuf, Manifest<Content>), Error> {
    if path.join(MANIFEST).exists() {
        return Ok((path.into(), store::manifest(path, MANIFEST)?));
    }
    let mut newest: Option<(PathBuf, Manifest<Content>)> = None;
    for dir in store::folders(path)? {
        let name = file_name(&dir);
        if (name != FINAL && !name.starts_with("step-")) || !dir.join(MANIFEST).exists() {
            continue;
        }
        let manifest: Manifest<Content> = store::manifest(&dir, MANIFEST)?;
        let step = |m: &Manifest<Content>| m.content.progress.step;
        if newest.as_ref().is_none_or(|(_, best)| step(best) < step(&manifest)) {
            newest = Some((dir, manifest));
        }
    }
    newest.ok_or_else(|| Error::NoCheckpoint { path: path.into() })
}

fn numbered(step: u64) -> String {
    format!("step-{step:08}")
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

pub(crate) fn bad_record(path: &Path, error: RecordError) -> Error {
    Error::Saved {
        path: path.into(),
        problem: error.to_string(),
        remedy: "it does not fit this network; load another one",
    }
}
