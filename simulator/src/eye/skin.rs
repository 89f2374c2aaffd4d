//! Reflectance of the skin at a place (x, v) on the face.

use super::lids::{Lids, Margins};
use crate::lanes::{Real, bands, bell, clamp01, noise, smoothstep};

// Where the skin is darker or redder, and by how much. Pigments have a source (`skin_color`); how they are spread
// over a face has none that is a function of a place, so all below is ours: set by eye, on contact sheets beside
// unlabelled real patches. Lengths in mm, waves in periods per mm, shares of 1.

/// Waves of the noise that makes blotches, broad and small, and their shares; close up also mottles and pores.
const BROAD: [f32; 2] = [0.25, 0.55];
const SMALL: [f32; 2] = [0.7, 0.35];
const MOTTLES: [f32; 2] = [2.1, 0.35];
const PORES: [f32; 2] = [5.3, 0.3];

/// Freckles: waves, and the level of noise at which they begin and are full; the most melanin of one.
const FRECKLES_PER_MM: f32 = 0.9;
const FRECKLES_LEVEL: [f32; 2] = [0.4, 0.95];
const FRECKLES_MOST: f32 = 0.6;

/// The hollow between nose and brow: its middle (x, v), half its width, its share of the orbit's darkness.
const HOLLOW_AT_MM: [f32; 2] = [-16.0, 5.0];
const HOLLOW_HALF_WIDTH_MM: f32 = 7.0;
const HOLLOW_SHARE: f32 = 0.4;
/// The ring of thin skin around the eye, and what is darker below the lower margin.
const RING_HALF_WIDTH_MM: f32 = 9.0;
const RING_SHARE: f32 = 0.35;
const BELOW_MM: f32 = 5.0;
const BELOW_HALF_WIDTH_MM: f32 = 3.5;
const BELOW_SHARE: f32 = 0.2;

/// Folds, [half width, darkness]: the lid's crease, of which a depth from [`CREASE_DEEPEST_MM`] on counts no
/// more; the second crease; the fold under the lower lid, so far below the margin; the fold that goes on from
/// the outer corner.
const CREASE: [f32; 2] = [0.6, 0.55];
const CREASE_DEEPEST_MM: f32 = 1.2;
const SECOND_CREASE: [f32; 2] = [0.4, 0.3];
const BAG: [f32; 2] = [1.2, 0.16];
const BAG_BELOW_MM: f32 = 5.6;
const TAIL: [f32; 2] = [0.8, 0.4];
/// Distances past the outer corner at which that fold begins, is full, thins and ends; and its slope.
const TAIL_FROM_MM: [f32; 2] = [-1.5, 0.5];
const TAIL_TO_MM: [f32; 2] = [1.0, 6.0];
const TAIL_SLOPE: f32 = 0.25;

/// The lids' skin is redder within this distance of the margins.
const MARGIN_MM: f32 = 2.5;

/// Melanin and blood of plain skin, as shares of what dense ones take; what the orbit adds of both, and what
/// margins, broad blotches and folds add of blood.
const PLAIN: f32 = 0.1;
const ORBIT_MELANIN: f32 = 0.6;
const ORBIT_BLOOD: f32 = 0.5;
const MARGIN_BLOOD: f32 = 0.55;
const BLOTCH_BLOOD: f32 = 0.6;
const FOLD_BLOOD: f32 = 0.5;
/// What folds and the orbit take of all bands alike.
const FOLD_SHADE: f32 = 0.75;
const ORBIT_SHADE: f32 = 0.35;

/// Fine relief, [waves, height in mm]: two sizes of pores.
const PORE_RELIEF: [[f32; 2]; 2] = [[2.6, 0.020], [5.1, 0.016]];
/// Wrinkles: waves along and across of the long and of the short ones (which stand half as high), how they
/// bend around the eye (1/mm), their height at a setting of 1; most of them lie below the lower margin.
const LONG_WRINKLES: [f32; 2] = [0.12, 0.9];
const SHORT_WRINKLES: [f32; 2] = [0.3, 2.2];
const WRINKLES_BEND: f32 = 0.012;
const WRINKLES_MM: f32 = 0.07;
const WRINKLES_BELOW_MM: f32 = 4.0;
const WRINKLES_HALF_WIDTH_MM: f32 = 5.0;
const WRINKLES_ELSEWHERE: f32 = 0.25;

/// The lash line: where it begins and is full, and where it thins and ends, as shares of the fissure's width;
/// its ends outwards from the lid's edge, in its own widths and, towards the edge, mm; its darkness at the nose and what
/// it gains towards the temple.
const LINE_FROM: [f32; 2] = [-0.06, 0.08];
const LINE_TO: [f32; 2] = [0.96, 1.1];
const LINE_WIDTHS: [f32; 2] = [0.5, 1.5];
const LINE_INNER_MM: f32 = -1.5;
const LINE_AT_NOSE: f32 = 0.6;
const LINE_GAIN: f32 = 0.4;
/// The roots of the lower lashes: how far below the edge, half their width, their share of the darkness.
const ROOTS_BELOW_MM: f32 = 0.3;
const ROOTS_HALF_WIDTH_MM: f32 = 0.4;
const ROOTS_SHARE: f32 = 0.25;

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
        let broad = self.waves(0, x, v, [BROAD[0]; 2]);
        let small = self.waves(1, x, v, [SMALL[0]; 2]);
        let mut spots = k(BROAD[1]) * broad + k(SMALL[1]) * small;
        let mut freckles = k(0.0);
        if fine {
            spots = spots
                + k(MOTTLES[1]) * self.waves(2, x, v, [MOTTLES[0]; 2])
                + k(PORES[1]) * self.waves(3, x, v, [PORES[0]; 2]);
            if self.freckles > 0.0 {
                let (fx, fv) = (x * k(FRECKLES_PER_MM), v * k(FRECKLES_PER_MM));
                let f = noise(self.seed ^ 8, fx + spots, fv - spots);
                let [from, full] = FRECKLES_LEVEL;
                freckles = k(FRECKLES_MOST * self.freckles) * smoothstep(from, full, f);
            }
        }
        // The hollow between nose and brow, and the thin dark skin around the eye.
        let per_width = k(1.0 / HOLLOW_HALF_WIDTH_MM);
        let hx = (x - k(HOLLOW_AT_MM[0])) * per_width;
        let hv = (v - k(HOLLOW_AT_MM[1])) * per_width;
        let hollow = bell((hx * hx + hv * hv).sqrt());
        let middle = (margins.upper + margins.lower) * k(0.5);
        let ring = bell((v - middle) * k(1.0 / RING_HALF_WIDTH_MM));
        let below = bell((v - margins.lower + k(BELOW_MM)) * k(1.0 / BELOW_HALF_WIDTH_MM));
        let orbit = k(self.orbit_darkness)
            * (k(HOLLOW_SHARE) * hollow + k(RING_SHARE) * ring + k(BELOW_SHARE) * below);
        // Folds: little light gets in and out, and what does is red.
        let fade = lids.fade(margins.place);
        let d = v - lids.crease(margins.place);
        let crease = k(lids.crease_depth.min(CREASE_DEEPEST_MM)) * fade;
        let mut folds = k(CREASE[1]) * crease * self.line(d, CREASE[0]);
        if lids.second_crease > 0.0 {
            let second = self.line(d - k(lids.second_crease), SECOND_CREASE[0]);
            folds = folds + k(SECOND_CREASE[1]) * crease * second;
        }
        let d = v - margins.lower + k(BAG_BELOW_MM);
        folds = folds + k(BAG[1] * lids.bag.min(1.0)) * fade * self.line(d, BAG[0]);
        // The fold that goes on from the outer corner.
        let past = x - k(lids.outer[0]);
        let tail = smoothstep(TAIL_FROM_MM[0], TAIL_FROM_MM[1], past)
            * (k(1.0) - smoothstep(TAIL_TO_MM[0], TAIL_TO_MM[1], past));
        let d = v - (k(lids.outer[1]) - k(TAIL_SLOPE) * past);
        folds = folds + k(TAIL[1]) * tail * self.line(d, TAIL[0]);
        // The lids' own skin is thin and redder at the margins, more so in the corners.
        let (upper, lower) = margins.depths(v);
        let near = bell(upper.min(lower) * k(1.0 / MARGIN_MM));
        let melanin =
            clamp01(k(self.contrast) * spots + k(ORBIT_MELANIN) * orbit + freckles + k(PLAIN));
        let blood = clamp01(
            k(ORBIT_BLOOD) * orbit
                + k(MARGIN_BLOOD) * near
                + k(BLOTCH_BLOOD * self.contrast) * broad
                + k(FOLD_BLOOD) * folds
                + k(PLAIN),
        );
        let shade = (k(1.0) + k(self.contrast) * spots)
            * (k(1.0) - k(FOLD_SHADE) * folds)
            * (k(1.0) - k(ORBIT_SHADE) * orbit);
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

    /// Noise number `number` of this skin, with so many waves per mm along each axis.
    #[inline(always)]
    fn waves<R: Real>(&self, number: u32, x: R, v: R, per_mm: [f32; 2]) -> R {
        noise(self.seed ^ number, x * R::splat(per_mm[0]), v * R::splat(per_mm[1]))
    }

    /// Fine relief, mm: pores, and wrinkles that run along the lids.
    #[inline(always)]
    pub(crate) fn relief<R: Real>(&self, margins: &Margins<R>, x: R, v: R) -> R {
        let k = R::splat;
        let [[wide, high], [narrow, low]] = PORE_RELIEF;
        let pores =
            k(high) * self.waves(4, x, v, [wide; 2]) + k(low) * self.waves(9, x, v, [narrow; 2]);
        let below = margins.lower - v;
        let bent = v + k(WRINKLES_BEND) * x * x;
        let lines =
            self.waves(5, x, bent, LONG_WRINKLES) + k(0.5) * self.waves(6, x, bent, SHORT_WRINKLES);
        let near = bell((below - k(WRINKLES_BELOW_MM)) * k(1.0 / WRINKLES_HALF_WIDTH_MM));
        pores + k(WRINKLES_MM * self.wrinkles) * lines * (k(WRINKLES_ELSEWHERE) + near)
    }

    /// Factor of the lines along the margins on skin: the dark line of the lash roots above, the
    /// roots of the lower lashes below. Depths are those of [`Margins::depths`].
    #[inline(always)]
    pub(crate) fn margin_factor<R: Real>(lids: &Lids, place: R, upper: R, lower: R) -> R {
        let k = R::splat;
        let ends = smoothstep(LINE_FROM[0], LINE_FROM[1], place)
            * (k(1.0) - smoothstep(LINE_TO[0], LINE_TO[1], place));
        // Outwards from the edge of the lid.
        let (above, below) = (-upper - k(lids.upper_edge), -lower - k(lids.lower_edge));
        let widths = above * k(1.0 / lids.lash_line);
        let dark = (k(1.0) - smoothstep(LINE_WIDTHS[0], LINE_WIDTHS[1], widths))
            * smoothstep(LINE_INNER_MM, 0.0, above);
        // The lash line grows denser towards the temple.
        let dense = k(LINE_AT_NOSE) + k(LINE_GAIN) * clamp01(place);
        let line = k(lids.lash_line_darkness) * dark * dense;
        let roots = k(ROOTS_SHARE * lids.lash_line_darkness)
            * bell((below - k(ROOTS_BELOW_MM)) * k(1.0 / ROOTS_HALF_WIDTH_MM));
        // Each lid has its own side.
        let on_upper = upper.less_than(lower);
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
