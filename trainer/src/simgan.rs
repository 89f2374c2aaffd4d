//! The state of Algorithm 1, and its two steps.

use crate::batch::{self, Scale};
use crate::checkpoint;
use crate::config::SimGanConfig;
use crate::discriminator::DiscriminatorNet;
use crate::history::HistoryBuffer;
use crate::loss::{self, REAL, REFINED};
use crate::meter::Meters;
use crate::observer::{Phase, StepReport};
use crate::optimizer::clip_norm;
use crate::refiner::{Refiner, RefinerNet};
use crate::{Device, Error};
use burn::module::Module;
use burn::optim::{GradientsParams, ModuleOptimizer};
use burn::tensor::{Gradients, Tensor};
use serde::{Deserialize, Serialize};
use simulator::sample::Frame;
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
}

/// A training run of SimGAN: both networks, their optimisers, the history, and how far it has come.
pub struct SimGan {
    pub(crate) config: SimGanConfig,
    pub(crate) size: (usize, usize),
    pub(crate) device: Device,
    pub(crate) refiner: RefinerNet,
    pub(crate) discriminator: DiscriminatorNet,
    pub(crate) refiner_optimizer: ModuleOptimizer,
    pub(crate) discriminator_optimizer: ModuleOptimizer,
    pub(crate) history: HistoryBuffer,
    pub(crate) progress: Progress,
    pub(crate) curves: Vec<StepReport>,
    pub(crate) meters: Meters,
}

impl std::fmt::Debug for SimGan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SimGan")
            .field("config", &self.config)
            .field("size", &self.size)
            .field("device", &self.device)
            .field("progress", &self.progress)
            .finish_non_exhaustive()
    }
}

impl SimGan {
    /// An untrained pair of networks for frames of this width and height, px.
    ///
    /// # Errors
    /// If a setting is out of range.
    pub fn new(
        config: SimGanConfig,
        frame_size: (usize, usize),
        device: &Device,
    ) -> Result<Self, Error> {
        config.validate()?;
        let autodiff = device.autodiff();
        let optimizer = || config.optimizer.init(config.adam_beta_1, config.sgd_momentum);
        Ok(Self {
            size: frame_size,
            device: device.clone(),
            refiner: RefinerNet::new(&config.refiner, config.seed, &autodiff),
            discriminator: DiscriminatorNet::new(&config.discriminator, config.seed, &autodiff),
            refiner_optimizer: optimizer(),
            discriminator_optimizer: optimizer(),
            history: HistoryBuffer::new(config.history_capacity, config.seed),
            progress: Progress::default(),
            curves: Vec::new(),
            meters: Meters::default(),
            config,
        })
    }

    /// The run of a checkpoint, or of the newest one in a folder of them, as it was.
    ///
    /// # Errors
    /// If there is none, or a file of it is damaged.
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

    /// Every report since step 0.
    pub fn curves(&self) -> &[StepReport] {
        &self.curves
    }

    /// Refined images of the past.
    pub fn history(&self) -> &HistoryBuffer {
        &self.history
    }

    /// The refiner as it is now, for use.
    pub fn refiner(&self) -> Refiner {
        Refiner::from_net(self.refiner.valid(), self.device.clone())
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

    /// One step of the refiner on the self-regularisation alone.
    ///
    /// # Panics
    /// If the frames are none, or not of [`Self::frame_size`].
    pub fn refiner_warmup_step(&mut self, rendered: &[Frame<u8>]) {
        let x = self.images(rendered);
        let loss = loss::self_regularization(self.refiner.forward(x.clone()), x);
        self.meters.self_regularization.add(loss.clone());
        let grads = (loss * self.loss_scale()).backward();
        self.update_refiner(grads);
        self.meters.images += rendered.len();
    }

    /// One step of the refiner on L_R, equation (4); the discriminator stays as it is.
    ///
    /// # Panics
    /// As [`Self::refiner_warmup_step`].
    pub fn refiner_step(&mut self, rendered: &[Frame<u8>]) {
        let (loss, realism, self_regularization) = self.refiner_loss(rendered);
        self.meters.refiner_adversarial.add(realism);
        self.meters.self_regularization.add(self_regularization);
        self.update_refiner(loss.backward());
        self.meters.images += rendered.len();
    }

    /// What the refiner descends on, and its two parts: realism + λ · self-regularisation, a mean
    /// over patches and a mean over pixels.
    pub(crate) fn refiner_loss(&self, rendered: &[Frame<u8>]) -> (Tensor<1>, Tensor<1>, Tensor<1>) {
        let (realism, self_regularization) = self.refiner_losses(rendered);
        let loss = realism.clone() + self_regularization.clone() * self.config.lambda;
        (loss * self.loss_scale(), realism, self_regularization)
    }

    /// One step of the discriminator on L_D, equation (2); the refiner stays as it is. Half real,
    /// half refined: these renders refined now, and as many images of the history as are missing
    /// to the number of real ones. Returns the freshly refined ones.
    ///
    /// # Errors
    /// If a refined pixel is not finite.
    ///
    /// # Panics
    /// As [`Self::refiner_warmup_step`]; also if the history holds too few images.
    pub fn discriminator_step(
        &mut self,
        rendered: &[Frame<u8>],
        real: &[Frame<u8>],
    ) -> Result<Vec<Frame<u8>>, Error> {
        let fresh = self.refine(rendered)?;
        let refined = self.refined_half(&fresh, real.len());
        let loss = self.discriminator_loss(refined, self.images(real));
        let grads = (loss * self.loss_scale()).backward();
        let grads = GradientsParams::from_grads(grads, &self.discriminator);
        let grads = clip_norm(grads, &self.discriminator, self.config.gradient_clip_norm);
        let lr = self.config.discriminator_learning_rate;
        self.discriminator =
            self.discriminator_optimizer.step(lr, self.discriminator.clone(), grads);
        self.meters.images += rendered.len();
        Ok(fresh)
    }

    /// Refined images a discriminator step makes itself: half of them once the history can give the
    /// other half, before that all.
    pub(crate) fn fresh_per_step(&self) -> usize {
        let half = self.config.batch_size / 2;
        if self.history.len() >= half { half } else { self.config.batch_size }
    }

    /// Puts b/2 refined images into the history.
    pub(crate) fn remember(&mut self, mut fresh: Vec<Frame<u8>>) {
        fresh.truncate(self.config.batch_size / 2);
        self.history.insert(fresh);
    }

    /// Refines without recording gradients.
    fn refine(&self, rendered: &[Frame<u8>]) -> Result<Vec<Frame<u8>>, Error> {
        let rendered: Vec<&Frame<u8>> = rendered.iter().collect();
        let x = batch::to_tensor(&rendered, Scale::Range, &self.device.inner);
        batch::to_frames(self.refiner.valid().forward(x))
            .ok_or(Error::NotFinite { what: "a refined pixel", step: self.progress.step })
    }

    /// `count` refined images for the discriminator: the fresh ones, and the rest from the history.
    fn refined_half(&mut self, fresh: &[Frame<u8>], count: usize) -> Tensor<4> {
        let missing = count.saturating_sub(fresh.len());
        let mut refined: Vec<&Frame<u8>> = fresh.iter().collect();
        match self.history.sample(missing) {
            Some(past) => refined.extend(past),
            None => panic!("the history holds fewer than {missing} images"),
        }
        batch::to_tensor(&refined, Scale::Range, &self.device.autodiff())
    }

    /// Equation (3) and the norm in equation (4).
    fn refiner_losses(&self, rendered: &[Frame<u8>]) -> (Tensor<1>, Tensor<1>) {
        let x = self.images(rendered);
        let refined = self.refiner.forward(x.clone());
        // The discriminator judges what can be shown: nothing is blacker than black.
        let shown = refined.clone().clamp(-1.0, 1.0);
        let verdict = self.discriminator.clone().no_grad().forward(shown);
        (loss::realism(verdict), loss::self_regularization(refined, x))
    }

    /// Equation (2).
    fn discriminator_loss(&mut self, refined: Tensor<4>, real: Tensor<4>) -> Tensor<1> {
        let refined = self.discriminator.forward(refined);
        let real = self.discriminator.forward(real);
        self.meters.refined_accuracy.add(loss::accuracy(refined.clone(), REFINED));
        self.meters.real_accuracy.add(loss::accuracy(real.clone(), REAL));
        let loss = loss::discriminator(refined, real);
        self.meters.discriminator.add(loss.clone());
        loss
    }

    fn update_refiner(&mut self, grads: Gradients) {
        let grads = GradientsParams::from_grads(grads, &self.refiner);
        let grads = clip_norm(grads, &self.refiner, self.config.gradient_clip_norm);
        let lr = self.config.refiner_learning_rate;
        self.refiner = self.refiner_optimizer.step(lr, self.refiner.clone(), grads);
    }

    fn images(&self, frames: &[Frame<u8>]) -> Tensor<4> {
        let frames: Vec<&Frame<u8>> = frames.iter().collect();
        batch::to_tensor(&frames, Scale::Range, &self.device.autodiff())
    }

    fn loss_scale(&self) -> f64 {
        if self.config.sum_over_patches { DiscriminatorNet::patches(self.size) as f64 } else { 1.0 }
    }
}

#[cfg(test)]
#[path = "simgan_tests.rs"]
mod tests;
