//! The gaze network that judges the refined images: an eye in, a direction out.

use crate::batch::{self, Scale};
use crate::conv::{Activation, conv2d, max_pool2d};
use crate::gaze_config::GazeNetConfig;
use crate::layer::{Init, LINEAR, Padding, RELU};
use crate::manifest::{self, Manifest};
use crate::store;
use crate::{Device, Error, checkpoint};
use burn::module::Module;
use burn::nn::Linear;
use burn::nn::conv::Conv2d;
use burn::store::ModuleRecord;
use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use nalgebra::Vector3;
use serde::{Deserialize, Serialize};
use simulator::sample::{Frame, Gaze};
use std::path::Path;

const MANIFEST: &str = "gaze_net.json";
const WEIGHTS: &str = "weights.bpk";

/// The network of the paper's section 3.1: conv3x3 (32), conv3x3 (32), conv3x3 (64), max-pool 3x3
/// stride 2, conv3x3 (80), conv3x3 (192), max-pool 2x2 stride 2, then 1000 and 3 values.
///
/// No padding: only so do 55x35 px give the 9,600 values the paper names. A ReLU after each layer
/// but the last: ours, the paper is silent.
#[derive(Module, Debug)]
pub(crate) struct GazeModule {
    convs: Vec<Conv2d>,
    hidden: Linear,
    output: Linear,
}

impl GazeModule {
    /// For images of `size` (width and height, px), which must be at least [`SMALLEST`].
    pub(crate) fn new(
        config: &GazeNetConfig,
        size: (usize, usize),
        device: &burn::tensor::Device,
    ) -> Self {
        let mut init = Init::new(config.seed, "gaze network", device);
        let mut channels_in = 1;
        let convs = config
            .channels
            .map(|channels| {
                let conv = init.conv([channels_in, channels], 3, 1, Padding::Valid, RELU);
                channels_in = channels;
                conv
            })
            .into();
        Self {
            convs,
            hidden: init.linear(flattened(config, size), config.hidden, RELU),
            output: init.linear(config.hidden, 3, LINEAR),
        }
    }

    /// # Shapes
    /// `[batch, height, width, 1]` to `[batch, 3]`: a vector in camera space, not normalised.
    /// The comments are for 55x35 px.
    pub(crate) fn forward(&self, x: Tensor<4>) -> Tensor<2> {
        let conv = |x, i: usize| conv2d(x, &self.convs[i], Activation::Relu);
        let x = conv(conv(conv(x, 0), 1), 2); // [batch, 29, 49, 64]
        let x = max_pool2d(x, 3, 2); // [batch, 14, 24, 64]
        let x = conv(conv(x, 3), 4); // [batch, 10, 20, 192]
        let x = max_pool2d(x, 2, 2); // [batch, 5, 10, 192]
        let x = x.flatten::<2>(1, 3); // [batch, 9600]
        let x = relu(self.hidden.forward(x)); // [batch, 1000]
        self.output.forward(x) // [batch, 3]
    }
}

/// The smallest image side that leaves something after the last pooling, px.
const SMALLEST: usize = 19;

/// Values that reach the fully connected layers.
pub(crate) fn flattened(config: &GazeNetConfig, (width, height): (usize, usize)) -> usize {
    let side = |n: usize| ((n - 6 - 3) / 2 + 1 - 4) / 2;
    side(width) * side(height) * config.channels[4]
}

/// Checks that images of this size are large enough for the network.
pub(crate) fn check_size((width, height): (usize, usize)) -> Result<(), Error> {
    if width.min(height) >= SMALLEST {
        return Ok(());
    }
    Err(Error::Data {
        problem: format!("frames of {width}x{height} px are too small for the gaze network"),
        remedy: "use frames of at least 19 px each way",
    })
}

/// What stands in `gaze_net.json` besides the hashes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Content {
    frame_size: (usize, usize),
    config: GazeNetConfig,
}

/// A trained gaze network.
#[derive(Debug, Clone)]
pub struct GazeNet {
    config: GazeNetConfig,
    size: (usize, usize),
    module: GazeModule,
    device: Device,
}

impl GazeNet {
    /// Images that go through the network at once.
    const BATCH: usize = 64;

    pub(crate) fn from_module(
        config: GazeNetConfig,
        size: (usize, usize),
        module: GazeModule,
        device: Device,
    ) -> Self {
        Self { config, size, module, device }
    }

    /// The gaze in each of these frames, in this order.
    ///
    /// # Errors
    /// If a frame is not of the size it was trained on, or a result is not finite.
    pub fn predict(&self, frames: &[Frame<u8>]) -> Result<Vec<Gaze>, Error> {
        batch::check_sizes(frames, self.size, "frame", 0)?;
        let mut gazes = Vec::with_capacity(frames.len());
        for chunk in frames.chunks(Self::BATCH) {
            let chunk: Vec<&Frame<u8>> = chunk.iter().collect();
            let x = batch::to_tensor(&chunk, scale(&self.config), &self.device.inner);
            let values: Vec<f32> = self.module.forward(x).into_data().iter::<f32>().collect();
            for g in values.chunks_exact(3) {
                let g = Vector3::new(g[0] as f64, g[1] as f64, g[2] as f64);
                if !(g.norm() > 0.0 && g.norm().is_finite()) {
                    return Err(Error::NotFinite { what: "a predicted gaze", step: 0 });
                }
                gazes.push(Gaze::from_vector(g));
            }
        }
        Ok(gazes)
    }

    /// Its weights.
    pub(crate) fn record(&self) -> ModuleRecord {
        self.module.clone().into_record()
    }

    /// Its network where gradients pass through and stay out of it.
    ///
    /// # Errors
    /// If its weights can't be copied.
    pub(crate) fn frozen(&self) -> Result<GazeModule, Error> {
        let module = GazeModule::new(&self.config, self.size, &self.device.autodiff());
        let module = module.try_load_record(self.record()).map_err(|error| Error::Data {
            problem: format!("the gaze network's weights can't be copied: {error}"),
            remedy: "train it anew",
        })?;
        Ok(module.no_grad())
    }

    /// The settings it was trained with.
    pub fn config(&self) -> &GazeNetConfig {
        &self.config
    }

    /// Width and height of its frames, px.
    pub fn frame_size(&self) -> (usize, usize) {
        self.size
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
        let weights = self.record().into_bytes();
        let weights = weights.map_err(|error| checkpoint::bad_record(&dir.join(WEIGHTS), error))?;
        let content = Content { frame_size: self.size, config: self.config.clone() };
        store::publish(dir, MANIFEST, content, &[(WEIGHTS, &weights[..])])
    }

    /// The network that was saved in this folder.
    ///
    /// # Errors
    /// If there is none, or it is damaged.
    pub fn load(dir: &Path, device: &Device) -> Result<Self, Error> {
        let manifest: Manifest<Content> = manifest::read(dir, MANIFEST)?;
        let Content { frame_size, config } = manifest.content.clone();
        config.validate_for(frame_size)?;
        let module = GazeModule::new(&config, frame_size, &device.inner);
        let module = checkpoint::load_module(module, dir, &manifest, WEIGHTS)?;
        Ok(Self { config, size: frame_size, module, device: device.clone() })
    }
}

pub(crate) fn scale(config: &GazeNetConfig) -> Scale {
    if config.standardize { Scale::PerImage } else { Scale::Range }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn at_55x35_the_flattened_map_has_the_paper_s_9600_values() {
        let config = GazeNetConfig::default();
        assert_eq!(flattened(&config, (55, 35)), 9600);
        let module = GazeModule::new(&config, (55, 35), &burn::tensor::Device::flex());
        // 9600 -> 1000 -> 3, and the convolutions before.
        let convs = [(1, 32), (32, 32), (32, 64), (64, 80), (80, 192)];
        let convs: usize = convs.iter().map(|(i, o)| (i * 9 + 1) * o).sum();
        assert_eq!(module.num_params(), convs + 9601 * 1000 + 1001 * 3);
    }

    #[test]
    fn every_size_that_is_allowed_goes_through() {
        let config = GazeNetConfig { channels: [2; 5], hidden: 3, ..Default::default() };
        let device = burn::tensor::Device::flex();
        for size in [(19, 19), (20, 19), (60, 36), (55, 35), (23, 41)] {
            check_size(size).unwrap();
            let module = GazeModule::new(&config, size, &device);
            let x = Tensor::zeros([2, size.1, size.0, 1], &device);
            assert_eq!(module.forward(x).dims(), [2, 3]);
        }
        assert!(check_size((55, 18)).unwrap_err().to_string().contains("55x18"));
    }
}
