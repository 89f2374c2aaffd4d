//! Lashes: the settings.

use crate::Error;
use crate::eye::check::{normal, range};
use crate::eye::draw::{Normal, Range};
use serde::{Deserialize, Serialize};

/// Lashes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LashConfig {
    /// Number of upper lashes (the lower lid has half as many).
    pub count: Range,
    /// Length of an upper lash, mm (lower ones 60 %).
    pub length_mm: Normal,
    /// Thickness at the root, mm.
    pub thickness_mm: Range,
    /// Reflectance of hair in red, for the darkest and the lightest; green and blue follow.
    pub hair_albedo: Range,
    /// Opacity, 0 to 1.
    pub opacity: Range,
}

impl Default for LashConfig {
    fn default() -> Self {
        Self {
            count: Range::new(60.0, 130.0),
            length_mm: Normal::new(7.0, 1.5, 3.5, 11.0),
            thickness_mm: Range::new(0.06, 0.13),
            hair_albedo: Range::new(0.008, 0.06),
            opacity: Range::new(0.4, 0.95),
        }
    }
}

impl LashConfig {
    /// Whether everything that these settings can draw can be rendered.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let s = self;
        range("lashes.count", s.count, 0.0, 400.0)?;
        normal("lashes.length_mm", s.length_mm, 0.0, 15.0)?;
        range("lashes.thickness_mm", s.thickness_mm, 0.0, 0.5)?;
        range("lashes.hair_albedo", s.hair_albedo, 0.0, 1.0)?;
        range("lashes.opacity", s.opacity, 0.0, 1.0)
    }
}
