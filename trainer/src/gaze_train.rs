//! Training of the gaze network.

use crate::augment::jittered;
use crate::epochs::{self, EpochObserver, Plan};
use crate::gaze_config::{GazeLoss, GazeNetConfig};
use crate::gaze_net::{GazeModule, GazeNet, scale};
use crate::{Device, Error, average, batch, seed};
use burn::module::Module;
use burn::optim::{GradientsParams, ModuleOptimizer};
use burn::tensor::{Tensor, TensorData};
use nalgebra::Vector3;
use rayon::prelude::*;
use simulator::sample::{Frame, Gaze};

impl GazeNet {
    /// Trains a network on these frames and the gaze in each: every epoch in another order and each
    /// frame varied anew ([`GazeNetConfig::augment`]), to the loss ([`GazeNetConfig::loss`]) of the
    /// network's vector against the unit vector of the gaze; a small angle error of α radians alone
    /// makes the squared one α².
    ///
    /// # Errors
    /// If a setting is out of range, frames and gazes are not as many, sizes differ or are too
    /// small, or the loss is not finite.
    pub fn train(
        config: &GazeNetConfig,
        frames: &[Frame<u8>],
        gazes: &[Gaze],
        device: &Device,
        observer: &mut dyn EpochObserver,
    ) -> Result<GazeNet, Error> {
        let mut training = Training::new(config, frames, gazes, device)?;
        let plan = Plan {
            order: "gaze order",
            loss: "the gaze network's loss",
            seed: config.seed,
            frames: frames.len(),
            epochs: config.epochs,
            batch_size: config.batch_size,
            learning_rate: config.learning_rate,
            schedule: config.schedule,
        };
        epochs::run(&plan, observer, |chosen, epoch, lr| training.step(chosen, epoch, lr))?;
        Ok(training.finish())
    }
}

/// A network on its way.
struct Training<'a> {
    config: &'a GazeNetConfig,
    frames: &'a [Frame<u8>],
    gazes: &'a [Gaze],
    size: (usize, usize),
    device: &'a Device,
    module: GazeModule,
    optimizer: ModuleOptimizer,
    /// The moving average of the weights, if wanted, and how often it has moved.
    average: Option<(GazeModule, u64)>,
}

impl<'a> Training<'a> {
    fn new(
        config: &'a GazeNetConfig,
        frames: &'a [Frame<u8>],
        gazes: &'a [Gaze],
        device: &'a Device,
    ) -> Result<Self, Error> {
        config.validate()?;
        if frames.len() != gazes.len() || frames.is_empty() {
            let problem = format!("there are {} frames and {} gazes", frames.len(), gazes.len());
            let remedy = "give one gaze for each frame, and at least one frame";
            return Err(Error::Data { problem, remedy });
        }
        let size = frames[0].size();
        batch::check_sizes(frames, size, "frame", 0)?;
        config.validate_for(size)?;
        if let Some(i) = gazes.iter().position(|g| !(g.pitch.is_finite() && g.yaw.is_finite())) {
            let problem = format!("the gaze of frame {i} is not finite");
            return Err(Error::Data { problem, remedy: "leave that frame out" });
        }
        let module = GazeModule::new(config, size, &device.autodiff());
        let average = (config.average > 0.0).then(|| (module.valid(), 0));
        let optimizer = config.optimizer.init(0.9, config.sgd_momentum);
        Ok(Self { config, frames, gazes, size, device, module, optimizer, average })
    }

    /// One step on the chosen frames; its loss.
    fn step(&mut self, chosen: &[usize], epoch: usize, lr: f64) -> Tensor<1> {
        let device = self.device.autodiff();
        let varied: Vec<(Frame<u8>, Vector3<f64>)> =
            chosen.par_iter().map(|&i| self.varied(i, epoch)).collect();
        let images: Vec<&Frame<u8>> = varied.iter().map(|(frame, _)| frame).collect();
        let x = batch::to_tensor(&images, scale(self.config), &device);
        let targets: Vec<f32> =
            varied.iter().flat_map(|(_, gaze)| gaze.data.0[0].map(|v| v as f32)).collect();
        let targets = Tensor::<2>::from_data(TensorData::new(targets, [chosen.len(), 3]), &device);
        let off = self.module.forward(x) - targets;
        let sum = match self.config.loss {
            GazeLoss::Squared => off.square().sum(),
            GazeLoss::Absolute => off.abs().sum(),
        };
        let loss = sum / chosen.len() as f32;
        let grads = GradientsParams::from_grads(loss.backward(), &self.module);
        self.module = self.optimizer.step(lr, self.module.clone(), grads);
        self.move_average();
        loss.inner()
    }

    /// Frame `i` as it is seen in this epoch, and the gaze there: a function of (seed, epoch, i).
    fn varied(&self, i: usize, epoch: usize) -> (Frame<u8>, Vector3<f64>) {
        let index = (epoch * self.frames.len() + i) as u64;
        let GazeNetConfig { seed, brightness_jitter, contrast_jitter, .. } = *self.config;
        let mut frame = self.frames[i].clone();
        if brightness_jitter > 0.0 || contrast_jitter > 0.0 {
            let mut rng = seed::rng(seed, "gaze jitter", index);
            frame = jittered(&frame, brightness_jitter, contrast_jitter, &mut rng);
        }
        let gaze = self.gazes[i].to_vector();
        if self.config.augment.is_none() {
            return (frame, gaze);
        }
        let mut rng = seed::rng(seed, "gaze variation", index);
        self.config.augment.varied(&frame, gaze, &mut rng)
    }

    fn move_average(&mut self) {
        if let Some((module, moves)) = self.average.take() {
            let keep = average::keep(self.config.average, moves);
            self.average = Some((average::moved(module, &self.module.valid(), keep), moves + 1));
        }
    }

    fn finish(self) -> GazeNet {
        let module = self.average.map_or_else(|| self.module.valid(), |(module, _)| module);
        GazeNet::from_module(self.config.clone(), self.size, module, self.device.clone())
    }
}

#[cfg(test)]
#[path = "gaze_train_tests.rs"]
mod tests;
