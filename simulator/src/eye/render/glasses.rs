//! Eyeglasses, over everything else: what the lens takes and mirrors, and the frame.

use super::{Canvas, class};
use crate::eye::glasses::Glasses;
use crate::eye::lamp::Lamp;
use crate::eye::scene::Scene;
use crate::lanes::{Real, V3, bands, bell, clamp01, mix, smoothstep};

/// Bridge and hinges stand this far above the lens's middle, as a share of half its height.
const BRIDGE: f32 = 0.35;
/// Length of bridge and hinge, mm.
const REACH_MM: f32 = 9.0;

/// Draws the eyeglasses into all pixels that see them.
#[inline(always)]
pub(super) fn draw<R: Real, const B: usize>(scene: &Scene, g: &Glasses, canvas: &mut Canvas) {
    let ramp: [f32; 8] = std::array::from_fn(|k| k as f32);
    // Pixels per mm at the lens, which is nearer than the eye.
    let per_mm = {
        let ahead = g.middle.iter().zip(scene.view.observer).map(|(m, o)| (m - o) * (m - o));
        scene.camera.focal_px / ahead.sum::<f32>().sqrt()
    };
    for y in 0..canvas.height {
        for x in (0..canvas.stride).step_by(R::LANES) {
            let at = [R::load(&ramp) + R::splat(x as f32), R::splat(y as f32)];
            let pixel = y * canvas.stride + x;
            let mut under = [R::splat(0.0); B];
            for (under, plane) in under.iter_mut().zip(&canvas.planes) {
                *under = R::load(&plane[pixel..]);
            }
            let Some((light, glassy)) = look::<R, B>(scene, g, per_mm, at, under) else { continue };
            for (plane, light) in canvas.planes.iter_mut().zip(light) {
                light.store(&mut plane[pixel..]);
            }
            let mut lanes = [0.0; 8];
            glassy.store(&mut lanes);
            for (k, _) in lanes[..R::LANES].iter().enumerate().filter(|(_, l)| **l > 0.5) {
                if x + k < canvas.width {
                    canvas.mask[y * canvas.width + x + k] = class::GLASSES;
                }
            }
        }
    }
}

/// Light along rays through image points that see `under` behind the eyeglasses, and 1 where the
/// frame or a strong reflection hides that; nothing where no ray meets the eyeglasses.
#[inline(always)]
fn look<R: Real, const B: usize>(
    scene: &Scene,
    g: &Glasses,
    per_mm: f32,
    at: [R; 2],
    under: [R; B],
) -> Option<([R; B], R)> {
    let k = R::splat;
    let (origin, ray) = scene.view.ray(at[0], at[1]);
    let ray = ray.unit();
    let (point, a, b) = g.meet(origin, ray);
    let (from_edge, na, nb) = g.outline(a, b);
    let (frame, across) = frame(g, per_mm, a, b, from_edge);
    let inside = clamp01(k(0.5) - from_edge * k(per_mm));
    if !R::any(k(0.0).less_than(frame.max(inside))) {
        return None;
    }
    // Most pixels see no frame, and some nothing else.
    let mut mirrored = [k(0.0); B];
    if R::any(k(0.0).less_than(inside)) {
        mirrored = self::mirrored::<R, B>(scene, g, point, ray, a, b);
    }
    let through = bands!(b => {
        under[b] * mix(k(1.0), k(g.clear), inside) + mirrored[b] * inside
    });
    let strong = R::select(under[0].less_than(mirrored[0] * inside), k(1.0), k(0.0));
    if !R::any(k(0.0).less_than(frame)) {
        return Some((through, strong));
    }
    // The rim's normal turns over from its inner to its outer side; where a pixel sees all of that,
    // the light is a mean over it.
    let (la, lb, ln) = (V3::splat(g.across), V3::splat(g.up), V3::splat(g.normal));
    let fine = g.rim * per_mm > 4.0;
    let side = across * if g.metal { k(0.9) } else { k(0.9) * across * across };
    let side = if fine { side } else { k(0.0) };
    let flat = (k(1.0) - side * side).max(k(0.05)).sqrt();
    let normal = ln * flat + (la * na + lb * nb) * side;
    let along = lb * na - la * nb;
    let rim = rim::<R, B>(scene, g, point, ray, normal, (!fine).then_some(along));
    let light = bands!(b => mix(through[b], rim[b], frame));
    Some((light, R::select(k(0.5).less_than(frame), k(1.0), strong)))
}

/// Share of a pixel that the frame covers, and the place across its width, -1 within to 1 without.
#[inline(always)]
fn frame<R: Real>(g: &Glasses, per_mm: f32, a: R, b: R, from_edge: R) -> (R, R) {
    let k = R::splat;
    let b = b - k(BRIDGE * g.half[1]);
    // Rims without a lower half end in nothing where the lens is widest.
    let below = if g.full { k(1.0) } else { smoothstep(-0.55 * g.half[1], -0.35 * g.half[1], b) };
    let rim = covered(from_edge, g.rim, per_mm) * below;
    // Bridge and hinge: bars beyond the rim, the bridge arched, the hinge wider.
    let beyond = a.abs() - k(g.half[0] - 1.0);
    let outside = clamp01(k(0.5) + (from_edge - k(0.5 * g.rim)) * k(per_mm));
    let ends = clamp01(k(0.5) + (k(REACH_MM) - beyond) * k(per_mm)) * outside;
    let nasal = a.less_than(k(0.0));
    let arch = R::select(nasal, k(0.02) * beyond * (k(2.0 * REACH_MM) - beyond), k(0.0));
    let bar = R::select(nasal, k(1.1 * g.rim), k(if g.metal { 2.2 } else { 4.2 }));
    let from_middle = (b - arch).abs() - k(0.5) * bar;
    let bar = clamp01(k(0.5) - from_middle * k(per_mm))
        * R::select(k(0.0).less_than(beyond), ends, k(0.0));
    let across = (from_edge * k(2.0 / g.rim) - k(1.0)).max(k(-1.0)).min(k(1.0));
    let across = R::select(rim.less_than(bar), k(0.3), across);
    (rim.max(bar), across)
}

/// Share of a pixel that a line covers which begins at `from` 0 and is this thick, mm.
#[inline(always)]
fn covered<R: Real>(from: R, thickness: f32, per_mm: f32) -> R {
    let k = R::splat;
    let outer = clamp01(k(0.5) + (k(thickness) - from) * k(per_mm));
    outer - clamp01(k(0.5) - from * k(per_mm))
}

/// What both surfaces of the lens mirror at a place (a, b) on it.
#[inline(always)]
fn mirrored<R: Real, const B: usize>(
    scene: &Scene,
    g: &Glasses,
    point: V3<R>,
    ray: V3<R>,
    a: R,
    b: R,
) -> [R; B] {
    let k = R::splat;
    let (la, lb, ln) = (V3::splat(g.across), V3::splat(g.up), V3::splat(g.normal));
    let mut sum = [k(0.0); B];
    for curvature in g.curvature {
        let normal = (ln + la * (a * k(curvature)) + lb * (b * k(curvature))).unit();
        let cos = clamp01(-ray.dot(normal));
        let mirror = ray + normal * (k(2.0) * cos);
        let graze = k(1.0) - cos;
        let graze2 = graze * graze;
        // Schlick's approximation, relative to straight ahead.
        let fresnel = k(g.reflection) * (k(1.0) + k(24.0) * graze2 * graze2 * graze);
        let afar = scene.light.environment_with_distant_lamps::<R, B>(point, mirror);
        for (sum, afar) in sum.iter_mut().zip(afar) {
            *sum = *sum + fresnel * afar;
        }
        for lamp in scene.light.lamps.iter().filter(|lamp| lamp.place[3] != 0.0) {
            let glare = fresnel * glare(lamp, point, mirror);
            for (sum, glint) in sum.iter_mut().zip(lamp.glint) {
                *sum = *sum + glare * k(glint);
            }
        }
    }
    sum
}

/// The image of an LED in the lens with its glare: light that dust and scratches on the lens, the
/// camera's lens and a full sensor spread. It falls with the fourth power of the distance, so a
/// saturated disc remains.
#[inline(always)]
fn glare<R: Real>(lamp: &Lamp, point: V3<R>, mirror: V3<R>) -> R {
    let k = R::splat;
    let toward = lamp.toward(point);
    let ahead = mirror.dot(toward);
    let off = mirror - toward * ahead;
    let image = bell(off.dot(off).sqrt() * k(1.0 / lamp.half_size));
    R::select(k(0.3).less_than(ahead), image, k(0.0))
}

/// Light from the frame: metal mirrors the surroundings in its colour, plastic is dull under gloss.
/// With the direction `along` the rim, the gloss is the mean over its width.
#[inline(always)]
fn rim<R: Real, const B: usize>(
    scene: &Scene,
    g: &Glasses,
    point: V3<R>,
    ray: V3<R>,
    normal: V3<R>,
    along: Option<V3<R>>,
) -> [R; B] {
    let k = R::splat;
    let light = &scene.light;
    let mirror = ray - normal * (k(2.0) * ray.dot(normal));
    let seen = light.ambient::<R, B>(V3::select(
        k(if g.metal { -1.0 } else { 1.0 }).less_than(k(0.0)),
        mirror,
        normal,
    ));
    let mut sum: [R; B] = bands!(b => seen[b] * k(g.color[b]));
    for lamp in &light.lamps {
        if lamp.color == [0.0; 3] {
            continue;
        }
        let toward = lamp.toward(point);
        let cos = normal.dot(toward).max(k(0.0));
        let half = (toward - ray).unit();
        // Blinn's lobe, exponent 32; over all normals across the rim a quarter of its highest value.
        let mut gloss = match along {
            None => normal.dot(half).max(k(0.0)),
            Some(along) => {
                let off = half.dot(along);
                (k(1.0) - off * off).max(k(0.0)).sqrt()
            }
        };
        for _ in 0..5 {
            gloss = gloss * gloss;
        }
        let gloss = if along.is_some() { gloss * k(0.25) } else { gloss };
        let reach = lamp.reach(point);
        for (b, sum) in sum.iter_mut().enumerate() {
            let (dull, shine) =
                if g.metal { (0.3 * g.color[b], 2.5 * g.color[b]) } else { (g.color[b], 0.35) };
            *sum = *sum + k(lamp.color[b]) * reach * (k(dull) * cos + k(shine) * gloss);
        }
    }
    sum
}

#[cfg(test)]
mod tests;
