//! pipeline → eval: held-out images, and who judges them while a refiner is trained.

use crate::eyes::Trainable;
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
/// Images of each kind that the measures need.
const LEAST: usize = 10;

/// Renders with their labels and real images, which training does not see. They are judged in grey.
pub struct HeldOutEyes<M: Trainable> {
    rendered: Vec<Frame<M::Pixel>>,
    real: Vec<Frame<M::Pixel>>,
    rendered_ids: HashSet<SampleId>,
    real_ids: HashSet<SampleId>,
    rendered_grey: Vec<Sample<Eye>>,
    real_grey: RealImages,
    /// How far the renders themselves are from real images.
    unrefined: RealismReport,
}

impl<M: Trainable> HeldOutEyes<M> {
    /// Chooses them at random; `None` where nothing is to be measured.
    pub fn choose(
        config: &MeasureConfig,
        seed: u64,
        rendered: &Dataset<M>,
        real: &Dataset<M>,
    ) -> Result<Option<Self>> {
        if config.every == 0 {
            return Ok(None);
        }
        let choose = |dataset: &Dataset<M>| -> Result<Vec<Sample<M>>> {
            let count = config.held_out.min(dataset.len() / SHARE);
            if count < LEAST {
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
        let ids = |samples: &[Sample<M>]| samples.iter().map(|sample| sample.id).collect();
        let frames = |samples: Vec<Sample<M>>| samples.into_iter().map(|s| s.frame).collect();
        let real_grey: Vec<_> = real.iter().map(|sample| M::grey(&sample.frame)).collect();
        let real_grey = RealImages::new(&real_grey)?;
        let rendered_grey: Vec<Sample<Eye>> = rendered.iter().map(grey::<M>).collect();
        let unrefined: Vec<_> = rendered_grey.iter().map(|sample| sample.frame.clone()).collect();
        Ok(Some(Self {
            unrefined: real_grey.compare(&unrefined)?,
            rendered_ids: ids(&rendered),
            real_ids: ids(&real),
            rendered: frames(rendered),
            real: frames(real),
            rendered_grey,
            real_grey,
        }))
    }

    /// Of the renders and of the real images.
    pub fn ids(&self) -> (HashSet<SampleId>, HashSet<SampleId>) {
        (self.rendered_ids.clone(), self.real_ids.clone())
    }

    /// How far the renders themselves are from real images.
    pub fn unrefined(&self) -> RealismReport {
        self.unrefined
    }

    fn judged(&self, refined: &[Frame<M::Pixel>]) -> Result<Verdict, eval::Error> {
        let refined: Vec<Frame<u8>> = refined.iter().map(M::grey).collect();
        let realism = self.real_grey.compare(&refined)?;
        let pairs = self.rendered_grey.iter().zip(refined).map(|(rendered, frame)| {
            let refined = Sample { domain: Domain::Refined, frame, ..rendered.clone() };
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

fn grey<M: Trainable>(sample: &Sample<M>) -> Sample<Eye> {
    let Sample { id, domain, frame, label } = sample;
    Sample { id: *id, domain: *domain, frame: M::grey(frame), label: label.clone() }
}

impl<M: Trainable> HeldOut<M::Pixel> for HeldOutEyes<M> {
    fn rendered(&self) -> &[Frame<M::Pixel>] {
        &self.rendered
    }

    fn real(&self) -> &[Frame<M::Pixel>] {
        &self.real
    }

    fn judge(&mut self, refined: &[Frame<M::Pixel>]) -> Result<Verdict, BoxError> {
        Ok(self.judged(refined)?)
    }
}
