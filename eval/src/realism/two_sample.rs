//! A classifier two-sample test (Lopez-Paz and Oquab, 2017): if two sets of images are alike, no
//! classifier tells them apart better than chance.

use nalgebra::{DMatrix, DVector};

/// Folds of the cross-validation: each is classified once by a classifier that was not fitted to it.
pub const FOLDS: usize = 5;
/// Added to the diagonal of the covariance, in units of the real images' variance: keeps directions
/// in which there is next to nothing from counting.
const RIDGE: f64 = 0.05;

/// How often a classifier tells two sets of images apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Accuracy {
    /// Share of the real images that it takes for real.
    pub real: f64,
    /// Share of the others that it takes for the others.
    pub other: f64,
    /// Images of each kind.
    counts: [usize; 2],
}

impl Accuracy {
    /// The balanced accuracy: both kinds count half, however many images there are of each. At chance: 0.5.
    pub fn balanced(&self) -> f64 {
        (self.real + self.other) / 2.0
    }

    /// Standard error of the balanced accuracy, of two independent binomial shares: it is the smaller set
    /// that makes it large.
    pub fn balanced_error(&self) -> f64 {
        let variance = |share: f64, count: usize| share * (1.0 - share) / count as f64;
        let [real, other] = self.counts;
        0.5 * (variance(self.real, real) + variance(self.other, other)).sqrt()
    }
}

/// Cross-validated accuracy of a linear discriminant (Fisher, 1936) on standardised features.
///
/// A closed form, so there is no training to go wrong and no seed to choose. Image i belongs to fold
/// i mod [`FOLDS`].
///
/// # Panics
/// If the images have not as many features each.
pub fn accuracy<F: AsRef<[f64]>>(real: &[F], other: &[F]) -> Accuracy {
    let mut right = [0usize; 2];
    for fold in 0..FOLDS {
        let Some(classifier) = Discriminant::of(&without(real, fold), &without(other, fold)) else {
            continue;
        };
        for (kind, features) in [real, other].into_iter().enumerate() {
            let held_out = features.iter().skip(fold).step_by(FOLDS);
            right[kind] +=
                held_out.filter(|f| classifier.is_other(f.as_ref()) == (kind == 1)).count();
        }
    }
    let counts = [real.len(), other.len()];
    let [real, other] = [0, 1].map(|kind| right[kind] as f64 / counts[kind] as f64);
    Accuracy { real, other, counts }
}

/// As [`accuracy`], of measurements in units of their own: each is standardised by the real images, and
/// its square stands beside it, so that a spread tells kinds apart as well as a mean.
pub fn accuracy_of_measurements(real: &[Vec<f64>], other: &[Vec<f64>]) -> Accuracy {
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
        assert!(accuracy(&cloud(1, 400, 0.0), &cloud(2, 400, 3.0)).balanced() > 0.95);
        let same = accuracy(&cloud(1, 200, 0.0), &cloud(2, 200, 0.0)).balanced();
        assert!((same - 0.5).abs() < 0.09, "{same}");
    }

    #[test]
    fn half_an_overlap_is_right_on_three_quarters() {
        // Uniform on (-1, 1) and on (0, 2): the middle, 0.5, gets 3/4 of each right.
        let half = accuracy(&cloud(1, 1500, 0.0), &cloud(2, 1500, 1.0)).balanced();
        assert!((half - 0.75).abs() < 0.03, "{half}");
    }

    #[test]
    fn measurements_tell_kinds_apart_by_mean_and_by_spread_in_whatever_unit() {
        let of = |seed, count, moved, factor: f64| -> Vec<Vec<f64>> {
            let one = |f: Features| f[..8].iter().map(|v| 1e4 + 1e3 * factor * v).collect();
            cloud(seed, count, moved).into_iter().map(one).collect()
        };
        let told = |moved, factor| {
            let (real, other) = (of(1, 600, 0.0, 1.0), of(2, 600, moved, factor));
            accuracy_of_measurements(&real, &other).balanced()
        };
        let same = told(0.0, 1.0);
        assert!((same - 0.5).abs() < 0.06, "{same}");
        assert!(told(2.0, 1.0) > 0.95);
        let wider = told(0.0, 2.0);
        assert!(wider > 0.85, "{wider}");
    }

    #[test]
    fn few_of_one_kind_and_many_of_the_other_are_no_way_to_win() {
        let same = accuracy(&cloud(1, 600, 0.0), &cloud(2, 60, 0.0)).balanced();
        assert!((same - 0.5).abs() < 0.13, "{same}");
    }

    #[test]
    fn the_error_is_that_of_the_mean_of_two_binomial_shares() {
        let accuracy = |real, other, counts| Accuracy { real, other, counts };
        let error = accuracy(0.5, 0.5, [1000, 100]).balanced_error();
        assert!((error - 0.5 * (0.25f64 / 1000.0 + 0.25 / 100.0).sqrt()).abs() < 1e-15, "{error}");
        // As many of each kind are one sample of both together.
        let error = accuracy(0.8, 0.8, [50, 50]).balanced_error();
        assert!((error - (0.8f64 * 0.2 / 100.0).sqrt()).abs() < 1e-15, "{error}");
    }

    #[test]
    fn accuracies_scatter_as_widely_as_the_error_says() {
        let all: Vec<Accuracy> = (0..40)
            .map(|seed| accuracy(&cloud(2 * seed, 400, 0.0), &cloud(2 * seed + 1, 40, 1.0)))
            .collect();
        let mean = |of: &dyn Fn(&Accuracy) -> f64| all.iter().map(of).sum::<f64>() / 40.0;
        let middle = mean(&|a| a.balanced());
        let scatter = mean(&|a| (a.balanced() - middle).powi(2)).sqrt();
        let said = mean(&|a| a.balanced_error());
        assert!((0.7..1.5).contains(&(scatter / said)), "{scatter} {said}");
    }
}
