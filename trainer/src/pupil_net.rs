//! The pupil network: an image of an eye in, the pupil's centre out.

use crate::batch::{self, Scale};
use crate::conv::{Activation, conv2d, max_pool2d};
use crate::layer::{Init, LINEAR, Padding, RELU};
use crate::manifest::{self, Manifest};
use crate::pupil_config::PupilNetConfig;
use crate::view::View;
use crate::{Device, Error, checkpoint, store};
use burn::module::Module;
use burn::nn::conv::Conv2d;
use burn::tensor::activation::softmax;
use burn::tensor::{Tensor, TensorData};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use simulator::sample::Frame;
use std::path::Path;

const MANIFEST: &str = "pupil_net.json";
const WEIGHTS: &str = "weights.bpk";

/// Px of the view in a cell of the map.
const CELL: usize = 4;

/// Convolutions down to a quarter of the resolution, a map of logits there, and the mean place
/// under their softmax (Sun et al., ECCV 2018, "Integral human pose regression"): finer than a cell,
/// and it moves with the image, as a fully connected layer does not.
///
/// A cell of the map sees 48 px of the view across: the whole eye, not only the pupil.
#[derive(Module, Debug)]
pub(crate) struct PupilModule {
    full: Conv2d,
    half: Vec<Conv2d>,
    quarter: Vec<Conv2d>,
    logits: Conv2d,
}

impl PupilModule {
    pub(crate) fn new(config: &PupilNetConfig, device: &burn::tensor::Device) -> Self {
        let mut init = Init::new(config.seed, "pupil network", device);
        let [full, half, quarter] = config.channels;
        let mut conv = |channels, kernel, gain| init.conv(channels, kernel, 1, Padding::Same, gain);
        Self {
            full: conv([1, full], 5, RELU),
            half: vec![conv([full, half], 3, RELU), conv([half, half], 3, RELU)],
            quarter: vec![
                conv([half, quarter], 3, RELU),
                conv([quarter, quarter], 3, RELU),
                conv([quarter, quarter], 3, RELU),
                conv([quarter, quarter], 3, RELU),
            ],
            logits: conv([quarter, 1], 1, LINEAR),
        }
    }

    /// # Shapes
    /// `[batch, side, side, 1]` to `[batch, 2]`: x and y of the pupil's centre, px of the view.
    /// The comments are for 64 px.
    pub(crate) fn forward(&self, x: Tensor<4>) -> Tensor<2> {
        let relu = |x, conv| conv2d(x, conv, Activation::Relu);
        let x = max_pool2d(relu(x, &self.full), 2, 2); // [batch, 32, 32, 12]
        let x = max_pool2d(self.half.iter().fold(x, relu), 2, 2); // [batch, 16, 16, 24]
        let x = self.quarter.iter().fold(x, relu); // [batch, 16, 16, 48]
        let x = conv2d(x, &self.logits, Activation::None); // [batch, 16, 16, 1]
        let [batch, height, width, _] = x.dims();
        let share = softmax(x.reshape([batch, height * width]), 1); // [batch, 256]
        share.matmul(places(width, height, &self.logits.weight.val().device())) // [batch, 2]
    }
}

/// The middle of each cell of the map, px of the view: `[height * width, 2]`.
fn places(width: usize, height: usize, device: &burn::tensor::Device) -> Tensor<2> {
    let middle = |cell: usize| (CELL * cell) as f32 + (CELL - 1) as f32 / 2.0;
    let values: Vec<f32> =
        (0..height * width).flat_map(|cell| [middle(cell % width), middle(cell / width)]).collect();
    Tensor::from_data(TensorData::new(values, [height * width, 2]), device)
}

/// What stands in `pupil_net.json` besides the hashes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Content {
    config: PupilNetConfig,
}

/// A trained pupil network. It takes frames of any size.
#[derive(Debug, Clone)]
pub struct PupilNet {
    config: PupilNetConfig,
    module: PupilModule,
    device: Device,
}

impl PupilNet {
    /// Images that go through the network at once.
    const BATCH: usize = 64;

    pub(crate) fn from_module(config: PupilNetConfig, module: PupilModule, device: Device) -> Self {
        Self { config, module, device }
    }

    /// The pupil's centre (x, y) in each of these frames, in this order, px of the frame. It always
    /// answers, also where there is no pupil.
    ///
    /// # Errors
    /// If a result is not finite.
    pub fn predict(&self, frames: &[Frame<u8>]) -> Result<Vec<[f32; 2]>, Error> {
        let side = self.config.side_px;
        let mut centers = Vec::with_capacity(frames.len());
        for chunk in frames.chunks(Self::BATCH) {
            let views: Vec<View> = chunk.iter().map(|f| View::whole(f.size(), side)).collect();
            let seen: Vec<Frame<u8>> = chunk
                .par_iter()
                .zip(&views)
                .map(|(frame, view)| view.sampled(frame).rounded())
                .collect();
            let seen: Vec<&Frame<u8>> = seen.iter().collect();
            let x = batch::to_tensor(&seen, Scale::PerImage, &self.device.inner);
            let values: Vec<f32> = self.module.forward(x).into_data().iter::<f32>().collect();
            for (view, at) in views.iter().zip(values.chunks_exact(2)) {
                let center = view.to_frame([at[0], at[1]]);
                if !center.iter().all(|c| c.is_finite()) {
                    return Err(Error::NotFinite { what: "a predicted pupil centre", step: 0 });
                }
                centers.push(center);
            }
        }
        Ok(centers)
    }

    /// The settings it was trained with.
    pub fn config(&self) -> &PupilNetConfig {
        &self.config
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
        let content = Content { config: self.config.clone() };
        store::publish(dir, MANIFEST, content, &[(WEIGHTS, &weights[..])])
    }

    /// The network that was saved in this folder.
    ///
    /// # Errors
    /// If there is none, or it is damaged.
    pub fn load(dir: &Path, device: &Device) -> Result<Self, Error> {
        let manifest: Manifest<Content> = manifest::read(dir, MANIFEST)?;
        let config = manifest.content.config.clone();
        config.validate()?;
        let module = PupilModule::new(&config, &device.inner);
        let module = checkpoint::load_module(module, dir, &manifest, WEIGHTS)?;
        Ok(Self { config, module, device: device.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_without_preference_says_the_middle_of_the_view() {
        let config = PupilNetConfig { side_px: 32, channels: [2, 2, 2], ..Default::default() };
        let device = burn::tensor::Device::flex();
        let module = PupilModule::new(&config, &device);
        // A flat image becomes zeros, and all biases start at zero.
        let at = module.forward(Tensor::zeros([3, 32, 32, 1], &device));
        assert_eq!(at.dims(), [3, 2]);
        assert!(at.into_data().iter::<f32>().all(|x| (x - 15.5).abs() < 1e-4));
    }

    #[test]
    fn the_cells_tile_the_view() {
        let places = places(3, 2, &burn::tensor::Device::flex()).into_data();
        let places: Vec<f32> = places.iter::<f32>().collect();
        assert_eq!(places, [1.5, 1.5, 5.5, 1.5, 9.5, 1.5, 1.5, 5.5, 5.5, 5.5, 9.5, 5.5]);
    }
}
