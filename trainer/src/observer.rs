//! What a run tells while it trains. Curves and pictures are drawn by whoever listens.

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
    /// Refiner: cross-entropy per patch against "real", equation (3). ln 2 = 0.693: D can't tell.
    pub refiner_adversarial: Option<f32>,
    /// Refiner: mean |R(x) - x| per pixel, black -1 and white 1, without λ.
    pub self_regularization: Option<f32>,
    /// Discriminator: cross-entropy per patch, equation (2), mean of both halves.
    pub discriminator: Option<f32>,
    /// Share of real patches that the discriminator takes for real, 0 to 1.
    pub real_accuracy: Option<f32>,
    /// Share of refined patches (history included) that it takes for refined, 0 to 1.
    pub refined_accuracy: Option<f32>,
    /// Rendered images that went through a training step, a second.
    pub images_per_second: f32,
}

/// The same few images at each picture: the first of both streams.
#[derive(Debug)]
pub struct Pictures<'a> {
    /// Iterations done of the adversarial phase.
    pub iteration: u64,
    /// Renders.
    pub rendered: &'a [Frame<u8>],
    /// What the refiner makes of them now, in the same order.
    pub refined: Vec<Frame<u8>>,
    /// Real images, for comparison; they belong to no render.
    pub real: &'a [Frame<u8>],
}

/// Listens to a run. Every method has a default that does nothing.
pub trait Observer {
    /// Called before every step: the place to look for Ctrl-C.
    fn poll(&mut self) -> Control {
        Control::Continue
    }
    /// Called every `report_every` steps, and when a phase ends.
    fn step(&mut self, _report: &StepReport) -> Control {
        Control::Continue
    }
    /// Called every `picture_every` iterations, before the first and after the last.
    fn pictures(&mut self, _pictures: &Pictures<'_>) {}
    /// Called when a checkpoint lies complete in this folder.
    fn checkpoint(&mut self, _path: &Path, _step: u64) {}
}

/// Listens to nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Observer for Silent {}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All iterations are done.
    Finished,
    /// The observer said stop.
    Stopped,
}
