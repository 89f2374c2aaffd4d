//! Plain statistics: mean, spread, quantiles, and a bootstrap interval.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Resamples of a bootstrap: the ends of a 95 % interval are then known to about 2 % of its width.
pub const BOOTSTRAP_RESAMPLES: usize = 2000;

/// The mean, or `None` of nothing.
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The sample standard deviation (divided by n - 1), or `None` of fewer than two values.
pub fn sd(values: &[f64]) -> Option<f64> {
    if values.len() < 2 {
        return None;
    }
    let center = mean(values)?;
    let sum_of_squares: f64 = values.iter().map(|v| (v - center).powi(2)).sum();
    Some((sum_of_squares / (values.len() - 1) as f64).sqrt())
}

/// The mean of what is left when the share `trim` (0 up to, not including, 0.5) of the values is left out
/// at either end, or `None` of nothing.
pub fn trimmed_mean(values: &[f64], trim: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let left_out = (trim * sorted.len() as f64) as usize;
    mean(sorted.get(left_out..sorted.len() - left_out)?)
}

/// The quantile `q` (0 to 1), interpolated between the two nearest order statistics (type 7 of
/// Hyndman and Fan 1996, which numpy and R use too), or `None` of nothing.
pub fn quantile(values: &[f64], q: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    quantile_of_sorted(&sorted, q)
}

fn quantile_of_sorted(sorted: &[f64], q: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let place = q.clamp(0.0, 1.0) * last as f64;
    let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    Some(below + (above - below) * place.fract())
}

/// What a report says of a list of numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// How many.
    pub n: usize,
    /// Their mean.
    pub mean: f64,
    /// Sample standard deviation; `None` of a single value.
    pub sd: Option<f64>,
    /// Median.
    pub median: f64,
    /// 95 % of the values lie at or below it.
    pub p95: f64,
    /// The smallest.
    pub min: f64,
    /// The greatest.
    pub max: f64,
}

impl Summary {
    /// Of these values, or `None` of nothing.
    pub fn of(values: &[f64]) -> Option<Self> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        Some(Self {
            n: sorted.len(),
            mean: mean(values)?,
            sd: sd(values),
            median: quantile_of_sorted(&sorted, 0.5)?,
            p95: quantile_of_sorted(&sorted, 0.95)?,
            min: *sorted.first()?,
            max: *sorted.last()?,
        })
    }
}

/// An interval of confidence.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Interval {
    /// True if the value lies within it, ends included.
    pub fn contains(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }
}

/// The percentile bootstrap interval of the mean (Efron 1979) at `level` (0.95, say): the mean of
/// n values drawn with replacement, [`BOOTSTRAP_RESAMPLES`] times. `None` of nothing.
///
/// Images of one person are not independent of each other, so over images it is an interval for
/// *these people*, and too narrow for new ones.
pub fn bootstrap_mean(values: &[f64], level: f64, seed: u64) -> Option<Interval> {
    if values.is_empty() {
        return None;
    }
    resampled(level, seed, |rng| {
        let sum: f64 = (0..values.len()).map(|_| values[rng.random_range(0..values.len())]).sum();
        sum / values.len() as f64
    })
}

/// As [`bootstrap_mean`], for values that come in clusters, as images do of people: whole clusters are
/// drawn with replacement, as many as there are, and the mean is that of all values in those drawn. So it
/// is an interval for *other* clusters of this kind. `None` without a value.
///
/// With few clusters it is too narrow: they are all that it knows of how clusters differ.
pub fn cluster_bootstrap_mean(clusters: &[Vec<f64>], level: f64, seed: u64) -> Option<Interval> {
    let sums: Vec<(f64, usize)> = clusters
        .iter()
        .filter(|cluster| !cluster.is_empty())
        .map(|cluster| (cluster.iter().sum(), cluster.len()))
        .collect();
    if sums.is_empty() {
        return None;
    }
    resampled(level, seed, |rng| {
        let drawn = (0..sums.len()).map(|_| sums[rng.random_range(0..sums.len())]);
        let (sum, count) = drawn.fold((0.0, 0), |all, one| (all.0 + one.0, all.1 + one.1));
        sum / count as f64
    })
}

/// The percentile interval of a statistic of [`BOOTSTRAP_RESAMPLES`] resamples.
fn resampled(
    level: f64,
    seed: u64,
    statistic: impl Fn(&mut ChaCha8Rng) -> f64 + Sync,
) -> Option<Interval> {
    // Each resample has a stream of its own, so the order of threads does not matter.
    let values: Vec<f64> = (0..BOOTSTRAP_RESAMPLES as u64)
        .into_par_iter()
        .map(|resample| {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            rng.set_stream(resample);
            statistic(&mut rng)
        })
        .collect();
    let tail = (1.0 - level.clamp(0.0, 1.0)) / 2.0;
    Some(Interval { low: quantile(&values, tail)?, high: quantile(&values, 1.0 - tail)? })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn nothing_has_no_statistics() {
        assert_eq!(mean(&[]), None);
        assert_eq!(sd(&[1.0]), None);
        assert_eq!(quantile(&[], 0.5), None);
        assert_eq!(Summary::of(&[]), None);
        assert_eq!(bootstrap_mean(&[], 0.95, 0), None);
    }

    #[test]
    fn a_hand_computed_summary() {
        let s = Summary::of(&[4.0, 1.0, 3.0, 2.0]).unwrap();
        assert_eq!((s.n, s.mean, s.median, s.min, s.max), (4, 2.5, 2.5, 1.0, 4.0));
        assert!((s.sd.unwrap() - (5.0f64 / 3.0).sqrt()).abs() < 1e-12);
        assert!((s.p95 - 3.85).abs() < 1e-12);
    }

    #[test]
    fn the_bootstrap_interval_of_a_mean_agrees_with_the_normal_one() {
        // Uniform on [0, 1): mean 1/2, sd 1/sqrt(12).
        let values: Vec<f64> = (0..4000).map(|i| (i as f64 + 0.5) / 4000.0).collect();
        let interval = bootstrap_mean(&values, 0.95, 7).unwrap();
        let half = 1.96 * (1.0f64 / 12.0).sqrt() / (4000.0f64).sqrt();
        assert!((interval.low - (0.5 - half)).abs() < 0.1 * half, "{interval:?}");
        assert!((interval.high - (0.5 + half)).abs() < 0.1 * half, "{interval:?}");
    }

    #[test]
    fn a_trimmed_mean_leaves_out_both_ends() {
        assert_eq!(trimmed_mean(&[100.0, 1.0, 2.0, 3.0, -50.0], 0.2), Some(2.0));
        assert_eq!(trimmed_mean(&[7.0, 9.0], 0.2), Some(8.0));
        assert_eq!(trimmed_mean(&[], 0.2), None);
    }

    #[test]
    fn over_clusters_of_equal_values_it_is_the_interval_of_the_clusters() {
        // Ten values to a cluster say no more than one, and an empty cluster nothing.
        let centers: Vec<f64> = (0..40).map(|k| f64::from(k % 8)).collect();
        let mut clusters: Vec<Vec<f64>> = centers.iter().map(|&v| vec![v; 10]).collect();
        clusters.push(Vec::new());
        let over_clusters = cluster_bootstrap_mean(&clusters, 0.95, 3).unwrap();
        let of_centers = bootstrap_mean(&centers, 0.95, 3).unwrap();
        assert!((over_clusters.low - of_centers.low).abs() < 1e-12);
        assert!((over_clusters.high - of_centers.high).abs() < 1e-12);
        let over_values = bootstrap_mean(&clusters.concat(), 0.95, 3).unwrap();
        let width = |i: Interval| i.high - i.low;
        assert!(width(over_clusters) > 2.5 * width(over_values), "images alone are too sure");
        assert_eq!(cluster_bootstrap_mean(&[Vec::new()], 0.95, 3), None);
    }

    #[test]
    fn the_bootstrap_is_a_function_of_its_seed() {
        let values = [1.0, 5.0, 2.0, 8.0, 3.0];
        assert_eq!(bootstrap_mean(&values, 0.95, 1), bootstrap_mean(&values, 0.95, 1));
        assert_ne!(bootstrap_mean(&values, 0.95, 1), bootstrap_mean(&values, 0.95, 2));
    }
}
