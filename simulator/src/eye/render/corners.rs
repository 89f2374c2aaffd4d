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

/// A step of more than this, mm, or a place beyond the face is no arrival.
const STEP_LIMIT_MM: f32 = 0.05;
/// A first step of less than this, px, at a rate found before, ends within a tenth of it.
const FIRST_STEP_PX: f32 = 0.3;
/// In one row of so many, rates are found anew.
const TRUSTED_ROWS: usize = 6;
/// Steps before the search is given up.
const MOST_STEPS: usize = 7;
/// Steps of a search that begins between the face's corners.
const SETTLING_STEPS: usize = 2;
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
    // Of each column, how what the ray misses the face by grows with its height, as last found.
    let mut rates = vec![-1.0f32; stride];
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
            let trusted = row % TRUSTED_ROWS > 0;
            let (x, v, h) = arrive(scene, [px, py], guess, &mut rates[column..], trusted);
            let margins = scene.lids.at(x);
            let (upper, lower) = margins.depths(v);
            let depth = upper.min(lower);
            let skin = if R::any(R::splat(-WIDEST_EDGE_MM).less(depth)) {
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

/// Rays through image points, as functions of height.
struct Way<R> {
    origin: V3<R>,
    direction: V3<R>,
    inv: R,
}

impl<R: Real> Way<R> {
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

    /// How far the face stands before the ray there.
    #[inline(always)]
    fn miss(&self, scene: &Scene, height: R) -> R {
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

/// Where rays meet the face that do so near this height: (x, v).
#[inline(always)]
pub(super) fn settle<R: Real>(scene: &Scene, [px, py]: [R; 2], guess: R) -> (R, R) {
    let k = R::splat;
    let way = Way::new(scene, px, py);
    let (mut last, mut height) = (guess, guess);
    let mut last_miss = k(0.0);
    for n in 0..SETTLING_STEPS {
        let now = way.miss(scene, height);
        let (run, rise) = (height - last, now - last_miss);
        let flat = rise.abs().less(k(1e-6));
        let secant = R::select(flat, now, -now * run / R::select(flat, k(1.0), rise));
        let step = if n == 0 { now } else { secant };
        // No step between a lid and the eye is longer.
        let step = step.max(k(-1.0)).min(k(1.0));
        (last, last_miss) = (height, now);
        height = height + step;
    }
    way.at(height)
}

/// Where rays meet the face: the secant method from a height near the true one; where it does not
/// settle, because the face is steeper than the ray, or where the face may hide itself, a march
/// from the front.
#[inline(always)]
fn arrive<R: Real>(
    scene: &Scene,
    [px, py]: [R; 2],
    guess: R,
    rates: &mut [f32],
    trusted: bool,
) -> (R, R, R) {
    let k = R::splat;
    let way = Way::new(scene, px, py);
    let limit = k(HEIGHT_LIMIT_MM);
    let mut height = guess;
    let mut lost = true;
    if !scene.view.steep {
        height = guess.max(-limit).min(limit);
        let (mut last, mut last_miss) = (height, k(0.0));
        let mut rate = R::load(rates);
        let first_step = k(FIRST_STEP_PX / scene.px_per_mm);
        let mut arrived = 0;
        for n in 0..MOST_STEPS {
            let now = way.miss(scene, height);
            let (run, rise) = (height - last, now - last_miss);
            if n > 0 {
                // Where nothing moved, or the face is as steep as the ray, what was known stays.
                let steep = (rise * rise).less(k(0.01) * run * run);
                let still = run.abs().less(k(1e-5));
                rate = R::select(still, rate, R::select(steep, k(-1.0), rise / run));
            }
            let step = -now / rate;
            (last, last_miss) = (height, now);
            height = height + step;
            let near = R::both(step.abs().less(k(STEP_LIMIT_MM)), height.abs().less(limit));
            arrived = R::count(near);
            if n == 0 && trusted {
                let near = R::both(step.abs().less(first_step), height.abs().less(limit));
                arrived = R::count(near);
            }
            if (n > 0 || trusted) && arrived == R::LANES as u32 {
                break;
            }
        }
        rate.max(k(-3.0)).min(k(-0.3)).store(rates);
        lost = arrived < R::LANES as u32;
    }
    if lost {
        // The largest height at which the face reaches the ray: steps from the front, then halving.
        let (mut outside, mut inside) = (limit, -limit);
        let mut found = k(0.0);
        let (mut front, mut halvings) = (front_mm(scene, guess), 0);
        while halvings < 14 {
            let searching =
                front > -HEIGHT_LIMIT_MM && R::count(k(0.5).less(found)) < R::LANES as u32;
            front -= 1.5;
            halvings += u32::from(!searching);
            let at = if searching { k(front) } else { (inside + outside) * k(0.5) };
            let within = k(0.0).less(way.miss(scene, at));
            if searching {
                let first = R::both(within, found.less(k(0.5)));
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
    let (x, v) = way.at(height);
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
                    let way = Way::new(&scene, expected[0], expected[1]);
                    let crosses = way.miss(&scene, h).abs() < 0.02
                        || way.miss(&scene, h - 0.15) > 0.0 && way.miss(&scene, h + 0.15) < 0.0;
                    on += u32::from(crosses);
                    all += 1;
                }
            }
            assert!(on * 100 >= all * 98, "{id}: {on} of {all}");
        }
    }
}
