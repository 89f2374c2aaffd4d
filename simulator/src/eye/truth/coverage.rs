//! How much of each pixel a thing covers, measured on rendered pictures without noise.
//!
//! The scene is lit evenly, its iris, pupil or lids' opening is painted white and all else black; a
//! second picture has all of it white. Their ratio is the share of each pixel that the thing covers, as
//! the renderer sees it, whatever shading is left.

use crate::eye::lids::{Lids, Shape};
use crate::eye::light::Ambient;
use crate::eye::render::picture;
use crate::eye::scene::Scene;
use crate::eye::view::View;
use crate::sample::PinholeCamera;
use nalgebra::Vector2;

/// What is painted white.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Thing {
    Pupil,
    /// The iris with the pupil.
    Iris,
}

/// Centre of a thing in the picture (px), its half axes (px), by moments of what it covers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moments {
    pub center: [f64; 2],
    pub semi_major: f64,
    pub semi_minor: f64,
}

/// The same scene through another camera at the same place.
pub(super) fn through(scene: &Scene, camera: PinholeCamera) -> Scene {
    let mut scene = scene.clone();
    scene.glasses = None;
    scene.camera = camera;
    scene.view = View::new(&camera, &scene.camera_from_head, scene.eye_center);
    scene.px_per_mm = (camera.focal_px as f64 / scene.eye_center.z) as f32;
    scene
}

/// A camera `zoom` times as fine: pixel centres stay at whole numbers.
pub(super) fn finer(camera: PinholeCamera, zoom: f32) -> PinholeCamera {
    PinholeCamera {
        width: (camera.width as f32 * zoom) as u32,
        height: (camera.height as f32 * zoom) as u32,
        focal_px: camera.focal_px * zoom,
        center_px: camera.center_px.map(|c| (c + 0.5) * zoom - 0.5),
    }
}

/// The part of a camera's picture around a point: the camera, and the point's place in the former.
pub(super) fn window(
    camera: PinholeCamera,
    around: [f32; 2],
    half: f32,
) -> (PinholeCamera, [f32; 2]) {
    let first = around.map(|c| (c - half).floor());
    let side = (2.0 * half).ceil() as u32 + 2;
    let center_px = [camera.center_px[0] - first[0], camera.center_px[1] - first[1]];
    (PinholeCamera { width: side, height: side, center_px, ..camera }, first)
}

/// Lids so far open that they hide nothing of the eyeball.
pub(super) fn wide_open(scene: &mut Scene) {
    let shape = Shape {
        width: 120.0,
        middle: Vector2::new(0.0, 0.0),
        tilt_rad: 0.0,
        upper_offset: 40.0,
        lower_offset: -40.0,
        upper_peak: 0.5,
        lower_peak: 0.5,
        roundness: 2.0,
        caruncle: 1.0,
        squint: 0.0,
        closure: 0.0,
        crease_height: 5.0,
        crease_depth: 0.0,
        second_crease: 0.0,
        bag: 0.0,
        lash_line: 0.5,
        lash_line_darkness: 0.0,
        wet_rim: 0.8,
        upper_edge: 0.5,
        lower_edge: 0.5,
    };
    scene.lids = Lids::new(&shape, 0.0);
}

/// Even light, and nothing that mirrors it.
pub(super) fn plain(scene: &mut Scene) {
    let even = Ambient { constant: 1.0, ..Ambient::default() }.irradiance();
    scene.light.ambient = [even; 3];
    scene.light.lamps.clear();
    scene.light.sky = [[0.0; 3]; 3];
    scene.light.falloff = [0.0; 2];
    scene.hair_opacity = 0.0;
    scene.lids.wet_rim = 0.8;
    scene.iris.contrast = 0.0;
    scene.iris.limbal_ring = 0.0;
    scene.iris.limbus_width = 0.0;
    scene.sclera.vein = [0.0; 3];
}

/// Moments of what a thing covers of the scene's picture.
pub(super) fn moments(scene: &Scene, thing: Thing) -> Moments {
    let mut scene = scene.clone();
    plain(&mut scene);
    // Bright enough that the ruff, too, is white.
    let (white, black) = ([10.0; 3], [0.0; 3]);
    let mut paint = |pupil: bool, iris: bool, sclera: bool| {
        let color = |on: bool| if on { white } else { black };
        (scene.iris.outer, scene.iris.inner) = (color(iris), color(iris));
        scene.iris.pupil = if pupil { [1.0; 3] } else { black };
        scene.sclera.albedo = if sclera { [1.0; 3] } else { black };
        picture(&scene).radiance
    };
    let all = paint(true, true, true);
    let part = match thing {
        Thing::Pupil => paint(true, false, false),
        Thing::Iris => paint(true, true, false),
    };
    let share = |k: usize| {
        let (a, b) = (part.pixels[k] as f64, all.pixels[k] as f64);
        if b > 1e-6 { a / b } else { 0.0 }
    };
    let place = |k: usize| [(k % part.width) as f64, (k / part.width) as f64];
    let count = part.width * part.height;
    let sum = |f: &dyn Fn([f64; 2]) -> f64| (0..count).map(|k| share(k) * f(place(k))).sum::<f64>();
    let area = sum(&|_| 1.0);
    let center = [sum(&|p| p[0]) / area, sum(&|p| p[1]) / area];
    let second = |a: usize, b: usize| sum(&|p| (p[a] - center[a]) * (p[b] - center[b])) / area;
    // A pixel spreads what it covers over its own square.
    let (xx, xy, yy) = (second(0, 0) - 1.0 / 12.0, second(0, 1), second(1, 1) - 1.0 / 12.0);
    let (middle, swing) = (0.5 * (xx + yy), (0.25 * (xx - yy) * (xx - yy) + xy * xy).sqrt());
    let axis = |variance: f64| 2.0 * variance.max(0.0).sqrt();
    Moments { center, semi_major: axis(middle + swing), semi_minor: axis(middle - swing) }
}
