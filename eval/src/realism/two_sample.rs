//! A classifier two-sample test (Lopez-Paz and Oquab, 2017): if two sets of images are alike, nobody
//! tells them apart better than a coin.

use nalgebra::{DMatrix, DVector};

/// Parts of the data, each of which is judged once by a classifier that has not seen it.
pub const FOLDS: usize = 5;
/// Added to the diagonal of the covariance, in units of the real images' variance: keeps directions
/// in which there is next to nothing from counting.
const RIDGE: f64 = 0.05;

/// Cross-validated accuracy of a linear discriminant (Fisher, 1936) on standardised features: the
/// mean of the shares of both kinds that it gets right.
///
/// A closed form, so there is no training to go wrong and no seed to choose. Image i belongs to fold
/// i mod [`FOLDS`].
///
/// # Panics
/// If the images have not as many features each.
pub fn accuracy<F: AsRef<[f64]>>(real: &[F], other: &[F]) -> f64 {
    let mut right = [0usize; 2];
    for fold in 0..FOLDS {
        let Some(classifier) = Discriminant::of(&without(real, fold), &without(other, fold)) else {
            continue;
        };
        for (kind, features) in [real, other].into_iter().enumerate() {
            let judged = features.iter().skip(fold).step_by(FOLDS);
            right[kind] +=
                judged.filter(|f| classifier.is_other(f.as_ref()) == (kind == 1)).count();
        }
    }
    (right[0] as f64 / real.len() as f64 + right[1] as f64 / other.len() as f64) / 2.0
}

/// As [`accuracy`], of measurements in units of their own: each is standardised by the real images, and
/// its square stands beside it, so that a spread tells kinds apart as well as a mean.
pub fn accuracy_of_measurements(real: &[Vec<f64>], other: &[Vec<f64>]) -> f64 {
    let count = real.len() as f64;
    let length = real.first().map_or(0, Vec::len);
    let units: Vec<(f64, f64)> = (0..length)
        .map(|k| {
            let mean = real.iter().map(|m| m[k]).sum::<f64>() / count;
            let variance = real.iter().map(|m| (m[k] - mean).powi(2)).sum::<f64>() / count;
            (mean, variance.sqrt().max(f64::MIN_POSITIVE))
        })
        .collect();
    let standard = |all: &[Vec<f64>]| -> Vec<Vec<f64>> {
        let one = |m: &Vec<f64>| -> Vec<f64> {
            let plain = m.iter().zip(&units).map(|(value, (mean, sd))| (value - mean) / sd);
            let plain: Vec<f64> = plain.map(|v| v.clamp(-FARTHEST, FARTHEST)).collect();
            let squares: Vec<f64> = plain.iter().map(|v| v * v).collect();
            [plain, squares].concat()
        };
        all.iter().map(one).collect()
    };
    accuracy(&standard(real), &standard(other))
}

/// Deviations beyond which a measurement counts no more: the square of a single one would lead all.
const FARTHEST: f64 = 5.0;

fn without<F: AsRef<[f64]>>(features: &[F], fold: usize) -> Vec<&[f64]> {
    let all = features.iter().enumerate();
    all.filter(|(i, _)| i % FOLDS != fold).map(|(_, f)| f.as_ref()).collect()
}

/// Σ⁻¹ (μ₁ - μ₀), and the middle between the means.
struct Discriminant {
    direction: DVector<f64>,
    threshold: f64,
}

impl Discriminant {
    fn of(real: &[&[f64]], other: &[&[f64]]) -> Option<Self> {
        let length = real.first()?.len();
        let means = [real, other].map(|features| {
            let sum = features
                .iter()
                .fold(DVector::zeros(length), |sum, f| sum + DVector::from_column_slice(f));
            sum / features.len() as f64
        });
        // The covariance within the kinds.
        let count = real.len() + other.len();
        let mut centred = DMatrix::zeros(length, count);
        let with_mean = real.iter().map(|f| (f, &means[0]));
        let with_mean = with_mean.chain(other.iter().map(|f| (f, &means[1])));
        for (mut column, (features, mean)) in centred.column_iter_mut().zip(with_mean) {
            column.copy_from(&(DVector::from_column_slice(features) - mean));
        }
        let covariance = &centred * centred.transpose() / count as f64
            + DMatrix::identity(length, length) * RIDGE;
        let direction = covariance.cholesky()?.solve(&(&means[1] - &means[0]));
        let threshold = direction.dot(&(&means[0] + &means[1])) / 2.0;
        Some(Self { direction, threshold })
    }

    fn is_other(&self, features: &[f64]) -> bool {
        let score: f64 = self.direction.iter().zip(features).map(|(w, f)| w * f).sum();
        score > self.threshold
    }
}

#[cfg(test)]
mod tests {
    use super::super::features::Features;
    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// Numbers from -1 to 1, the one with number 3 moved.
    fn cloud(seed: u64, count: usize, moved: f64) -> Vec<Features> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        (0..count)
            .map(|_| {
                let mut f: Features = std::array::from_fn(|_| rng.random_range(-1.0..1.0));
                f[3] += moved;
                f
            })
            .collect()
    }

    #[test]
    fn clouds_that_do_not_overlap_are_told_apart_and_one_cloud_is_not() {
        assert!(accuracy(&cloud(1, 400, 0.0), &cloud(2, 400, 3.0)) > 0.95);
        let same = accuracy(&cloud(1, 200, 0.0), &cloud(2, 200, 0.0));
        assert!((same - 0.5).abs() < 0.09, "{same}");
    }

    #[test]
    fn half_an_overlap_is_right_on_three_quarters() {
        // Uniform on (-1, 1) and on (0, 2): the middle, 0.5, gets 3/4 of each right.
        let half = accuracy(&cloud(1, 1500, 0.0), &cloud(2, 1500, 1.0));
        assert!((half - 0.75).abs() < 0.03, "{half}");
    }

    #[test]
    fn measurements_tell_kinds_apart_by_mean_and_by_spread_in_whatever_unit() {
        let of = |seed, count, moved, factor: f64| -> Vec<Vec<f64>> {
            let one = |f: Features| f[..8].iter().map(|v| 1e4 + 1e3 * factor * v).collect();
            cloud(seed, count, moved).into_iter().map(one).collect()
        };
        let same = accuracy_of_measurements(&of(1, 600, 0.0, 1.0), &of(2, 600, 0.0, 1.0));
        assert!((same - 0.5).abs() < 0.06, "{same}");
        assert!(accuracy_of_measurements(&of(1, 600, 0.0, 1.0), &of(2, 600, 2.0, 1.0)) > 0.95);
        let wider = accuracy_of_measurements(&of(1, 600, 0.0, 1.0), &of(2, 600, 0.0, 2.0));
        assert!(wider > 0.85, "{wider}");
    }

    #[test]
    fn few_of_one_kind_and_many_of_the_other_are_no_way_to_win() {
        let same = accuracy(&cloud(1, 600, 0.0), &cloud(2, 60, 0.0));
        assert!((same - 0.5).abs() < 0.13, "{same}");
    }
}
