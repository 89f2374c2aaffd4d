//! Reflections: a lamp in a pair of glasses or on the cornea.

use super::{Levels, between};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

impl Levels {
    /// Adds up to so many bright discs with soft edges; of 0 only the number is drawn.
    pub(crate) fn with_reflections(mut self, most: usize, rng: &mut ChaCha8Rng) -> Self {
        let count = rng.random_range(0..=most);
        for _ in 0..count {
            self.reflect(rng);
        }
        self
    }

    fn reflect(&mut self, rng: &mut ChaCha8Rng) {
        let (width, height) = (self.width, self.height);
        let (x, y) = (between(rng, 0.0, width as f32), between(rng, 0.0, height as f32));
        // Most are small.
        let radius = width as f32 * (0.01 + 0.07 * rng.random::<f32>().powi(3));
        let strength = between(rng, 60.0, 255.0);
        for (i, level) in self.values.iter_mut().enumerate() {
            let r = ((i % width) as f32 - x).hypot((i / width) as f32 - y);
            *level += strength * (radius + 0.5 - r).clamp(0.0, 1.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed;

    #[test]
    fn they_add_light_in_few_pixels_and_take_none() {
        let dark = Levels::new((60, 36), vec![10.0; 60 * 36]);
        let mut brighter = 0;
        for i in 0..50 {
            let lit = dark.clone().with_reflections(1, &mut seed::rng(1, "test", i)).values;
            assert!(lit.iter().all(|&l| l >= 10.0));
            let share = lit.iter().filter(|&&l| l > 10.0).count() as f32 / lit.len() as f32;
            assert!(share < 0.06, "{share}");
            brighter += usize::from(share > 0.0);
        }
        assert!((10..=40).contains(&brighter), "one in half of the pictures, {brighter} of 50");
    }
}
