#![allow(clippy::unwrap_used)]
use super::*;
use crate::seed;
use simulator::sample::Gaze;

/// The middle of a 60x36 px frame.
const MIDDLE: [f32; 2] = [29.5, 17.5];
/// How far the iris of the ball below stands from its middle where the gaze is square to the camera, px.
const RADIUS_PX: f32 = 12.0;

/// A ball seen from far away: a bright iris where the gaze leaves it.
fn ball(gaze: Gaze) -> Frame<u8> {
    let g = gaze.to_vector();
    let at = [MIDDLE[0] + RADIUS_PX * g.x as f32, MIDDLE[1] + RADIUS_PX * g.y as f32];
    Frame::from_fn(60, 36, |x, y| {
        let r2 = (x as f32 - at[0]).powi(2) + (y as f32 - at[1]).powi(2);
        (220.0 * (-r2 / 8.0).exp()) as u8
    })
}

/// The centroid of what is bright, px from the middle.
fn iris(frame: &Frame<u8>) -> [f32; 2] {
    let (mut sum, mut x_sum, mut y_sum) = (0.0, 0.0, 0.0);
    for (i, &level) in frame.pixels().iter().enumerate() {
        let level = f32::from(level);
        sum += level;
        x_sum += level * ((i % 60) as f32 - MIDDLE[0]);
        y_sum += level * ((i / 60) as f32 - MIDDLE[1]);
    }
    [x_sum / sum, y_sum / sum]
}

fn varied(augment: &GazeAugment, gaze: Gaze, draw: u64) -> (Frame<u8>, Vector3<f64>) {
    augment.varied(&ball(gaze), gaze.to_vector(), &mut seed::rng(5, "test", draw))
}

#[test]
fn a_turned_eye_looks_where_its_label_says() {
    let augment = GazeAugment { rotation_deg: 60.0, ..Default::default() };
    let mut most = 0.0f32;
    for (draw, pitch, yaw) in [(0, 20.0, 0.0), (1, 0.0, 25.0), (2, -15.0, 20.0), (3, 10.0, -30.0)] {
        let gaze = Gaze::from_degrees(pitch, yaw);
        let (frame, turned) = varied(&augment, gaze, draw);
        let at = iris(&frame);
        let off = (at[0] - RADIUS_PX * turned.x as f32).hypot(at[1] - RADIUS_PX * turned.y as f32);
        assert!(off < 0.15, "{off} px at {pitch}, {yaw}");
        assert!((turned.norm() - 1.0).abs() < 1e-12);
        assert_eq!(turned.z, gaze.to_vector().z);
        let before = iris(&ball(gaze));
        most = most.max((at[0] - before[0]).hypot(at[1] - before[1]));
    }
    assert!(most > 2.0, "nothing turned by more than {most} px");
}

#[test]
fn shift_and_size_move_the_eye_and_leave_the_label() {
    let gaze = Gaze::from_degrees(10.0, -20.0);
    let before = iris(&ball(gaze));
    let shift = GazeAugment { shift_px: 2.0, ..Default::default() };
    let scale = GazeAugment { scale: 0.1, ..Default::default() };
    let (mut least, mut most) = (f32::MAX, f32::MIN);
    for draw in 0..40 {
        let (frame, label) = varied(&shift, gaze, draw);
        assert_eq!(label, gaze.to_vector());
        let at = iris(&frame);
        let moved = [at[0] - before[0], at[1] - before[1]];
        assert!(moved.iter().all(|m| m.abs() < 2.1), "{moved:?}");
        assert!(moved[0].hypot(moved[1]) > 0.01);
        let (frame, label) = varied(&scale, gaze, draw);
        assert_eq!(label, gaze.to_vector());
        let times = iris(&frame)[0] / before[0];
        (least, most) = (least.min(times), most.max(times));
    }
    assert!(least > 0.89 && least < 0.93 && most > 1.07 && most < 1.11, "{least} to {most}");
}

#[test]
fn no_variation_is_the_frame_and_each_one_alone_changes_it() {
    let gaze = Gaze::from_degrees(5.0, 5.0);
    let none = GazeAugment::default();
    assert!(none.is_none());
    assert_eq!(varied(&none, gaze, 0), (ball(gaze), gaze.to_vector()));
    for one in [
        GazeAugment { shift_px: 1.0, ..none.clone() },
        GazeAugment { scale: 0.1, ..none.clone() },
        GazeAugment { rotation_deg: 5.0, ..none.clone() },
        GazeAugment { gamma: [0.5, 0.6], ..none.clone() },
        GazeAugment { shading: 0.3, ..none.clone() },
        GazeAugment { reflections: 50, ..none.clone() },
        GazeAugment { blur_px: 3.0, ..none.clone() },
        GazeAugment { noise: 9.0, ..none.clone() },
        GazeAugment { jpeg_quality: 20, ..none.clone() },
    ] {
        assert!(!one.is_none());
        assert_ne!(varied(&one, gaze, 0).0, ball(gaze), "{one:?}");
        assert_eq!(varied(&one, gaze, 0), varied(&one, gaze, 0));
        assert_ne!(varied(&one, gaze, 0).0, varied(&one, gaze, 1).0, "{one:?}");
    }
}

#[test]
fn beside_the_frame_its_border_goes_on() {
    let flat = Frame::from_fn(60, 36, |_, _| 90u8);
    let augment =
        GazeAugment { shift_px: 9.0, rotation_deg: 30.0, scale: 0.3, ..Default::default() };
    let ahead = Vector3::new(0.0, 0.0, -1.0);
    for draw in 0..20 {
        let (frame, _) = augment.varied(&flat, ahead, &mut seed::rng(5, "test", draw));
        assert_eq!(frame, flat);
    }
}

#[test]
fn a_number_out_of_range_is_named() {
    let ok = GazeAugment::default();
    for (augment, field) in [
        (GazeAugment { gamma: [1.4, 0.7], ..ok.clone() }, "augment.gamma"),
        (GazeAugment { scale: 1.0, ..ok.clone() }, "augment.scale"),
        (GazeAugment { shift_px: f32::NAN, ..ok.clone() }, "augment.shift_px"),
        (GazeAugment { noise: -1.0, ..ok.clone() }, "augment.noise"),
        (GazeAugment { jpeg_quality: 101, ..ok.clone() }, "augment.jpeg_quality"),
    ] {
        let message = augment.validate().unwrap_err().to_string();
        assert!(message.contains(field), "{message}");
    }
}
