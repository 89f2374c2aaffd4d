//! The discriminator D_φ: for every patch of an image, refined or real?

use crate::config::{DiscriminatorConfig, Scope};
use crate::conv::{Activation, max_pool2d};
use crate::layer::{Init, LINEAR, Padding, RELU, continued, same_size};
use crate::norm::{BatchNorm, spectral, spectral_matrix};
use burn::module::Module;
use burn::nn::Linear;
use burn::nn::conv::Conv2d;
use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use burn::tensor::ops::PadMode;

/// Conv3x3 stride 2, conv3x3 stride 2, max-pool 3x3 stride 1, conv3x3, conv1x1, conv1x1 to two
/// classes (paper, section 3.1); for hands (section 3.2) conv7x7 stride 4, conv5x5 stride 2, max-pool
/// 3x3 stride 2, conv3x3 stride 2, and the same end. A ReLU after each convolution but the last, and
/// padding that keeps size / stride: the paper is silent on both.
///
/// Each logit of the first sees 23x23 pixels, and is moved by 4 pixels against its neighbour's; of
/// the second 71x71, and 32. A global one has a fully connected layer over the whole map in the place
/// of the last convolution.
#[derive(Module, Debug)]
pub(crate) struct DiscriminatorNet {
    conv1: Conv2d,
    conv2: Conv2d,
    conv3: Conv2d,
    conv4: Conv2d,
    /// Of a local one.
    head: Option<Conv2d>,
    /// Of a global one.
    whole: Option<Linear>,
    /// After the second to fourth convolution.
    norms: Option<Vec<BatchNorm>>,
    spectral_norm: bool,
    #[module(skip)]
    pool_stride: usize,
    #[module(skip)]
    relief_gain: f64,
}

impl DiscriminatorNet {
    /// For images of so many channels and this size (width, height), px; only a global one is bound
    /// to the size.
    pub(crate) fn new(
        config: &DiscriminatorConfig,
        channels: usize,
        size: (usize, usize),
        seed: u64,
        device: &burn::tensor::Device,
    ) -> Self {
        let mut init = Init::new(seed, "discriminator", device);
        let [c1, c2, c3, c4] = config.channels;
        let ([k1, k2, k3], [s1, s2, pool_stride, s3]) = (config.kernels, config.strides);
        let padding = Padding::from(config.padding);
        Self {
            conv1: init.conv([channels, c1], k1, s1, padding, RELU),
            conv2: init.conv([c1, c2], k2, s2, padding, RELU),
            conv3: init.conv([c2, c3], k3, s3, padding, RELU),
            conv4: init.conv([c3, c4], 1, 1, Padding::Same, RELU),
            head: (config.scope == Scope::Local)
                .then(|| init.conv([c4, 2], 1, 1, Padding::Same, LINEAR)),
            whole: (config.scope == Scope::Global)
                .then(|| init.linear(map_size(config, size) * c4, 2, LINEAR)),
            norms: config
                .batch_norm
                .then(|| [c2, c3, c4].map(|channels| BatchNorm::new(&mut init, channels)).into()),
            spectral_norm: config.spectral_norm,
            pool_stride,
            relief_gain: config.relief_gain,
        }
    }

    /// # Shapes
    /// `[batch, height, width, channels]` in [-1, 1] to logits `[batch, height / 4, width / 4, 2]`
    /// (rounded up; by the product of all strides), of a global one `[batch, 1, 1, 2]`: class 0 is real, class 1 refined.
    pub(crate) fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let x = if self.relief_gain > 0.0 { relief(x, self.relief_gain) } else { x };
        // [batch, height / s1, width / s1, c1]
        let x = self.layer(x, &self.conv1, None);
        // [batch, height / s1 / s2, width / s1 / s2, c2]
        let x = self.layer(x, &self.conv2, Some(0));
        // Nothing is below zero after a ReLU, so a border of zeros takes part in no maximum.
        let x = x.pad([(0, 0), (1, 1), (1, 1), (0, 0)], PadMode::Constant(0.0));
        let x = max_pool2d(x, 3, self.pool_stride);
        let x = self.layer(x, &self.conv3, Some(1));
        let x = self.layer(x, &self.conv4, Some(2));
        self.verdict(x)
    }

    /// A convolution, the normalisation of this number where there are any, and a ReLU.
    fn layer(&self, x: Tensor<4>, conv: &Conv2d, norm: Option<usize>) -> Tensor<4> {
        match norm.and_then(|norm| self.norms.as_ref()?.get(norm)) {
            None => self.conv(x, conv, Activation::Relu),
            Some(norm) => relu(norm.forward(self.conv(x, conv, Activation::None))),
        }
    }

    fn conv(&self, x: Tensor<4>, conv: &Conv2d, activation: Activation) -> Tensor<4> {
        if self.spectral_norm {
            same_size(x, &spectral(conv), activation)
        } else {
            same_size(x, conv, activation)
        }
    }

    /// The logits of what the last hidden layer gave.
    fn verdict(&self, x: Tensor<4>) -> Tensor<4> {
        if let Some(head) = &self.head {
            return self.conv(x, head, Activation::None);
        }
        let Some(whole) = &self.whole else { unreachable!("a discriminator is local or global") };
        let x = x.flatten::<2>(1, 3);
        let weight = whole.weight.val();
        let weight = if self.spectral_norm { spectral_matrix(weight) } else { weight };
        let logits = x.matmul(weight);
        let logits = match &whole.bias {
            Some(bias) => logits + bias.val().unsqueeze(),
            None => logits,
        };
        let [batch, classes] = logits.dims();
        logits.reshape([batch, 1, 1, classes])
    }

    /// Verdicts on one image: the size of the map, or 1.
    pub(crate) fn verdicts(config: &DiscriminatorConfig, size: (usize, usize)) -> usize {
        match config.scope {
            Scope::Local => map_size(config, size),
            Scope::Global => 1,
        }
    }
}

/// How far each pixel stands out of the mean of its four neighbours, so many times enlarged, between -1
/// and 1. A border is continued.
///
/// # Shapes
/// `[batch, height, width, channels]` to the same.
fn relief(x: Tensor<4>, gain: f64) -> Tensor<4> {
    let [_, height, width, _] = x.dims();
    let around = continued(x.clone(), 1);
    let beside =
        |row: usize, column: usize| around.clone().narrow(1, row, height).narrow(2, column, width);
    let sum = beside(0, 1) + beside(2, 1) + beside(1, 0) + beside(1, 2);
    ((x - sum * 0.25) * gain).tanh()
}

/// Patches of an image.
fn map_size(config: &DiscriminatorConfig, (width, height): (usize, usize)) -> usize {
    let cells = |side: usize| config.strides.iter().fold(side, |side, &step| side.div_ceil(step));
    cells(width) * cells(height)
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    fn net(config: DiscriminatorConfig, seed: u64) -> DiscriminatorNet {
        DiscriminatorNet::new(&config, 1, (55, 35), seed, &Device::flex())
    }

    fn tiny() -> DiscriminatorConfig {
        DiscriminatorConfig { channels: [4; 4], ..Default::default() }
    }

    fn values(x: Tensor<4>) -> Vec<f32> {
        x.into_data().iter::<f32>().collect()
    }

    #[test]
    fn the_paper_s_discriminator_has_75_906_parameters_and_a_map_of_9_by_14() {
        let device = Device::flex();
        let net = net(DiscriminatorConfig::default(), 1);
        assert_eq!(net.num_params(), 75_906);
        let map = net.forward(Tensor::zeros([2, 35, 55, 1], &device));
        assert_eq!(map.dims(), [2, 9, 14, 2]);
        assert_eq!(map_size(&DiscriminatorConfig::default(), (55, 35)), 9 * 14);
        assert_eq!(map_size(&DiscriminatorConfig::default(), (60, 36)), 9 * 15);
    }

    #[test]
    fn in_relief_a_plane_is_nothing_and_a_step_of_a_pixel_is_what_the_gain_makes_of_it() {
        let device = Device::flex();
        let tilted: Vec<f32> =
            (0..5 * 7).map(|i| 0.02 * (i % 7) as f32 - 0.01 * (i / 7) as f32).collect();
        let mut bump = tilted.clone();
        bump[2 * 7 + 3] += 0.005;
        let image =
            |values: &[f32]| Tensor::<1>::from_floats(values, &device).reshape([1, 5, 7, 1]);
        let inner = |x: Tensor<4>| values(x.narrow(1, 1, 3).narrow(2, 1, 5));
        assert!(inner(relief(image(&tilted), 60.0)).iter().all(|v| v.abs() < 1e-5));
        let seen = inner(relief(image(&bump), 60.0));
        assert!((seen[5 + 2] - 0.3f32.tanh()).abs() < 1e-4, "{seen:?}");
        assert!((seen[5 + 1] + 0.075f32.tanh()).abs() < 1e-4, "{seen:?}");
        // An offset of a whole image is not seen.
        let config = DiscriminatorConfig { relief_gain: 60.0, ..tiny() };
        let [net, plain] = [config, tiny()].map(|config| net(config, 3));
        let verdicts = |net: &DiscriminatorNet, offset: f32| {
            values(net.forward(image(&bump.iter().map(|v| v + offset).collect::<Vec<_>>())))
        };
        let differ = |net: &DiscriminatorNet| {
            let both = [verdicts(net, 0.0), verdicts(net, 0.25)];
            both[0].iter().zip(&both[1]).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
        };
        assert!(differ(&net) < 1e-4 && differ(&plain) > 1e-3);
    }

    #[test]
    fn the_paper_s_discriminator_of_hands_has_178_050_parameters_and_a_map_of_7_by_7() {
        let device = Device::flex();
        let config = DiscriminatorConfig {
            kernels: [7, 5, 3],
            strides: [4, 2, 2, 2],
            ..DiscriminatorConfig::default()
        };
        let net = DiscriminatorNet::new(&config, 1, (224, 224), 1, &device);
        assert_eq!(net.num_params(), 178_050);
        assert_eq!(net.forward(Tensor::zeros([1, 224, 224, 1], &device)).dims(), [1, 7, 7, 2]);
        assert_eq!(DiscriminatorNet::verdicts(&config, (224, 224)), 49);
        for size in [(97, 65), (33, 1)] {
            let dims = net.forward(Tensor::zeros([1, size.1, size.0, 1], &device)).dims();
            assert_eq!(DiscriminatorNet::verdicts(&config, size), dims[1] * dims[2], "{size:?}");
        }
    }

    #[test]
    fn a_corner_moves_only_the_logits_that_see_it() {
        let device = Device::flex();
        let net = net(DiscriminatorConfig::default(), 1);
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
                // Winograd's tiles share roundings with their neighbours.
                let moved = (at..at + 2).any(|at| (before[at] - after[at]).abs() > 1e-5);
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
        let net = net(tiny(), 2);
        // Left half flat, right half striped.
        let pixels: Vec<f32> =
            (0..8 * 40).map(|i| if i % 40 < 20 || i % 2 == 0 { -1.0 } else { 1.0 }).collect();
        let x = Tensor::<1>::from_floats(pixels.as_slice(), &device).reshape([1, 8, 40, 1]);
        let map = values(net.forward(x));
        assert_ne!(map[2..4], map[16..18], "flat and striped patches look alike");
    }

    #[test]
    fn a_global_one_gives_one_verdict_that_depends_on_every_corner() {
        let config = DiscriminatorConfig { scope: Scope::Global, ..Default::default() };
        assert_eq!(DiscriminatorNet::verdicts(&config, (55, 35)), 1);
        for spectral_norm in [false, true] {
            let net = net(DiscriminatorConfig { spectral_norm, ..config.clone() }, 3);
            let image = |bright: usize| {
                let pixels: Vec<f32> = (0..35 * 55)
                    .map(|i| if i == bright { 3.0 } else { (i as f32 * 0.7).sin() })
                    .collect();
                Tensor::<1>::from_floats(pixels.as_slice(), &Device::flex()).reshape([1, 35, 55, 1])
            };
            let nothing = values(net.forward(image(35 * 55)));
            assert_eq!(nothing.len(), 2);
            for corner in [0, 54, 34 * 55, 35 * 55 - 1] {
                assert_ne!(values(net.forward(image(corner))), nothing, "corner {corner}");
            }
        }
    }

    #[test]
    fn with_spectral_norm_longer_weights_give_the_same_verdict() {
        let config = DiscriminatorConfig { spectral_norm: true, ..tiny() };
        let net = net(config, 2);
        let mut longer = net.clone();
        longer.conv2.weight = longer.conv2.weight.map(|weight| weight * 5.0);
        let pixels: Vec<f32> = (0..8 * 40).map(|i| (i as f32 * 0.3).sin()).collect();
        let x = Tensor::<1>::from_floats(pixels.as_slice(), &Device::flex()).reshape([1, 8, 40, 1]);
        let (a, b) = (values(net.forward(x.clone())), values(longer.forward(x)));
        assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-5), "{a:?} {b:?}");
    }

    #[test]
    fn with_batch_norm_a_brighter_batch_gives_the_same_verdict_inside() {
        // Five times the contrast everywhere: the first layer passes it on, the second divides it
        // out, but for its first layer's bias, which is 0 at the start.
        let net = net(DiscriminatorConfig { batch_norm: true, ..tiny() }, 2);
        let pixels: Vec<f32> = (0..8 * 40).map(|i| (i as f32 * 0.3).sin()).collect();
        let x = Tensor::<1>::from_floats(pixels.as_slice(), &Device::flex()).reshape([1, 8, 40, 1]);
        let (a, b) = (values(net.forward(x.clone())), values(net.forward(x * 5.0)));
        assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-3), "{a:?} {b:?}");
        assert!(a.iter().any(|a| a.abs() > 1e-2));
    }
}
