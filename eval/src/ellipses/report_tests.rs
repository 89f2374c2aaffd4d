//! What a report says of known ellipses.
#![allow(clippy::unwrap_used)]
use super::*;
use simulator::sample::Ellipse;

fn fitted(x: f32, y: f32, radius: f32) -> Result<FeatureFit, FitFailure> {
    let ellipse = Ellipse::new([x, y], radius, radius, 0.0);
    Ok(FeatureFit { ellipse, edges: 40, contrast: 50.0, residual_px: 0.5 })
}

fn known(x: f32, y: f32, radius: f32) -> Option<Known> {
    Some(Known::ellipse(Ellipse::new([x, y], radius, radius, 0.0)))
}

fn record(iris: Result<FeatureFit, FitFailure>, truth: Truth) -> EllipseRecord {
    let fit = EyeFit { pupil: Err(FitFailure::NoIris), iris };
    EllipseRecord { id: SampleId(0), size: (101, 51), fit, truth }
}

#[test]
fn errors_are_told_in_px_in_eye_widths_and_in_radii() {
    let truth = Truth { iris: known(50.0, 25.0, 10.0), pupil: None, eye_width_px: Some(110.0) };
    let records = [
        record(fitted(53.0, 29.0, 11.0), truth),
        record(fitted(50.0, 26.0, 10.0), truth),
        record(Err(FitFailure::Occluded), truth),
        record(fitted(9.0, 9.0, 9.0), Truth::default()),
    ];
    let report = summarize(&records);
    assert_eq!((report.iris.measured, report.iris.coverage), (3, 0.75));
    assert_eq!(report.iris.refused, BTreeMap::from([(FitFailure::Occluded, 1)]));
    let score = report.iris.score.as_ref().unwrap();
    assert_eq!((score.labelled, score.hidden), (3, 0));
    assert!((score.coverage - 2.0 / 3.0).abs() < 1e-12);
    assert_eq!(score.within, Some([1.0 / 3.0, 1.0 / 3.0, 2.0 / 3.0]));
    assert_eq!(score.middle_px.max, 0.0);
    let errors = score.errors.as_ref().unwrap();
    assert_eq!((errors.center_px.mean, errors.center_px.max), (3.0, 5.0));
    assert_eq!(errors.center_at_55_px.as_ref().unwrap().max, 2.5);
    assert_eq!(errors.center_of_radius.as_ref().unwrap().max, 0.5);
    assert_eq!(errors.bias_px, [1.5, 2.5]);
    assert!((errors.radius_px.as_ref().unwrap().mean - 0.5).abs() < 1e-6);
    // No pupil was found, so its centre is the iris's; nobody knows where it is.
    assert_eq!((report.pupil.measured, report.center.measured), (0, 3));
    assert_eq!((report.pupil.score, report.center.score), (None, None));
}

#[test]
fn what_lids_hide_is_counted_and_not_scored() {
    let hidden = known(50.0, 25.0, 10.0).map(|k| Known { visible: Some(0.1), ..k });
    let truth = Truth { iris: hidden, ..Truth::default() };
    let seen = Truth { iris: known(50.0, 25.0, 10.0), ..Truth::default() };
    let records = [record(fitted(0.0, 0.0, 5.0), truth), record(fitted(50.0, 25.0, 10.0), seen)];
    let report = summarize(&records);
    let score = report.iris.score.as_ref().unwrap();
    assert_eq!((score.labelled, score.hidden, score.hidden_measured), (1, 1, 1));
    assert_eq!(score.errors.as_ref().unwrap().center_px.max, 0.0);
    assert!(report.summary().contains("1 more are hidden by lids"), "{}", report.summary());
}

#[test]
fn a_marked_centre_has_no_radius_and_is_scored_by_the_iris_where_no_pupil_was_found() {
    let truth = Truth { pupil: Some(Known::center([50.0, 28.0])), ..Truth::default() };
    let report = summarize(&[record(fitted(50.0, 25.0, 10.0), truth)]);
    let errors = report.center.score.as_ref().unwrap().errors.as_ref().unwrap();
    assert_eq!((errors.center_px.median, errors.bias_px), (3.0, [0.0, -3.0]));
    assert!(errors.radius_px.is_none() && errors.center_of_radius.is_none());
    assert!(errors.center_at_55_px.is_none());
    assert_eq!(report.pupil.score.as_ref().unwrap().errors, None);
    assert_eq!(report.iris.score, None);
}
