//! Skin and the relief of the face: the settings.

use crate::Error;
use crate::eye::check::{normal, range};
use crate::eye::draw::{Normal, Range};
use serde::{Deserialize, Serialize};

/// Skin, and the relief of the face.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FaceConfig {
    /// Share of melanin in the epidermis, drawn evenly on a logarithmic scale: 0.002 is the lightest,
    /// 0.5 the darkest skin.
    pub melanin: Range,
    /// Share of blood in the dermis, 0.003 to 0.32.
    pub blood: Range,
    /// Mirror-like part of the skin's reflection (oil, sweat), relative to white.
    pub shine: Range,
    /// Freckles: strength from 0 to 1, none where it is drawn below 0.
    pub freckles: Range,
    /// Depth of the fine lines around the eye, 0 to 2.
    pub wrinkles: Range,
    /// Contrast of its blotches and pores, 0 to 1.
    pub skin_contrast: Range,
    /// How far the side of the nose stands before the inner corner, mm.
    pub nose_mm: Normal,
    /// How far the brow stands before the upper lid, mm.
    pub brow_mm: Normal,
    /// Depth of the hollow between upper lid and brow, mm; negative is full.
    pub hollow_mm: Normal,
    /// How far the cheek rises below the eye, mm over 8 mm.
    pub cheek_mm: Normal,
    /// Depth of the groove from the inner corner down along the nose, mm.
    pub trough_mm: Normal,
    /// Depth of the fold below the lower lid (eye bag), mm.
    pub bag_mm: Normal,
    /// Darkness of the hollow between nose and brow and of the ring around the eye, 0 to 1.
    pub orbit_darkness: Range,
    /// Hairs of an eyebrow.
    pub eyebrow_hairs: Range,
    /// Length of an eyebrow's hair, mm.
    pub eyebrow_length_mm: Range,
    /// Height of the eyebrow's lower edge above the eyeball's centre, mm.
    pub eyebrow_height_mm: Normal,
}

impl Default for FaceConfig {
    fn default() -> Self {
        Self {
            melanin: Range::new(0.008, 0.22),
            blood: Range::new(0.003, 0.012),
            shine: Range::new(0.0, 0.12),
            freckles: Range::new(-0.6, 0.5),
            wrinkles: Range::new(0.1, 1.1),
            skin_contrast: Range::new(0.02, 0.14),
            nose_mm: Normal::new(7.5, 2.2, 2.0, 13.0),
            brow_mm: Normal::new(7.0, 2.5, 1.0, 13.0),
            hollow_mm: Normal::new(0.5, 0.9, -1.2, 3.0),
            cheek_mm: Normal::new(1.4, 0.6, 0.0, 3.0),
            trough_mm: Normal::new(0.6, 0.4, 0.0, 2.0),
            bag_mm: Normal::new(0.3, 0.25, 0.0, 1.1),
            orbit_darkness: Range::new(0.15, 0.6),
            eyebrow_hairs: Range::new(220.0, 620.0),
            eyebrow_length_mm: Range::new(5.0, 9.0),
            eyebrow_height_mm: Normal::new(15.0, 2.5, 10.0, 21.0),
        }
    }
}

impl FaceConfig {
    /// Whether everything that these settings can draw can be rendered.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let s = self;
        range("face.melanin", s.melanin, 0.002, 0.5)?;
        range("face.blood", s.blood, 0.003, 0.32)?;
        range("face.shine", s.shine, 0.0, 1.0)?;
        range("face.freckles", s.freckles, -1.0, 1.0)?;
        range("face.wrinkles", s.wrinkles, 0.0, 2.0)?;
        normal("face.hollow_mm", s.hollow_mm, -4.0, 8.0)?;
        normal("face.cheek_mm", s.cheek_mm, -3.0, 6.0)?;
        normal("face.trough_mm", s.trough_mm, 0.0, 4.0)?;
        range("face.eyebrow_hairs", s.eyebrow_hairs, 0.0, 2000.0)?;
        range("face.eyebrow_length_mm", s.eyebrow_length_mm, 0.5, 20.0)?;
        range("face.skin_contrast", s.skin_contrast, 0.0, 1.0)?;
        normal("face.nose_mm", s.nose_mm, 0.0, 25.0)?;
        normal("face.brow_mm", s.brow_mm, 0.0, 15.0)?;
        normal("face.bag_mm", s.bag_mm, 0.0, 3.0)?;
        range("face.orbit_darkness", s.orbit_darkness, 0.0, 1.0)?;
        normal("face.eyebrow_height_mm", s.eyebrow_height_mm, 6.0, 30.0)
    }
}
