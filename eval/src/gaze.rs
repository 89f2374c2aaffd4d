//! Gaze error: how far, in degrees, the predicted gaze stands from the true one.

use crate::Error;
use crate::people::{self, About, GroupError, PeopleReport, PersonError};
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
    /// Mean angle after taking out the two biases, degrees: the error free of a constant offset, as
    /// one calibration of the camera would leave it. It needs labels; [`crate::alignment`] is the way
    /// without.
    #[serde(default)]
    pub error_without_bias_deg: Option<f64>,
    /// Mean error of always answering the mean of the true gazes: an estimator above it has learnt
    /// nothing.
    pub predict_mean_gaze_deg: f64,
    /// The error of each image in the order given, degrees; `None` where the prediction is not
    /// finite. For curves and paired comparisons.
    pub errors_deg: Vec<Option<f32>>,
    /// Person by person, where people are known.
    #[serde(default)]
    pub people: Option<PeopleReport>,
    /// Frontal and turned heads, where the direction of the head is known.
    #[serde(default)]
    pub groups: Vec<GroupError>,
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
    measure_about(pairs, &[])
}

/// As [`measure`], with what else is known of each image: also person by person, and by the turn of the
/// head. Nothing is known of images without an entry.
///
/// # Errors
/// As [`measure`].
pub fn measure_about(pairs: &[(Gaze, Gaze)], about: &[About]) -> Result<GazeReport, Error> {
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
    let all = finite_pairs(pairs);
    let bias_deg = bias_rad(&all).map(|bias| bias.map(f64::to_degrees));

    Ok(GazeReport {
        n: pairs.len(),
        n_not_finite: pairs.len() - finite.len(),
        mean_deg: stats::mean(&finite),
        median_deg: stats::quantile(&finite, 0.5),
        sd_deg: stats::sd(&finite),
        mean_interval_deg: stats::bootstrap_mean(&finite, CONFIDENCE, BOOTSTRAP_SEED),
        share_within: (1..=CDF_DEGREES).map(within).collect(),
        bias_pitch_deg: bias_deg.map(|[pitch, _]| pitch),
        bias_yaw_deg: bias_deg.map(|[_, yaw]| yaw),
        error_without_bias_deg: stats::mean(&without_bias_deg(&all)),
        predict_mean_gaze_deg: predict_mean_gaze_deg(pairs),
        people: people_report(pairs, &errors_deg, about),
        groups: group_errors(pairs, about),
        errors_deg,
    })
}

/// The pairs with a finite prediction.
fn finite_pairs(pairs: &[(Gaze, Gaze)]) -> Vec<(Gaze, Gaze)> {
    pairs.iter().copied().filter(|(_, predicted)| is_finite(*predicted)).collect()
}

/// Mean of predicted minus true pitch and yaw, radians. `None` of nothing.
fn bias_rad(finite: &[(Gaze, Gaze)]) -> Option<[f64; 2]> {
    let (pitch, yaw): (Vec<f64>, Vec<f64>) = finite
        .iter()
        .map(|(truth, predicted)| {
            let (pitch, yaw) = (predicted.pitch - truth.pitch, predicted.yaw - truth.yaw);
            (f64::from(pitch), wrapped(f64::from(yaw)))
        })
        .unzip();
    Some([stats::mean(&pitch)?, stats::mean(&yaw)?])
}

/// The angle of each pair after taking the bias of all of them out of each, degrees.
fn without_bias_deg(finite: &[(Gaze, Gaze)]) -> Vec<f64> {
    let [pitch, yaw] = bias_rad(finite).unwrap_or_default();
    let error = |&(truth, predicted): &(Gaze, Gaze)| {
        let centred = Gaze {
            pitch: (f64::from(predicted.pitch) - pitch) as f32,
            yaw: (f64::from(predicted.yaw) - yaw) as f32,
        };
        truth.angle_to(centred).to_degrees()
    };
    finite.iter().map(error).collect()
}

fn angles_deg(finite: &[(Gaze, Gaze)]) -> Vec<f64> {
    finite.iter().map(|(truth, predicted)| truth.angle_to(*predicted).to_degrees()).collect()
}

/// Person by person; `None` if no person is known.
fn people_report(
    pairs: &[(Gaze, Gaze)],
    errors_deg: &[Option<f32>],
    about: &[About],
) -> Option<PeopleReport> {
    let (names, mut of_image) = people::indexed(about)?;
    of_image.resize(pairs.len(), None);
    let mut people = Vec::with_capacity(names.len());
    let mut centred_deg = Vec::with_capacity(pairs.len());
    for (place, person) in names.into_iter().enumerate() {
        let of_person = pairs.iter().zip(&of_image).filter(|(_, one)| **one == Some(place));
        let theirs = finite_pairs(&of_person.map(|(pair, _)| *pair).collect::<Vec<_>>());
        let bias_deg = bias_rad(&theirs).map(|bias| bias.map(f64::to_degrees));
        centred_deg.extend(without_bias_deg(&theirs));
        people.push(PersonError {
            person,
            images: theirs.len(),
            mean_deg: stats::mean(&angles_deg(&theirs)),
            bias_pitch_deg: bias_deg.map(|[pitch, _]| pitch),
            bias_yaw_deg: bias_deg.map(|[_, yaw]| yaw),
        });
    }
    let errors: Vec<Option<f64>> = errors_deg.iter().map(|error| error.map(f64::from)).collect();
    Some(PeopleReport {
        mean_interval_deg: people::interval(&errors, &of_image),
        error_offset_per_person_deg: stats::mean(&centred_deg),
        people,
        of_image,
    })
}

/// Frontal and turned heads; a group without an image is left out.
fn group_errors(pairs: &[(Gaze, Gaze)], about: &[About]) -> Vec<GroupError> {
    let group = |name: &str| {
        let inside =
            pairs.iter().zip(about).filter(|(_, one)| people::head_group(one) == Some(name));
        let inside = finite_pairs(&inside.map(|(pair, _)| *pair).collect::<Vec<_>>());
        (!inside.is_empty()).then(|| GroupError {
            name: name.to_owned(),
            images: inside.len(),
            mean_deg: stats::mean(&angles_deg(&inside)),
            error_without_bias_deg: stats::mean(&without_bias_deg(&inside)),
        })
    };
    ["frontal", "turned"].into_iter().filter_map(group).collect()
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
#[path = "gaze_tests.rs"]
mod tests;
