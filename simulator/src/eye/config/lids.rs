//! Lids: the settings.

use crate::Error;
use crate::eye::check::{normal, range, share};
use crate::eye::draw::{Normal, Range};
use serde::{Deserialize, Serialize};

/// Lids. Heights are above the centre of the eyeball, seen from the front.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LidConfig {
    /// Distance of the corners, mm.
    pub fissure_width_mm: Normal,
    /// Where the point midway between the corners stands, temporally of the eyeball's centre, mm.
    pub canthi_temporal_mm: Normal,
    /// Height of that point, mm.
    pub canthi_height_mm: Normal,
    /// The outer corner stands this much higher than the inner one, degrees.
    pub canthal_tilt_deg: Normal,
    /// Added to the height of the upper margin (4.0 mm looking ahead), mm; negative is ptosis.
    pub upper_offset_mm: Normal,
    /// Added to the height of the lower margin (-5.7 mm looking ahead), mm.
    pub lower_offset_mm: Normal,
    /// Place of the upper margin's highest point, from the inner (0) to the outer corner (1).
    pub upper_peak: Normal,
    /// Place of the lower margin's lowest point, from the inner (0) to the outer corner (1).
    pub lower_peak: Normal,
    /// Exponent of the margins' arcs: 2 is a parabola, more is squarer.
    pub roundness: Normal,
    /// Width of the upper lid's edge as seen from the front, mm.
    pub upper_edge_mm: Range,
    /// The same of the lower lid, mm.
    pub lower_edge_mm: Range,
    /// Length of the narrow inner corner that holds the caruncle, mm.
    pub caruncle_mm: Normal,
    /// Both margins come this much closer in this image (squinting), mm.
    pub squint_mm: Normal,
    /// Share of images in the middle of a blink, 0 to 1.
    pub blink_share: f64,
    /// Height of the crease above the upper margin, mm.
    pub crease_height_mm: Normal,
    /// Depth of the crease, mm; 0 is a single-fold lid.
    pub crease_depth_mm: Normal,
    /// Share of eyes with a second crease, 0 to 1.
    pub second_crease_share: f64,
    /// Width of the dark line along the upper margin, where the lashes root, mm.
    pub lash_line_mm: Range,
    /// Darkness of that line, 0 to 1.
    pub lash_line_darkness: Range,
    /// Brightness of the lower margin's wet rim relative to skin, around 1.
    pub wet_rim: Range,
}

impl Default for LidConfig {
    fn default() -> Self {
        Self {
            fissure_width_mm: Normal::new(29.5, 1.8, 25.0, 34.0),
            canthi_temporal_mm: Normal::new(0.0, 0.8, -2.0, 2.0),
            canthi_height_mm: Normal::new(-2.8, 0.7, -4.8, -0.8),
            canthal_tilt_deg: Normal::new(3.5, 2.5, -3.0, 10.0),
            upper_offset_mm: Normal::new(0.1, 0.9, -2.6, 2.2),
            lower_offset_mm: Normal::new(-0.3, 0.5, -1.7, 1.2),
            upper_peak: Normal::new(0.46, 0.04, 0.36, 0.56),
            lower_peak: Normal::new(0.55, 0.04, 0.45, 0.66),
            roundness: Normal::new(2.2, 0.25, 1.7, 3.0),
            upper_edge_mm: Range::new(0.5, 0.9),
            lower_edge_mm: Range::new(0.45, 0.95),
            caruncle_mm: Normal::new(3.5, 0.8, 1.5, 5.5),
            squint_mm: Normal::new(0.3, 0.5, -0.6, 1.8),
            blink_share: 0.03,
            crease_height_mm: Normal::new(3.4, 1.1, 0.8, 6.5),
            crease_depth_mm: Normal::new(0.6, 0.35, 0.0, 1.4),
            second_crease_share: 0.3,
            lash_line_mm: Range::new(0.6, 1.5),
            lash_line_darkness: Range::new(0.35, 0.9),
            wet_rim: Range::new(0.8, 1.1),
        }
    }
}

impl LidConfig {
    /// Whether everything that these settings can draw can be rendered.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let s = self;
        normal("lids.fissure_width_mm", s.fissure_width_mm, 18.0, 40.0)?;
        normal("lids.canthi_temporal_mm", s.canthi_temporal_mm, -6.0, 6.0)?;
        normal("lids.canthi_height_mm", s.canthi_height_mm, -5.0, 4.0)?;
        normal("lids.canthal_tilt_deg", s.canthal_tilt_deg, -15.0, 20.0)?;
        normal("lids.upper_offset_mm", s.upper_offset_mm, -6.0, 5.0)?;
        normal("lids.lower_offset_mm", s.lower_offset_mm, -4.0, 4.0)?;
        normal("lids.upper_peak", s.upper_peak, 0.25, 0.75)?;
        normal("lids.lower_peak", s.lower_peak, 0.25, 0.75)?;
        normal("lids.roundness", s.roundness, 1.2, 5.0)?;
        range("lids.upper_edge_mm", s.upper_edge_mm, 0.05, 3.0)?;
        range("lids.lower_edge_mm", s.lower_edge_mm, 0.05, 3.0)?;
        normal("lids.caruncle_mm", s.caruncle_mm, 0.5, 8.0)?;
        normal("lids.squint_mm", s.squint_mm, -2.0, 4.0)?;
        share("lids.blink_share", s.blink_share)?;
        normal("lids.crease_height_mm", s.crease_height_mm, 0.5, 10.0)?;
        normal("lids.crease_depth_mm", s.crease_depth_mm, 0.0, 2.0)?;
        share("lids.second_crease_share", s.second_crease_share)?;
        range("lids.lash_line_mm", s.lash_line_mm, 0.05, 3.0)?;
        range("lids.lash_line_darkness", s.lash_line_darkness, 0.0, 1.0)?;
        range("lids.wet_rim", s.wet_rim, 0.0, 3.0)
    }
}
