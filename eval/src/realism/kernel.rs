//! The kernel distance of two sets of features.

use super::features::{Features, LENGTH};
use rayon::prelude::*;

/// Unbiased MMD² with the kernel (x·y / d + 1)³, as KID (Bińkowski et al., *Demystifying MMD GANs*,
/// 2018), on features standardised by the real images.
///
/// 0 is its mean where both sets come from one source; so it can be negative.
pub fn distance(a: &[Features], b: &[Features]) -> f64 {
    within(a) + within(b) - 2.0 * between(a, b)
}

fn kernel(x: &Features, y: &Features) -> f64 {
    let dot: f64 = x.iter().zip(y).map(|(x, y)| x * y).sum();
    (dot / LENGTH as f64 + 1.0).powi(3)
}

/// Mean over all pairs of two different ones.
fn within(x: &[Features]) -> f64 {
    // Summed row by row and then in order, so that the number of threads does not matter.
    let rows: Vec<f64> =
        (0..x.len()).into_par_iter().map(|i| (0..i).map(|j| kernel(&x[i], &x[j])).sum()).collect();
    let n = x.len() as f64;
    2.0 * rows.iter().sum::<f64>() / (n * (n - 1.0))
}

fn between(x: &[Features], y: &[Features]) -> f64 {
    let rows: Vec<f64> = x.par_iter().map(|x| y.iter().map(|y| kernel(x, y)).sum()).collect();
    rows.iter().sum::<f64>() / (x.len() * y.len()) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All features the same.
    fn flat(value: f64) -> Features {
        [value; LENGTH]
    }

    #[test]
    fn points_of_pen_and_paper() {
        // x·y / d is the product of the values. Within {0, 0}: 1; within {1, 1}: 8; between: 1.
        let distance_of = |a: f64, b: f64| distance(&[flat(a), flat(a)], &[flat(b), flat(b)]);
        assert!((distance_of(0.0, 1.0) - 7.0).abs() < 1e-9);
        assert!(distance_of(0.6, 0.6).abs() < 1e-9);
        // Within {1, -1}: (−1 + 1)³ = 0; within {0, 0}: 1; between: 1.
        let spread = distance(&[flat(1.0), flat(-1.0)], &[flat(0.0), flat(0.0)]);
        assert!((spread + 1.0).abs() < 1e-9, "it is unbiased, so two points may be below 0");
    }

    #[test]
    fn it_does_not_depend_on_the_order() {
        let a: Vec<Features> = (0..7).map(|i| flat(f64::from(i) * 0.1)).collect();
        let b: Vec<Features> = (0..5).map(|i| flat(f64::from(i) * 0.3 - 0.5)).collect();
        let turned: Vec<Features> = a.iter().rev().copied().collect();
        assert!((distance(&a, &b) - distance(&turned, &b)).abs() < 1e-12);
        assert!((distance(&a, &b) - distance(&b, &a)).abs() < 1e-12);
    }
}
