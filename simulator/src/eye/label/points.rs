//! Points in the image, and the ellipses through them.

use super::circle::CIRCLE;
use super::conic::fit_ellipse;
use super::cornea::Cornea;
use super::opening::Opening;
use crate::eye::scene::Scene;
use crate::sample::{
    CARUNCLE_POINTS, Ellipse, LID_POINTS, Landmarks, MARGIN_POINTS, Points, RIM_POINTS, Visibility,
};
use nalgebra::Vector3;

/// An opening that is less high than this, mm, shows no caruncle.
const CLOSED_MM: f64 = 0.4;

/// A rim in the iris plane, through the cornea and without it.
pub(super) struct Rim {
    pub apparent: Points<RIM_POINTS>,
    pub geometric: Points<RIM_POINTS>,
    pub apparent_ellipse: Ellipse,
    pub geometric_ellipse: Ellipse,
}

impl Rim {
    /// The circle of this radius around (`shift`, 0) in the iris plane.
    pub(super) fn new(
        scene: &Scene,
        opening: &Opening,
        cornea: &Cornea,
        shift: f64,
        radius: f64,
    ) -> Self {
        let e = &scene.eyeball;
        let center = e.axis * e.iris_plane + e.temporal * shift;
        let (right, down) = (e.temporal * radius, e.down * radius);
        let (mut apparent, mut geometric) = (BLANK, BLANK);
        let (mut seen, mut bare) = ([[0.0; 2]; RIM_POINTS], [[0.0; 2]; RIM_POINTS]);
        for (k, [cos, sin]) in CIRCLE.iter().enumerate() {
            let point = center + right * *cos + down * *sin;
            let surface = cornea.refracting_point(point, scene.observer);
            let depth = scene.to_camera(point).z as f32;
            (seen[k], bare[k]) = (scene.project(surface), scene.project(point));
            // Beyond the limbus the cornea is not clear.
            let clear = surface.dot(&e.axis) > e.limbus_plane;
            let visibility = match opening.behind(seen[k]) {
                Visibility::Visible if !clear => Visibility::Hidden,
                other => other,
            };
            apparent.set(k, seen[k], depth, visibility);
            let bare_visibility = match (opening.behind(bare[k]), clear) {
                (Visibility::Visible, false) => Visibility::Hidden,
                (other, _) => other,
            };
            geometric.set(k, bare[k], depth, bare_visibility);
        }
        Self {
            apparent,
            geometric,
            apparent_ellipse: fit_ellipse(&seen),
            geometric_ellipse: fit_ellipse(&bare),
        }
    }
}

const BLANK: Points<RIM_POINTS> = blank();

const fn blank<const N: usize>() -> Points<N> {
    Points { at_px: [[0.0; 2]; N], depth_mm: [0.0; N], visibility: [Visibility::Hidden; N] }
}

impl<const N: usize> Points<N> {
    fn set(&mut self, k: usize, px: [f64; 2], depth_mm: f32, visibility: Visibility) {
        self.at_px[k] = px.map(|c| c as f32);
        self.depth_mm[k] = depth_mm;
        self.visibility[k] = visibility;
    }
}

/// Points of the face.
fn on_face<const N: usize>(
    scene: &Scene,
    opening: &Opening,
    point: impl Fn(usize) -> Vector3<f64>,
) -> Points<N> {
    let mut points = blank::<N>();
    for k in 0..N {
        let point = point(k);
        let px = scene.project(point);
        let depth = scene.to_camera(point).z as f32;
        points.set(k, px, depth, opening.on_face(point, px));
    }
    points
}

/// All landmarks.
pub(super) fn landmarks(scene: &Scene, opening: &Opening, pupil: &Rim, iris: &Rim) -> Landmarks {
    let (upper, lower) = (&opening.upper.points, &opening.lower.points);
    let half = MARGIN_POINTS / 2;
    let step = (upper.len() - 1) / half;
    let (inner, outer) = (upper[0], upper[upper.len() - 1]);
    Landmarks {
        pupil: pupil.apparent,
        iris: iris.apparent,
        iris_geometric: iris.geometric,
        margin: on_face(scene, opening, |k| match k.checked_sub(half) {
            None => upper[k * step],
            Some(0) => outer,
            Some(back) => lower[(half - back) * step],
        }),
        caruncle: caruncle(scene, opening),
        canthi: on_face(scene, opening, |k| [inner, outer][k]),
    }
}

/// The caruncle fills the inner corner as far as the margins are parted slowly.
fn caruncle(scene: &Scene, opening: &Opening) -> Points<CARUNCLE_POINTS> {
    let lids = &scene.lids;
    let width = lids.x(1.0) - lids.x(0.0);
    let end = (f64::from(lids.caruncle) / width).min(0.4);
    let corner = (CARUNCLE_POINTS / 2) as f64;
    let mut points = on_face(scene, opening, |k| {
        let place = end * (k as f64 - corner).abs() / corner;
        let (upper, lower) = lids.margins(place);
        let (x, v) = (lids.x(place), if (k as f64) < corner { upper } else { lower });
        Vector3::new(x, -v, -scene.face.height(lids, x, v))
    });
    let (upper, lower) = lids.margins(end);
    if upper - lower < CLOSED_MM {
        points.visibility = points.visibility.map(|flag| match flag {
            Visibility::Visible => Visibility::Hidden,
            other => other,
        });
    }
    points
}

/// Points of one margin, px.
pub(super) fn margin(scene: &Scene, points: &[Vector3<f64>]) -> [[f32; 2]; LID_POINTS] {
    let step = (points.len() - 1) / (LID_POINTS - 1);
    std::array::from_fn(|k| scene.project(points[k * step]).map(|c| c as f32))
}
