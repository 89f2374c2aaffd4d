#![allow(clippy::unwrap_used)]
use super::*;
use crate::eye::eyeball::Hit;
use crate::eye::lamp::Lamp;
use crate::eye::{EyeConfig, Normal};
use crate::sample::PinholeCamera;
use crate::sample::{Ellipse, LID_POINTS, LightKind, Visibility};
use nalgebra::{Matrix3, Vector3};
use std::f64::consts::PI;

fn label(scene: &Scene) -> EyeLabel {
    of(scene, Extras::default())
}

/// The default eyes, seen by a camera with `zoom` times as many pixels.
fn scene(id: u64, zoom: f32) -> Scene {
    let mut config = EyeConfig::preset("mpiigaze").unwrap();
    let base = PinholeCamera::MPIIGAZE;
    config.camera = PinholeCamera {
        width: (60.0 * zoom) as u32,
        height: (45.0 * zoom) as u32,
        focal_px: base.focal_px * zoom,
        center_px: [30.0 * zoom, 22.0 * zoom],
    };
    Scene::draw(&config, 11, id)
}

/// Centroid and area of the pixels in which the tracer meets a disc of the iris plane.
fn mask(scene: &Scene, shift: f64, radius: f64, around: &Ellipse, per_px: usize) -> [f64; 3] {
    let reach = around.semi_major as f64 + 2.0;
    let [cx, cy] = around.center.map(|c| c as f64);
    let step = 1.0 / per_px as f64;
    let n = (2.0 * reach / step) as usize;
    let (mut sum, mut sum_x, mut sum_y) = (0.0, 0.0, 0.0);
    for j in 0..n {
        for i in 0..n {
            let pixel = [cx - reach + i as f64 * step, cy - reach + j as f64 * step];
            let hit = scene.eyeball.trace(scene.observer, scene.ray(pixel));
            if let Hit::Iris { x, y, .. } = hit
                && (x - shift).hypot(y) < radius
            {
                sum += 1.0;
                sum_x += pixel[0];
                sum_y += pixel[1];
            }
        }
    }
    [sum_x / sum, sum_y / sum, sum * step * step]
}

#[test]
fn ellipses_agree_with_what_the_tracer_sees() {
    for id in 0..10 {
        for (zoom, per_px, tolerance) in [(1.0, 12, 0.1), (640.0 / 60.0, 2, 0.05)] {
            let scene = scene(id, zoom);
            let e = scene.eyeball.clone();
            let label = label(&scene).geometry.unwrap();
            for (shift, radius, ellipse) in
                [(e.pupil_shift, e.pupil_radius, label.pupil), (0.0, e.iris_radius, label.iris)]
            {
                let [x, y, area] = mask(&scene, shift, radius, &ellipse, per_px);
                let [cx, cy] = ellipse.center.map(|c| c as f64);
                let off = (x - cx).hypot(y - cy);
                assert!(off < tolerance, "{id} at {zoom}: {off} px off for {ellipse:?}");
                let expected = PI * (ellipse.semi_major * ellipse.semi_minor) as f64;
                assert!((area / expected - 1.0).abs() < 0.01, "{id}: {area} {expected}");
            }
        }
    }
}

#[test]
fn lid_points_lie_where_the_opening_begins() {
    let (mut on, mut all) = (0, 0);
    for id in 0..30 {
        let scene = scene(id, 1.0);
        let label = label(&scene).geometry.unwrap();
        for k in 1..LID_POINTS - 1 {
            let (upper, lower) = (label.upper_lid[k], label.lower_lid[k]);
            let depth = |[x, y]: [f32; 2], down: f64| {
                let ray = scene.ray([x as f64, y as f64 + down]);
                let (x, v, _) = scene.surface(ray, f64::from(scene.face.lid_radius), 30);
                scene.lids.depths(x, v)
            };
            // Seen from far above, the upper lid's edge hides its margin, and likewise below.
            on += u32::from(depth(upper, 0.05).0 > 0.0 && depth(upper, -0.05).0 < 0.0);
            on += u32::from(depth(lower, -0.05).1 > 0.0 && depth(lower, 0.05).1 < 0.0);
            all += 2;
        }
        for k in [0, LID_POINTS - 1] {
            let ([x, y], [u, w]) = (label.upper_lid[k], label.lower_lid[k]);
            assert!((x - u).hypot(y - w) < 1e-3, "{id}: both margins end in the corners");
        }
    }
    assert!(on * 100 >= all * 85, "{on} of {all}");
}

/// One eye without any variety, looking and turned as given.
fn still(pitch: f64, yaw: f64, kappa: (f64, f64)) -> (Scene, EyeGeometry) {
    let mut config = EyeConfig::preset("clean").unwrap();
    let p = &mut config.pose;
    p.gaze_pitch_deg = Normal::always(pitch);
    p.gaze_yaw_deg = Normal::always(yaw);
    p.head_pitch_deg = Normal::always(0.0);
    p.head_yaw_deg = Normal::always(0.0);
    p.head_follows_gaze = 0.0;
    p.shift_right_mm = Normal::always(0.0);
    p.shift_down_mm = Normal::always(0.0);
    p.distance_mm = Normal::always(600.0);
    config.eyeball.kappa_nasal_deg = Normal::always(kappa.0);
    config.eyeball.kappa_up_deg = Normal::always(kappa.1);
    config.eyeball.pupil_nasal_mm = Normal::always(0.0);
    config.lids.blink_share = 0.0;
    let scene = Scene::draw(&config, 1, 2);
    let geometry = label(&scene).geometry.unwrap();
    (scene, geometry)
}

#[test]
fn positive_yaw_moves_the_iris_left_and_positive_pitch_up() {
    let center = |pitch, yaw| still(pitch, yaw, (0.0, 0.0)).1.iris.center;
    let ahead = center(0.0, 0.0);
    let (left, up) = (center(0.0, 10.0), center(10.0, 0.0));
    // 10 degrees at 1.6 px/mm and some 11 mm of lever.
    assert!((2.0..4.5).contains(&(ahead[0] - left[0])), "{ahead:?} {left:?}");
    assert!((2.0..4.5).contains(&(ahead[1] - up[1])), "{ahead:?} {up:?}");
    let right = center(0.0, -10.0);
    assert!((ahead[0] - left[0] + ahead[0] - right[0]).abs() < 0.1, "left as far as right");
}

#[test]
fn the_visual_axis_stands_nasally_of_and_above_the_optical_one() {
    // The nose is on the image's left, and yaw is positive to the left.
    let (scene, geometry) = still(0.0, 0.0, (5.0, 2.0));
    let (gaze, optical) = (scene.gaze, geometry.optical_axis);
    assert!(((gaze.yaw - optical.yaw).to_degrees() - 5.0).abs() < 0.1);
    assert!(((gaze.pitch - optical.pitch).to_degrees() - 2.0).abs() < 0.1);
    // So the eye that fixates the camera shows its iris temporally: on the right.
    let without = still(0.0, 0.0, (0.0, 0.0)).1;
    assert!(geometry.iris.center[0] > without.iris.center[0] + 1.0);
    assert!(geometry.upper_lid[0][0] < geometry.iris.center[0], "inner corner on the left");
}

#[test]
fn a_closed_eye_shows_no_pupil_and_an_open_one_does() {
    let open = still(0.0, 0.0, (0.0, 0.0)).1;
    assert!(open.pupil_visible > 0.9 && open.iris_visible > 0.6);
    assert!(open.iris_visible < open.pupil_visible);
    let mut config = EyeConfig::preset("clean").unwrap();
    config.lids.blink_share = 1.0;
    let least = (0..40)
        .map(|id| label(&Scene::draw(&config, 1, id)).geometry.unwrap().pupil_visible)
        .fold(1.0, f32::min);
    assert_eq!(least, 0.0);
}

#[test]
fn without_refraction_the_iris_projects_to_the_closed_form() {
    // Facing the camera, its rim is a circle at a known distance.
    let mut config = EyeConfig::preset("clean").unwrap();
    config.eyeball.refractive_index = 1.0;
    config.pose.gaze_pitch_deg = Normal::always(0.0);
    config.pose.gaze_yaw_deg = Normal::always(0.0);
    config.eyeball.kappa_nasal_deg = Normal::always(0.0);
    config.eyeball.kappa_up_deg = Normal::always(0.0);
    let geometry = label(&Scene::draw(&config, 4, 9)).geometry.unwrap();
    let z = geometry.pupil_center_mm[2];
    let expected = 960.0 * geometry.iris_radius_mm / z;
    assert!((geometry.iris.mean_radius() - expected).abs() < 0.01);
}

#[test]
fn rims_are_refracted_as_the_root_of_snell_s_law_says() {
    let config = EyeConfig::preset("wide").unwrap();
    for id in 0..200 {
        let scene = Scene::draw(&config, 3, id);
        let e = &scene.eyeball;
        let cornea = Cornea::new(e);
        for (radius, shift) in [(e.pupil_radius, e.pupil_shift), (e.iris_radius, 0.0)] {
            for k in 0..32 {
                let point = e.iris_point(shift, radius, k as f64 * 0.2);
                let expected = e.refracting_point(point, scene.observer);
                let error = (cornea.refracting_point(point, scene.observer) - expected).norm();
                assert!(error < 1e-9, "{id} {k}: {error} mm");
            }
        }
    }
}

#[test]
fn points_flags_and_both_conventions_agree_with_the_scene() {
    for id in 0..40 {
        let scene = scene(id, 1.0);
        let label = label(&scene);
        let (geometry, marks) = (label.geometry.unwrap(), label.landmarks.unwrap());
        // Rim points lie on the ellipse through them; all visible ones lie between the lids.
        for [x, y] in marks.pupil.at_px {
            assert!((geometry.pupil.relative_radius([x, y]) - 1.0).abs() < 0.01, "{id}");
        }
        if geometry.pupil_visible > 0.995 {
            assert!(marks.pupil.visibility.iter().all(|&f| f == Visibility::Visible), "{id}");
        }
        if geometry.pupil_visible == 0.0 {
            assert!(marks.pupil.visibility.iter().all(|&f| f == Visibility::Hidden), "{id}");
        }
        // The margin goes around the opening: corners first and in the middle.
        assert_eq!(marks.margin.at_px[0], geometry.upper_lid[0]);
        assert_eq!(marks.margin.at_px[8], marks.canthi.at_px[1]);
        assert_eq!(marks.margin.at_px[4], geometry.upper_lid[4]);
        assert_eq!(marks.margin.at_px[12], geometry.lower_lid[4]);
        // Without scale both normalised gazes would be the same; with it, z alone differs.
        let n = label.normalized.unwrap();
        let (a, b) = (n.gaze_2018.to_vector(), n.gaze_2015.to_vector());
        assert!((a.x / a.z * b.z / b.x - n.scale as f64).abs() < 1e-3, "{id}");
        // The normalised camera looks at the corners' middle, from 600 mm after scaling.
        let middle = (0..2).map(|k| {
            let [x, y] = marks.canthi.at_px[k].map(f64::from);
            scene.camera.unproject([x, y]) * marks.canthi.depth_mm[k] as f64
        });
        let middle = middle.sum::<Vector3<f64>>() * 0.5;
        let seen = Matrix3::from_row_slice(&n.rotation.map(f64::from)) * middle;
        assert!(seen.x.abs() < 1e-3 && seen.y.abs() < 1e-3, "{id}: {seen:?}");
        assert!((seen.z * n.scale as f64 - 600.0).abs() < 1e-2);
    }
}

#[test]
fn the_share_of_an_ellipse_is_that_of_its_visible_points() {
    for id in 0..60 {
        let scene = scene(id, 4.0);
        let geometry = label(&scene).geometry.unwrap();
        let (mut seen, mut all) = (0, 0);
        for j in 0..80 {
            for i in 0..80 {
                let e = &geometry.iris;
                let at = |k: i32| e.semi_major * (k as f32 / 40.0 - 0.9875);
                let point = [e.center[0] + at(i), e.center[1] + at(j)];
                if e.relative_radius(point) < 1.0 {
                    all += 1;
                    let ray = scene.ray(point.map(f64::from));
                    let (x, v, _) = scene.surface(ray, f64::from(scene.face.lid_radius), 30);
                    let (upper, lower) = scene.lids.depths(x, v);
                    seen += i32::from(upper > 0.0 && lower > 0.0);
                }
            }
        }
        let expected = seen as f32 / all as f32;
        let found = geometry.iris_visible;
        assert!((found - expected).abs() < 0.025, "{id}: {found} and {expected}");
    }
}

#[test]
fn lights_keep_their_order_and_mirror_in_the_cornea_alone() {
    let mut scene = scene(3, 1.0);
    let lamp = Lamp {
        place: [0.0; 4],
        color: [0.5, 0.2, 0.2],
        glint: [1.0; 3],
        half_size: 0.01,
        widen: 1.0,
        panes: 0,
        casts: false,
    };
    let at = |v: Vector3<f64>, w: f32| Lamp {
        place: [v.x as f32, v.y as f32, v.z as f32, w],
        ..lamp.clone()
    };
    let beside = scene.observer + Vector3::new(5.0, -5.0, 0.0);
    let behind = Vector3::z();
    scene.light.lamps = vec![at(scene.observer, 1.0), at(beside, 1.0), at(behind, 0.0)];
    let all = label(&scene).lights.unwrap();
    // A light in the camera's place is mirrored where the cornea faces the camera.
    let e = &scene.eyeball;
    let center = e.axis * e.cornea_center;
    let facing = center + (scene.observer - center).normalize() * e.cornea_radius;
    let [x, y] = scene.project(facing);
    assert!((f64::from(all[0].glint.at_px[0]) - x).abs() < 0.01);
    assert!((f64::from(all[0].glint.at_px[1]) - y).abs() < 0.01);
    assert_eq!((all[1].kind, all[1].power), (LightKind::Point, 0.5));
    // In camera space the second one stands beside the pinhole.
    assert!(Vector3::from(all[1].vector.map(f64::from)).norm() < 8.0);
    assert_eq!(all[2].kind, LightKind::Distant);
    assert_ne!(all[2].glint.visibility, Visibility::Visible, "a light behind the head");
}
