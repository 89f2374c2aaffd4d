//! The iris's reflectance: fibres, collarette, limbal ring, soft limbus.

use super::face::{bell, smoothstep};
use super::noise::noise;

/// Texture of one iris, in the iris plane (mm from the optical axis).
#[derive(Debug, Clone)]
pub(crate) struct Iris {
    pub albedo: f64,
    pub sclera_albedo: f64,
    pub contrast: f64,
    pub limbal_ring: f64,
    pub limbus_width: f64,
    pub seed: u32,
}

/// Reflectance of the pupil: what little the retina returns.
const PUPIL_ALBEDO: f64 = 0.004;

impl Iris {
    /// Reflectance at (x, y), for a pupil of `pupil_radius` around (`pupil_shift`, 0) and an iris
    /// of `radius` around (0, 0).
    #[inline]
    pub(crate) fn albedo_at(
        &self,
        (x, y): (f64, f64),
        radius: f64,
        pupil_radius: f64,
        pupil_shift: f64,
    ) -> f64 {
        let dx = x - pupil_shift;
        let from_pupil = (dx * dx + y * y).sqrt() - pupil_radius;
        if from_pupil < 0.0 {
            return PUPIL_ALBEDO;
        }
        let r = (x * x + y * y).sqrt();
        // Fibres: noise of the direction alone, so it runs radially; two scales.
        let (cos, sin) = (x / r.max(1e-9), y / r.max(1e-9));
        let fibres = 0.6 * noise(self.seed, 7.0 * cos + 0.12 * r, 7.0 * sin)
            + 0.4 * noise(self.seed ^ 1, 16.0 * cos, 16.0 * sin + 0.2 * r);
        // The collarette, a paler ring 1.4 mm off the pupil; the ruff, a dark rim around it.
        let collarette = bell((from_pupil - 1.3) / 0.7);
        let ruff = 1.0 - 0.5 * bell(from_pupil / 0.15);
        let mut albedo = self.albedo * ruff * (1.0 + self.contrast * (fibres + 0.8 * collarette));
        // The limbal ring, and the soft change to sclera.
        albedo *= 1.0 - self.limbal_ring * smoothstep(0.78, 1.0, r / radius);
        let half = 0.5 * self.limbus_width + 1e-9;
        let outside = smoothstep(radius - half, radius + half, r);
        albedo + (self.sclera_albedo - albedo) * outside
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pupil_iris_and_sclera_are_where_they_should_be() {
        let iris = Iris {
            albedo: 0.1,
            sclera_albedo: 0.6,
            contrast: 0.2,
            limbal_ring: 0.3,
            limbus_width: 0.8,
            seed: 3,
        };
        let at = |x: f64| iris.albedo_at((x, 0.1), 5.7, 2.0, -0.2);
        assert_eq!(at(-2.1), PUPIL_ALBEDO);
        assert!(at(1.9) > PUPIL_ALBEDO && at(3.5) < 0.2);
        assert!((at(6.2) - 0.6).abs() < 1e-9, "beyond the limbus it is sclera");
        let middle = (at(5.7) - 0.07) / 0.53;
        assert!((0.3..0.7).contains(&middle), "the limbus is half way at the iris's radius");
    }
}
