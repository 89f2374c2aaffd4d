//! A convolution layer on NHWC tensors with the parameters of [`burn::nn::conv::Conv2d`].

use burn::nn::PaddingConfig2d;
use burn::nn::conv::Conv2d;
use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use burn::tensor::module::max_pool2d as max_pool2d_nchw;
use burn::tensor::ops::MaxPoolOptions;

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
    let _ = padding(conv);
    let y = conv.forward(x.permute([0, 3, 1, 2])).permute([0, 2, 3, 1]);
    match activation {
        Activation::None => y,
        Activation::Relu => relu(y),
    }
}

/// The largest value of each `kernel` x `kernel` window of `x`, `[batch, height, width, channels]`,
/// without padding.
pub fn max_pool2d(x: Tensor<4>, kernel: usize, stride: usize) -> Tensor<4> {
    let x = x.permute([0, 3, 1, 2]);
    let y = max_pool2d_nchw(x, MaxPoolOptions::new([kernel; 2]).with_stride([stride; 2]));
    y.permute([0, 2, 3, 1])
}

/// The padding of every side, in pixels.
fn padding(conv: &Conv2d) -> usize {
    let [kernel, kernel_width] = conv.kernel_size;
    assert_eq!(kernel, kernel_width, "conv2d: the kernel must be square");
    assert_eq!(conv.stride[0], conv.stride[1], "conv2d: the stride must be the same in y and x");
    assert_eq!(conv.dilation, [1, 1], "conv2d: dilated kernels are not supported");
    assert_eq!(conv.groups, 1, "conv2d: grouped channels are not supported");
    match conv.padding {
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
    }
}
