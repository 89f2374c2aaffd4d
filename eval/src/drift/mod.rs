//! Label drift: how far refinement moved the eye away from its label.
//!
//! A refined image keeps the label of its render, so whatever moved is a label error. Where the render
//! has a label, what it says is in view of the iris is registered to the refined image
//! ([`crate::registration`]). As a second witness, pupil and iris are fitted in both images by the same
//! code from the same start, and their centres compared; without a label they decide, by the pupil
//! where it is found in both, else by the iris. Shifts are scaled to an image 55 px wide, the width of
//! SimGAN's eyes.
//!
//! # Qualification of the measure
//!
//! Known drifts of the eyeball between lids that stay, px at 55 px, as `examples/qualify.rs` makes them;
//! 100 eyes a row (of `near-eye-nir` 40), those that show a fifth of their iris or more. Measured minus
//! true drift, by registration:
//!
//! | eyes | look of the second image | drift | measured | mean error | p95 | bias right, down |
//! | --- | --- | ---: | ---: | ---: | ---: | ---: |
//! | drawn, pupil contrast 65 | all changes | 0, 2 | 100 % | 0.04, 0.06 | 0.09, 0.15 | -0.01, 0.01 |
//! | drawn, pupil contrast 8 | all changes | 0, 2 | 100 % | 0.03, 0.05 | 0.07, 0.12 | -0.01, 0.01 |
//! | renders, `mpiigaze` | all changes | 0, 2 | 100 % | 0.05, 0.06 | 0.14, 0.18 | -0.02, 0.01 |
//! | renders, `simgan` | all changes | 0, 2 | 100 % | 0.06, 0.06 | 0.16, 0.17 | -0.02, 0.01 |
//! | renders, `demo` | all changes | 0, 2 | 100 % | 0.04, 0.06 | 0.14, 0.15 | -0.01, 0.02 |
//! | renders, `simulated-real` | all changes | 0, 2 | 100 % | 0.07, 0.08 | 0.19, 0.24 | -0.02, 0.04 |
//! | renders, `clean` | all changes | 0, 2 | 100 % | 0.03, 0.04 | 0.10, 0.12 | -0.01, -0.01 |
//! | renders, `wide` | all changes | 0, 2 | 100 % | 0.08, 0.11 | 0.25, 0.35 | -0.03, 0.01 |
//! | renders, `unityeyes` | all changes | 0, 2 | 99 % | 0.10, 0.11 | 0.36, 0.32 | -0.03, 0.02 |
//! | renders, `remote-nir` | all changes | 0, 2 | 97, 88 % | 0.14, 0.23 | 0.38, 0.41 | -0.05, 0.02 |
//! | renders, `near-eye-nir` | all changes | 0 | 100 % | 0.01 | 0.01 | 0.00, 0.00 |
//! | renders, 60 px presets | texture, sd 6 | 1 | 97 to 100 % | 0.06 to 0.19 | 0.16 to 0.65 | 0.03 at most |
//! | renders, `remote-nir` | texture, sd 6 | 1 | 76 % | 0.53 | 2.5 | -0.08, 0.03 |
//!
//! All changes are gamma, contrast, blur, shading and noise together; a texture is noise with a grain of
//! several pixels. Standard errors are right to a factor of 1.3 (1.8 for `demo` and for `remote-nir`'s
//! texture, whose irises of 4 px say little). About one pair in a hundred is misread by more than a
//! pixel, so read the median too.
//!
//! By ellipses, with the whole image moved, all changes: `mpiigaze` 62 % measured, mean error 0.19 to
//! 0.22, bias 0.15 upwards, because the upper lid of equalised images shades the limbus.

mod pair;
mod summary;

use crate::Error;
use crate::fit::{Feature, FitFailure, FitOptions};
use crate::pairs;
use crate::registration::RegistrationOptions;
use crate::stats::{Interval, Summary};
use pair::PairFit;
use serde::{Deserialize, Serialize};
use simulator::sample::{BoxError, Eye, EyeGeometry, Frame, Sample, SampleId};
use std::collections::BTreeMap;
pub(crate) use summary::mean_vector;

/// Width of the image in whose pixels shifts are reported.
pub const REFERENCE_WIDTH_PX: f64 = 55.0;
/// A pair whose shift is at most this counts for the yield, px at 55 px.
pub const YIELD_PX: f64 = 0.5;

/// A render and its refinement.
pub type Pair = (Sample<Eye>, Sample<Eye>);

/// How drift is measured.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DriftOptions {
    /// The registration.
    pub registration: RegistrationOptions,
    /// The fits.
    pub fit: FitOptions,
}

/// What one feature of one pair moved by.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PairRecord {
    /// The pair.
    pub id: SampleId,
    /// What was measured.
    pub feature: Feature,
    /// Refined minus rendered, to the right, px at 55 px.
    pub dx_px: f64,
    /// Refined minus rendered, downwards, px at 55 px.
    pub dy_px: f64,
    /// Mean radius refined over rendered; by registration it is drawn towards 1.
    pub radius_ratio: f64,
    /// Standard error of the shift (of both axes together), px at 55 px; `None` where the measure
    /// gives none.
    #[serde(default)]
    pub standard_error_px: Option<f64>,
}

impl PairRecord {
    /// Length of the shift, px at 55 px.
    pub fn shift_px(&self) -> f64 {
        self.dx_px.hypot(self.dy_px)
    }

    /// Length of the shift, px of an image of this width.
    pub fn shift_at_px(&self, width_px: usize) -> f64 {
        self.shift_px() * width_px as f64 / REFERENCE_WIDTH_PX
    }
}

/// Shifts over many pairs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shift {
    /// Length of the shift, px at 55 px.
    pub length_px: Summary,
    /// 95 % bootstrap interval of the mean length, px at 55 px.
    pub mean_interval_px: Interval,
    /// Mean shift [right, down], px at 55 px. A length cannot be below the noise of the measure; this
    /// can.
    pub bias_px: [f64; 2],
    /// Mean radius refined over rendered.
    pub radius_ratio: Summary,
}

/// How exact the fits are on the renders themselves: the fitted centre against the label's. No
/// drift can be told apart below it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LabelError {
    /// Distance from the label's centre, px at 55 px.
    pub distance_px: Summary,
    /// Mean of fit minus label [right, down], px at 55 px. It cancels in the drift.
    pub bias_px: [f64; 2],
}

/// One way of measuring, over all pairs.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct FeatureReport {
    /// Pairs measured in both images.
    pub measured: usize,
    /// Pairs not measured.
    pub failed: usize,
    /// Share of the pairs that were measured.
    pub coverage: f64,
    /// The yield: share of all pairs that were measured and moved by at most [`YIELD_PX`]. `None` in
    /// reports from before it was counted.
    #[serde(default)]
    pub within_yield: Option<f64>,
    /// Renders that could not be measured, by reason.
    pub failed_rendered: BTreeMap<FitFailure, usize>,
    /// Refined images that could not be measured, by reason.
    pub failed_refined: BTreeMap<FitFailure, usize>,
    /// Their shifts; `None` if nothing was measured.
    pub shift: Option<Shift>,
    /// The error of the fits on renders that have a label; `None` if there are none.
    pub label_error: Option<LabelError>,
    /// Standard errors of the shifts, px at 55 px; `None` if the measure gives none.
    #[serde(default)]
    pub standard_error_px: Option<Summary>,
}

impl FeatureReport {
    /// Of the pairs whose render could be measured, the share whose refined image could be too;
    /// `None` if no render could. Refinement can only lose what was to be seen before.
    pub fn coverage_of_measurable(&self) -> Option<f64> {
        let unmeasurable: usize = self.failed_rendered.values().sum();
        let measurable = (self.measured + self.failed).saturating_sub(unmeasurable);
        (measurable > 0).then(|| self.measured as f64 / measurable as f64)
    }

    /// The measurement error, px at 55 px: its standard errors, or the distance of ellipses from the
    /// labels of renders.
    pub fn own_error_px(&self) -> Option<&Summary> {
        let distance = self.label_error.as_ref().map(|error| &error.distance_px);
        self.standard_error_px.as_ref().or(distance)
    }
}

/// The drift of a data set. All lengths are px in an image 55 px wide.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DriftReport {
    /// Pairs seen.
    pub pairs: usize,
    /// Every pair with a label by registration of its eyeball.
    #[serde(default)]
    pub registration: FeatureReport,
    /// Every pair by its pupil.
    pub pupil: FeatureReport,
    /// Every pair by its iris.
    pub iris: FeatureReport,
    /// Every pair by registration where its render has a label. Else by its pupil where that is
    /// measured in both images, else by its iris; such a pair fails for the reason its iris gives.
    pub combined: FeatureReport,
    /// Pairs of `combined` that registration decided.
    #[serde(default)]
    pub by_registration: usize,
    /// Pairs of `combined` that the pupil decided.
    pub by_pupil: usize,
    /// What the second witness says: distance between the shift by registration and that by ellipses
    /// (the pupil's, else the iris's) where both were measured, px at 55 px.
    #[serde(default)]
    pub witnesses_apart_px: Option<Summary>,
    /// The pairs of `combined`, in the order given.
    pub records: Vec<PairRecord>,
}

/// Measures the drift of pairs as they come, on all cores.
///
/// The render's geometry, where it has one, says what of the eyeball is registered, and is the start
/// of the search for ellipses in *both* images.
///
/// # Errors
/// If a pair has two ids or two sizes, or there is no pair.
pub fn measure(
    pairs: impl IntoIterator<Item = Pair>,
    options: &DriftOptions,
) -> Result<DriftReport, Error> {
    measure_stream(pairs.into_iter().map(Ok), options)
}

/// As [`measure`], of a stream that may fail.
///
/// # Errors
/// As [`measure`]; and if the stream fails, with its failure as the source.
pub fn measure_stream(
    pairs: impl IntoIterator<Item = Result<Pair, BoxError>>,
    options: &DriftOptions,
) -> Result<DriftReport, Error> {
    let fits =
        pairs::measured(pairs, |rendered, refined| PairFit::new(rendered, refined, options))?;
    Ok(summary::of(&fits))
}

/// Measures one pair as [`DriftReport::combined`] does; `None` where that refuses. `geometry` is the
/// render's, as for [`measure`].
///
/// # Errors
/// If the images differ in size.
pub fn of_pair(
    id: SampleId,
    rendered: &Frame<u8>,
    refined: &Frame<u8>,
    geometry: Option<&EyeGeometry>,
    options: &DriftOptions,
) -> Result<Option<PairRecord>, Error> {
    if rendered.size() != refined.size() {
        let (rendered, refined) = (rendered.size(), refined.size());
        return Err(Error::MismatchedSizes { id, rendered, refined });
    }
    Ok(PairFit::deciding(id, rendered, refined, geometry, options).decided())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_render_shows_cannot_be_lost() {
        let report = |measured, failed, of_renders: &[usize]| {
            let reasons = [FitFailure::LowContrast, FitFailure::NotElliptic];
            FeatureReport {
                measured,
                failed,
                failed_rendered: reasons.into_iter().zip(of_renders.iter().copied()).collect(),
                ..FeatureReport::default()
            }
        };
        assert_eq!(report(60, 40, &[15, 5]).coverage_of_measurable(), Some(0.75));
        assert_eq!(report(100, 0, &[]).coverage_of_measurable(), Some(1.0));
        assert_eq!(report(0, 7, &[7]).coverage_of_measurable(), None);
    }
}
