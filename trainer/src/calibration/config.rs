//! The numbers of a calibration. All ours: the paper has none.

use crate::Error;
use crate::config::{MOST_CHANNELS, MOST_EPOCHS, MOST_IMAGES, check_whole, config_error};
use serde::{Deserialize, Serialize};

/// How a calibration is run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CalibrationConfig {
    /// Real images that are looked at, evenly out of all.
    pub real_images: usize,
    /// Different people in the real images: what people differ in is known so much better of many. 0: as
    /// many as the images say, 1 where they don't.
    pub people: usize,
    /// Whether the settings' gaze was measured: then it stays as it is, and images tell the rest. Else they
    /// tell of gaze too, as far as they can.
    pub gaze_is_known: bool,
    /// Rounds of rendering and comparing.
    pub rounds: usize,
    /// Renders in a round, of each of two kinds: around the population, for slopes, and of it.
    pub renders: usize,
    /// Renders of a broad population that the network learns to measure eyes on.
    pub network_renders: usize,
    /// Passes over them.
    pub network_epochs: usize,
    /// Channels of the network's convolutions at the full, the half and the quarter resolution.
    pub channels: [usize; 3],
    /// The population that the network and each round see is so many times as wide as what is known.
    pub widening: f64,
    /// Whether to find by which share the crops follow the lids (`pose.crop_follows_lids`). It makes
    /// geometry agree better; no gaze network has gained by it yet.
    pub follow_lids: bool,
    /// How many real images the spread of a setting counts as, at most, against
    /// [`spread_prior_images`](Self::spread_prior_images): images of a camera are not independent.
    pub effective_images: f64,
    /// How many images the preset's spread counts as.
    pub spread_prior_images: f64,
    /// Everything random is a function of this.
    pub seed: u64,
}

impl Default for CalibrationConfig {
    fn default() -> Self {
        Self {
            real_images: 2000,
            people: 0,
            gaze_is_known: false,
            rounds: 6,
            renders: 3000,
            network_renders: 12_000,
            network_epochs: 6,
            channels: [12, 24, 48],
            widening: 1.3,
            follow_lids: false,
            effective_images: 300.0,
            spread_prior_images: 15.0,
            seed: 0,
        }
    }
}

impl CalibrationConfig {
    /// With this number of people, where none was named.
    pub fn with_people(&self, people: usize) -> Self {
        Self { people: if self.people == 0 { people } else { self.people }, ..self.clone() }
    }

    /// Checks every number.
    ///
    /// # Errors
    /// [`Error::Config`] names the first field that is out of range, and what to write.
    pub fn validate(&self) -> Result<(), Error> {
        check_whole(&self.channels.map(|channels| ("channels", channels, 1, MOST_CHANNELS)))?;
        check_whole(&[
            ("real_images", self.real_images, super::LEAST_REAL, MOST_IMAGES),
            ("people", self.people, 0, MOST_IMAGES),
            ("rounds", self.rounds, 1, 10_000),
            ("renders", self.renders, 400, MOST_IMAGES),
            ("network_renders", self.network_renders, 100, MOST_IMAGES),
            ("network_epochs", self.network_epochs, 1, MOST_EPOCHS),
        ])?;
        let real = [
            ("widening", self.widening, 1.0),
            ("effective_images", self.effective_images, 1.0),
            ("spread_prior_images", self.spread_prior_images, 0.0),
        ];
        for (field, value, least) in real {
            if !(value >= least && value.is_finite()) {
                let remedy = "write a finite number, at least 1 (0 for spread_prior_images)";
                return Err(config_error(field, format!("is {value}"), remedy));
            }
        }
        Ok(())
    }
}
