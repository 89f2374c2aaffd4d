//! Numbers that stop being finite: back to the last good checkpoint, with smaller steps, a bounded
//! number of times.

use crate::checkpoint;
use crate::discriminator::DiscriminatorNet;
use crate::history::HistoryBuffer;
use crate::meter::Meters;
use crate::pace::UpdateScheduler;
use crate::pixel::Pixel;
use crate::refiner::RefinerNet;
use crate::simgan::{Progress, SimGan};
use crate::slack::Slack;
use crate::task::TaskWeight;
use crate::{Error, run_folder};
use burn::optim::ModuleOptimizer;
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// A return to an earlier step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rollback {
    /// The step at which a number was not finite.
    pub from_step: u64,
    /// The step it went back to.
    pub to_step: u64,
    /// Which number.
    pub what: String,
}

impl std::fmt::Display for Rollback {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { from_step, to_step, what } = self;
        write!(f, "{what} was not finite at step {from_step}, back to step {to_step}")
    }
}

/// Reads these numbers at once.
///
/// # Errors
/// [`Error::NotFinite`] with the name of the first that is not.
pub(crate) fn check<const N: usize>(
    values: [Tensor<1>; N],
    names: [&'static str; N],
    step: u64,
) -> Result<Vec<f32>, Error> {
    let plain = values.map(|v| if v.device().is_autodiff() { v.inner() } else { v });
    let values: Vec<f32> = Tensor::cat(plain.into(), 0).into_data().iter::<f32>().collect();
    match values.iter().position(|value| !value.is_finite()) {
        Some(i) => Err(Error::NotFinite { what: names[i], step }),
        None => Ok(values),
    }
}

/// Everything that a step changes, as it was at a regular checkpoint.
pub(crate) struct Snapshot<P: Pixel> {
    refiner: RefinerNet,
    discriminator: DiscriminatorNet,
    refiner_optimizer: ModuleOptimizer,
    discriminator_optimizer: ModuleOptimizer,
    average: Option<RefinerNet>,
    history: HistoryBuffer<P>,
    pace: UpdateScheduler,
    slack: Slack,
    task_weight: TaskWeight,
    progress: Progress,
}

impl<P: Pixel> Snapshot<P> {
    pub(crate) fn of(gan: &SimGan<P>) -> Self {
        Self {
            refiner: gan.refiner.clone(),
            discriminator: gan.discriminator.clone(),
            refiner_optimizer: gan.refiner_optimizer.clone(),
            discriminator_optimizer: gan.discriminator_optimizer.clone(),
            average: gan.average.clone(),
            history: gan.history.clone(),
            pace: gan.pace.clone(),
            slack: gan.slack.clone(),
            task_weight: gan.task_weight,
            progress: gan.progress,
        }
    }

    /// The state that a run that is here now would go back to: its newest regular checkpoint, or its
    /// start. A run that was stopped in between takes it from disk, and so goes back to where one
    /// that was not stopped would.
    pub(crate) fn last_good(gan: &SimGan<P>, checkpoints: Option<&Path>) -> Result<Self, Error> {
        if gan.is_regular() {
            return Ok(Self::of(gan));
        }
        let every = gan.config.checkpoint_every;
        let saved =
            checkpoints.map(|folder| run_folder::newest_regular(folder, every)).transpose()?;
        match saved.flatten() {
            Some(path) => Ok(Self::of(&checkpoint::load(&path, &gan.device)?)),
            None => Ok(Self::of(&SimGan::new(gan.config.clone(), gan.size, &gan.device)?)),
        }
    }
}

impl<P: Pixel> SimGan<P> {
    /// Whether a checkpoint at this step is one that every run of these settings makes.
    pub(crate) fn is_regular(&self) -> bool {
        let (step, every) = (self.progress.step, self.config.checkpoint_every);
        step == 0 || (every > 0 && step.is_multiple_of(every))
    }

    /// Factor on both step sizes, after all rollbacks and the planned drop.
    pub(crate) fn rate(&self) -> f64 {
        let at = self.config.learning_rate_drop_step;
        let dropped = at > 0 && self.progress.step >= at;
        let drop = if dropped { self.config.learning_rate_drop } else { 1.0 };
        drop * self.config.rollback_rate.powi(self.rollbacks.len() as i32)
    }

    /// Takes back everything since `good`, with smaller steps from there. The streams go on where
    /// they are: what was in them is not seen again.
    ///
    /// # Errors
    /// [`Error::Diverged`] if that has been done often enough.
    pub(crate) fn roll_back(
        &mut self,
        good: &Snapshot<P>,
        what: &'static str,
        (synthetic_position, real_position): (u64, u64),
    ) -> Result<Rollback, Error> {
        let from_step = self.progress.step;
        if self.rollbacks.len() >= self.config.max_rollbacks as usize {
            return Err(Error::Diverged {
                what,
                step: from_step,
                rollbacks: self.rollbacks.clone(),
                rate: self.rate(),
            });
        }
        let progress = Progress { synthetic_position, real_position, ..good.progress };
        let rollback = Rollback { from_step, to_step: progress.step, what: what.to_owned() };
        self.refiner = good.refiner.clone();
        self.discriminator = good.discriminator.clone();
        self.refiner_optimizer = good.refiner_optimizer.clone();
        self.discriminator_optimizer = good.discriminator_optimizer.clone();
        self.average = good.average.clone();
        self.history = good.history.clone();
        self.pace = good.pace.clone();
        self.slack = good.slack.clone();
        self.task_weight = good.task_weight;
        self.progress = progress;
        self.meters = Meters::default();
        self.curves.retain(|report| report.step <= progress.step);
        self.measures.retain(|measured| measured.step <= progress.step);
        self.rollbacks.push(rollback.clone());
        Ok(rollback)
    }
}

#[cfg(test)]
#[path = "guard_tests.rs"]
mod tests;
