//! Label drift: how far refinement moved the eye away from its label.
//!
//! A refined image keeps the label of its render, so whatever moved is a label error. Pupil and
//! iris are measured in both images of a pair by the same code from the same start, and the
//! difference of the centres is the drift: by the pupil where it is found in both, else by the
//! iris. Shifts are scaled to an image 55 px wide, the width of SimGAN's eyes.
//!
//! # What the judge can see
//!
//! Known drifts of 0 to 2 px, 100 eyes a row, combined measure, px at 55 px, as
//! `examples/qualify.rs` prints them (measured minus true drift):
//!
//! | eyes | look of the second image | measured | mean error | p95 | bias down |
//! | --- | --- | ---: | ---: | ---: | ---: |
//! | drawn, pupil contrast 65 | noise sd 2.5 | 97 % | 0.05 to 0.06 | 0.13 | 0.01 |
//! | drawn, pupil contrast 8 | noise sd 2.5 | 100 % | 0.02 to 0.04 | 0.10 | 0.00 |
//! | renders, `demo` | noise sd 2.5 | 90 % | 0.04 to 0.08 | 0.14 to 0.24 | 0.01 |
//! | renders, `demo` | gamma, contrast, blur, shading, noise | 90 % | 0.10 to 0.11 | 0.30 | -0.03 |
//! | renders, `mpiigaze` | noise sd 2.5 | 63 % | 0.08 to 0.10 | 0.28 | -0.02 |
//! | renders, `mpiigaze` | gamma, contrast, blur, shading, noise | 62 % | 0.19 to 0.22 | 0.50 | -0.15 |
//!
//! So on equalised images, whose upper lid shades the limbus, a strong change of tones alone reads as
//! up to 0.3 px with a bias of up to 0.25 px upwards (`simgan` is the worst): less than that is not
//! drift. About one equalised render in a hundred is misread by several px, so read the median too.

use crate::Error;
use crate::fit::{EyeFit, Feature, FeatureFit, FitFailure, FitOptions, fit_eye, fit_iris};
use crate::gaze::CONFIDENCE;
use crate::pairs;
use crate::stats::{self, Interval, Summary};
use serde::{Deserialize, Serialize};
use simulator::sample::{BoxError, Ellipse, Eye, EyeGeometry, Frame, Sample, SampleId};
use std::collections::BTreeMap;

/// Width of the image in whose pixels shifts are reported.
pub const REFERENCE_WIDTH_PX: f64 = 55.0;
/// Seed of the bootstrap: a report is a function of its input alone.
const BOOTSTRAP_SEED: u64 = 0x6472_6966;

/// A render and its refinement.
pub type Pair = (Sample<Eye>, Sample<Eye>);

/// How drift is measured.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DriftOptions {
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
    /// Mean radius refined over rendered.
    pub radius_ratio: f64,
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
    /// Mean shift [right, down], px at 55 px. A length cannot be below the noise of the judge; this
    /// can.
    pub bias_px: [f64; 2],
    /// Mean radius refined over rendered.
    pub radius_ratio: Summary,
}

/// How exact the judge is on the renders themselves: the fitted centre against the label's. No
/// drift can be told apart below it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LabelError {
    /// Distance from the label's centre, px at 55 px.
    pub distance_px: Summary,
    /// Mean of fit minus label [right, down], px at 55 px. It cancels in the drift.
    pub bias_px: [f64; 2],
}

/// One way of measuring, over all pairs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FeatureReport {
    /// Pairs measured in both images.
    pub measured: usize,
    /// Pairs not measured.
    pub failed: usize,
    /// Share of the pairs that were measured.
    pub coverage: f64,
    /// Renders that could not be measured, by reason.
    pub failed_rendered: BTreeMap<FitFailure, usize>,
    /// Refined images that could not be measured, by reason.
    pub failed_refined: BTreeMap<FitFailure, usize>,
    /// Their shifts; `None` if nothing was measured.
    pub shift: Option<Shift>,
    /// The judge's own error on renders that have a label; `None` if there are none.
    pub label_error: Option<LabelError>,
}

impl FeatureReport {
    /// Of the pairs whose render could be measured, the share whose refined image could be too;
    /// `None` if no render could. Refinement can only lose what was to be seen before.
    pub fn coverage_of_measurable(&self) -> Option<f64> {
        let unmeasurable: usize = self.failed_rendered.values().sum();
        let measurable = (self.measured + self.failed).saturating_sub(unmeasurable);
        (measurable > 0).then(|| self.measured as f64 / measurable as f64)
    }
}

/// The drift of a data set. All lengths are px in an image 55 px wide.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DriftReport {
    /// Pairs seen.
    pub pairs: usize,
    /// Every pair by its pupil.
    pub pupil: FeatureReport,
    /// Every pair by its iris.
    pub iris: FeatureReport,
    /// Every pair by its pupil where that is measured in both images, else by its iris. A pair fails
    /// for the reason its iris gives.
    pub combined: FeatureReport,
    /// Pairs of `combined` that the pupil decided.
    pub by_pupil: usize,
    /// The pairs of `combined`, in the order given.
    pub records: Vec<PairRecord>,
}

/// Measures the drift of pairs as they come, on all cores.
///
/// The render's geometry, where it has one, is the start of the search in *both* images.
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
    Ok(summarize(&fits))
}

/// Measures one pair: by its pupil where that is found in both images, else by its iris; `None` where
/// neither is. `geometry` is the render's, as for [`measure`].
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
    // What decides nothing is not fitted: the refined pupil where the rendered one is not found.
    let before = fit_eye(rendered, geometry, &options.fit);
    let after = match before.pupil.is_ok() {
        true => fit_eye(refined, geometry, &options.fit),
        false => fit_iris(refined, geometry, &options.fit),
    };
    let scale = REFERENCE_WIDTH_PX / rendered.width() as f64;
    let fit = PairFit { id, scale, label: None, rendered: before, refined: after };
    Ok(fit.record(Feature::Pupil).or_else(|| fit.record(Feature::Iris)))
}

/// Everything that is kept of a pair.
struct PairFit {
    id: SampleId,
    /// From px of this image to px of the reference.
    scale: f64,
    label: Option<(Ellipse, Ellipse)>,
    rendered: EyeFit,
    refined: EyeFit,
}

type Fit = Result<FeatureFit, FitFailure>;

impl PairFit {
    fn new(rendered: &Sample<Eye>, refined: &Sample<Eye>, options: &DriftOptions) -> Self {
        let geometry = rendered.label.geometry.as_ref();
        Self::of(rendered.id, &rendered.frame, &refined.frame, geometry, options)
    }

    fn of(
        id: SampleId,
        rendered: &Frame<u8>,
        refined: &Frame<u8>,
        geometry: Option<&EyeGeometry>,
        options: &DriftOptions,
    ) -> Self {
        Self {
            id,
            scale: REFERENCE_WIDTH_PX / rendered.width() as f64,
            label: geometry.map(|g| (g.pupil, g.iris)),
            rendered: fit_eye(rendered, geometry, &options.fit),
            refined: fit_eye(refined, geometry, &options.fit),
        }
    }

    fn fits(&self, feature: Feature) -> (Fit, Fit) {
        match feature {
            Feature::Pupil => (self.rendered.pupil, self.refined.pupil),
            Feature::Iris => (self.rendered.iris, self.refined.iris),
        }
    }

    /// The shift by this feature, if both images show it.
    fn record(&self, feature: Feature) -> Option<PairRecord> {
        let (Ok(rendered), Ok(refined)) = self.fits(feature) else { return None };
        let [dx_px, dy_px] = self.between(&rendered.ellipse, &refined.ellipse);
        let radius_ratio = refined.ellipse.mean_radius() / rendered.ellipse.mean_radius();
        let radius_ratio = f64::from(radius_ratio);
        Some(PairRecord { id: self.id, feature, dx_px, dy_px, radius_ratio })
    }

    /// Fit minus label in the render, px at the reference.
    fn label_error(&self, feature: Feature) -> Option<[f64; 2]> {
        let (pupil, iris) = self.label?;
        let label = if feature == Feature::Pupil { pupil } else { iris };
        Some(self.between(&label, &self.fits(feature).0.ok()?.ellipse))
    }

    fn between(&self, from: &Ellipse, to: &Ellipse) -> [f64; 2] {
        [0, 1].map(|i| f64::from(to.center[i] - from.center[i]) * self.scale)
    }
}

fn summarize(fits: &[PairFit]) -> DriftReport {
    let by = |feature: Feature| -> Vec<Option<PairRecord>> {
        fits.iter().map(|fit| fit.record(feature)).collect()
    };
    let (pupil, iris) = (by(Feature::Pupil), by(Feature::Iris));
    let combined: Vec<_> = pupil.iter().zip(&iris).map(|(pupil, iris)| pupil.or(*iris)).collect();

    // The combined measure errs as the feature does that decides a pair, and fails as the iris does.
    let decided = |i: usize| combined[i].map_or(Feature::Iris, |record| record.feature);
    let records: Vec<PairRecord> = combined.iter().flatten().copied().collect();
    DriftReport {
        pairs: fits.len(),
        pupil: feature_report(fits, &pupil, |_| Feature::Pupil),
        iris: feature_report(fits, &iris, |_| Feature::Iris),
        combined: feature_report(fits, &combined, decided),
        by_pupil: records.iter().filter(|r| r.feature == Feature::Pupil).count(),
        records,
    }
}

fn feature_report(
    fits: &[PairFit],
    records: &[Option<PairRecord>],
    feature: impl Fn(usize) -> Feature,
) -> FeatureReport {
    // Count the refusals of the pairs that were not measured.
    let (mut failed_rendered, mut failed_refined) = (BTreeMap::new(), BTreeMap::new());
    for (i, fit) in fits.iter().enumerate().filter(|(i, _)| records[*i].is_none()) {
        let (rendered, refined) = fit.fits(feature(i));
        if let Err(reason) = rendered {
            *failed_rendered.entry(reason).or_insert(0) += 1;
        }
        if let Err(reason) = refined {
            *failed_refined.entry(reason).or_insert(0) += 1;
        }
    }
    let measured: Vec<PairRecord> = records.iter().flatten().copied().collect();
    let errors: Vec<[f64; 2]> =
        fits.iter().enumerate().filter_map(|(i, fit)| fit.label_error(feature(i))).collect();
    FeatureReport {
        measured: measured.len(),
        failed: fits.len() - measured.len(),
        coverage: measured.len() as f64 / fits.len() as f64,
        failed_rendered,
        failed_refined,
        shift: shift(&measured),
        label_error: label_error(&errors),
    }
}

fn shift(records: &[PairRecord]) -> Option<Shift> {
    let lengths: Vec<f64> = records.iter().map(PairRecord::shift_px).collect();
    let ratios: Vec<f64> = records.iter().map(|r| r.radius_ratio).collect();
    let vectors: Vec<[f64; 2]> = records.iter().map(|r| [r.dx_px, r.dy_px]).collect();
    Some(Shift {
        length_px: Summary::of(&lengths)?,
        mean_interval_px: stats::bootstrap_mean(&lengths, CONFIDENCE, BOOTSTRAP_SEED)?,
        bias_px: mean_vector(&vectors)?,
        radius_ratio: Summary::of(&ratios)?,
    })
}

fn label_error(errors: &[[f64; 2]]) -> Option<LabelError> {
    let distances: Vec<f64> = errors.iter().map(|[x, y]| x.hypot(*y)).collect();
    Some(LabelError { distance_px: Summary::of(&distances)?, bias_px: mean_vector(errors)? })
}

pub(crate) fn mean_vector(vectors: &[[f64; 2]]) -> Option<[f64; 2]> {
    let component = |i: usize| stats::mean(&vectors.iter().map(|v| v[i]).collect::<Vec<_>>());
    Some([component(0)?, component(1)?])
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
                coverage: 0.0,
                failed_rendered: reasons.into_iter().zip(of_renders.iter().copied()).collect(),
                failed_refined: BTreeMap::new(),
                shift: None,
                label_error: None,
            }
        };
        assert_eq!(report(60, 40, &[15, 5]).coverage_of_measurable(), Some(0.75));
        assert_eq!(report(100, 0, &[]).coverage_of_measurable(), Some(1.0));
        assert_eq!(report(0, 7, &[7]).coverage_of_measurable(), None);
    }
}
