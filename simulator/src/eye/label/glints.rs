//! Where the cornea mirrors the lights.

use super::cornea::Cornea;
use super::opening::Opening;
use super::pose::narrow;
use super::sphere::End;
use crate::eye::lamp::Lamp;
use crate::eye::scene::Scene;
use crate::sample::{Glint, Light, LightKind, Visibility};
use nalgebra::Vector3;

/// The lamps that the cornea mirrors, in camera space, each with its glint.
pub(super) fn lights(scene: &Scene, opening: &Opening, cornea: &Cornea) -> Vec<Light> {
    let lamps = scene.light.lamps.iter().filter(|lamp| brightest(lamp.glint) > 0.0);
    lamps.map(|lamp| light(scene, opening, cornea, lamp)).collect()
}

fn brightest(bands: [f32; 3]) -> f32 {
    bands.into_iter().fold(0.0, f32::max)
}

fn light(scene: &Scene, opening: &Opening, cornea: &Cornea, lamp: &Lamp) -> Light {
    let [x, y, z, near] = lamp.place.map(f64::from);
    let place = Vector3::new(x, y, z);
    let (kind, end, vector) = if near == 0.0 {
        let direction = place.normalize();
        (LightKind::Distant, End::Towards(direction), scene.camera_from_head * direction)
    } else {
        (LightKind::Point, End::At(place), scene.to_camera(place))
    };
    let surface = cornea.mirroring_point(end, scene.observer);
    let px = scene.project(surface);
    let on_cornea = surface.dot(&scene.eyeball.axis) > scene.eyeball.limbus_plane;
    let visibility = match opening.behind(px) {
        Visibility::Visible if !on_cornea => Visibility::Hidden,
        other => other,
    };
    let glint = Glint {
        at_px: px.map(|c| c as f32),
        depth_mm: scene.to_camera(surface).z as f32,
        visibility,
    };
    Light { kind, vector: narrow(vector), power: brightest(lamp.color), glint }
}
