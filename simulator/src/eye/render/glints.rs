//! Lamps in the tear film.

use super::appearance::SCLERA_SPREAD;
use crate::eye::globe::Seen;
use crate::eye::scene::Scene;
use crate::lanes::{Real, V3, bands};

/// How far from a lamp's image, in radians of the mirrored direction, a pixel may still hold a part
/// of it: on the cornea, a mirror turns the ray by twice the normal's turn.
pub(super) fn spread_rad(scene: &Scene) -> f32 {
    1.5 * 2.0 / (scene.px_per_mm * scene.globe.cornea_radius)
}

/// Lamps in the tear film along rays, and where they are bright.
#[inline(always)]
pub(crate) fn glints<R: Real, const B: usize>(
    scene: &Scene,
    seen: &Seen<R>,
    ray: V3<R>,
    sky: R,
) -> ([R; B], R::Mask) {
    let k = R::splat;
    let surface = V3::select(seen.clear, seen.cornea, seen.white);
    let normal = V3::select(seen.clear, seen.normal, seen.white * k(1.0 / scene.globe.radius));
    let mirror = ray - normal * (k(2.0) * ray.dot(normal));
    let spread = R::select(seen.clear, k(1.0), k(SCLERA_SPREAD));
    let lamps = scene.light.lamps::<R, B>(surface, mirror, spread);
    let bright = R::and(seen.clear, k(0.5 * scene.glint_level).less_than(lamps[0]));
    (bands!(b => lamps[b] * sky), bright)
}
