//! The plan of a run over the whole way: every number of it, pinned in `experiment.toml`.

mod hands;

pub use hands::{HandPlan, Source};

use crate::settings;
use anyhow::{Result, bail};
use eval::alignment::AlignmentOptions;
use pipeline::Pinned;
use serde::{Deserialize, Serialize};
use simulator::eye::EyeConfig;
use std::path::{Path, PathBuf};
use trainer::calibration::CalibrationConfig;
use trainer::{GazeNetConfig, SimGanConfig};

/// Everything that decides what a run makes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Seed of the renders and of every shuffle. The networks have seeds of their own.
    pub seed: u64,
    /// Images to render and to refine.
    pub renders: u64,
    /// Pairs to measure the drift on: the first ones by id.
    pub drift_pairs: usize,
    /// Training seeds of the gaze network, one training each on rendered and on refined images.
    pub gaze_seeds: Vec<u64>,
    /// Whether renders are calibrated to the unlabelled real images before they are refined.
    pub calibrate: bool,
    /// How they are calibrated.
    pub calibration: CalibrationConfig,
    /// Training seeds of the strong gaze network, one training each on every kind of renders; none leave
    /// it out.
    pub strong_seeds: Vec<u64>,
    /// Images of a kind that the weak gaze network is trained on: the first ones by id.
    pub weak_renders: u64,
    /// The same of the strong one.
    pub strong_renders: u64,
    /// Parts that the people of the test images are dealt into, where the strong network is trained on
    /// real labels of all but one part.
    pub people_folds: usize,
    /// Epochs of the strong network on real labels, which are fewer than renders.
    pub people_epochs: usize,
    /// Neighbours of the simple baseline.
    pub neighbours: usize,
    /// Where the real side comes from.
    pub real: RealSide,
    /// The renders.
    pub eye: EyeConfig,
    /// The refiner's training.
    pub simgan: SimGanConfig,
    /// The gaze network's training.
    pub gaze: GazeNetConfig,
    /// The strong gaze network's training.
    pub strong: GazeNetConfig,
    /// How predictions of the strong network are aligned on unlabelled images.
    pub alignment: AlignmentOptions,
}

/// The preset of the strong gaze network.
const STRONG: &str = "strong";

/// The real side of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "snake_case", deny_unknown_fields)]
pub enum RealSide {
    /// Images of a camera.
    Camera {
        /// Unlabelled, for the refiner.
        unlabelled: PathBuf,
        /// Labelled, to be judged on.
        labelled: PathBuf,
    },
    /// Renders of a second, hidden camera model.
    Simulated {
        /// Images without labels, for the refiner.
        unlabelled: u64,
        /// Images with gaze, to be judged on.
        labelled: u64,
        /// Seed of both; not the one of the renders.
        seed: u64,
        /// The hidden camera model.
        eye: Box<EyeConfig>,
    },
}

impl Plan {
    /// The embedded default of `simreal demo`: minutes on two cores.
    pub fn demo() -> Result<Self> {
        Ok(Self {
            seed: 1,
            renders: 5_000,
            drift_pairs: 1_000,
            gaze_seeds: vec![1, 2, 3],
            calibrate: false,
            calibration: CalibrationConfig::default(),
            strong_seeds: Vec::new(),
            weak_renders: 5_000,
            strong_renders: 5_000,
            people_folds: 5,
            people_epochs: 30,
            neighbours: eval::knn::DEFAULT_NEIGHBOURS,
            real: RealSide::Simulated {
                unlabelled: 2_000,
                labelled: 1_000,
                seed: 2,
                eye: Box::new(eye_preset("simulated-real")?),
            },
            eye: eye_preset("demo")?,
            simgan: settings::preset("demo", SimGanConfig::PRESETS, SimGanConfig::preset)?,
            gaze: settings::preset("demo", GazeNetConfig::PRESETS, GazeNetConfig::preset)?,
            strong: settings::preset(STRONG, GazeNetConfig::PRESETS, GazeNetConfig::preset)?,
            alignment: AlignmentOptions::default(),
        })
    }

    /// The default of `simreal experiment`: within the hour on two cores.
    pub fn experiment(unlabelled: PathBuf, labelled: PathBuf) -> Result<Self> {
        Ok(Self {
            renders: 20_000,
            drift_pairs: 2_000,
            gaze_seeds: vec![1, 2, 3],
            calibrate: true,
            strong_seeds: vec![1, 2, 3],
            weak_renders: 4_000,
            strong_renders: 20_000,
            real: RealSide::Camera { unlabelled, labelled },
            eye: eye_preset("mpiigaze")?,
            simgan: settings::preset("cpu", SimGanConfig::PRESETS, SimGanConfig::preset)?,
            gaze: settings::preset("cpu", GazeNetConfig::PRESETS, GazeNetConfig::preset)?,
            ..Self::demo()?
        })
    }

    /// Checks every number, before there is a folder.
    pub fn check(&self) -> Result<()> {
        let size = (self.eye.camera.width as usize, self.eye.camera.height as usize);
        self.eye.check()?;
        if let RealSide::Simulated { unlabelled, labelled, eye, .. } = &self.real {
            eye.check()?;
            if !(1..=MOST_IMAGES).contains(unlabelled) || !(1..=MOST_IMAGES).contains(labelled) {
                bail!("real.simulated: write 1 to {MOST_IMAGES} for unlabelled and labelled");
            }
        }
        common(self.renders, &self.gaze_seeds, &self.simgan, size)?;
        self.gaze.validate_for(size)?;
        self.strong.validate_for(size)?;
        self.calibration.validate()?;
        for (name, number) in [("neighbours", self.neighbours), ("people_folds", self.people_folds)]
        {
            if number as u64 > MOST_IMAGES {
                bail!("{name} is {number}; write at most {MOST_IMAGES}");
            }
        }
        if self.weak_renders == 0 {
            bail!("weak_renders: write 1 or more");
        }
        if !self.strong_seeds.is_empty() && (self.strong_renders == 0 || self.people_epochs == 0) {
            bail!("strong_renders, people_epochs: write 1 or more, or strong_seeds = []");
        }
        Ok(())
    }

    /// Pins the plan in the run's folder.
    pub fn pin(&self, out: &Path) -> Result<Pinned> {
        settings::pin(self, &out.join("experiment.toml"))
    }
}

/// Images of a kind that a run may ask for: their labels are held in memory.
const MOST_IMAGES: u64 = 1_000_000_000;

/// What every plan needs; `size` is that of its images, px.
fn common(renders: u64, seeds: &[u64], simgan: &SimGanConfig, size: (usize, usize)) -> Result<()> {
    if !(1..=MOST_IMAGES).contains(&renders) {
        bail!("renders: a run needs at least one render, and takes at most {MOST_IMAGES}");
    }
    if seeds.is_empty() {
        bail!("gaze_seeds, pose_seeds: name at least one seed, as in --seeds 1,2,3");
    }
    Ok(simgan.validate_for(size)?)
}

fn eye_preset(name: &str) -> Result<EyeConfig> {
    settings::preset(name, EyeConfig::PRESETS, EyeConfig::preset)
}
