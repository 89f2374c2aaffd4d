//! From settings to samples.

use super::config::HandConfig;
use super::scene::Scene;
use crate::Error;
use crate::sample::SampleId;

/// Settings that were checked, and a seed: everything that samples are a function of.
#[derive(Debug, Clone, PartialEq)]
pub struct HandSampler {
    config: HandConfig,
    seed: u64,
}

impl HandSampler {
    /// Checks the settings once, so that no sample can fail afterwards.
    ///
    /// # Errors
    /// Names the first field that is out of its limits, and the remedy.
    pub fn new(config: HandConfig, seed: u64) -> Result<Self, Error> {
        config.check()?;
        Ok(Self { config, seed })
    }

    /// The settings.
    pub fn config(&self) -> &HandConfig {
        &self.config
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// All that is drawn for the sample of this id.
    pub(crate) fn scene(&self, id: SampleId) -> Scene {
        Scene::of(&self.config, self.seed, id.0)
    }
}
