//! The operations in NHWC by way of Burn's own in NCHW.

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, TensorMetadata, get_or_init_device_settings};
use burn::tensor::ops::ConvOptions;

/// `(stride, padding)`.
type Step = (usize, usize);

pub(super) fn conv<B: Backend>(
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    bias: FloatTensor<B>,
    add: Option<FloatTensor<B>>,
    step: Step,
    relu: bool,
) -> FloatTensor<B> {
    let mut y = from_nchw::<B>(B::conv2d(to_nchw::<B>(x), weight, Some(bias), options(step)));
    if let Some(add) = add {
        y = B::float_add(y, add);
    }
    if relu { B::relu(y) } else { y }
}

pub(super) fn conv_input_gradient<B: Backend>(
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    dy: FloatTensor<B>,
    step: Step,
) -> FloatTensor<B> {
    from_nchw::<B>(B::conv2d_x_backward(to_nchw::<B>(x), weight, to_nchw::<B>(dy), options(step)))
}

pub(super) fn conv_weight_gradient<B: Backend>(
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    bias: FloatTensor<B>,
    dy: FloatTensor<B>,
    step: Step,
) -> (FloatTensor<B>, FloatTensor<B>) {
    let (x, dy) = (to_nchw::<B>(x), to_nchw::<B>(dy));
    let weight = B::conv2d_weight_backward(x.clone(), weight, dy.clone(), options(step));
    (weight, B::conv2d_bias_backward(x, bias, dy))
}

pub(super) fn max_pool<B: Backend>(
    x: FloatTensor<B>,
    kernel: usize,
    stride: usize,
) -> FloatTensor<B> {
    let x = to_nchw::<B>(x);
    from_nchw::<B>(B::max_pool2d(x, [kernel; 2], [stride; 2], [0; 2], [1; 2], false))
}

pub(super) fn max_pool_gradient<B: Backend>(
    x: FloatTensor<B>,
    dy: FloatTensor<B>,
    kernel: usize,
    stride: usize,
) -> FloatTensor<B> {
    let (x, dy) = (to_nchw::<B>(x), to_nchw::<B>(dy));
    let index = get_or_init_device_settings::<B>(&x.device()).int_dtype;
    let (kernel, stride) = ([kernel; 2], [stride; 2]);
    let (none, one) = ([0; 2], [1; 2]);
    let indices =
        B::max_pool2d_with_indices(x.clone(), kernel, stride, none, one, false, index).indices;
    let gradient =
        B::max_pool2d_with_indices_backward(x, kernel, stride, none, one, false, dy, indices);
    from_nchw::<B>(gradient.x_grad)
}

fn options((stride, padding): Step) -> ConvOptions<2> {
    ConvOptions::new([stride; 2], [padding; 2], [1; 2], 1)
}

fn to_nchw<B: Backend>(tensor: FloatTensor<B>) -> FloatTensor<B> {
    B::float_permute(tensor, &[0, 3, 1, 2])
}

fn from_nchw<B: Backend>(tensor: FloatTensor<B>) -> FloatTensor<B> {
    B::float_permute(tensor, &[0, 2, 3, 1])
}
