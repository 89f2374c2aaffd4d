//! Tone: what a camera's curve, exposure and gain do to every grey level alike.

use super::Levels;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use simulator::sample::Frame;

impl Levels {
    /// Each level to this power, as a share of the range: white stays white, black black. Levels are
    /// within 0 to 255.
    pub(crate) fn with_gamma(mut self, gamma: f32) -> Self {
        if gamma != 1.0 {
            for level in &mut self.values {
                *level = 255.0 * (*level / 255.0).powf(gamma);
            }
        }
        self
    }

    /// Contrast times this factor about the middle of the range, then so many levels brighter.
    pub(crate) fn with_contrast(mut self, contrast: f32, brighter: f32) -> Self {
        let offset = 127.5 * (1.0 - contrast) + brighter;
        for level in &mut self.values {
            *level = contrast * *level + offset;
        }
        self
    }
}

/// A frame with another brightness, by up to this share of the range, and another contrast, by up to
/// this share of its own.
pub(crate) fn jittered(
    frame: &Frame<u8>,
    brightness: f32,
    contrast: f32,
    rng: &mut ChaCha8Rng,
) -> Frame<u8> {
    let mut within = |limit: f32| limit * (2.0 * rng.random::<f32>() - 1.0);
    let shift = 255.0 * within(brightness);
    let factor = 1.0 + within(contrast);
    Frame::from_fn(frame.width(), frame.height(), |x, y| {
        let grey = (frame.get(x, y) as f32 - 127.5) * factor + 127.5 + shift;
        grey.round().clamp(0.0, 255.0) as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gamma_holds_black_and_white_and_moves_the_middle() {
        let ramp = Levels::new((3, 1), vec![0.0, 127.5, 255.0]);
        let dark = ramp.clone().with_gamma(2.0).values;
        assert_eq!((dark[0], dark[2]), (0.0, 255.0));
        assert!((dark[1] - 63.75).abs() < 1e-3);
        assert_eq!(ramp.clone().with_gamma(1.0), ramp);
    }

    #[test]
    fn contrast_turns_about_the_middle_of_the_range() {
        let ramp = Levels::new((3, 1), vec![27.5, 127.5, 227.5]);
        assert_eq!(ramp.with_contrast(0.5, 10.0).values, [87.5, 137.5, 187.5]);
    }
}
