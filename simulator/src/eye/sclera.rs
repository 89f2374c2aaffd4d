//! The white of the eye: its colour, its veins, the tissue of the inner corner.

use super::globe::Globe;
use crate::lanes::{Real, V3, bands, noise, smoothstep};

/// One eye's sclera; colours in the camera's bands.
#[derive(Debug, Clone)]
pub(crate) struct Sclera {
    pub albedo: [f32; 3],
    /// Share of each band that a vein takes.
    pub vein: [f32; 3],
    /// Density of veins, 0 to 1.
    pub veins: f32,
    pub seed: u32,
}

impl Sclera {
    /// Reflectance at points of the eyeball.
    #[inline(always)]
    pub(crate) fn at<R: Real, const B: usize>(
        &self,
        globe: &Globe,
        surface: V3<R>,
        fine: bool,
    ) -> [R; B] {
        let k = R::splat;
        // Place on the eyeball, from its axis towards the temple and down.
        let x = surface.dot(V3::splat(globe.temporal));
        let y = surface.dot(V3::splat(globe.down));
        let r = (x * x + y * y).sqrt();
        // Redder and darker towards the corners.
        let corner = smoothstep(7.0, 13.0, r);
        let mut vein = k(0.45) * corner * k(self.veins) + k(0.1) * corner;
        if fine && self.veins > 0.0 {
            // Veins run from the corners to the limbus: ridges of stretched, bent noise.
            let bend = k(0.9) * noise(self.seed ^ 3, x * k(0.35), y * k(0.35));
            let wide = k(1.0) - noise(self.seed, x * k(0.16), (y + bend) * k(0.55)).abs() * k(9.0);
            let thin = k(1.0)
                - noise(self.seed ^ 1, x * k(0.3) + bend, (y - bend) * k(1.1)).abs() * k(10.0);
            let reach = smoothstep(6.2, 9.5, r);
            let patch = k(0.5) + k(0.5) * noise(self.seed ^ 2, x * k(0.2), y * k(0.3));
            let ridges = wide.max(k(0.0)) + k(0.6) * thin.max(k(0.0)) * patch;
            vein = vein + k(self.veins) * reach * ridges;
        }
        let vein = vein.min(k(1.0));
        bands!(b => k(self.albedo[b]) * (k(1.0) - k(self.vein[b]) * vein))
    }
}
