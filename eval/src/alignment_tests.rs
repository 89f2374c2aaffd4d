#![allow(clippy::unwrap_used)]
use super::*;

/// Gaze on a grid that is denser on one side.
fn looked_at() -> Vec<Gaze> {
    (0..400)
        .map(|k| Gaze::from_degrees((k % 20) as f32 - 12.0, ((k / 20) as f32).powf(1.3) - 20.0))
        .collect()
}

fn moved(gaze: Gaze, pitch_deg: f32, yaw_deg: f32) -> Gaze {
    Gaze { pitch: gaze.pitch + pitch_deg.to_radians(), yaw: gaze.yaw + yaw_deg.to_radians() }
}

fn prior() -> Prior {
    Prior::of(looked_at()).unwrap()
}

fn degrees(rad: f64) -> f64 {
    rad.to_degrees()
}

fn close(a: Gaze, b: Gaze) -> bool {
    a.angle_to(b).to_degrees() < 1e-4
}

#[test]
fn a_constant_offset_is_recovered_exactly() {
    let predicted: Vec<_> = looked_at().iter().map(|&g| (moved(g, 3.0, -5.0), None)).collect();
    let alignment = align(prior(), &predicted, &AlignmentOptions::default()).unwrap();
    assert!((degrees(alignment.common.pitch_rad) + 3.0).abs() < 1e-5);
    assert!((degrees(alignment.common.yaw_rad) - 5.0).abs() < 1e-5);
    assert_eq!((alignment.common.pitch_scale, alignment.common.yaw_scale), (1.0, 1.0));
    for (truth, (gaze, _)) in looked_at().iter().zip(predicted) {
        assert!(close(alignment.apply(gaze, None), *truth));
    }
}

#[test]
fn a_scale_about_the_center_is_recovered_exactly_where_it_is_asked_for() {
    // Too near to the mean: 0.8 of pitch and 0.6 of yaw, and an offset.
    let shrunk = |g: Gaze| Gaze { pitch: 0.8 * g.pitch + 0.05, yaw: 0.6 * g.yaw - 0.1 };
    let predicted: Vec<_> = looked_at().into_iter().map(|g| (shrunk(g), None)).collect();
    let options = AlignmentOptions { scale: true, ..AlignmentOptions::default() };
    let alignment = align(prior(), &predicted, &options).unwrap();
    assert!((alignment.common.pitch_scale - 1.0 / 0.8).abs() < 1e-5);
    assert!((alignment.common.yaw_scale - 1.0 / 0.6).abs() < 1e-5);
    for (truth, (gaze, _)) in looked_at().iter().zip(&predicted) {
        assert!(close(alignment.apply(*gaze, None), *truth));
    }
    // Without it the spread stays.
    let plain = align(prior(), &predicted, &AlignmentOptions::default()).unwrap();
    let spread = |gazes: Vec<Gaze>| Prior::of(gazes).unwrap().yaw.quartiles_rad;
    let applied = predicted.iter().map(|(gaze, _)| plain.apply(*gaze, None)).collect();
    let before = spread(predicted.iter().map(|(gaze, _)| *gaze).collect());
    assert!((spread(applied) - before).abs() < 1e-6);
}

#[test]
fn a_scale_has_a_limit_and_predictions_that_are_all_alike_have_none() {
    let options = AlignmentOptions { scale: true, ..AlignmentOptions::default() };
    let with = |shrink: f32| {
        let predicted: Vec<_> = looked_at()
            .iter()
            .map(|g| (Gaze { pitch: shrink * g.pitch, yaw: shrink * g.yaw }, None))
            .collect();
        align(prior(), &predicted, &options).unwrap().common
    };
    assert_eq!(with(0.1).yaw_scale, SCALE_LIMIT);
    assert_eq!(with(0.0).yaw_scale, 1.0);
}

#[test]
fn a_person_with_enough_images_has_an_offset_of_their_own_and_others_the_common_one() {
    let mut predicted: Vec<(Gaze, Option<&str>)> = Vec::new();
    for gaze in looked_at() {
        predicted.push((moved(gaze, 1.0, 4.0), Some("often")));
        predicted.push((moved(gaze, 1.0, -4.0), Some("too")));
    }
    predicted.extend(looked_at().into_iter().take(49).map(|g| (moved(g, 20.0, 0.0), Some("rare"))));
    let alignment = align(prior(), &predicted, &AlignmentOptions::default()).unwrap();
    assert_eq!(alignment.people.keys().collect::<Vec<_>>(), ["often", "too"]);
    let gaze = Gaze::from_degrees(2.0, 3.0);
    assert!(close(alignment.apply(moved(gaze, 1.0, 4.0), Some("often")), gaze));
    assert!(close(alignment.apply(moved(gaze, 1.0, -4.0), Some("too")), gaze));
    let common = alignment.apply(gaze, None);
    for stranger in ["rare", "nobody"] {
        assert_eq!(alignment.apply(gaze, Some(stranger)), common);
    }
    let alike = AlignmentOptions { per_person: false, ..AlignmentOptions::default() };
    assert!(align(prior(), &predicted, &alike).unwrap().people.is_empty());
}

#[test]
fn closed_eyes_in_a_tenth_of_the_images_move_it_little() {
    let mut predicted: Vec<_> = looked_at().iter().map(|&g| (moved(g, 3.0, -5.0), None)).collect();
    let closed = (Gaze::from_degrees(-60.0, 0.0), None);
    predicted.iter_mut().step_by(10).for_each(|prediction| *prediction = closed);
    let alignment = align(prior(), &predicted, &AlignmentOptions::default()).unwrap();
    let off = degrees(alignment.common.pitch_rad) + 3.0;
    let by_the_mean = 0.1 * 60.0;
    assert!(off.abs() < 0.25 * by_the_mean, "{off}");
}

#[test]
fn predictions_that_are_not_finite_count_for_nothing_and_stay() {
    let bad = Gaze { pitch: f32::NAN, yaw: 0.0 };
    let mut predicted: Vec<_> = looked_at().iter().map(|&g| (moved(g, 3.0, -5.0), None)).collect();
    let without = align(prior(), &predicted, &AlignmentOptions::default()).unwrap();
    predicted.push((bad, None));
    let with = align(prior(), &predicted, &AlignmentOptions::default()).unwrap();
    assert_eq!((with.n_not_finite, with.common), (1, without.common));
    assert!(with.apply(bad, None).pitch.is_nan());
}

#[test]
fn too_few_images_are_an_error() {
    let predicted = vec![(Gaze::from_degrees(0.0, 0.0), None); LEAST_IMAGES - 1];
    let error = align(prior(), &predicted, &AlignmentOptions::default()).unwrap_err();
    assert!(error.to_string().contains("needs at least 10 and got 9"), "{error}");
    assert_eq!(Prior::of([]), None);
}
