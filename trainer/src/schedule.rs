//! How the step size changes over a run.

use serde::{Deserialize, Serialize};

/// Share of the steps in which the step size rises.
const RISE: f64 = 0.05;

/// How the step size changes over a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Schedule {
    /// Not at all. Paper.
    Constant,
    /// A rise from nothing over the first twentieth of the steps, then half a cosine from the full
    /// step size down to nothing. Ours: Adam's first steps are full steps in every one of the ten
    /// million weights of the gaze network's fully connected layers, and throw the loss up before it
    /// falls.
    Cosine,
}

impl Schedule {
    /// Step size at `step` of `total`, from 0, where `full` is the largest.
    pub(crate) fn at(self, full: f64, step: usize, total: usize) -> f64 {
        match self {
            Schedule::Constant => full,
            Schedule::Cosine => {
                let done = step as f64 / total.max(1) as f64;
                if done < RISE {
                    return full * done / RISE;
                }
                let fallen = (done - RISE) / (1.0 - RISE);
                full * 0.5 * (1.0 + (std::f64::consts::PI * fallen).cos())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cosine_rises_to_full_is_half_in_the_middle_of_its_fall_and_ends_at_nothing() {
        for (step, share) in [(0, 0.0), (50, 0.5), (100, 1.0), (1050, 0.5), (2000, 0.0)] {
            let at = Schedule::Cosine.at(0.001, step, 2000) / 0.001;
            assert!((at - share).abs() < 1e-12, "step {step}: {at}");
        }
    }

    #[test]
    fn the_constant_stays() {
        assert_eq!([0, 7, 9].map(|step| Schedule::Constant.at(0.3, step, 10)), [0.3; 3]);
    }
}
