//! The picture by other means: double precision, many rays a pixel, each from the pinhole to the
//! first thing it meets, each shaded alone.
//!
//! The fast path finds the face behind pixel corners and reads between them, shades skin once a pixel
//! with the relief's mean normal, and paints hair as shares of pixels. Here none of that is shared:
//! only what a material looks like at a point is. A sample's normal is that of the relief *at the
//! point*, not over the pixel: the mean over many samples of what each sends is the light that the
//! pixel gets, whatever the relief does within it, and that is what a mean normal approximates.

use super::strands::Strands;
use crate::eye::eyeball::Hit;
use crate::eye::globe::Seen;
use crate::eye::render::{
    FINE_PX_PER_MM, Parts, Radiance, beyond_tissue, glints, parts, rim_brightness, skin_at,
};
use crate::eye::scene::Scene;
use crate::eye::shade::Shade;
use crate::eye::skin::Skin;
use crate::lanes::{V3, mix};
use nalgebra::Vector3;
use rayon::prelude::*;

/// Heights between which a face is looked for, mm before the eyeball's centre.
const HIGHEST_MM: f64 = 60.0;
/// Steps of the march over a pixel, and of that within it, from so much before what its surroundings
/// show, mm.
const COARSE_MM: f64 = 0.5;
const STEP_MM: f64 = 0.25;
const BEFORE_MM: f64 = 1.5;
/// Halvings of the last step: to a millionth of a mm.
const HALVINGS: usize = 18;
/// Points whose heights make the normal are so far to either side, mm.
const BESIDE_MM: f64 = 0.01;

/// The light on each pixel by `per_px` x `per_px` rays.
pub(super) fn radiance(scene: &Scene, per_px: usize) -> Radiance {
    match scene.spectrum.bands() {
        1 => draw::<1>(scene, per_px),
        _ => draw::<3>(scene, per_px),
    }
}

fn draw<const B: usize>(scene: &Scene, per_px: usize) -> Radiance {
    let (width, height) = (scene.camera.width as usize, scene.camera.height as usize);
    let shade = Shade::everywhere::<f64>(scene);
    let strands = Strands::new(scene, &shade);
    let pixel = |k: usize| {
        let (x, y) = ((k % width) as f64, (k / width) as f64);
        let corners = [[-0.5, -0.5], [0.5, -0.5], [-0.5, 0.5], [0.5, 0.5], [0.0, 0.0]];
        let nearest = corners
            .map(|[dx, dy]| Ray::new(scene, [x + dx, y + dy]).first(scene, HIGHEST_MM, COARSE_MM))
            .into_iter()
            .fold(-HIGHEST_MM, f64::max);
        let mut sum = [0.0; B];
        for j in 0..per_px {
            for i in 0..per_px {
                let cell = 1.0 / per_px as f64;
                let at = [i, j].map(|n| (n as f64 + 0.5) * cell - 0.5);
                let at = [x + at[0], y + at[1]];
                let light = light::<B>(scene, &shade, at, nearest + BEFORE_MM);
                let hair = strands.share(k, at, cell);
                let falloff = falloff(scene, at);
                for b in 0..B {
                    sum[b] += falloff * mix(light[b], strands.color[b], hair);
                }
            }
        }
        sum.map(|s| (s / (per_px * per_px) as f64) as f32)
    };
    let all: Vec<[f32; B]> = (0..width * height).into_par_iter().map(pixel).collect();
    let pixels = (0..B).flat_map(|b| all.iter().map(move |p| p[b])).collect();
    Radiance { width, height, bands: B, pixels }
}

/// A ray from the pinhole, by the height that it has reached.
struct Ray {
    origin: Vector3<f64>,
    direction: Vector3<f64>,
}

impl Ray {
    fn new(scene: &Scene, pixel: [f64; 2]) -> Self {
        Self { origin: scene.observer, direction: scene.ray(pixel) }
    }

    /// Its place (x, v) on the face's map at this height.
    fn at(&self, height: f64) -> (f64, f64) {
        let t = (-height - self.origin.z) / self.direction.z;
        (self.origin.x + t * self.direction.x, -(self.origin.y + t * self.direction.y))
    }

    /// The largest height below `from` at which it meets the relief.
    fn first(&self, scene: &Scene, from: f64, step: f64) -> f64 {
        let within = |height: f64| {
            let (x, v) = self.at(height);
            scene.face.height(&scene.lids, x, v) >= height
        };
        let mut inside = from;
        while !within(inside) && inside > -HIGHEST_MM {
            inside -= step;
        }
        let mut outside = inside + step;
        for _ in 0..HALVINGS {
            let middle = 0.5 * (inside + outside);
            if within(middle) { inside = middle } else { outside = middle }
        }
        inside
    }
}

/// The light that comes along the ray through an image point.
fn light<const B: usize>(scene: &Scene, shade: &Shade, at: [f64; 2], from: f64) -> [f64; B] {
    let ray = Ray::new(scene, at);
    let height = ray.first(scene, from, STEP_MM);
    let (x, v) = ray.at(height);
    let lids = &scene.lids;
    let margins = lids.at(x);
    let (upper, lower) = margins.depths(v);
    let skin = skin_light::<B>(scene, shade, x, v);
    let (seen, direction) = (seen(scene, &ray), wide(ray.direction));
    let all = parts::<f64, B>(scene, &seen, direction, [x, v], skin, 0.0);
    let Parts { iris, pupil, white, film, corner, gleam, sky, .. } = all;
    if upper > 0.0 && lower > 0.0 {
        let place = scene.iris.place(&scene.globe, seen.x, seen.y);
        let outside = if seen.clear { place.outside } else { 1.0 };
        let iris = if seen.clear && place.past_pupil < 0.0 { pupil } else { iris };
        let (lamps, _) = glints::<f64, B>(scene, &seen, direction, sky);
        let inner = beyond_tissue(lids, x);
        return std::array::from_fn(|b| {
            let eye = mix(iris[b], white[b], outside) + film[b] + lamps[b];
            mix(corner[b], eye, inner)
        });
    }
    let line = Skin::margin_factor(lids, margins.place, upper, lower);
    let edge = margins.across_edge(lids, v);
    if edge > 0.999 {
        return skin.map(|s| s * line);
    }
    let rim = rim_brightness(scene, edge, lower < upper, gleam);
    std::array::from_fn(|b| skin[b] * mix(rim * scene.tissue[b] as f64, line, edge * edge))
}

/// Light from the skin at (x, v).
fn skin_light<const B: usize>(scene: &Scene, shade: &Shade, x: f64, v: f64) -> [f64; B] {
    let fine = scene.px_per_mm > FINE_PX_PER_MM;
    let height = |x: f64, v: f64| -> f64 {
        let margins = scene.lids.at(x);
        let bump = if fine { scene.skin.relief(&margins, x, v) } else { 0.0 };
        scene.face.skin(&scene.lids, &margins, x, v) + bump
    };
    let slope = |a: f64, b: f64| (a - b) / (2.0 * BESIDE_MM);
    let across = slope(height(x + BESIDE_MM, v), height(x - BESIDE_MM, v));
    let up = slope(height(x, v + BESIDE_MM), height(x, v - BESIDE_MM));
    let normal = V3::new(-across, up, -1.0).unit();
    skin_at(scene, shade, V3::new(x, -v, -height(x, v)), [normal], fine)
}

/// What the exact tracer says that a ray meets.
fn seen(scene: &Scene, ray: &Ray) -> Seen<f64> {
    let eye = &scene.eyeball;
    // The sclera, carried on under the cornea; beside the ball the conjunctiva goes on as at its rim.
    let closest = ray.origin - ray.direction * ray.origin.dot(&ray.direction);
    let within = eye.radius * eye.radius - closest.norm_squared();
    let white = if within > 0.0 {
        wide(closest - ray.direction * within.sqrt())
    } else {
        wide(closest.normalize() * eye.radius)
    };
    match eye.trace(ray.origin, ray.direction) {
        Hit::Iris { surface, normal, x, y } => {
            Seen { clear: true, cornea: wide(surface), normal: wide(normal), white, x, y }
        }
        Hit::Sclera { normal } => {
            Seen { clear: false, cornea: white, normal: wide(normal), white, x: 0.0, y: 0.0 }
        }
        Hit::Miss => {
            let normal = wide(closest.normalize());
            Seen { clear: false, cornea: white, normal, white, x: 0.0, y: 0.0 }
        }
    }
}

fn wide(v: Vector3<f64>) -> V3<f64> {
    V3::new(v.x, v.y, v.z)
}

/// Brightness at an image point relative to the crop's middle.
fn falloff(scene: &Scene, [x, y]: [f64; 2]) -> f64 {
    let [fx, fy] = scene.light.falloff.map(f64::from);
    let part = |strength: f64, at: f64, count: u32| 2.0 * strength * (at / count as f64 - 0.5);
    libm::exp(part(fx, x, scene.camera.width) + part(fy, y, scene.camera.height))
}
