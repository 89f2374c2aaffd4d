//! The face behind the corners of all pixels.

use crate::eye::scene::Scene;
use crate::lanes::{Real, V3};

/// Places on the face, one a pixel corner: (width + 1) x (height + 1), rows padded.
pub(crate) struct Corners {
    pub stride: usize,
    /// Towards the temple, up, and towards the camera from the eyeball's centre, mm.
    pub x: Vec<f32>,
    pub v: Vec<f32>,
    pub h: Vec<f32>,
    /// Height of the skin there, carried on over the lids' edges and the opening, mm.
    pub skin: Vec<f32>,
    /// Depth between the margins, mm; negative on the lids.
    pub depth: Vec<f32>,
}

/// Not converged after a step of more than this, mm, or beyond the face.
const STEP_LIMIT_MM: f32 = 0.05;
/// A first step of less than this, px, at a slope found before, is accepted: it ends within a tenth of it.
const FIRST_STEP_PX: f32 = 0.3;
/// In one row of so many, slopes are found anew.
const SLOPE_ROWS: usize = 6;
/// Steps before the secant method is given up.
const MOST_STEPS: usize = 7;
/// Secant steps from a guess between the face's corners.
const REFINE_STEPS: usize = 2;
/// The face is looked for within so much before and behind the eye's centre, mm.
pub(super) const HEIGHT_LIMIT_MM: f32 = 60.0;
/// No lid's edge is wider than this, mm.
const WIDEST_EDGE_MM: f32 = 3.0;

/// Finds the face behind all corners.
#[inline(always)]
pub(super) fn find<R: Real>(scene: &Scene) -> Corners {
    let (width, height) = (scene.camera.width as usize, scene.camera.height as usize);
    let stride = (width + 1).next_multiple_of(8) + 8;
    let blank = || vec![0.0f32; stride * (height + 1)];
    let mut c =
        Corners { stride, x: blank(), v: blank(), h: blank(), skin: blank(), depth: blank() };
    let ramp: [f32; 8] = std::array::from_fn(|k| k as f32 - 0.5);
    // Of each column, the residual's slope over the height, as last found.
    let mut slopes = vec![-1.0f32; stride];
    for row in 0..=height {
        let py = R::splat(row as f32 - 0.5);
        for column in (0..stride - 8).step_by(R::LANES) {
            let at = row * stride + column;
            let px = R::load(&ramp) + R::splat(column as f32);
            // The rows above, carried on, are a close guess.
            let guess = if row == 0 {
                R::splat(scene.face.lid_radius)
            } else {
                let one = R::load(&c.h[at - stride..]);
                let two = if row > 1 { R::load(&c.h[at - 2 * stride..]) } else { one };
                let three =
                    if row > 2 { R::load(&c.h[at - 3 * stride..]) } else { two + two - one };
                R::splat(3.0) * (one - two) + three
            };
            let accept_first_step = row % SLOPE_ROWS > 0;
            let slopes = &mut slopes[column..];
            let (x, v, h) = intersect_face(scene, [px, py], guess, slopes, accept_first_step);
            let margins = scene.lids.at(x);
            let (upper, lower) = margins.depths(v);
            let depth = upper.min(lower);
            let skin = if R::any(R::splat(-WIDEST_EDGE_MM).less_than(depth)) {
                scene.face.skin(&scene.lids, &margins, x, v)
            } else {
                h
            };
            x.store(&mut c.x[at..]);
            v.store(&mut c.v[at..]);
            h.store(&mut c.h[at..]);
            skin.store(&mut c.skin[at..]);
            depth.store(&mut c.depth[at..]);
        }
    }
    c
}

/// Rays through image points, as functions of the height over the face's plane.
struct HeightRay<R> {
    origin: V3<R>,
    direction: V3<R>,
    inv: R,
}

impl<R: Real> HeightRay<R> {
    #[inline(always)]
    fn new(scene: &Scene, px: R, py: R) -> Self {
        let (origin, direction) = scene.view.ray(px, py);
        Self { origin, direction, inv: R::splat(1.0) / direction.z }
    }

    /// The place (x, v) at this height.
    #[inline(always)]
    fn at(&self, height: R) -> (R, R) {
        let t = (-height - self.origin.z) * self.inv;
        (self.origin.x + t * self.direction.x, -(self.origin.y + t * self.direction.y))
    }

    /// Signed residual: face height minus ray height, mm; 0 where the ray meets the face.
    #[inline(always)]
    fn residual(&self, scene: &Scene, height: R) -> R {
        let (x, v) = self.at(height);
        scene.face.height(&scene.lids, x, v) - height
    }
}

/// Where a march begins: before the face where it may hide itself, else a little before the guess.
#[inline(always)]
fn front_mm<R: Real>(scene: &Scene, guess: R) -> f32 {
    let mut guesses = [0.0; 8];
    guess.store(&mut guesses);
    let highest = guesses[..R::LANES].iter().copied().fold(f32::MIN, f32::max);
    if scene.view.steep { HEIGHT_LIMIT_MM } else { (highest + 6.0).min(HEIGHT_LIMIT_MM) }
}

/// Refines the hits of rays that meet the face near this height: (x, v), mm.
#[inline(always)]
pub(super) fn refine_hits<R: Real>(scene: &Scene, [px, py]: [R; 2], guess: R) -> (R, R) {
    let k = R::splat;
    let ray = HeightRay::new(scene, px, py);
    let (mut last, mut height) = (guess, guess);
    let mut last_residual = k(0.0);
    for n in 0..REFINE_STEPS {
        let now = ray.residual(scene, height);
        let (run, rise) = (height - last, now - last_residual);
        let flat = rise.abs().less_than(k(1e-6));
        let secant = R::select(flat, now, -now * run / R::select(flat, k(1.0), rise));
        let step = if n == 0 { now } else { secant };
        // No step between a lid and the eye is longer.
        let step = step.max(k(-1.0)).min(k(1.0));
        (last, last_residual) = (height, now);
        height = height + step;
    }
    ray.at(height)
}

/// Where rays meet the face, (x, v, height), mm: the secant method from a height near the true one; where
/// it does not converge, because the face is steeper than the ray, or where the face may hide itself, a
/// march from the front.
#[inline(always)]
fn intersect_face<R: Real>(
    scene: &Scene,
    [px, py]: [R; 2],
    guess: R,
    slopes: &mut [f32],
    accept_first_step: bool,
) -> (R, R, R) {
    let k = R::splat;
    let ray = HeightRay::new(scene, px, py);
    let limit = k(HEIGHT_LIMIT_MM);
    let mut height = guess;
    let mut unconverged = true;
    if !scene.view.steep {
        height = guess.max(-limit).min(limit);
        let (mut last, mut last_residual) = (height, k(0.0));
        let mut slope = R::load(slopes);
        let first_step = k(FIRST_STEP_PX / scene.px_per_mm);
        let mut converged = 0;
        for n in 0..MOST_STEPS {
            let now = ray.residual(scene, height);
            let (run, rise) = (height - last, now - last_residual);
            if n > 0 {
                // Where nothing moved, or the face is as steep as the ray, what was known stays.
                let steep = (rise * rise).less_than(k(0.01) * run * run);
                let still = run.abs().less_than(k(1e-5));
                slope = R::select(still, slope, R::select(steep, k(-1.0), rise / run));
            }
            let step = -now / slope;
            (last, last_residual) = (height, now);
            height = height + step;
            let near =
                R::and(step.abs().less_than(k(STEP_LIMIT_MM)), height.abs().less_than(limit));
            converged = R::count(near);
            if n == 0 && accept_first_step {
                let near = R::and(step.abs().less_than(first_step), height.abs().less_than(limit));
                converged = R::count(near);
            }
            if (n > 0 || accept_first_step) && converged == R::LANES as u32 {
                break;
            }
        }
        slope.max(k(-3.0)).min(k(-0.3)).store(slopes);
        unconverged = converged < R::LANES as u32;
    }
    if unconverged {
        // The largest height at which the face reaches the ray: steps from the front, then halving.
        let (mut outside, mut inside) = (limit, -limit);
        let mut found = k(0.0);
        let (mut front, mut halvings) = (front_mm(scene, guess), 0);
        while halvings < 14 {
            let searching =
                front > -HEIGHT_LIMIT_MM && R::count(k(0.5).less_than(found)) < R::LANES as u32;
            front -= 1.5;
            halvings += u32::from(!searching);
            let at = if searching { k(front) } else { (inside + outside) * k(0.5) };
            let within = k(0.0).less_than(ray.residual(scene, at));
            if searching {
                let first = R::and(within, found.less_than(k(0.5)));
                inside = R::select(first, at, inside);
                outside = R::select(first, at + k(1.5), outside);
                found = R::select(first, k(1.0), found);
            } else {
                inside = R::select(within, at, inside);
                outside = R::select(within, outside, at);
            }
        }
        height = inside;
    }
    let (x, v) = ray.at(height);
    (x, v, height)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::eye::EyeConfig;
    use nalgebra::Vector3;

    #[test]
    fn corners_lie_on_the_face_and_on_their_rays() {
        let config = EyeConfig::preset("wide").unwrap();
        for id in 0..60 {
            let scene = Scene::draw(&config, 2, id);
            let c = find::<crate::lanes::Portable>(&scene);
            let (mut on, mut all) = (0, 0);
            for row in 0..=36 {
                for column in 0..=60 {
                    let at = row * c.stride + column;
                    let (x, v, h) = (c.x[at] as f64, c.v[at] as f64, c.h[at] as f64);
                    let [u, w] = scene.project(Vector3::new(x, -v, -h));
                    let expected = [column as f64 - 0.5, row as f64 - 0.5];
                    assert!((u - expected[0]).hypot(w - expected[1]) < 2e-3, "{id} {u} {w}");
                    // The face touches the ray here, or crosses it within 0.15 mm.
                    let ray = HeightRay::new(&scene, expected[0], expected[1]);
                    let crosses = ray.residual(&scene, h).abs() < 0.02
                        || ray.residual(&scene, h - 0.15) > 0.0
                            && ray.residual(&scene, h + 0.15) < 0.0;
                    on += u32::from(crosses);
                    all += 1;
                }
            }
            assert!(on * 100 >= all * 98, "{id}: {on} of {all}");
        }
    }
}
