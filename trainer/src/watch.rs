//! What curves say when a run goes wrong without any number becoming infinite.

use crate::observer::{Phase, StepReport};
use serde::{Deserialize, Serialize};
use simulator::sample::Frame;

use crate::pixel::Pixel;

/// Something that a person should know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Warning {
    /// The refined images have become all alike.
    Collapse,
    /// The discriminator has been right on nearly every patch for long.
    Runaway,
    /// The refiner has changed next to nothing for long.
    Standstill,
}

impl std::fmt::Display for Warning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Collapse => {
                "the refined images have become nearly alike (collapse): the refiner draws one \
                 picture whatever it is given. Try a greater `lambda`, fewer `refiner_updates`, or a \
                 larger `history_capacity`"
            }
            Self::Runaway => {
                "the discriminator is right on nearly every patch and has been for long: the refiner \
                 gets no gradient it could follow. Try more `refiner_updates` (or let them grow: \
                 `refiner_updates_max`), a lower `discriminator_learning_rate`, \
                 `discriminator.spectral_norm`, `discriminator_input.noise`, or a smaller `lambda`"
            }
            Self::Standstill => {
                "the refiner has changed less than half a grey level for long: it gets no gradient, or may \
                 not follow it. Try a greater `discriminator_slack`, a smaller `gradient_penalty` or \
                 `lambda`; if the discriminator is at chance too, there may be nothing it can tell"
            }
        })
    }
}

/// Iterations for which it must have lasted.
const LONG: u64 = 100;
/// Share of the renders' variety below which refined images are alike.
const ALIKE: f32 = 0.1;
/// Accuracy on both halves above which the discriminator has run away.
const ALWAYS_RIGHT: f32 = 0.995;

/// Mean change of a pixel, black -1 and white 1, below which a refiner leaves images as they are: half of a
/// grey level.
const UNCHANGED: f32 = 0.5 / 127.5;

/// What the newest report warns of: a state that has lasted for [`LONG`] iterations now. It is said
/// once each time it comes about.
pub(crate) fn warning(curves: &[StepReport]) -> Option<Warning> {
    let collapsed = |r: &StepReport| r.refined_variety.is_some_and(|variety| variety < ALIKE);
    let runaway = |r: &StepReport| {
        r.real_accuracy.is_some_and(|share| share > ALWAYS_RIGHT)
            && r.refined_accuracy.is_some_and(|share| share > ALWAYS_RIGHT)
    };
    let begun = |state: &dyn Fn(&StepReport) -> bool| {
        lasted(curves, state) >= LONG
            && lasted(&curves[..curves.len().saturating_sub(1)], state) < LONG
    };
    if begun(&collapsed) {
        return Some(Warning::Collapse);
    }
    if begun(&runaway) {
        return Some(Warning::Runaway);
    }
    let still = |r: &StepReport| r.self_regularization.is_some_and(|change| change < UNCHANGED);
    begun(&still).then_some(Warning::Standstill)
}

/// Iterations for which the newest reports of the adversarial phase have all been so.
fn lasted(curves: &[StepReport], state: &dyn Fn(&StepReport) -> bool) -> u64 {
    let adversarial = |r: &&StepReport| r.phase == Phase::Adversarial;
    let Some(last) = curves.last().filter(|r| adversarial(r)) else { return 0 };
    let first = curves.iter().rev().take_while(|r| adversarial(r) && state(r)).last();
    first.map_or(0, |first| last.iteration - first.iteration)
}

/// How different frames are from each other: the mean over pixels of the standard deviation over
/// frames, in levels.
pub(crate) fn variety<P: Pixel>(frames: &[Frame<P>]) -> f64 {
    let Some(first) = frames.first() else { return 0.0 };
    let values = first.pixels().len() * P::CHANNELS;
    let mut sums = vec![(0.0f64, 0.0f64); values];
    for frame in frames {
        for (sum, level) in sums.iter_mut().zip(P::levels(frame.pixels())) {
            let level: f64 = level.into();
            sum.0 += level;
            sum.1 += level.powi(2);
        }
    }
    let n = frames.len() as f64;
    let deviations = sums.iter().map(|(sum, square)| {
        let mean = sum / n;
        (square / n - mean * mean).max(0.0).sqrt()
    });
    deviations.sum::<f64>() / values as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(iteration: u64, accuracy: f32, variety: f32) -> StepReport {
        StepReport {
            phase: Phase::Adversarial,
            step: iteration,
            total_steps: 1000,
            updates: 0,
            iteration,
            refiner_adversarial: None,
            self_regularization: None,
            task_change: None,
            discriminator_slack: None,
            discriminator: None,
            real_accuracy: Some(accuracy),
            refined_accuracy: Some(accuracy),
            refined_variety: Some(variety),
            refiner_updates: 2,
            images_per_second: 1.0,
        }
    }

    fn warnings(reports: impl Iterator<Item = StepReport>) -> Vec<(u64, Warning)> {
        let mut curves = Vec::new();
        let mut all = Vec::new();
        for report in reports {
            curves.push(report);
            all.extend(warning(&curves).map(|w| (curves[curves.len() - 1].iteration, w)));
        }
        all
    }

    #[test]
    fn a_discriminator_that_is_right_for_long_is_told_once_each_time() {
        let accuracy = |i: u64| if (300..320).contains(&i) { 0.8 } else { 0.999 };
        let reports = (0..60).map(|i| report(10 * i, accuracy(10 * i), 1.0));
        assert_eq!(warnings(reports), [(100, Warning::Runaway), (420, Warning::Runaway)]);
    }

    #[test]
    fn alike_images_are_a_collapse_and_a_good_run_is_left_alone() {
        let reports = (0..30).map(|i| report(10 * i, 0.8, if i < 5 { 0.9 } else { 0.05 }));
        assert_eq!(warnings(reports), [(150, Warning::Collapse)]);
        assert_eq!(warnings((0..60).map(|i| report(10 * i, 0.9, 0.9))), []);
    }

    #[test]
    fn a_refiner_that_changes_nothing_is_told_and_one_that_has_just_begun_is_not() {
        let run = |change: fn(u64) -> f32| {
            warnings((0..40).map(|i| StepReport {
                self_regularization: Some(change(10 * i)),
                ..report(10 * i, 0.6, 1.0)
            }))
        };
        assert_eq!(run(|_| 0.001), [(100, Warning::Standstill)]);
        assert_eq!(run(|i| if i < 90 { 0.0 } else { 0.03 }), []);
    }

    #[test]
    fn variety_is_the_deviation_over_frames() {
        let frame = |level: u8| Frame::from_fn(2, 1, |x, _| if x == 0 { level } else { 9 });
        assert_eq!(variety(&[frame(10), frame(30)]), 5.0);
        assert_eq!(variety(&[frame(10), frame(10)]), 0.0);
        assert_eq!(variety::<u8>(&[]), 0.0);
    }
}
