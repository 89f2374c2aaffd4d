//! How wide the pupil is: the settings.

use super::EyeballConfig;
use crate::Error;
use crate::eye::check::{normal, number, refuse};
use crate::eye::draw::Normal;
use serde::{Deserialize, Serialize};

/// What the pupil's size is drawn from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PupilFrom {
    /// Luminance, age and person (Watson and Yellott 2012), within the ends of
    /// `eyeball.pupil_radius_mm`.
    Luminance,
    /// `eyeball.pupil_radius_mm`, whatever the light.
    Range,
}

/// How wide the pupil is, and where it moves as it narrows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PupilConfig {
    /// What its size is drawn from.
    pub from: PupilFrom,
    /// Decimal logarithm of the luminance that the eye is adapted to, in cd/m2: 1 is a dim room,
    /// 2 a bright screen, 3.5 a sunny street.
    pub luminance_log10_cd_m2: Normal,
    /// Diameter of the field that is so bright, degrees.
    pub field_deg: f64,
    /// Age, years.
    pub age_years: Normal,
    /// How much wider a person's pupils are than those of their age, mm of diameter.
    pub residual_mm: Normal,
    /// How far the centre moves nasally for each mm that the *radius* is below the mean of
    /// `eyeball.pupil_radius_mm`, mm.
    pub nasal_per_mm: f64,
}

impl Default for PupilConfig {
    fn default() -> Self {
        Self {
            from: PupilFrom::Luminance,
            luminance_log10_cd_m2: Normal::new(1.9, 0.5, 0.3, 3.7),
            field_deg: 60.0,
            age_years: Normal::new(33.0, 14.0, 18.0, 80.0),
            residual_mm: Normal::new(0.0, 0.5, -1.2, 1.2),
            nasal_per_mm: 0.06,
        }
    }
}

impl PupilConfig {
    /// Whether everything that these settings can draw can be rendered in such eyeballs.
    pub(crate) fn check(&self, eyeball: &EyeballConfig) -> Result<(), Error> {
        let s = self;
        normal("pupil.luminance_log10_cd_m2", s.luminance_log10_cd_m2, -4.0, 5.0)?;
        number("pupil.field_deg", s.field_deg, 1.0, 180.0)?;
        normal("pupil.age_years", s.age_years, 1.0, 100.0)?;
        normal("pupil.residual_mm", s.residual_mm, -3.0, 3.0)?;
        number("pupil.nasal_per_mm", s.nasal_per_mm, -0.3, 0.3)?;
        // The moved pupil must lie in the smallest iris at both ends of its size.
        let (radius, nasal) = (eyeball.pupil_radius_mm, eyeball.pupil_nasal_mm);
        let room = eyeball.iris_radius_mm.min - 0.3;
        for r in [radius.min, radius.max] {
            let moved = s.nasal_per_mm * (radius.mean - r);
            if r + (nasal.min + moved).abs().max((nasal.max + moved).abs()) > room {
                let remedy = format!("keep pupil_radius_mm and all shifts below {room:.2} mm");
                let problem = "moves the pupil out of the smallest iris";
                return Err(refuse("pupil.nasal_per_mm", s.nasal_per_mm, problem, remedy));
            }
        }
        Ok(())
    }
}
