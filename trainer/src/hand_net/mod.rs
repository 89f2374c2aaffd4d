//! The pose estimator: a depth image of a hand in, its joints out.

mod config;
mod joint;
mod maps;
mod module;
mod train;

pub use config::HandNetConfig;
pub use joint::HandJoint;

use crate::batch::{self, Scale};
use crate::manifest::{self, Manifest};
use crate::view::View;
use crate::{Device, Error, RelativeDepth, checkpoint, store};
use burn::module::Module;
use burn::tensor::Tensor;
use burn::tensor::activation::softmax;
use module::HandModule;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use simulator::sample::Frame;
use std::path::Path;

const MANIFEST: &str = "hand_net.json";
const WEIGHTS: &str = "weights.bpk";

/// What stands in `hand_net.json` besides the hashes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Content {
    config: HandNetConfig,
    joints: usize,
}

/// A trained pose estimator: a stacked hourglass, as SimGAN's section 3.2 uses, whose heat maps say
/// where each joint is in the image and, beyond the paper's, how far away. It takes frames of any size,
/// and finds the joints that it was trained on, in their order.
#[derive(Debug, Clone)]
pub struct HandNet {
    config: HandNetConfig,
    joints: usize,
    module: HandModule,
    device: Device,
}

impl HandNet {
    /// Images that go through the network at once.
    const BATCH: usize = 32;

    /// The joints in each of these frames, in this order. It always answers, also where there is no
    /// hand.
    ///
    /// # Errors
    /// If a result is not finite.
    pub fn predict(&self, frames: &[Frame<RelativeDepth>]) -> Result<Vec<Vec<HandJoint>>, Error> {
        let side = self.config.side_px;
        let mut hands = Vec::with_capacity(frames.len());
        for chunk in frames.chunks(Self::BATCH) {
            let views: Vec<View> = chunk.iter().map(|f| View::whole(f.size(), side)).collect();
            let seen: Vec<_> = (chunk.par_iter().zip(&views))
                .map(|(frame, view)| view.nearest(frame, RelativeDepth::BACKGROUND))
                .collect();
            let seen: Vec<_> = seen.iter().collect();
            let x = batch::to_tensor(&seen, Scale::Range, &self.device.inner);
            let Some(stack_maps) = self.module.forward(x).pop() else {
                unreachable!("settings with an hourglass at least are checked")
            };
            let found = self.read(stack_maps);
            for (view, joints) in views.iter().zip(found) {
                let place = |joint: HandJoint| HandJoint { px: view.to_frame(joint.px), ..joint };
                let joints: Vec<HandJoint> = joints.into_iter().map(place).collect();
                let finite = |j: &HandJoint| j.px.iter().chain(&j.depth).all(|c| c.is_finite());
                if !joints.iter().all(finite) {
                    return Err(Error::NotFinite { what: "a predicted joint", step: 0 });
                }
                hands.push(joints);
            }
        }
        Ok(hands)
    }

    /// What the last hourglass's maps say, px of the view.
    fn read(&self, stack_maps: Tensor<4>) -> Vec<Vec<HandJoint>> {
        let (joints, cells) = (self.joints, self.config.map_px.pow(2));
        let [batch, ..] = stack_maps.dims();
        // [batch, 2 joints, cells]
        let stack_maps = stack_maps.reshape([batch, cells, 2 * joints]).swap_dims(1, 2);
        let shares = softmax(stack_maps.clone().narrow(1, 0, joints), 2);
        let values = |x: Tensor<3>| x.into_data().iter::<f32>().collect::<Vec<f32>>();
        let (shares, depths) = (values(shares), values(stack_maps.narrow(1, joints, joints)));
        let maps: Vec<HandJoint> = (shares.chunks_exact(cells).zip(depths.chunks_exact(cells)))
            .map(|(shares, depths)| maps::read(&self.config, shares, depths))
            .collect();
        maps.chunks_exact(joints).map(<[HandJoint]>::to_vec).collect()
    }

    /// The settings it was trained with.
    pub fn config(&self) -> &HandNetConfig {
        &self.config
    }

    /// Joints that it finds in each frame.
    pub fn joints(&self) -> usize {
        self.joints
    }

    /// Number of parameters.
    pub fn parameters(&self) -> usize {
        self.module.num_params()
    }

    /// Saves it in this folder, in the place of an older one.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn save(&self, dir: &Path) -> Result<(), Error> {
        let weights = self.module.clone().into_record().into_bytes();
        let weights = weights.map_err(|error| checkpoint::bad_record(&dir.join(WEIGHTS), error))?;
        let content = Content { config: self.config.clone(), joints: self.joints };
        store::publish(dir, MANIFEST, content, &[(WEIGHTS, &weights[..])])
    }

    /// The network that was saved in this folder.
    ///
    /// # Errors
    /// If there is none, or it is damaged.
    pub fn load(dir: &Path, device: &Device) -> Result<Self, Error> {
        let manifest: Manifest<Content> = manifest::read(dir, MANIFEST)?;
        let Content { config, joints } = manifest.content.clone();
        config.validate()?;
        let module = HandModule::new(&config, joints, &device.inner);
        let module = checkpoint::load_module(module, dir, &manifest, WEIGHTS)?;
        Ok(Self { config, joints, module, device: device.clone() })
    }
}
