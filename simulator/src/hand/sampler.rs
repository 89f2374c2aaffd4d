//! From settings to samples.

use super::config::HandConfig;
use super::render::sample;
use super::scene::Scene;
use crate::Error;
use crate::sample::{Hand, Sample, SampleId};
use rayon::prelude::*;
use std::ops::Range;

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

    /// The samples of these ids, in their order, on all threads of the current rayon pool.
    pub fn render_range(&self, ids: Range<u64>) -> Vec<Sample<Hand>> {
        ids.into_par_iter().map(|id| render(self, SampleId(id))).collect()
    }
}

/// The sample of this id: the same whenever, wherever and beside whatever it is rendered.
pub fn render(sampler: &HandSampler, id: SampleId) -> Sample<Hand> {
    let scene = Scene::of(&sampler.config, sampler.seed, id.0);
    sample(&sampler.config, sampler.seed, id, &scene)
}
