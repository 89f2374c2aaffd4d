//! Measures on held-out images, and what follows from them. The trainer says when and keeps what was
//! found; what is measured besides the discriminator's own accuracy comes from outside.

use crate::config::{MeasureConfig, Realism};
use crate::pixel::Pixel;
use serde::{Deserialize, Serialize};
use simulator::sample::{BoxError, Frame};

/// Images that training does not see, and whoever can say how real refined ones look.
pub trait HeldOut<P: Pixel = u8> {
    /// Renders.
    fn rendered(&self) -> &[Frame<P>];
    /// Real images.
    fn real(&self) -> &[Frame<P>];
    /// What [`Self::rendered`] look like refined: in the same order.
    ///
    /// # Errors
    /// If they cannot be measured.
    fn judge(&mut self, refined: &[Frame<P>]) -> Result<Verdict, BoxError>;
}

/// What a judge found. What it can't measure is `None`.
///
/// All are `f32`, which come back from JSON as they were.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Verdict {
    /// How often a classifier tells refined from real images, 0 to 1; at chance 0.5.
    pub two_sample_accuracy: Option<f32>,
    /// Kernel distance of features of refined and real images; 0 where they are alike.
    pub kernel_distance: Option<f32>,
    /// Distance of the power spectra of refined and real images, dB.
    pub spectrum_distance_db: Option<f32>,
    /// Mean drift by refinement, px at the width that is usual: of eyes the shift of the eyeball at
    /// 55 px, of hands the distance of the outlines at 224 px.
    pub drift_px: Option<f32>,
    /// Share of the labels that could be checked in renders and still can in refined images: of eyes,
    /// those whose iris can be laid over its render's; of hands, the visible joints that lie behind the surface by
    /// their radius.
    pub drift_coverage: Option<f32>,
    /// Mean change of the answers of an estimator that the refiner was not trained on, degrees of gaze.
    pub task_change_deg: Option<f32>,
}

impl Verdict {
    /// The measure by which checkpoints are compared: the lower, the more real.
    fn distance(&self, by: Realism) -> Option<f32> {
        match by {
            Realism::KernelDistance => self.kernel_distance,
            // Below chance is chance too.
            Realism::TwoSample => self.two_sample_accuracy.map(|accuracy| accuracy.max(0.5)),
            Realism::Spectrum => self.spectrum_distance_db,
        }
        .filter(|distance| distance.is_finite())
    }
}

/// One measurement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Steps done since the beginning, warm-ups included.
    pub step: u64,
    /// Iterations done of the adversarial phase.
    pub iteration: u64,
    /// Share of held-out real patches that the discriminator takes for real, 0 to 1.
    pub real_accuracy: f32,
    /// Share of held-out refined patches that it takes for refined, 0 to 1.
    pub refined_accuracy: f32,
    /// How different refined images are from each other, as a share of how different renders are.
    pub refined_variety: f32,
    /// What the judge found.
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// The best checkpoint so far, and why it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Best {
    /// Its measurement.
    pub measured: Measured,
    /// Why it was chosen, in words.
    pub reason: String,
}

/// What was chosen so far. Its state lies in every checkpoint.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Choice {
    pub(crate) best: Option<Best>,
    /// Measurements since the best one.
    #[serde(rename = "without_better")]
    pub(crate) measures_since_best: usize,
}

impl Choice {
    /// Takes note of a measurement, and says whether it is the best so far.
    pub(crate) fn note(&mut self, measured: &Measured, config: &MeasureConfig) -> bool {
        match self.reason(measured, config) {
            Some(reason) => {
                self.best = Some(Best { measured: measured.clone(), reason });
                self.measures_since_best = 0;
                true
            }
            None => {
                self.measures_since_best += 1;
                false
            }
        }
    }

    /// Whether nothing better has come for as long as the settings have patience.
    pub(crate) fn exhausted(&self, config: &MeasureConfig) -> bool {
        config.patience > 0 && self.measures_since_best >= config.patience
    }

    /// Why this is the best so far; `None` if it is not.
    fn reason(&self, measured: &Measured, config: &MeasureConfig) -> Option<String> {
        let verdict = &measured.verdict;
        let distance = verdict.distance(config.best_by)?;
        let bound = within_drift(verdict, config)?;
        let task = within_task(verdict, config)?;
        let name = match config.best_by {
            Realism::KernelDistance => "kernel distance",
            Realism::TwoSample => "two-sample accuracy",
            Realism::Spectrum => "spectrum distance (dB)",
        };
        let before = match &self.best {
            None => "the first within the bounds".to_owned(),
            Some(best) => {
                let before = best.measured.verdict.distance(config.best_by)?;
                if distance >= before {
                    return None;
                }
                format!("lower than {before:.4} at iteration {}", best.measured.iteration)
            }
        };
        Some(format!("{name} {distance:.4}, {before}; {bound}{task}"))
    }
}

/// In words how a verdict keeps the bounds on drift; `None` if it does not, or can't be said to.
fn within_drift(verdict: &Verdict, config: &MeasureConfig) -> Option<String> {
    if config.drift_limit_px == 0.0 {
        return Some("no bound on drift".into());
    }
    let (drift, coverage) = (verdict.drift_px?, verdict.drift_coverage?);
    let kept =
        f64::from(drift) <= config.drift_limit_px && f64::from(coverage) >= config.min_coverage;
    kept.then(|| {
        format!(
            "drift {drift:.2} px of at most {}, {:.0} % of the labels kept (at least {:.0} %)",
            config.drift_limit_px,
            100.0 * coverage,
            100.0 * config.min_coverage
        )
    })
}

/// In words how a verdict keeps the bound on the change of answers; `None` if it does not.
fn within_task(verdict: &Verdict, config: &MeasureConfig) -> Option<String> {
    let limit = config.task_limit_deg;
    if limit == 0.0 {
        return Some(String::new());
    }
    let change = verdict.task_change_deg?;
    (f64::from(change) <= limit).then(|| {
        format!(", gaze as an estimator reads it changed by {change:.2}° of at most {limit}°")
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn measured(iteration: u64, kernel: f32, drift: f32) -> Measured {
        let verdict = Verdict {
            kernel_distance: Some(kernel),
            drift_px: Some(drift),
            drift_coverage: Some(0.9),
            ..Default::default()
        };
        Measured {
            step: iteration,
            iteration,
            real_accuracy: 0.7,
            refined_accuracy: 0.7,
            refined_variety: 1.0,
            verdict,
        }
    }

    fn config() -> MeasureConfig {
        MeasureConfig { every: 10, keep_best: true, patience: 2, ..Default::default() }
    }

    #[test]
    fn the_best_is_the_most_real_within_the_bound_on_drift() {
        let mut choice = Choice::default();
        let runs = [(0.9, 0.1), (0.5, 0.4), (0.1, 0.6), (0.6, 0.1), (0.4, 0.5)];
        let better: Vec<bool> = runs
            .into_iter()
            .zip(0..)
            .map(|((kernel, drift), i)| choice.note(&measured(i, kernel, drift), &config()))
            .collect();
        assert_eq!(better, [true, true, false, false, true]);
        let best = choice.best.unwrap();
        assert_eq!(best.measured.iteration, 4);
        assert!(
            best.reason.contains("0.4000, lower than 0.5000 at iteration 1"),
            "{}",
            best.reason
        );
        assert!(best.reason.contains("drift 0.50 px"), "{}", best.reason);
    }

    #[test]
    fn what_was_not_measured_is_not_within_a_bound() {
        let bare = Measured {
            verdict: Verdict { kernel_distance: Some(0.1), ..Default::default() },
            ..measured(0, 0.0, 0.0)
        };
        let few = Measured {
            verdict: Verdict { drift_coverage: Some(0.3), ..measured(0, 0.1, 0.1).verdict },
            ..measured(0, 0.0, 0.0)
        };
        let mut choice = Choice::default();
        assert!(!choice.note(&bare, &config()) && !choice.note(&few, &config()));
        assert!(choice.exhausted(&config()));
        let unbound = MeasureConfig { drift_limit_px: 0.0, ..config() };
        assert!(choice.note(&bare, &unbound) && !choice.exhausted(&unbound));
    }

    #[test]
    fn patience_counts_measurements_without_a_better_one_and_none_is_endless() {
        let mut choice = Choice::default();
        for (iteration, exhausted) in [(0, false), (1, false), (2, true)] {
            choice.note(&measured(iteration, 0.5, 0.1), &config());
            assert_eq!(choice.exhausted(&config()), exhausted);
        }
        assert!(!choice.exhausted(&MeasureConfig { patience: 0, ..config() }));
    }
}
