//! How a refiner's training goes, drawn under its bar on a terminal while it runs.

use crate::report;
use trainer::{Best, Measured, StepReport};

/// Columns of a curve.
const COLUMNS: usize = 40;
/// Heights of a column, lowest first.
const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The curves up to now.
#[derive(Debug, Default)]
pub struct Live {
    curves: [Curve; 5],
    kernel_distance: Curve,
    drift: Curve,
    last: Option<String>,
    best: Option<String>,
}

/// One number over the steps of a training.
#[derive(Debug, Default)]
struct Curve(Vec<f32>);

/// A column of the curves: its name, its value in a step's report, and how that is written.
type CurveColumn = (&'static str, fn(&StepReport) -> Option<f32>, fn(f32) -> String);

const CURVE_COLUMNS: [CurveColumn; 5] = [
    ("R adversarial loss", |step| step.refiner_adversarial, |loss| format!("{loss:.3}")),
    ("self-regularization", |step| step.self_regularization, |change| format!("{change:.3}")),
    ("D loss", |step| step.discriminator, |loss| format!("{loss:.3}")),
    ("D accuracy, real", |step| step.real_accuracy, percent),
    ("D accuracy, refined", |step| step.refined_accuracy, percent),
];

fn percent(share: f32) -> String {
    format!("{:.0} %", 100.0 * share)
}

impl Live {
    /// What an earlier run left.
    pub fn of(steps: &[StepReport], measures: &[Measured], best: Option<&Best>) -> Self {
        let mut live = Self::default();
        steps.iter().for_each(|step| live.step(step));
        measures.iter().for_each(|measured| live.measured(measured, false));
        live.best = best.map(|best| best_line(&best.measured));
        live
    }

    /// Takes in a step.
    pub fn step(&mut self, step: &StepReport) {
        for (curve, (_, value, _)) in self.curves.iter_mut().zip(CURVE_COLUMNS) {
            curve.0.extend(value(step));
        }
    }

    /// Takes in what was measured on held-out images.
    pub fn measured(&mut self, measured: &Measured, best: bool) {
        self.kernel_distance.0.extend(measured.verdict.kernel_distance);
        self.drift.0.extend(measured.verdict.drift_px);
        self.last = Some(report::measured_line(measured));
        if best {
            self.best = Some(best_line(measured));
        }
    }

    /// The curves as lines of text, without those of which nothing is known yet.
    pub fn lines(&self) -> Vec<String> {
        let told = self
            .curves
            .iter()
            .zip(CURVE_COLUMNS)
            .map(|(curve, (name, _, text))| (name, curve, text));
        let number: fn(f32) -> String = |value| format!("{value:.2}");
        let measured = [
            ("kernel distance", &self.kernel_distance, number),
            ("drift, px", &self.drift, number),
        ];
        let mut lines: Vec<String> = told
            .chain(measured)
            .filter_map(|(name, curve, text)| {
                let last = text(*curve.0.last()?);
                Some(format!("{name:>19} {last:>7}  {}", curve.drawn()))
            })
            .collect();
        lines.extend(self.last.as_ref().map(|last| format!("{:>19} {last}", "held out")));
        lines.extend(self.best.as_ref().map(|best| format!("{:>19} {best}", "the best")));
        lines
    }
}

fn best_line(measured: &Measured) -> String {
    format!("iteration {}: {}", measured.iteration, report::measured_line(measured))
}

impl Curve {
    /// The curve from its least to its greatest value, each column the mean of its share of the steps.
    fn drawn(&self) -> String {
        let values = &self.0;
        let columns = values.len().min(COLUMNS);
        let bound = |column: usize| column * values.len() / columns;
        let means: Vec<f32> = (0..columns)
            .map(|column| &values[bound(column)..bound(column + 1)])
            .map(|share| share.iter().sum::<f32>() / share.len() as f32)
            .collect();
        let least = means.iter().copied().fold(f32::INFINITY, f32::min);
        let greatest = means.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let span = (greatest - least).max(f32::MIN_POSITIVE);
        let last = (HEIGHTS.len() - 1) as f32;
        // A mean that is no number is drawn at the bottom.
        means.iter().map(|mean| HEIGHTS[((mean - least) / span * last).round() as usize]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_rises_from_the_lowest_to_the_highest_column() {
        let ramp = Curve((0..8).map(|i| i as f32).collect());
        assert_eq!(ramp.drawn(), HEIGHTS.iter().collect::<String>());
        let long = Curve((0..1000).map(|i| 1000.0 - i as f32).collect()).drawn();
        assert_eq!(long.chars().count(), COLUMNS);
        assert!(long.starts_with('█') && long.ends_with('▁'), "{long}");
    }

    #[test]
    fn a_flat_curve_and_one_that_is_no_number_are_drawn_too() {
        assert_eq!(Curve(vec![0.7; 3]).drawn(), "▁▁▁");
        assert_eq!(Curve(vec![f32::NAN, 1.0]).drawn().chars().count(), 2);
        assert_eq!(Curve(vec![]).drawn(), "");
    }

    #[test]
    fn what_is_not_known_yet_has_no_line() {
        assert!(Live::default().lines().is_empty());
        let mut live = Live::default();
        live.curves[1].0.extend([0.1, 0.2]);
        assert_eq!(live.lines(), ["self-regularization   0.200  ▁█"]);
    }
}
