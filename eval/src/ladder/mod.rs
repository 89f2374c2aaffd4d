//! The ladder: what each step from plain renders to aligned predictions gives, and whether refinement is
//! worth it against the strongest baseline.
//!
//! The gain of refinement over a weak network on untuned renders says little: a stronger network, renders
//! that are calibrated to the camera, or one constant offset may give the same for less. So every step is
//! compared with the row before it, on the same test images, and [`Advice`] looks only at the strongest
//! rows: the best with refinement against the best without.

mod arm;
mod gap;

pub use arm::{Arm, Estimator, TrainedOn};
pub use gap::Gap;

use crate::Error;
use crate::comparison::{GazeSeeds, Paired, difference};
use crate::gaze::CONFIDENCE;
use crate::people::{self, GroupError};
use crate::stats::{self, Interval, Summary};
use serde::{Deserialize, Serialize};

/// Seed of the bootstrap: a row is a function of its input alone.
const BOOTSTRAP_SEED: u64 = 0x7275_6e67;

/// What a row of the ladder scored, averaged over seeds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// What it is called.
    pub name: String,
    /// What it is.
    #[serde(flatten)]
    pub arm: Arm,
    /// The seed of each training.
    pub seeds: Vec<u64>,
    /// The mean error of each training, degrees.
    pub seed_means_deg: Vec<Option<f64>>,
    /// Mean error over seeds, degrees, and its spread over seeds.
    pub mean_deg: Option<Summary>,
    /// 95 % interval over images of the error averaged over seeds, degrees.
    pub interval_deg: Option<Interval>,
    /// The same over people, where at least three are known.
    pub interval_over_people_deg: Option<Interval>,
    /// Mean of predicted minus true pitch, degrees.
    pub bias_pitch_deg: Option<f64>,
    /// Mean of predicted minus true yaw, degrees.
    pub bias_yaw_deg: Option<f64>,
    /// Mean error after taking out one constant offset, degrees.
    pub error_without_bias_deg: Option<f64>,
    /// Mean error after one constant offset for each person, degrees, where people are known.
    pub error_offset_per_person_deg: Option<f64>,
    /// Frontal and turned heads, where the direction of the head is known.
    pub groups: Vec<GroupError>,
    /// Predictions that were not finite, over all seeds.
    pub n_not_finite: usize,
    /// Mean error over seeds, degrees, on images of the kind that it was trained on and has not seen:
    /// what it can do where nothing tells training from test.
    #[serde(default)]
    pub own_kind_deg: Option<Summary>,
}

impl Row {
    /// The row of an arm.
    pub fn of(arm: Arm, result: &GazeSeeds) -> Self {
        let reports = &result.reports;
        let over_seeds = |values: Vec<Option<f64>>| {
            stats::mean(&values.into_iter().flatten().collect::<Vec<_>>())
        };
        let errors = result.image_errors_deg();
        let finite: Vec<f64> = errors.iter().flatten().copied().collect();
        let per_person =
            |r: &crate::gaze::GazeReport| r.people.as_ref()?.error_offset_per_person_deg;
        Self {
            name: arm.to_string(),
            arm,
            seeds: result.seeds.clone(),
            seed_means_deg: reports.iter().map(|r| r.mean_deg).collect(),
            mean_deg: result.mean_deg(),
            interval_deg: stats::bootstrap_mean(&finite, CONFIDENCE, BOOTSTRAP_SEED),
            interval_over_people_deg: people::interval(&errors, result.person_of_image()),
            bias_pitch_deg: over_seeds(reports.iter().map(|r| r.bias_pitch_deg).collect()),
            bias_yaw_deg: over_seeds(reports.iter().map(|r| r.bias_yaw_deg).collect()),
            error_without_bias_deg: over_seeds(
                reports.iter().map(|r| r.error_without_bias_deg).collect(),
            ),
            error_offset_per_person_deg: over_seeds(reports.iter().map(per_person).collect()),
            groups: groups_over_seeds(result),
            n_not_finite: result.n_not_finite(),
            own_kind_deg: None,
        }
    }
}

/// The groups, averaged over seeds; images are those of the first.
fn groups_over_seeds(result: &GazeSeeds) -> Vec<GroupError> {
    let Some(first) = result.reports.first() else { return Vec::new() };
    let averaged = |group: &GroupError| {
        let same = result.reports.iter().flat_map(|r| &r.groups).filter(|g| g.name == group.name);
        let mean = |value: fn(&GroupError) -> Option<f64>| {
            stats::mean(&same.clone().filter_map(value).collect::<Vec<_>>())
        };
        GroupError {
            mean_deg: mean(|g| g.mean_deg),
            error_without_bias_deg: mean(|g| g.error_without_bias_deg),
            ..group.clone()
        }
    };
    first.groups.iter().map(averaged).collect()
}

/// What changes from one row to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// The strong network instead of the weak one.
    StrongNetwork,
    /// Renders calibrated to the camera.
    Calibration,
    /// Refined renders.
    Refinement,
    /// Both at once, where the row between is left out.
    CalibrationAndRefinement,
    /// Predictions aligned on unlabelled images.
    Alignment,
    /// Labels of real images instead of renders: what no renders give.
    RealLabels,
}

/// What a difference says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// The interval lies below zero: the error falls.
    Helps,
    /// The interval lies above zero: the error rises.
    Harms,
    /// The interval holds zero.
    Undecided,
}

/// A step of the ladder: two rows on the same images.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// The row before.
    pub from: Arm,
    /// The row after.
    pub to: Arm,
    /// What changes.
    pub change: Change,
    /// The error after minus the error before, degrees.
    pub difference: Paired,
    /// What that says: by the interval over people where there is one, else over images.
    pub effect: Effect,
}

impl Step {
    /// The interval that decides, and whether it is over people.
    pub fn interval(&self) -> (Interval, bool) {
        match self.difference.interval_over_people {
            Some(interval) => (interval, true),
            None => (self.difference.interval, false),
        }
    }
}

/// Whether to refine.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Advice {
    /// Yes only where refinement lowers the error of the strong network surely.
    pub refine: bool,
    /// What decides it: the strong network at its best without refinement (calibrated or not, aligned or
    /// not) and at its best with it. Both are chosen on the test images, so neither side is favoured.
    pub because: Step,
}

/// All rows, what each step gave, and what follows.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Ladder {
    /// The rows, in the order given.
    #[serde(rename = "ladder", default)]
    pub rows: Vec<Row>,
    /// The steps between rows that are there.
    #[serde(rename = "ladder_steps", default)]
    pub steps: Vec<Step>,
    /// Whether to refine; `None` without strong rows.
    #[serde(default)]
    pub advice: Option<Advice>,
}

/// Builds the ladder of these arms, all scored on the same test images.
///
/// # Errors
/// If two of them were not scored on the same number of images, or have no image with a finite
/// prediction in common.
pub fn build(arms: &[(Arm, GazeSeeds)]) -> Result<Ladder, Error> {
    let rows = arms.iter().map(|(arm, result)| Row::of(*arm, result)).collect();
    let result_of = |arm: Arm| arms.iter().find(|(one, _)| *one == arm).map(|(_, result)| result);
    let mut steps = Vec::new();
    for (from, to, change) in pairs(arms) {
        let (Some(before), Some(after)) = (result_of(from), result_of(to)) else { continue };
        steps.push(step(from, to, change, difference(before, after)?));
    }
    Ok(Ladder { rows, advice: advice(arms)?, steps })
}

/// The steps that there may be, bottom up.
fn pairs(arms: &[(Arm, GazeSeeds)]) -> Vec<(Arm, Arm, Change)> {
    use TrainedOn::{CalibratedRenders, RealLabels, RefinedRenders, Renders};
    let there = |arm: Arm| arms.iter().any(|(one, _)| *one == arm);
    let weak = Arm::new(Estimator::Weak, Renders);
    let strong = Arm::new(Estimator::Strong, Renders);
    // What is refined, and what alignment and refinement have to beat.
    let calibrated = there(strong.on(CalibratedRenders)) || there(weak.on(CalibratedRenders));
    let base = if calibrated { CalibratedRenders } else { Renders };
    let refined = base.refined().unwrap_or(RefinedRenders);
    let (plain, best) = (strong.on(base), strong.on(refined));

    let first = match there(weak.on(base)) {
        true => (weak.on(base), weak.on(refined), Change::Refinement),
        false => (weak, weak.on(refined), Change::CalibrationAndRefinement),
    };
    let mut steps = vec![
        first,
        (weak, strong, Change::StrongNetwork),
        (strong, strong.on(CalibratedRenders), Change::Calibration),
        (plain, best, Change::Refinement),
    ];
    let aligned = [strong, plain, best];
    let once = |k: usize| !aligned[..k].contains(&aligned[k]);
    steps.extend(
        (0..aligned.len())
            .filter(|&k| once(k))
            .map(|k| (aligned[k], aligned[k].aligned(), Change::Alignment)),
    );
    steps.push((plain.aligned(), best.aligned(), Change::Refinement));
    let top = if there(best.aligned()) { best.aligned() } else { best };
    steps.push((top, strong.on(RealLabels), Change::RealLabels));
    steps
}

fn effect(interval: Interval) -> Effect {
    if interval.high < 0.0 {
        Effect::Helps
    } else if interval.low > 0.0 {
        Effect::Harms
    } else {
        Effect::Undecided
    }
}

/// Compares the best strong row with refinement with the best one without.
fn advice(arms: &[(Arm, GazeSeeds)]) -> Result<Option<Advice>, Error> {
    let best = |holds: &dyn Fn(TrainedOn) -> bool| {
        let strong = arms
            .iter()
            .filter(|(arm, _)| arm.estimator == Estimator::Strong && holds(arm.trained_on))
            .filter_map(|(arm, result)| Some((*arm, result, result.mean_deg()?.mean)));
        strong.min_by(|a, b| a.2.total_cmp(&b.2))
    };
    let without = best(&|on| on.refined().is_some());
    let with = best(&|on| on.is_refined());
    let (Some((from, before, _)), Some((to, after, _))) = (without, with) else {
        return Ok(None);
    };
    let because = step(from, to, Change::Refinement, difference(before, after)?);
    Ok(Some(Advice { refine: because.effect == Effect::Helps, because }))
}

fn step(from: Arm, to: Arm, change: Change, difference: Paired) -> Step {
    let effect = effect(difference.interval_over_people.unwrap_or(difference.interval));
    Step { from, to, change, difference, effect }
}

#[cfg(test)]
mod tests;
