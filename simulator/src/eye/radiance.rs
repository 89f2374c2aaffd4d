//! Light on each pixel: visibility by supersampling, skin shaded once a pixel.

use super::eyeball::Hit;
use super::face::smoothstep;
use super::lashes;
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
}

impl Place {
    fn head(self) -> Vector3<f64> {
        Vector3::new(self.x, -self.v, -self.height)
    }
}

/// Skin scatters light beyond the terminator; the sclera even more.
const SKIN_WRAP: f64 = 0.25;
const SCLERA_WRAP: f64 = 0.4;

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
            // The neighbour's height is a close guess.
            let (guess, steps) = match (x, y) {
                (0, 0) => (scene.face.lid_radius, 6),
                (0, _) => (places[(y - 1) * (width + 1)].height, 3),
                _ => (places[y * (width + 1) + x - 1].height, 2),
            };
            let ray = scene.ray([x as f64 - 0.5, y as f64 - 0.5]);
            let (px, v, h) = scene.surface(ray, guess, steps);
            places.push(Place { x: px, v, height: h });
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
    let across = match detail(scene, px, py, quad) {
        Detail::None => return skin,
        Detail::Smooth => across.div_ceil(2),
        Detail::Edge => across,
    };
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
                opening(scene, ray, x, depths, skin)
            } else {
                skin * Skin::margin_factor(&scene.lids, scene.lids.place(x), depths)
            };
        }
    }
    sum / (across * across) as f64
}

/// How finely a pixel must be sampled.
enum Detail {
    /// Plain skin.
    None,
    /// The soft lines along a margin, or nothing but sclera.
    Smooth,
    /// A margin, the iris, the pupil or a glint.
    Edge,
}

fn detail(scene: &Scene, px: usize, py: usize, quad: &[Place; 4]) -> Detail {
    let pixel_mm = 1.0 / scene.px_per_mm();
    let (mut least, mut most) = (f64::MAX, f64::MIN);
    for place in quad {
        let (upper, lower) = scene.lids.depths(place.x, place.v);
        least = least.min(upper.min(lower));
        most = most.max(upper.min(lower));
    }
    if most < -MARGIN_REACH_MM - pixel_mm {
        return Detail::None;
    }
    if most < -pixel_mm {
        return Detail::Smooth;
    }
    if least < 0.0 {
        return Detail::Edge;
    }
    // Inside of the opening only the sclera is smooth.
    let e = &scene.eyeball;
    match e.trace(scene.observer, scene.ray([px as f64, py as f64])) {
        Hit::Sclera { surface, .. } if surface.dot(&e.axis) < e.limbus_plane - 1.5 * pixel_mm => {
            Detail::Smooth
        }
        Hit::Miss => Detail::Smooth,
        _ => Detail::Edge,
    }
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

/// Light from what is seen between the lids.
fn opening(scene: &Scene, ray: Vector3<f64>, x: f64, (upper, lower): (f64, f64), skin: f64) -> f64 {
    let light = &scene.light;
    // The lids shade the eyeball: the sky from above and below, and the lamps from above.
    let from_above = 0.3 + 0.7 * smoothstep(-0.5, 3.4, upper);
    let from_below = 0.5 + 0.5 * smoothstep(-0.6, 2.4, lower);
    let sky = from_above * from_below;
    let cast =
        1.0 - light.shadow * 0.6 * (1.0 - smoothstep(0.2, 1.2 + light.steepness() * 2.5, upper));
    let shade = sky * cast;
    // The corner holds tissue, not eyeball.
    let caruncle = scene.lids.caruncle;
    let tissue = skin * 0.75 * (0.6 + 0.4 * shade);
    let inner = smoothstep(0.75, 1.25, (x - scene.lids.inner.x) / caruncle);
    if inner == 0.0 {
        return tissue;
    }
    let seen = match scene.eyeball.trace(scene.observer, ray) {
        Hit::Iris { surface, normal, x, y } => {
            let e = &scene.eyeball;
            let albedo = scene.iris.albedo_at((x, y), e.iris_radius, e.pupil_radius, e.pupil_shift);
            let place = (surface.x, -surface.y, -surface.z);
            // The iris is flat; the clear cornea over it mirrors.
            let facing = (e.axis + normal * 0.5).normalize();
            let lit = light.irradiance(facing, place, SKIN_WRAP) * shade;
            albedo * lit + light.mirrored(ray, normal) * sky
        }
        Hit::Sclera { surface, normal } => {
            let place = (surface.x, -surface.y, -surface.z);
            let lit = light.irradiance(normal, place, SCLERA_WRAP) * shade;
            scene.iris.sclera_albedo * lit
        }
        Hit::Miss => tissue * 0.6,
    };
    // The tear film's meniscus along the lower lid.
    let wet =
        1.0 + 0.5 * (scene.lids.wet_rim - 0.8).max(0.0) * (1.0 - smoothstep(0.1, 0.45, lower));
    tissue + (seen * wet - tissue) * inner
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
        assert!(mean < 0.002 && worst < 0.08, "{mean} {worst}");
    }
}
