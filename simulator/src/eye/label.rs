//! The exact label of a scene.

use super::lids::Lids;
use super::scene::Scene;
use crate::sample::{Ellipse, EyeGeometry, EyeLabel, LID_POINTS};
use nalgebra::{Matrix5, Vector3, Vector5};
use std::f64::consts::{PI, TAU};

/// Points of a rim that an ellipse is fitted to.
const RIM_POINTS: usize = 40;

/// Points of a disc that visibility is counted on.
const DISC_POINTS: usize = 160;

/// Everything that is known of the scene.
pub(crate) fn of(scene: &Scene) -> EyeLabel {
    let e = &scene.eyeball;
    let pupil = rim(scene, e.pupil_shift, e.pupil_radius);
    let iris = rim(scene, 0.0, e.iris_radius);
    let mm = |p: Vector3<f64>| scene.to_camera(p).map(|c| c as f32).into();
    EyeLabel {
        gaze: Some(scene.gaze),
        subject: scene.subject.clone(),
        source: None,
        geometry: Some(EyeGeometry {
            optical_axis: scene.optical_axis,
            head: scene.head,
            eye_center_mm: mm(Vector3::zeros()),
            cornea_center_mm: mm(e.axis * e.cornea_center),
            pupil_center_mm: mm(e.pupil_center()),
            pupil_radius_mm: e.pupil_radius as f32,
            iris_radius_mm: e.iris_radius as f32,
            pupil_visible: visible(scene, &pupil),
            iris_visible: visible(scene, &iris),
            pupil,
            iris,
            upper_lid: margin(scene, |lids, place| lids.margins(place).0),
            lower_lid: margin(scene, |lids, place| lids.margins(place).1),
            camera: scene.camera,
        }),
    }
}

/// The image of a circle in the iris plane, through the cornea.
fn rim(scene: &Scene, shift: f64, radius: f64) -> Ellipse {
    let points: Vec<[f64; 2]> = (0..RIM_POINTS)
        .map(|k| {
            let angle = TAU * k as f64 / RIM_POINTS as f64;
            let point = scene.eyeball.iris_point(shift, radius, angle);
            scene.project(scene.eyeball.refracting_point(point, scene.observer))
        })
        .collect();
    fit_ellipse(&points)
}

/// The ellipse closest to points that lie on one but for the cornea's small aberration.
///
/// Least squares of a conic `a (x² - y²) + b xy + d x + e y + f = -y²`: the normalisation that the
/// coefficients of x² and y² sum to 1 does not turn with the axes and excludes no ellipse.
pub(crate) fn fit_ellipse(points: &[[f64; 2]]) -> Ellipse {
    // Centre and scale, so that the equations are well conditioned.
    let n = points.len() as f64;
    let mean = [0, 1].map(|k| points.iter().map(|p| p[k]).sum::<f64>() / n);
    let spread = points.iter().map(|p| (p[0] - mean[0]).hypot(p[1] - mean[1])).sum::<f64>() / n;
    // Solve the normal equations.
    let (mut matrix, mut right) = (Matrix5::zeros(), Vector5::zeros());
    for p in points {
        let (x, y) = ((p[0] - mean[0]) / spread, (p[1] - mean[1]) / spread);
        let row = Vector5::new(x * x - y * y, x * y, x, y, 1.0);
        matrix += row * row.transpose();
        right -= row * (y * y);
    }
    let k = matrix.lu().solve(&right).unwrap_or_else(Vector5::zeros);
    let (a, b, c, d, e, f) = (k[0], k[1], 1.0 - k[0], k[2], k[3], k[4]);
    // Read centre, axes and angle off the conic a x² + b xy + c y² + d x + e y + f = 0.
    let det = 4.0 * a * c - b * b;
    let (x, y) = ((b * e - 2.0 * c * d) / det, (b * d - 2.0 * a * e) / det);
    let level = -(f + 0.5 * (d * x + e * y));
    let (mid, swing) = (0.5 * (a + c), 0.5 * (a - c).hypot(b));
    let axis = |curvature: f64| (spread * (level / curvature).sqrt()) as f32;
    let angle = 0.5 * b.atan2(a - c); // of the steepest direction, which is the minor axis
    Ellipse::new(
        [(mean[0] + spread * x) as f32, (mean[1] + spread * y) as f32],
        axis(mid + swing),
        axis(mid - swing),
        angle as f32,
    )
}

/// Share of an ellipse that is seen between the lids.
fn visible(scene: &Scene, ellipse: &Ellipse) -> f32 {
    let golden = PI * (3.0 - 5f64.sqrt());
    let mut seen = 0;
    let mut guess = scene.face.lid_radius;
    for k in 0..DISC_POINTS {
        // A sunflower's points stand for equal areas.
        let r = ((k as f64 + 0.5) / DISC_POINTS as f64).sqrt();
        let rim = ellipse.point((k as f64 * golden) as f32);
        let [cx, cy] = ellipse.center;
        let pixel = [cx as f64 + r * (rim[0] - cx) as f64, cy as f64 + r * (rim[1] - cy) as f64];
        let (x, v, height) = scene.surface(scene.ray(pixel), guess, 3);
        guess = height;
        let (upper, lower) = scene.lids.depths(x, v);
        seen += usize::from(upper > 0.0 && lower > 0.0);
    }
    seen as f32 / DISC_POINTS as f32
}

/// Points of a margin from the inner to the outer corner, px.
fn margin(scene: &Scene, height: impl Fn(&Lids, f64) -> f64) -> [[f32; 2]; LID_POINTS] {
    std::array::from_fn(|k| {
        let place = k as f64 / (LID_POINTS - 1) as f64;
        let (x, v) = (scene.lids.x(place), height(&scene.lids, place));
        let point = Vector3::new(x, -v, -scene.face.height(&scene.lids, x, v));
        scene.project(point).map(|c| c as f32)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::eye::eyeball::Hit;
    use crate::eye::{EyeConfig, Normal};
    use crate::sample::PinholeCamera;

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
                let label = of(&scene).geometry.unwrap();
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
        for id in 0..30 {
            let scene = scene(id, 1.0);
            let label = of(&scene).geometry.unwrap();
            for k in 1..LID_POINTS - 1 {
                let (upper, lower) = (label.upper_lid[k], label.lower_lid[k]);
                let depth = |[x, y]: [f32; 2], down: f64| {
                    let ray = scene.ray([x as f64, y as f64 + down]);
                    let (x, v, _) = scene.surface(ray, scene.face.lid_radius, 30);
                    scene.lids.depths(x, v)
                };
                assert!(depth(upper, 0.05).0 > 0.0 && depth(upper, -0.05).0 < 0.0, "{id} {k}");
                assert!(depth(lower, -0.05).1 > 0.0 && depth(lower, 0.05).1 < 0.0, "{id} {k}");
            }
            assert_eq!(label.upper_lid[0], label.lower_lid[0]);
            assert_eq!(label.upper_lid[LID_POINTS - 1], label.lower_lid[LID_POINTS - 1]);
        }
    }

    #[test]
    fn a_conic_fit_gives_an_ellipse_back() {
        for orientation in [0.0, 0.5, 1.57, 2.4] {
            let ellipse = Ellipse::new([31.0, 14.5], 6.0, 4.5, orientation);
            let points: Vec<[f64; 2]> =
                (0..20).map(|k| ellipse.point(k as f32 * 0.31).map(|c| c as f64)).collect();
            let fit = fit_ellipse(&points);
            assert!(fit.center_distance(&ellipse) < 1e-4);
            assert!((fit.semi_major - 6.0).abs() < 1e-4 && (fit.semi_minor - 4.5).abs() < 1e-4);
            let turn = (fit.orientation - ellipse.orientation).abs();
            assert!(turn < 1e-3 || (turn - PI as f32).abs() < 1e-3, "{orientation}: {fit:?}");
        }
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
        let geometry = of(&scene).geometry.unwrap();
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
            .map(|id| of(&Scene::draw(&config, 1, id)).geometry.unwrap().pupil_visible)
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
        let geometry = of(&Scene::draw(&config, 4, 9)).geometry.unwrap();
        let z = geometry.pupil_center_mm[2];
        let expected = 960.0 * geometry.iris_radius_mm / z;
        assert!((geometry.iris.mean_radius() - expected).abs() < 0.01);
    }
}
