//! Light on each pixel: visibility by supersampling, skin shaded once a pixel.

use super::eyeball::Hit;
use super::lashes;
use super::opening::{Opening, SKIN_WRAP};
use super::scene::Scene;
use super::skin::Skin;
use nalgebra::Vector3;

/// A linear image before the sensor, row by row; 1 is about white skin in ambient light.
#[derive(Debug, Clone)]
pub(crate) struct Radiance {
    pub width: usize,
    pub height: usize,
    pub pixels: Vec<f32>,
}

/// A place on the face that a ray meets.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    x: f64,
    v: f64,
    height: f64,
    /// Depth inside of the lids' opening, mm; negative outside.
    depth: f64,
}

impl Place {
    fn head(self) -> Vector3<f64> {
        Vector3::new(self.x, -self.v, -self.height)
    }
}

/// Lines along the margins reach this far, mm: closer than that a pixel is supersampled.
const MARGIN_REACH_MM: f64 = 3.0;

impl Radiance {
    /// The scene through its camera, with `across` x `across` samples in a pixel at edges.
    pub(crate) fn of(scene: &Scene, across: usize) -> Self {
        let (width, height) = (scene.camera.width as usize, scene.camera.height as usize);
        let corners = corners(scene, width, height);
        let mut pixels = vec![0.0; width * height];
        for y in 0..height {
            for x in 0..width {
                let at = y * (width + 1) + x;
                let quad = [
                    corners[at],
                    corners[at + 1],
                    corners[at + width + 1],
                    corners[at + width + 2],
                ];
                let light = falloff(scene, x as f64 / width as f64, y as f64 / height as f64);
                pixels[y * width + x] = (pixel(scene, x, y, &quad, across) * light) as f32;
            }
        }
        lashes::draw(scene, width, height, &mut pixels);
        Self { width, height, pixels }
    }
}

/// The face behind the corners of all pixels: (width + 1) x (height + 1) places.
fn corners(scene: &Scene, width: usize, height: usize) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::with_capacity((width + 1) * (height + 1));
    for y in 0..=height {
        for x in 0..=width {
            // The neighbours' heights, carried on, are a close guess.
            let (row, at) = (y * (width + 1), places.len());
            let (guess, steps) = match (x, y) {
                (0, 0) => (scene.face.lid_radius, 6),
                (0, _) => (places[row - width - 1].height, 3),
                (1, _) => (places[row].height, 2),
                _ => (2.0 * places[at - 1].height - places[at - 2].height, 2),
            };
            let ray = scene.ray([x as f64 - 0.5, y as f64 - 0.5]);
            let (px, v, h) = scene.surface(ray, guess, steps);
            let (upper, lower) = scene.lids.depths(px, v);
            places.push(Place { x: px, v, height: h, depth: upper.min(lower) });
        }
    }
    places
}

/// How much brighter the light is at this share of the crop.
fn falloff(scene: &Scene, x: f64, y: f64) -> f64 {
    let [fx, fy] = scene.light.falloff;
    (2.0 * fx * (x - 0.5) + 2.0 * fy * (y - 0.5)).exp()
}

/// Mean light on one pixel, given the face behind its corners.
fn pixel(scene: &Scene, px: usize, py: usize, quad: &[Place; 4], across: usize) -> f64 {
    // Shade the skin once, with the relief's normal over the pixel.
    let skin = skin(scene, quad);
    if quad.iter().all(|place| place.depth < -MARGIN_REACH_MM) {
        return skin;
    }
    let center = [px as f64, py as f64];
    let hit = scene.eyeball.trace(scene.observer, scene.ray(center));
    let across = if smooth(scene, &hit, quad) { across.div_ceil(2) } else { across };
    let opening = Opening::new(scene, &hit, skin);
    let [a, b, c, d] = quad;
    let mut sum = 0.0;
    for j in 0..across {
        let fy = (j as f64 + 0.5) / across as f64;
        for i in 0..across {
            let fx = (i as f64 + 0.5) / across as f64;
            let mix = |f: fn(&Place) -> f64| {
                let (top, bottom) = (f(a) + (f(b) - f(a)) * fx, f(c) + (f(d) - f(c)) * fx);
                top + (bottom - top) * fy
            };
            let (x, v) = (mix(|p| p.x), mix(|p| p.v));
            let depths = scene.lids.depths(x, v);
            sum += if depths.0 > 0.0 && depths.1 > 0.0 {
                let ray = scene.ray([px as f64 - 0.5 + fx, py as f64 - 0.5 + fy]);
                opening.light(ray, x, depths)
            } else {
                skin * Skin::margin_factor(&scene.lids, scene.lids.place(x), depths)
            };
        }
    }
    sum / (across * across) as f64
}

/// Whether a pixel near or in the opening holds no edge: nothing but the soft lines along a margin,
/// or nothing but sclera. `hit` is what its centre sees of the eyeball.
fn smooth(scene: &Scene, hit: &Hit, quad: &[Place; 4]) -> bool {
    let pixel_mm = 1.0 / scene.px_per_mm();
    if quad.iter().all(|place| place.depth < -pixel_mm) {
        return true;
    }
    let inside = quad.iter().all(|place| place.depth > 0.0);
    let e = &scene.eyeball;
    let sclera = match hit {
        Hit::Sclera { surface, .. } => surface.dot(&e.axis) < e.limbus_plane - 1.5 * pixel_mm,
        Hit::Miss => true,
        Hit::Iris { .. } => false,
    };
    inside && sclera
}

/// Light from the skin over one pixel.
fn skin(scene: &Scene, [a, b, c, d]: &[Place; 4]) -> f64 {
    let across = b.head() - a.head() + d.head() - c.head();
    let down = c.head() - a.head() + d.head() - b.head();
    let normal = down.cross(&across).normalize();
    let middle = |f: fn(&Place) -> f64| 0.25 * (f(a) + f(b) + f(c) + f(d));
    let place = (middle(|p| p.x), middle(|p| p.v), middle(|p| p.height));
    let albedo = scene.skin.albedo_at(&scene.lids, place.0, place.1);
    albedo * scene.light.irradiance(normal, place, SKIN_WRAP)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::eye::EyeConfig;

    #[test]
    fn more_samples_change_little() {
        let config = EyeConfig::preset("clean").unwrap();
        let scene = Scene::draw(&config, 3, 5);
        let (coarse, fine) = (Radiance::of(&scene, 4), Radiance::of(&scene, 12));
        let (mut sum, mut worst) = (0.0f64, 0.0f64);
        for (a, b) in coarse.pixels.iter().zip(&fine.pixels) {
            let d = (a - b).abs() as f64;
            sum += d;
            worst = worst.max(d);
        }
        let mean = sum / coarse.pixels.len() as f64;
        assert!(mean < 0.002 && worst < 0.15, "{mean} {worst}");
    }
}
