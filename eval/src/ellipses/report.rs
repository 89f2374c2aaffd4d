//! How many ellipses were found, and how far they are from labels.

use super::truth::{Known, Truth};
use crate::drift::REFERENCE_WIDTH_PX;
use crate::fit::{EyeFit, FeatureFit, FitFailure};
use crate::gaze::CONFIDENCE;
use crate::stats::{self, Interval, Summary};
use serde::{Deserialize, Serialize};
use simulator::sample::SampleId;
use std::collections::BTreeMap;

/// Seed of the bootstrap: a report is a function of its input alone.
const BOOTSTRAP_SEED: u64 = 0x656c_6c69;
/// Share of a feature that must be in view for its label to be scored; of the others nobody could say
/// where it is.
pub const IN_VIEW: f32 = 0.2;
/// Distances, as shares of the iris's true radius, within which the share of images is reported.
pub const WITHIN: [f64; 3] = [0.1, 0.25, 0.5];

/// One image: what was found in it, and what is known of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EllipseRecord {
    /// The image.
    pub id: SampleId,
    /// Its width and height, px.
    pub size: (usize, usize),
    /// What was found.
    pub fit: EyeFit,
    /// What its label says.
    pub truth: Truth,
}

/// What was found in a data set, and how good it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EllipseReport {
    /// Images looked at.
    pub images: usize,
    /// The iris's ellipse.
    pub iris: FoundReport,
    /// The pupil's ellipse.
    pub pupil: FoundReport,
    /// The pupil's centre by the pupil where it was found, else by the iris.
    pub center: FoundReport,
}

/// One feature in all images.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FoundReport {
    /// Images in which it was measured.
    pub measured: usize,
    /// Share of the images in which it was measured, 0 to 1.
    pub coverage: f64,
    /// Images in which it was not, by reason.
    pub refused: BTreeMap<FitFailure, usize>,
    /// Root mean square distance of the edge points from the ellipse, px.
    pub residual_px: Option<Summary>,
    /// Against labels; `None` where no image has one.
    pub score: Option<Score>,
}

/// Measured against labelled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// Images with a label that shows [`IN_VIEW`] of the feature or more, or does not say how much.
    pub labelled: usize,
    /// Of these the share that was measured, 0 to 1.
    pub coverage: f64,
    /// Images whose label says that less is in view: they are not scored.
    pub hidden: usize,
    /// Of these the images in which something was measured all the same.
    pub hidden_measured: usize,
    /// Errors; `None` if nothing was measured.
    pub errors: Option<Errors>,
    /// Of the `labelled`, the shares that were measured within each of [`WITHIN`] of the iris's radius;
    /// `None` where labels have no iris.
    pub within: Option<[f64; 3]>,
    /// Distance of the true centre from the middle of the image, px: what looking at nothing scores.
    pub middle_px: Summary,
}

/// Errors of the measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Errors {
    /// Distance of the centre from the true one, px.
    pub center_px: Summary,
    /// 95 % bootstrap interval of its mean over images, px.
    pub mean_interval_px: Option<Interval>,
    /// Distance of the centre, px where the eye is 55 px wide from corner to corner; `None` where no label
    /// has the corners.
    pub center_at_55_px: Option<Summary>,
    /// Distance of the centre over the iris's true radius; `None` where no label has it.
    pub center_of_radius: Option<Summary>,
    /// Median of measured minus true [right, down], px.
    pub bias_px: [f64; 2],
    /// Size of the error of the mean radius, px; `None` where no label has radii.
    pub radius_px: Option<Summary>,
    /// Mean radius measured over true.
    pub radius_ratio: Option<Summary>,
}

/// Sums up what was found.
pub fn summarize(records: &[EllipseRecord]) -> EllipseReport {
    EllipseReport {
        images: records.len(),
        iris: found(records, |r| r.fit.iris, |t| t.iris, true),
        pupil: found(records, |r| r.fit.pupil, |t| t.pupil, true),
        center: found(records, |r| r.fit.pupil.or(r.fit.iris), |t| t.pupil, false),
    }
}

fn found(
    records: &[EllipseRecord],
    fit: impl Fn(&EllipseRecord) -> Result<FeatureFit, FitFailure>,
    truth: impl Fn(&Truth) -> Option<Known>,
    has_radius: bool,
) -> FoundReport {
    let mut refused = BTreeMap::new();
    let mut residuals = Vec::new();
    let mut pairs = Vec::new();
    for record in records {
        let fit = fit(record);
        match fit {
            Ok(fit) => residuals.push(fit.residual_px),
            Err(reason) => *refused.entry(reason).or_insert(0) += 1,
        }
        pairs.extend(truth(&record.truth).map(|known| Pair { record, known, fit: fit.ok() }));
    }
    FoundReport {
        measured: residuals.len(),
        coverage: residuals.len() as f64 / records.len().max(1) as f64,
        refused,
        residual_px: Summary::of(&residuals),
        score: score(&pairs, has_radius),
    }
}

/// A labelled image.
struct Pair<'a> {
    record: &'a EllipseRecord,
    known: Known,
    fit: Option<FeatureFit>,
}

impl Pair<'_> {
    /// Measured minus true place, px.
    fn off(&self) -> Option<[f64; 2]> {
        let found = self.fit?.ellipse.center;
        Some([0, 1].map(|i| f64::from(found[i]) - f64::from(self.known.center[i])))
    }

    fn distance(&self) -> Option<f64> {
        self.off().map(|[x, y]| x.hypot(y))
    }

    fn iris_radius(&self) -> Option<f64> {
        self.record.truth.iris?.mean_radius().filter(|radius| *radius > 0.0)
    }

    fn of_radius(&self) -> Option<f64> {
        Some(self.distance()? / self.iris_radius()?)
    }

    fn at_55(&self) -> Option<f64> {
        let width = self.record.truth.eye_width_px.filter(|width| *width > 0.0)?;
        Some(self.distance()? * REFERENCE_WIDTH_PX / width)
    }

    /// Measured and true mean radius, px.
    fn radii(&self) -> Option<(f64, f64)> {
        let truth = self.known.mean_radius().filter(|radius| *radius > 0.0)?;
        Some((f64::from(self.fit?.ellipse.mean_radius()), truth))
    }

    fn distance_from_middle(&self) -> f64 {
        let (width, height) = self.record.size;
        let [x, y] = self.known.center.map(f64::from);
        (x - 0.5 * (width as f64 - 1.0)).hypot(y - 0.5 * (height as f64 - 1.0))
    }
}

fn score(pairs: &[Pair<'_>], has_radius: bool) -> Option<Score> {
    let (seen, hidden): (Vec<&Pair<'_>>, Vec<&Pair<'_>>) =
        pairs.iter().partition(|pair| pair.known.visible.is_none_or(|share| share >= IN_VIEW));
    let middle: Vec<f64> = seen.iter().map(|pair| pair.distance_from_middle()).collect();
    let measured = seen.iter().filter(|pair| pair.fit.is_some()).count();
    let share = |count: usize| count as f64 / seen.len().max(1) as f64;
    let near = |limit: f64| {
        share(seen.iter().filter(|pair| pair.of_radius().is_some_and(|of| of <= limit)).count())
    };
    Some(Score {
        labelled: seen.len(),
        coverage: share(measured),
        hidden: hidden.len(),
        hidden_measured: hidden.iter().filter(|pair| pair.fit.is_some()).count(),
        errors: errors(&seen, has_radius),
        within: seen.iter().any(|pair| pair.iris_radius().is_some()).then(|| WITHIN.map(near)),
        middle_px: Summary::of(&middle)?,
    })
}

fn errors(pairs: &[&Pair<'_>], has_radius: bool) -> Option<Errors> {
    let of = |value: &dyn Fn(&Pair<'_>) -> Option<f64>| -> Vec<f64> {
        pairs.iter().filter_map(|pair| value(pair)).collect()
    };
    let distances = of(&|pair| pair.distance());
    let bias = |axis: usize| stats::quantile(&of(&|pair| pair.off().map(|off| off[axis])), 0.5);
    let radius = |value: fn((f64, f64)) -> f64| {
        Summary::of(&of(&|pair| pair.radii().filter(|_| has_radius).map(value)))
    };
    Some(Errors {
        center_px: Summary::of(&distances)?,
        mean_interval_px: stats::bootstrap_mean(&distances, CONFIDENCE, BOOTSTRAP_SEED),
        center_at_55_px: Summary::of(&of(&|pair| pair.at_55())),
        center_of_radius: Summary::of(&of(&|pair| pair.of_radius())),
        bias_px: [bias(0)?, bias(1)?],
        radius_px: radius(|(found, truth)| (found - truth).abs()),
        radius_ratio: radius(|(found, truth)| found / truth),
    })
}

impl EllipseReport {
    /// The features with their names.
    pub fn features(&self) -> [(&'static str, &FoundReport); 3] {
        [("iris", &self.iris), ("pupil", &self.pupil), ("pupil's centre", &self.center)]
    }

    /// For the terminal: a line for each feature, and one for its labels where there are any.
    pub fn summary(&self) -> String {
        let mut text = format!("ellipses in {} images", self.images);
        for (name, found) in self.features() {
            text += &format!("\n  {name:<15} measured in {} %", share(found.coverage));
            if let Some(residual) = &found.residual_px {
                text += &format!(", residual {:.2} px (median)", residual.median);
            }
            let refused: Vec<String> =
                found.refused.iter().map(|(reason, n)| format!("{reason} {n}")).collect();
            if !refused.is_empty() {
                text += &format!("; refused: {}", refused.join(", "));
            }
            if let Some(score) = &found.score {
                text += &format!("\n  {:<15} {}", "", score.line());
            }
        }
        text += "\n  The pupil's centre is by the pupil where it was found, else by the iris.";
        text
    }
}

impl Score {
    fn line(&self) -> String {
        let mut text =
            format!("against {} labels: measured {} %", self.labelled, share(self.coverage));
        if self.hidden > 0 {
            text += &format!(
                " ({} more are hidden by lids, and {} of them measured)",
                self.hidden, self.hidden_measured
            );
        }
        let Some(errors) = &self.errors else { return text };
        text += &format!(
            "; centre off by {:.2} px in the median, {:.2} in the mean (the middle of the image: {:.2}, {:.2})",
            errors.center_px.median,
            errors.center_px.mean,
            self.middle_px.median,
            self.middle_px.mean,
        );
        if let Some(at_55) = &errors.center_at_55_px {
            text += &format!("; at 55 px eye width {:.2}, {:.2} px", at_55.median, at_55.mean);
        }
        if let Some(of) = &errors.center_of_radius {
            text += &format!("; {}, {} % of the iris's radius", share(of.median), share(of.mean));
        }
        if let Some(within) = self.within {
            let parts: Vec<String> = (WITHIN.iter().zip(within))
                .map(|(limit, part)| format!("{} % within {limit}", share(part)))
                .collect();
            text += &format!(" ({})", parts.join(", "));
        }
        if let (Some(off), Some(ratio)) = (&errors.radius_px, &errors.radius_ratio) {
            text += &format!(
                "; radius off by {:.2}, {:.2} px, ratio {:.3}",
                off.median, off.mean, ratio.median
            );
        }
        text += &format!("; bias {:+.2} right, {:+.2} down", errors.bias_px[0], errors.bias_px[1]);
        text
    }
}

/// In percent.
fn share(share: f64) -> String {
    format!("{:.1}", 100.0 * share)
}

#[cfg(test)]
#[path = "report_tests.rs"]
mod tests;
