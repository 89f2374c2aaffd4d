//! Skin, shaded once a pixel with the relief's mean normal over it.

use super::corners::HEIGHT_LIMIT_MM;
use super::opening::reach_mm;
use super::{Canvas, Corners};
use crate::eye::light::Light;
use crate::eye::scene::Scene;
use crate::eye::shade::Shade;
use crate::eye::skin::Skin;
use crate::lanes::{Real, V3, bands, smoothstep};

/// Below this many px per mm there is nothing to see of pores, veins and fine fibres.
pub(crate) const FINE_PX_PER_MM: f32 = 2.5;

/// Draws the skin into every pixel that is not wholly within the opening.
#[inline(always)]
pub(super) fn draw<R: Real, const B: usize>(
    scene: &Scene,
    shade: &Shade,
    c: &Corners,
    canvas: &mut Canvas,
) {
    let fine = scene.px_per_mm > FINE_PX_PER_MM;
    let relief = if fine { relief::<R>(scene, c, canvas.height) } else { Vec::new() };
    let reach = reach_mm(scene);
    let h = if fine { &relief } else { &c.skin };
    let (lids, inside) = (&scene.lids, R::splat(0.02));
    for y in 0..canvas.height {
        for x in (0..canvas.stride).step_by(R::LANES) {
            let at = y * c.stride + x;
            let below = at + c.stride;
            // Nothing to do where all lanes see the eye alone, away from the tissue of its corners.
            let d = &c.depth;
            let x0 = R::load(&c.x[at..]);
            let far = (x0 - R::splat(lids.inner[0] + 1.4 * lids.caruncle))
                .min(R::splat(lids.outer[0] - 5.5) - x0);
            let (one, two) = (R::load(&d[at..]), R::load(&d[at + 1..]));
            let (three, four) = (R::load(&d[below..]), R::load(&d[below + 1..]));
            let least = one.min(two).min(three.min(four)).min(far);
            if R::count(inside.less_than(least)) == R::LANES as u32 {
                continue;
            }
            let (p, q) = (place::<R>(c, h, at), place::<R>(c, h, at + 1));
            let (r, s) = (place::<R>(c, h, below), place::<R>(c, h, below + 1));
            let middle = (p + q + r + s) * R::splat(0.25);
            // Where folds bend within a pixel, its upper and its lower half.
            let light = if !fine && bends::<R>(c, at, y, canvas.height) {
                let (t, u) = (between::<R>(scene, p, r), between::<R>(scene, q, s));
                let normals = [normal(p, q, t, u), normal(t, u, r, s)];
                skin::<R, B, 2>(scene, shade, middle, normals, fine)
            } else {
                skin::<R, B, 1>(scene, shade, middle, [normal(p, q, r, s)], fine)
            };
            // Where some of its rays pass the head by, the dark behind it.
            let light = if scene.view.steep {
                let deepest = p.z.max(q.z).max(r.z.max(s.z));
                let past = R::splat(HEIGHT_LIMIT_MM - 2.0).less_than(deepest);
                bands!(b => R::select(past, light[b] * R::splat(BEHIND), light[b]))
            } else {
                light
            };
            // The lines along the margins, where no sample will draw them.
            let most = one.max(two).max(three.max(four));
            let margins = lids.at(middle.x);
            let (upper, lower) = margins.depths(-middle.y);
            let line = Skin::margin_factor(lids, margins.place, upper, lower);
            let line = R::select(most.less_than(R::splat(-reach)), line, R::splat(1.0));
            for (plane, light) in canvas.planes.iter_mut().zip(light) {
                let light = light * line;
                light.store(&mut plane[y * canvas.stride + x..]);
            }
        }
    }
}

/// Where the face ends towards the temple, mm from the eye.
const TEMPLE_MM: f32 = 38.0;
/// What is left of the light behind that, and behind the head.
const BEHIND: f32 = 0.03;

/// The face bends this much from one row of corners to the next, mm, where a pixel is halved.
const BEND_MM: f32 = 0.25;

/// Whether the face bends within some of the pixels that begin at a corner of row y.
#[inline(always)]
fn bends<R: Real>(c: &Corners, at: usize, y: usize, height: usize) -> bool {
    let row = |step: usize| R::load(&c.skin[at + step * c.stride..]);
    let (first, second) = (row(0), row(1));
    let before = if y > 0 { R::load(&c.skin[at - c.stride..]) } else { first + first - second };
    let after = if y + 1 < height { row(2) } else { second + second - first };
    let bend = (before - first - second + after).abs();
    R::any(R::splat(BEND_MM).less_than(bend))
}

/// The skin between two of its points.
#[inline(always)]
fn between<R: Real>(scene: &Scene, a: V3<R>, b: V3<R>) -> V3<R> {
    let (x, v) = ((a.x + b.x) * R::splat(0.5), -(a.y + b.y) * R::splat(0.5));
    V3::new(x, -v, -scene.face.skin(&scene.lids, &scene.lids.at(x), x, v))
}

/// The normal between four points: upper left, upper right, lower left, lower right.
#[inline(always)]
fn normal<R: Real>(p: V3<R>, q: V3<R>, r: V3<R>, s: V3<R>) -> V3<R> {
    (r - p + s - q).cross(q - p + s - r).unit()
}

/// Points of the face behind corners, in head space.
#[inline(always)]
fn place<R: Real>(c: &Corners, h: &[f32], at: usize) -> V3<R> {
    V3::new(R::load(&c.x[at..]), -R::load(&c.v[at..]), -R::load(&h[at..]))
}

/// Heights with the skin's fine relief on them.
#[inline(always)]
fn relief<R: Real>(scene: &Scene, c: &Corners, height: usize) -> Vec<f32> {
    let mut out = c.skin.clone();
    for row in 0..=height {
        for column in (0..c.stride - 8).step_by(R::LANES) {
            let at = row * c.stride + column;
            let (x, v) = (R::load(&c.x[at..]), R::load(&c.v[at..]));
            let bump = scene.skin.relief(&scene.lids.at(x), x, v);
            (R::load(&c.skin[at..]) + bump).store(&mut out[at..]);
        }
    }
    out
}

/// Light from skin around a place (head space), in the mean over its normals.
#[inline(always)]
pub(crate) fn skin<R: Real, const B: usize, const N: usize>(
    scene: &Scene,
    shade: &Shade,
    point: V3<R>,
    normals: [V3<R>; N],
    fine: bool,
) -> [R; B] {
    let k = R::splat;
    let (x, v) = (point.x, -point.y);
    let albedo = scene.skin.at::<R, B>(&scene.lids, &scene.lids.at(x), x, v, fine);
    let open = shade.open(x, v);
    let mut sum = [k(0.0); B];
    let share = k(1.0 / N as f32);
    for normal in normals {
        let ambient = scene.light.ambient::<R, B>(normal);
        sum = bands!(b => sum[b] + ambient[b] * open * albedo[b]);
    }
    let toward_camera = (V3::splat(scene.view.observer) - point).unit();
    let mut casting = 0;
    for lamp in &scene.light.lamps {
        if lamp.color == [0.0; 3] {
            continue;
        }
        let toward = lamp.toward(point);
        let lit = if lamp.casts {
            casting += 1;
            shade.lit(casting - 1, x, v)
        } else {
            k(1.0)
        };
        let half = (toward + toward_camera).unit();
        let reach = lamp.reach(point) * lit;
        for normal in normals {
            let cos = normal.dot(toward);
            // Oil mirrors a little: Blinn's lobe, exponent 32.
            let mut gloss = normal.dot(half).max(k(0.0));
            for _ in 0..5 {
                gloss = gloss * gloss;
            }
            let gloss = gloss * k(scene.skin.shine);
            for b in 0..B {
                // Light that scatters under the skin comes out beyond the terminator, red farthest;
                // it softens the shadow's edge too.
                let wrap = Light::SCATTER[scene.band(b)];
                let diffuse = ((cos + k(wrap)) * k(1.0 / (1.0 + wrap))).max(k(0.0));
                sum[b] = sum[b] + k(lamp.color[b]) * reach * (diffuse * albedo[b] + gloss);
            }
        }
    }
    // Beyond the temple, hair and the dark behind the head begin; the relief ends there too.
    let share = if R::any(k(TEMPLE_MM).less_than(x)) {
        share * (k(1.0) - k(1.0 - BEHIND) * smoothstep(TEMPLE_MM, TEMPLE_MM + 20.0, x))
    } else {
        share
    };
    bands!(b => sum[b] * share)
}
