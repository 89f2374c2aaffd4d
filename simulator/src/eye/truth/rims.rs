//! Labelled pupils, irises and lids against rendered ones.

use super::coverage::{Thing, finer, moments, through, wide_open, window};
use crate::eye::config::EyeConfig;
use crate::eye::label::{self, Extras};
use crate::eye::pose::Source;
use crate::eye::render::{class, picture};
use crate::eye::scene::Scene;
use crate::sample::{RIM_POINTS, Visibility};

/// How far labelled rims are from rendered ones.
#[derive(Debug, Clone, Copy)]
pub struct RimErrors {
    /// Distance of the centres, px: pupil, and iris.
    pub center_px: [f64; 2],
    /// Largest difference of the half axes, px.
    pub axis_px: [f64; 2],
    /// Whether all of the rim is seen: beyond the limbus, seen from far aside, the cornea is not clear.
    pub whole: [bool; 2],
}

/// Renders sample `id` of these settings with its lids wide open and `zoom` times as many pixels, and
/// compares the shares of pixels that pupil and iris cover with the label's ellipses.
pub fn rims(config: &EyeConfig, seed: u64, id: u64, zoom: f32) -> RimErrors {
    let mut scene = Scene::of(&Source { config, seed, measured: None }, id);
    wide_open(&mut scene);
    let camera = finer(scene.camera, zoom);
    let scene = through(&scene, camera);
    let (mut center_px, mut axis_px) = ([0.0; 2], [0.0; 2]);
    let label = label::of(&scene, Extras::default());
    let (Some(geometry), Some(marks)) = (label.geometry, label.landmarks) else {
        return RimErrors { center_px: [f64::NAN; 2], axis_px: [f64::NAN; 2], whole: [false; 2] };
    };
    let seen = |flags: [Visibility; RIM_POINTS]| flags.iter().all(|&f| f != Visibility::Hidden);
    let whole = [seen(marks.pupil.visibility), seen(marks.iris.visibility)];
    let things = [(Thing::Pupil, geometry.pupil), (Thing::Iris, geometry.iris)];
    for (k, (thing, ellipse)) in things.into_iter().enumerate() {
        let (crop, first) = window(camera, ellipse.center, ellipse.semi_major + 3.0);
        let seen = moments(&through(&scene, crop), thing);
        let off = |axis: usize| seen.center[axis] + (first[axis] - ellipse.center[axis]) as f64;
        center_px[k] = off(0).hypot(off(1));
        let major = (seen.semi_major - ellipse.semi_major as f64).abs();
        axis_px[k] = major.max((seen.semi_minor - ellipse.semi_minor as f64).abs());
    }
    RimErrors { center_px, axis_px, whole }
}

/// How far landmarks lie from the boundary that they mark in the rendered mask, px; positive where the
/// marked thing ends short of its landmark.
#[derive(Debug, Clone, Default)]
pub struct LandmarkErrors {
    /// Points of both lid margins, without the corners.
    pub lids_px: Vec<f64>,
    /// Points of the pupil's rim, lids wide open.
    pub pupil_px: Vec<f64>,
    /// Points of the iris's rim, lids wide open.
    pub iris_px: Vec<f64>,
}

/// Radius of the disc around a landmark within which the mask is looked at, px of the picture, and as a
/// share of a rim's radius: in a disc this small the rim is nearly straight.
const REACH_PX: f32 = 1.5;
const REACH_SHARE: f32 = 0.1;

/// Compares landmarks of sample `id` with the mask, `zoom` times as many pixels: each lies on a
/// boundary if half of the disc around it is on either side. The masks are rendered `finer_by` times finer.
pub fn landmarks(
    config: &EyeConfig,
    seed: u64,
    id: u64,
    zoom: f32,
    finer_by: f32,
) -> LandmarkErrors {
    let scene = Scene::of(&Source { config, seed, measured: None }, id);
    let camera = finer(scene.camera, zoom);
    let mut scene = through(&scene, camera);
    scene.hair_opacity = 0.0;
    let mut errors = LandmarkErrors::default();
    let eye = [class::SCLERA, class::IRIS, class::PUPIL, class::GLINT, class::CARUNCLE];
    if let Some(geometry) = label::of(&scene, Extras::default()).geometry {
        for lid in [geometry.upper_lid, geometry.lower_lid] {
            for (k, point) in lid.into_iter().enumerate().skip(1).take(lid.len() - 2) {
                // In the corners the disc would hold both margins.
                let (upper, lower) = (geometry.upper_lid[k], geometry.lower_lid[k]);
                if lower[1] - upper[1] > 3.0 * REACH_PX {
                    errors.lids_px.extend(boundary(&scene, point, &eye, REACH_PX, finer_by));
                }
            }
        }
    }
    wide_open(&mut scene);
    scene.light.lamps.clear();
    if let Some(marks) = label::of(&scene, Extras::default()).landmarks {
        let (pupil, iris) = ([class::PUPIL], [class::PUPIL, class::IRIS]);
        let reach =
            |radius_mm: f64| (REACH_SHARE * scene.px_per_mm * radius_mm as f32).min(REACH_PX);
        let reach = [reach(scene.eyeball.pupil_radius), reach(scene.eyeball.iris_radius)];
        for k in 0..RIM_POINTS {
            if marks.pupil.visibility[k] == Visibility::Visible {
                let point = marks.pupil.at_px[k];
                errors.pupil_px.extend(boundary(&scene, point, &pupil, reach[0], finer_by));
            }
            if marks.iris.visibility[k] == Visibility::Visible {
                let point = marks.iris.at_px[k];
                errors.iris_px.extend(boundary(&scene, point, &iris, reach[1], finer_by));
            }
        }
    }
    errors
}

/// Distance of a point from the boundary of these classes, px, if it is near one.
fn boundary(
    scene: &Scene,
    point: [f32; 2],
    classes: &[u8],
    reach: f32,
    finer_by: f32,
) -> Option<f64> {
    let camera = finer(scene.camera, finer_by);
    let at = point.map(|c| (c + 0.5) * finer_by - 0.5);
    let radius = reach * finer_by;
    let (crop, first) = window(camera, at, radius + 2.0);
    let mask = picture(&through(scene, crop)).mask;
    let (mut within, mut all) = (0.0, 0.0);
    for (k, found) in mask.iter().enumerate() {
        let x = (k as u32 % crop.width) as f32 + first[0] - at[0];
        let y = (k as u32 / crop.width) as f32 + first[1] - at[1];
        if x.hypot(y) < radius {
            all += 1.0;
            within += f64::from(u8::from(classes.contains(found)));
        }
    }
    let share: f64 = within / all;
    // A straight boundary at distance d leaves half of the disc and 2 d / (pi r) of it more.
    let offset = (0.5 - share) * std::f64::consts::FRAC_PI_2 * reach as f64;
    (0.02..0.98).contains(&share).then_some(offset)
}
