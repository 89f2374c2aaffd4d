//! Features that are learned here: the first half of an auto-encoder.

use crate::batch::{self, Scale};
use crate::config::RegularizationConfig;
use crate::conv::{Activation, conv2d};
use crate::layer::{Init, LINEAR, Padding, RELU};
use crate::pixel::Pixel;
use crate::stream::FrameStream;
use crate::{Error, input, loss, seed};
use burn::module::Module;
use burn::nn::conv::Conv2d;
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::Tensor;
use simulator::sample::Frame;

/// Two convolutions, the second of stride 2: edges and spots at half the image's size.
#[derive(Module, Debug)]
pub(crate) struct Encoder {
    conv1: Conv2d,
    conv2: Conv2d,
}

/// What an auto-encoder has besides: from the code back to the image.
#[derive(Module, Debug)]
struct AutoEncoder {
    encoder: Encoder,
    decoder: Conv2d,
}

/// Channels of the encoder's first layer.
const FIRST: usize = 8;
/// Images in a training step.
const BATCH: usize = 32;
/// Adam's step size.
const LEARNING_RATE: f64 = 0.002;
/// Standard deviation of the noise that the auto-encoder has to take away, black -1 and white 1: a
/// network that may copy its input learns no features.
const NOISE: f64 = 0.2;

impl Encoder {
    /// Untrained, for images of so many channels.
    pub(crate) fn new(
        config: &RegularizationConfig,
        channels: usize,
        seed: u64,
        device: &burn::tensor::Device,
    ) -> Self {
        let mut init = Init::new(seed, "features", device);
        Self::drawn(&mut init, config, channels)
    }

    fn drawn(init: &mut Init<'_>, config: &RegularizationConfig, channels: usize) -> Self {
        Self {
            conv1: init.conv([channels, FIRST], 3, 1, Padding::Same, RELU),
            conv2: init.conv([FIRST, config.feature_channels], 3, 2, Padding::Same, RELU),
        }
    }

    /// `[batch, height, width, channels]` to `[batch, height / 2, width / 2, feature channels]`.
    pub(crate) fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let x = conv2d(x, &self.conv1, Activation::Relu);
        conv2d(x, &self.conv2, Activation::Relu)
    }

    /// Learns on renders, and is scaled so that two of them are as far apart in features as in
    /// pixels: λ keeps its order of magnitude.
    ///
    /// # Errors
    /// If the stream fails, or the loss is not finite.
    pub(crate) fn learn<P: Pixel>(
        config: &RegularizationConfig,
        seed: u64,
        renders: &mut FrameStream<P>,
        device: &burn::tensor::Device,
    ) -> Result<Self, Error> {
        let mut init = Init::new(seed, "features", device);
        let encoder = Self::drawn(&mut init, config, P::CHANNELS);
        let code = config.feature_channels;
        let decoder = init.conv([code, 4 * P::CHANNELS], 3, 1, Padding::Same, LINEAR);
        let mut net = AutoEncoder { encoder, decoder };
        let mut optimizer = AdamConfig::new().with_epsilon(1e-8).init();
        for step in 0..config.feature_steps {
            let x = images(&renders.take(BATCH)?, device);
            let mut rng = seed::rng(seed, "features noise", step);
            let noisy = input::noisy(x.clone(), NOISE, &mut rng);
            let loss = (net.forward(noisy) - x).square().mean();
            let last = step + 1 == config.feature_steps;
            if last && !loss.clone().into_scalar::<f32>().is_finite() {
                return Err(Error::NotFinite { what: "the auto-encoder's loss", step });
            }
            let grads = GradientsParams::from_grads(loss.backward(), &net);
            net = optimizer.step(LEARNING_RATE, net, grads);
        }
        Ok(net.encoder.scaled(images(&renders.take(BATCH)?, device)))
    }

    /// Scaled by these images, and frozen.
    fn scaled(self, x: Tensor<4>) -> Self {
        let [batch, ..] = x.dims();
        let apart = |y: Tensor<4>| {
            let half = batch / 2;
            let (a, b) = (y.clone().narrow(0, 0, half), y.narrow(0, half, half));
            loss::self_regularization(a, b).into_scalar::<f32>()
        };
        let factor = apart(x.clone()) / apart(self.forward(x)).max(1e-6);
        let conv2 = Conv2d {
            weight: self.conv2.weight.map(|weight| scaled(weight, factor)),
            bias: self.conv2.bias.map(|bias| bias.map(|bias| scaled(bias, factor))),
            ..self.conv2
        };
        Self { conv2, ..self }.no_grad()
    }
}

/// A parameter's value times a factor, cut off from what it came from.
fn scaled<const D: usize>(value: Tensor<D>, factor: f32) -> Tensor<D> {
    value.detach() * factor
}

impl AutoEncoder {
    /// Back to the size of the input: each value of the code becomes 2x2 pixels.
    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let [batch, height, width, channels] = x.dims();
        let y = conv2d(self.encoder.forward(x), &self.decoder, Activation::None);
        let [_, h, w, _] = y.dims();
        let y = y.reshape([batch, h, w, 2, 2, channels]).permute([0, 1, 3, 2, 4, 5]);
        let y = y.reshape([batch, 2 * h, 2 * w, channels]);
        y.slice([0..batch, 0..height, 0..width, 0..channels])
    }
}

fn images<P: Pixel>(frames: &[Frame<P>], device: &burn::tensor::Device) -> Tensor<4> {
    batch::to_tensor(&frames.iter().collect::<Vec<_>>(), Scale::Range, device)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::stream::Frames;
    use burn::tensor::Device;

    /// Frame p: a bright bar at a place that depends on p.
    fn bars() -> FrameStream<u8> {
        let mut open = |start: u64| -> Result<Frames, _> {
            Ok(Box::new((start..).map(|p| {
                let at = (p * 5 % 9) as usize;
                Ok(Frame::from_fn(9, 7, |x, _| if x.abs_diff(at) < 2 { 220 } else { 60 }))
            })))
        };
        FrameStream::open("synthetic", &mut open, 0, (9, 7)).unwrap()
    }

    #[test]
    fn learned_features_are_a_function_of_the_seed_and_as_far_apart_as_pixels() {
        let device = Device::flex().autodiff();
        let config = RegularizationConfig { feature_steps: 25, ..Default::default() };
        let learn = |seed| Encoder::learn(&config, seed, &mut bars(), &device).unwrap();
        let features = |encoder: &Encoder, x: Tensor<4>| encoder.forward(x);
        let x = images(&bars().take(32).unwrap(), &device);
        let flat = |seed| -> Vec<f32> {
            features(&learn(seed), x.clone()).into_data().iter::<f32>().collect()
        };
        assert_eq!(flat(1), flat(1));
        assert_ne!(flat(1), flat(2));
        let apart = |y: Tensor<4>| {
            let (a, b) = (y.clone().narrow(0, 0, 16), y.narrow(0, 16, 16));
            loss::self_regularization(a, b).into_scalar::<f32>()
        };
        let ratio = apart(features(&learn(1), x.clone())) / apart(x);
        assert!((0.5..2.0).contains(&ratio), "{ratio}");
    }

    #[test]
    fn an_auto_encoder_comes_to_see_through_noise() {
        // Trained a little, the image it gives back is nearer to the clean one than its input was.
        let device = Device::flex().autodiff();
        let config = RegularizationConfig { feature_steps: 0, ..Default::default() };
        let mut init = Init::new(1, "features", &device);
        let encoder = Encoder::drawn(&mut init, &config, 1);
        let decoder = init.conv([16, 4], 3, 1, Padding::Same, LINEAR);
        let mut net = AutoEncoder { encoder, decoder };
        let mut optimizer = AdamConfig::new().with_epsilon(1e-8).init();
        let mut renders = bars();
        let mut error = |net: &AutoEncoder, step| {
            let x = images(&renders.take(BATCH).unwrap(), &device);
            let noisy = input::noisy(x.clone(), NOISE, &mut seed::rng(1, "test", step));
            (net.forward(noisy) - x).square().mean()
        };
        for step in 0..150 {
            let loss = error(&net, step);
            let grads = GradientsParams::from_grads(loss.backward(), &net);
            net = optimizer.step(LEARNING_RATE * 2.0, net, grads);
        }
        let left = error(&net, 1000).into_scalar::<f32>();
        assert!(left < (NOISE * NOISE) as f32, "{left}");
    }
}
