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
