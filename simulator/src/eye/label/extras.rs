//! What a label holds and the scene does not tell.

use crate::eye::sensor::ExposureLabel;
use crate::sample::{Appearance, Environment, Exposure, Frame};

/// Handed over by whoever drew and rendered the scene. `None` is unknown.
#[derive(Debug, Clone, Default)]
pub(crate) struct Extras {
    /// Class of each pixel, as large as the image.
    pub mask: Option<Frame<u8>>,
    pub environment: Option<Environment>,
    pub appearance: Option<Appearance>,
    pub exposure: Option<ExposureLabel>,
    pub seed: Option<u64>,
}

/// The sensor's numbers as labels have them.
pub(super) fn exposure(e: &ExposureLabel) -> Exposure {
    Exposure {
        blur_px: e.psf_sigma_px,
        defocus_radius_px: e.defocus_radius_px,
        motion_px: e.motion_px,
        pixel_pitch_px: e.pixel_pitch_px,
        exposure: e.exposure,
        gain: e.gain,
        white_balance: e.white_balance,
        shot_noise: e.shot_noise,
        read_noise: e.read_noise,
        row_noise: e.row_noise,
        gamma: e.gamma,
        contrast: e.contrast,
        jpeg_quality: (e.jpeg_quality > 0).then_some(e.jpeg_quality),
    }
}
