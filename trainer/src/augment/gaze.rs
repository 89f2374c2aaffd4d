//! How a training frame is varied before the gaze network sees it.

use super::compression::compressed;
use super::draw::{between, check_limits, check_pairs};
use super::shading::Shading;
use crate::Error;
use crate::view::View;
use nalgebra::Vector3;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use simulator::sample::Frame;

/// Ranges from which each frame's variation is drawn, anew in every epoch; the default is none.
/// Outside, a frame goes on as its border. All ours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GazeAugment {
    /// Largest move each way, px: a crop is not cut to the pixel. The gaze stays.
    pub shift_px: f32,
    /// Largest relative change of the size; 0.06: from 0.94 to 1.06 times. Eyes differ in size, and
    /// nobody knows a camera's distance exactly. The gaze stays.
    pub scale: f32,
    /// Largest turn, degrees, as of a head or camera that rolls. The gaze turns along.
    pub rotation_deg: f32,
    /// Least and greatest exponent of the grey levels as shares of the range; none: [1, 1].
    pub gamma: [f32; 2],
    /// Largest coefficient of a smooth field of light over the frame (linear and quadratic in the
    /// place, which runs from -1 to 1), relative to the level.
    pub shading: f32,
    /// Most bright round reflections.
    pub reflections: usize,
    /// Largest standard deviation of the blur, px; below 0.3 it does nothing.
    pub blur_px: f32,
    /// Largest standard deviation of the noise, grey levels.
    pub noise: f32,
    /// Least quality of a JPEG that the frame is stored as, drawn from it up to 100; 0: it is not.
    pub jpeg_quality: u8,
}

impl Default for GazeAugment {
    fn default() -> Self {
        Self {
            shift_px: 0.0,
            scale: 0.0,
            rotation_deg: 0.0,
            gamma: [1.0, 1.0],
            shading: 0.0,
            reflections: 0,
            blur_px: 0.0,
            noise: 0.0,
            jpeg_quality: 0,
        }
    }
}

impl GazeAugment {
    pub(crate) fn validate(&self) -> Result<(), Error> {
        check_pairs(&[("augment.gamma", self.gamma)])?;
        check_limits(
            &[
                ("augment.shift_px", self.shift_px, 100.0),
                ("augment.scale", self.scale, 0.9),
                ("augment.rotation_deg", self.rotation_deg, 180.0),
                ("augment.shading", self.shading, 1.0),
                ("augment.reflections", self.reflections as f32, 100.0),
                ("augment.blur_px", self.blur_px, 10.0),
                ("augment.noise", self.noise, 255.0),
                ("augment.jpeg_quality", f32::from(self.jpeg_quality), 100.0),
            ],
            "write 0 or more; at most 0.9 for scale, 1 for shading, 10 for blur_px, 100 for shift_px, \
             reflections and jpeg_quality, 180 for rotation_deg, 255 for noise",
        )
    }

    /// Whether frames stay as they are.
    pub(crate) fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// A frame with another place, light and camera, and the gaze there, a vector in camera space.
    pub(crate) fn varied(
        &self,
        frame: &Frame<u8>,
        gaze: Vector3<f64>,
        rng: &mut ChaCha8Rng,
    ) -> (Frame<u8>, Vector3<f64>) {
        let view = self.view(frame.size(), rng);
        let gamma = between(rng, self.gamma[0], self.gamma[1]);
        let shading = Shading::drawn(self.shading, rng);
        let levels = view.levels(frame, 1).with_gamma(gamma).shaded(shading);
        let levels = levels.with_reflections(self.reflections, rng);
        let levels = levels.blurred(between(rng, 0.0, self.blur_px));
        let noise = between(rng, 0.0, self.noise);
        let frame = levels.noisy(noise, rng).rounded();
        let frame = match self.jpeg_quality {
            0 => frame,
            least => compressed(frame, between(rng, f32::from(least), 100.0).round() as u8),
        };
        (frame, turned(gaze, &view))
    }

    fn view(&self, size: (usize, usize), rng: &mut ChaCha8Rng) -> View {
        let same = View::same(size);
        let mut within = |limit: f32| between(rng, -limit, limit);
        let center_px = same.center_px.map(|c| c + within(self.shift_px));
        // A larger eye is a view of less of the frame.
        let scale = 1.0 / (1.0 + within(self.scale));
        let angle_rad = within(self.rotation_deg).to_radians();
        View { center_px, scale, angle_rad, ..same }
    }
}

/// The gaze in a view: camera space has the image's x and y, and turns with them about z.
fn turned(gaze: Vector3<f64>, view: &View) -> Vector3<f64> {
    let (sin, cos) = f64::from(view.angle_rad).sin_cos();
    // What the frame shows to the right, a view that is turned from right to down shows higher up.
    Vector3::new(cos * gaze.x + sin * gaze.y, cos * gaze.y - sin * gaze.x, gaze.z)
}

#[cfg(test)]
#[path = "gaze_tests.rs"]
mod tests;
