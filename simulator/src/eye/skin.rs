//! Reflectance of the skin at a place (x, v) on the face.

use super::lids::{Lids, Margins};
use crate::lanes::{Real, bands, bell, clamp01, noise, smoothstep};

/// One person's skin; colours in the camera's bands.
#[derive(Debug, Clone)]
pub(crate) struct Skin {
    pub albedo: [f32; 3],
    /// Share of each band that dense melanin and dense blood take.
    pub melanin: [f32; 3],
    pub blood: [f32; 3],
    pub contrast: f32,
    /// Darkness of the hollow beside the nose and of the ring around the eye.
    pub orbit_darkness: f32,
    pub freckles: f32,
    pub wrinkles: f32,
    /// Strength of the mirror-like part of the reflection: oil and sweat.
    pub shine: f32,
    /// Folds are seen through a footprint of this half width, mm: that of a pixel.
    pub footprint: f32,
    pub seed: u32,
}

impl Skin {
    /// Reflectance without the lid margins' lines, which are finer than a pixel; `fine` adds what
    /// only close-ups show.
    #[inline(always)]
    pub(crate) fn at<R: Real, const B: usize>(
        &self,
        lids: &Lids,
        margins: &Margins<R>,
        x: R,
        v: R,
        fine: bool,
    ) -> [R; B] {
        let k = R::splat;
        // Blotches of two sizes; pores and freckles close up.
        let broad = noise(self.seed, x * k(0.25), v * k(0.25));
        let small = noise(self.seed ^ 1, x * k(0.7), v * k(0.7));
        let mut spots = k(0.55) * broad + k(0.35) * small;
        let mut freckles = k(0.0);
        if fine {
            spots = spots
                + k(0.35) * noise(self.seed ^ 2, x * k(2.1), v * k(2.1))
                + k(0.3) * noise(self.seed ^ 3, x * k(5.3), v * k(5.3));
            if self.freckles > 0.0 {
                let f = noise(self.seed ^ 8, x * k(0.9) + spots, v * k(0.9) - spots);
                freckles = k(0.6 * self.freckles) * smoothstep(0.4, 0.95, f);
            }
        }
        // The hollow between nose and brow, and the thin dark skin around the eye.
        let (hx, hv) = ((x + k(16.0)) * k(1.0 / 7.0), (v - k(5.0)) * k(1.0 / 7.0));
        let hollow = bell((hx * hx + hv * hv).sqrt());
        let middle = (margins.upper + margins.lower) * k(0.5);
        let ring = bell((v - middle) * k(1.0 / 9.0));
        let below = bell((v - margins.lower + k(5.0)) * k(1.0 / 3.5));
        let orbit = k(self.orbit_darkness) * (k(0.4) * hollow + k(0.35) * ring + k(0.2) * below);
        // Folds: little light gets in and out, and what does is red.
        let fade = lids.fade(margins.place);
        let d = v - lids.crease(margins.place);
        let crease = k(lids.crease_depth.min(1.2)) * fade;
        let mut folds = k(0.55) * crease * self.line(d, 0.6);
        if lids.second_crease > 0.0 {
            folds = folds + k(0.3) * crease * self.line(d - k(lids.second_crease), 0.4);
        }
        let d = v - margins.lower + k(5.6);
        folds = folds + k(0.16 * lids.bag.min(1.0)) * fade * self.line(d, 1.2);
        // The fold that goes on from the outer corner.
        let past = x - k(lids.outer[0]);
        let tail = smoothstep(-1.5, 0.5, past) * (k(1.0) - smoothstep(1.0, 6.0, past));
        let d = v - (k(lids.outer[1]) - k(0.25) * past);
        folds = folds + k(0.4) * tail * self.line(d, 0.8);
        // The lids' own skin is thin and redder at the margins, more so in the corners.
        let (upper, lower) = margins.depths(v);
        let near = bell(upper.min(lower) * k(1.0 / 2.5));
        let melanin = clamp01(k(self.contrast) * spots + k(0.6) * orbit + freckles + k(0.1));
        let blood = clamp01(
            k(0.5) * orbit
                + k(0.55) * near
                + k(0.6 * self.contrast) * broad
                + k(0.5) * folds
                + k(0.1),
        );
        let shade = (k(1.0) + k(self.contrast) * spots)
            * (k(1.0) - k(0.75) * folds)
            * (k(1.0) - k(0.35) * orbit);
        bands!(b => {
            let tint = (k(1.0) - k(self.melanin[b]) * melanin) * (k(1.0) - k(self.blood[b]) * blood);
            k(self.albedo[b]) * shade * tint
        })
    }

    /// A line of this half width at distance d, mm, as wide and faint as a pixel's footprint makes it.
    #[inline(always)]
    fn line<R: Real>(&self, d: R, half_width: f32) -> R {
        let wide = (half_width * half_width + self.footprint * self.footprint).sqrt();
        R::splat(half_width / wide) * bell(d * R::splat(1.0 / wide))
    }

    /// Fine relief, mm: pores, and wrinkles that run along the lids.
    #[inline(always)]
    pub(crate) fn relief<R: Real>(&self, margins: &Margins<R>, x: R, v: R) -> R {
        let k = R::splat;
        let pores = k(0.020) * noise(self.seed ^ 4, x * k(2.6), v * k(2.6))
            + k(0.016) * noise(self.seed ^ 9, x * k(5.1), v * k(5.1));
        let below = margins.lower - v;
        let bent = v + k(0.012) * x * x;
        let lines = noise(self.seed ^ 5, x * k(0.12), bent * k(0.9))
            + k(0.5) * noise(self.seed ^ 6, x * k(0.3), bent * k(2.2));
        let near = bell((below - k(4.0)) * k(1.0 / 5.0));
        pores + k(0.07 * self.wrinkles) * lines * (k(0.25) + near)
    }

    /// Factor of the lines along the margins on skin: the dark line of the lash roots above, the
    /// roots of the lower lashes below. Depths are those of [`Margins::depths`].
    #[inline(always)]
    pub(crate) fn margin_factor<R: Real>(lids: &Lids, place: R, upper: R, lower: R) -> R {
        let k = R::splat;
        let ends = smoothstep(-0.06, 0.08, place) * (k(1.0) - smoothstep(0.96, 1.1, place));
        // Outwards from the edge of the lid.
        let (above, below) = (-upper - k(lids.upper_edge), -lower - k(lids.lower_edge));
        let dark = (k(1.0) - smoothstep(0.5, 1.5, above * k(1.0 / lids.lash_line)))
            * smoothstep(-1.5, 0.0, above);
        // The lash line grows denser towards the temple.
        let dense = k(0.6) + k(0.4) * clamp01(place);
        let line = k(lids.lash_line_darkness) * dark * dense;
        let roots = k(0.25 * lids.lash_line_darkness) * bell((below - k(0.3)) * k(1.0 / 0.4));
        // Each lid has its own side.
        let on_upper = upper.less(lower);
        k(1.0) - R::select(on_upper, line, roots) * ends
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eye::lids::tests_support;

    #[test]
    fn the_lash_line_is_dark_and_the_cheek_is_plain() {
        let lids = Lids::new(&tests_support::average(), 0.0);
        let x = lids.x(0.5);
        let margins = lids.at(x);
        let factor = |v: f64| {
            let (upper, lower) = margins.depths(v);
            Skin::margin_factor(&lids, margins.place, upper, lower)
        };
        assert!(factor(margins.upper + 0.7) < 0.6);
        assert!(factor(margins.upper + 4.0) > 0.99);
        assert!(factor(-14.0) > 0.99);
    }
}
