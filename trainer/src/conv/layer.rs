//! The layers: a convolution on NHWC tensors with the parameters of [`burn::nn::conv::Conv2d`].

use burn::backend::Dispatch;
use burn::nn::PaddingConfig2d;
use burn::nn::conv::Conv2d;
use burn::tensor::Tensor;

use super::backend::NhwcBackend;

/// What is applied to each output of a convolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// The output as it is.
    None,
    /// `max(output, 0)`.
    Relu,
}

/// Convolves `x`, `[batch, height, width, channels_in]`, with the parameters of `conv`.
///
/// Returns `[batch, height_out, width_out, channels_out]` with
/// `height_out = (height + 2 * padding - kernel) / stride + 1`.
///
/// # Panics
///
/// If `conv` has groups, a dilation, an oblong kernel or stride, or padding that differs between
/// the sides; and if its channels are not those of `x`.
pub fn conv2d(x: Tensor<4>, conv: &Conv2d, activation: Activation) -> Tensor<4> {
    let (stride, padding) = step(conv);
    let (weight, bias) = parameters(conv);
    Tensor::from_dispatch(Dispatch::conv_nhwc(
        x.into_dispatch(),
        weight.into_dispatch(),
        bias.into_dispatch(),
        stride,
        padding,
        activation == Activation::Relu,
    ))
}

/// [`conv2d`] to whose result `add`, of the same shape, is added before the activation: the end
/// of a residual block, in one pass over the pictures.
///
/// # Panics
///
/// As [`conv2d`], and if `add` has not the shape of the result.
pub fn conv2d_add(
    x: Tensor<4>,
    conv: &Conv2d,
    add: Tensor<4>,
    activation: Activation,
) -> Tensor<4> {
    let (stride, padding) = step(conv);
    let (weight, bias) = parameters(conv);
    Tensor::from_dispatch(Dispatch::conv_add_nhwc(
        x.into_dispatch(),
        weight.into_dispatch(),
        bias.into_dispatch(),
        add.into_dispatch(),
        stride,
        padding,
        activation == Activation::Relu,
    ))
}

/// `relu(second(relu(first(x))) + x)`: a residual block, with gradients that are added and cut off
/// where they are computed.
///
/// # Panics
///
/// As [`conv2d`], and if a convolution does not keep the size of `x`, or their paddings differ.
pub fn residual_block(x: Tensor<4>, first: &Conv2d, second: &Conv2d) -> Tensor<4> {
    let (stride, padding) = step(first);
    assert_eq!((stride, padding), step(second), "residual block: stride and padding differ");
    let keeps_size = |conv: &Conv2d| conv.kernel_size[0] == 2 * padding + 1;
    assert!(
        stride == 1 && keeps_size(first) && keeps_size(second),
        "residual block: a convolution changes the size; use stride 1 and half a kernel of padding"
    );
    let ((weight_1, bias_1), (weight_2, bias_2)) = (parameters(first), parameters(second));
    Tensor::from_dispatch(Dispatch::residual_block_nhwc(
        x.into_dispatch(),
        weight_1.into_dispatch(),
        bias_1.into_dispatch(),
        weight_2.into_dispatch(),
        bias_2.into_dispatch(),
        padding,
    ))
}

/// The largest value of each `kernel` x `kernel` window of `x`, `[batch, height, width, channels]`,
/// without padding.
///
/// # Panics
///
/// If `x` is smaller than the window, or a size is zero.
pub fn max_pool2d(x: Tensor<4>, kernel: usize, stride: usize) -> Tensor<4> {
    Tensor::from_dispatch(Dispatch::max_pool_nhwc(x.into_dispatch(), kernel, stride))
}

/// Weights and bias; a layer without bias has zeros, which nobody asks a gradient of.
fn parameters(conv: &Conv2d) -> (Tensor<4>, Tensor<1>) {
    let weight = conv.weight.val();
    let bias = match &conv.bias {
        Some(bias) => bias.val(),
        None => Tensor::zeros([weight.dims()[0]], &weight.device()),
    };
    (weight, bias)
}

/// The stride and the padding of every side, in pixels.
fn step(conv: &Conv2d) -> (usize, usize) {
    let [kernel, kernel_width] = conv.kernel_size;
    assert_eq!(kernel, kernel_width, "conv2d: the kernel must be square");
    assert_eq!(conv.stride[0], conv.stride[1], "conv2d: the stride must be the same in y and x");
    assert_eq!(conv.dilation, [1, 1], "conv2d: dilated kernels are not supported");
    assert_eq!(conv.groups, 1, "conv2d: grouped channels are not supported");
    let padding = match conv.padding {
        PaddingConfig2d::Valid => 0,
        PaddingConfig2d::Explicit(top, left, bottom, right)
            if top == left && top == bottom && top == right =>
        {
            top
        }
        PaddingConfig2d::Same if conv.stride == [1, 1] && kernel % 2 == 1 => kernel / 2,
        ref other => panic!(
            "conv2d: padding {other:?} of a {kernel}x{kernel} kernel with stride {} is not the \
             same on all sides; use PaddingConfig2d::Explicit(p, p, p, p)",
            conv.stride[0]
        ),
    };
    (conv.stride[0], padding)
}
