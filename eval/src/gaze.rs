//! Gaze error: how far, in degrees, the predicted gaze stands from the true one.

use crate::Error;
use crate::stats::{self, Interval};
use nalgebra::Vector3;
use serde::{Deserialize, Serialize};
use simulator::sample::Gaze;

/// The whole degrees at which the share of images is reported: 1 to 30.
pub const CDF_DEGREES: usize = 30;
/// Level of every interval in a report.
pub const CONFIDENCE: f64 = 0.95;
/// Seed of the bootstrap: a report is a function of its input alone.
const BOOTSTRAP_SEED: u64 = 0x6761_7a65;

/// The angular error of an estimator over a set of images.
///
/// All statistics are over the finite predictions; the others are counted in `n_not_finite`, and a
/// report with any of them should not be quoted without that count.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GazeReport {
    /// Images measured, non-finite predictions included.
    pub n: usize,
    /// Predictions with a NaN or an infinity.
    pub n_not_finite: usize,
    /// Mean angle between truth and prediction, degrees. `None` if no prediction is finite.
    pub mean_deg: Option<f64>,
    /// Median angle, degrees.
    pub median_deg: Option<f64>,
    /// Standard deviation of the angle over images, degrees.
    pub sd_deg: Option<f64>,
    /// 95 % bootstrap interval of the mean over images, degrees.
    pub mean_interval_deg: Option<Interval>,
    /// Share of images (0 to 1; of all `n`) within 1, 2, ... 30 degrees.
    pub share_within: Vec<f64>,
    /// Mean of predicted minus true pitch, degrees: positive looks too far up.
    pub bias_pitch_deg: Option<f64>,
    /// Mean of predicted minus true yaw, degrees: positive looks too far to the image's left.
    pub bias_yaw_deg: Option<f64>,
    /// Mean error of always answering the mean of the true gazes: an estimator above it has learnt
    /// nothing.
    pub predict_mean_gaze_deg: f64,
    /// The error of each image in the order given, degrees; `None` where the prediction is not
    /// finite. For curves and paired comparisons.
    pub errors_deg: Vec<Option<f32>>,
}

impl GazeReport {
    /// Share of images within this many whole degrees (1 to 30).
    pub fn share_within_deg(&self, degrees: usize) -> Option<f64> {
        self.share_within.get(degrees.checked_sub(1)?).copied()
    }
}

/// Measures predictions: one `(truth, predicted)` an image.
///
/// ```
/// use simulator::sample::Gaze;
/// let truth = Gaze::from_degrees(0.0, 10.0);
/// let report = eval::gaze::measure(&[(truth, Gaze::from_degrees(0.0, 13.0))])?;
/// assert!((report.mean_deg.unwrap() - 3.0).abs() < 1e-5);
/// assert_eq!(report.share_within_deg(2), Some(0.0));
/// # Ok::<(), eval::Error>(())
/// ```
///
/// # Errors
/// If there is no image, or a true gaze is not finite.
pub fn measure(pairs: &[(Gaze, Gaze)]) -> Result<GazeReport, Error> {
    if pairs.is_empty() {
        return Err(Error::TooFew { what: "a gaze report (images)", needed: 1, got: 0 });
    }
    if let Some(position) = pairs.iter().position(|(truth, _)| !is_finite(*truth)) {
        return Err(Error::TruthNotFinite { position });
    }

    // Measure each image; keep the place of those that cannot be.
    let errors_deg: Vec<Option<f32>> = pairs
        .iter()
        .map(|&(truth, predicted)| {
            is_finite(predicted).then(|| truth.angle_to(predicted).to_degrees() as f32)
        })
        .collect();
    let finite: Vec<f64> = errors_deg.iter().flatten().map(|&e| f64::from(e)).collect();
    let within = |degrees: usize| {
        finite.iter().filter(|&&e| e <= degrees as f64).count() as f64 / pairs.len() as f64
    };
    let (pitch_deg, yaw_deg): (Vec<f64>, Vec<f64>) = pairs
        .iter()
        .filter(|(_, predicted)| is_finite(*predicted))
        .map(|(truth, predicted)| {
            let (pitch, yaw) = (predicted.pitch - truth.pitch, predicted.yaw - truth.yaw);
            (f64::from(pitch).to_degrees(), wrapped(f64::from(yaw)).to_degrees())
        })
        .unzip();

    Ok(GazeReport {
        n: pairs.len(),
        n_not_finite: pairs.len() - finite.len(),
        mean_deg: stats::mean(&finite),
        median_deg: stats::quantile(&finite, 0.5),
        sd_deg: stats::sd(&finite),
        mean_interval_deg: stats::bootstrap_mean(&finite, CONFIDENCE, BOOTSTRAP_SEED),
        share_within: (1..=CDF_DEGREES).map(within).collect(),
        bias_pitch_deg: stats::mean(&pitch_deg),
        bias_yaw_deg: stats::mean(&yaw_deg),
        predict_mean_gaze_deg: predict_mean_gaze_deg(pairs),
        errors_deg,
    })
}

fn is_finite(gaze: Gaze) -> bool {
    gaze.pitch.is_finite() && gaze.yaw.is_finite()
}

/// An angle brought to [-π, π).
fn wrapped(angle: f64) -> f64 {
    use std::f64::consts::{PI, TAU};
    (angle + PI).rem_euclid(TAU) - PI
}

fn predict_mean_gaze_deg(pairs: &[(Gaze, Gaze)]) -> f64 {
    let sum: Vector3<f64> = pairs.iter().map(|(truth, _)| truth.to_vector()).sum();
    let mean_gaze = Gaze::from_vector(sum);
    let total: f64 = pairs.iter().map(|(truth, _)| truth.angle_to(mean_gaze).to_degrees()).sum();
    total / pairs.len() as f64
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn pair(truth: (f32, f32), predicted: (f32, f32)) -> (Gaze, Gaze) {
        (Gaze::from_degrees(truth.0, truth.1), Gaze::from_degrees(predicted.0, predicted.1))
    }

    #[test]
    fn errors_bias_and_shares_of_three_images() {
        let report = measure(&[
            pair((0.0, 0.0), (1.0, 0.0)),
            pair((0.0, 0.0), (0.0, -5.0)),
            pair((10.0, 20.0), (10.0, 20.0)),
        ])
        .unwrap();
        assert!((report.mean_deg.unwrap() - 2.0).abs() < 1e-5);
        assert!((report.median_deg.unwrap() - 1.0).abs() < 1e-5);
        assert!((report.bias_pitch_deg.unwrap() - 1.0 / 3.0).abs() < 1e-5);
        assert!((report.bias_yaw_deg.unwrap() + 5.0 / 3.0).abs() < 1e-5);
        assert!((report.share_within_deg(2).unwrap() - 2.0 / 3.0).abs() < 1e-12);
        assert_eq!(report.share_within_deg(30), Some(1.0));
        assert_eq!(report.share_within_deg(0), None);
    }

    #[test]
    fn a_non_finite_prediction_is_counted_and_lowers_every_share() {
        let bad = (Gaze::from_degrees(0.0, 0.0), Gaze { pitch: f32::NAN, yaw: 0.0 });
        let report = measure(&[bad, pair((0.0, 0.0), (0.0, 0.0))]).unwrap();
        assert_eq!((report.n, report.n_not_finite), (2, 1));
        assert_eq!(report.mean_deg, Some(0.0));
        assert_eq!(report.share_within_deg(30), Some(0.5));
        assert_eq!(report.errors_deg[0], None);
        assert_eq!(measure(&[bad]).unwrap().mean_deg, None);
    }

    #[test]
    fn a_non_finite_truth_and_an_empty_set_are_errors() {
        let bad = (Gaze { pitch: 0.0, yaw: f32::INFINITY }, Gaze::from_degrees(0.0, 0.0));
        assert!(measure(&[bad]).unwrap_err().to_string().contains("position 0"));
        assert!(measure(&[]).is_err());
    }

    #[test]
    fn answering_the_mean_gaze_scores_exactly_the_reference() {
        let truths = [(0.0, 10.0), (0.0, -10.0), (0.0, 4.0), (0.0, -4.0)];
        let report = measure(&truths.map(|t| pair(t, (0.0, 0.0)))).unwrap();
        assert!((report.predict_mean_gaze_deg - 7.0).abs() < 1e-5);
        assert!((report.mean_deg.unwrap() - report.predict_mean_gaze_deg).abs() < 1e-5);
    }
}
