//! The layers against Burn's own convolution and its gradients.
#![allow(clippy::unwrap_used)]

use burn::nn::PaddingConfig2d;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::tensor::activation::relu;
use burn::tensor::module::max_pool2d as burn_max_pool2d;
use burn::tensor::ops::MaxPoolOptions;
use burn::tensor::{Device, Distribution, Tensor};

use super::{Activation, conv2d, conv2d_add, max_pool2d, residual_block};

fn layer(
    device: &Device,
    channels: [usize; 2],
    kernel: usize,
    stride: usize,
    padding: PaddingConfig2d,
    bias: bool,
) -> Conv2d {
    Conv2dConfig::new(channels, [kernel; 2])
        .with_stride([stride; 2])
        .with_padding(padding)
        .with_bias(bias)
        .init(device)
}

fn random(shape: [usize; 4], device: &Device) -> Tensor<4> {
    Tensor::random(shape, Distribution::Uniform(-1.0, 1.0), device)
}

fn burn_conv2d(x: Tensor<4>, conv: &Conv2d) -> Tensor<4> {
    conv.forward(x.permute([0, 3, 1, 2])).permute([0, 2, 3, 1])
}

#[track_caller]
fn assert_close<const D: usize>(actual: Tensor<D>, expected: Tensor<D>) {
    assert_eq!(actual.dims(), expected.dims());
    // Terms of size 1 that cancel leave their rounding, however small their sum is.
    let scale = expected.clone().abs().max().into_scalar::<f32>().max(1.0);
    let difference = (actual - expected).abs().max().into_scalar::<f32>();
    assert!(difference < 1e-5 * scale, "{difference} of {scale}");
}

/// Compares the value and all gradients of two ways to compute a layer.
fn compare(
    conv: &Conv2d,
    x: Tensor<4>,
    add: Option<Tensor<4>>,
    actual: impl Fn(Tensor<4>, Option<Tensor<4>>) -> Tensor<4>,
    expected: impl Fn(Tensor<4>, Option<Tensor<4>>) -> Tensor<4>,
) {
    let run = |way: &dyn Fn(Tensor<4>, Option<Tensor<4>>) -> Tensor<4>| {
        let x = x.clone().require_grad();
        let add = add.clone().map(Tensor::require_grad);
        let y = way(x.clone(), add.clone());
        // A weight for every output, so that no two of them could be confused.
        let len = y.shape().num_elements();
        let weight = Tensor::<1, burn::tensor::Int>::arange(0..len as i64, &y.device()).float();
        let weight = (weight * 0.37).sin().reshape(y.dims());
        let gradients = (y.clone() * weight).sum().backward();
        let of_add = add.map(|add| add.grad(&gradients).unwrap());
        let of_bias = conv.bias.as_ref().map(|bias| bias.val().grad(&gradients).unwrap());
        let of_weight = conv.weight.val().grad(&gradients).unwrap();
        (y.inner(), x.grad(&gradients).unwrap(), of_weight, of_bias, of_add)
    };
    let (actual, expected) = (run(&actual), run(&expected));
    assert_close(actual.0, expected.0);
    assert_close(actual.1, expected.1);
    assert_close(actual.2, expected.2);
    if let (Some(actual), Some(expected)) = (actual.3, expected.3) {
        assert_close(actual, expected);
    }
    if let (Some(actual), Some(expected)) = (actual.4, expected.4) {
        assert_close(actual, expected);
    }
}

#[test]
fn layer_and_gradients_are_those_of_burn() {
    let device = Device::flex().autodiff();
    let one = PaddingConfig2d::Explicit(1, 1, 1, 1);
    let cases = [
        ([1, 16], 3, 1, one.clone(), true),
        ([16, 16], 3, 1, PaddingConfig2d::Same, true),
        ([16, 1], 1, 1, PaddingConfig2d::Valid, true),
        ([1, 96], 3, 2, one, true),
        ([3, 20], 5, 2, PaddingConfig2d::Explicit(2, 2, 2, 2), false),
        ([5, 8], 7, 1, PaddingConfig2d::Valid, true),
        ([16, 16], 7, 1, PaddingConfig2d::Explicit(3, 3, 3, 3), true),
        ([1, 96], 7, 4, PaddingConfig2d::Explicit(3, 3, 3, 3), true),
        ([24, 32], 5, 2, PaddingConfig2d::Explicit(2, 2, 2, 2), true),
        ([16, 32], 3, 2, PaddingConfig2d::Explicit(1, 1, 1, 1), true),
    ];
    for (channels, kernel, stride, padding, bias) in cases {
        let conv = layer(&device, channels, kernel, stride, padding, bias);
        let x = random([2, 11, 14, channels[0]], &device);
        compare(
            &conv,
            x.clone(),
            None,
            |x, _| conv2d(x, &conv, Activation::None),
            |x, _| burn_conv2d(x, &conv),
        );
        compare(
            &conv,
            x.clone(),
            None,
            |x, _| conv2d(x, &conv, Activation::Relu),
            |x, _| relu(burn_conv2d(x, &conv)),
        );
        let add = random(conv2d(x.clone(), &conv, Activation::None).dims(), &device);
        compare(
            &conv,
            x,
            Some(add),
            |x, add| conv2d_add(x, &conv, add.unwrap(), Activation::Relu),
            |x, add| relu(burn_conv2d(x, &conv) + add.unwrap()),
        );
    }
}

#[test]
fn residual_block_is_two_layers_and_adds_both_gradients_of_its_input() {
    let device = Device::flex().autodiff();
    let one = PaddingConfig2d::Explicit(1, 1, 1, 1);
    for channels in [5, 16] {
        let [first, second] =
            [0, 1].map(|_| layer(&device, [channels; 2], 3, 1, one.clone(), true));
        let x = random([2, 6, 7, channels], &device);
        for conv in [&first, &second] {
            compare(
                conv,
                x.clone(),
                None,
                |x, _| residual_block(x, &first, &second),
                |x, _| {
                    let inner = relu(burn_conv2d(x.clone(), &first));
                    relu(burn_conv2d(inner, &second) + x)
                },
            );
            compare(
                conv,
                x.clone(),
                None,
                |x, _| residual_block(x, &first, &second),
                |x, _| {
                    let inner = conv2d(x.clone(), &first, Activation::Relu);
                    conv2d_add(inner, &second, x, Activation::Relu)
                },
            );
        }
    }
}

#[test]
fn views_are_read_where_they_lie() {
    let device = Device::flex();
    let conv = layer(&device, [4, 8], 3, 1, PaddingConfig2d::Valid, true);
    let all = random([3, 9, 8, 4], &device);
    let second = all.clone().narrow(0, 1, 2);
    assert_close(conv2d(second.clone(), &conv, Activation::None), burn_conv2d(second, &conv));
    let turned = all.permute([0, 2, 1, 3]);
    assert_close(conv2d(turned.clone(), &conv, Activation::None), burn_conv2d(turned, &conv));
}

#[test]
fn frozen_parameters_get_no_gradient_and_pass_it_on() {
    use burn::module::Module;
    let device = Device::flex().autodiff();
    let conv = layer(&device, [2, 3], 3, 1, PaddingConfig2d::Valid, true).no_grad();
    let x = random([1, 5, 5, 2], &device).require_grad();
    let gradients = conv2d(x.clone(), &conv, Activation::Relu).sum().backward();
    assert!(conv.weight.val().grad(&gradients).is_none());
    assert!(x.grad(&gradients).is_some());
}

#[test]
fn pooling_and_its_gradient_are_those_of_burn() {
    let device = Device::flex().autodiff();
    for (kernel, stride) in [(3, 1), (3, 2), (2, 2), (1, 1)] {
        let x = random([2, 9, 14, 5], &device).require_grad();
        let options = MaxPoolOptions::new([kernel; 2]).with_stride([stride; 2]);
        let expected = burn_max_pool2d(x.clone().permute([0, 3, 1, 2]), options);
        let expected = expected.permute([0, 2, 3, 1]);
        let actual = max_pool2d(x.clone(), kernel, stride);
        assert_close(actual.clone().inner(), expected.clone().inner());
        let weight = random(actual.dims(), &device);
        let gradient = |y: Tensor<4>| x.grad(&(y * weight.clone()).sum().backward()).unwrap();
        assert_close(gradient(actual), gradient(expected));
    }
}

#[test]
#[should_panic(expected = "use PaddingConfig2d::Explicit")]
fn asymmetric_padding_is_refused_with_its_remedy() {
    let device = Device::flex();
    let conv = layer(&device, [1, 1], 3, 2, PaddingConfig2d::Same, true);
    conv2d(random([1, 8, 8, 1], &device), &conv, Activation::None);
}
