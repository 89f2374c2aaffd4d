//! Shading: light from a side, a shadow that ends nowhere sharp.

use super::{Levels, between};
use rand_chacha::ChaCha8Rng;

/// A smooth field over a picture, of first and second order in the place. All its terms together
/// have mean 0 over the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Shading {
    /// Of u, v, u² - 1/3, u v, v² - 1/3, where u and v run from -1 to 1 across the picture.
    terms: [f32; 5],
}

impl Shading {
    /// Each term up to `strength` either way; at 0 nothing is drawn.
    pub(crate) fn drawn(strength: f32, rng: &mut ChaCha8Rng) -> Option<Self> {
        (strength > 0.0).then(|| Self { terms: [0; 5].map(|_| between(rng, -strength, strength)) })
    }

    fn at(&self, u: f32, v: f32) -> f32 {
        let [a, b, c, d, e] = self.terms;
        a * u + b * v + c * (u * u - 1.0 / 3.0) + d * u * v + e * (v * v - 1.0 / 3.0)
    }
}

impl Levels {
    /// Each level times 1 + the field there, or 0 where that is less.
    pub(crate) fn shaded(mut self, shading: Option<Shading>) -> Self {
        let Some(shading) = shading else { return self };
        let across = |i: usize, n: usize| (2 * i + 1) as f32 / n as f32 - 1.0;
        for (i, level) in self.values.iter_mut().enumerate() {
            let (x, y) = (i % self.width, i / self.width);
            let field = shading.at(across(x, self.width), across(y, self.height));
            *level *= (1.0 + field).max(0.0);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::seed;

    #[test]
    fn a_flat_picture_keeps_its_mean_and_gets_a_quadratic_surface() {
        let (width, height) = (60, 36);
        let flat = Levels::new((width, height), vec![100.0; width * height]);
        for i in 0..20 {
            let shading = Shading::drawn(0.15, &mut seed::rng(1, "test", i)).unwrap();
            let lit = flat.clone().shaded(Some(shading)).values;
            let mean = lit.iter().sum::<f32>() / lit.len() as f32;
            assert!((mean - 100.0).abs() < 0.05, "{mean}");
            let spread = lit.iter().map(|l| (l - 100.0).abs()).fold(0.0, f32::max);
            assert!(spread > 1.0 && spread < 65.0, "{spread}");
            // The third difference of a quadratic is nothing.
            for x in 0..width - 3 {
                let third = lit[x + 3] - 3.0 * lit[x + 2] + 3.0 * lit[x + 1] - lit[x];
                assert!(third.abs() < 1e-3, "{third}");
            }
        }
    }

    #[test]
    fn of_strength_0_nothing_is_drawn() {
        let (mut a, mut b) = (seed::rng(1, "test", 0), seed::rng(1, "test", 0));
        assert_eq!(Shading::drawn(0.0, &mut a), None);
        assert_eq!(between(&mut a, 0.0, 1.0), between(&mut b, 0.0, 1.0));
    }
}
