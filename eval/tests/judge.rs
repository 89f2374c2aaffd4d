//! The judge on pairs whose drift is known. `examples/qualify.rs` prints the whole table.
#![allow(clippy::unwrap_used, dead_code, missing_docs)]

#[path = "support/drawn_eye.rs"]
mod drawn_eye;
#[path = "support/qualification.rs"]
mod qualification;

use drawn_eye::{DrawnEye, Look};
use eval::drift::{DriftOptions, DriftReport, Pair, measure, measure_stream, of_pair};
use eval::{Error, FitFailure, FitOptions, fit_eye};
use qualification::{Known, direction, judge, known_drawn, known_rendered};
use rayon::prelude::*;
use simulator::eye::{EyeConfig, EyeSampler};
use simulator::sample::{Domain, Frame, SampleId};

fn drawn(eyes: u64, contrast: f64, look: Look, length_px: f64) -> Vec<Known> {
    (0..eyes)
        .into_par_iter()
        .map(|id| known_drawn(id, contrast, look, direction(id, length_px)))
        .collect()
}

fn pairs(known: &[Known]) -> Vec<Pair> {
    known.iter().map(|k| k.pair.clone()).collect()
}

#[test]
fn an_image_has_not_drifted_from_itself() {
    let known = drawn(30, 65.0, Look::Noise, 1.0);
    let same = known.iter().map(|k| (k.pair.0.clone(), k.pair.0.clone()));
    let report = measure(same, &DriftOptions::default()).unwrap();
    for by in [&report.pupil, &report.iris] {
        let shift = by.shift.as_ref().unwrap();
        assert_eq!((shift.length_px.max, shift.bias_px), (0.0, [0.0, 0.0]));
        assert_eq!((shift.radius_ratio.min, shift.radius_ratio.max), (1.0, 1.0));
    }
    let shift = report.registration.shift.unwrap();
    assert!(shift.length_px.max < 1e-3 && (shift.radius_ratio.max - 1.0).abs() < 1e-3);
    assert_eq!(report.registration.coverage, 1.0);
    assert_eq!(report.by_registration, report.pairs);
}

#[test]
fn the_null_test_reads_a_twentieth_of_a_pixel_and_no_bias() {
    let [_, pupil, iris, _] = judge(&drawn(40, 65.0, Look::Noise, 0.0), &DriftOptions::default());
    for score in [&pupil, &iris] {
        let error = score.error.as_ref().unwrap();
        assert!(error.mean < 0.08 && error.median < 0.06, "{error:?}");
        assert!(score.bias.iter().all(|b| b.abs() < 0.03), "{:?}", score.bias);
    }
    assert!(pupil.coverage > 0.8 && iris.coverage > 0.95);
}

#[test]
fn a_known_drift_is_followed_however_far_it_goes() {
    for length_px in [0.5, 2.0, 4.0] {
        let known = drawn(20, 65.0, Look::Noise, length_px);
        for score in judge(&known, &DriftOptions::default()) {
            let error = score.error.unwrap();
            assert!(error.mean < 0.12, "{length_px} px: {error:?}");
            assert!(score.coverage > 0.75, "{length_px} px: {}", score.coverage);
        }
    }
}

#[test]
fn another_look_is_not_taken_for_drift() {
    for look in [Look::Gamma, Look::Contrast, Look::Shading, Look::All] {
        for score in judge(&drawn(16, 65.0, look, 1.0), &DriftOptions::default()) {
            let error = score.error.unwrap();
            assert!(error.mean < 0.2, "{look:?}: {error:?}");
            assert!(score.bias.iter().all(|b| b.abs() < 0.1), "{look:?}: {:?}", score.bias);
        }
    }
}

#[test]
fn a_pupil_without_contrast_is_left_to_the_iris() {
    let known = drawn(30, 8.0, Look::Noise, 1.0);
    let report = measure(pairs(&known), &DriftOptions::default()).unwrap();
    assert!(report.pupil.coverage < 0.05, "{}", report.pupil.coverage);
    assert!(report.iris.coverage > 0.9);
    assert!(report.by_pupil <= 1);
    assert_eq!(report.combined.measured, report.records.len());
    let mean = report.combined.shift.unwrap().length_px.mean;
    // A pixel of 60 is 55/60 of a pixel of 55.
    assert!((mean - 55.0 / 60.0).abs() < 0.05, "{mean}");
}

#[test]
fn the_fitted_centre_is_the_label_s() {
    let [_, pupil, iris, _] = judge(&drawn(40, 65.0, Look::Noise, 0.0), &DriftOptions::default());
    assert!(pupil.label_error.unwrap().mean < 0.08);
    assert!(iris.label_error.unwrap().mean < 0.2);
}

#[test]
fn renders_are_judged_too_and_a_known_drift_is_followed() {
    let config = EyeConfig::preset("mpiigaze").unwrap();
    let rendered = EyeSampler::new(config, 5).unwrap().render_range(0..60);
    let known: Vec<Known> = rendered
        .iter()
        .map(|sample| known_rendered(sample, Look::Noise, direction(sample.id.0, 1.0)))
        .collect();
    let [_, _, _, combined] = judge(&known, &DriftOptions::default());
    let error = combined.error.unwrap();
    assert!(error.mean < 0.2 && error.median < 0.12, "{error:?}");
    assert!(combined.bias.iter().all(|b| b.abs() < 0.1), "{:?}", combined.bias);
    assert!(combined.coverage > 0.5, "{}", combined.coverage);
}

#[test]
fn the_iris_is_found_without_a_start_guess() {
    let mut off = Vec::new();
    for id in 0..30 {
        let eye = DrawnEye::random(id, 40.0);
        let sample = eye.sample(id, Domain::Synthetic, &eye.draw([0.0, 0.0]));
        if let Ok(iris) = fit_eye(&sample.frame, None, &FitOptions::default()).iris {
            off.push(iris.ellipse.center_distance(&eye.iris));
        }
    }
    off.sort_by(f32::total_cmp);
    assert!(off.len() >= 24, "{} found", off.len());
    assert!(off[off.len() / 2] < 0.3, "{off:?}");
}

#[test]
fn an_image_of_nothing_is_refused() {
    let flat = Frame::from_fn(60, 36, |_, _| 128);
    let fit = fit_eye(&flat, None, &FitOptions::default());
    assert!(fit.iris.is_err());
    assert_eq!(fit.pupil, Err(FitFailure::NoIris));
    // A start guess does not make up an eye either.
    let known = drawn(1, 65.0, Look::Same, 0.0);
    let geometry = known[0].pair.0.label.geometry.as_ref();
    let fit = fit_eye(&flat, geometry, &FitOptions::default());
    assert!(fit.iris.is_err() && fit.pupil.is_err());
}

#[test]
fn refusals_are_counted_by_image_and_reason() {
    let mut all = pairs(&drawn(4, 65.0, Look::Noise, 0.0));
    all[2].1.frame = Frame::from_fn(60, 36, |_, _| 128);
    let report = measure(all, &DriftOptions::default()).unwrap();
    assert_eq!((report.pairs, report.iris.failed), (4, 1));
    assert_eq!(report.iris.failed_refined.values().sum::<usize>(), 1);
    assert_eq!(report.iris.failed_rendered.values().sum::<usize>(), 0);
    assert!((report.iris.coverage - 0.75).abs() < 1e-12);
    assert!(report.records.iter().all(|record| record.id != SampleId(2)));
}

#[test]
fn a_pair_alone_reads_as_among_others_and_in_px_of_its_own_image() {
    let options = DriftOptions::default();
    let known = drawn(12, 65.0, Look::Noise, 2.0);
    let alone: Vec<_> = pairs(&known)
        .iter()
        .map(|(before, after)| {
            let geometry = before.label.geometry.as_ref();
            of_pair(before.id, &before.frame, &after.frame, geometry, &options).unwrap()
        })
        .collect();
    let report = measure(pairs(&known), &options).unwrap();
    assert!(alone.iter().flatten().eq(&report.records) && report.records.len() > 9);
    let record = report.records[0];
    assert!((record.shift_at_px(55) - record.shift_px()).abs() < 1e-12);
    assert!((record.shift_at_px(110) - 2.0 * record.shift_px()).abs() < 1e-12);
    let small = Frame::from_fn(20, 20, |_, _| 0);
    let error = of_pair(record.id, &known[0].pair.0.frame, &small, None, &options).unwrap_err();
    assert!(matches!(error, Error::MismatchedSizes { .. }), "{error}");
}

#[test]
fn mismatched_pairs_are_errors_that_name_both_sides() {
    let mut all = pairs(&drawn(3, 65.0, Look::Noise, 0.0));
    all[1].1.id = SampleId(77);
    let message = measure(all.clone(), &DriftOptions::default()).unwrap_err().to_string();
    assert!(message.contains("sample 1 ") && message.contains("sample 77"), "{message}");
    all[1].1.id = SampleId(1);
    all[2].1.frame = Frame::from_fn(55, 35, |_, _| 0);
    let message = measure(all, &DriftOptions::default()).unwrap_err().to_string();
    assert!(message.contains("60x36") && message.contains("55x35"), "{message}");
    assert!(measure([], &DriftOptions::default()).is_err());
    let broken = measure_stream([Err("the file ends early".into())], &DriftOptions::default());
    assert!(matches!(broken, Err(Error::Source { position: 0, .. })));
}

#[test]
fn a_report_survives_json_and_prints() {
    let report =
        measure(pairs(&drawn(6, 40.0, Look::Noise, 1.0)), &DriftOptions::default()).unwrap();
    let json = serde_json::to_string(&report).unwrap();
    // serde_json reads a number to within its last bit, so the text is compared with rounding.
    let back: DriftReport = serde_json::from_str(&json).unwrap();
    assert_eq!(back.summary(), report.summary());
    assert_eq!(back.records.len(), report.records.len());
    assert!(back.records.iter().zip(&report.records).all(|(a, b)| {
        (a.id, a.feature) == (b.id, b.feature) && (a.dx_px - b.dx_px).abs() < 1e-12
    }));
    let summary = report.summary();
    assert!(summary.contains("| combined | 6 (100.0 %) |"), "{summary}");
}

#[test]
fn a_report_from_before_the_registration_is_still_read() {
    let report =
        measure(pairs(&drawn(4, 40.0, Look::Noise, 1.0)), &DriftOptions::default()).unwrap();
    let mut old = serde_json::to_value(&report).unwrap();
    let top = old.as_object_mut().unwrap();
    for key in ["registration", "by_registration", "witnesses_apart_px"] {
        top.remove(key).unwrap();
    }
    let combined = top["combined"].as_object_mut().unwrap();
    for key in ["within_yield", "standard_error_px"] {
        combined.remove(key).unwrap();
    }
    let old: DriftReport = serde_json::from_value(old).unwrap();
    assert_eq!((old.registration.measured, old.combined.within_yield), (0, None));
    assert!(!old.summary().contains("| registration |"));
}

#[test]
fn the_yield_counts_the_pairs_that_moved_little_among_all() {
    let mut known = drawn(4, 65.0, Look::Noise, 0.3);
    known.extend(drawn(3, 65.0, Look::Noise, 1.0));
    let mut all = pairs(&known);
    all[0].1.frame = Frame::from_fn(60, 36, |_, _| 128);
    let report = measure(all, &DriftOptions::default()).unwrap();
    assert_eq!(report.combined.measured, 6);
    assert!((report.combined.within_yield.unwrap() - 3.0 / 7.0).abs() < 1e-12);
    assert_eq!((report.by_registration, report.by_pupil), (6, 0));
    assert!(report.witnesses_apart_px.unwrap().mean < 0.2);
}

#[test]
fn the_number_of_threads_does_not_matter() {
    let all = pairs(&drawn(12, 40.0, Look::All, 0.5));
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let alone = one.install(|| measure(all.clone(), &DriftOptions::default()).unwrap());
    assert_eq!(alone, measure(all, &DriftOptions::default()).unwrap());
}
