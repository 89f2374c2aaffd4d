//! Curves and measures as one table that other tools read.

use crate::judge::Measured;
use crate::observer::{Phase, StepReport};
use std::fmt::Write;

/// A value of a report, and the name of its column.
type Column<T> = (&'static str, fn(&T) -> Option<f32>);

/// Of the images in training steps.
const TRAIN: &[Column<StepReport>] = &[
    ("train/refiner_adversarial", |r| r.refiner_adversarial),
    ("train/self_regularization", |r| r.self_regularization),
    ("train/task_change_deg", |r| r.task_change.map(f32::to_degrees)),
    ("train/discriminator", |r| r.discriminator),
    ("train/discriminator_slack", |r| r.discriminator_slack),
    ("train/real_accuracy", |r| r.real_accuracy),
    ("train/refined_accuracy", |r| r.refined_accuracy),
    ("train/refined_variety", |r| r.refined_variety),
    ("train/refiner_updates", |r| Some(r.refiner_updates as f32)),
    ("train/images_per_second", |r| Some(r.images_per_second)),
];

/// Of the held-out images.
const HELD_OUT: &[Column<Measured>] = &[
    ("held_out/real_accuracy", |m| Some(m.real_accuracy)),
    ("held_out/refined_accuracy", |m| Some(m.refined_accuracy)),
    ("held_out/refined_variety", |m| Some(m.refined_variety)),
    ("held_out/two_sample_accuracy", |m| m.verdict.two_sample_accuracy),
    ("held_out/kernel_distance", |m| m.verdict.kernel_distance),
    ("held_out/spectrum_distance_db", |m| m.verdict.spectrum_distance_db),
    ("held_out/drift_px", |m| m.verdict.drift_px),
    ("held_out/task_change_deg", |m| m.verdict.task_change_deg),
    ("held_out/drift_coverage", |m| m.verdict.drift_coverage),
];

/// Curves and measures as CSV, one row a report: `step`, `iteration` and `phase`, then columns that
/// are named with what they were computed on, `train/` or `held_out/`. Cells of what was not computed
/// at a step are empty. `pandas.read_csv` reads it as it is.
pub fn metrics_csv(curves: &[StepReport], measures: &[Measured]) -> String {
    let mut csv = String::from("step,iteration,phase");
    let names = TRAIN.iter().map(|c| c.0).chain(HELD_OUT.iter().map(|c| c.0));
    names.for_each(|name| csv.extend([",", name]));
    csv.push('\n');
    let mut measures = measures.iter().peekable();
    for report in curves {
        while let Some(measured) = measures.next_if(|measured| measured.step < report.step) {
            row(&mut csv, None, Some(measured));
        }
        let measured = measures.next_if(|measured| measured.step == report.step);
        row(&mut csv, Some(report), measured);
    }
    measures.for_each(|measured| row(&mut csv, None, Some(measured)));
    csv
}

fn row(csv: &mut String, report: Option<&StepReport>, measured: Option<&Measured>) {
    let (step, iteration, phase) = match (report, measured) {
        (Some(r), _) => (r.step, r.iteration, r.phase),
        (None, Some(m)) => (m.step, m.iteration, Phase::Adversarial),
        (None, None) => return,
    };
    // Writing to a String can't fail.
    let _ = write!(csv, "{step},{iteration},{}", phase.name());
    for (_, value) in TRAIN {
        append(csv, report.and_then(value));
    }
    for (_, value) in HELD_OUT {
        append(csv, measured.and_then(value));
    }
    csv.push('\n');
}

/// Appends one cell; nothing for a value that there is not.
fn append(csv: &mut String, value: Option<f32>) {
    csv.push(',');
    if let Some(value) = value {
        let _ = write!(csv, "{value}");
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::judge::Verdict;

    fn report(step: u64) -> StepReport {
        StepReport {
            task_change: None,
            discriminator_slack: None,
            phase: Phase::Adversarial,
            step,
            total_steps: 9,
            updates: 0,
            iteration: step - 1,
            refiner_adversarial: Some(0.5),
            self_regularization: None,
            discriminator: Some(0.25),
            real_accuracy: None,
            refined_accuracy: None,
            refined_variety: None,
            refiner_updates: 3,
            images_per_second: 7.0,
        }
    }

    fn measured(step: u64) -> Measured {
        Measured {
            step,
            iteration: step - 1,
            real_accuracy: 0.75,
            refined_accuracy: 0.5,
            refined_variety: 1.0,
            verdict: Verdict { kernel_distance: Some(0.125), ..Default::default() },
        }
    }

    #[test]
    fn a_table_has_a_row_for_every_step_and_every_cell_stands_under_its_name() {
        let csv = metrics_csv(&[report(2), report(4)], &[measured(1), measured(4), measured(6)]);
        let rows: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
        assert!(rows.iter().all(|row| row.len() == rows[0].len()));
        let column = |name: &str| -> Vec<&str> {
            let at = rows[0].iter().position(|&n| n == name).unwrap();
            rows[1..].iter().map(|row| row[at]).collect()
        };
        assert_eq!(column("step"), ["1", "2", "4", "6"]);
        assert_eq!(column("phase"), ["adversarial"; 4]);
        assert_eq!(column("train/discriminator"), ["", "0.25", "0.25", ""]);
        assert_eq!(column("train/refiner_updates"), ["", "3", "3", ""]);
        assert_eq!(column("held_out/kernel_distance"), ["0.125", "", "0.125", "0.125"]);
        assert_eq!(column("held_out/drift_px"), [""; 4]);
    }
}
