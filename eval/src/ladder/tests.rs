#![allow(clippy::unwrap_used)]
use super::*;
use crate::gaze;
use crate::people::About;
use simulator::sample::Gaze;

/// Four people of ten images, whose errors are `error_deg` and somewhat more from person to person.
fn scored(error_deg: f32) -> GazeSeeds {
    let truth = Gaze::from_degrees(0.0, 0.0);
    let report = |seed: u64| {
        let pairs: Vec<_> = (0..40u64)
            .map(|i| {
                let error = error_deg + 0.1 * ((i * 7 + seed) % 5) as f32 + 0.2 * (i / 10) as f32;
                (truth, Gaze::from_degrees(0.0, error))
            })
            .collect();
        let about: Vec<_> = (0..40)
            .map(|i| About {
                person: Some(format!("p{}", i / 10)),
                head_yaw_rad: Some(if i % 2 == 0 { 0.0 } else { 0.26 }),
            })
            .collect();
        gaze::measure_about(&pairs, &about).unwrap()
    };
    GazeSeeds::new(vec![1, 2], vec![report(1), report(2)]).unwrap()
}

use Estimator::{Strong, Weak};
use TrainedOn::*;

#[test]
fn a_whole_ladder_has_a_step_for_each_change_and_advice_from_its_top() {
    let arm = Arm::new;
    let rows = [
        (arm(Weak, Renders), 9.0),
        (arm(Weak, RefinedCalibratedRenders), 7.0),
        (arm(Strong, Renders), 6.0),
        (arm(Strong, CalibratedRenders), 5.5),
        (arm(Strong, RefinedCalibratedRenders), 4.5),
        (arm(Strong, CalibratedRenders).aligned(), 4.4),
        (arm(Strong, RefinedCalibratedRenders).aligned(), 4.4),
        (arm(Strong, RealLabels), 3.0),
    ];
    let ladder = build(&rows.map(|(arm, error)| (arm, scored(error)))).unwrap();
    let steps: Vec<_> = ladder
        .steps
        .iter()
        .map(|s| (s.change, (10.0 * s.difference.difference).round() / 10.0, s.effect))
        .collect();
    let expected = [
        (Change::CalibrationAndRefinement, -2.0, Effect::Helps),
        (Change::StrongNetwork, -3.0, Effect::Helps),
        (Change::Calibration, -0.5, Effect::Helps),
        (Change::Refinement, -1.0, Effect::Helps),
        (Change::Alignment, -1.1, Effect::Helps),
        (Change::Alignment, -0.1, Effect::Helps),
        (Change::Refinement, 0.0, Effect::Undecided),
        (Change::RealLabels, -1.4, Effect::Helps),
    ];
    assert_eq!(steps, expected);
    // Refinement gave what alignment gives too, so there is no need of it.
    let advice = ladder.advice.unwrap();
    assert!(!advice.refine && advice.because.from.aligned && advice.because.to.aligned);
    assert!(ladder.steps.iter().all(|step| step.interval().1), "people are known");
}

#[test]
fn without_calibration_and_alignment_the_renders_are_the_baseline() {
    let rows = [
        (Arm::new(Weak, Renders), 9.0),
        (Arm::new(Weak, RefinedRenders), 9.5),
        (Arm::new(Strong, Renders), 6.0),
        (Arm::new(Strong, RefinedRenders), 5.0),
    ];
    let ladder = build(&rows.map(|(arm, error)| (arm, scored(error)))).unwrap();
    let changes: Vec<_> = ladder.steps.iter().map(|s| (s.change, s.effect)).collect();
    let expected = [
        (Change::Refinement, Effect::Harms),
        (Change::StrongNetwork, Effect::Helps),
        (Change::Refinement, Effect::Helps),
    ];
    assert_eq!(changes, expected);
    assert!(ladder.advice.unwrap().refine);

    // Alignment that harms makes no weaker baseline.
    let mut harmed = rows.to_vec();
    harmed.push((rows[2].0.aligned(), 7.0));
    harmed.push((rows[3].0.aligned(), 4.0));
    let scored = harmed.into_iter().map(|(arm, error)| (arm, scored(error))).collect::<Vec<_>>();
    let because = build(&scored).unwrap().advice.unwrap().because;
    assert_eq!((because.from, because.to), (rows[2].0, rows[3].0.aligned()));
}

#[test]
fn weak_rows_alone_give_no_advice() {
    let arm = |on| Arm::new(Weak, on);
    let ladder = build(&[(arm(Renders), scored(9.0)), (arm(RefinedRenders), scored(8.0))]).unwrap();
    assert_eq!((ladder.steps.len(), ladder.advice), (1, None));
}

#[test]
fn a_row_averages_over_seeds_and_tells_bias_people_and_heads() {
    let row = Row::of(Arm::new(Strong, RefinedRenders).aligned(), &scored(2.0));
    assert_eq!(row.name, "strong: refined, aligned");
    let mean = row.mean_deg.unwrap();
    assert!((mean.mean - 2.5).abs() < 1e-4 && mean.sd.unwrap() < 1e-4);
    assert!((row.bias_yaw_deg.unwrap() - 2.5).abs() < 1e-4);
    assert!(row.error_without_bias_deg.unwrap() < 0.3);
    assert!(row.error_offset_per_person_deg < row.error_without_bias_deg);
    let (images, people) = (row.interval_deg.unwrap(), row.interval_over_people_deg.unwrap());
    assert!(images.contains(2.5) && people.high - people.low > images.high - images.low);
    assert_eq!(row.groups.iter().map(|g| g.images).collect::<Vec<_>>(), [20, 20]);
}

#[test]
fn it_comes_back_from_json() {
    let ladder = build(&[(Arm::new(Weak, Renders), scored(9.0))]).unwrap();
    let json = serde_json::to_value(&ladder).unwrap();
    assert_eq!(json["ladder"][0]["trained_on"], "renders");
    assert_eq!(json["ladder"][0]["estimator"], "weak");
    let back: Ladder = serde_json::from_value(json).unwrap();
    assert_eq!(back.rows[0].arm, ladder.rows[0].arm);
}

#[test]
fn the_gap_is_what_real_images_cost_beyond_renders_of_the_same_kind() {
    let rows = [
        (Arm::new(Strong, Renders), 6.0),
        (Arm::new(Strong, CalibratedRenders), 5.0),
        (Arm::new(Strong, CalibratedRenders).aligned(), 4.5),
        (Arm::new(Strong, RefinedCalibratedRenders), 4.0),
    ];
    let mut ladder = build(&rows.map(|(arm, error)| (arm, scored(error)))).unwrap();
    assert_eq!(ladder.gap(), None);
    let calibrated = Arm::new(Strong, CalibratedRenders);
    ladder.note_own_kind(Arm::new(Strong, Renders), &[2.0]);
    ladder.note_own_kind(calibrated, &[3.0, 3.4]);
    let gap = ladder.gap().unwrap();
    assert_eq!((gap.arm, gap.on_renders_deg), (calibrated, 3.2));
    let row = ladder.rows.iter().find(|row| row.arm == calibrated).unwrap();
    assert_eq!(Some(gap.on_real_without_bias_deg), row.error_without_bias_deg);
    assert!((gap.left_deg() - (gap.on_real_without_bias_deg - 3.2)).abs() < 1e-12);
}
