//! Training of the pupil network.

use crate::batch::{self, Scale};
use crate::epochs::{self, EpochObserver, Plan};
use crate::pupil_config::PupilNetConfig;
use crate::pupil_net::{PupilModule, PupilNet};
use crate::{Device, Error, Optimizer, seed};
use burn::module::Module;
use burn::optim::{GradientsParams, ModuleOptimizer};
use burn::tensor::{Tensor, TensorData};
use rayon::prelude::*;
use simulator::sample::Frame;

impl PupilNet {
    /// Trains a network on frames of any size and the pupil's centre (x, y) in each, px of that
    /// frame: every epoch in another order and each frame varied anew
    /// ([`PupilNetConfig::augment`]). The loss is δ² (√(1 + d²/δ²) - 1) for an error of d px of the
    /// view, with δ = [`PupilNetConfig::robust_px`]: half the square when small.
    ///
    /// # Errors
    /// If a setting is out of range, frames and centres are not as many, a centre lies outside its
    /// frame, or the loss is not finite.
    pub fn train(
        config: &PupilNetConfig,
        frames: &[Frame<u8>],
        centers_px: &[[f32; 2]],
        device: &Device,
        observer: &mut dyn EpochObserver,
    ) -> Result<PupilNet, Error> {
        config.validate()?;
        check(frames, centers_px)?;
        let autodiff = device.autodiff();
        let mut training = Training {
            config,
            frames,
            centers_px,
            module: PupilModule::new(config, &autodiff),
            device: autodiff,
            optimizer: Optimizer::Adam.init(0.9, 0.0),
        };
        let plan = Plan {
            order: "pupil order",
            loss: "the pupil network's loss",
            seed: config.seed,
            frames: frames.len(),
            epochs: config.epochs,
            batch_size: config.batch_size,
            learning_rate: config.learning_rate,
            schedule: config.schedule,
        };
        epochs::run(&plan, observer, |chosen, epoch, lr| training.step(chosen, epoch, lr))?;
        Ok(Self::from_module(config.clone(), training.module.valid(), device.clone()))
    }
}

fn check(frames: &[Frame<u8>], centers_px: &[[f32; 2]]) -> Result<(), Error> {
    if frames.len() != centers_px.len() || frames.is_empty() {
        let (frames, centers) = (frames.len(), centers_px.len());
        let problem = format!("there are {frames} frames and {centers} pupil centres");
        let remedy = "give one centre for each frame, and at least one frame";
        return Err(Error::Data { problem, remedy });
    }
    for (i, (frame, center)) in frames.iter().zip(centers_px).enumerate() {
        if !frame.contains(*center) {
            let problem = format!("the pupil of frame {i} is at {center:?} px, outside the frame");
            return Err(Error::Data { problem, remedy: "leave that frame out" });
        }
    }
    Ok(())
}

/// State of a training: module, optimiser, and the data that it learns from.
struct Training<'a> {
    config: &'a PupilNetConfig,
    frames: &'a [Frame<u8>],
    centers_px: &'a [[f32; 2]],
    device: burn::tensor::Device,
    module: PupilModule,
    optimizer: ModuleOptimizer,
}

impl Training<'_> {
    /// One step on the chosen frames; its loss.
    fn step(&mut self, chosen: &[usize], epoch: usize, lr: f64) -> Tensor<1> {
        let varied: Vec<(Frame<u8>, [f32; 2])> =
            chosen.par_iter().map(|&i| self.varied(i, epoch)).collect();
        let images: Vec<&Frame<u8>> = varied.iter().map(|(frame, _)| frame).collect();
        let x = batch::to_tensor(&images, Scale::PerImage, &self.device);
        let targets: Vec<f32> = varied.iter().flat_map(|(_, at)| *at).collect();
        let targets = TensorData::new(targets, [chosen.len(), 2]);
        let targets = Tensor::<2>::from_data(targets, &self.device);
        // δ² (√(1 + d²/δ²) - 1), the mean over the images.
        let square = self.config.robust_px.powi(2);
        let d2 = (self.module.forward(x) - targets).square().sum_dim(1);
        let loss = (((d2 / square + 1.0).sqrt() - 1.0) * square).mean();
        let grads = GradientsParams::from_grads(loss.backward(), &self.module);
        self.module = self.optimizer.step(lr, self.module.clone(), grads);
        loss.inner()
    }

    /// Frame `i` as it is seen in this epoch, and where its pupil is there, px of the view: a
    /// function of (seed, epoch, i).
    fn varied(&self, i: usize, epoch: usize) -> (Frame<u8>, [f32; 2]) {
        let index = (epoch * self.frames.len() + i) as u64;
        let mut rng = seed::rng(self.config.seed, "pupil variation", index);
        let (frame, center, side) = (&self.frames[i], self.centers_px[i], self.config.side_px);
        let augment = &self.config.augment;
        let view = augment.view(frame.size(), center, side, &mut rng);
        (augment.degraded(view, frame, &mut rng), view.to_view(center))
    }
}

#[cfg(test)]
#[path = "pupil_train_tests.rs"]
mod tests;
