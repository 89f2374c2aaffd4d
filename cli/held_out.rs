//! pipeline → eval: held-out images, and who judges them while a refiner is trained.

use anyhow::{Result, bail};
use eval::drift::DriftOptions;
use eval::realism::{RealImages, RealismReport};
use pipeline::Dataset;
use simulator::sample::{BoxError, Domain, Eye, Frame, Sample, SampleId};
use std::collections::HashSet;
use trainer::{HeldOut, MeasureConfig, Verdict};

/// Added to a run's seed for the choice of the images, so that it is not the order of the first ones.
const CHOICE: u64 = 0x6865_6c64;
/// A data set gives at most one in so many of its images.
const SHARE: usize = 5;

/// Renders with their labels and real images, which training does not see.
pub struct HeldOutEyes {
    rendered: Vec<Sample<Eye>>,
    rendered_frames: Vec<Frame<u8>>,
    real_frames: Vec<Frame<u8>>,
    real_ids: HashSet<SampleId>,
    real: RealImages,
    /// How far the renders themselves are from real images.
    unrefined: RealismReport,
}

impl HeldOutEyes {
    /// Chooses them at random; `None` where nothing is to be measured.
    pub fn choose(
        config: &MeasureConfig,
        seed: u64,
        rendered: &Dataset<Eye>,
        real: &Dataset<Eye>,
    ) -> Result<Option<Self>> {
        if config.every == 0 {
            return Ok(None);
        }
        let choose = |dataset: &Dataset<Eye>| -> Result<Vec<Sample<Eye>>> {
            let count = config.held_out.min(dataset.len() / SHARE);
            if count < 10 {
                bail!(
                    "{} holds {} images, too few to hold some out for measures: give more, or set \
                     every = 0 in [measure]",
                    dataset.dir().display(),
                    dataset.len(),
                );
            }
            let chosen = dataset.shuffled(seed.wrapping_add(CHOICE), 0).take(count);
            Ok(chosen.collect::<Result<_, _>>()?)
        };
        let (rendered, real) = (choose(rendered)?, choose(real)?);
        let frames = |samples: &[Sample<Eye>]| -> Vec<Frame<u8>> {
            samples.iter().map(|sample| sample.frame.clone()).collect()
        };
        let (rendered_frames, real_frames) = (frames(&rendered), frames(&real));
        let images = RealImages::new(&real_frames)?;
        Ok(Some(Self {
            unrefined: images.compare(&rendered_frames)?,
            real_ids: ids(&real),
            rendered,
            rendered_frames,
            real_frames,
            real: images,
        }))
    }

    /// Of the renders.
    pub fn rendered_ids(&self) -> HashSet<SampleId> {
        ids(&self.rendered)
    }

    /// Of the real images.
    pub fn real_ids(&self) -> HashSet<SampleId> {
        self.real_ids.clone()
    }

    /// How far the renders themselves are from real images.
    pub fn unrefined(&self) -> RealismReport {
        self.unrefined
    }

    fn judged(&self, refined: &[Frame<u8>]) -> Result<Verdict, eval::Error> {
        let realism = self.real.compare(refined)?;
        let pairs = self.rendered.iter().zip(refined).map(|(rendered, frame)| {
            let refined =
                Sample { domain: Domain::Refined, frame: frame.clone(), ..rendered.clone() };
            (rendered.clone(), refined)
        });
        let drift = eval::drift::measure(pairs, &DriftOptions::default())?.combined;
        Ok(Verdict {
            two_sample_accuracy: Some(realism.two_sample_accuracy as f32),
            kernel_distance: Some(realism.kernel_distance as f32),
            spectrum_distance_db: Some(realism.spectrum_distance_db as f32),
            drift_px: drift.shift.as_ref().map(|shift| shift.length_px.mean as f32),
            drift_coverage: drift.coverage_of_measurable().map(|share| share as f32),
        })
    }
}

fn ids(samples: &[Sample<Eye>]) -> HashSet<SampleId> {
    samples.iter().map(|sample| sample.id).collect()
}

impl HeldOut for HeldOutEyes {
    fn rendered(&self) -> &[Frame<u8>] {
        &self.rendered_frames
    }

    fn real(&self) -> &[Frame<u8>] {
        &self.real_frames
    }

    fn judge(&mut self, refined: &[Frame<u8>]) -> Result<Verdict, BoxError> {
        Ok(self.judged(refined)?)
    }
}
