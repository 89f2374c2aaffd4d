//! Layers whose first weights come from our own random numbers.
//!
//! Burn initialises lazily from one generator per backend, which every thread shares; so its
//! weights depend on what else runs. Here layer after layer is drawn from one ChaCha stream.

use crate::conv::{Activation, conv2d};
use crate::{config, seed};
use burn::module::{Param, ParamId};
use burn::nn::conv::Conv2d;
use burn::nn::{Linear, LinearConfig, PaddingConfig2d};
use burn::tensor::ops::PadMode;
use burn::tensor::{Device, Tensor, TensorData};
use rand::{Rng, RngExt};
use rand_chacha::ChaCha8Rng;

/// Gain for a layer that a ReLU follows (He et al., 2015): keeps the signal's variance.
pub(crate) const RELU: f64 = std::f64::consts::SQRT_2;
/// Gain for a layer that nothing follows.
pub(crate) const LINEAR: f64 = 1.0;
/// Gain for a layer that starts as zero.
pub(crate) const ZERO: f64 = 0.0;

/// What surrounds the image under a convolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Padding {
    /// Zeros, half a kernel on each side: size / stride, rounded up, comes out.
    Same,
    /// Nothing: the kernel stays inside.
    Valid,
}

impl From<config::Padding> for Padding {
    /// What a layer that [`same_size`] runs is made with.
    fn from(padding: config::Padding) -> Self {
        match padding {
            config::Padding::Zero => Padding::Same,
            config::Padding::Border => Padding::Valid,
        }
    }
}

/// Runs a convolution so that size / stride, rounded up, comes out: one without padding of its own
/// gets an image whose border was repeated.
pub(crate) fn same_size(x: Tensor<4>, conv: &Conv2d, activation: Activation) -> Tensor<4> {
    let pad = match conv.padding {
        PaddingConfig2d::Valid => conv.kernel_size[0] / 2,
        _ => 0,
    };
    conv2d(continued(x, pad), conv, activation)
}

/// `[batch, height, width, channels]` with its border repeated, so many pixels to each side.
pub(crate) fn continued(x: Tensor<4>, pixels: usize) -> Tensor<4> {
    match pixels {
        0 => x,
        n => x.pad([(0, 0), (n, n), (n, n), (0, 0)], PadMode::Edge),
    }
}

/// Draws the layers of one network, in order.
pub(crate) struct Init<'a> {
    rng: ChaCha8Rng,
    device: &'a Device,
}

impl<'a> Init<'a> {
    /// For the network of this name.
    pub(crate) fn new(seed: u64, network: &str, device: &'a Device) -> Self {
        Self { rng: seed::rng(seed, network, 0), device }
    }

    /// A square convolution, weights uniform with variance gain² / fan-in, biases zero.
    pub(crate) fn conv(
        &mut self,
        [channels_in, channels_out]: [usize; 2],
        kernel: usize,
        stride: usize,
        padding: Padding,
        gain: f64,
    ) -> Conv2d {
        let shape = [channels_out, channels_in, kernel, kernel];
        let pad = kernel / 2;
        Conv2d {
            weight: self.uniform(shape, channels_in * kernel * kernel, gain),
            bias: Some(self.uniform([channels_out], 1, ZERO)),
            stride: [stride, stride],
            kernel_size: [kernel, kernel],
            dilation: [1, 1],
            groups: 1,
            padding: match padding {
                Padding::Same => PaddingConfig2d::Explicit(pad, pad, pad, pad),
                Padding::Valid => PaddingConfig2d::Valid,
            },
        }
    }

    /// A fully connected layer.
    pub(crate) fn linear(&mut self, inputs: usize, outputs: usize, gain: f64) -> Linear {
        let mut layer = LinearConfig::new(inputs, outputs).init(self.device);
        layer.weight = self.uniform([inputs, outputs], inputs, gain);
        layer.bias = Some(self.uniform([outputs], 1, ZERO));
        layer
    }

    /// A parameter whose values are all the same.
    pub(crate) fn constant(&mut self, length: usize, value: f32) -> Param<Tensor<1>> {
        self.param(vec![value; length], [length])
    }

    fn uniform<const D: usize>(
        &mut self,
        shape: [usize; D],
        fan_in: usize,
        gain: f64,
    ) -> Param<Tensor<D>> {
        // Uniform on [-a, a] has variance a² / 3.
        let bound = (gain * (3.0 / fan_in as f64).sqrt()) as f32;
        let count = shape.iter().product();
        let values: Vec<f32> =
            (0..count).map(|_| bound * (2.0 * self.rng.random::<f32>() - 1.0)).collect();
        self.param(values, shape)
    }

    fn param<const D: usize>(&mut self, values: Vec<f32>, shape: [usize; D]) -> Param<Tensor<D>> {
        let mut param =
            Param::from_tensor(Tensor::from_data(TensorData::new(values, shape), self.device));
        // Burn's ids are random; ours make two saved runs equal.
        param.id = ParamId::from(self.rng.next_u64());
        param
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flat_image_stays_flat_where_its_border_is_repeated() {
        let device = Device::flex();
        let spread = |padding: config::Padding, stride| {
            let mut init = Init::new(3, "test", &device);
            let conv = init.conv([1, 2], 3, stride, padding.into(), LINEAR);
            let y = same_size(Tensor::ones([1, 5, 7, 1], &device), &conv, Activation::None);
            assert_eq!(y.dims(), [1, 5usize.div_ceil(stride), 7usize.div_ceil(stride), 2]);
            let y = y.narrow(3, 0, 1);
            (y.clone().max() - y.min()).into_scalar::<f32>()
        };
        for stride in [1, 2] {
            assert!(spread(config::Padding::Zero, stride) > 0.01);
            assert!(spread(config::Padding::Border, stride) < 1e-6);
        }
    }

    #[test]
    fn weights_are_a_function_of_seed_and_name_with_the_variance_that_was_asked_for() {
        let device = Device::flex();
        let draw = |seed, name| {
            let conv = Init::new(seed, name, &device).conv([16, 32], 3, 1, Padding::Same, RELU);
            conv.weight.val().into_data().iter::<f32>().collect::<Vec<f32>>()
        };
        assert_eq!(draw(1, "a"), draw(1, "a"));
        assert_ne!(draw(1, "a"), draw(2, "a"));
        assert_ne!(draw(1, "a"), draw(1, "b"));
        let weights = draw(1, "a");
        let variance = weights.iter().map(|w| w * w).sum::<f32>() / weights.len() as f32;
        assert!((variance * 144.0 / 2.0 - 1.0).abs() < 0.05, "variance {variance}");
    }
}
