//! The network that measures where things are in an image of an eye. It learns that on renders of a
//! broad population.

use super::measure::PLACES;
use super::{CalibrationConfig, CalibrationObserver};
use crate::batch::{self, Scale};
use crate::conv::{Activation, conv2d, max_pool2d};
use crate::epochs::{self, EpochObserver, EpochReport, Plan};
use crate::layer::{Init, LINEAR, Padding, RELU};
use crate::observer::Control;
use crate::{Device, Error, Optimizer, Schedule, seed};
use burn::module::Module;
use burn::nn::Linear;
use burn::nn::conv::Conv2d;
use burn::optim::{GradientsParams, ModuleOptimizer};
use burn::tensor::activation::relu;
use burn::tensor::{Tensor, TensorData};
use rand::RngExt;
use rayon::prelude::*;
use simulator::sample::Frame;

/// Width of the hidden fully connected layer.
const HIDDEN: usize = 128;
const BATCH: usize = 64;
const LEARNING_RATE: f64 = 0.002;

/// Two 3x3 convolutions at each of three resolutions, then two fully connected layers.
#[derive(Module, Debug)]
struct MeasuringModule {
    convs: Vec<Conv2d>,
    hidden: Linear,
    output: Linear,
}

impl MeasuringModule {
    fn new(
        config: &CalibrationConfig,
        (width, height): (usize, usize),
        device: &burn::tensor::Device,
    ) -> Self {
        let mut init = Init::new(config.seed, "measuring network", device);
        let [full, half, quarter] = config.channels;
        let layers = [
            [1, full],
            [full, full],
            [full, half],
            [half, half],
            [half, quarter],
            [quarter, quarter],
        ];
        let convs = layers.map(|channels| init.conv(channels, 3, 1, Padding::Same, RELU)).into();
        let flat = (width / 8) * (height / 8) * quarter;
        Self {
            convs,
            hidden: init.linear(flat, HIDDEN, RELU),
            output: init.linear(HIDDEN, PLACES, LINEAR),
        }
    }

    /// # Shapes
    /// `[batch, height, width, 1]` to `[batch, PLACES]`, standardised.
    fn forward(&self, x: Tensor<4>) -> Tensor<2> {
        let conv = |x, i: usize| conv2d(x, &self.convs[i], Activation::Relu);
        let x = max_pool2d(conv(conv(x, 0), 1), 2, 2);
        let x = max_pool2d(conv(conv(x, 2), 3), 2, 2);
        let x = max_pool2d(conv(conv(x, 4), 5), 2, 2);
        let x = x.flatten::<2>(1, 3);
        self.output.forward(relu(self.hidden.forward(x)))
    }
}

/// A trained network, and the units of its answers.
pub(super) struct MeasuringNet {
    module: MeasuringModule,
    units: Vec<[f64; 2]>,
    device: Device,
}

impl MeasuringNet {
    /// Trains it on these frames and the places in each.
    pub(super) fn train(
        config: &CalibrationConfig,
        frames: &[Frame<u8>],
        places: &[[f64; PLACES]],
        device: &Device,
        observer: &mut dyn CalibrationObserver,
    ) -> Result<Self, Error> {
        let units = units(places);
        let autodiff = device.autodiff();
        let mut module = MeasuringModule::new(config, frames[0].size(), &autodiff);
        let mut optimizer: ModuleOptimizer = Optimizer::Adam.init(0.9, 0.0);
        let plan = Plan {
            order: "measuring order",
            loss: "the measuring network's loss",
            seed: config.seed,
            frames: frames.len(),
            epochs: config.network_epochs,
            batch_size: BATCH,
            learning_rate: LEARNING_RATE,
            schedule: Schedule::Cosine,
        };
        epochs::run(&plan, &mut Passed(observer), |chosen, epoch, lr| {
            let varied: Vec<Frame<u8>> = chosen
                .par_iter()
                .map(|&i| varied(&frames[i], config.seed, (epoch * frames.len() + i) as u64))
                .collect();
            let images: Vec<&Frame<u8>> = varied.iter().collect();
            let x = batch::to_tensor(&images, Scale::PerImage, &autodiff);
            let targets: Vec<f32> = chosen
                .iter()
                .flat_map(|&i| places[i].iter().zip(&units))
                .map(|(value, [mean, unit])| ((value - mean) / unit) as f32)
                .collect();
            let targets = TensorData::new(targets, [chosen.len(), PLACES]);
            let targets = Tensor::<2>::from_data(targets, &autodiff);
            // Squared near the target, absolute far from it: √(1 + d²) - 1.
            let d2 = (module.forward(x) - targets).square();
            let loss = ((d2 * 4.0 + 1.0).sqrt() - 1.0).mean();
            let grads = GradientsParams::from_grads(loss.backward(), &module);
            module = optimizer.step(lr, module.clone(), grads);
            loss.inner()
        })?;
        Ok(Self { module: module.valid(), units, device: device.clone() })
    }

    /// The places in each of these frames.
    pub(super) fn measure(&self, frames: &[&Frame<u8>]) -> Vec<[f64; PLACES]> {
        let mut all = Vec::with_capacity(frames.len());
        for chunk in frames.chunks(BATCH) {
            let x = batch::to_tensor(chunk, Scale::PerImage, &self.device.inner);
            let values: Vec<f32> = self.module.forward(x).into_data().iter::<f32>().collect();
            for row in values.chunks_exact(PLACES) {
                let mut places = [0.0; PLACES];
                for ((slot, value), [mean, unit]) in places.iter_mut().zip(row).zip(&self.units) {
                    *slot = mean + unit * f64::from(*value);
                }
                all.push(places);
            }
        }
        all
    }
}

/// Mean and deviation of each place.
fn units(places: &[[f64; PLACES]]) -> Vec<[f64; 2]> {
    let count = places.len() as f64;
    (0..PLACES)
        .map(|k| {
            let mean = places.iter().map(|p| p[k]).sum::<f64>() / count;
            let variance = places.iter().map(|p| (p[k] - mean).powi(2)).sum::<f64>() / count;
            [mean, variance.sqrt().max(1e-3)]
        })
        .collect()
}

/// A frame in other light and through another sensor, so that the network looks at shapes.
fn varied(frame: &Frame<u8>, seed: u64, index: u64) -> Frame<u8> {
    let mut rng = seed::rng(seed, "measuring variation", index);
    let mut within = |low: f32, high: f32| low + (high - low) * rng.random::<f32>();
    let (gamma, contrast, noise) = (within(0.7, 1.4), within(0.7, 1.2), within(0.0, 8.0));
    let (slope_x, slope_y, bend) = (within(-50.0, 50.0), within(-40.0, 40.0), within(-30.0, 30.0));
    let (width, height) = (frame.width() as f32, frame.height() as f32);
    Frame::from_fn(frame.width(), frame.height(), |x, y| {
        let (u, v) = (x as f32 / width - 0.5, y as f32 / height - 0.5);
        let level = 255.0 * (f32::from(frame.get(x, y)) / 255.0).powf(gamma);
        let shade = slope_x * u + slope_y * v + bend * (u * u + v * v) * 2.0;
        let noise: f32 = noise * (rng.random::<f32>() + rng.random::<f32>() - 1.0) * 2.4;
        (127.5 + contrast * (level - 127.5) + shade + noise).round().clamp(0.0, 255.0) as u8
    })
}

/// Hands what a training says to whoever listens to the calibration.
struct Passed<'a>(&'a mut dyn CalibrationObserver);

impl EpochObserver for Passed<'_> {
    fn poll(&mut self) -> Control {
        self.0.poll()
    }

    fn epoch(&mut self, report: &EpochReport) -> Control {
        self.0.network(report);
        Control::Continue
    }
}
