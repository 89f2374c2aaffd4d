//! Registration: how far an eyeball moved between a render and its refined image.
//!
//! What a label promises is where the eyeball is. So the part of it that the render shows (the iris
//! and a ring of sclera around it, nothing near a lid) is laid over the refined image:
//!
//! ```text
//! refined(p) = tones(rendered(p - shift), p)
//! ```
//!
//! `tones` is a cubic of the render's level, plus shading, plus shading times the level, plus blur:
//! eleven coefficients, linear, so that they follow from the shift. A curve of
//! tones, a ramp of light and a softer lens thus move nothing. The shift is searched on a grid first
//! and then by Gauss-Newton with Tukey's weights, so that a glint that comes or goes counts little.
//! Lids do not take part: a lid that stays does not hold the estimate back, and one that moves does not
//! drag it along.
//!
//! It needs a label. Unlike a fit of ellipses ([`crate::fit_eye`]) it says nothing of where an eye *is*.

mod grid;
mod scene;
mod search;
mod tones;
mod view;

use crate::fit::FitFailure;
use scene::Scene;
use serde::{Deserialize, Serialize};
use simulator::sample::{EyeGeometry, Frame};

/// Numbers of the registration. Cells are the pixels of images that are reduced until the iris is
/// small enough; of eyes 60 px wide they are the image's own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RegistrationOptions {
    /// Images are reduced by a whole factor to an iris whose smaller radius is about this, cells; small
    /// images are not enlarged.
    pub radius: f64,
    /// Sclera around the limbus that counts, cells.
    pub ring: f64,
    /// What lies nearer to a lid does not count, cells.
    pub lid_margin: f64,
    /// Greatest shift, in widths of the image.
    pub reach: f64,
    /// Greatest shift, in radii of the iris. The smaller of both holds.
    pub reach_radii: f64,
    /// Of equally good shifts the shorter is likelier: standard deviation of what is expected, in
    /// widths of the image. It decides between separate optima alone.
    pub expected: f64,
    /// Least area of iris and ring that counts, in areas of the iris.
    pub min_view: f64,
    /// Least difference of levels in the render's part, grey levels.
    pub min_contrast: f64,
    /// Least share of the refined part's variance that the render explains, beyond shading.
    pub min_explained: f64,
    /// Greatest standard error on either axis, in widths of the image.
    pub max_standard_error: f64,
}

impl Default for RegistrationOptions {
    fn default() -> Self {
        Self {
            radius: 10.0,
            ring: 2.5,
            lid_margin: 1.5,
            reach: 5.0 / 60.0,
            reach_radii: 1.2,
            expected: 1.5 / 60.0,
            min_view: 0.1,
            min_contrast: 12.0,
            min_explained: 0.3,
            max_standard_error: 0.5 / 55.0,
        }
    }
}

/// How far an eyeball moved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Registration {
    /// Refined minus rendered, right and down, px.
    pub shift_px: [f64; 2],
    /// Standard errors of it, px.
    pub standard_error_px: [f64; 2],
    /// Size of the refined iris over that of the render's, at most a few percent from 1. Blur of a curve
    /// of tones widens a dark iris too and takes its part, so this tells less than what it grew by.
    pub radius_ratio: f64,
    /// Share of the refined part's variance that the render explains, beyond shading, 0 to 1.
    pub explained: f64,
}

/// Why there is none, and which image is to blame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unregistered {
    /// The render does not show enough.
    Rendered(FitFailure),
    /// The refined image does not show what the render does.
    Refined(FitFailure),
}

/// Lays the eyeball of a render over its refined image of the same size.
///
/// # Errors
/// The reason why it can't be told.
pub fn register(
    rendered: &Frame<u8>,
    refined: &Frame<u8>,
    geometry: &EyeGeometry,
    options: &RegistrationOptions,
) -> Result<Registration, Unregistered> {
    let minor = f64::from(geometry.iris.semi_minor);
    let factor = ((minor / options.radius).round() as usize).max(1);
    let cells = |widths: f64| widths * rendered.width() as f64 / factor as f64;
    let reach = cells(options.reach).min(options.reach_radii * minor / factor as f64);
    let scene = Scene::new(rendered, refined, geometry, factor, reach, options)
        .map_err(Unregistered::Rendered)?;
    let found =
        search::search(&scene, reach, cells(options.expected)).map_err(Unregistered::Refined)?;

    // Refuse what cannot be trusted.
    let refuse = |reason| Err(Unregistered::Refined(reason));
    if 1.0 - found.left < options.min_explained {
        return refuse(FitFailure::Unlike);
    }
    if found.shift[0].hypot(found.shift[1]) > reach + 1.0 {
        return refuse(FitFailure::OutOfReach);
    }
    let limit = cells(options.max_standard_error);
    if found.standard_error.iter().any(|&error| error > limit) {
        return refuse(FitFailure::Unsure);
    }
    Ok(Registration {
        shift_px: found.shift.map(|v| v * factor as f64),
        standard_error_px: found.standard_error.map(|v| v * factor as f64),
        radius_ratio: 1.0 + found.growth,
        explained: 1.0 - found.left,
    })
}
