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

// The numbers of the relief, mm in head space unless they say otherwise. Where no source is named they are
// ours: no published relief of the orbit is a function of (x, v), so each feature is one smooth term, whose
// place and width were set on unlabelled real patches and whose height is a setting. The tests below hold
// the sum to anatomy.

/// How far the cornea lifts the lids, and half the width of that.
const BULGE_MM: f32 = 0.7;
const BULGE_HALF_WIDTH_MM: f32 = 5.0;

/// How far the tissue in the corners stands behind the skin.
const TISSUE_DEPTH_MM: f32 = 1.6;

/// The dome of the lids: squared distances from its middle count so much across and up, a sphere's 1 and 1.
/// Taller than wide.
const DOME_ACROSS: f32 = 1.15;
const DOME_UP: f32 = 0.6;

/// The face under it: height at x = 0, slope towards the temple, and its curvature (1/mm) from so far out on.
/// So canthi stand 5 and 10 mm behind the apex, as anatomy says.
const PLANE_MM: f32 = 5.0;
const PLANE_SLOPE: f32 = 0.2;
const PLANE_CURVATURE: f32 = 0.006;
const PLANE_BENDS_AT_MM: f32 = 12.0;
/// What fat and bone fill up above and below the opening, between these distances from its middle.
const FILL_MM: f32 = 3.5;
const FILL_FROM_MM: f32 = 4.0;
const FILL_TO_MM: f32 = 13.0;
/// How softly dome and plane meet.
const MEETING_MM: f32 = 3.5;

/// The nose's side: where it begins at the eye's height, how far it moves out with height, its width, where
/// its ridge is (in widths) and how much steeper it falls behind that; and what it loses with height, 1/mm.
const NOSE_FROM_MM: f32 = -9.0;
const NOSE_LEAN: f32 = 0.15;
const NOSE_WIDTH_MM: f32 = 9.0;
const NOSE_RIDGE: f32 = 2.2;
const NOSE_FALL: f32 = 1.7;
const NOSE_TAPER: f32 = 0.012;

/// The brow: its arch (1/mm) around a place towards the temple, the heights at which it begins and is
/// complete, and its ridge's share of it and 1 / half width (1/mm).
const BROW_ARCH: f32 = 0.008;
const BROW_MIDDLE_MM: f32 = 4.0;
const BROW_FROM_MM: f32 = 8.0;
const BROW_TO_MM: f32 = 20.0;
const RIDGE_SHARE: f32 = 0.2;
const RIDGE_NARROWNESS: f32 = 0.2;

/// The hollow under the brow: its height, half its width.
const HOLLOW_AT_MM: f32 = 11.5;
const HOLLOW_HALF_WIDTH_MM: f32 = 4.0;

/// The cheek: where it begins, and over how much it rises by the setting.
const CHEEK_FROM_MM: f32 = -6.0;
const CHEEK_OVER_MM: f32 = 9.0;

/// The groove beside the nose: its start from the inner corner (x, v), its slope, 1 / half width (1/mm), its
/// direction (unit), and the distances along it where it begins, is deepest, flattens and ends.
const TROUGH_AT_MM: [f32; 2] = [1.0, 4.0];
const TROUGH_SLOPE: f32 = 0.6;
const TROUGH_NARROWNESS: f32 = 0.22;
const TROUGH_ALONG: [f32; 2] = [0.8, 0.6];
const TROUGH_FROM_MM: f32 = -4.0;
const TROUGH_DEEP_MM: f32 = 8.0;
const TROUGH_FLAT_MM: f32 = 14.0;
const TROUGH_TO_MM: f32 = 26.0;

/// The crease of the upper lid: half the width of its groove; the fold that hangs over it: how high above it,
/// half its width, its share of the groove's depth. The second crease: half its width, its share.
const CREASE_HALF_WIDTH_MM: f32 = 0.9;
const FOLD_ABOVE_MM: f32 = 2.1;
const FOLD_HALF_WIDTH_MM: f32 = 1.6;
const FOLD_SHARE: f32 = 0.8;
const SECOND_HALF_WIDTH_MM: f32 = 0.6;
const SECOND_SHARE: f32 = 0.5;

/// The roll of the lower lid: how far below the margin, half its width, its share of the bag's depth; and the
/// fold under it.
const ROLL_BELOW_MM: f32 = 2.4;
const ROLL_HALF_WIDTH_MM: f32 = 1.6;
const ROLL_SHARE: f32 = 0.6;
const BAG_BELOW_MM: f32 = 5.6;
const BAG_HALF_WIDTH_MM: f32 = 1.4;

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
        let q = (k(DOME_ACROSS) * x * x + k(DOME_UP) * v * v) * k(1.0 / (r * r));
        let dome = k(r) * (k(1.0) - q * (k(0.5) + k(0.125) * q));
        // The face under it stands back towards the temple (canthi 10 and 5 mm behind the apex);
        // above and below the opening, fat and bone fill it up to the dome.
        let back = (x - k(PLANE_BENDS_AT_MM)).max(k(0.0));
        let fill = k(FILL_MM) * smoothstep(FILL_FROM_MM, FILL_TO_MM, v.abs());
        let plane = k(PLANE_MM) - k(PLANE_SLOPE) * x - k(PLANE_CURVATURE) * back * back + fill;
        let mut height = smooth_max(dome, plane, MEETING_MM);
        // Most features end within the picture: where all lanes lie outside of one, it is left out.
        // The nose's side, up to its ridge, and down again behind it; wider below.
        let zero = k(0.0);
        let u = (k(NOSE_FROM_MM) - x - k(NOSE_LEAN) * v) * k(1.0 / NOSE_WIDTH_MM);
        if R::any(zero.less_than(u)) {
            let side = ramp(u) - k(NOSE_FALL) * ramp(u - k(NOSE_RIDGE));
            height = height + k(self.nose) * side * (k(1.0) - k(NOSE_TAPER) * v);
        }
        // Brow ridge and forehead, arched; the hollow under it; the cheek.
        let aside = x - k(BROW_MIDDLE_MM);
        let arched = v + k(BROW_ARCH) * aside * aside;
        if R::any(k(BROW_FROM_MM).less_than(arched)) {
            let top = bell((arched - k(BROW_TO_MM)) * k(RIDGE_NARROWNESS));
            let ridge = smoothstep(BROW_FROM_MM, BROW_TO_MM, arched) + k(RIDGE_SHARE) * top;
            height = height + k(self.brow) * ridge;
        }
        let d = v - k(HOLLOW_AT_MM);
        if R::any(d.abs().less_than(k(HOLLOW_HALF_WIDTH_MM * BELL_END))) {
            height = height - k(self.hollow) * bell(d * k(1.0 / HOLLOW_HALF_WIDTH_MM));
        }
        if R::any(v.less_than(k(CHEEK_FROM_MM))) {
            height = height + k(self.cheek) * ramp((k(CHEEK_FROM_MM) - v) * k(1.0 / CHEEK_OVER_MM));
        }
        // The groove from the inner corner down along the nose.
        let d = (v - k(lids.inner[1] - TROUGH_AT_MM[1]))
            + k(TROUGH_SLOPE) * (x - k(lids.inner[0] + TROUGH_AT_MM[0]));
        let along = (x - k(lids.inner[0])) * k(TROUGH_ALONG[0]) - v * k(TROUGH_ALONG[1]);
        let near = R::and(
            d.abs().less_than(k(BELL_END / TROUGH_NARROWNESS)),
            along.less_than(k(TROUGH_TO_MM)),
        );
        if R::any(R::and(near, k(TROUGH_FROM_MM).less_than(along))) {
            height = height
                - k(self.trough)
                    * bell(d * k(TROUGH_NARROWNESS))
                    * smoothstep(TROUGH_FROM_MM, TROUGH_DEEP_MM, along)
                    * (k(1.0) - smoothstep(TROUGH_FLAT_MM, TROUGH_TO_MM, along));
        }
        // The cornea under the lid.
        let (bx, bv) = (x - k(self.bulge[0]), v - k(self.bulge[1]));
        let apart = bx * bx + bv * bv;
        let reach = BULGE_HALF_WIDTH_MM * BULGE_HALF_WIDTH_MM * BELL_END * BELL_END;
        if R::any(apart.less_than(k(reach))) {
            height = height + k(self.bulge[2]) * bell(apart.sqrt() * k(1.0 / BULGE_HALF_WIDTH_MM));
        }
        // Creases: a groove, and the fold of skin that hangs over it.
        let place = margins.place;
        let d = v - lids.crease(place);
        let above = (FOLD_HALF_WIDTH_MM * BELL_END + FOLD_ABOVE_MM)
            .max(SECOND_HALF_WIDTH_MM * BELL_END + lids.second_crease);
        let below = k(-CREASE_HALF_WIDTH_MM * BELL_END);
        if R::any(R::and(below.less_than(d), d.less_than(k(above)))) {
            let fold = k(FOLD_SHARE) * bell((d - k(FOLD_ABOVE_MM)) * k(1.0 / FOLD_HALF_WIDTH_MM))
                - bell(d * k(1.0 / CREASE_HALF_WIDTH_MM));
            let deep = k(lids.crease_depth) * lids.fade(place);
            height = height + deep * fold;
            if lids.second_crease > 0.0 {
                let d = d - k(lids.second_crease);
                height = height - k(SECOND_SHARE) * deep * bell(d * k(1.0 / SECOND_HALF_WIDTH_MM));
            }
        }
        // Below the eye: the roll of the lower lid, and the fold under it.
        let d = v - margins.lower;
        let low = -BAG_BELOW_MM - BAG_HALF_WIDTH_MM * BELL_END;
        let high = -ROLL_BELOW_MM + ROLL_HALF_WIDTH_MM * BELL_END;
        if R::any(R::and(k(low).less_than(d), d.less_than(k(high)))) {
            let roll = k(ROLL_SHARE) * bell((d + k(ROLL_BELOW_MM)) * k(1.0 / ROLL_HALF_WIDTH_MM))
                - bell((d + k(BAG_BELOW_MM)) * k(1.0 / BAG_HALF_WIDTH_MM));
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
