//! Findings as JSON, as lines for the terminal and as pages. Every number comes from `eval` or
//! `trainer`; here it only gets its place and its unit.

mod ablation;
mod blocks;
mod calibration;
mod drift;
mod hand_blocks;
mod hands;
mod ladder;
mod measures;
mod pages;
mod words;

pub use ablation::{Ablation, Run, ablation, ablation_summary};
pub use calibration::{CalibrationFindings, calibration, calibration_summary};
pub use drift::{Drift, drift};
pub use hands::{HandFindings, HandPictures, PoseFindings, RealismFindings, hands, hands_summary};
pub use pages::{Pictures, curves, gaze, journey};
pub use words::{gaze_summary, journey_summary, measured_line};

use anyhow::{Context, Result};
use eval::comparison::{Comparison, GazeSeeds};
use eval::drift::DriftReport;
use eval::gaze::GazeReport;
use eval::ladder::Ladder;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// What a run over the whole way found: `report.json`.
#[derive(Debug, Serialize, Deserialize)]
pub struct Findings {
    /// Whether the real side is the simulator's second camera model.
    pub simulated_real: bool,
    /// Rendered images, each also refined.
    pub renders: u64,
    /// Unlabelled real images the refiner learned from.
    pub real: u64,
    /// Labelled real images of the score.
    pub test: u64,
    /// Each network on each training set: what every step gave, and whether to refine.
    #[serde(flatten)]
    pub ladder: Ladder,
    /// The weak gaze network, trained on rendered and on refined images.
    pub gaze: Comparison,
    /// The simple baseline, on rendered images.
    pub knn_rendered: GazeReport,
    /// The simple baseline, on refined images.
    pub knn_refined: GazeReport,
    /// How far refinement moved pupil and iris.
    pub drift: DriftReport,
    /// Wall time of this run, seconds; stations that were done before take none.
    pub seconds: f64,
}

/// What a training of the gaze network found: `gaze.json`.
#[derive(Debug, Serialize, Deserialize)]
pub struct GazeFindings {
    /// The network, a report a seed.
    pub network: GazeSeeds,
    /// The simple baseline.
    pub knn: GazeReport,
}

/// Writes findings as JSON, whole or not at all.
pub fn write_json<T: Serialize>(findings: &T, file: &Path) -> Result<()> {
    let json = serde_json::to_vec_pretty(findings).context("the findings have no JSON form")?;
    Ok(durable::write(file, &json)?)
}
