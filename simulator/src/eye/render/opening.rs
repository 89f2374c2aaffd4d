//! What is seen between the lids, sample by sample: skin, lids' edges, tissue of the corner, sclera,
//! iris and pupil. Their light is shaded once a pixel (see [`eye`](super::eye)); samples only say how
//! much of each the pixel holds.

use super::corners::refine_hits;
use super::eye::{self, Lit};
use super::samples::HALVES;
use super::{Canvas, Corners, class};
use super::{glints, materials};
use crate::eye::scene::Scene;
use crate::eye::skin::Skin;
use crate::lanes::{Real, bands, mix};

/// Farther than this from the opening, mm, a pixel holds skin alone: lids' edges end before.
pub(super) fn reach_mm(scene: &Scene) -> f32 {
    scene.lids.upper_edge.max(scene.lids.lower_edge) + 0.02
}

/// Places farther off than this, mm, are looked for.
const OFF_MM: f32 = 0.06;

/// Draws the opening and the lids' edges into the pixels that see them.
#[inline(always)]
pub(super) fn draw<R: Real, const B: usize>(scene: &Scene, c: &Corners, canvas: &mut Canvas) {
    let reach = reach_mm(scene);
    let mut row = eye::Row::new(canvas.stride, B);
    for y in 0..canvas.height {
        // Pixels of this row that see more than skin.
        let sees = |x: usize| {
            let at = y * c.stride + x;
            [at, at + 1, at + c.stride, at + c.stride + 1].iter().any(|&at| c.depth[at] > -reach)
        };
        let Some(first) = (0..canvas.width).find(|&x| sees(x)) else { continue };
        let last = (0..canvas.width).rev().find(|&x| sees(x)).unwrap_or(first);
        for x in (first - first % R::LANES..=last).step_by(R::LANES) {
            eye::shade::<R, B>(scene, c, canvas, [x, y], &mut row);
        }
        for x in first..=last {
            if row.is_whole(x) || !sees(x) {
                continue;
            }
            let at = y * c.stride + x;
            let quad = [at, at + 1, at + c.stride, at + c.stride + 1];
            let lit = row.lit::<B>(x);
            let guess = (row.off_mm(x) > OFF_MM).then(|| quad.map(|at| c.h[at]));
            let (light, counts) = pixel::<R, B>(
                scene,
                [x, y],
                quad.map(|at| c.x[at]),
                quad.map(|at| c.v[at]),
                guess,
                &lit,
            );
            let pixel = y * canvas.stride + x;
            for (plane, light) in canvas.planes.iter_mut().zip(light) {
                plane[pixel] = light;
            }
            canvas.mask[y * canvas.width + x] = majority(&counts);
        }
    }
}

/// The class of most samples.
fn majority(counts: &[u32; class::COUNT]) -> u8 {
    let mut best = 0;
    for (class, &count) in counts.iter().enumerate() {
        if count > counts[best] {
            best = class;
        }
    }
    best as u8
}

/// Mean light on one pixel, given the face behind its corners, and samples of each class. Heights are
/// given where the face has a step between the corners, so that each sample has to look for it.
#[inline(always)]
fn pixel<R: Real, const B: usize>(
    scene: &Scene,
    [px, py]: [usize; 2],
    xs: [f32; 4],
    vs: [f32; 4],
    heights: Option<[f32; 4]>,
    lit: &Lit<B>,
) -> ([f32; B], [u32; class::COUNT]) {
    let mut sum = [0.0f32; B];
    let mut counts = [0u32; class::COUNT];
    let (mut taken, mut squares) = (0, 0.0);
    for [dx, dy] in HALVES {
        for first in (0..8).step_by(R::LANES) {
            let (fx, fy) = (R::load(&dx[first..]), R::load(&dy[first..]));
            let at = [fx + R::splat(px as f32 - 0.5), fy + R::splat(py as f32 - 0.5)];
            let (mut x, mut v) = (between(xs, fx, fy), between(vs, fx, fy));
            if let Some(heights) = heights {
                (x, v) = refine_hits(scene, at, between(heights, fx, fy));
            }
            let light = sample::<R, B>(scene, at, x, v, lit, &mut counts);
            for b in 0..B {
                sum[b] += light[b].sum();
            }
            squares += (light[0] * light[0]).sum();
            taken += R::LANES as u32;
        }
        // Where the first half sees one thing, or varies little, so would the second.
        if taken == 8 && (counts.contains(&8) || varies_little(sum[0] * 0.125, squares * 0.125)) {
            break;
        }
    }
    (sum.map(|s| s / taken as f32), counts)
}

/// Whether the relative variance of samples with this mean and mean square is below [`LITTLE`]².
fn varies_little(mean: f32, mean_square: f32) -> bool {
    let variance = mean_square - mean * mean;
    variance < LITTLE * LITTLE * mean * mean
}

/// Relative standard deviation below which eight samples are enough: the mean of eight evenly spread ones
/// is then within about 2 %.
const LITTLE: f32 = 0.12;

/// Between the values at a pixel's corners.
#[inline(always)]
fn between<R: Real>([a, b, c, d]: [f32; 4], fx: R, fy: R) -> R {
    let k = R::splat;
    mix(mix(k(a), k(b), fx), mix(k(c), k(d), fx), fy)
}

/// Light along rays through image points `at` that pass the face at (x, v); counts what it is.
#[inline(always)]
fn sample<R: Real, const B: usize>(
    scene: &Scene,
    at: [R; 2],
    x: R,
    v: R,
    lit: &Lit<B>,
    counts: &mut [u32; class::COUNT],
) -> [R; B] {
    let k = R::splat;
    let lids = &scene.lids;
    let margins = lids.at(x);
    let (upper, lower) = margins.depths(v);
    let open = k(0.0).less_than(upper.min(lower));
    let open_count = R::count(open);
    let mut light = [k(0.0); B];
    if open_count < R::LANES as u32 {
        // Skin, with the lines along the margins; the lids' edges, wet towards the eye.
        let edge = margins.across_edge(lids, v);
        let on_skin = k(0.999).less_than(edge);
        let line = Skin::margin_factor(lids, margins.place, upper, lower);
        let rim = materials::rim_brightness(scene, edge, lower.less_than(upper), k(lit.gleam));
        let blend = edge * edge;
        light = bands!(b => {
            let wet = mix(rim * k(scene.tissue[b]), line, blend);
            k(lit.skin[b]) * R::select(on_skin, line, wet)
        });
        let skin_count = R::count(on_skin);
        counts[class::SKIN as usize] += skin_count;
        counts[class::WET_LINE as usize] += R::LANES as u32 - skin_count - open_count;
        if open_count == 0 {
            return light;
        }
    }
    // The eye behind: one thing alone is lit already.
    if let Some(class) = lit.alone {
        let color = match class {
            class::PUPIL => lit.pupil,
            class::IRIS => lit.iris,
            _ => lit.white,
        };
        counts[class as usize] += open_count;
        return bands!(b => R::select(open, k(color[b] + lit.film[b]), light[b]));
    }
    let (origin, ray) = scene.view.ray(at[0], at[1]);
    let ray = ray.unit();
    let seen = scene.globe.trace(origin, ray);
    let place = scene.iris.place(&scene.globe, seen.x, seen.y);
    let inner = materials::beyond_tissue(lids, x);
    let in_corner = inner.less_than(k(0.5));
    let pupil = R::and(seen.clear, place.past_pupil.less_than(k(0.0)));
    let outside = R::select(seen.clear, place.outside, k(1.0));
    let (lamps, mut glint) = ([k(0.0); B], R::and_not(open, open));
    let mut lamps = lamps;
    if lit.glints {
        let (seen_lamps, bright) = glints::glints::<R, B>(scene, &seen, ray, k(lit.sky));
        lamps = seen_lamps;
        glint = R::and_not(R::and(open, bright), in_corner);
    }
    for b in 0..B {
        let iris = R::select(pupil, k(lit.pupil[b]), k(lit.iris[b]));
        let eye = mix(iris, k(lit.white[b]), outside) + k(lit.film[b]) + lamps[b];
        light[b] = R::select(open, mix(k(lit.corner[b]), eye, inner), light[b]);
    }
    let corner = R::count(R::and(open, in_corner));
    let eye = R::and_not(R::and_not(open, in_corner), glint);
    let pupils = R::count(R::and(eye, pupil));
    let irises = R::count(R::and(eye, R::and(seen.clear, place.past_limbus.less_than(k(0.0)))));
    counts[class::CARUNCLE as usize] += corner;
    counts[class::GLINT as usize] += R::count(glint);
    counts[class::PUPIL as usize] += pupils;
    counts[class::IRIS as usize] += irises - pupils;
    counts[class::SCLERA as usize] += R::count(eye) - irises;
    light
}
