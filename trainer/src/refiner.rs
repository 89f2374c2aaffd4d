//! The refiner R_θ: a rendered image in, the same image as a camera would have seen it out.

mod export;

use crate::batch::{self, Pixel, Scale};
use crate::checkpoint;
use crate::config::{Output, RefinerConfig};
use crate::conv::{Activation, residual_block};
use crate::layer::{Init, LINEAR, Padding, RELU, ZERO, continued, same_size};
use crate::{Device, Error};
use burn::module::Module;
use burn::nn::PaddingConfig2d;
use burn::nn::conv::Conv2d;
use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use simulator::sample::Frame;
use std::path::Path;

/// Two convolutions around which the input is led past (paper, figure 6):
/// conv, ReLU, conv, add, ReLU.
#[derive(Module, Debug)]
struct ResidualBlock {
    conv1: Conv2d,
    conv2: Conv2d,
}

impl ResidualBlock {
    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        if self.conv1.padding != PaddingConfig2d::Valid {
            return residual_block(x, &self.conv1, &self.conv2);
        }
        let y = same_size(x.clone(), &self.conv1, Activation::Relu);
        let y = same_size(y, &self.conv2, Activation::None);
        relu(x + y)
    }
}

/// The network itself. No stride and no pooling: it works pixel by pixel at full size.
#[derive(Module, Debug)]
pub(crate) struct RefinerNet {
    stem: Conv2d,
    blocks: Vec<ResidualBlock>,
    head: Conv2d,
    residual: bool,
    margin: usize,
    #[module(skip)]
    output: Output,
}

impl RefinerNet {
    /// For images of so many channels.
    pub(crate) fn new(
        config: &RefinerConfig,
        channels: usize,
        seed: u64,
        device: &burn::tensor::Device,
    ) -> Self {
        let mut init = Init::new(seed, "refiner", device);
        let RefinerConfig { features, blocks, kernel, residual, margin, padding, output } = *config;
        let padding = Padding::from(padding);
        let stem = init.conv([channels, features], kernel, 1, padding, RELU);
        // Each block adds to what passes by; 1/√blocks keeps the sum's variance from growing with
        // their number, which batch normalisation would do where there is one.
        let gain = LINEAR / (blocks as f64).sqrt();
        let blocks = (0..blocks)
            .map(|_| ResidualBlock {
                conv1: init.conv([features, features], kernel, 1, padding, RELU),
                conv2: init.conv([features, features], kernel, 1, padding, gain),
            })
            .collect();
        let gain = if residual { ZERO } else { LINEAR };
        let head = init.conv([features, channels], 1, 1, Padding::Same, gain);
        Self { stem, blocks, head, residual, margin, output }
    }

    /// # Shapes
    /// `[batch, height, width, channels]` in [-1, 1] to the same; a residual refiner may leave the
    /// range by a tenth and one without a tanh by more, which rounding to grey levels cuts off.
    pub(crate) fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let [batch, height, width, channels] = x.dims();
        let m = self.margin;
        // [batch, height + 2 margin, width + 2 margin, channels]
        let padded = continued(x.clone(), m);
        // [batch, height + 2 margin, width + 2 margin, features]
        let mut y = same_size(padded, &self.stem, Activation::Relu);
        for block in &self.blocks {
            y = block.forward(y);
        }
        let y = same_size(y, &self.head, Activation::None);
        // [batch, height, width, channels]
        let y = y.slice([0..batch, m..m + height, m..m + width, 0..channels]);
        match (self.output, self.residual) {
            (Output::Tanh, false) => y.tanh(),
            (Output::Tanh, true) => (y + (x / HEADROOM).atanh()).tanh() * HEADROOM,
            (Output::Linear, false) => y,
            (Output::Linear, true) => x + y,
        }
    }

    /// Channels of the images it is for.
    pub(crate) fn channels(&self) -> usize {
        self.stem.weight.dims()[1]
    }
}

/// The residual refiner's tanh goes from -1.1 to 1.1, so that black and white are no dead ends:
/// a tanh that ends at them has no slope there, and such pixels could never be changed.
const HEADROOM: f32 = 1.1;

/// A trained refiner, for use: no gradients, no randomness.
#[derive(Debug, Clone)]
pub struct Refiner {
    net: RefinerNet,
    device: Device,
}

impl Refiner {
    /// Images that go through the network at once. More saves nothing on a processor.
    const BATCH: usize = 32;

    pub(crate) fn from_net(net: RefinerNet, device: Device) -> Self {
        Self { net, device }
    }

    /// The refiner of a checkpoint; of a folder of them the best, where a best one was kept, else the
    /// newest. Where the run averages its refiner's weights, it is the average.
    ///
    /// # Errors
    /// If there is none, or a file of it is damaged.
    pub fn load(path: &Path, device: &Device) -> Result<Self, Error> {
        let net = checkpoint::load_refiner(path, &device.inner)?;
        Ok(Self { net, device: device.clone() })
    }

    /// Refines these frames, in this order. They may have any size, the same for all: the network
    /// is fully convolutional.
    ///
    /// # Errors
    /// If their sizes differ, they are grey where it learned from colour (or the reverse), or a result
    /// is not finite.
    pub fn refine<P: Pixel>(&self, frames: &[Frame<P>]) -> Result<Vec<Frame<P>>, Error> {
        let Some(first) = frames.first() else { return Ok(Vec::new()) };
        batch::check_channels::<P>(self.net.channels())?;
        batch::check_sizes(frames, first.size(), "frame", 0)?;
        let mut refined = Vec::with_capacity(frames.len());
        for chunk in frames.chunks(Self::BATCH) {
            let chunk: Vec<&Frame<P>> = chunk.iter().collect();
            let x = batch::to_tensor(&chunk, Scale::Range, &self.device.inner);
            let chunk = batch::to_frames(self.net.forward(x))
                .ok_or(Error::NotFinite { what: "a refined pixel", step: 0 })?;
            refined.extend(chunk);
        }
        Ok(refined)
    }

    /// Number of parameters.
    pub fn parameters(&self) -> usize {
        self.net.num_params()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::config::Padding::{Border, Zero};

    fn refiner(config: RefinerConfig) -> Refiner {
        let device = Device::cpu();
        Refiner::from_net(RefinerNet::new(&config, 1, 1, &device.inner), device)
    }

    fn tiny(residual: bool) -> RefinerConfig {
        RefinerConfig { features: 4, blocks: 2, residual, margin: 1, ..Default::default() }
    }

    fn frames(n: usize) -> Vec<Frame<u8>> {
        (0..n).map(|i| Frame::from_fn(10, 8, |x, y| (x * 23 + y * 5 + i * 41) as u8)).collect()
    }

    #[test]
    fn the_paper_s_refiner_has_296_129_parameters() {
        // (9 + 1)·64 + 4·2·(9·64 + 1)·64 + (64 + 1)
        assert_eq!(refiner(RefinerConfig::default()).parameters(), 296_129);
    }

    #[test]
    fn a_residual_refiner_starts_as_the_identity_to_the_last_grey_level() {
        let all_levels = Frame::from_fn(32, 8, |x, y| (y * 32 + x) as u8);
        for output in [Output::Tanh, Output::Linear] {
            let refiner = refiner(RefinerConfig { output, ..tiny(true) });
            let refined = refiner.refine(std::slice::from_ref(&all_levels)).unwrap();
            assert_eq!(refined[..], *std::slice::from_ref(&all_levels));
        }
    }

    #[test]
    fn a_refiner_of_grey_refuses_colour() {
        let colours = Frame::from_fn(10, 8, |x, _| [x as u8; 3]);
        let message = refiner(tiny(true)).refine(&[colours]).unwrap_err().to_string();
        assert!(message.contains("frames are colour"), "{message}");
    }

    #[test]
    fn a_margin_as_wide_as_the_network_sees_leaves_no_frame_around_a_flat_image() {
        // One block of 3x3 kernels sees 3 pixels to each side.
        let grey_levels = |margin, padding| {
            let config = RefinerConfig { blocks: 1, margin, padding, ..tiny(false) };
            let flat = Frame::from_fn(10, 8, |_, _| 200u8);
            let mut levels = refiner(config).refine(&[flat]).unwrap()[0].pixels().to_vec();
            levels.sort();
            levels.dedup();
            levels.len()
        };
        assert!(grey_levels(0, Zero) > 1, "zero padding shows at the border");
        assert_eq!(grey_levels(3, Zero), 1);
        assert_eq!(grey_levels(0, Border), 1, "a repeated border needs no margin");
    }

    #[test]
    fn an_image_is_refined_alike_alone_and_in_any_batch() {
        let refiner = refiner(tiny(false));
        let frames = frames(Refiner::BATCH + 3);
        let together = refiner.refine(&frames).unwrap();
        assert_eq!(together.len(), frames.len());
        for i in [0, 31, 32, 34] {
            assert_eq!(refiner.refine(&frames[i..=i]).unwrap()[0], together[i]);
        }
        assert!(refiner.refine::<u8>(&[]).unwrap().is_empty());
    }

    #[test]
    fn frames_of_two_sizes_are_refused_by_number() {
        let frames = [Frame::from_fn(10, 8, |_, _| 0u8), Frame::from_fn(10, 9, |_, _| 0u8)];
        let message = refiner(tiny(true)).refine(&frames).unwrap_err().to_string();
        assert!(message.contains("frame 1 is 10x9"), "{message}");
    }
}
