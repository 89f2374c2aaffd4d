//! The relief around the eye: height towards the camera over the plane of the face.
//!
//! It is a function, not a mesh: every term is one feature of the face, in mm.

use super::lids::Lids;

/// The face's part of a scene.
#[derive(Debug, Clone)]
pub(crate) struct Face {
    /// Radius of the sphere that the lids lie on, mm.
    pub lid_radius: f64,
    pub nose: f64,
    pub brow: f64,
}

/// A bell of width 1 around 0.
#[inline]
pub(crate) fn bell(u: f64) -> f64 {
    let q = 1.0 + u * u;
    1.0 / (q * q)
}

/// 0 below 0, growing like a square first and like a line later.
#[inline]
fn ramp(u: f64) -> f64 {
    let u = u.max(0.0);
    u * u / (1.0 + u)
}

/// 0 below `low`, 1 above `high`, smooth between.
#[inline]
pub(crate) fn smoothstep(low: f64, high: f64, x: f64) -> f64 {
    let t = ((x - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

impl Face {
    /// Height before the centre of the eyeball at (x, v), mm: minus z in head space.
    #[inline]
    pub(crate) fn height(&self, lids: &Lids, x: f64, v: f64) -> f64 {
        // The dome of the lids: a sphere's first terms, which go on smoothly beyond its rim; taller
        // than wide, because fat fills the hollows above and below the eyeball.
        let r = self.lid_radius;
        let q = (1.15 * x * x + 0.6 * v * v) / (r * r);
        let dome = r * (1.0 - q * (0.5 + 0.125 * q));
        // The face under it stands back towards the temple (canthi 10 and 5 mm behind the apex);
        // above and below the opening, fat and bone fill it up to the dome.
        let plane = 5.0 - 0.2 * x + 3.5 * smoothstep(4.0, 13.0, v.abs());
        let (gap, soft) = (dome - plane, 3.5);
        let mut height = 0.5 * (dome + plane + (gap * gap + soft * soft).sqrt());
        // Nose, brow and cheek.
        height += self.nose * ramp((-11.0 - x) / 8.0);
        height += self.brow * smoothstep(8.0, 20.0, v);
        height += 1.2 * ramp((-9.0 - v) / 8.0);
        // Creases: a groove, and the fold of skin that hangs over it.
        let place = lids.place(x);
        let fade = smoothstep(-0.12, 0.12, place) * (1.0 - smoothstep(0.92, 1.25, place));
        let d = v - lids.crease(place);
        height += lids.crease_depth * fade * (0.8 * bell((d - 2.1) / 1.6) - bell(d / 0.9));
        if lids.second_crease > 0.0 {
            let d = d - lids.second_crease;
            height -= 0.5 * lids.crease_depth * fade * bell(d / 0.6);
        }
        // Below the eye: the roll of the lower lid, and the fold under it.
        let (_, lower) = lids.margins(place);
        let d = v - lower;
        height + lids.bag * fade * (0.6 * bell((d + 2.0) / 1.6) - bell((d + 5.0) / 1.3))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eye::lids::{Lids, tests_support};

    #[test]
    fn canthi_lie_behind_the_apex_as_far_as_anatomy_says() {
        let lids = Lids::new(&tests_support::average(), 0.0);
        let face = Face { lid_radius: 13.3, nose: 9.0, brow: 8.0 };
        let apex = 13.4;
        let inner = apex - face.height(&lids, lids.inner.x, lids.inner.y);
        let outer = apex - face.height(&lids, lids.outer.x, lids.outer.y);
        assert!((3.0..6.5).contains(&inner), "medial about 5 mm: {inner}");
        assert!((7.0..11.0).contains(&outer), "lateral about 10 mm: {outer}");
    }

    #[test]
    fn nose_and_brow_stand_before_the_temple() {
        let lids = Lids::new(&tests_support::average(), 0.0);
        let face = Face { lid_radius: 13.3, nose: 9.0, brow: 8.0 };
        let temple = face.height(&lids, 19.0, 0.0);
        assert!(face.height(&lids, -22.0, 0.0) > temple + 5.0);
        assert!(face.height(&lids, 0.0, 18.0) > face.height(&lids, 0.0, 10.0));
    }
}
