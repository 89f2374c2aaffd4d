//! Iris and limbus: the settings.

use crate::Error;
use crate::eye::check::{range, refuse};
use crate::eye::draw::Range;
use serde::{Deserialize, Serialize};

/// Iris, limbus, and the veins of the sclera.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IrisConfig {
    /// Relative frequency of dark brown, brown, hazel, green, blue and grey irises.
    pub color_weights: [f64; 6],
    /// Light that the pupil returns, relative to white: what little the retina scatters.
    pub pupil_albedo: Range,
    /// Light that the retina sends back to a lamp beside the camera (red eye, bright pupil), relative
    /// to white, in red, green, blue and near infrared.
    pub retina: [f64; 4],
    /// Depth of the crypts, 0 to 1.
    pub crypts: Range,
    /// Density of the sclera's veins, 0 to 1.
    pub veins: Range,
    /// Contrast of fibres and collarette, 0 to 1.
    pub texture_contrast: Range,
    /// Darkening of the ring at the limbus, 0 to 1.
    pub limbal_ring: Range,
    /// Width of the soft change from iris to sclera, mm.
    pub limbus_width_mm: Range,
}

impl Default for IrisConfig {
    fn default() -> Self {
        Self {
            color_weights: [0.55, 0.24, 0.08, 0.04, 0.07, 0.02],
            pupil_albedo: Range::new(0.002, 0.006),
            retina: [0.25, 0.06, 0.02, 0.35],
            crypts: Range::new(0.1, 0.7),
            veins: Range::new(0.05, 0.45),
            texture_contrast: Range::new(0.1, 0.4),
            limbal_ring: Range::new(0.1, 0.6),
            limbus_width_mm: Range::new(0.5, 1.1),
        }
    }
}

impl IrisConfig {
    /// Whether everything that these settings can draw can be rendered.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let s = self;
        let total: f64 = s.color_weights.iter().sum();
        if !(total > 0.0 && total.is_finite()) || s.color_weights.iter().any(|&w| w < 0.0) {
            let remedy = "set six numbers of 0 or more, not all 0".to_string();
            return Err(refuse(
                "iris.color_weights",
                s.color_weights,
                "has no frequencies",
                remedy,
            ));
        }
        if !s.retina.iter().all(|v| (0.0..=4.0).contains(v)) {
            let remedy = "set four numbers from 0 to 4".to_string();
            return Err(refuse("iris.retina", s.retina, "sends back no light", remedy));
        }
        range("iris.pupil_albedo", s.pupil_albedo, 0.0, 1.0)?;
        range("iris.crypts", s.crypts, 0.0, 1.0)?;
        range("iris.veins", s.veins, 0.0, 1.0)?;
        range("iris.texture_contrast", s.texture_contrast, 0.0, 1.0)?;
        range("iris.limbal_ring", s.limbal_ring, 0.0, 1.0)?;
        range("iris.limbus_width_mm", s.limbus_width_mm, 0.0, 1.2)
    }
}
