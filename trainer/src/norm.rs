//! Two ways to keep the discriminator's layers in scale.

use burn::module::{Module, Param};
use burn::nn::conv::Conv2d;
use burn::tensor::Tensor;

use crate::layer::Init;

/// Batch normalisation (Ioffe and Szegedy, 2015) over batch, rows and columns, by the statistics of
/// the batch at hand, always: a discriminator is only ever used on batches, so there is no running
/// mean whose state a resumed run would need.
#[derive(Module, Debug)]
pub(crate) struct BatchNorm {
    gain: Param<Tensor<1>>,
    offset: Param<Tensor<1>>,
}

impl BatchNorm {
    const EPSILON: f64 = 1e-5;

    pub(crate) fn new(init: &mut Init<'_>, channels: usize) -> Self {
        Self { gain: init.constant(channels, 1.0), offset: init.constant(channels, 0.0) }
    }

    /// `[batch, height, width, channels]` to the same, each channel with mean `offset` and deviation
    /// `gain`.
    pub(crate) fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let mean = x.clone().mean_dims(&[0, 1, 2]);
        let centred = x - mean;
        let variance = centred.clone().square().mean_dims(&[0, 1, 2]);
        let scaled = centred / (variance + Self::EPSILON).sqrt();
        scaled * self.gain.val().unsqueeze() + self.offset.val().unsqueeze()
    }
}

/// Steps of the power iteration. From a fixed start every time, so there is no vector whose state a
/// resumed run would need; the matrices are small, so this costs little beside a convolution.
const ITERATIONS: usize = 12;

/// The layer with its weights divided by their largest singular value, as a matrix
/// [channels out, channels in · kernel²] (Miyato et al., 2018). The gradient passes through the
/// value too.
pub(crate) fn spectral(conv: &Conv2d) -> Conv2d {
    let weight = conv.weight.val();
    let [out, channels, height, width] = weight.dims();
    let matrix = weight.clone().reshape([out, channels * height * width]);
    let sigma = largest_singular_value(matrix);
    let weight = weight / sigma.unsqueeze();
    Conv2d { weight: Param::initialized(conv.weight.id, weight), ..conv.clone() }
}

/// As [`spectral`], of a fully connected layer's weights.
pub(crate) fn spectral_matrix(weight: Tensor<2>) -> Tensor<2> {
    let sigma = largest_singular_value(weight.clone());
    weight / sigma.unsqueeze()
}

/// σ = uᵀ W v, with the singular vectors u and v held fixed.
fn largest_singular_value(matrix: Tensor<2>) -> Tensor<1> {
    let [rows, _] = matrix.dims();
    let fixed = if matrix.device().is_autodiff() { matrix.clone().inner() } else { matrix.clone() };
    // u follows from powers of W Wᵀ, of which the smaller side decides the cost.
    let start: Vec<f32> = (0..rows).map(|i| 1.0 + (i as f32 * 0.7).sin()).collect();
    let mut u = Tensor::<1>::from_floats(start.as_slice(), &fixed.device()).reshape([rows, 1]);
    let square = fixed.clone().matmul(fixed.clone().transpose());
    for _ in 0..ITERATIONS {
        u = unit(square.clone().matmul(u));
    }
    let v = unit(fixed.transpose().matmul(u.clone()));
    let (u, v) = match matrix.device().is_autodiff() {
        true => (Tensor::from_inner(u), Tensor::from_inner(v)),
        false => (u, v),
    };
    (u * matrix.matmul(v)).sum() + 1e-12
}

fn unit(x: Tensor<2>) -> Tensor<2> {
    let length = x.clone().square().sum().sqrt() + 1e-12;
    x / length.unsqueeze()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::layer::{LINEAR, Padding};
    use burn::tensor::Device;

    #[test]
    fn a_normalised_batch_has_mean_0_and_deviation_1_in_each_channel() {
        let device = Device::flex();
        let norm = BatchNorm::new(&mut Init::new(1, "test", &device), 2);
        let values: Vec<f32> = (0..2 * 3 * 4 * 2)
            .map(|i| (i as f32 * 1.3).sin() * 5.0 + (i % 2) as f32 * 40.0)
            .collect();
        let x = Tensor::<1>::from_floats(values.as_slice(), &device).reshape([2, 3, 4, 2]);
        let y: Vec<f32> = norm.forward(x).into_data().iter::<f32>().collect();
        for channel in 0..2 {
            let y: Vec<f32> = y.iter().copied().skip(channel).step_by(2).collect();
            let mean = y.iter().sum::<f32>() / y.len() as f32;
            let variance = y.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / y.len() as f32;
            assert!(mean.abs() < 1e-5 && (variance - 1.0).abs() < 1e-3, "{mean} {variance}");
        }
    }

    #[test]
    fn the_largest_singular_value_is_that_of_a_matrix_made_with_it() {
        // diag(3, 1) turned by 30 degrees on one side and 70 on the other.
        let turn = |deg: f32| {
            let (s, c) = deg.to_radians().sin_cos();
            [[c, -s], [s, c]]
        };
        let device = Device::flex();
        let matrix = |values| Tensor::<2>::from_floats(values, &device);
        let made =
            matrix(turn(30.0)).matmul(matrix([[3.0, 0.0], [0.0, 1.0]])).matmul(matrix(turn(70.0)));
        let sigma = largest_singular_value(made).into_scalar::<f32>();
        assert!((sigma - 3.0).abs() < 1e-4, "{sigma}");
    }

    #[test]
    fn a_normalised_layer_has_the_value_1_and_its_gradient_does_not_change_its_scale() {
        let device = Device::flex().autodiff();
        let conv = Init::new(5, "test", &device).conv([3, 8], 3, 1, Padding::Same, LINEAR);
        let normal = spectral(&conv);
        let matrix = normal.weight.val().reshape([8, 27]);
        let sigma = largest_singular_value(matrix.clone()).into_scalar::<f32>();
        assert!((sigma - 1.0).abs() < 1e-3, "{sigma}");
        // W / σ(W) does not depend on the length of W: the gradient is at a right angle to W.
        let grads = matrix.square().sum().backward();
        let weight = conv.weight.val();
        let grad = weight.grad(&grads).unwrap();
        let along = (grad.clone() * weight.inner()).sum().into_scalar::<f32>();
        let length = grad.square().sum().sqrt().into_scalar::<f32>();
        assert!(length > 1e-3 && along.abs() < 0.05 * length, "{along} of {length}");
    }
}
