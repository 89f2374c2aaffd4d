//! How much refinement could close at most.

use super::{Arm, Estimator, Ladder, Row};
use crate::stats::Summary;

/// What is left between renders and camera, of the strong network on the renders that are refined.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gap {
    /// The row.
    pub arm: Arm,
    /// Mean error on renders of the same kind that it has not seen, degrees.
    pub on_renders_deg: f64,
    /// Mean error on the real images, degrees.
    pub on_real_deg: f64,
    /// The same after taking out one constant offset, degrees.
    pub on_real_without_bias_deg: f64,
}

impl Gap {
    /// How much of the error, free of a constant offset, is not the network's own: what making renders
    /// look real could take away at most. Below zero the real images are the easier ones.
    pub fn left_deg(&self) -> f64 {
        self.on_real_without_bias_deg - self.on_renders_deg
    }
}

impl Ladder {
    /// Takes note of what the trainings of an arm err by on unseen images of their own kind, degrees.
    pub fn note_own_kind(&mut self, arm: Arm, seed_means_deg: &[f64]) {
        for row in self.rows.iter_mut().filter(|row| row.arm == arm) {
            row.own_kind_deg = Summary::of(seed_means_deg);
        }
    }

    /// What is left between renders and camera; `None` where that was not measured.
    pub fn gap(&self) -> Option<Gap> {
        let renders = |row: &&Row| {
            let Arm { estimator, trained_on, aligned } = row.arm;
            estimator == Estimator::Strong && trained_on.refined().is_some() && !aligned
        };
        // Calibrated renders, where there are any, come after the others.
        let row = self.rows.iter().rfind(renders)?;
        Some(Gap {
            arm: row.arm,
            on_renders_deg: row.own_kind_deg.as_ref()?.mean,
            on_real_deg: row.mean_deg.as_ref()?.mean,
            on_real_without_bias_deg: row.error_without_bias_deg?,
        })
    }
}
