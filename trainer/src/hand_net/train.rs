//! Training of the pose estimator.

use super::HandNet;
use super::config::HandNetConfig;
use super::joint::HandJoint;
use super::maps::Target;
use super::module::HandModule;
use crate::batch::{self, Scale};
use crate::epochs::{self, EpochObserver, Plan};
use crate::{Device, Error, Optimizer, RelativeDepth, seed};
use burn::module::Module;
use burn::optim::{GradientsParams, ModuleOptimizer};
use burn::tensor::activation::log_softmax;
use burn::tensor::{Tensor, TensorData};
use rayon::prelude::*;
use simulator::sample::Frame;

impl HandNet {
    /// Trains an estimator on frames of any size and the joints in each, px of that frame: every epoch
    /// in another order and each frame varied anew ([`HandNetConfig::augment`]). Any joints will do
    /// (NYU's 14, the common 21, a part of them), the same of every frame; one that lies beside its
    /// frame teaches nothing there, one without a depth teaches its place alone.
    ///
    /// The loss is a sum over hourglasses of the mean over joints of the cross-entropy of the heat map
    /// against the true one, which has its least where they are equal, and
    /// [`HandNetConfig::depth_weight`] times the error in depth around the joint. Newell's loss is the
    /// squared difference of the maps, whose gradient is small until a peak stands where it belongs.
    ///
    /// # Errors
    /// If a setting is out of range, frames and hands are not as many, hands have different numbers of
    /// joints, or the loss is not finite.
    pub fn train(
        config: &HandNetConfig,
        frames: &[Frame<RelativeDepth>],
        hands: &[Vec<HandJoint>],
        device: &Device,
        observer: &mut dyn EpochObserver,
    ) -> Result<HandNet, Error> {
        config.validate()?;
        let joints = check(frames, hands)?;
        let autodiff = device.autodiff();
        let mut training = Training {
            config,
            frames,
            hands,
            joints,
            module: HandModule::new(config, joints, &autodiff),
            device: autodiff,
            optimizer: Optimizer::Adam.init(0.9, 0.0),
        };
        let plan = Plan {
            order: "hand order",
            loss: "the hand network's loss",
            seed: config.seed,
            frames: frames.len(),
            epochs: config.epochs,
            batch_size: config.batch_size,
            learning_rate: config.learning_rate,
            schedule: config.schedule,
        };
        epochs::run(&plan, observer, |chosen, epoch, lr| training.step(chosen, epoch, lr))?;
        let (config, module) = (config.clone(), training.module.valid());
        Ok(Self { config, joints, module, device: device.clone() })
    }
}

/// The number of joints in each frame.
fn check(frames: &[Frame<RelativeDepth>], hands: &[Vec<HandJoint>]) -> Result<usize, Error> {
    let joints = hands.first().map_or(0, Vec::len);
    if frames.len() != hands.len() || joints == 0 {
        let (frames, hands) = (frames.len(), hands.len());
        let problem = format!("there are {frames} frames and {hands} hands of {joints} joints");
        let remedy = "give one hand for each frame, at least one frame, and at least one joint";
        return Err(Error::Data { problem, remedy });
    }
    if let Some(i) = hands.iter().position(|hand| hand.len() != joints) {
        let problem = format!("hand {i} has {} joints and hand 0 has {joints}", hands[i].len());
        return Err(Error::Data { problem, remedy: "give the same joints of every hand" });
    }
    let finite = |j: &HandJoint| j.px.iter().chain(&j.depth).all(|c| c.is_finite());
    if let Some(i) = hands.iter().position(|hand| !hand.iter().all(finite)) {
        let problem = format!("a joint of hand {i} is not finite");
        return Err(Error::Data { problem, remedy: "leave that frame out" });
    }
    Ok(joints)
}

/// State of a training: module, optimiser, and the data that it learns from.
struct Training<'a> {
    config: &'a HandNetConfig,
    frames: &'a [Frame<RelativeDepth>],
    hands: &'a [Vec<HandJoint>],
    joints: usize,
    device: burn::tensor::Device,
    module: HandModule,
    optimizer: ModuleOptimizer,
}

impl Training<'_> {
    /// One step on the chosen frames; its loss.
    fn step(&mut self, chosen: &[usize], epoch: usize, lr: f64) -> Tensor<1> {
        let varied: Vec<(Frame<RelativeDepth>, Vec<Target>)> =
            chosen.par_iter().map(|&i| self.varied(i, epoch)).collect();
        let images: Vec<&Frame<RelativeDepth>> = varied.iter().map(|(frame, _)| frame).collect();
        let x = batch::to_tensor(&images, Scale::Range, &self.device);
        let targets: Vec<&Target> = varied.iter().flat_map(|(_, targets)| targets).collect();
        let loss = self.loss(self.module.forward(x), &targets);
        let grads = GradientsParams::from_grads(loss.backward(), &self.module);
        self.module = self.optimizer.step(lr, self.module.clone(), grads);
        loss.inner()
    }

    /// Of all hourglasses; targets frame by frame, joint by joint.
    fn loss(&self, stack_maps: Vec<Tensor<4>>, targets: &[&Target]) -> Tensor<1> {
        let (joints, cells) = (self.joints, self.config.map_px.pow(2));
        let batch = targets.len() / joints;
        let known = |target: &&Target| if target.depth.is_some() { 1.0 } else { 0.0 };
        let heat = targets.iter().flat_map(|target| target.heat.iter().copied()).collect();
        let heat = self.tensor(heat, [batch, joints, cells]);
        let depth = targets.iter().map(|target| target.depth.unwrap_or(0.0)).collect();
        let depth = self.tensor(depth, [batch, joints, 1]);
        let with_depth =
            heat.clone() * self.tensor(targets.iter().map(known).collect(), [batch, joints, 1]);
        let mut total: Option<Tensor<1>> = None;
        for maps in stack_maps {
            // [batch, 2 joints, cells]
            let maps = maps.reshape([batch, cells, 2 * joints]).swap_dims(1, 2);
            let shares = log_softmax(maps.clone().narrow(1, 0, joints), 2);
            let error = (maps.narrow(1, joints, joints) - depth.clone()).abs();
            let depth_loss = (with_depth.clone() * error).sum() * self.config.depth_weight;
            let loss = (depth_loss - (heat.clone() * shares).sum()) / targets.len() as f64;
            total = Some(match total {
                None => loss,
                Some(total) => total + loss,
            });
        }
        let Some(total) = total else {
            unreachable!("settings with an hourglass at least are checked")
        };
        total
    }

    fn tensor(&self, values: Vec<f32>, shape: [usize; 3]) -> Tensor<3> {
        Tensor::from_data(TensorData::new(values, shape), &self.device)
    }

    /// Frame `i` as it is seen in this epoch, and its joints' maps there: a function of (seed, epoch,
    /// i).
    fn varied(&self, i: usize, epoch: usize) -> (Frame<RelativeDepth>, Vec<Target>) {
        let index = (epoch * self.frames.len() + i) as u64;
        let mut rng = seed::rng(self.config.seed, "hand variation", index);
        let frame = &self.frames[i];
        let view = self.config.augment.view(frame.size(), self.config.side_px, &mut rng);
        let target = |joint: &HandJoint| {
            // What lies beside the frame is not to be seen, even where the view reaches beyond it.
            let px = if frame.contains(joint.px) { view.to_view(joint.px) } else { [f32::NAN; 2] };
            Target::new(self.config, HandJoint { px, ..*joint })
        };
        let targets = self.hands[i].iter().map(target).collect();
        (view.nearest(frame, RelativeDepth::BACKGROUND), targets)
    }
}

#[cfg(test)]
#[path = "train_tests.rs"]
mod tests;
