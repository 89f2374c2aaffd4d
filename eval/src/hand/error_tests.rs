#![allow(clippy::unwrap_used)]
use super::*;

fn at(x: f32, y: f32) -> JointPlace {
    JointPlace { px: [x, y], mm: Some([2.0 * x, 2.0 * y, 900.0]) }
}

fn pair(truth: &[JointPlace], predicted: &[JointPlace]) -> HandPair {
    HandPair { width_px: 112, truth: truth.to_vec(), predicted: predicted.to_vec() }
}

#[test]
fn means_medians_and_curves_of_two_hands() {
    // Off by 0, 5, 1 and 0 px of 112, twice that at 224 px, and by as many mm.
    let report = measure_pose(&[
        pair(&[at(1.0, 1.0), at(10.0, 10.0)], &[at(1.0, 1.0), at(13.0, 14.0)]),
        pair(&[at(5.0, 5.0), at(20.0, 20.0)], &[at(5.0, 4.0), at(20.0, 20.0)]),
    ])
    .unwrap();
    for errors in [report.px.as_ref().unwrap(), report.mm.as_ref().unwrap()] {
        assert_eq!((errors.joints.mean, errors.joints.median), (3.0, 1.0));
        assert_eq!(errors.by_joint, [Some(1.0), Some(5.0)]);
    }
    let curve = &report.px.as_ref().unwrap().curve;
    let read = [1.0, 2.0, 9.0, 10.0].map(|limit| curve.at(limit).unwrap());
    assert_eq!(read, [(0.5, 0.0), (0.75, 0.5), (0.75, 0.5), (1.0, 1.0)]);
    assert_eq!(report.mm.as_ref().unwrap().curve.at(8.0), Some((0.75, 0.5)));
    assert_eq!(curve.at(5.5), None);
    assert!(report.summary().contains("| estimator | 3.00 px | 1.00 px | 75.0 % in 5 px |"));
}

#[test]
fn the_paper_s_limits_and_nyu_s_are_read() {
    assert!([1.0, 5.0, 9.0].iter().all(|limit| LIMITS_PX.contains(limit)));
    assert!([20.0, 40.0, 80.0].iter().all(|limit| LIMITS_MM.contains(limit)));
}

#[test]
fn answering_the_mean_place_scores_exactly_the_reference() {
    let truth = [at(2.0, 8.0), at(6.0, 8.0)];
    let pairs = truth.map(|joint| pair(&[joint], &[at(4.0, 8.0)]));
    let report = measure_pose(&pairs).unwrap();
    assert_eq!(report.px.as_ref(), Some(&report.predict_mean_px));
    assert_eq!(report.predict_mean_px.joints.max, 4.0);
}

#[test]
fn a_prediction_that_is_no_number_is_counted_and_lies_within_no_limit() {
    let bad = JointPlace { px: [f32::NAN, 0.0], mm: None };
    let report = measure_pose(&[pair(&[at(1.0, 1.0), at(2.0, 2.0)], &[at(1.0, 1.0), bad])]);
    let report = report.unwrap();
    assert_eq!((report.n_not_finite, report.mm), (1, None));
    let errors = report.px.unwrap();
    assert_eq!((errors.joints.n, errors.curve.at(20.0)), (1, Some((0.5, 0.0))));
}

#[test]
fn what_cannot_be_compared_is_refused() {
    assert!(measure_pose(&[]).is_err());
    let message = |pair| measure_pose(&[pair]).unwrap_err().to_string();
    assert!(message(pair(&[at(1.0, 1.0)], &[])).contains("joints of one hand"));
    let bad = pair(&[at(f32::INFINITY, 1.0)], &[at(1.0, 1.0)]);
    assert!(message(bad).contains("position 0"));
}
