//! Properties of whole poses.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::eye::{CameraMount, GazeFrame, Normal};

/// Middle of the corners from the eye's centre, as faces have it, mm.
const CORNERS: Vector3<f64> = Vector3::new(0.4, 2.6, -5.0);

fn pose(config: &EyeConfig, seed: u64, id: u64) -> (SampleIdentity, Pose) {
    let who = SampleIdentity::of(config, seed, id);
    let source = Source { config, seed, measured: None };
    let pose = Pose::draw(&source, &who, CORNERS);
    (who, pose)
}

fn pairs(change: impl FnOnce(&mut EyeConfig)) -> EyeConfig {
    let mut config = EyeConfig::default();
    config.pose.both_eyes = true;
    change(&mut config);
    config.check().unwrap();
    config
}

/// A point of camera space in the head's space, in the world as it is.
fn in_head(who: &SampleIdentity, pose: &Pose, point: Vector3<f64>) -> Vector3<f64> {
    let half = 0.5 * pose.interpupillary_mm.unwrap();
    let own = pose.camera_from_head.transpose() * (point - pose.eye_center_mm)
        + Vector3::new(half, 0.0, 0.0);
    if who.side == Side::Right { Vector3::new(-own.x, own.y, own.z) } else { own }
}

/// The shortest way between two lines (point, unit direction), mm.
fn gap(a: (Vector3<f64>, Vector3<f64>), b: (Vector3<f64>, Vector3<f64>)) -> f64 {
    let across = a.1.cross(&b.1);
    (b.0 - a.0).dot(&across).abs() / across.norm()
}

fn all_kinds() -> Vec<EyeConfig> {
    let mut kinds = Vec::new();
    for mount in [CameraMount::Room, CameraMount::Head] {
        for frame in [GazeFrame::Camera, GazeFrame::Head] {
            for frames in [0, 20] {
                kinds.push(pairs(|c| {
                    c.pose.camera_mount = mount;
                    c.pose.gaze_relative_to = frame;
                    c.pose.sequence_frames = frames;
                }));
            }
        }
    }
    kinds
}

#[test]
fn the_two_lines_of_sight_meet_in_the_target() {
    for config in all_kinds() {
        for k in 0..200 {
            let (l, left) = pose(&config, 5, 2 * k);
            let (r, right) = pose(&config, 5, 2 * k + 1);
            let line = |who: &SampleIdentity, pose: &Pose| {
                let eye = in_head(who, pose, pose.eye_center_mm);
                (eye, in_head(who, pose, pose.eye_center_mm + pose.visual_axis) - eye)
            };
            let (a, b) = (line(&l, &left), line(&r, &right));
            assert!(gap(a, b) < 1e-6, "{k}: {} mm apart", gap(a, b));
            let target = in_head(&l, &left, left.target_mm);
            assert!((target - in_head(&r, &right, right.target_mm)).norm() < 1e-6);
            for (eye, direction) in [a, b] {
                assert!(direction.cross(&(target - eye)).norm() < 1e-6, "passes through it");
            }
            // They stand the drawn distance apart and converge.
            assert!(((a.0 - b.0).norm() - left.interpupillary_mm.unwrap()).abs() < 1e-9);
            assert!(a.0.x > 0.0 && b.0.x < 0.0, "the left eye is on the image's right");
            let vergence = libm::atan2(a.1.cross(&b.1).norm(), a.1.dot(&b.1)).to_degrees();
            assert!((2.0..16.0).contains(&vergence), "{vergence} degrees");
        }
    }
}

#[test]
fn a_pair_shares_all_but_its_sides() {
    let config = pairs(|_| {});
    for k in 0..100 {
        let (l, left) = pose(&config, 5, 2 * k);
        let (_, right) = pose(&config, 5, 2 * k + 1);
        assert_eq!(l.partner, Some(2 * k + 1));
        assert_eq!(left.pupil_radius_mm, right.pupil_radius_mm);
        assert_eq!(left.age_years, right.age_years);
        assert_eq!(left.lid_closure, right.lid_closure);
        assert_eq!(left.corners_mm.z, right.corners_mm.z);
        assert_ne!(left.corners_mm.x, right.corners_mm.x, "each crop has its own shift");
        assert!((52.0..=76.0).contains(&left.interpupillary_mm.unwrap()));
    }
}

#[test]
fn the_cameras_of_a_normalised_pair_stand_in_one_place() {
    let config = pairs(|c| c.pose.distance_mm = Normal::always(600.0));
    for k in 0..50 {
        let place = |id| {
            let (who, pose) = pose(&config, 5, id);
            // Along the crop's line of sight, as far as the real camera is from this eye.
            let forward = pose.camera_from_head.transpose() * Vector3::z();
            let half = 0.5 * pose.interpupillary_mm.unwrap();
            let middle = Vector3::new(half, 0.0, 0.0);
            let away = forward
                * (middle.dot(&forward) + {
                    let b = middle.dot(&forward);
                    (b * b + 600.0 * 600.0 - half * half).sqrt()
                });
            let own = middle - away;
            if who.side == Side::Right { Vector3::new(-own.x, own.y, own.z) } else { own }
        };
        let (left, right) = (place(2 * k), place(2 * k + 1));
        assert!((left - right).norm() < 1e-6, "{left} {right}");
    }
}

#[test]
fn light_of_the_room_is_the_same_on_both_eyes() {
    for config in all_kinds() {
        for k in 0..20 {
            let (l, left) = pose(&config, 6, 2 * k);
            let (r, right) = pose(&config, 6, 2 * k + 1);
            let lamp = direction(30.0, 50.0);
            let seen = |who: &SampleIdentity, pose: &Pose| {
                let toward = pose.camera_from_room * lamp;
                in_head(who, pose, toward) - in_head(who, pose, Vector3::zeros())
            };
            assert!((seen(&l, &left) - seen(&r, &right)).norm() < 1e-12);
        }
    }
}

#[test]
fn an_eye_of_its_own_has_the_drawn_gaze_and_looks_at_its_target() {
    let mut config = EyeConfig::default();
    config.pose.gaze_pitch_deg = Normal::always(-11.0);
    config.pose.gaze_yaw_deg = Normal::always(7.0);
    config.pose.target_mm = Normal::always(500.0);
    for id in 0..50 {
        let (_, pose) = pose(&config, 1, id);
        let (pitch, yaw) = angles(pose.visual_axis);
        assert!((pitch + 11.0).abs() < 1e-9 && (yaw - 7.0).abs() < 1e-9);
        let to_target = pose.target_mm - pose.eye_center_mm;
        assert!((to_target - pose.visual_axis * 500.0).norm() < 1e-9);
        let corners = pose.eye_center_mm + pose.camera_from_head * CORNERS;
        assert!((corners - pose.corners_mm).norm() < 1e-9);
        assert_eq!(pose.camera_from_room, Matrix3::identity());
    }
}

#[test]
fn gaze_relative_to_the_head_ignores_where_the_camera_stands() {
    let mut config = EyeConfig::default();
    config.pose.gaze_relative_to = GazeFrame::Head;
    let in_head = |config: &EyeConfig, id| {
        let (_, pose) = pose(config, 1, id);
        (pose.camera_from_head.transpose() * pose.visual_axis, pose.gaze)
    };
    let mut turned = config.clone();
    turned.pose.head_pitch_deg = Normal::always(30.0);
    turned.pose.head_yaw_deg = Normal::always(-45.0);
    for id in 0..50 {
        let (a, b) = (in_head(&config, id), in_head(&turned, id));
        assert!((a.0 - b.0).norm() < 1e-12, "the same gaze in the head");
        assert!(a.1.angle_to(b.1) > 0.1, "another before the camera");
    }
}

#[test]
fn knobs_leave_alone_what_they_do_not_name() {
    let base = EyeConfig::default();
    let mut other = base.clone();
    other.pose.right_share = 0.0;
    other.pose.target_mm = Normal::always(400.0);
    other.pose.motion.saccade_share = 1.0;
    other.lids.blink_share = 1.0;
    other.pupil.luminance_log10_cd_m2 = Normal::always(0.0);
    for id in 0..50 {
        let (a, b) = (pose(&base, 4, id).1, pose(&other, 4, id).1);
        assert_eq!((a.gaze, a.head, a.eye_center_mm), (b.gaze, b.head, b.eye_center_mm));
        assert_eq!(a.age_years, b.age_years);
        assert_ne!(b.eye_velocity_rad_s, [0.0; 2]);
        assert!(b.lid_closure > 0.0);
    }
}

#[test]
fn velocity_is_the_change_of_gaze_from_frame_to_frame() {
    for both_eyes in [false, true] {
        let mut config = EyeConfig::default();
        config.pose.both_eyes = both_eyes;
        config.pose.sequence_frames = 4000;
        config.pose.frame_rate_hz = 4000.0;
        let eyes: u64 = if both_eyes { 2 } else { 1 };
        let mut fastest = 0.0f64;
        for eye in 0..eyes {
            let id = |frame: u64| eyes * (3 * 4000 + frame) + eye;
            let at: Vec<Pose> = (0..4000).map(|frame| pose(&config, 2, id(frame)).1).collect();
            for around in at.windows(3) {
                let change = around[2].visual_axis - around[0].visual_axis;
                let expected = turn::angular_velocity(around[1].visual_axis, change * 2000.0);
                for (v, e) in around[1].eye_velocity_rad_s.iter().zip(expected) {
                    assert!((v - e).abs() < 0.05 + 0.01 * e.abs(), "{v} {e}");
                    fastest = fastest.max(v.abs());
                }
            }
        }
        assert!(fastest > 2.0, "there is a saccade in a second: {fastest} rad/s");
    }
}

#[test]
fn a_frame_is_a_function_of_its_time_alone() {
    let at = |frames, rate, frame| {
        let mut config = EyeConfig::default();
        (config.pose.sequence_frames, config.pose.frame_rate_hz) = (frames, rate);
        let (_, p) = pose(&config, 2, frame);
        (p.visual_axis, p.head, p.eye_center_mm, p.pupil_radius_mm, p.lid_closure)
    };
    // Half a second in, at two frame rates: sequence 0 has the same events in both.
    assert_eq!(at(100, 30.0, 15), at(200, 120.0, 60));
    assert_ne!(at(100, 30.0, 15).0, at(100, 30.0, 16).0);
    assert_eq!(at(100, 30.0, 15).2, at(100, 30.0, 40).2, "the head keeps still");
}

#[test]
fn a_head_mounted_camera_stands_before_the_cornea_and_looks_up_at_it() {
    let config = EyeConfig::preset("near-eye-nir").unwrap();
    let (mut distance, mut height) = (0.0, 0.0);
    for id in 0..400 {
        let who = SampleIdentity::of(&config, 1, id);
        let source = Source { config: &config, seed: 1, measured: None };
        let pose = Pose::draw(&source, &who, Vector3::new(0.0, 2.8, -5.5));
        // Apex of the cornea of the eye that looks ahead, 13 mm before the eye's centre.
        let apex = pose.eye_center_mm - pose.camera_from_head.column(2) * 13.0;
        assert!((28.0..45.0).contains(&apex.norm()), "{id}: {apex}");
        let [x, y] = config.camera.project(apex);
        assert!((120.0..280.0).contains(&x) && (120.0..280.0).contains(&y), "{x} {y}");
        distance += apex.norm() / 400.0;
        height += (pose.head.pitch as f64).to_degrees() / 400.0;
    }
    assert!((distance - 36.0).abs() < 1.0, "{distance} mm from the apex");
    assert!((height - 30.0).abs() < 1.0, "tilted up {height} degrees");
}
