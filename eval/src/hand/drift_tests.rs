#![allow(clippy::unwrap_used)]
use super::*;
use simulator::sample::{DepthCamera, Domain, HandShape, SampleId};

const CAMERA: DepthCamera = DepthCamera { focal_px: [224.0, 224.0], center_px: [55.5, 55.5] };
const RADIUS_MM: f32 = 9.0;

/// Balls in front of a camera, 112 px wide: every joint is the centre of one.
fn balls(dx: i64, change_mm: i64, visible: bool) -> Sample<Hand> {
    let places: [[f32; 3]; 21] = std::array::from_fn(|i| {
        let (column, row) = ((i % 7) as f32, (i / 7) as f32);
        [20.0 * (column - 3.0), 40.0 * (row - 1.0), 800.0 + 5.0 * column]
    });
    let visibility = visible.then_some(JointVisibility::Visible);
    let joints = places.map(|place_mm| Joint { place_mm, visibility });
    let centers = joints.map(|joint| joint.uvd(&CAMERA));
    let frame = Frame::from_fn(112, 112, |x, y| {
        let depth_of = |center: &[f32; 3]| {
            let mm = center[2] / 224.0;
            let [x, y] = [x as f32 - dx as f32 - center[0], y as f32 - center[1]].map(|d| d * mm);
            let square = RADIUS_MM * RADIUS_MM - x * x - y * y;
            (square >= 0.0).then(|| center[2] - square.sqrt())
        };
        let nearest = centers.iter().filter_map(depth_of).min_by(f32::total_cmp);
        nearest.map_or(0, |mm| (mm.round() as i64 + change_mm) as u16)
    });
    let label = HandLabel {
        camera: Some(CAMERA),
        joints_common: Some(joints),
        shape: Some(HandShape {
            length_mm: 180.0,
            breadth_mm: 80.0,
            bones_mm: [0.0; 20],
            radii_mm: [RADIUS_MM; 21],
        }),
        ..HandLabel::default()
    };
    Sample { id: SampleId(3), domain: Domain::Synthetic, frame, label }
}

fn drift(rendered: Sample<Hand>, refined: Sample<Hand>) -> Result<HandDriftReport, Error> {
    measure_drift([(rendered, refined)], &HandDriftOptions::default())
}

#[test]
fn an_unchanged_image_has_no_drift_and_every_joint_behind_its_surface() {
    let report = drift(balls(0, 0, true), balls(0, 0, true)).unwrap();
    let silhouette = report.silhouette.as_ref().unwrap();
    assert_eq!((silhouette.shift_px.max, silhouette.contour_px.max), (0.0, 0.0));
    let joints = report.joints.as_ref().unwrap();
    assert_eq!((joints.measured, joints.lost, joints.change_mm.max), (21, 0.0, 0.0));
    let behind = report.behind.as_ref().unwrap();
    assert_eq!((behind.joints, behind.rendered, behind.refined), (21, 1.0, 1.0));
    let json = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<HandDriftReport>(&json).unwrap(), report);
}

#[test]
fn a_shift_of_two_pixels_is_four_at_224() {
    let report = drift(balls(0, 0, true), balls(2, 0, true)).unwrap();
    let silhouette = report.silhouette.unwrap();
    assert!((silhouette.bias_px[0] - 4.0).abs() < 0.1, "{silhouette:?}");
    assert!(silhouette.bias_px[1].abs() < 0.1 && silhouette.contour_px.mean > 1.0);
}

#[test]
fn a_surface_that_recedes_by_ten_mm_takes_the_joints_out_of_their_radius() {
    let report = drift(balls(0, 0, true), balls(0, 10, true)).unwrap();
    let joints = report.joints.as_ref().unwrap();
    assert_eq!((joints.bias_mm, joints.change_mm.mean), (10.0, 10.0));
    let behind = report.behind.as_ref().unwrap();
    assert_eq!((behind.rendered, behind.refined), (1.0, 0.0));
    assert_eq!(report.coverage_of_measurable(), 0.0, "though the outline is where it was");
    let text = report.summary();
    assert!(text.contains("changed by 10.0 mm (bias +10.0), 0.0 % lost"), "{text}");
}

#[test]
fn joints_where_nothing_is_any_more_are_lost() {
    let mut refined = balls(0, 0, true);
    let frame = &refined.frame;
    refined.frame = Frame::from_fn(112, 112, |x, y| if y < 56 { 0 } else { frame.get(x, y) });
    let report = drift(balls(0, 0, true), refined).unwrap();
    let joints = report.joints.clone().unwrap();
    // The upper row of seven is gone; of the middle row, at 55.5, rounding up keeps what is below.
    assert_eq!((joints.measured, joints.lost), (14, 7.0 / 21.0));
    assert!((report.coverage_of_measurable() - 14.0 / 21.0).abs() < 1e-12);
    assert!(report.silhouette.unwrap().area_ratio.mean < 0.6);
}

#[test]
fn where_nothing_can_be_measured_there_is_no_report() {
    let blank = |visible| {
        let sample = balls(0, 0, visible);
        Sample { frame: Frame::from_fn(112, 112, |_, _| 0), ..sample }
    };
    let message = drift(blank(true), blank(true)).unwrap_err().to_string();
    assert!(message.contains("visible joints"), "{message}");
    let unseen = drift(balls(0, 0, false), balls(0, 0, false)).unwrap();
    assert!(unseen.joints.is_none() && unseen.behind.is_none() && unseen.silhouette.is_some());
    let other = Sample { id: SampleId(4), ..balls(0, 0, true) };
    assert!(drift(balls(0, 0, true), other).is_err());
    let options = HandDriftOptions { radius_tolerance_mm: 0.0 };
    assert!(measure_drift([(balls(0, 0, true), balls(0, 0, true))], &options).is_err());
}

#[test]
fn the_outline_of_one_pair_is_as_far_away_as_the_report_says() {
    let (before, after) = (balls(0, 0, false), balls(3, 0, false));
    let report = measure_drift([(before.clone(), after.clone())], &HandDriftOptions::default());
    let report = report.unwrap();
    let px = contour_px(before.id, &before.frame, &after.frame).unwrap().unwrap();
    assert!((2.0 * px - report.silhouette.as_ref().unwrap().contour_px.mean).abs() < 1e-12);
    assert_eq!(report.coverage_of_measurable(), 1.0);
    let nothing = Frame::from_fn(112, 112, |_, _| 0);
    assert_eq!(contour_px(before.id, &before.frame, &nothing).unwrap(), None);
    assert!(contour_px(before.id, &before.frame, &Frame::from_fn(2, 2, |_, _| 1)).is_err());
}
