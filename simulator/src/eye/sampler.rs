//! From settings to samples.

use super::config::EyeConfig;
use super::label;
use super::radiance::Radiance;
use super::scene::Scene;
use super::sensor;
use crate::Error;
use crate::sample::{Domain, Eye, Sample, SampleId};
use rayon::prelude::*;
use std::ops::Range;

/// Settings that were checked, and a seed: everything that samples are a function of.
#[derive(Debug, Clone, PartialEq)]
pub struct EyeSampler {
    config: EyeConfig,
    seed: u64,
}

impl EyeSampler {
    /// Checks the settings once, so that no sample can fail afterwards.
    ///
    /// # Errors
    /// Names the first field that is out of its limits, and the remedy.
    pub fn new(config: EyeConfig, seed: u64) -> Result<Self, Error> {
        config.check()?;
        Ok(Self { config, seed })
    }

    /// The settings.
    pub fn config(&self) -> &EyeConfig {
        &self.config
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The samples of these ids, in their order, on all threads of the current rayon pool.
    pub fn render_range(&self, ids: Range<u64>) -> Vec<Sample<Eye>> {
        ids.into_par_iter().map(|id| render(self, SampleId(id))).collect()
    }
}

/// The sample of this id: the same whenever, wherever and beside whatever it is rendered.
pub fn render(sampler: &EyeSampler, id: SampleId) -> Sample<Eye> {
    let (config, seed) = (&sampler.config, sampler.seed);
    let scene = Scene::draw(config, seed, id.0);
    let radiance = Radiance::of(&scene, config.samples_across as usize);
    let frame = sensor::expose(radiance, &config.sensor, seed, id.0);
    let label = label::of(&scene);
    Sample { id, domain: Domain::Synthetic, frame, label }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn one_thread_renders_what_many_do_and_a_sample_alone_is_the_same() {
        let sampler = EyeSampler::new(EyeConfig::default(), 5).unwrap();
        let pool = |n| rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
        let one = pool(1).install(|| sampler.render_range(100..124));
        let four = pool(4).install(|| sampler.render_range(100..124));
        assert_eq!(one, four);
        assert_eq!(render(&sampler, SampleId(111)), one[11]);
        assert_ne!(one[11].frame, one[12].frame);
    }

    #[test]
    fn a_knob_of_the_sensor_leaves_the_label_alone_and_one_of_the_light_too() {
        let label = |config| {
            let sampler = EyeSampler::new(config, 9).unwrap();
            render(&sampler, SampleId(3)).label
        };
        let base = label(EyeConfig::default());
        let other = EyeConfig::preset("simulated-real").unwrap();
        let (sensor, light) = (other.sensor, other.light);
        assert_eq!(label(EyeConfig { sensor, light, ..EyeConfig::default() }), base);
        let mut config = EyeConfig::default();
        config.pose.shift_down_mm.sd *= 2.0;
        assert_eq!(label(config).gaze, base.gaze, "the same gaze elsewhere in the crop");
    }

    #[test]
    fn every_preset_renders_an_image_with_contrast() {
        for (name, _) in EyeConfig::PRESETS {
            let sampler = EyeSampler::new(EyeConfig::preset(name).unwrap(), 1).unwrap();
            for sample in sampler.render_range(0..8) {
                let camera = sampler.config().camera;
                assert_eq!(sample.frame.size(), (camera.width as usize, camera.height as usize));
                let (low, high) = sample
                    .frame
                    .pixels()
                    .iter()
                    .fold((255, 0), |(low, high), &p| (p.min(low), p.max(high)));
                assert!(high - low > 60, "{name} {}: {low} to {high}", sample.id);
            }
        }
    }
}
