//! From light to 8-bit numbers.
//!
//! A webcam's pixels are often larger than the normalised crop's, and its noise is made before the
//! crop is resampled: so grain is sharp where pixels match and blotchy where they were stretched.

use super::config::SensorConfig;
use super::radiance::Radiance;
use crate::sample::Frame;
use crate::seed::{Purpose, Stream};

/// One exposure of the sensor, drawn.
struct Exposure {
    blur: f64,
    pitch: f64,
    /// Where the sensor's grid lies against the crop's, px.
    phase: [f64; 2],
    exposure: f64,
    gamma: f64,
    contrast: f64,
    shot: f64,
    read: f64,
    vignette: f64,
}

/// Exposes, digitises and resamples.
pub(crate) fn expose(radiance: Radiance, config: &SensorConfig, seed: u64, id: u64) -> Frame<u8> {
    let stream = &mut Stream::new(seed, id, Purpose::Camera);
    let draw = Exposure {
        blur: config.blur_px.draw(stream),
        pitch: config.pixel_pitch_px.draw(stream),
        phase: [stream.unit(), stream.unit()],
        exposure: config.exposure.draw(stream),
        gamma: config.gamma.draw(stream),
        contrast: config.contrast.draw(stream),
        shot: config.shot_noise.draw(stream),
        read: config.read_noise.draw(stream),
        vignette: config.vignette.draw(stream),
    };
    let grain = if stream.unit() < config.grainy_share { 3.0 } else { 1.0 };
    let Radiance { width, height, mut pixels } = radiance;

    // Optics: vignette and blur.
    vignette(&mut pixels, width, height, draw.vignette as f32);
    blur(&mut pixels, width, height, draw.blur);
    // Exposure: the brightest 2 % come to the drawn value.
    let white = quantile(&pixels, 0.98).max(1e-6);
    let gain = draw.exposure as f32 / white;
    for p in &mut pixels {
        *p *= gain;
    }
    // Gather the light on the sensor's pixels.
    let grid = Grid::new(&draw, width, height);
    let mut sensed = if draw.pitch > 1.0 { grid.gather(&pixels, width, height) } else { pixels };
    // Noise, tone and 8 bits.
    let mut noise = Stream::new(seed, id, Purpose::Noise);
    for p in &mut sensed {
        let sigma = grain * (draw.shot.powi(2) * *p as f64 + draw.read.powi(2)).sqrt();
        let light = *p as f64 + if sigma > 0.0 { sigma * noise.normal() } else { 0.0 };
        *p = (tone(light, &draw) * 255.0).round() as f32;
    }
    // Back to the crop's pixels.
    let resampled = if draw.pitch > 1.0 { grid.spread(&sensed, width, height) } else { sensed };
    let frame = Frame::from_fn(width, height, |x, y| resampled[y * width + x].round() as u8);
    if config.equalize { frame.equalized() } else { frame }
}

/// The tone curve: clipping, a power, and a blend towards a smooth S.
fn tone(light: f64, draw: &Exposure) -> f64 {
    let value = light.clamp(0.0, 1.0).powf(1.0 / draw.gamma);
    let s = value * value * (3.0 - 2.0 * value);
    value + (s - value) * draw.contrast
}

/// The value that a share of the pixels does not exceed.
fn quantile(pixels: &[f32], share: f64) -> f32 {
    let mut sorted = pixels.to_vec();
    let k = ((sorted.len() - 1) as f64 * share).round() as usize;
    *sorted.select_nth_unstable_by(k, f32::total_cmp).1
}

fn vignette(pixels: &mut [f32], width: usize, height: usize, strength: f32) {
    if strength == 0.0 {
        return;
    }
    for y in 0..height {
        let v = 2.0 * (y as f32 + 0.5) / height as f32 - 1.0;
        for x in 0..width {
            let u = 2.0 * (x as f32 + 0.5) / width as f32 - 1.0;
            pixels[y * width + x] *= 1.0 - strength * 0.5 * (u * u + v * v);
        }
    }
}

/// A separable Gaussian; beyond the edge, the edge goes on.
fn blur(pixels: &mut [f32], width: usize, height: usize, sigma: f64) {
    if sigma < 0.05 {
        return;
    }
    let reach = (3.0 * sigma).ceil() as usize;
    let weights: Vec<f32> =
        (0..=reach).map(|k| (-0.5 * (k as f64 / sigma).powi(2)).exp() as f32).collect();
    let total = weights[0] + 2.0 * weights[1..].iter().sum::<f32>();
    let mut line = Vec::with_capacity(width.max(height) + 2 * reach);
    let mut smooth = |pixels: &mut [f32], start: usize, step: usize, n: usize| {
        line.clear();
        line.resize(reach, pixels[start]);
        line.extend((0..n).map(|k| pixels[start + k * step]));
        line.resize(n + 2 * reach, pixels[start + (n - 1) * step]);
        for k in 0..n {
            let mut sum = weights[0] * line[k + reach];
            for (d, w) in weights.iter().enumerate().skip(1) {
                sum += w * (line[k + reach - d] + line[k + reach + d]);
            }
            pixels[start + k * step] = sum / total;
        }
    };
    for y in 0..height {
        smooth(pixels, y * width, 1, width);
    }
    for x in 0..width {
        smooth(pixels, x, width, height);
    }
}

/// The sensor's own pixel grid over the crop.
struct Grid {
    pitch: f64,
    /// Crop coordinate of the first sensor pixel's centre, per axis.
    first: [f64; 2],
    size: [usize; 2],
}

impl Grid {
    fn new(draw: &Exposure, width: usize, height: usize) -> Self {
        // The grid begins up to one of its pixels outside of the crop, and ends outside of it.
        let first = draw.phase.map(|phase| -0.5 - phase * draw.pitch);
        let count = |axis: usize, n: usize| {
            ((n as f64 - 0.5 - first[axis]) / draw.pitch).ceil() as usize + 1
        };
        Self { pitch: draw.pitch, first, size: [count(0, width), count(1, height)] }
    }

    /// Mean light on each sensor pixel (by area, along one axis after the other).
    fn gather(&self, pixels: &[f32], width: usize, height: usize) -> Vec<f32> {
        let [columns, rows] = self.size;
        let mut narrow = vec![0.0; columns * height];
        for c in 0..columns {
            let taps = self.taps(0, c, width);
            for y in 0..height {
                let row = &pixels[y * width..];
                narrow[y * columns + c] = taps.iter().map(|&(x, w)| row[x] * w).sum();
            }
        }
        let mut out = vec![0.0; columns * rows];
        for r in 0..rows {
            for (y, w) in self.taps(1, r, height) {
                for c in 0..columns {
                    out[r * columns + c] += narrow[y * columns + c] * w;
                }
            }
        }
        out
    }

    /// Crop pixels under a sensor pixel, with their shares of it; the crop's edge goes on outside.
    fn taps(&self, axis: usize, index: usize, n: usize) -> Vec<(usize, f32)> {
        let low = self.first[axis] + (index as f64 - 0.5) * self.pitch;
        let high = low + self.pitch;
        let (from, to) = ((low + 0.5).floor() as i64, (high + 0.5).floor() as i64);
        (from..=to)
            .map(|k| {
                let covered = (high.min(k as f64 + 0.5) - low.max(k as f64 - 0.5)).max(0.0);
                (k.clamp(0, n as i64 - 1) as usize, (covered / self.pitch) as f32)
            })
            .collect()
    }

    /// Bilinear values at the crop's pixels, as a warp of the webcam's picture gives.
    fn spread(&self, sensed: &[f32], width: usize, height: usize) -> Vec<f32> {
        let columns = self.size[0];
        let place = |axis: usize, k: usize| {
            let at = (k as f64 - self.first[axis]) / self.pitch;
            let low = (at.floor().max(0.0) as usize).min(self.size[axis] - 2);
            (low, (at - low as f64) as f32)
        };
        let across: Vec<(usize, f32)> = (0..width).map(|x| place(0, x)).collect();
        let mut out = Vec::with_capacity(width * height);
        for y in 0..height {
            let (r, fy) = place(1, y);
            for &(c, fx) in &across {
                let at = |r: usize, c: usize| sensed[r * columns + c];
                let top = at(r, c) + (at(r, c + 1) - at(r, c)) * fx;
                let bottom = at(r + 1, c) + (at(r + 1, c + 1) - at(r + 1, c)) * fx;
                out.push(top + (bottom - top) * fy);
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::eye::EyeConfig;

    fn ramp(width: usize, height: usize) -> Vec<f32> {
        (0..width * height).map(|k| 0.2 + 0.01 * (k % width) as f32).collect()
    }

    #[test]
    fn blurring_and_resampling_leave_a_ramp_where_it_is() {
        let (width, height) = (40, 20);
        let before = ramp(width, height);
        let mut after = before.clone();
        blur(&mut after, width, height, 0.8);
        for phase in [0.05, 0.4, 0.99] {
            let mut draw = exposure();
            draw.pitch = 1.7;
            draw.phase = [phase, 1.0 - phase];
            let grid = Grid::new(&draw, width, height);
            let back = grid.spread(&grid.gather(&after, width, height), width, height);
            for y in 5..15 {
                for x in 6..34 {
                    let k = y * width + x;
                    assert!((back[k] - before[k]).abs() < 2e-3, "{phase} {x} {y}");
                }
            }
        }
    }

    fn exposure() -> Exposure {
        Exposure {
            blur: 0.0,
            pitch: 1.0,
            phase: [0.5; 2],
            exposure: 1.0,
            gamma: 1.0,
            contrast: 0.0,
            shot: 0.0,
            read: 0.0,
            vignette: 0.0,
        }
    }

    #[test]
    fn the_tone_curve_keeps_black_white_and_order() {
        let draw = Exposure { gamma: 2.2, contrast: 0.5, ..exposure() };
        assert_eq!((tone(0.0, &draw), tone(1.0, &draw), tone(7.0, &draw)), (0.0, 1.0, 1.0));
        assert!(tone(0.3, &draw) < tone(0.31, &draw));
    }

    #[test]
    fn without_noise_a_flat_scene_stays_flat() {
        let config = EyeConfig::preset("clean").unwrap().sensor;
        let scene = Radiance { width: 12, height: 9, pixels: vec![0.4; 108] };
        let frame = expose(scene, &config, 1, 2);
        assert!(frame.pixels().iter().all(|&p| p == frame.get(0, 0)));
    }

    #[test]
    fn noise_has_the_deviation_that_was_asked_for() {
        let mut config = EyeConfig::preset("clean").unwrap().sensor;
        config.read_noise = crate::eye::Range::always(0.04);
        config.gamma = crate::eye::Range::always(1.0);
        config.contrast = crate::eye::Range::always(0.0);
        config.exposure = crate::eye::Range::always(0.5);
        let scene = Radiance { width: 100, height: 100, pixels: vec![1.0; 10_000] };
        let frame = expose(scene, &config, 1, 2);
        let mean = frame.pixels().iter().map(|&p| p as f64).sum::<f64>() / 1e4;
        let var = frame.pixels().iter().map(|&p| (p as f64 - mean).powi(2)).sum::<f64>() / 1e4;
        assert!((mean - 127.5).abs() < 0.6, "{mean}");
        assert!((var.sqrt() / 255.0 - 0.04).abs() < 0.002, "{}", var.sqrt() / 255.0);
    }
}
