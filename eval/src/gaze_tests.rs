#![allow(clippy::unwrap_used)]
use super::*;

fn pair(truth: (f32, f32), predicted: (f32, f32)) -> (Gaze, Gaze) {
    (Gaze::from_degrees(truth.0, truth.1), Gaze::from_degrees(predicted.0, predicted.1))
}

#[test]
fn errors_bias_and_shares_of_three_images() {
    let report = measure(&[
        pair((0.0, 0.0), (1.0, 0.0)),
        pair((0.0, 0.0), (0.0, -5.0)),
        pair((10.0, 20.0), (10.0, 20.0)),
    ])
    .unwrap();
    assert!((report.mean_deg.unwrap() - 2.0).abs() < 1e-5);
    assert!((report.median_deg.unwrap() - 1.0).abs() < 1e-5);
    assert!((report.bias_pitch_deg.unwrap() - 1.0 / 3.0).abs() < 1e-5);
    assert!((report.bias_yaw_deg.unwrap() + 5.0 / 3.0).abs() < 1e-5);
    assert!((report.share_within_deg(2).unwrap() - 2.0 / 3.0).abs() < 1e-12);
    assert_eq!(report.share_within_deg(30), Some(1.0));
    assert_eq!(report.share_within_deg(0), None);
}

fn about(person: &str, head_yaw_deg: f32) -> About {
    About { person: Some(person.into()), head_yaw_rad: Some(head_yaw_deg.to_radians()) }
}

#[test]
fn a_constant_offset_is_all_bias() {
    let truths = [(0.0, 0.0), (0.0, 8.0), (0.0, -7.0)];
    let report = measure(&truths.map(|t| pair(t, (t.0, t.1 + 5.0)))).unwrap();
    assert!((report.mean_deg.unwrap() - 5.0).abs() < 1e-4);
    assert!(report.error_without_bias_deg.unwrap() < 1e-4);
    assert_eq!((report.people, report.groups), (None, vec![]));
}

#[test]
fn people_and_heads_are_told_apart() {
    // Each person has an offset of their own: a +2, b -4, c +9 degrees of yaw; d is not finite.
    let pairs = [
        pair((0.0, 0.0), (0.0, 2.0)),
        pair((0.0, 5.0), (0.0, 7.0)),
        pair((0.0, 0.0), (0.0, -4.0)),
        pair((0.0, 3.0), (0.0, 12.0)),
        (Gaze::from_degrees(0.0, 0.0), Gaze { pitch: f32::NAN, yaw: 0.0 }),
        pair((0.0, 0.0), (0.0, 1.0)),
    ];
    let known = [about("a", 0.0), about("a", 15.0), about("b", 0.0), about("c", -15.0)];
    let known = [&known[..], &[about("d", 0.0)]].concat();
    let report = measure_about(&pairs, &known).unwrap();
    let people = report.people.unwrap();
    assert_eq!(people.of_image, [Some(0), Some(0), Some(1), Some(2), Some(3), None]);
    let means: Vec<_> = people.people.iter().map(|p| p.mean_deg.map(f64::round)).collect();
    assert_eq!(means, [Some(2.0), Some(4.0), Some(9.0), None]);
    assert!((people.people[1].bias_yaw_deg.unwrap() + 4.0).abs() < 1e-4);
    assert!(people.error_offset_per_person_deg.unwrap() < 1e-4);
    let interval = people.mean_interval_deg.unwrap();
    assert!(interval.low >= 2.0 - 1e-4 && interval.high <= 9.0 + 1e-4, "{interval:?}");
    let groups: Vec<_> = report.groups.iter().map(|g| (&g.name[..], g.images)).collect();
    assert_eq!(groups, [("frontal", 2), ("turned", 2)]);
    assert!((report.groups[1].mean_deg.unwrap() - 5.5).abs() < 1e-4);
    assert!((report.groups[1].error_without_bias_deg.unwrap() - 3.5).abs() < 1e-4);
}

#[test]
fn a_report_of_before_there_were_people_is_still_read() {
    let report = measure(&[pair((0.0, 0.0), (1.0, 0.0))]).unwrap();
    let mut old = serde_json::to_value(&report).unwrap();
    for new in ["error_without_bias_deg", "people", "groups"] {
        old.as_object_mut().unwrap().remove(new).unwrap();
    }
    let read: GazeReport = serde_json::from_value(old).unwrap();
    assert_eq!((read.mean_deg, read.error_without_bias_deg), (report.mean_deg, None));
}

#[test]
fn a_non_finite_prediction_is_counted_and_lowers_every_share() {
    let bad = (Gaze::from_degrees(0.0, 0.0), Gaze { pitch: f32::NAN, yaw: 0.0 });
    let report = measure(&[bad, pair((0.0, 0.0), (0.0, 0.0))]).unwrap();
    assert_eq!((report.n, report.n_not_finite), (2, 1));
    assert_eq!(report.mean_deg, Some(0.0));
    assert_eq!(report.share_within_deg(30), Some(0.5));
    assert_eq!(report.errors_deg[0], None);
    assert_eq!(measure(&[bad]).unwrap().mean_deg, None);
}

#[test]
fn a_non_finite_truth_and_an_empty_set_are_errors() {
    let bad = (Gaze { pitch: 0.0, yaw: f32::INFINITY }, Gaze::from_degrees(0.0, 0.0));
    assert!(measure(&[bad]).unwrap_err().to_string().contains("position 0"));
    assert!(measure(&[]).is_err());
}

#[test]
fn answering_the_mean_gaze_scores_exactly_the_reference() {
    let truths = [(0.0, 10.0), (0.0, -10.0), (0.0, 4.0), (0.0, -4.0)];
    let report = measure(&truths.map(|t| pair(t, (0.0, 0.0)))).unwrap();
    assert!((report.predict_mean_gaze_deg - 7.0).abs() < 1e-5);
    assert!((report.mean_deg.unwrap() - report.predict_mean_gaze_deg).abs() < 1e-5);
}
