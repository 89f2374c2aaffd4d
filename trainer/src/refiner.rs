//! The refiner R_θ: a rendered image in, the same image as a camera would have seen it out.

mod export;

use crate::batch::{self, Scale};
use crate::checkpoint;
use crate::config::{Output, RefinerConfig};
use crate::conv::{Activation, residual_block};
use crate::layer::{Init, LINEAR, Padding, RELU, ZERO, continued, same_size};
use crate::pixel::{self, Kind, Pixel};
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
    #[module(skip)]
    keep_background: bool,
    #[module(skip)]
    residual_limit: f64,
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
        let RefinerConfig { features, blocks, kernel, residual, margin, output, .. } = *config;
        let padding = Padding::from(config.padding);
        let stem = if config.stem_kernel > 0 { config.stem_kernel } else { kernel };
        let stem = init.conv([channels, features], stem, 1, padding, RELU);
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
        let RefinerConfig { keep_background, residual_limit, .. } = *config;
        Self { stem, blocks, head, residual, margin, output, keep_background, residual_limit }
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
        let y = match (self.output, self.residual) {
            _ if self.residual_limit > 0.0 => x.clone() + y.tanh() * self.residual_limit,
            (Output::Tanh, false) => y.tanh(),
            (Output::Tanh, true) => (y + (x.clone() / HEADROOM).atanh()).tanh() * HEADROOM,
            (Output::Linear, false) => y,
            (Output::Linear, true) => x.clone() + y,
        };
        // Background then differs from itself by nothing: the self-regularisation, a mean over all
        // pixels, weighs each pixel of the hand alike in every image and the background not at all.
        if self.keep_background { y.mask_where(x.clone().greater_equal_elem(1.0), x) } else { y }
    }
}

/// The residual refiner's tanh goes from -1.1 to 1.1, so that black and white are no dead ends:
/// a tanh that ends at them has no slope there, and such pixels could never be changed.
const HEADROOM: f32 = 1.1;

/// A trained refiner, for use: no gradients, no randomness.
#[derive(Debug, Clone)]
pub struct Refiner {
    net: RefinerNet,
    kind: Kind,
    device: Device,
}

impl Refiner {
    /// Images that go through the network at once. More saves nothing on a processor.
    const BATCH: usize = 32;

    pub(crate) fn from_net(net: RefinerNet, kind: Kind, device: Device) -> Self {
        Self { net, kind, device }
    }

    /// The refiner of a checkpoint; of a folder of them the best, where a best one was kept, else the
    /// newest. Where the run averages its refiner's weights, it is the average.
    ///
    /// # Errors
    /// If there is none, or a file of it is damaged.
    pub fn load(path: &Path, device: &Device) -> Result<Self, Error> {
        let (net, kind) = checkpoint::load_refiner(path, &device.inner)?;
        Ok(Self { net, kind, device: device.clone() })
    }

    /// Refines these frames, in this order. They may have any size, the same for all: the network
    /// is fully convolutional.
    ///
    /// # Errors
    /// If their sizes differ, they are grey where it learned from colour or depth (or the reverse), or
    /// a result is not finite.
    pub fn refine<P: Pixel>(&self, frames: &[Frame<P>]) -> Result<Vec<Frame<P>>, Error> {
        let Some(first) = frames.first() else { return Ok(Vec::new()) };
        pixel::check_kind::<P>(self.kind)?;
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
    use crate::{DepthRange, RelativeDepth};

    fn refiner(config: RefinerConfig) -> Refiner {
        of_kind(config, Kind::Grey)
    }

    fn of_kind(config: RefinerConfig, kind: Kind) -> Refiner {
        let device = Device::cpu();
        let net = RefinerNet::new(&config, kind.channels(), 1, &device.inner);
        Refiner::from_net(net, kind, device)
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
    fn the_paper_s_refiners_of_hands_have_4_02_or_0_74_million_parameters() {
        let everywhere = RefinerConfig { blocks: 10, kernel: 7, ..Default::default() };
        // (49 + 1)·64 + 10·2·(49·64 + 1)·64 + (64 + 1)
        assert_eq!(refiner(everywhere).parameters(), 4_018_625);
        let stem = RefinerConfig { blocks: 10, stem_kernel: 7, ..Default::default() };
        // (49 + 1)·64 + 10·2·(9·64 + 1)·64 + (64 + 1)
        assert_eq!(refiner(stem).parameters(), 741_825);
    }

    #[test]
    fn the_background_of_depth_stays_and_without_the_option_it_does_not() {
        let range = DepthRange { center_mm: 900.0, half_mm: 150.0 };
        // A slope with nothing on its left.
        let mm = Frame::from_fn(12, 9, |x, y| if x < 5 { 0 } else { (800 + 9 * y + x) as u16 });
        let frame = RelativeDepth::from_mm(&mm, range).unwrap();
        let refined = |keep_background, residual| {
            let config = RefinerConfig { keep_background, ..tiny(residual) };
            let refiner = of_kind(config, Kind::Depth);
            refiner.refine(std::slice::from_ref(&frame)).unwrap().remove(0)
        };
        let nothing = |frame: &Frame<RelativeDepth>| {
            (0..9).all(|y| (0..5).all(|x| frame.get(x, y).is_background()))
        };
        assert!(nothing(&refined(true, false)) && !nothing(&refined(false, false)));
        assert_ne!(refined(true, false), frame, "the surface is refined");
        // A residual one starts as the identity, to the mm.
        assert_eq!(RelativeDepth::to_mm(&refined(true, true), range).unwrap(), mm);
        let grey = refiner(tiny(true)).refine(std::slice::from_ref(&frame)).unwrap_err();
        assert!(grey.to_string().contains("frames are depth"), "{grey}");
    }

    #[test]
    fn no_pixel_is_changed_by_more_than_the_limit_and_some_by_nearly_as_much() {
        let limited = |seed, residual_limit| {
            let config = RefinerConfig { residual_limit, ..tiny(true) };
            let device = Device::cpu();
            let mut net = RefinerNet::new(&config, 1, seed, &device.inner);
            // A head that would move every pixel by a lot.
            net.head = RefinerNet::new(&tiny(false), 1, seed, &device.inner).head;
            net.head.weight = net.head.weight.map(|weight| weight * 20.0);
            Refiner::from_net(net, Kind::Grey, device)
        };
        let frame = Frame::from_fn(10, 8, |x, y| (100 + 7 * x + y) as u8);
        let most = |limit: f64| {
            let refined = limited(3, limit).refine(std::slice::from_ref(&frame)).unwrap();
            let changes = frame.pixels().iter().zip(refined[0].pixels());
            changes.map(|(a, b)| a.abs_diff(*b)).max().unwrap()
        };
        // 0.1 of the range from -1 to 1 is 12.75 grey levels.
        assert!((11..=13).contains(&most(0.1)), "{}", most(0.1));
        assert!(most(0.0) > 40);
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
