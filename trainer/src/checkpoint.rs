//! A checkpoint: everything a run needs to go on as if it had never stopped.
//!
//! One folder with both networks, both optimisers, the history's pixels, the positions in both
//! streams, the settings and the curves. There is no generator state to save: every random number
//! is a function of the seed and of a counter that is in here.

mod found;
mod settled;

use found::open;
pub(crate) use found::verify;
pub(crate) use settled::{
    BoundSize, Discriminator, load_discriminator, load_pair, load_refiner, weights,
};

use crate::config::SimGanConfig;
use crate::encoder::Encoder;
use crate::gaze_config::GazeNetConfig;
use crate::gaze_net::{GazeModule, GazeNet};
use crate::guard::Rollback;
use crate::history::HistoryBuffer;
use crate::judge::{Best, Choice, Measured};
use crate::manifest::Manifest;
use crate::observer::StepReport;
use crate::pace::Pace;
use crate::pixel::{self, Kind, Pixel};
use crate::psi::PsiMap;
use crate::simgan::{Progress, SimGan};
use crate::slack::Slack;
use crate::store;
use crate::task::{Task, TaskWeight};
use crate::{Device, Error};
use burn::module::Module;
use burn::optim::{ModuleOptimizer, OptimizerRecord};
use burn::store::{ModuleRecord, RecordError};
use burn::tensor::Bytes;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

pub(crate) const MANIFEST: &str = "checkpoint.json";
const REFINER: &str = "refiner.bpk";
const DISCRIMINATOR: &str = "discriminator.bpk";
const REFINER_OPTIMIZER: &str = "refiner_optimizer.bpk";
const DISCRIMINATOR_OPTIMIZER: &str = "discriminator_optimizer.bpk";
const REFINER_AVERAGE: &str = "refiner_average.bpk";
const FEATURES: &str = "features.bpk";
const TASK: &str = "task.bpk";
const HISTORY: &str = "history.bin";
const CURVES: &str = "curves.json";
const MEASURES: &str = "measures.json";

/// What stands in `checkpoint.json` besides the hashes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Content {
    progress: Progress,
    frame_size: (usize, usize),
    #[serde(default = "grey")]
    channels: usize,
    /// `None` in checkpoints of before there was depth.
    #[serde(default)]
    kind: Option<Kind>,
    history_draws: u64,
    /// `None` in checkpoints of before there was one.
    #[serde(default)]
    pace: Option<Pace>,
    /// The three of checkpoints of before there were such are as at the start of a run.
    #[serde(default)]
    slack: Slack,
    #[serde(default)]
    task_weight: TaskWeight,
    #[serde(default)]
    task: Option<GazeNetConfig>,
    #[serde(default)]
    rollbacks: Vec<Rollback>,
    #[serde(default)]
    choice: Choice,
    config: SimGanConfig,
}

fn grey() -> usize {
    1
}

impl Content {
    fn kind(&self) -> Kind {
        self.kind.unwrap_or(Kind::of_channels(self.channels))
    }
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
    /// The best measurement up to it, and why it is; the weights are in `best` beside it.
    pub best: Option<Best>,
    /// How often, from where and why the run went back to a checkpoint.
    pub rollbacks: Vec<Rollback>,
    /// The settings.
    pub config: SimGanConfig,
}

/// Looks into a checkpoint, or into the newest one of a folder of them.
///
/// # Errors
/// If there is none, or its manifest cannot be read.
pub fn inspect(path: &Path) -> Result<CheckpointInfo, Error> {
    let (path, manifest) = open(path)?;
    let Content { progress, frame_size, config, choice, rollbacks, .. } = manifest.content;
    let (step, best) = (progress.step, choice.best);
    Ok(CheckpointInfo { path, step, frame_size, best, rollbacks, config })
}

/// The loss curves of a checkpoint, or of the newest one in a folder: every report since step 0.
///
/// # Errors
/// If there is none, or the file is damaged.
pub fn curves(path: &Path) -> Result<Vec<StepReport>, Error> {
    let (path, manifest) = open(path)?;
    read_curves(&path, &manifest)
}

/// The measurements of a checkpoint, or of the newest one in a folder: every one since step 0.
///
/// # Errors
/// If there is none, or the file is damaged.
pub fn measures(path: &Path) -> Result<Vec<Measured>, Error> {
    let (path, manifest) = open(path)?;
    read_json(&path, &manifest, MEASURES)
}

/// Saves a run.
pub(crate) fn save<P: Pixel>(gan: &SimGan<P>, dir: &Path) -> Result<(), Error> {
    let at = |file| move |error| bad_record(&dir.join(file), error);
    let module = |file, record: ModuleRecord| {
        Ok::<_, Error>((file, record.into_bytes().map_err(at(file))?.to_vec()))
    };
    let optimizer = |file, optimizer: &ModuleOptimizer| {
        Ok::<_, Error>((file, optimizer.into_bytes().map_err(at(file))?.to_vec()))
    };
    let mut files: Vec<(&str, Vec<u8>)> = vec![
        module(REFINER, gan.refiner.clone().into_record())?,
        module(DISCRIMINATOR, gan.discriminator.clone().into_record())?,
        optimizer(REFINER_OPTIMIZER, &gan.refiner_optimizer)?,
        optimizer(DISCRIMINATOR_OPTIMIZER, &gan.discriminator_optimizer)?,
        (HISTORY, gan.history.to_bytes()),
        (CURVES, json(&gan.curves, &dir.join(CURVES))?),
        (MEASURES, json(&gan.measures, &dir.join(MEASURES))?),
    ];
    if let Some(average) = &gan.average {
        files.push(module(REFINER_AVERAGE, average.clone().into_record())?);
    }
    if let Some(PsiMap::Features(encoder)) = &gan.psi {
        files.push(module(FEATURES, encoder.as_ref().clone().into_record())?);
    }
    if let Some(task) = &gan.task {
        files.push(module(TASK, task.gaze_net().record())?);
    }
    let content = Content {
        progress: gan.progress,
        frame_size: gan.size,
        channels: P::CHANNELS,
        kind: Some(P::KIND),
        history_draws: gan.history.draws(),
        pace: Some(gan.pace.clone()),
        slack: gan.slack.clone(),
        task_weight: gan.task_weight,
        task: gan.task.as_ref().map(|task| task.gaze_net().config().clone()),
        rollbacks: gan.rollbacks.clone(),
        choice: gan.choice.clone(),
        config: gan.config.clone(),
    };
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    store::publish(dir, MANIFEST, content, &files)
}

/// Restores a run.
pub(crate) fn load<P: Pixel>(path: &Path, device: &Device) -> Result<SimGan<P>, Error> {
    durable::tidy(path)?;
    let (dir, manifest) = open(path)?;
    let content = manifest.content.clone();
    pixel::check_kind::<P>(content.kind())?;
    let mut gan = SimGan::new(content.config, content.frame_size, device)?;
    gan.refiner = load_module(gan.refiner, &dir, &manifest, REFINER)?;
    gan.discriminator = load_module(gan.discriminator, &dir, &manifest, DISCRIMINATOR)?;
    gan.refiner_optimizer =
        load_optimizer(gan.refiner_optimizer, &dir, &manifest, REFINER_OPTIMIZER)?;
    gan.discriminator_optimizer =
        load_optimizer(gan.discriminator_optimizer, &dir, &manifest, DISCRIMINATOR_OPTIMIZER)?;
    if let Some(average) = gan.average {
        gan.average = Some(load_module(average, &dir, &manifest, REFINER_AVERAGE)?);
    }
    // A run that was stopped before its first step has not learned ψ yet.
    if gan.psi.is_none() && manifest.has(FEATURES) {
        let (settings, seed) = (&gan.config.self_regularization, gan.config.seed);
        let encoder = Encoder::new(settings, P::CHANNELS, seed, &device.autodiff());
        let encoder = load_module(encoder, &dir, &manifest, FEATURES)?.no_grad();
        gan.psi = Some(PsiMap::Features(Box::new(encoder)));
    }
    if let Some(config) = content.task {
        let module = GazeModule::new(&config, content.frame_size, &device.inner);
        let module = load_module(module, &dir, &manifest, TASK)?;
        let net = GazeNet::from_module(config, content.frame_size, module, device.clone());
        gan.task = Some(Task::gaze(net)?);
    }
    gan.history = HistoryBuffer::from_bytes(
        gan.config.history_capacity,
        gan.config.seed,
        content.history_draws,
        content.frame_size,
        &manifest.read(&dir, HISTORY)?,
        &dir.join(HISTORY),
    )?;
    gan.curves = read_curves(&dir, &manifest)?;
    if manifest.has(MEASURES) {
        gan.measures = read_json(&dir, &manifest, MEASURES)?;
    }
    gan.pace = content.pace.unwrap_or(gan.pace);
    gan.slack = content.slack;
    gan.task_weight = content.task_weight;
    gan.rollbacks = content.rollbacks;
    gan.choice = content.choice;
    gan.progress = content.progress;
    Ok(gan)
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
    read_json(dir, manifest, CURVES)
}

fn read_json<T: DeserializeOwned>(
    dir: &Path,
    manifest: &Manifest<Content>,
    file: &str,
) -> Result<T, Error> {
    serde_json::from_slice(&manifest.read(dir, file)?)
        .map_err(|error| bad_record(&dir.join(file), RecordError::Io(error.to_string())))
}

fn json<T: Serialize>(value: &T, path: &Path) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(value).map_err(|error| bad_record(path, RecordError::Io(error.to_string())))
}

pub(crate) fn bad_record(path: &Path, error: RecordError) -> Error {
    Error::Saved {
        path: path.into(),
        problem: error.to_string(),
        remedy: "it does not fit this network; load another one",
    }
}
