//! Rays against one shape, eight at a time.

use super::super::surface::{Ball, Cone, Face};
use super::window::{Rays, Window};
use crate::lanes::{Real, narrow, widest};
use nalgebra::Vector3;

/// Offsets of the lanes of a vector.
const OFFSETS: [f32; 8] = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0];

/// A hit that is not nearer than this is none, mm.
const NEAREST_MM: f32 = 1.0;

/// The image that shapes are cast into.
pub(super) struct Target<'a> {
    pub rays: &'a Rays,
    /// Numbers from one row to the next.
    pub stride: usize,
    /// z, mm.
    pub depth: &'a mut [f32],
    /// Id of the nearest shape.
    pub seen: &'a mut [f32],
}

/// A shape that may be the nearest: what all kernels need of it.
pub(super) struct Candidate {
    /// What to note where it is nearest.
    pub id: f32,
    /// No point of it is nearer, mm.
    pub nearest: f32,
}

/// x of the rays through a group's pixels.
#[inline(always)]
pub(super) fn columns<R: Real>(rays: &Rays, first: usize) -> R {
    R::splat(rays.at(0, first)) + R::load(&OFFSETS) * R::splat(rays.step[0])
}

/// `axis · (x, y, 1)`.
#[inline(always)]
pub(super) fn dot<R: Real>(axis: &[f32; 3], x: R, y: f32) -> R {
    R::splat(axis[0]) * x + R::splat(axis[1] * y + axis[2])
}

/// Notes hits where they are nearer than what is there.
#[inline(always)]
fn note<R: Real>(nearer: R::Mask, hit: R, before: R, id: f32, at: usize, target: &mut Target<'_>) {
    if R::any(nearer) {
        R::select(nearer, hit, before).store(&mut target.depth[at..]);
        let seen = R::load(&target.seen[at..]);
        R::select(nearer, R::splat(id), seen).store(&mut target.seen[at..]);
    }
}

/// What a ball's formulas need of it.
pub(super) struct BallShape {
    center: [f32; 3],
    /// Squared distance less squared radius.
    power: f32,
}

impl BallShape {
    pub fn new(ball: &Ball) -> Self {
        let power = ball.center_mm.norm_squared() - ball.radius_mm * ball.radius_mm;
        Self { center: narrow(ball.center_mm), power: power as f32 }
    }
}

#[inline(always)]
fn ball<R: Real>(
    shape: &BallShape,
    candidate: &Candidate,
    window: &Window,
    target: &mut Target<'_>,
) {
    let zero = R::splat(0.0);
    for row in window.rows.clone() {
        let y = target.rays.at(1, row);
        for first in window.groups(row) {
            let at = row * target.stride + first;
            let before = R::load(&target.depth[at..]);
            let x = columns::<R>(target.rays, first);
            let squared = x * x + R::splat(y * y + 1.0);
            let along = dot(&shape.center, x, y);
            let inside = along * along - squared * R::splat(shape.power);
            let meets =
                R::and(zero.less_than(inside), R::splat(candidate.nearest).less_than(before));
            if !R::any(meets) {
                continue;
            }
            let hit = (along - inside.max(zero).sqrt()) / squared;
            let near = R::and(hit.less_than(before), R::splat(NEAREST_MM).less_than(hit));
            note(R::and(meets, near), hit, before, candidate.id, at, target);
        }
    }
}

/// What a cone's formulas need of it.
pub(super) struct ConeShape {
    /// Centre of its first ball.
    center: [f32; 3],
    /// From the first end to the second.
    axis: [f32; 3],
    /// Squared length of the tangent between the balls.
    tangent: f32,
    /// Factor of axis · ray in the linear coefficient.
    lean: f32,
    /// The constant coefficient.
    constant: f32,
}

impl ConeShape {
    /// `None` where one ball holds the other, so that there is no cone between them.
    pub fn new(cone: &Cone) -> Option<Self> {
        let [a, b] = cone.ends;
        let axis = b.center_mm - a.center_mm;
        let shrink = a.radius_mm - b.radius_mm;
        let tangent = axis.norm_squared() - shrink * shrink;
        // As from the first centre to the origin.
        let along = -axis.dot(&a.center_mm);
        let reach = a.radius_mm * shrink;
        let far = a.center_mm.norm_squared();
        let constant = tangent * far - along * along + 2.0 * along * reach
            - axis.norm_squared() * a.radius_mm * a.radius_mm;
        (tangent > 0.0).then_some(Self {
            center: narrow(a.center_mm),
            axis: narrow(axis),
            tangent: tangent as f32,
            lean: (reach - along) as f32,
            constant: constant as f32,
        })
    }
}

/// Where a crossing of a ray and a whole double cone lies between the balls, and nearer than what is there.
#[inline(always)]
fn crossing<R: Real>(shape: &ConeShape, turn: R, hit: R, before: R) -> R::Mask {
    let place = hit * turn - R::splat(shape.lean);
    let on = R::and(R::splat(0.0).less_than(place), place.less_than(R::splat(shape.tangent)));
    R::and(on, R::and(hit.less_than(before), R::splat(NEAREST_MM).less_than(hit)))
}

#[inline(always)]
fn cone<R: Real>(
    shape: &ConeShape,
    candidate: &Candidate,
    window: &Window,
    target: &mut Target<'_>,
) {
    let zero = R::splat(0.0);
    let tangent = R::splat(shape.tangent);
    for row in window.rows.clone() {
        let y = target.rays.at(1, row);
        for first in window.groups(row) {
            let at = row * target.stride + first;
            let before = R::load(&target.depth[at..]);
            if !R::any(R::splat(candidate.nearest).less_than(before)) {
                continue;
            }
            let x = columns::<R>(target.rays, first);
            let squared = x * x + R::splat(y * y + 1.0);
            let turn = dot(&shape.axis, x, y);
            let quadratic = tangent * squared - turn * turn;
            let linear = turn * R::splat(shape.lean) - tangent * dot(&shape.center, x, y);
            let inside = linear * linear - quadratic * R::splat(shape.constant);
            let meets = zero.less_than(inside);
            if !R::any(meets) {
                continue;
            }
            // The first crossing, where it lies between the circles of contact: who leaves the cone there
            // came in through a ball.
            let root = inside.max(zero).sqrt();
            let hit = (-linear - root) / quadratic;
            let nearer = crossing(shape, turn, hit, before);
            note(R::and(meets, nearer), hit, before, candidate.id, at, target);
            // Of rays along the cone's opening the second may be the first one before the camera.
            let along = R::and(meets, quadratic.less_than(zero));
            if R::any(along) {
                let before = R::load(&target.depth[at..]);
                let hit = (root - linear) / quadratic;
                let nearer = crossing(shape, turn, hit, before);
                note(R::and(along, nearer), hit, before, candidate.id, at, target);
            }
        }
    }
}

/// What a face's formulas need of it.
pub(super) struct FaceShape {
    normal: [f32; 3],
    /// normal · point, of all points of its plane.
    height: f32,
    /// Normals of the planes through the camera and each side, inwards.
    sides: [[f32; 3]; 3],
}

impl FaceShape {
    /// `None` where it faces away from the camera.
    pub fn new(face: &Face) -> Option<Self> {
        let [a, b, c] = face.corners_mm;
        // Of a face that turns the other way, all three point outwards.
        let sign = a.cross(&b).dot(&c).signum();
        let side =
            |from: Vector3<f64>, to: Vector3<f64>| narrow(sign * from.cross(&to).normalize());
        let height = face.normal.dot(&a);
        (height < 0.0).then(|| Self {
            normal: narrow(face.normal),
            height: height as f32,
            sides: [side(a, b), side(b, c), side(c, a)],
        })
    }
}

#[inline(always)]
fn face<R: Real>(
    shape: &FaceShape,
    candidate: &Candidate,
    window: &Window,
    target: &mut Target<'_>,
) {
    let zero = R::splat(0.0);
    for row in window.rows.clone() {
        let y = target.rays.at(1, row);
        for first in window.groups(row) {
            let at = row * target.stride + first;
            let before = R::load(&target.depth[at..]);
            let x = columns::<R>(target.rays, first);
            let a = zero.less_than(dot(&shape.sides[0], x, y));
            let b = zero.less_than(dot(&shape.sides[1], x, y));
            let c = zero.less_than(dot(&shape.sides[2], x, y));
            let within =
                R::and(R::and(a, R::splat(candidate.nearest).less_than(before)), R::and(b, c));
            if !R::any(within) {
                continue;
            }
            let hit = R::splat(shape.height) / dot(&shape.normal, x, y);
            let near = R::and(hit.less_than(before), R::splat(NEAREST_MM).less_than(hit));
            note(R::and(within, near), hit, before, candidate.id, at, target);
        }
    }
}

widest! {
    /// Casts a ball: notes depth where it is nearer than what is there, and who it is.
    pub(super) fn cast_ball(shape: &BallShape, candidate: &Candidate, window: &Window, target: &mut Target<'_>) = ball
}

widest! {
    /// As [`cast_ball`], what lies between two balls of a cone.
    pub(super) fn cast_cone(shape: &ConeShape, candidate: &Candidate, window: &Window, target: &mut Target<'_>) = cone
}

widest! {
    /// As [`cast_ball`], a face.
    pub(super) fn cast_face(shape: &FaceShape, candidate: &Candidate, window: &Window, target: &mut Target<'_>) = face
}
