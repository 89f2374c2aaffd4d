//! Reflectance of skin, lid margins, corner and eyebrow, at a place (x, v) on the face.

use super::face::{bell, smoothstep};
use super::lids::Lids;
use super::noise::noise;

/// One person's skin.
#[derive(Debug, Clone)]
pub(crate) struct Skin {
    pub albedo: f64,
    pub contrast: f64,
    pub orbit_darkness: f64,
    /// Lower edge of the eyebrow at its middle, mm; far above for none.
    pub eyebrow_height: f64,
    pub seed: u32,
}

impl Skin {
    /// Reflectance without the lid margins' lines, which are finer than a pixel.
    pub(crate) fn albedo_at(&self, lids: &Lids, x: f64, v: f64) -> f64 {
        let mut albedo = self.albedo;
        // Blotches and pores.
        let n = 0.5 * noise(self.seed, x / 4.0, v / 4.0)
            + 0.3 * noise(self.seed ^ 1, x / 1.5, v / 1.5)
            + 0.2 * noise(self.seed ^ 2, x / 0.7, v / 0.7);
        albedo *= 1.0 + self.contrast * n;
        // The hollow between nose and brow, and the thin dark skin around the eye.
        let (hx, hv) = ((x + 16.0) / 7.0, (v - 5.0) / 7.0);
        let hollow = bell((hx * hx + hv * hv).sqrt());
        let place = lids.place(x);
        let (upper, lower) = lids.margins(place);
        let ring = bell((v - 0.5 * (upper + lower)) / 9.0);
        albedo *= 1.0 - self.orbit_darkness * (0.45 * hollow + 0.4 * ring);
        // In the creases little light arrives.
        let fade = smoothstep(-0.12, 0.12, place) * (1.0 - smoothstep(0.92, 1.25, place));
        let d = v - lids.crease(place);
        let crease = lids.crease_depth.min(1.2) * fade;
        albedo *= 1.0 - 0.55 * crease * bell(d / 0.8);
        if lids.second_crease > 0.0 {
            albedo *= 1.0 - 0.3 * crease * bell((d - lids.second_crease) / 0.5);
        }
        let d = v - lower + 5.0;
        albedo *= 1.0 - 0.15 * lids.bag.min(1.0) * fade * bell(d / 1.2);
        // The fold that goes on from the outer corner.
        let past = x - lids.outer.x;
        let tail = smoothstep(-1.5, 0.5, past) * (1.0 - smoothstep(1.0, 6.0, past));
        let d = v - (lids.outer.y - 0.25 * past);
        albedo *= 1.0 - 0.5 * tail * bell(d / 1.1);
        // The eyebrow: hairs that lean towards the temple.
        let edge = self.eyebrow_height - 0.008 * (x - 4.0) * (x - 4.0);
        let inside = smoothstep(edge - 1.0, edge + 2.0, v);
        if inside > 0.0 {
            let hairs = 0.5 + 0.5 * noise(self.seed ^ 3, (x - 0.8 * v) / 0.45, (v + x) / 3.0);
            albedo *= 1.0 - inside * (0.45 + 0.45 * hairs);
        }
        albedo
    }

    /// Factor of the lines along the margins at (x, v) outside of the opening: the dark line of
    /// the lash roots above, the lower lid's wet rim below. `depths` are those of [`Lids::depths`].
    #[inline]
    pub(crate) fn margin_factor(lids: &Lids, place: f64, (upper, lower): (f64, f64)) -> f64 {
        let ends = smoothstep(-0.06, 0.08, place) * (1.0 - smoothstep(0.96, 1.1, place));
        if upper < 0.0 && -upper < 3.0 * lids.lash_line {
            let u = -upper / lids.lash_line;
            let dark = 1.0 - smoothstep(0.6, 1.6, u);
            // The lash line grows denser towards the temple.
            return 1.0
                - lids.lash_line_darkness * dark * ends * (0.6 + 0.4 * place.clamp(0.0, 1.0));
        }
        if lower < 0.0 && lower > -3.0 {
            let rim = bell((lower + 0.5) / 0.6);
            let roots = bell((lower + 1.5) / 0.5);
            return (1.0 + (lids.wet_rim - 1.0) * rim * ends)
                * (1.0 - 0.25 * lids.lash_line_darkness * roots * ends);
        }
        1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eye::lids::{Lids, tests_support};

    #[test]
    fn the_lash_line_is_dark_and_the_cheek_is_plain() {
        let lids = Lids::new(&tests_support::average(), 0.0);
        let (upper, _) = lids.margins(0.5);
        let factor = |v: f64| {
            let x = lids.x(0.5);
            Skin::margin_factor(&lids, 0.5, lids.depths(x, v))
        };
        assert!(factor(upper + 0.2) < 0.6);
        assert_eq!(factor(upper + 4.0), 1.0);
        assert_eq!(factor(-12.0), 1.0);
    }
}
