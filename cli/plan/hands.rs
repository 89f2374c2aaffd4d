//! The plan of a run over hands.

use super::common;
use crate::settings;
use anyhow::{Result, bail};
use eval::hand::Placing;
use pipeline::Pinned;
use serde::{Deserialize, Serialize};
use simulator::hand::HandConfig;
use std::path::{Path, PathBuf};
use trainer::{HandNetConfig, SimGanConfig};

/// Everything that decides what a run makes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandPlan {
    /// Seed of the renders and of every shuffle. The networks have seeds of their own.
    pub seed: u64,
    /// Images to render, to refine, and to train the pose estimator on.
    pub renders: u64,
    /// Pairs to measure the drift on: the first ones by id.
    pub drift_pairs: usize,
    /// Images of each kind whose realism is measured: the first ones by id.
    pub realism_images: usize,
    /// Training seeds of the pose estimator, one training each on clean, on sensor and on refined
    /// images.
    pub pose_seeds: Vec<u64>,
    /// Where the real side comes from.
    pub real: RealHands,
    /// What the refiner starts from.
    pub refine: Source,
    /// The renders, and the size and cube that real hands are cut out with.
    pub hand: HandConfig,
    /// The refiner's training.
    pub simgan: SimGanConfig,
    /// The pose estimator's training.
    pub pose: HandNetConfig,
}

/// Which renders are refined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// Exact depth, as in the paper: the refiner has to learn all that a sensor does.
    Clean,
    /// As the modelled sensor sees them: the refiner learns what the model lacks. The default: a refiner
    /// leaves the background alone, so it can't widen outlines as a sensor does, and that is worth most.
    Sensor,
}

impl Source {
    /// On pages and in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Sensor => "sensor",
        }
    }
}

/// Depth images of a camera.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RealHands {
    /// For the refiner.
    pub unlabelled: PathBuf,
    /// With joints, to be judged on; without it nothing is trained but the refiner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labelled: Option<PathBuf>,
    /// In folders and tables: what is farther behind the nearest than this is not hand, mm.
    pub foreground_mm: f32,
    /// In folders and tables: focal length of the camera, px.
    pub focal_px: f32,
    /// `aligned` scores predictions after one scale and one shift for all images, for labels that were
    /// not made in the depth image itself; `as-predicted` scores them where they are. Both are in the
    /// report's table.
    pub placing: Placing,
}

impl HandPlan {
    /// The default of `simreal experiment --modality hand`: within the hour on two cores.
    pub fn experiment(unlabelled: PathBuf, labelled: Option<PathBuf>) -> Result<Self> {
        let mut hand = settings::preset("kinect", HandConfig::PRESETS, HandConfig::preset)?;
        hand.image.crop_px = 96;
        let cut = datasets::hand::HandOptions::default();
        let (foreground_mm, focal_px) = (cut.foreground_mm, cut.focal_px);
        Ok(Self {
            seed: 1,
            refine: Source::Sensor,
            renders: 6_000,
            drift_pairs: 1_000,
            realism_images: 500,
            pose_seeds: vec![1, 2],
            real: RealHands {
                unlabelled,
                labelled,
                foreground_mm,
                focal_px,
                placing: Placing::Aligned,
            },
            hand,
            simgan: settings::preset("hand-cpu", SimGanConfig::PRESETS, SimGanConfig::preset)?,
            pose: settings::preset("cpu", HandNetConfig::PRESETS, HandNetConfig::preset)?,
        })
    }

    /// Checks every number, before there is a folder.
    pub fn check(&self) -> Result<()> {
        self.hand.check()?;
        let side = self.hand.image.crop_px as usize;
        common(self.renders, &self.pose_seeds, &self.simgan, (side, side))?;
        self.pose.validate()?;
        if self.hand.image.crop_px == 0 {
            bail!("hand.image.crop_px is 0: a run needs hands that are cut out, as in 96");
        }
        Ok(())
    }

    /// Pins the plan in the run's folder.
    pub fn pin(&self, out: &Path) -> Result<Pinned> {
        settings::pin(self, &out.join("experiment.toml"))
    }
}
