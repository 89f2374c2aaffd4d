//! Eyeglasses: the settings.

use crate::Error;
use crate::eye::check::{normal, range, share};
use crate::eye::draw::{Normal, Range};
use serde::{Deserialize, Serialize};

/// Eyeglasses: who wears them, their frames, and what their lenses mirror.
///
/// Lenses have no power: what is seen through them, and so every label, stays where it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GlassesConfig {
    /// Share of people who wear them, 0 to 1.
    pub share: f64,
    /// Share of metal frames, whose rims are round wires that mirror; the others are plastic.
    pub metal_share: f64,
    /// Share of frames without a rim below.
    pub half_rim_share: f64,
    /// Width of a lens, mm.
    pub lens_width_mm: Normal,
    /// Height of a lens, mm.
    pub lens_height_mm: Normal,
    /// Shape of the lens: 0 an ellipse, 1 nearly a rectangle.
    pub squareness: Range,
    /// How much narrower a lens is below than above, as a share of its width.
    pub taper: Range,
    /// Thickness of metal rims, mm.
    pub metal_rim_mm: Range,
    /// Thickness of plastic rims, mm.
    pub plastic_rim_mm: Range,
    /// From the corneal apex to the lens, mm.
    pub vertex_mm: Normal,
    /// Place of the lens's middle, from the eye's centre to the temple, mm.
    pub temporal_mm: Normal,
    /// Place of the lens's middle, from the eye's centre down, mm.
    pub down_mm: Normal,
    /// Turn of the lens's lower edge to the cheek, degrees.
    pub tilt_deg: Normal,
    /// Turn of the lens's outer edge to the temple, degrees.
    pub wrap_deg: Normal,
    /// Curvature of the front surface, dioptres (530 / radius in mm).
    pub front_curve_d: Range,
    /// Curvature of the back surface, dioptres.
    pub back_curve_d: Range,
    /// Share of each surface's reflection (4 % straight ahead) that its coating leaves.
    pub reflection: Range,
    /// Share of the light that the lens takes.
    pub tint: Range,
}

impl Default for GlassesConfig {
    fn default() -> Self {
        Self {
            share: 0.17,
            metal_share: 0.7,
            half_rim_share: 0.25,
            lens_width_mm: Normal::new(51.0, 2.5, 44.0, 58.0),
            lens_height_mm: Normal::new(32.0, 4.0, 24.0, 46.0),
            squareness: Range::new(0.1, 0.9),
            taper: Range::new(0.0, 0.16),
            metal_rim_mm: Range::new(0.7, 1.8),
            plastic_rim_mm: Range::new(1.8, 4.0),
            vertex_mm: Normal::new(13.5, 2.0, 10.0, 20.0),
            temporal_mm: Normal::new(2.5, 1.5, -2.0, 7.0),
            down_mm: Normal::new(3.5, 3.0, -3.0, 11.0),
            tilt_deg: Normal::new(8.0, 3.0, 0.0, 16.0),
            wrap_deg: Normal::new(4.0, 2.5, 0.0, 12.0),
            front_curve_d: Range::new(3.5, 6.5),
            back_curve_d: Range::new(4.0, 9.0),
            reflection: Range::new(0.02, 0.5),
            tint: Range::new(0.04, 0.15),
        }
    }
}

impl GlassesConfig {
    /// Whether everything that these settings can draw can be rendered.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let s = self;
        share("glasses.share", s.share)?;
        share("glasses.metal_share", s.metal_share)?;
        share("glasses.half_rim_share", s.half_rim_share)?;
        normal("glasses.lens_width_mm", s.lens_width_mm, 20.0, 90.0)?;
        normal("glasses.lens_height_mm", s.lens_height_mm, 10.0, 80.0)?;
        range("glasses.squareness", s.squareness, 0.0, 1.0)?;
        range("glasses.taper", s.taper, -0.4, 0.4)?;
        range("glasses.metal_rim_mm", s.metal_rim_mm, 0.1, 12.0)?;
        range("glasses.plastic_rim_mm", s.plastic_rim_mm, 0.1, 12.0)?;
        normal("glasses.vertex_mm", s.vertex_mm, 5.0, 40.0)?;
        normal("glasses.temporal_mm", s.temporal_mm, -20.0, 20.0)?;
        normal("glasses.down_mm", s.down_mm, -20.0, 30.0)?;
        normal("glasses.tilt_deg", s.tilt_deg, -30.0, 30.0)?;
        normal("glasses.wrap_deg", s.wrap_deg, -30.0, 30.0)?;
        range("glasses.front_curve_d", s.front_curve_d, 0.01, 12.0)?;
        range("glasses.back_curve_d", s.back_curve_d, 0.01, 20.0)?;
        range("glasses.reflection", s.reflection, 0.0, 1.0)?;
        range("glasses.tint", s.tint, 0.0, 1.0)
    }
}
