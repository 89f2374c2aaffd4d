//! How large hands are: the settings.

use crate::Error;
use crate::check::{normal, number};
use crate::draw::Normal;
use serde::{Deserialize, Serialize};

/// The distribution of lengths and thicknesses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HandShapeConfig {
    /// Wrist to tip of the middle finger, mm. Men 183 ± 10, women 166 ± 8; NYU's two testers fit 213 and
    /// 177. All bones are as much larger or smaller.
    pub length_mm: Normal,
    /// Breadth across the knuckles for each mm of length: 84 to 183 in men, 75 to 166 in women.
    pub breadth_per_length: Normal,
    /// Standard deviation of each bone's own length, as a share of it.
    pub bone_jitter: f64,
    /// Radii of everything, against those of the reference hand of that breadth.
    pub thickness: Normal,
    /// How much of the forearm there is, from the wrist, mm; sleeves and tight crops end it early.
    pub forearm_mm: Normal,
}

impl Default for HandShapeConfig {
    fn default() -> Self {
        Self {
            length_mm: Normal::new(186.0, 15.0, 155.0, 215.0),
            breadth_per_length: Normal::new(0.456, 0.018, 0.41, 0.50),
            bone_jitter: 0.05,
            thickness: Normal::new(1.0, 0.06, 0.85, 1.15),
            forearm_mm: Normal::always(250.0),
        }
    }
}

impl HandShapeConfig {
    pub(crate) fn check(&self) -> Result<(), Error> {
        normal("shape.length_mm", self.length_mm, 100.0, 230.0)?;
        normal("shape.breadth_per_length", self.breadth_per_length, 0.38, 0.55)?;
        number("shape.bone_jitter", self.bone_jitter, 0.0, 0.1)?;
        normal("shape.thickness", self.thickness, 0.7, 1.3)?;
        normal("shape.forearm_mm", self.forearm_mm, 10.0, 400.0)
    }
}
