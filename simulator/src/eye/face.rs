//! The relief around the eye: height towards the camera over the plane of the face.
//!
//! It is a function, not a mesh: every term is one feature of the face, in mm. Places are (x, v): x
//! towards the temple, v *up* from the centre of the eyeball.

use super::lids::{Lids, Margins};
use crate::lanes::{BELL_END, Real, bell, mix, ramp, smooth_max, smoothstep};
use nalgebra::Vector3;

/// The face's part of a scene.
#[derive(Debug, Clone)]
pub(crate) struct Face {
    /// Radius of the eyeball, and of the sphere that the lids lie on, mm.
    pub eye_radius: f32,
    pub lid_radius: f32,
    /// How far the nose's side stands out over 8 mm, and how far the brow does, mm.
    pub nose: f32,
    pub brow: f32,
    /// Depth of the hollow between upper lid and brow, mm; negative is full.
    pub hollow: f32,
    /// How far the cheek rises below the eye, and depth of the groove beside the nose, mm.
    pub cheek: f32,
    pub trough: f32,
    /// Where the cornea lifts the lids: its place and how far, mm.
    pub bulge: [f32; 3],
}

/// How far the cornea lifts the lids.
const BULGE_MM: f32 = 0.7;

/// How far the tissue in the corners stands behind the skin, mm.
const TISSUE_DEPTH_MM: f32 = 1.6;

impl Face {
    /// Lets the cornea of an eye that looks along `axis` (head space) lift the lids.
    pub(crate) fn bulge_over(&mut self, axis: Vector3<f64>) {
        let at = axis * self.lid_radius as f64;
        self.bulge = [at.x as f32, -at.y as f32, BULGE_MM];
    }

    /// Height before the centre of the eyeball at (x, v), mm: minus z in head space.
    #[inline(always)]
    pub(crate) fn height<R: Real>(&self, lids: &Lids, x: R, v: R) -> R {
        self.surface(lids, &lids.at(x), x, v)
    }

    /// The same where the margins beside x are known.
    #[inline(always)]
    pub(crate) fn surface<R: Real>(&self, lids: &Lids, margins: &Margins<R>, x: R, v: R) -> R {
        let skin = self.skin(lids, margins, x, v);
        // Between the margins lies the eyeball, in the corners tissue.
        let r = R::splat(self.eye_radius);
        let ball = (r * r - x * x - v * v).max(R::splat(0.0)).sqrt();
        let inside = ball.max(skin - R::splat(TISSUE_DEPTH_MM));
        // The lids' edges: flat where they touch the eye, round towards the skin.
        let t = margins.across_edge(lids, v);
        let t = t * (R::splat(2.0) - t);
        mix(inside, skin, t)
    }

    /// The skin, carried on over the lids' edges and the opening: what skin is shaded by. A lid's edge
    /// is narrower than a pixel, and what it sends is a factor on the light of the skin beside it.
    #[inline(always)]
    pub(crate) fn skin<R: Real>(&self, lids: &Lids, margins: &Margins<R>, x: R, v: R) -> R {
        let k = R::splat;
        // The dome of the lids: a sphere's first terms, which go on smoothly beyond its rim; taller
        // than wide, because fat fills the hollows above and below the eyeball.
        let r = self.lid_radius;
        let q = (k(1.15) * x * x + k(0.6) * v * v) * k(1.0 / (r * r));
        let dome = k(r) * (k(1.0) - q * (k(0.5) + k(0.125) * q));
        // The face under it stands back towards the temple (canthi 10 and 5 mm behind the apex);
        // above and below the opening, fat and bone fill it up to the dome.
        let back = (x - k(12.0)).max(k(0.0));
        let plane =
            k(5.0) - k(0.2) * x - k(0.006) * back * back + k(3.5) * smoothstep(4.0, 13.0, v.abs());
        let mut height = smooth_max(dome, plane, 3.5);
        // Most features end within the picture: where all lanes lie outside of one, it is left out.
        // The nose's side, up to its ridge, and down again behind it; wider below.
        let zero = k(0.0);
        let u = (k(-9.0) - x - k(0.15) * v) * k(1.0 / 9.0);
        if R::any(zero.less(u)) {
            let side = ramp(u) - k(1.7) * ramp(u - k(2.2));
            height = height + k(self.nose) * side * (k(1.0) - k(0.012) * v);
        }
        // Brow ridge and forehead, arched; the hollow under it; the cheek.
        let arched = v + k(0.008) * (x - k(4.0)) * (x - k(4.0));
        if R::any(k(8.0).less(arched)) {
            let ridge = smoothstep(8.0, 20.0, arched) + k(0.2) * bell((arched - k(20.0)) * k(0.2));
            height = height + k(self.brow) * ridge;
        }
        let d = v - k(11.5);
        if R::any(d.abs().less(k(4.0 * BELL_END))) {
            height = height - k(self.hollow) * bell(d * k(0.25));
        }
        if R::any(v.less(k(-6.0))) {
            height = height + k(self.cheek) * ramp((k(-6.0) - v) * k(1.0 / 9.0));
        }
        // The groove from the inner corner down along the nose.
        let d = (v - k(lids.inner[1] - 4.0)) + k(0.6) * (x - k(lids.inner[0] + 1.0));
        let along = (x - k(lids.inner[0])) * k(0.8) - v * k(0.6);
        let near = R::both(d.abs().less(k(BELL_END / 0.22)), along.less(k(26.0)));
        if R::any(R::both(near, k(-4.0).less(along))) {
            height = height
                - k(self.trough)
                    * bell(d * k(0.22))
                    * smoothstep(-4.0, 8.0, along)
                    * (k(1.0) - smoothstep(14.0, 26.0, along));
        }
        // The cornea under the lid.
        let (bx, bv) = (x - k(self.bulge[0]), v - k(self.bulge[1]));
        let apart = bx * bx + bv * bv;
        if R::any(apart.less(k(25.0 * BELL_END * BELL_END))) {
            height = height + k(self.bulge[2]) * bell(apart.sqrt() * k(0.2));
        }
        // Creases: a groove, and the fold of skin that hangs over it.
        let place = margins.place;
        let d = v - lids.crease(place);
        let above = (1.6 * BELL_END + 2.1).max(0.6 * BELL_END + lids.second_crease);
        if R::any(R::both(k(-0.9 * BELL_END).less(d), d.less(k(above)))) {
            let fold = k(0.8) * bell((d - k(2.1)) * k(1.0 / 1.6)) - bell(d * k(1.0 / 0.9));
            let deep = k(lids.crease_depth) * lids.fade(place);
            height = height + deep * fold;
            if lids.second_crease > 0.0 {
                let d = d - k(lids.second_crease);
                height = height - k(0.5) * deep * bell(d * k(1.0 / 0.6));
            }
        }
        // Below the eye: the roll of the lower lid, and the fold under it.
        let d = v - margins.lower;
        let (low, high) = (-5.6 - 1.4 * BELL_END, -2.4 + 1.6 * BELL_END);
        if R::any(R::both(k(low).less(d), d.less(k(high)))) {
            let roll =
                k(0.6) * bell((d + k(2.4)) * k(1.0 / 1.6)) - bell((d + k(5.6)) * k(1.0 / 1.4));
            height = height + k(lids.bag) * lids.fade(place) * roll;
        }
        height
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eye::lids::tests_support;

    pub(crate) fn average() -> Face {
        Face {
            eye_radius: 12.0,
            lid_radius: 13.3,
            nose: 9.0,
            brow: 8.0,
            hollow: 0.3,
            cheek: 1.2,
            trough: 0.6,
            bulge: [0.0, 0.0, 0.0],
        }
    }

    #[test]
    fn canthi_lie_behind_the_apex_as_far_as_anatomy_says() {
        let lids = Lids::new(&tests_support::average(), 0.0);
        let face = average();
        let apex = 13.4;
        let behind = |[x, v]: [f32; 2]| apex - face.height(&lids, x as f64, v as f64);
        let (inner, outer) = (behind(lids.inner), behind(lids.outer));
        assert!((3.0..7.5).contains(&inner), "medial about 5 mm: {inner}");
        assert!((7.0..12.0).contains(&outer), "lateral about 10 mm: {outer}");
    }

    #[test]
    fn nose_and_brow_stand_before_the_temple() {
        let lids = Lids::new(&tests_support::average(), 0.0);
        let face = average();
        let at = |x: f64, v: f64| face.height(&lids, x, v);
        assert!(at(-24.0, 0.0) > at(19.0, 0.0) + 5.0);
        assert!(at(0.0, 20.0) > at(0.0, 10.0));
        let side = at(-24.0, -5.0) - at(-16.0, -5.0);
        assert!(side > 3.0 && at(-56.0, -5.0) - at(-48.0, -5.0) < 0.5 * side, "a ridge");
    }

    #[test]
    fn at_the_margins_the_lids_come_near_the_eyeball() {
        let lids = Lids::new(&tests_support::average(), 0.0);
        let face = average();
        for place in [0.4, 0.5, 0.6] {
            let (upper, lower) = lids.margins(place);
            for v in [upper, lower] {
                let x = lids.x(place);
                let ball = f64::sqrt(144.0 - x * x - v * v);
                let off = face.height(&lids, x, v) - ball;
                assert!((-0.01..1.0).contains(&off), "{off} mm at {place}");
                let skin = face.height(&lids, x, v + 3.0 * (v - lids.line(place)).signum());
                assert!(skin > 9.0, "{skin}");
            }
        }
    }
}
