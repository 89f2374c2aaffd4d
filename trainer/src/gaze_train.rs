//! Training of the gaze network.

use crate::batch;
use crate::gaze_config::GazeNetConfig;
use crate::gaze_net::{GazeModule, GazeNet, check_size, scale};
use crate::meter::Mean;
use crate::observer::Control;
use crate::{Device, Error, seed};
use burn::module::Module;
use burn::optim::{GradientsParams, ModuleOptimizer};
use burn::tensor::{Tensor, TensorData};
use rand::RngExt;
use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};
use simulator::sample::{Frame, Gaze};
use std::time::Instant;

/// One pass over the training frames.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EpochReport {
    /// Passes done, from 1.
    pub epoch: usize,
    /// Passes in all.
    pub epochs: usize,
    /// Mean squared distance between the network's vector and the unit gaze vector. A small angle
    /// error of α radians alone would make it α².
    pub loss: f32,
    /// Frames through a training step, a second.
    pub images_per_second: f32,
}

/// Listens to the training of a gaze network.
pub trait GazeObserver {
    /// Called before every step: the place to look for Ctrl-C. On `Stop`, training ends there and
    /// returns the network as it is.
    fn poll(&mut self) -> Control {
        Control::Continue
    }
    /// Called after every epoch.
    fn epoch(&mut self, _report: &EpochReport) -> Control {
        Control::Continue
    }
}

impl GazeObserver for crate::observer::Silent {}

impl GazeNet {
    /// Trains a network on these frames and the gaze in each: every epoch in another order, to the
    /// L2 loss between the network's vector and the unit vector of the gaze.
    ///
    /// # Errors
    /// If a setting is out of range, frames and gazes are not as many, sizes differ or are too
    /// small, or the loss is not finite.
    pub fn train(
        config: &GazeNetConfig,
        frames: &[Frame<u8>],
        gazes: &[Gaze],
        device: &Device,
        observer: &mut dyn GazeObserver,
    ) -> Result<GazeNet, Error> {
        let mut training = Training::new(config, frames, gazes, device)?;
        let steps = frames.len().div_ceil(config.batch_size);
        'epochs: for epoch in 0..config.epochs {
            let started = Instant::now();
            // Each epoch's order is a function of (seed, epoch).
            let mut order: Vec<usize> = (0..frames.len()).collect();
            order.shuffle(&mut seed::rng(config.seed, "gaze order", epoch as u64));
            let mut mean = Mean::default();
            for (i, chosen) in order.chunks(config.batch_size).enumerate() {
                if observer.poll() == Control::Stop {
                    break 'epochs;
                }
                let lr = config.learning_rate_at(epoch * steps + i, config.epochs * steps);
                mean.add(training.step(chosen, epoch, lr));
            }
            let loss = mean.take().unwrap_or_default();
            if !loss.is_finite() {
                let step = ((epoch + 1) * steps) as u64;
                return Err(Error::NotFinite { what: "the gaze network's loss", step });
            }
            let seconds = started.elapsed().as_secs_f32().max(1e-6);
            let control = observer.epoch(&EpochReport {
                epoch: epoch + 1,
                epochs: config.epochs,
                loss,
                images_per_second: frames.len() as f32 / seconds,
            });
            if control == Control::Stop {
                break;
            }
        }
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
        check_size(size)?;
        if let Some(i) = gazes.iter().position(|g| !(g.pitch.is_finite() && g.yaw.is_finite())) {
            let problem = format!("the gaze of frame {i} is not finite");
            return Err(Error::Data { problem, remedy: "leave that frame out" });
        }
        Ok(Self {
            config,
            frames,
            gazes,
            size,
            device,
            module: GazeModule::new(config, size, &device.autodiff()),
            optimizer: config.optimizer.init(0.9, config.sgd_momentum),
        })
    }

    /// One step on the chosen frames; its loss.
    fn step(&mut self, chosen: &[usize], epoch: usize, lr: f64) -> Tensor<1> {
        let device = self.device.autodiff();
        // The images, jittered if wanted, and their unit gaze vectors.
        let frames: Vec<Frame<u8>>;
        let images: Vec<&Frame<u8>> = if self.jitters() {
            frames = chosen.iter().map(|&i| self.jittered(i, epoch)).collect();
            frames.iter().collect()
        } else {
            chosen.iter().map(|&i| &self.frames[i]).collect()
        };
        let x = batch::to_tensor(&images, scale(self.config), &device);
        let targets: Vec<f32> = chosen
            .iter()
            .flat_map(|&i| self.gazes[i].to_vector().data.0[0].map(|v| v as f32))
            .collect();
        let targets = Tensor::<2>::from_data(TensorData::new(targets, [chosen.len(), 3]), &device);
        // ‖g - ĝ‖², the mean over the images.
        let loss = (self.module.forward(x) - targets).square().sum() / chosen.len() as f32;
        let grads = GradientsParams::from_grads(loss.backward(), &self.module);
        self.module = self.optimizer.step(lr, self.module.clone(), grads);
        loss.inner()
    }

    fn jitters(&self) -> bool {
        self.config.brightness_jitter > 0.0 || self.config.contrast_jitter > 0.0
    }

    /// Frame `i` with another brightness and contrast: a function of (seed, epoch, i).
    fn jittered(&self, i: usize, epoch: usize) -> Frame<u8> {
        let index = (epoch * self.frames.len() + i) as u64;
        let mut rng = seed::rng(self.config.seed, "gaze jitter", index);
        let mut within = |limit: f32| limit * (2.0 * rng.random::<f32>() - 1.0);
        let shift = 255.0 * within(self.config.brightness_jitter);
        let factor = 1.0 + within(self.config.contrast_jitter);
        let frame = &self.frames[i];
        Frame::from_fn(frame.width(), frame.height(), |x, y| {
            let grey = (frame.get(x, y) as f32 - 127.5) * factor + 127.5 + shift;
            grey.round().clamp(0.0, 255.0) as u8
        })
    }

    fn finish(self) -> GazeNet {
        let module = self.module.valid();
        GazeNet::from_module(self.config.clone(), self.size, module, self.device.clone())
    }
}

#[cfg(test)]
#[path = "gaze_train_tests.rs"]
mod tests;
