//! The operations on the CPU: Burn's tensors in, the [`direct`](super::direct) kernels on them.

use burn::backend::ops::{ActivationOps, FloatTensorOps};
use burn::backend::tensor::FloatTensor;
use burn::backend::{DType, Flex, TensorMetadata};
use burn::tensor::Bytes;
use burn::tensor::Shape;
use burn_flex::{FlexTensor, Layout};

use super::backend::NhwcBackend;
use super::direct::{self, Geometry, Isa, PoolGeometry};
use super::fallback;

impl NhwcBackend for Flex {
    fn conv_nhwc(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        stride: usize,
        padding: usize,
        relu: bool,
    ) -> FloatTensor<Self> {
        conv(x, weight, bias, None, (stride, padding), relu)
    }

    fn conv_add_nhwc(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        add: FloatTensor<Self>,
        stride: usize,
        padding: usize,
        relu: bool,
    ) -> FloatTensor<Self> {
        conv(x, weight, bias, Some(add), (stride, padding), relu)
    }

    fn relu_gradient_nhwc(y: FloatTensor<Self>, dy: FloatTensor<Self>) -> FloatTensor<Self> {
        if !all_f32(&[&y, &dy]) {
            return Self::relu_backward(y, dy);
        }
        let (y, mut dy) = (y.to_contiguous(), dy.to_contiguous());
        let len = dy.shape().num_elements();
        let (start, y) = (dy.layout().start_offset(), slice(&y));
        // In place where nobody else holds the gradient.
        direct::mask_relu(&mut dy.storage_mut::<f32>()[start..start + len], y);
        dy
    }

    fn conv_nhwc_input_gradient(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        dy: FloatTensor<Self>,
        stride: usize,
        padding: usize,
    ) -> FloatTensor<Self> {
        input_gradient(x, weight, dy, None, false, (stride, padding))
    }

    fn conv_nhwc_input_gradient_relu(
        y: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        dy: FloatTensor<Self>,
        stride: usize,
        padding: usize,
    ) -> FloatTensor<Self> {
        input_gradient(y, weight, dy, None, true, (stride, padding))
    }

    fn conv_nhwc_input_gradient_add(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        dy: FloatTensor<Self>,
        add: FloatTensor<Self>,
        stride: usize,
        padding: usize,
    ) -> FloatTensor<Self> {
        input_gradient(x, weight, dy, Some(add), false, (stride, padding))
    }

    fn conv_nhwc_weight_gradient(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        dy: FloatTensor<Self>,
        stride: usize,
        padding: usize,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        if !all_f32(&[&x, &weight, &bias, &dy]) {
            let step = (stride, padding);
            return fallback::conv_weight_gradient::<Self>(x, weight, bias, dy, step);
        }
        let geometry = geometry(&x, &weight, (stride, padding));
        let (x, dy) = (x.to_contiguous(), dy.to_contiguous());
        let (dw, db) = direct::weight_gradient(Isa::best(), &geometry, slice(&x), slice(&dy));
        (tensor(dw, weight.shape()), tensor(db, bias.shape()))
    }

    fn max_pool_nhwc(x: FloatTensor<Self>, kernel: usize, stride: usize) -> FloatTensor<Self> {
        if !all_f32(&[&x]) {
            return fallback::max_pool::<Self>(x, kernel, stride);
        }
        let geometry = pool_geometry(&x, kernel, stride);
        let PoolGeometry { batch, channels, .. } = geometry;
        let shape = Shape::new([batch, geometry.height_out(), geometry.width_out(), channels]);
        tensor(direct::max_pool(&geometry, slice(&x.to_contiguous())), shape)
    }

    fn max_pool_nhwc_gradient(
        x: FloatTensor<Self>,
        dy: FloatTensor<Self>,
        kernel: usize,
        stride: usize,
    ) -> FloatTensor<Self> {
        if !all_f32(&[&x, &dy]) {
            return fallback::max_pool_gradient::<Self>(x, dy, kernel, stride);
        }
        let geometry = pool_geometry(&x, kernel, stride);
        let (x, dy) = (x.to_contiguous(), dy.to_contiguous());
        tensor(direct::max_pool_gradient(&geometry, slice(&x), slice(&dy)), x.shape())
    }
}

fn conv(
    x: FlexTensor,
    weight: FlexTensor,
    bias: FlexTensor,
    add: Option<FlexTensor>,
    step: (usize, usize),
    relu: bool,
) -> FlexTensor {
    let others = [&x, &weight, &bias];
    if !all_f32(&others) || add.as_ref().is_some_and(|add| !all_f32(&[add])) {
        return fallback::conv::<Flex>(x, weight, bias, add, step, relu);
    }
    let geometry = geometry(&x, &weight, step);
    let (x, weight, bias) = (x.to_contiguous(), weight.to_contiguous(), bias.to_contiguous());
    let add = add.map(|add| add.to_contiguous());
    let add = add.as_ref().map(slice);
    let (x, weight, bias) = (slice(&x), slice(&weight), slice(&bias));
    let y = direct::forward(Isa::best(), &geometry, x, weight, bias, add, relu);
    let Geometry { batch, channels_out, .. } = geometry;
    let shape = [batch, geometry.height_out(), geometry.width_out(), channels_out];
    tensor(y, Shape::new(shape))
}

/// Plus `add`; with `relu`, zero where `x` is not positive.
fn input_gradient(
    x: FlexTensor,
    weight: FlexTensor,
    dy: FlexTensor,
    add: Option<FlexTensor>,
    relu: bool,
    step: (usize, usize),
) -> FlexTensor {
    if !all_f32(&[&x, &weight, &dy]) || add.as_ref().is_some_and(|add| !all_f32(&[add])) {
        let mut dx = fallback::conv_input_gradient::<Flex>(x.clone(), weight, dy, step);
        if let Some(add) = add {
            dx = Flex::float_add(dx, add);
        }
        return if relu { Flex::relu_backward(x, dx) } else { dx };
    }
    let geometry = geometry(&x, &weight, step);
    let (weight, dy) = (weight.to_contiguous(), dy.to_contiguous());
    let add = add.map(|add| add.to_contiguous());
    let mask = relu.then(|| x.to_contiguous());
    let (add, mask) = (add.as_ref().map(slice), mask.as_ref().map(slice));
    let (weight, dy) = (slice(&weight), slice(&dy));
    tensor(direct::input_gradient(Isa::best(), &geometry, weight, dy, add, mask), x.shape())
}

fn geometry(x: &FlexTensor, weight: &FlexTensor, (stride, padding): (usize, usize)) -> Geometry {
    let [batch, height, width, channels_in] = x.shape().dims();
    let [channels_out, weight_in, kernel, _] = weight.shape().dims();
    assert_eq!(channels_in, weight_in, "conv2d: channels of the input and of the weights");
    Geometry { batch, height, width, channels_in, channels_out, kernel, stride, padding }
}

fn pool_geometry(x: &FlexTensor, kernel: usize, stride: usize) -> PoolGeometry {
    let [batch, height, width, channels] = x.shape().dims();
    PoolGeometry { batch, height, width, channels, kernel, stride }
}

fn all_f32(tensors: &[&FlexTensor]) -> bool {
    tensors.iter().all(|tensor| tensor.dtype() == DType::F32)
}

/// The numbers of a contiguous tensor.
fn slice(tensor: &FlexTensor) -> &[f32] {
    let start = tensor.layout().start_offset();
    &tensor.storage()[start..start + tensor.layout().num_elements()]
}

fn tensor(values: Vec<f32>, shape: Shape) -> FlexTensor {
    FlexTensor::new(Bytes::from_elems(values), Layout::contiguous(shape), DType::F32)
}
