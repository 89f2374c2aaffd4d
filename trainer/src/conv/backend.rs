//! What a Burn backend must be able to do for the layers of this module.
#![cfg_attr(feature = "ndarray", allow(deprecated, reason = "Burn keeps it for comparisons"))]

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, backend_extension};

use super::fallback;

/// Convolution and pooling in NHWC. Every operation has Burn's own as its default, so that a
/// backend without kernels of its own needs an empty `impl`.
///
/// Shapes: `x` `[batch, height, width, channels_in]`, `weight`
/// `[channels_out, channels_in, kernel, kernel]`, `bias` `[channels_out]`, `dy` and `add` as the
/// result, `[batch, height_out, width_out, channels_out]`.
#[backend_extension(
    Autodiff,
    Flex,
    NdArray: cfg(feature = "ndarray"),
    Cube: cfg(any(feature = "wgpu", feature = "cuda")),
)]
pub(crate) trait NhwcBackend: Backend {
    /// Convolution with bias and, with `relu`, the activation.
    fn conv_nhwc(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        stride: usize,
        padding: usize,
        relu: bool,
    ) -> FloatTensor<Self> {
        fallback::conv::<Self>(x, weight, bias, None, (stride, padding), relu)
    }

    /// Convolution to whose result `add` is added before the activation.
    fn conv_add_nhwc(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        add: FloatTensor<Self>,
        stride: usize,
        padding: usize,
        relu: bool,
    ) -> FloatTensor<Self> {
        fallback::conv::<Self>(x, weight, bias, Some(add), (stride, padding), relu)
    }

    /// The gradient before a ReLU whose output was `y`.
    fn relu_gradient_nhwc(y: FloatTensor<Self>, dy: FloatTensor<Self>) -> FloatTensor<Self> {
        Self::relu_backward(y, dy)
    }

    /// The gradient of the input of a convolution without activation. Of `x`, only the shape
    /// counts.
    fn conv_nhwc_input_gradient(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        dy: FloatTensor<Self>,
        stride: usize,
        padding: usize,
    ) -> FloatTensor<Self> {
        fallback::conv_input_gradient::<Self>(x, weight, dy, (stride, padding))
    }

    /// `relu(conv(relu(conv(x))) + x)` with two convolutions of stride 1 that keep the size.
    fn residual_block_nhwc(
        x: FloatTensor<Self>,
        weight_1: FloatTensor<Self>,
        bias_1: FloatTensor<Self>,
        weight_2: FloatTensor<Self>,
        bias_2: FloatTensor<Self>,
        padding: usize,
    ) -> FloatTensor<Self> {
        let inner = Self::conv_nhwc(x.clone(), weight_1, bias_1, 1, padding, true);
        Self::conv_add_nhwc(inner, weight_2, bias_2, x, 1, padding, true)
    }

    /// [`conv_nhwc_input_gradient`](Self::conv_nhwc_input_gradient) where the input is `y`, the
    /// output of a ReLU: the gradient before that.
    fn conv_nhwc_input_gradient_relu(
        y: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        dy: FloatTensor<Self>,
        stride: usize,
        padding: usize,
    ) -> FloatTensor<Self> {
        let dx = Self::conv_nhwc_input_gradient(y.clone(), weight, dy, stride, padding);
        Self::relu_gradient_nhwc(y, dx)
    }

    /// [`conv_nhwc_input_gradient`](Self::conv_nhwc_input_gradient) plus `add`.
    fn conv_nhwc_input_gradient_add(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        dy: FloatTensor<Self>,
        add: FloatTensor<Self>,
        stride: usize,
        padding: usize,
    ) -> FloatTensor<Self> {
        let dx = Self::conv_nhwc_input_gradient(x, weight, dy, stride, padding);
        Self::float_add(dx, add)
    }

    /// The gradients of the weights and the bias of a convolution without activation. Of `weight`
    /// and `bias`, only the shapes count.
    fn conv_nhwc_weight_gradient(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        dy: FloatTensor<Self>,
        stride: usize,
        padding: usize,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        fallback::conv_weight_gradient::<Self>(x, weight, bias, dy, (stride, padding))
    }

    /// The largest value of each window.
    fn max_pool_nhwc(x: FloatTensor<Self>, kernel: usize, stride: usize) -> FloatTensor<Self> {
        fallback::max_pool::<Self>(x, kernel, stride)
    }

    /// The gradient of the input of `max_pool_nhwc`.
    fn max_pool_nhwc_gradient(
        x: FloatTensor<Self>,
        dy: FloatTensor<Self>,
        kernel: usize,
        stride: usize,
    ) -> FloatTensor<Self> {
        fallback::max_pool_gradient::<Self>(x, dy, kernel, stride)
    }
}

#[cfg(feature = "ndarray")]
impl NhwcBackend for burn::backend::NdArray {}

#[cfg(any(feature = "wgpu", feature = "cuda"))]
impl NhwcBackend for burn::backend::Cube {}
