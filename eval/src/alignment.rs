//! Alignment of predictions without labels: bring the centre of what an estimator predicts on
//! *unlabelled* images to the centre of the gaze that it was trained on.
//!
//! A good part of an estimator's error on a new camera is a constant offset: another normalisation,
//! another angle between eyeball and line of sight. It shows without a label. If the people in the
//! images looked about as the training images do, the mean of the predictions should be the mean of
//! the training gaze, and what is missing is an offset in pitch and yaw.
//!
//! **What it assumes:** that people looked as the training gaze says ([`Prior`]). If they did not, say
//! because the camera stood above a screen and the renders look straight ahead, alignment takes the true
//! mean gaze out of the predictions and puts the prior's in: an error of the size of that difference is
//! *added*. It harms most where an estimator has no bias and the images are of a narrow task (drivers
//! look at the road). The offset per person assumes it of each person. Compare, where there are
//! labels.
//!
//! **Robust:** the centre is the [`TRIM`] trimmed mean of each angle. Closed eyes and bad crops are
//! predicted anywhere, closed eyes all far down, and pull a mean along; they are few, and lie in the
//! tails that are left out. A median would bear more of them, but gaze in an experiment stands on a grid
//! of targets, and the median of that jumps from one target to the next. The centre of the prior is the
//! same statistic, so that what is left out on one side is left out on the other.

use crate::Error;
use crate::stats;
use serde::{Deserialize, Serialize};
use simulator::sample::Gaze;
use std::collections::BTreeMap;

/// The share of values that a centre leaves out at either end; 20 % is the usual advice (Wilcox,
/// Introduction to Robust Estimation and Hypothesis Testing).
pub const TRIM: f64 = 0.2;
/// The fewest finite predictions that the common offset is made of.
pub const LEAST_IMAGES: usize = 10;
/// A scale stays within 1 over this and this: one beyond says that the prior is another one.
pub const SCALE_LIMIT: f64 = 2.0;

/// What an alignment may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AlignmentOptions {
    /// Also bring the spread of each angle to the prior's, about its centre. A noisy estimator
    /// predicts too near to the mean; stretching it makes large angles right and all noise larger, so
    /// the mean error may well rise. Off by default.
    pub scale: bool,
    /// An offset of its own for each person with enough images.
    pub per_person: bool,
    /// The fewest finite predictions of a person for an offset of their own. With gaze that spreads by
    /// 10 degrees, the mean of 50 images is known to 1.4 degrees.
    pub person_images: usize,
}

impl Default for AlignmentOptions {
    fn default() -> Self {
        Self { scale: false, per_person: true, person_images: 50 }
    }
}

/// Centre and spread of one angle, radians.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// The trimmed mean, radians.
    pub center_rad: f64,
    /// From the first to the third quartile, radians.
    pub quartiles_rad: f64,
}

/// Where gaze lies: of training images, from their labels, or of predictions.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Prior {
    /// Pitch.
    pub pitch: Spread,
    /// Yaw.
    pub yaw: Spread,
}

impl Prior {
    /// Of these gazes; those that are not finite are passed over. `None` of nothing.
    pub fn of(gazes: impl IntoIterator<Item = Gaze>) -> Option<Self> {
        let (pitch, yaw): (Vec<f64>, Vec<f64>) = gazes
            .into_iter()
            .filter(is_finite)
            .map(|gaze| (f64::from(gaze.pitch), f64::from(gaze.yaw)))
            .unzip();
        Some(Self { pitch: spread(&pitch)?, yaw: spread(&yaw)? })
    }
}

/// What is done to the predictions of some images.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Offset {
    /// Finite predictions that it comes from.
    pub images: usize,
    /// Where those lay.
    pub predicted: Prior,
    /// Added to the pitch at the centre, radians.
    pub pitch_rad: f64,
    /// Added to the yaw at the centre, radians.
    pub yaw_rad: f64,
    /// The distance of pitch to the centre is multiplied by it.
    pub pitch_scale: f64,
    /// The same of yaw.
    pub yaw_scale: f64,
}

/// An alignment, to be applied to any predictions of the same estimator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alignment {
    /// Where the training gaze lies.
    pub prior: Prior,
    /// For whoever has no offset of their own.
    pub common: Offset,
    /// For people with enough images.
    pub people: BTreeMap<String, Offset>,
    /// Predictions that were not finite, and count for nothing.
    pub n_not_finite: usize,
}

/// Finds the alignment from predictions on unlabelled images, each with its person where that is known.
///
/// ```
/// use eval::alignment::{self, AlignmentOptions, Prior};
/// use simulator::sample::Gaze;
/// let trained_on: Vec<Gaze> = (-20..=20).map(|k| Gaze::from_degrees(0.0, k as f32)).collect();
/// let prior = Prior::of(trained_on.iter().copied()).unwrap();
/// // It sees the same people, and says of all that they look 5 degrees too far down.
/// let predicted: Vec<_> = trained_on.iter().map(|g| (Gaze::from_degrees(-5.0, g.yaw.to_degrees()), None)).collect();
/// let alignment = alignment::align(prior, &predicted, &AlignmentOptions::default())?;
/// let better = alignment.apply(Gaze::from_degrees(-3.0, 2.0), None);
/// assert!((better.pitch.to_degrees() - 2.0).abs() < 1e-4);
/// # Ok::<(), eval::Error>(())
/// ```
///
/// # Errors
/// If there are fewer than [`LEAST_IMAGES`] finite predictions.
pub fn align(
    prior: Prior,
    predicted: &[(Gaze, Option<&str>)],
    options: &AlignmentOptions,
) -> Result<Alignment, Error> {
    let finite: Vec<(Gaze, Option<&str>)> =
        predicted.iter().copied().filter(|(gaze, _)| is_finite(gaze)).collect();
    let too_few = || Error::TooFew {
        what: "an alignment (unlabelled images with a finite prediction)",
        needed: LEAST_IMAGES,
        got: finite.len(),
    };
    if finite.len() < LEAST_IMAGES {
        return Err(too_few());
    }
    let offset = |gazes: &[Gaze]| offset(&prior, gazes, options.scale);
    let all: Vec<Gaze> = finite.iter().map(|(gaze, _)| *gaze).collect();
    let common = offset(&all).ok_or_else(too_few)?;

    let mut of_people: BTreeMap<&str, Vec<Gaze>> = BTreeMap::new();
    if options.per_person {
        for (gaze, person) in &finite {
            if let Some(person) = person {
                of_people.entry(person).or_default().push(*gaze);
            }
        }
    }
    let enough = options.person_images.max(1);
    let people = of_people
        .into_iter()
        .filter(|(_, gazes)| gazes.len() >= enough)
        .filter_map(|(person, gazes)| Some((person.to_owned(), offset(&gazes)?)))
        .collect();
    Ok(Alignment { prior, common, people, n_not_finite: predicted.len() - finite.len() })
}

impl Alignment {
    /// A prediction, aligned by the person's own offset where there is one, else by the common one. One
    /// that is not finite stays what it is.
    pub fn apply(&self, predicted: Gaze, person: Option<&str>) -> Gaze {
        let offset = person.and_then(|name| self.people.get(name)).unwrap_or(&self.common);
        let moved = |angle: f32, center: f64, scale: f64, shift: f64| {
            (center + shift + scale * (f64::from(angle) - center)) as f32
        };
        let (pitch, yaw) = (offset.predicted.pitch.center_rad, offset.predicted.yaw.center_rad);
        Gaze {
            pitch: moved(predicted.pitch, pitch, offset.pitch_scale, offset.pitch_rad),
            yaw: moved(predicted.yaw, yaw, offset.yaw_scale, offset.yaw_rad),
        }
    }
}

/// What brings these predictions to the prior.
fn offset(prior: &Prior, gazes: &[Gaze], scaled: bool) -> Option<Offset> {
    let predicted = Prior::of(gazes.iter().copied())?;
    let scale = |wanted: Spread, found: Spread| {
        let ratio = wanted.quartiles_rad / found.quartiles_rad;
        if scaled && ratio.is_finite() { ratio.clamp(1.0 / SCALE_LIMIT, SCALE_LIMIT) } else { 1.0 }
    };
    Some(Offset {
        images: gazes.len(),
        predicted,
        pitch_rad: prior.pitch.center_rad - predicted.pitch.center_rad,
        yaw_rad: prior.yaw.center_rad - predicted.yaw.center_rad,
        pitch_scale: scale(prior.pitch, predicted.pitch),
        yaw_scale: scale(prior.yaw, predicted.yaw),
    })
}

fn spread(angles_rad: &[f64]) -> Option<Spread> {
    let quartile = |q| stats::quantile(angles_rad, q);
    Some(Spread {
        center_rad: stats::trimmed_mean(angles_rad, TRIM)?,
        quartiles_rad: quartile(0.75)? - quartile(0.25)?,
    })
}

fn is_finite(gaze: &Gaze) -> bool {
    gaze.pitch.is_finite() && gaze.yaw.is_finite()
}

#[cfg(test)]
#[path = "alignment_tests.rs"]
mod tests;
