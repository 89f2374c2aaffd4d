//! What a run tells while it trains. Curves and pictures are drawn by whoever listens.

use crate::guard::Rollback;
use crate::judge::{HeldOut, Measured};
use crate::pixel::Pixel;
use crate::watch::Warning;
use serde::{Deserialize, Serialize};
use simulator::sample::Frame;
use std::path::Path;

/// Whether to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    /// Go on.
    Continue,
    /// Save a checkpoint and stop.
    Stop,
}

/// The three parts of Algorithm 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// The refiner alone learns to reproduce its input.
    RefinerWarmup,
    /// The discriminator alone learns to tell renders from real images.
    DiscriminatorWarmup,
    /// Both, against each other.
    Adversarial,
}

impl Phase {
    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::RefinerWarmup => "refiner-warmup",
            Self::DiscriminatorWarmup => "discriminator-warmup",
            Self::Adversarial => "adversarial",
        }
    }
}

/// Mean values since the last report. What a phase does not compute is `None`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepReport {
    /// Part of Algorithm 1.
    pub phase: Phase,
    /// Steps done since the beginning, warm-ups included.
    pub step: u64,
    /// Steps of the whole run.
    pub total_steps: u64,
    /// Iterations done of the adversarial phase: the paper's t.
    pub iteration: u64,
    /// Updates of both networks.
    #[serde(default)]
    pub updates: u64,
    /// Refiner: cross-entropy per patch against "real", equation (3). ln 2 = 0.693: D can't tell.
    pub refiner_adversarial: Option<f32>,
    /// Refiner: mean |R(x) - x| per pixel, black -1 and white 1, without λ.
    pub self_regularization: Option<f32>,
    /// Mean change of the answers of the task term's estimator, radians of gaze.
    #[serde(default)]
    pub task_change: Option<f32>,
    /// The factor on the discriminator's score ([`SimGanConfig::discriminator_slack`](crate::SimGanConfig)).
    #[serde(default)]
    pub discriminator_slack: Option<f32>,
    /// Discriminator: cross-entropy per patch, equation (2), mean of both halves.
    pub discriminator: Option<f32>,
    /// Share of real patches that the discriminator takes for real, 0 to 1.
    pub real_accuracy: Option<f32>,
    /// Share of refined patches (history included) that it takes for refined, 0 to 1.
    pub refined_accuracy: Option<f32>,
    /// How different refined images are from each other, as a share of how different their renders
    /// are. Near 0: collapse.
    #[serde(default)]
    pub refined_variety: Option<f32>,
    /// K_g: refiner steps in an iteration, now.
    #[serde(default)]
    pub refiner_updates: usize,
    /// Rendered images that went through a training step, a second.
    pub images_per_second: f32,
}

/// The same few images at each picture: the first of both streams.
#[derive(Debug)]
pub struct Pictures<'a, P: Pixel = u8> {
    /// Iterations done of the adversarial phase.
    pub iteration: u64,
    /// Renders.
    pub rendered: &'a [Frame<P>],
    /// What the refiner makes of them now, in the same order.
    pub refined: Vec<Frame<P>>,
    /// Real images, for comparison; they belong to no render.
    pub real: &'a [Frame<P>],
}

/// Listens to a run. Every method has a default that does nothing.
pub trait Observer<P: Pixel = u8> {
    /// Called before every step: the place to look for Ctrl-C.
    fn poll(&mut self) -> Control {
        Control::Continue
    }
    /// Called every `report_every` steps, and when a phase ends.
    fn step(&mut self, _report: &StepReport) -> Control {
        Control::Continue
    }
    /// Called every `picture_every` iterations, before the first and after the last.
    fn pictures(&mut self, _pictures: &Pictures<'_, P>) {}
    /// Called when a checkpoint lies complete in this folder.
    fn checkpoint(&mut self, _path: &Path, _step: u64) {}
    /// The images that measures are made on, and who judges them; without any, nothing is measured.
    fn held_out(&mut self) -> Option<&mut dyn HeldOut<P>> {
        None
    }
    /// Called after every measurement; `best` says whether it is the best so far.
    fn measured(&mut self, _measured: &Measured, _best: bool) {}
    /// Called when numbers were not finite and the run went back to a checkpoint.
    fn rolled_back(&mut self, _rollback: &Rollback) {}
    /// Called when the curves show that something goes wrong.
    fn warning(&mut self, _warning: Warning, _step: u64) {}
}

/// Ignores every event.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl<P: Pixel> Observer<P> for Silent {}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All iterations are done.
    Finished,
    /// No better checkpoint came for as long as the settings have patience.
    StoppedEarly,
    /// The observer said stop.
    Stopped,
}
