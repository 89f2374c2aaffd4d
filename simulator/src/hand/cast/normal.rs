//! How much a surface faces the camera, eight pixels at a time.

use super::super::surface::{Cone, Face, Surface};
use super::kernel::{columns, dot};
use super::window::Rays;
use crate::lanes::{Real, clamp01, narrow, widest};

/// What the cosine's formula needs of a cone or a face.
enum Facing {
    /// The ball that touches at a hit on ray (x, y, 1): its centre is `center` and `share` times `axis`.
    Cone {
        center: [f32; 3],
        axis: [f32; 3],
        /// Of the share: a hit's depth times axis · ray, times this, ...
        scale: f32,
        /// ... and this.
        start: f32,
        radius: f32,
        /// How much smaller the second ball is.
        shrink: f32,
    },
    Face {
        normal: [f32; 3],
    },
}

impl Facing {
    fn of_cone(cone: &Cone) -> Self {
        let [a, b] = cone.ends;
        let axis = b.center_mm - a.center_mm;
        let shrink = a.radius_mm - b.radius_mm;
        let tangent = axis.norm_squared() - shrink * shrink;
        // Where one ball holds the other, only that one is seen.
        let (scale, start) = if tangent > 0.0 {
            (1.0 / tangent, -(axis.dot(&a.center_mm) + a.radius_mm * shrink) / tangent)
        } else {
            (0.0, if shrink > 0.0 { 0.0 } else { 1.0 })
        };
        Self::Cone {
            center: narrow(a.center_mm),
            axis: narrow(axis),
            scale: scale as f32,
            start: start as f32,
            radius: a.radius_mm as f32,
            shrink: shrink as f32,
        }
    }

    fn of_face(face: &Face) -> Self {
        Self::Face { normal: narrow(face.normal) }
    }

    /// Minus the unit normal times (x, y, 1), of hits at this depth.
    #[inline(always)]
    fn along<R: Real>(&self, x: R, y: f32, squared: R, depth: R) -> R {
        match self {
            Self::Cone { center, axis, scale, start, radius, shrink } => {
                let turn = dot(axis, x, y);
                let share = clamp01(depth * turn * R::splat(*scale) + R::splat(*start));
                let away = dot(center, x, y) + share * turn - depth * squared;
                away / (R::splat(*radius) - share * R::splat(*shrink))
            }
            Self::Face { normal } => -dot(normal, x, y),
        }
    }
}

/// Cones and faces of a surface, in the order of their ids.
pub(super) struct Facings(Vec<Facing>);

impl Facings {
    pub fn of(surface: &Surface) -> Self {
        let cones = surface.cones.iter().map(Facing::of_cone);
        Self(cones.chain(surface.faces.iter().map(Facing::of_face)).collect())
    }
}

/// An image that was cast.
pub(super) struct Image<'a> {
    pub rays: &'a Rays,
    pub stride: usize,
    pub depth: &'a [f32],
    pub seen: &'a [f32],
}

#[inline(always)]
fn cosines<R: Real>(facings: &Facings, image: &Image<'_>, cosines: &mut [f32]) {
    let one = R::splat(1.0);
    for at in (0..image.depth.len()).step_by(R::LANES) {
        let depth = R::load(&image.depth[at..]);
        if !R::any(depth.less_than(R::splat(f32::MAX))) {
            one.store(&mut cosines[at..]);
            continue;
        }
        let y = image.rays.at(1, at / image.stride);
        let x = columns::<R>(image.rays, at % image.stride);
        let squared = x * x + R::splat(y * y + 1.0);
        let length = squared.sqrt();
        let seen = R::load(&image.seen[at..]);
        let (mut cosine, mut last) = (one, -1.0);
        for lane in at..at + R::LANES {
            let id = image.seen[lane];
            if image.depth[lane] == f32::INFINITY || id == last {
                continue;
            }
            last = id;
            let along = facings.0[id as usize].along(x, y, squared, depth);
            let which = R::splat(id);
            let here = R::and_not(depth.less_than(R::splat(f32::MAX)), seen.less_than(which));
            let here = R::and_not(here, which.less_than(seen));
            cosine = R::select(here, clamp01(along / length), cosine);
        }
        cosine.store(&mut cosines[at..]);
    }
}

widest! {
    /// Cosine of the angle between normal and ray of every pixel, 0 to 1; 1 where nothing is.
    pub(super) fn facing(facings: &Facings, image: &Image<'_>, out: &mut [f32]) = cosines
}
