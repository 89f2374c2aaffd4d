//! Training of the gaze network.

use crate::batch;
use crate::epochs::{self, EpochObserver, Plan};
use crate::gaze_config::GazeNetConfig;
use crate::gaze_net::{GazeModule, GazeNet, check_size, scale};
use crate::{Device, Error, seed};
use burn::module::Module;
use burn::optim::{GradientsParams, ModuleOptimizer};
use burn::tensor::{Tensor, TensorData};
use rand::RngExt;
use simulator::sample::{Frame, Gaze};

impl GazeNet {
    /// Trains a network on these frames and the gaze in each: every epoch in another order, to the
    /// loss of the squared distance between the network's vector and the unit vector of the gaze,
    /// averaged over the frames; a small angle error of α radians alone would make it α².
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
