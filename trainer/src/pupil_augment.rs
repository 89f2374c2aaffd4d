//! How a training frame is varied before the pupil network sees it, so that it learns the pupil and
//! not the renderer: cut, light, and what a cheap near-infrared camera does.

use crate::Error;
use crate::config::config_error;
use crate::view::{Variation, View, between};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use simulator::sample::Frame;

/// The pupil's centre stays this far from the edge of a view, as a share of its side.
const MARGIN: f32 = 0.08;

/// Ranges from which each frame's variation is drawn, anew in every epoch. All ours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PupilAugment {
    /// Least and greatest side of the view, as a share of the frame's longer side.
    pub zoom: [f32; 2],
    /// Largest move of the view's middle each way, as a share of the frame's longer side.
    pub shift: f32,
    /// Largest turn, degrees.
    pub rotation_deg: f32,
    /// Whether every second view is mirrored.
    pub mirror: bool,
    /// Least and greatest exponent of the grey levels.
    pub gamma: [f32; 2],
    /// Least and greatest factor on the contrast.
    pub contrast: [f32; 2],
    /// Largest change of brightness, grey levels.
    pub brightness: f32,
    /// Most bright round reflections.
    pub reflections: usize,
    /// Largest standard deviation of the blur, px of the view.
    pub blur_px: f32,
    /// Largest standard deviation of the noise, grey levels.
    pub noise: f32,
}

impl Default for PupilAugment {
    fn default() -> Self {
        Self {
            zoom: [0.65, 1.15],
            shift: 0.15,
            rotation_deg: 12.0,
            mirror: true,
            gamma: [0.6, 1.6],
            contrast: [0.15, 1.2],
            brightness: 40.0,
            reflections: 2,
            blur_px: 1.8,
            noise: 4.0,
        }
    }
}

impl PupilAugment {
    /// No variation: the whole frame as it is.
    pub fn none() -> Self {
        Self {
            zoom: [1.0, 1.0],
            shift: 0.0,
            rotation_deg: 0.0,
            mirror: false,
            gamma: [1.0, 1.0],
            contrast: [1.0, 1.0],
            brightness: 0.0,
            reflections: 0,
            blur_px: 0.0,
            noise: 0.0,
        }
    }

    pub(crate) fn validate(&self) -> Result<(), Error> {
        for (field, [low, high]) in [
            ("augment.zoom", self.zoom),
            ("augment.gamma", self.gamma),
            ("augment.contrast", self.contrast),
        ] {
            if !(low > 0.0 && low <= high && high.is_finite()) {
                let problem = format!("is [{low}, {high}]");
                let remedy = "write the smaller number first, both greater than 0";
                return Err(config_error(field, problem, remedy));
            }
        }
        for (field, value, most) in [
            ("augment.shift", self.shift, 1.0),
            ("augment.rotation_deg", self.rotation_deg, 180.0),
            ("augment.brightness", self.brightness, 255.0),
            ("augment.blur_px", self.blur_px, 10.0),
            ("augment.noise", self.noise, 255.0),
        ] {
            if !(0.0..=most).contains(&value) {
                let remedy = "write 0 or more; at most 1 for shift, 180 for rotation_deg, 10 for \
                              blur_px, 255 for the others";
                return Err(config_error(field, format!("is {value}"), remedy));
            }
        }
        Ok(())
    }

    /// A view of a frame of this width and height, px, that holds the point `pupil`, px.
    pub(crate) fn view(
        &self,
        size: (usize, usize),
        pupil: [f32; 2],
        side: usize,
        rng: &mut ChaCha8Rng,
    ) -> View {
        let Self { zoom, shift, rotation_deg, mirror, .. } = *self;
        let view = View::varied(size, side, Variation { zoom, shift, rotation_deg, mirror }, rng);
        // Move it until the pupil is well inside.
        let (at, edge) = (view.to_view(pupil), MARGIN * side as f32);
        let inside = at.map(|x| x.clamp(edge, side as f32 - 1.0 - edge));
        let (from, to) = (view.to_frame(inside), pupil);
        let [x, y] = view.center_px;
        View { center_px: [x + to[0] - from[0], y + to[1] - from[1]], ..view }
    }

    /// Varies light and camera of a square of grey levels.
    pub(crate) fn degrade(&self, levels: Vec<f32>, side: usize, rng: &mut ChaCha8Rng) -> Frame<u8> {
        let mut levels = levels;
        // Tone, about the middle of the range.
        let gamma = between(rng, self.gamma[0], self.gamma[1]);
        let contrast = between(rng, self.contrast[0], self.contrast[1]);
        let offset = 127.5 * (1.0 - contrast) + between(rng, -self.brightness, self.brightness);
        for level in &mut levels {
            let toned = if gamma == 1.0 { *level } else { 255.0 * (*level / 255.0).powf(gamma) };
            *level = contrast * toned + offset;
        }
        let spots = rng.random_range(0..=self.reflections);
        for _ in 0..spots {
            reflect(&mut levels, side, rng);
        }
        let sigma_px = between(rng, 0.0, self.blur_px);
        if sigma_px > 0.3 {
            levels = blurred(&levels, side, sigma_px);
        }
        let noise = between(rng, 0.0, self.noise);
        Frame::from_fn(side, side, |x, y| {
            let level = levels[y * side + x];
            let level = if noise > 0.0 { level + noise * normal(rng) } else { level };
            level.round().clamp(0.0, 255.0) as u8
        })
    }
}

/// Adds a bright disc with a soft edge, as a lamp in a pair of glasses.
fn reflect(levels: &mut [f32], side: usize, rng: &mut ChaCha8Rng) {
    let (x, y) = (between(rng, 0.0, side as f32), between(rng, 0.0, side as f32));
    // Most are small.
    let radius = side as f32 * (0.01 + 0.07 * rng.random::<f32>().powi(3));
    let strength = between(rng, 60.0, 255.0);
    for (i, level) in levels.iter_mut().enumerate() {
        let r = ((i % side) as f32 - x).hypot((i / side) as f32 - y);
        *level += strength * (radius + 0.5 - r).clamp(0.0, 1.0);
    }
}

/// Blurred by a Gaussian of this standard deviation; the edge goes on outside.
fn blurred(levels: &[f32], side: usize, sigma_px: f32) -> Vec<f32> {
    let reach = (2.5 * sigma_px).ceil() as isize;
    let kernel: Vec<f32> =
        (-reach..=reach).map(|k| (-0.5 * (k as f32 / sigma_px).powi(2)).exp()).collect();
    let sum: f32 = kernel.iter().sum();
    let pass = |from: &[f32], step_x: isize, step_y: isize| -> Vec<f32> {
        let last = side as isize - 1;
        (0..side * side)
            .map(|i| {
                let (x, y) = ((i % side) as isize, (i / side) as isize);
                let at = |k: isize| {
                    let x = (x + k * step_x).clamp(0, last);
                    let y = (y + k * step_y).clamp(0, last);
                    from[(y * (last + 1) + x) as usize]
                };
                let total: f32 = kernel.iter().zip(-reach..=reach).map(|(w, k)| w * at(k)).sum();
                total / sum
            })
            .collect()
    };
    pass(&pass(levels, 1, 0), 0, 1)
}

/// A nearly normal number with mean 0 and variance 1: the sum of four uniform ones.
fn normal(rng: &mut ChaCha8Rng) -> f32 {
    let sum: f32 = (0..4).map(|_| rng.random::<f32>()).sum();
    (sum - 2.0) * 3f32.sqrt()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::seed;

    #[test]
    fn whatever_is_drawn_the_pupil_is_inside_the_view() {
        let augment = PupilAugment { shift: 0.6, zoom: [0.3, 1.5], ..PupilAugment::default() };
        for i in 0..300 {
            let mut rng = seed::rng(1, "test", i);
            let pupil = [between(&mut rng, 0.0, 59.0), between(&mut rng, 0.0, 35.0)];
            let view = augment.view((60, 36), pupil, 64, &mut rng);
            let at = view.to_view(pupil);
            assert!(at.iter().all(|x| (5.0..=58.0).contains(x)), "{at:?} of {view:?}");
        }
    }

    #[test]
    fn no_variation_is_the_whole_frame_as_it_is() {
        let frame = Frame::from_fn(16, 16, |x, y| (x * 13 + y * 3) as u8);
        let (augment, mut rng) = (PupilAugment::none(), seed::rng(1, "test", 0));
        let view = augment.view((16, 16), [8.0, 8.0], 16, &mut rng);
        assert_eq!(view, View::whole((16, 16), 16));
        assert_eq!(augment.degrade(view.sample(&frame), 16, &mut rng), frame);
    }

    #[test]
    fn blur_keeps_the_mean_and_spreads_a_point_by_its_sigma() {
        let mut point = vec![0.0; 31 * 31];
        point[15 * 31 + 15] = 1000.0;
        let soft = blurred(&point, 31, 1.5);
        let sum: f32 = soft.iter().sum();
        let variance: f32 =
            soft.iter().enumerate().map(|(i, l)| l * ((i % 31) as f32 - 15.0).powi(2)).sum();
        assert!((sum - 1000.0).abs() < 0.1);
        // Cut off at 2.5 sigma, 9 % of the variance are missing.
        assert!((variance / sum / 2.25 - 0.93).abs() < 0.05, "{}", variance / sum);
    }

    #[test]
    fn noise_has_the_spread_that_is_asked_for() {
        let mut rng = seed::rng(1, "test", 0);
        let values: Vec<f32> = (0..4000).map(|_| normal(&mut rng)).collect();
        let variance = values.iter().map(|v| v * v).sum::<f32>() / 4000.0;
        assert!((variance - 1.0).abs() < 0.06, "{variance}");
    }

    #[test]
    fn a_range_the_wrong_way_round_is_named() {
        let augment = PupilAugment { zoom: [1.2, 0.8], ..PupilAugment::default() };
        assert!(augment.validate().unwrap_err().to_string().contains("augment.zoom"));
        let augment = PupilAugment { noise: -1.0, ..PupilAugment::default() };
        assert!(augment.validate().unwrap_err().to_string().contains("augment.noise"));
    }
}
