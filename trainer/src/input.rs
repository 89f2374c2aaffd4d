//! What is done to images before the discriminator sees them.

use crate::config::InputConfig;
use crate::seed;
use burn::tensor::{Int, Tensor, TensorData};
use rand::{Rng, RngExt};
use rand_chacha::ChaCha8Rng;

/// Changes images at random, so that gradients pass: a shift, then contrast and brightness of each
/// image, then noise in each pixel. Real and refined images get it alike, so that a refiner can't
/// learn to draw it (Zhao et al., *Differentiable Augmentation*, 2020).
pub(crate) struct InputChange<'a> {
    config: &'a InputConfig,
    /// Standard deviation of the noise, now.
    noise: f64,
    rng: ChaCha8Rng,
}

impl<'a> InputChange<'a> {
    /// The change number `draw` of a run, in this iteration of it.
    pub(crate) fn new(config: &'a InputConfig, seed: u64, draw: u64, iteration: u64) -> Self {
        let noise = match config.noise_iterations {
            0 => config.noise,
            n => config.noise * (1.0 - iteration as f64 / n as f64).max(0.0),
        };
        Self { config, noise, rng: seed::rng(seed, "discriminator input", draw) }
    }

    /// `[batch, height, width, channels]` in [-1, 1] to the same, a little outside of the range.
    pub(crate) fn apply(&mut self, x: Tensor<4>) -> Tensor<4> {
        let x = self.shifted(x);
        let x = self.toned(x);
        if self.noise > 0.0 { noisy(x, self.noise, &mut self.rng) } else { x }
    }

    /// Each image moved by whole pixels, its border repeated.
    fn shifted(&mut self, x: Tensor<4>) -> Tensor<4> {
        let limit = self.config.shift_px as i64;
        if limit == 0 {
            return x;
        }
        let [batch, height, width, channels] = x.dims();
        let mut from = Vec::with_capacity(batch * height * width * channels);
        for _ in 0..batch {
            let [dx, dy] = [(); 2].map(|()| self.rng.random_range(-limit..=limit));
            for row in 0..height as i64 {
                let row = (row - dy).clamp(0, height as i64 - 1);
                for column in 0..width as i64 {
                    let column = (column - dx).clamp(0, width as i64 - 1);
                    let pixel = (row * width as i64 + column) * channels as i64;
                    from.extend((0..channels as i64).map(|channel| pixel + channel));
                }
            }
        }
        let values = height * width * channels;
        let from = TensorData::new(from, [batch, values]);
        let from = Tensor::<2, Int>::from_data(from, &x.device());
        x.reshape([batch, values]).gather(1, from).reshape([batch, height, width, channels])
    }

    /// Contrast about the image's own mean, then brightness.
    fn toned(&mut self, x: Tensor<4>) -> Tensor<4> {
        let &InputConfig { brightness, contrast, .. } = self.config;
        if brightness == 0.0 && contrast == 0.0 {
            return x;
        }
        let [batch, ..] = x.dims();
        let mut draw = |scale: f64, map: fn(f64) -> f64| {
            let values: Vec<f32> = (0..batch)
                .map(|_| map(scale * (2.0 * self.rng.random::<f64>() - 1.0)) as f32)
                .collect();
            Tensor::<4>::from_data(TensorData::new(values, [batch, 1, 1, 1]), &x.device())
        };
        let factor = draw(contrast.ln_1p(), f64::exp);
        let offset = draw(brightness, |value| value);
        let mean = x.clone().mean_dims(&[1, 2, 3]);
        (x - mean.clone()) * factor + mean + offset
    }
}

/// With noise of this standard deviation added to every value.
pub(crate) fn noisy(x: Tensor<4>, deviation: f64, rng: &mut ChaCha8Rng) -> Tensor<4> {
    let dims = x.dims();
    let count: usize = dims.iter().product();
    let values: Vec<f32> = (0..count).map(|_| (normal(rng) * deviation) as f32).collect();
    let noise = Tensor::from_data(TensorData::new(values, dims), &x.device());
    x + noise
}

/// A normal number (Box and Muller, 1958).
pub(crate) fn normal(rng: &mut impl Rng) -> f64 {
    let radius = (-2.0 * (1.0 - rng.random::<f64>()).ln()).sqrt();
    radius * (std::f64::consts::TAU * rng.random::<f64>()).cos()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use burn::tensor::Device;

    fn images() -> Tensor<4> {
        let values: Vec<f32> =
            (0..3 * 6 * 8 * 2).map(|i| ((i * 7 % 23) as f32 - 11.0) / 12.0).collect();
        Tensor::<1>::from_floats(values.as_slice(), &Device::flex()).reshape([3, 6, 8, 2])
    }

    fn values(x: Tensor<4>) -> Vec<f32> {
        x.into_data().iter::<f32>().collect()
    }

    fn changed(config: InputConfig, draw: u64, iteration: u64) -> Vec<f32> {
        values(InputChange::new(&config, 7, draw, iteration).apply(images()))
    }

    #[test]
    fn nothing_asked_for_is_nothing_done_and_each_draw_is_another_one() {
        assert_eq!(changed(InputConfig::default(), 3, 0), values(images()));
        let config = InputConfig { shift_px: 2, contrast: 0.3, ..Default::default() };
        assert_eq!(changed(config.clone(), 3, 0), changed(config.clone(), 3, 9));
        assert_ne!(changed(config.clone(), 3, 0), changed(config, 4, 0));
    }

    #[test]
    fn a_shift_moves_whole_images_with_their_channels_and_repeats_the_border() {
        let x = images();
        let config = InputConfig { shift_px: 2, ..Default::default() };
        let y = InputChange::new(&config, 7, 1, 0).apply(x.clone());
        let (x, y) = (values(x), values(y));
        let at = |v: &[f32], b: usize, r: i64, c: i64, k: usize| {
            v[((b * 6 + r.clamp(0, 5) as usize) * 8 + c.clamp(0, 7) as usize) * 2 + k]
        };
        for b in 0..3 {
            let fits = |dx: i64, dy: i64| {
                (0..6).all(|r| {
                    (0..8)
                        .all(|c| (0..2).all(|k| at(&y, b, r, c, k) == at(&x, b, r - dy, c - dx, k)))
                })
            };
            assert!((-2..=2).any(|dx| (-2..=2).any(|dy| fits(dx, dy))), "image {b}");
        }
    }

    #[test]
    fn contrast_keeps_the_mean_and_brightness_the_deviation() {
        let stats = |v: &[f32]| {
            let mean = v.iter().sum::<f32>() / v.len() as f32;
            let variance = v.iter().map(|x| (x - mean).powi(2)).sum::<f32>() / v.len() as f32;
            (mean, variance.sqrt())
        };
        let before = values(images());
        let contrast = changed(InputConfig { contrast: 0.5, ..Default::default() }, 1, 0);
        let brightness = changed(InputConfig { brightness: 0.5, ..Default::default() }, 1, 0);
        for b in 0..3 {
            let image = |v: &[f32]| stats(&v[b * 96..(b + 1) * 96]);
            let (mean, deviation) = image(&before);
            let (m, d) = image(&contrast);
            assert!((m - mean).abs() < 1e-5 && (1.0 / 1.5..=1.5).contains(&(d / deviation)));
            let (m, d) = image(&brightness);
            assert!((d - deviation).abs() < 1e-5 && (m - mean).abs() <= 0.5 && m != mean);
        }
    }

    #[test]
    fn noise_has_its_deviation_and_falls_to_nothing() {
        let config = InputConfig { noise: 0.4, noise_iterations: 10, ..Default::default() };
        let before = values(images());
        let deviation = |iteration| {
            let after = changed(config.clone(), 1, iteration);
            let square: f32 = before.iter().zip(&after).map(|(a, b)| (a - b).powi(2)).sum();
            (square / before.len() as f32).sqrt()
        };
        assert!((deviation(0) / 0.4 - 1.0).abs() < 0.15, "{}", deviation(0));
        assert!((deviation(5) / 0.2 - 1.0).abs() < 0.15, "{}", deviation(5));
        assert_eq!(deviation(10), 0.0);
        assert_eq!(deviation(99), 0.0);
    }

    #[test]
    fn gradients_pass_all_of_it() {
        let device = Device::flex().autodiff();
        let config = InputConfig {
            shift_px: 1,
            brightness: 0.1,
            contrast: 0.1,
            noise: 0.1,
            noise_iterations: 0,
        };
        let x = Tensor::<4>::from_data(images().into_data(), &device).require_grad();
        let y = InputChange::new(&config, 7, 1, 0).apply(x.clone());
        let grads = y.sum().backward();
        // Every pixel of the output came from one of the input, and contrast keeps the sum.
        let total = x.grad(&grads).unwrap().sum().into_scalar::<f32>();
        assert!((total / (3.0 * 6.0 * 8.0 * 2.0) - 1.0).abs() < 1e-4, "{total}");
    }
}
