//! Whether the crops were cut by the corners or by the lids: `pose.crop_follows_lids`.
//!
//! A crop placed by a head pose leaves the corners where they are while the lids sink with the gaze; a
//! box around the landmarks of the lids leaves the opening where it is, and the corners rise. Means say
//! nothing of it (a shift does the same), and it is a product of two settings, so the linear model
//! can't see it. What tells is the slope of the corners' height over that of the opening beside them: with
//! each share that slope falls by the same. Renders of a share of 0 and of 1 calibrate the slope, since
//! what a network measures is drawn towards its mean on both sides alike.

use super::images::Measured;
use super::linear::RobustMoments;
use super::space::{INTERVAL, SettingEstimate};
use nalgebra::DMatrix;

/// What images say of the share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Share {
    pub(super) share: f64,
    /// Its standard error.
    pub(super) error: f64,
}

impl Share {
    /// As it is reported: every image has the same share.
    pub(super) fn told(&self, before: f64) -> SettingEstimate {
        let reach = INTERVAL * self.error;
        SettingEstimate {
            name: "pose.crop_follows_lids".into(),
            title: "crop follows the lids (share)".into(),
            before: [before, 0.0],
            after: [self.share, 0.0],
            mean_interval: [self.share - reach, self.share + reach].map(|v| v.clamp(0.0, 1.0)),
            sd_interval: [0.0; 2],
        }
    }
}

/// A slope, and its standard error.
#[derive(Debug, Clone, Copy)]
struct Slope {
    value: f64,
    error: f64,
}

/// The share at which renders measure as the real images do, where they were measured at 0 and at 1; `count`
/// is how many independent images the real ones count as. `None` where the measurements do not vary, or
/// renders of both shares measure alike.
pub(super) fn share(
    real: &RobustMoments,
    count: f64,
    at_zero: &Measured,
    at_one: &Measured,
) -> Option<Share> {
    let of_renders = |renders: &Measured| {
        let moments = RobustMoments::of(&renders.columns())?;
        slope(&moments.covariance, moments.weights.len() as f64)
    };
    let (real, zero, one) =
        (slope(&real.covariance, count)?, of_renders(at_zero)?, of_renders(at_one)?);
    let run = one.value - zero.value;
    if run.abs() < 3.0 * one.error.hypot(zero.error) {
        return None;
    }
    let share = (real.value - zero.value) / run;
    let of_renders = ((1.0 - share) * zero.error).hypot(share * one.error);
    Some(Share { share: share.clamp(0.0, 1.0), error: real.error.hypot(of_renders) / run.abs() })
}

/// Rows of the measurements ([`PLACE_NAMES`](super::measure::PLACE_NAMES)): heights of both corners and of
/// both lids' middles.
const CORNERS: [usize; 2] = [1, 3];
const LIDS: [usize; 2] = [5, 8];

/// The slope of the corners' height over the opening's height beside them.
fn slope(covariance: &DMatrix<f64>, count: f64) -> Option<Slope> {
    // Both are linear in the measurements: their weights there.
    let weights = |corners: f64, lids: f64| {
        let of = CORNERS.map(|k| (k, 0.5 * corners)).into_iter();
        of.chain(LIDS.map(|k| (k, 0.5 * lids))).collect::<Vec<_>>()
    };
    let (corners, beside) = (weights(1.0, 0.0), weights(-1.0, 1.0));
    let product = |a: &[(usize, f64)], b: &[(usize, f64)]| -> f64 {
        a.iter().flat_map(|(i, u)| b.iter().map(move |(j, v)| u * v * covariance[(*i, *j)])).sum()
    };
    let of_beside = product(&beside, &beside);
    // No variance, or none that can be had: no slope.
    if of_beside.is_nan() || of_beside <= 0.0 {
        return None;
    }
    let value = product(&corners, &beside) / of_beside;
    let left = product(&corners, &corners) - value * value * of_beside;
    Some(Slope { value, error: (left.max(0.0) / of_beside / count.max(2.0)).sqrt() })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::calibration::measure::{LOOKS, PLACES};
    use rand::RngExt;

    /// Crops of this share: corners that are shifted at random, an opening that moves beside them.
    fn measured(share: f64, seed: u64, noise: f64) -> Measured {
        let mut rng = crate::seed::rng(seed, "follow", 0);
        let mut normal = || (0..12).map(|_| rng.random::<f64>()).sum::<f64>() - 6.0;
        let mut all = Measured { places: Vec::new(), looks: Vec::new() };
        for _ in 0..2000 {
            let mut places = [0.0; PLACES];
            places.iter_mut().for_each(|p| *p = noise * normal());
            let beside = 1.5 * normal();
            let corner = 20.0 + 0.8 * normal() - share * beside;
            CORNERS.iter().for_each(|&k| places[k] += corner);
            LIDS.iter().for_each(|&k| places[k] += corner + beside);
            all.places.push(places);
            all.looks.push([0.0; LOOKS].map(|_| normal()));
        }
        all
    }

    #[test]
    fn the_share_is_found_within_its_error_though_measurements_are_noisy() {
        let (zero, one) = (measured(0.0, 1, 0.5), measured(1.0, 2, 0.5));
        for (seed, truth) in [(3, 0.0), (4, 0.3), (5, 0.7), (6, 1.0)] {
            let real = RobustMoments::of(&measured(truth, seed, 0.5).columns()).unwrap();
            let found = share(&real, 2000.0, &zero, &one).unwrap();
            assert!((found.share - truth).abs() < 4.0 * found.error, "{truth}: {found:?}");
            assert!(found.error < 0.05, "{found:?}");
        }
    }

    #[test]
    fn nothing_is_said_where_renders_of_both_shares_measure_alike() {
        let (zero, one) = (measured(0.4, 1, 0.5), measured(0.4, 2, 0.5));
        let real = RobustMoments::of(&measured(0.0, 3, 0.5).columns()).unwrap();
        assert_eq!(share(&real, 2000.0, &zero, &one), None);
    }
}
