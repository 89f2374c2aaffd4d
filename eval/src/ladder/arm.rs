//! What a row of the ladder is.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Which network was trained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Estimator {
    /// The paper's, which sees each image as it is.
    Weak,
    /// One that is made for other cameras: larger, longer, with augmentation.
    Strong,
}

/// What it was trained on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrainedOn {
    /// Renders as they come.
    Renders,
    /// Renders whose settings were fitted to the unlabelled real images.
    CalibratedRenders,
    /// Renders as they come, refined.
    RefinedRenders,
    /// Calibrated renders, refined.
    RefinedCalibratedRenders,
    /// Labelled real images of other people than the one it is scored on.
    RealLabels,
}

impl TrainedOn {
    /// Whether a refiner made it.
    pub fn is_refined(self) -> bool {
        matches!(self, Self::RefinedRenders | Self::RefinedCalibratedRenders)
    }

    /// The same renders, refined; what no refiner sees has none.
    pub fn refined(self) -> Option<Self> {
        match self {
            Self::Renders => Some(Self::RefinedRenders),
            Self::CalibratedRenders => Some(Self::RefinedCalibratedRenders),
            _ => None,
        }
    }
}

/// A row of the ladder: what was trained on what, and what became of its predictions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arm {
    /// Which network.
    pub estimator: Estimator,
    /// On what.
    pub trained_on: TrainedOn,
    /// Whether predictions were aligned on unlabelled images ([`crate::alignment`]).
    pub aligned: bool,
}

impl Arm {
    /// Predictions as they come.
    pub fn new(estimator: Estimator, trained_on: TrainedOn) -> Self {
        Self { estimator, trained_on, aligned: false }
    }

    /// The same, aligned.
    pub fn aligned(self) -> Self {
        Self { aligned: true, ..self }
    }

    /// The same network on something else.
    pub fn on(self, trained_on: TrainedOn) -> Self {
        Self { trained_on, ..self }
    }
}

impl fmt::Display for Arm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let network = match self.estimator {
            Estimator::Weak => "weak",
            Estimator::Strong => "strong",
        };
        let data = match self.trained_on {
            TrainedOn::Renders => "renders",
            TrainedOn::CalibratedRenders => "calibrated",
            TrainedOn::RefinedRenders => "refined",
            TrainedOn::RefinedCalibratedRenders => "calibrated + refined",
            TrainedOn::RealLabels => "real labels",
        };
        let aligned = if self.aligned { ", aligned" } else { "" };
        write!(f, "{network}: {data}{aligned}")
    }
}
