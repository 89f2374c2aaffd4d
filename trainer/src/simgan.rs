//! The state of Algorithm 1.

use crate::average;
use crate::checkpoint;
use crate::config::SimGanConfig;
use crate::discriminator::DiscriminatorNet;
use crate::guard::Rollback;
use crate::history::HistoryBuffer;
use crate::judge::{Best, Choice, Measured};
use crate::meter::Meters;
use crate::observer::{Phase, StepReport};
use crate::pace::Pace;
use crate::pixel::{Kind, Pixel};
use crate::psi::PsiMap;
use crate::refiner::{Refiner, RefinerNet};
use crate::slack::Slack;
use crate::task::{Task, TaskWeight};
use crate::{Device, Error};
use burn::module::Module;
use burn::optim::ModuleOptimizer;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Progress {
    /// Steps done, warm-ups included.
    pub(crate) step: u64,
    /// Rendered frames read.
    pub(crate) synthetic_position: u64,
    /// Real frames read.
    pub(crate) real_position: u64,
    /// Updates of the refiner.
    #[serde(default)]
    pub(crate) refiner_updates: u64,
    /// Updates of the discriminator.
    #[serde(default)]
    pub(crate) discriminator_updates: u64,
    /// Random changes made to the discriminator's input, and random steps beside it.
    #[serde(default)]
    pub(crate) input_draws: u64,
}

/// A training run of SimGAN: both networks, their optimisers, the history, and how far it has come.
///
/// `P` is what its frames are made of: grey levels, red, green and blue, or depth.
pub struct SimGan<P: Pixel = u8> {
    pub(crate) config: SimGanConfig,
    pub(crate) size: (usize, usize),
    pub(crate) device: Device,
    pub(crate) refiner: RefinerNet,
    pub(crate) discriminator: DiscriminatorNet,
    pub(crate) refiner_optimizer: ModuleOptimizer,
    pub(crate) discriminator_optimizer: ModuleOptimizer,
    /// The moving average of the refiner, if there is one; it records no gradients.
    pub(crate) average: Option<RefinerNet>,
    /// ψ, once it is known.
    pub(crate) psi: Option<PsiMap>,
    /// Who has to say the same of a render and its refinement, if anybody.
    pub(crate) task: Option<Task>,
    pub(crate) task_weight: TaskWeight,
    pub(crate) history: HistoryBuffer<P>,
    pub(crate) pace: Pace,
    pub(crate) slack: Slack,
    pub(crate) progress: Progress,
    pub(crate) rollbacks: Vec<Rollback>,
    pub(crate) curves: Vec<StepReport>,
    pub(crate) measures: Vec<Measured>,
    pub(crate) choice: Choice,
    pub(crate) meters: Meters,
    /// Position of a real frame whose pixels are to be NaN, which no 8-bit frame can say.
    #[cfg(test)]
    pub(crate) poisoned: Option<u64>,
}

impl<P: Pixel> std::fmt::Debug for SimGan<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SimGan")
            .field("config", &self.config)
            .field("size", &self.size)
            .field("device", &self.device)
            .field("progress", &self.progress)
            .finish_non_exhaustive()
    }
}

impl<P: Pixel> SimGan<P> {
    /// An untrained pair of networks for frames of this width and height, px.
    ///
    /// # Errors
    /// If a setting is out of range.
    pub fn new(
        config: SimGanConfig,
        frame_size: (usize, usize),
        device: &Device,
    ) -> Result<Self, Error> {
        config.validate_for(frame_size)?;
        let autodiff = device.autodiff();
        let optimizer = || config.optimizer.init(config.adam_beta_1, config.sgd_momentum);
        let refiner = RefinerNet::new(&config.refiner, P::CHANNELS, config.seed, &autodiff);
        Ok(Self {
            size: frame_size,
            device: device.clone(),
            average: (config.refiner_average > 0.0).then(|| refiner.valid()),
            refiner,
            discriminator: DiscriminatorNet::new(
                &config.discriminator,
                P::CHANNELS,
                frame_size,
                config.seed,
                &autodiff,
            ),
            refiner_optimizer: optimizer(),
            discriminator_optimizer: optimizer(),
            psi: PsiMap::new(config.self_regularization.psi),
            history: HistoryBuffer::new(config.history_capacity, config.seed),
            task: None,
            task_weight: TaskWeight::default(),
            pace: Pace::new(config.refiner_updates),
            slack: Slack::default(),
            progress: Progress::default(),
            rollbacks: Vec::new(),
            curves: Vec::new(),
            measures: Vec::new(),
            choice: Choice::default(),
            meters: Meters::default(),
            #[cfg(test)]
            poisoned: None,
            config,
        })
    }

    /// The run of a checkpoint, or of the newest one in a folder of them, as it was.
    ///
    /// # Errors
    /// If there is none, or a file of it is damaged, or it was trained on frames of another kind.
    pub fn load(path: &Path, device: &Device) -> Result<Self, Error> {
        checkpoint::load(path, device)
    }

    /// Saves everything in this folder, in the place of an older checkpoint.
    ///
    /// # Errors
    /// If it cannot be written; an older checkpoint is then still there.
    pub fn save(&self, dir: &Path) -> Result<(), Error> {
        checkpoint::save(self, dir)
    }

    /// Whether it still needs the estimator of its task term ([`Self::set_task`]).
    pub fn needs_task(&self) -> bool {
        self.config.task.limit_deg > 0.0 && self.task.is_none()
    }

    /// Gives it the estimator that has to say the same of a render and of its refinement, of a run that
    /// has a task term ([`SimGanConfig::task`]). Checkpoints hold it.
    ///
    /// # Errors
    /// If it is for frames of another size or kind, or this run has steps behind it already.
    pub fn set_task(&mut self, task: Task) -> Result<(), Error> {
        let problem = if self.progress.step > 0 {
            "the training has begun already".to_owned()
        } else if P::KIND == Kind::Depth {
            "a gaze network says nothing of depth".to_owned()
        } else if task.gaze_net().frame_size() != self.size {
            let ((w, h), (width, height)) = (task.gaze_net().frame_size(), self.size);
            format!("it is for frames of {w}x{h} px, and these are {width}x{height}")
        } else {
            self.task = Some(task);
            return Ok(());
        };
        let remedy = "give one that was trained on the same renders, before the first step";
        Err(Error::Data { problem: format!("the estimator of the task term: {problem}"), remedy })
    }

    /// The settings.
    pub fn config(&self) -> &SimGanConfig {
        &self.config
    }

    /// Makes a run longer or shorter: T, the iterations in all.
    pub fn set_iterations(&mut self, iterations: u64) {
        self.config.iterations = iterations;
    }

    /// Width and height of its frames, px.
    pub fn frame_size(&self) -> (usize, usize) {
        self.size
    }

    /// Steps done, warm-ups included.
    pub fn step(&self) -> u64 {
        self.progress.step
    }

    /// Updates of the refiner and of the discriminator.
    pub fn updates(&self) -> (u64, u64) {
        (self.progress.refiner_updates, self.progress.discriminator_updates)
    }

    /// Every report since step 0.
    pub fn curves(&self) -> &[StepReport] {
        &self.curves
    }

    /// Every measurement on held-out images since step 0.
    pub fn measures(&self) -> &[Measured] {
        &self.measures
    }

    /// The best measurement so far, and why it is.
    pub fn best(&self) -> Option<&Best> {
        self.choice.best.as_ref()
    }

    /// How often, from where and why the run went back to a checkpoint.
    pub fn rollbacks(&self) -> &[Rollback] {
        &self.rollbacks
    }

    /// Refined images of the past.
    pub fn history(&self) -> &HistoryBuffer<P> {
        &self.history
    }

    /// The refiner as it is now, for use: the average of its weights, if there is one.
    pub fn refiner(&self) -> Refiner {
        let net = self.average.clone().unwrap_or_else(|| self.refiner.valid());
        Refiner::from_net(net, P::KIND, self.device.clone())
    }

    /// Part of Algorithm 1 that the next step belongs to.
    pub fn phase(&self) -> Phase {
        let warm = self.config.refiner_warmup_steps;
        if self.progress.step < warm {
            Phase::RefinerWarmup
        } else if self.progress.step < warm + self.config.discriminator_warmup_steps {
            Phase::DiscriminatorWarmup
        } else {
            Phase::Adversarial
        }
    }

    /// Iterations done of the adversarial phase: the paper's t.
    pub fn iteration(&self) -> u64 {
        let warm = self.config.refiner_warmup_steps + self.config.discriminator_warmup_steps;
        self.progress.step.saturating_sub(warm)
    }

    /// Whether there is nothing left to do.
    pub(crate) fn is_done(&self) -> bool {
        let updates = self.progress.refiner_updates + self.progress.discriminator_updates;
        let budget = self.config.update_budget;
        self.progress.step >= self.config.total_steps()
            || (budget > 0 && updates >= budget)
            || self.ends_early()
    }

    /// Whether no better checkpoint has come for as long as the settings have patience.
    pub(crate) fn ends_early(&self) -> bool {
        self.choice.exhausted(&self.config.measure)
    }

    /// Moves the average, if there is one, after an update of the refiner.
    pub(crate) fn move_average(&mut self) {
        let keep = average::keep(self.config.refiner_average, self.progress.refiner_updates);
        if let Some(average) = self.average.take() {
            self.average = Some(average::moved(average, &self.refiner.valid(), keep));
        }
    }
}

#[cfg(test)]
#[path = "simgan_tests.rs"]
pub(crate) mod tests;
