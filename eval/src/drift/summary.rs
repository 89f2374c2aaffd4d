//! What all pairs say together.

use super::pair::PairFit;
use super::{DriftReport, FeatureReport, LabelError, PairRecord, Shift, YIELD_PX};
use crate::fit::Feature;
use crate::gaze::CONFIDENCE;
use crate::stats::{self, Summary};
use std::collections::BTreeMap;

/// Seed of the bootstrap: a report is a function of its input alone.
const BOOTSTRAP_SEED: u64 = 0x6472_6966;

/// The report of pairs in the order given.
pub(super) fn of(fits: &[PairFit]) -> DriftReport {
    let all: Vec<&PairFit> = fits.iter().collect();
    let labelled: Vec<&PairFit> = fits.iter().filter(|fit| fit.is_registered()).collect();
    let records: Vec<PairRecord> = fits.iter().filter_map(PairFit::decided).collect();
    let by = |feature| records.iter().filter(|record| record.feature == feature).count();
    let apart = |fit: &PairFit| {
        let (eyeball, ellipses) = (fit.record(Feature::Eyeball)?, fit.by_ellipses()?);
        Some((ellipses.dx_px - eyeball.dx_px).hypot(ellipses.dy_px - eyeball.dy_px))
    };
    let apart: Vec<f64> = fits.iter().filter_map(apart).collect();
    DriftReport {
        pairs: fits.len(),
        registration: feature_report(&labelled, |_| Feature::Eyeball),
        pupil: feature_report(&all, |_| Feature::Pupil),
        iris: feature_report(&all, |_| Feature::Iris),
        combined: feature_report(&all, PairFit::deciding_feature),
        by_registration: by(Feature::Eyeball),
        by_pupil: by(Feature::Pupil),
        witnesses_apart_px: Summary::of(&apart),
        records,
    }
}

fn feature_report(fits: &[&PairFit], feature: impl Fn(&PairFit) -> Feature) -> FeatureReport {
    let records: Vec<PairRecord> = fits.iter().filter_map(|fit| fit.record(feature(fit))).collect();
    // Count the refusals of the pairs that were not measured.
    let (mut failed_rendered, mut failed_refined) = (BTreeMap::new(), BTreeMap::new());
    for fit in fits.iter().filter(|fit| fit.record(feature(fit)).is_none()) {
        let [rendered, refined] = fit.failures(feature(fit));
        if let Some(reason) = rendered {
            *failed_rendered.entry(reason).or_insert(0) += 1;
        }
        if let Some(reason) = refined {
            *failed_refined.entry(reason).or_insert(0) += 1;
        }
    }
    let errors: Vec<[f64; 2]> =
        fits.iter().filter_map(|fit| fit.label_error(feature(fit))).collect();
    let standard_errors: Vec<f64> = records.iter().filter_map(|r| r.standard_error_px).collect();
    let near = records.iter().filter(|record| record.shift_px() <= YIELD_PX).count();
    let share = |count: usize| count as f64 / fits.len().max(1) as f64;
    FeatureReport {
        measured: records.len(),
        failed: fits.len() - records.len(),
        coverage: share(records.len()),
        within_yield: Some(share(near)),
        failed_rendered,
        failed_refined,
        shift: shift(&records),
        label_error: label_error(&errors),
        standard_error_px: Summary::of(&standard_errors),
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
