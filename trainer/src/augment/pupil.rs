//! How a training frame is varied before the pupil network sees it, so that it learns the pupil and
//! not the renderer: cut, light, and what a cheap near-infrared camera does.

use super::draw::{between, check_limits, check_pairs};
use crate::Error;
use crate::view::{Variation, View};
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
        check_pairs(&[
            ("augment.zoom", self.zoom),
            ("augment.gamma", self.gamma),
            ("augment.contrast", self.contrast),
        ])?;
        check_limits(
            &[
                ("augment.shift", self.shift, 1.0),
                ("augment.rotation_deg", self.rotation_deg, 180.0),
                ("augment.brightness", self.brightness, 255.0),
                ("augment.blur_px", self.blur_px, 10.0),
                ("augment.noise", self.noise, 255.0),
            ],
            "write 0 or more; at most 1 for shift, 180 for rotation_deg, 10 for blur_px, 255 for the \
             others",
        )
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

    /// What the view shows of a frame, with another light and camera.
    pub(crate) fn degraded(
        &self,
        view: View,
        frame: &Frame<u8>,
        rng: &mut ChaCha8Rng,
    ) -> Frame<u8> {
        let gamma = between(rng, self.gamma[0], self.gamma[1]);
        let contrast = between(rng, self.contrast[0], self.contrast[1]);
        let brighter = between(rng, -self.brightness, self.brightness);
        let levels = view.sampled(frame).with_gamma(gamma).with_contrast(contrast, brighter);
        let levels = levels.with_reflections(self.reflections, rng);
        let levels = levels.blurred(between(rng, 0.0, self.blur_px));
        let noise = between(rng, 0.0, self.noise);
        levels.noisy(noise, rng).rounded()
    }
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
        assert_eq!(augment.degraded(view, &frame, &mut rng), frame);
    }

    #[test]
    fn a_range_the_wrong_way_round_is_named() {
        let augment = PupilAugment { zoom: [1.2, 0.8], ..PupilAugment::default() };
        assert!(augment.validate().unwrap_err().to_string().contains("augment.zoom"));
        let augment = PupilAugment { noise: -1.0, ..PupilAugment::default() };
        assert!(augment.validate().unwrap_err().to_string().contains("augment.noise"));
    }
}
