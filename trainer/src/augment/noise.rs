//! Noise of a sensor.

use super::Levels;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

impl Levels {
    /// With noise of this standard deviation, grey levels, in each pixel; at 0 nothing is drawn.
    pub(crate) fn noisy(mut self, sigma: f32, rng: &mut ChaCha8Rng) -> Self {
        if sigma > 0.0 {
            for level in &mut self.values {
                *level += sigma * normal(rng);
            }
        }
        self
    }
}

/// A nearly normal number with mean 0 and variance 1: the sum of four uniform ones.
fn normal(rng: &mut ChaCha8Rng) -> f32 {
    let sum: f32 = (0..4).map(|_| rng.random::<f32>()).sum();
    (sum - 2.0) * 3f32.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed;

    #[test]
    fn it_has_mean_0_and_the_spread_that_is_asked_for() {
        let flat = Levels::new((80, 50), vec![100.0; 4000]);
        let noisy = flat.clone().noisy(5.0, &mut seed::rng(1, "test", 0)).values;
        let mean = noisy.iter().sum::<f32>() / 4000.0;
        let variance = noisy.iter().map(|l| (l - mean).powi(2)).sum::<f32>() / 4000.0;
        assert!((mean - 100.0).abs() < 0.3, "{mean}");
        assert!((variance / 25.0 - 1.0).abs() < 0.06, "{variance}");
        assert_eq!(flat.clone().noisy(0.0, &mut seed::rng(1, "test", 0)), flat);
    }
}
