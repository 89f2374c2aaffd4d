//! A row of rays against one shape, eight rays at a time.
//!
//! Rays start at the camera and have z = 1, so the parameter of a hit is its depth.

use super::super::surface::{Cone, Face};
use crate::lanes::{Real, widest};
use nalgebra::Vector3;

/// Offsets of the lanes of a vector.
const OFFSETS: [f32; 8] = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0];

/// Rays of one row: their directions are (x + i step, y, 1).
pub(super) struct Row {
    pub x: f32,
    pub step: f32,
    pub y: f32,
    /// How many rays, a multiple of the lanes.
    pub count: usize,
    /// What to note where the shape is nearest.
    pub id: f32,
}

/// What a cone's formulas need of it.
pub(super) struct ConeRow {
    ends: [EndRow; 2],
    /// From the first end to the second.
    axis: [f32; 3],
    /// Squared length of the tangent between the balls.
    tangent: f32,
    /// Factor of axis · ray in the linear coefficient.
    lean: f32,
    /// The constant coefficient.
    constant: f32,
    /// Where along the axis the ray's origin stands.
    start: f32,
}

struct EndRow {
    center: [f32; 3],
    /// Squared distance less squared radius.
    power: f32,
}

impl ConeRow {
    pub fn new(cone: &Cone) -> Self {
        let narrow = |v: Vector3<f64>| [v.x as f32, v.y as f32, v.z as f32];
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
        Self {
            ends: cone.ends.map(|end| EndRow {
                center: narrow(end.center_mm),
                power: (end.center_mm.norm_squared() - end.radius_mm * end.radius_mm) as f32,
            }),
            axis: narrow(axis),
            // Where one ball holds the other there is no cone between them.
            tangent: tangent.max(0.0) as f32,
            lean: (reach - along) as f32,
            constant: constant as f32,
            start: (along - reach) as f32,
        }
    }
}

/// `axis · (x, y, 1)`.
#[inline(always)]
fn dot<R: Real>(axis: &[f32; 3], x: R, y: f32) -> R {
    R::splat(axis[0]) * x + R::splat(axis[1] * y + axis[2])
}

/// A hit that is not nearer than this is none, mm.
const NEAREST_MM: f32 = 1.0;

/// Where a ray enters a ball, or what is there already.
#[inline(always)]
fn enter<R: Real>(end: &EndRow, x: R, y: f32, squared: R, best: R) -> R {
    let along = dot(&end.center, x, y);
    let inside = along * along - squared * R::splat(end.power);
    let meets = R::splat(0.0).less(inside);
    let hit = (along - inside.max(R::splat(0.0)).sqrt()) / squared;
    let meets = R::both(meets, R::splat(NEAREST_MM).less(hit));
    R::select(R::both(meets, hit.less(best)), hit, best)
}

#[inline(always)]
fn cone<R: Real>(shape: &ConeRow, row: &Row, depth: &mut [f32], seen: &mut [f32]) {
    let zero = R::splat(0.0);
    let tangent = R::splat(shape.tangent);
    for first in (0..row.count).step_by(R::LANES) {
        let lane = R::load(&OFFSETS) + R::splat(first as f32);
        let x = R::splat(row.x) + lane * R::splat(row.step);
        let squared = x * x + R::splat(row.y * row.y + 1.0);
        let before = R::load(&depth[first..]);

        // The two balls.
        let mut best = enter(&shape.ends[0], x, row.y, squared, before);
        best = enter(&shape.ends[1], x, row.y, squared, best);

        // The cone between them: both crossings, where they lie between the circles of contact.
        let turn = dot(&shape.axis, x, row.y);
        let quadratic = tangent * squared - turn * turn;
        let linear = turn * R::splat(shape.lean) - tangent * dot(&shape.ends[0].center, x, row.y);
        let inside = linear * linear - quadratic * R::splat(shape.constant);
        let meets = zero.less(inside);
        if R::any(meets) {
            let root = inside.max(zero).sqrt();
            for hit in [(-linear - root) / quadratic, (root - linear) / quadratic] {
                let place = R::splat(shape.start) + hit * turn;
                let on = R::both(zero.less(place), place.less(tangent));
                let near = R::both(hit.less(best), R::splat(NEAREST_MM).less(hit));
                best = R::select(R::both(meets, R::both(on, near)), hit, best);
            }
        }
        let nearer = best.less(before);
        if R::any(nearer) {
            best.store(&mut depth[first..]);
            let id = R::load(&seen[first..]);
            R::select(nearer, R::splat(row.id), id).store(&mut seen[first..]);
        }
    }
}

/// What a face's formulas need of it.
pub(super) struct FaceRow {
    normal: [f32; 3],
    /// normal · point, of all points of its plane.
    height: f32,
    /// Normals of the planes through the camera and each side, inwards.
    sides: [[f32; 3]; 3],
}

impl FaceRow {
    pub fn new(face: &Face) -> Self {
        let narrow = |v: Vector3<f64>| [v.x as f32, v.y as f32, v.z as f32];
        let [a, b, c] = face.corners_mm;
        // Of a face that turns the other way, all three point outwards.
        let sign = a.cross(&b).dot(&c).signum();
        let side =
            |from: Vector3<f64>, to: Vector3<f64>| narrow(sign * from.cross(&to).normalize());
        Self {
            normal: narrow(face.normal),
            height: face.normal.dot(&a) as f32,
            sides: [side(a, b), side(b, c), side(c, a)],
        }
    }
}

#[inline(always)]
fn face<R: Real>(shape: &FaceRow, row: &Row, depth: &mut [f32], seen: &mut [f32]) {
    let zero = R::splat(0.0);
    for first in (0..row.count).step_by(R::LANES) {
        let lane = R::load(&OFFSETS) + R::splat(first as f32);
        let x = R::splat(row.x) + lane * R::splat(row.step);
        let a = zero.less(dot(&shape.sides[0], x, row.y));
        let b = zero.less(dot(&shape.sides[1], x, row.y));
        let c = zero.less(dot(&shape.sides[2], x, row.y));
        let within = R::both(a, R::both(b, c));
        if !R::any(within) {
            continue;
        }
        let hit = R::splat(shape.height) / dot(&shape.normal, x, row.y);
        let before = R::load(&depth[first..]);
        let near = R::both(hit.less(before), R::splat(NEAREST_MM).less(hit));
        let nearer = R::both(within, near);
        R::select(nearer, hit, before).store(&mut depth[first..]);
        let id = R::load(&seen[first..]);
        R::select(nearer, R::splat(row.id), id).store(&mut seen[first..]);
    }
}

widest! {
    /// A row of rays against a cone: depth where it is nearer than what is there, and who it is.
    pub(super) fn cone_row(shape: &ConeRow, row: &Row, depth: &mut [f32], seen: &mut [f32]) = cone
}

widest! {
    /// As [`cone_row`], against a face.
    pub(super) fn face_row(shape: &FaceRow, row: &Row, depth: &mut [f32], seen: &mut [f32]) = face
}
