//! Numbers of the search and of the fits that follow it.

use crate::Error;
use crate::iris::IrisOptions;
use crate::pupil::PupilOptions;
use serde::{Deserialize, Serialize};

/// How ellipses are found. The defaults are those that README's tables were made with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EllipseOptions {
    /// Where an iris is looked for.
    pub search: SearchOptions,
    /// Which of the fits is believed.
    pub evidence: EvidenceWeights,
    /// The fit of the iris around a place, px of an image in which its radius is
    /// [`SearchOptions::iris_radius_px`] at most.
    pub iris: IrisOptions,
    /// The fit of the pupil in the iris, px of an image in which the iris's radius is
    /// [`SearchOptions::pupil_iris_radius_px`] at most.
    pub pupil: PupilOptions,
}

/// Numbers of the search.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SearchOptions {
    /// The image is searched at this length of its longer side, px, or at its own if that is less.
    pub side_px: usize,
    /// Smallest and greatest radius of an iris, as shares of the longer side.
    pub radius_range: (f64, f64),
    /// Radii tried.
    pub sizes: usize,
    /// A usual radius, as a share of the longer side.
    pub usual_radius: f64,
    /// How much the squared logarithm of the radius over the usual one counts.
    pub size_weight: f64,
    /// How much the squared distance from the middle of the image counts, in widths and heights.
    pub middle_weight: f64,
    /// How much the darkness of the disk counts.
    pub darkness_weight: f64,
    /// The rays of a side reach this far above the horizontal, degrees.
    pub above_deg: f64,
    /// The rays of a side reach this far below the horizontal, degrees.
    pub below_deg: f64,
    /// Places handed on to the fit.
    pub places: usize,
    /// An iris of a greater radius is fitted in a smaller image, in which it has this, px.
    pub iris_radius_px: f64,
    /// The pupil of an iris of a greater radius is fitted in a smaller image, in which the iris has this, px.
    pub pupil_iris_radius_px: f64,
    /// Least range of the grey levels of an image, grey levels.
    pub min_range: f64,
}

/// How much each thing counts where fits at several places compete.
///
/// Learned on renders alone (presets `mpiigaze`, `remote-nir`, `unityeyes`, `near-eye-nir` and `close-up`, 150 of
/// each): the weights with which the softmax over an image's fits chooses the right one most often. On real
/// photographs, which had no part in it, a right fit is chosen in 76 of 100 where there is one in 78.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EvidenceWeights {
    /// The score of the search at the place and size of the fit.
    pub searched: f64,
    /// Share of the rays of both sides that meet the limbus.
    pub support: f64,
    /// Mean rise over the limbus on the side where it is less, shares of the range of grey levels.
    pub side: f64,
    /// Mean rise at the lower quarter, likewise.
    pub below: f64,
    /// Mean level of the disk, against it, likewise.
    pub level: f64,
    /// The squared logarithm of the radius over the usual one, against it.
    pub size: f64,
}

impl Default for SearchOptions {
    fn default() -> Self {
        Self {
            side_px: 64,
            radius_range: (0.05, 0.32),
            sizes: 16,
            usual_radius: 0.13,
            size_weight: 0.1,
            middle_weight: 3.0,
            darkness_weight: 1.5,
            above_deg: 35.0,
            below_deg: 50.0,
            places: 10,
            iris_radius_px: 12.0,
            pupil_iris_radius_px: 24.0,
            min_range: 12.0,
        }
    }
}

impl Default for EvidenceWeights {
    fn default() -> Self {
        Self { searched: 0.6, support: 7.3, side: 1.0, below: 3.9, level: 0.5, size: 5.0 }
    }
}

impl Default for EllipseOptions {
    fn default() -> Self {
        Self {
            search: SearchOptions::default(),
            evidence: EvidenceWeights::default(),
            // The start is a guess and not a label: farther from it, at more sizes, and its size says little.
            iris: IrisOptions {
                search: 0.35,
                radius_range: (0.7, 1.4),
                size_weight: 4.0,
                min_contrast: 10.0,
                max_disagreement_px: 1.0,
                ..IrisOptions::default()
            },
            pupil: PupilOptions {
                min_share: 0.45,
                max_residual: 0.2,
                min_contrast: 10.0,
                min_contrast_to_noise: 3.0,
                max_disagreement_px: 1.0,
                ..PupilOptions::default()
            },
        }
    }
}

impl EllipseOptions {
    /// Refuses numbers with which nothing could be found.
    ///
    /// # Errors
    /// If a number of the search is outside its range.
    pub fn check(&self) -> Result<(), Error> {
        let SearchOptions { radius_range: (low, high), usual_radius, .. } = self.search;
        let wrong = |field, value: String, must_be| Err(Error::Option { field, value, must_be });
        if !(0.0 < low && low < high && high <= 1.0) {
            let must_be =
                "two shares of the longer side, the smaller one first, above 0 and at most 1";
            return wrong("search.radius_range", format!("{low}, {high}"), must_be);
        }
        if !(0.0 < usual_radius && usual_radius <= 1.0) {
            let must_be = "a share of the longer side, above 0 and at most 1";
            return wrong("search.usual_radius", usual_radius.to_string(), must_be);
        }
        if self.search.places == 0 {
            return wrong("search.places", "0".to_owned(), "1 or more");
        }
        for (field, radius) in [
            ("search.iris_radius_px", self.search.iris_radius_px),
            ("search.pupil_iris_radius_px", self.search.pupil_iris_radius_px),
        ] {
            if !(radius >= 4.0 && radius.is_finite()) {
                return wrong(field, radius.to_string(), "4 px or more");
            }
        }
        Ok(())
    }
}
