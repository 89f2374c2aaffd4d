//! The eyeball: the settings.

use crate::Error;
use crate::eye::check::{normal, range, refuse};
use crate::eye::draw::{Normal, Range};
use crate::eye::eyeball::{LIMBUS_MARGIN_MM, STEEPEST_LIMBUS};
use crate::sample::Spectrum;
use serde::{Deserialize, Serialize};

/// The eyeball, Le Grand's schematic eye with one corneal surface.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EyeballConfig {
    /// Radius of the sclera's sphere, mm (24 mm diameter).
    pub radius_mm: Normal,
    /// Radius of the corneal sphere, mm (Le Grand: 7.8).
    pub cornea_radius_mm: Normal,
    /// Asphericity Q of the cornea: 0 is a sphere, -0.15 is usual (Atchison 2006).
    pub cornea_asphericity: Normal,
    /// Refractive index behind the cornea in visible light (555 nm): the single-surface value that
    /// the eye-tracking literature uses. Near infrared is refracted less.
    pub refractive_index: f64,
    /// Radius of the iris itself, mm; through the cornea it looks 2 to 4 % larger.
    pub iris_radius_mm: Normal,
    /// Depth of the iris plane behind the corneal apex, mm (Le Grand: 3.6).
    pub iris_depth_mm: Normal,
    /// Radius of the pupil itself, mm; through the cornea it looks 13 % larger.
    pub pupil_radius_mm: Normal,
    /// How far the pupil stands nasally of the optical axis, mm.
    pub pupil_nasal_mm: Normal,
    /// How far the visual axis stands nasally of the optical one, degrees.
    pub kappa_nasal_deg: Normal,
    /// How far the visual axis stands above the optical one, degrees.
    pub kappa_up_deg: Normal,
    /// Reflectance of the sclera, 0 to 1.
    pub sclera_albedo: Range,
}

impl Default for EyeballConfig {
    fn default() -> Self {
        Self {
            radius_mm: Normal::new(12.0, 0.3, 11.2, 12.8),
            cornea_radius_mm: Normal::new(7.8, 0.2, 7.4, 8.4),
            cornea_asphericity: Normal::always(0.0),
            refractive_index: 1.336,
            iris_radius_mm: Normal::new(5.7, 0.2, 5.2, 6.1),
            iris_depth_mm: Normal::new(3.6, 0.12, 3.2, 3.9),
            pupil_radius_mm: Normal::new(1.8, 0.5, 0.9, 3.6),
            pupil_nasal_mm: Normal::new(0.15, 0.08, 0.0, 0.4),
            kappa_nasal_deg: Normal::new(5.4, 2.0, 0.0, 11.0),
            kappa_up_deg: Normal::new(2.5, 2.0, -3.0, 8.0),
            sclera_albedo: Range::new(0.26, 0.52),
        }
    }
}

impl EyeballConfig {
    /// The refractive index in the light that this camera sees: the aqueous humour's dispersion
    /// (n = A + B/l^2 + C/l^4 + D/l^6, Atchison and Smith 2005) from 555 nm to 850 nm.
    pub(crate) fn index_at(&self, spectrum: Spectrum) -> f64 {
        let aqueous = |nm: f64| {
            let q = 1.0 / (nm * nm);
            1.323031 + q * (6070.796 + q * (-7.062305e8 + q * 6.147861e13))
        };
        let nm = if spectrum == Spectrum::Nir { 850.0 } else { 555.0 };
        if self.refractive_index == 1.0 {
            1.0
        } else {
            self.refractive_index + aqueous(nm) - aqueous(555.0)
        }
    }

    /// Whether everything that these settings can draw can be rendered.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let s = self;
        normal("eyeball.radius_mm", s.radius_mm, 9.0, 15.0)?;
        normal("eyeball.cornea_radius_mm", s.cornea_radius_mm, 6.5, 9.5)?;
        if !(1.0..=1.6).contains(&s.refractive_index) {
            let remedy = "set 1 (no refraction) to 1.6; 1.336 is usual".to_string();
            let field = "eyeball.refractive_index";
            return Err(refuse(field, s.refractive_index, "is no index of the eye", remedy));
        }
        normal("eyeball.cornea_asphericity", s.cornea_asphericity, -0.6, 0.3)?;
        normal("eyeball.iris_radius_mm", s.iris_radius_mm, 4.0, 7.0)?;
        normal("eyeball.iris_depth_mm", s.iris_depth_mm, 2.0, 4.5)?;
        normal("eyeball.pupil_radius_mm", s.pupil_radius_mm, 0.5, 4.2)?;
        normal("eyeball.pupil_nasal_mm", s.pupil_nasal_mm, -0.6, 0.6)?;
        normal("eyeball.kappa_nasal_deg", s.kappa_nasal_deg, -15.0, 15.0)?;
        normal("eyeball.kappa_up_deg", s.kappa_up_deg, -15.0, 15.0)?;
        range("eyeball.sclera_albedo", s.sclera_albedo, 0.0, 1.0)?;
        // The cornea's sphere must reach around the iris, and the iris around the pupil.
        let limbus = s.iris_radius_mm.max + LIMBUS_MARGIN_MM;
        if limbus > STEEPEST_LIMBUS * s.cornea_radius_mm.min {
            let largest = STEEPEST_LIMBUS * s.cornea_radius_mm.min - LIMBUS_MARGIN_MM;
            let remedy =
                format!("set iris_radius_mm.max to at most {largest:.2}, or a flatter cornea");
            let problem = "is too wide for the steepest cornea";
            return Err(refuse("eyeball.iris_radius_mm", s.iris_radius_mm, problem, remedy));
        }
        let reach =
            s.pupil_radius_mm.max + s.pupil_nasal_mm.max.abs().max(s.pupil_nasal_mm.min.abs());
        if reach > s.iris_radius_mm.min - 0.3 {
            let remedy =
                format!("keep radius and shift below {:.2} mm", s.iris_radius_mm.min - 0.3);
            let problem = "does not fit into the smallest iris";
            return Err(refuse("eyeball.pupil_radius_mm", s.pupil_radius_mm, problem, remedy));
        }
        Ok(())
    }
}
