//! The iris's reflectance: fibres, collarette, crypts, limbal ring, soft limbus.

use super::globe::Globe;
use crate::lanes::{Real, bands, bell, clamp01, mix, noise, smoothstep};

/// Texture of one iris, in the iris plane (mm from the optical axis); colours in the camera's bands.
#[derive(Debug, Clone)]
pub(crate) struct Iris {
    /// Outer zone, and the zone within the collarette.
    pub outer: [f32; 3],
    pub inner: [f32; 3],
    pub contrast: f32,
    pub limbal_ring: f32,
    pub limbus_width: f32,
    pub collarette: f32,
    pub crypts: f32,
    pub seed: u32,
    /// The ruff is seen through a footprint of this half width, mm: that of a pixel.
    pub footprint: f32,
    /// Light that comes back out of the pupil, in the camera's bands.
    pub pupil: [f32; 3],
}

/// Where rays pass the iris plane: what samples of a pixel differ in.
#[derive(Clone, Copy)]
pub(crate) struct IrisPlace<R: Real> {
    /// Distance beyond the pupil's rim and beyond the middle of the limbus, mm; negative within.
    pub past_pupil: R,
    pub past_limbus: R,
    /// 0 iris, 1 sclera: the soft limbus.
    pub outside: R,
}

impl Iris {
    /// What a place (x, y) of the iris plane belongs to.
    #[inline(always)]
    pub(crate) fn place<R: Real>(&self, globe: &Globe, x: R, y: R) -> IrisPlace<R> {
        let dx = x - R::splat(globe.pupil_shift);
        let past_limbus = (x * x + y * y).sqrt() - R::splat(globe.iris_radius);
        let half = 0.5 * self.limbus_width + 1e-6;
        IrisPlace {
            past_pupil: (dx * dx + y * y).sqrt() - R::splat(globe.pupil_radius),
            past_limbus,
            outside: smoothstep(-half, half, past_limbus),
        }
    }

    /// Reflectance of the iris at (x, y) as if it had no pupil and no end; `px_per_mm` says how much
    /// of its fine structure shows.
    #[inline(always)]
    pub(crate) fn at<R: Real, const B: usize>(
        &self,
        globe: &Globe,
        x: R,
        y: R,
        px_per_mm: f32,
    ) -> [R; B] {
        let k = R::splat;
        let dx = x - k(globe.pupil_shift);
        let from_pupil = ((dx * dx + y * y).sqrt() - k(globe.pupil_radius)).max(k(0.0));
        let r = (x * x + y * y).sqrt();
        let inv = k(1.0) / r.max(k(1e-6));
        let (cos, sin) = (x * inv, y * inv);
        // Fibres: noise of the direction, nearly straight along the radius. Those that are finer than
        // a pixel fade out.
        let shown = |per_mm: f32| (px_per_mm / per_mm).min(1.0);
        let mut fibres =
            k(0.6 * shown(2.5)) * noise(self.seed, k(7.0) * cos + k(0.12) * r, k(7.0) * sin);
        // The collarette: a wavy ring off the pupil, paler and raised; within it another colour.
        let wave = noise(self.seed ^ 2, k(3.0) * cos, k(3.0) * sin);
        let ring = from_pupil - k(self.collarette) - k(0.25) * wave;
        let within = k(1.0) - smoothstep(-0.5, 0.5, ring);
        let mut light = k(0.6) * bell(ring * k(1.0 / 0.4));
        if px_per_mm > 2.2 {
            fibres = fibres
                + k(0.4 * shown(6.0))
                    * noise(self.seed ^ 1, k(16.0) * cos, k(16.0) * sin + k(0.2) * r)
                + k(0.5 * shown(12.0))
                    * noise(self.seed ^ 4, k(30.0) * cos, k(30.0) * sin + k(0.5) * r);
            // Crypts: gaps beyond the collarette; furrows: rings where the iris folds.
            let gaps = noise(self.seed ^ 5, k(5.0) * cos + k(0.4) * r, k(5.0) * sin - k(0.3) * r);
            let gap = smoothstep(0.25, 0.6, gaps) * smoothstep(0.1, 0.6, ring);
            let furrow = noise(self.seed ^ 6, r * k(2.2), k(0.5) * cos);
            light = light - k(self.crypts) * gap - k(0.3) * smoothstep(0.3, 0.7, furrow);
        }
        let relief = (k(1.0) + k(self.contrast) * (fibres + light)).max(k(0.1));
        // The ruff, a dark rim around the pupil; the limbal ring.
        let wide = (0.12 * 0.12 + self.footprint * self.footprint).sqrt();
        let ruff = k(1.0) - k(0.6 * 0.12 / wide) * bell(from_pupil * k(1.0 / wide));
        let limbal = smoothstep(0.8, 1.0, k(1.0 / globe.iris_radius) * r);
        let shade = relief * ruff * (k(1.0) - k(self.limbal_ring) * limbal);
        bands!(b => clamp01(mix(k(self.outer[b]), k(self.inner[b]), within) * shade))
    }
}
