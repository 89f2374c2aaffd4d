//! The discriminator D_φ: for every patch of an image, refined or real?

use crate::config::DiscriminatorConfig;
use crate::conv::{Activation, conv2d, max_pool2d};
use crate::layer::{Init, LINEAR, Padding, RELU};
use burn::module::Module;
use burn::nn::conv::Conv2d;
use burn::tensor::Tensor;
use burn::tensor::ops::PadMode;

/// Conv3x3 stride 2, conv3x3 stride 2, max-pool 3x3 stride 1, conv3x3, conv1x1, conv1x1 to two
/// classes (paper, section 3.1). A ReLU after each convolution but the last, and padding that
/// keeps size / stride: the paper is silent on both.
///
/// Each logit sees 23x23 pixels, and is moved by 4 pixels against its neighbour's.
#[derive(Module, Debug)]
pub(crate) struct DiscriminatorNet {
    conv1: Conv2d,
    conv2: Conv2d,
    conv3: Conv2d,
    conv4: Conv2d,
    head: Conv2d,
}

impl DiscriminatorNet {
    pub(crate) fn new(
        config: &DiscriminatorConfig,
        seed: u64,
        device: &burn::tensor::Device,
    ) -> Self {
        let mut init = Init::new(seed, "discriminator", device);
        let [c1, c2, c3, c4] = config.channels;
        Self {
            conv1: init.conv([1, c1], 3, 2, Padding::Same, RELU),
            conv2: init.conv([c1, c2], 3, 2, Padding::Same, RELU),
            conv3: init.conv([c2, c3], 3, 1, Padding::Same, RELU),
            conv4: init.conv([c3, c4], 1, 1, Padding::Same, RELU),
            head: init.conv([c4, 2], 1, 1, Padding::Same, LINEAR),
        }
    }

    /// # Shapes
    /// `[batch, height, width, 1]` in [-1, 1] to logits `[batch, height / 4, width / 4, 2]`
    /// (rounded up): class 0 is real, class 1 refined.
    pub(crate) fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        // [batch, height / 2, width / 2, c1]
        let x = conv2d(x, &self.conv1, Activation::Relu);
        // [batch, height / 4, width / 4, c2]
        let x = conv2d(x, &self.conv2, Activation::Relu);
        // Nothing is below zero after a ReLU, so a border of zeros takes part in no maximum.
        let x = x.pad([(0, 0), (1, 1), (1, 1), (0, 0)], PadMode::Constant(0.0));
        let x = max_pool2d(x, 3, 1);
        let x = conv2d(x, &self.conv3, Activation::Relu);
        let x = conv2d(x, &self.conv4, Activation::Relu);
        // [batch, height / 4, width / 4, 2]
        conv2d(x, &self.head, Activation::None)
    }

    /// Patches of one image: the size of the map.
    pub(crate) fn patches((width, height): (usize, usize)) -> usize {
        width.div_ceil(2).div_ceil(2) * height.div_ceil(2).div_ceil(2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    fn values(x: Tensor<4>) -> Vec<f32> {
        x.into_data().iter::<f32>().collect()
    }

    #[test]
    fn the_paper_s_discriminator_has_75_906_parameters_and_a_map_of_9_by_14() {
        let device = Device::flex();
        let net = DiscriminatorNet::new(&DiscriminatorConfig::default(), 1, &device);
        assert_eq!(net.num_params(), 75_906);
        let map = net.forward(Tensor::zeros([2, 35, 55, 1], &device));
        assert_eq!(map.dims(), [2, 9, 14, 2]);
        assert_eq!(DiscriminatorNet::patches((55, 35)), 9 * 14);
        assert_eq!(DiscriminatorNet::patches((60, 36)), 9 * 15);
    }

    #[test]
    fn a_corner_moves_only_the_logits_that_see_it() {
        let device = Device::flex();
        let net = DiscriminatorNet::new(&DiscriminatorConfig::default(), 1, &device);
        let image = |corner: f32| {
            let mut pixels: Vec<f32> = (0..35 * 55).map(|i| (i as f32 * 0.7).sin()).collect();
            pixels[0] = corner;
            Tensor::<1>::from_floats(pixels.as_slice(), &device).reshape([1, 35, 55, 1])
        };
        let (before, after) = (values(net.forward(image(-1.0))), values(net.forward(image(1.0))));
        let mut near = 0;
        for row in 0..9 {
            for column in 0..14 {
                let at = (row * 14 + column) * 2;
                let moved = before[at..at + 2] != after[at..at + 2];
                // A logit sees 23 px around 4·column: pixel 0 is within 11 px of the first three.
                if row < 3 && column < 3 {
                    near += usize::from(moved);
                } else {
                    assert!(!moved, "logit ({row}, {column}) saw a pixel that is not its patch's");
                }
            }
        }
        assert!(near > 0, "no logit saw the corner");
    }

    #[test]
    fn every_patch_gets_its_own_verdict() {
        let device = Device::flex();
        let net = DiscriminatorNet::new(&DiscriminatorConfig { channels: [4; 4] }, 2, &device);
        // Left half flat, right half striped.
        let pixels: Vec<f32> =
            (0..8 * 40).map(|i| if i % 40 < 20 || i % 2 == 0 { -1.0 } else { 1.0 }).collect();
        let x = Tensor::<1>::from_floats(pixels.as_slice(), &device).reshape([1, 8, 40, 1]);
        let map = values(net.forward(x));
        assert_ne!(map[2..4], map[16..18], "flat and striped patches look alike");
    }
}
