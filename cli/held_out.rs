//! pipeline → eval: held-out images, and how they are evaluated while a refiner is trained.

use crate::estimators;
use crate::modality::{Pair, Trainable};
use crate::report::Drift;
use anyhow::{Result, bail};
use eval::realism::{RealImages, RealismReport};
use pipeline::Dataset;
use simulator::sample::{BoxError, Domain, Frame, Sample, SampleId};
use std::collections::HashSet;
use trainer::{GazeNet, HeldOut, MeasureConfig, Verdict};

/// Added to a run's seed for the choice of the images, so that it is not the order of the first ones.
const CHOICE: u64 = 0x6865_6c64;
/// A data set gives at most one in so many of its images.
const SHARE: usize = 5;
/// Images of each kind that the measures need.
const LEAST: usize = 10;

/// Renders with their labels and real images, which training does not see.
pub struct HeldOutImages<M: Trainable> {
    rendered: Chosen<M>,
    real: Chosen<M>,
    real_views: RealImages,
    /// How far the renders themselves are from real images.
    unrefined: RealismReport,
    /// An estimator that the refiner does not see, where there is a task term.
    witness: Option<GazeNet>,
}

/// Images of one kind, as they are stored and as networks see them.
struct Chosen<M: Trainable> {
    samples: Vec<Sample<M>>,
    frames: Vec<Frame<M::Net>>,
}

impl<M: Trainable> Chosen<M> {
    /// Chooses at random, of those that show something.
    fn of(dataset: &Dataset<M>, config: &MeasureConfig, seed: u64) -> Result<Self> {
        let wanted = config.held_out.min(dataset.len() / SHARE);
        let mut chosen = Self { samples: Vec::new(), frames: Vec::new() };
        for sample in dataset.shuffled(seed.wrapping_add(CHOICE), 0).take(dataset.len()) {
            if chosen.frames.len() == wanted {
                break;
            }
            let sample = sample?;
            let Some(frame) = M::to_network(&sample)? else { continue };
            chosen.samples.push(sample);
            chosen.frames.push(frame);
        }
        if chosen.frames.len() < LEAST {
            bail!(
                "{} holds {} images, too few to hold some out for measures: give more, or set \
                 every = 0 in [measure]",
                dataset.dir().display(),
                dataset.len(),
            );
        }
        Ok(chosen)
    }

    fn ids(&self) -> HashSet<SampleId> {
        self.samples.iter().map(|sample| sample.id).collect()
    }

    fn realism_views(&self) -> Vec<Frame<f32>> {
        self.samples.iter().map(|sample| M::realism_view(&sample.frame)).collect()
    }
}

impl<M: Trainable> HeldOutImages<M> {
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
        let [rendered, real] =
            [Chosen::of(rendered, config, seed)?, Chosen::of(real, config, seed)?];
        let real_views = RealImages::new(&real.realism_views())?;
        let unrefined = real_views.compare(&rendered.realism_views())?;
        Ok(Some(Self { rendered, real, real_views, unrefined, witness: None }))
    }

    /// With an estimator that the refiner does not see.
    pub fn with_witness(self, witness: Option<GazeNet>) -> Self {
        Self { witness, ..self }
    }

    /// Of the renders and of the real images.
    pub fn ids(&self) -> (HashSet<SampleId>, HashSet<SampleId>) {
        (self.rendered.ids(), self.real.ids())
    }

    /// How far the renders themselves are from real images.
    pub fn unrefined(&self) -> RealismReport {
        self.unrefined
    }

    fn verdict_on(&self, refined: &[Frame<M::Net>]) -> Result<Verdict, BoxError> {
        let mut pairs: Vec<Pair<M>> = Vec::with_capacity(refined.len());
        for (before, frame) in self.rendered.samples.iter().zip(refined) {
            let frame = M::from_network(frame, before)?;
            let after = Sample { domain: Domain::Refined, frame, ..before.clone() };
            pairs.push((before.clone(), after));
        }
        let views: Vec<_> = pairs.iter().map(|(_, after)| M::realism_view(&after.frame)).collect();
        let realism = self.real_views.compare(&views)?;
        let task_change_deg = self.task_change_deg(&pairs)?;
        let drift = M::drift(pairs.into_iter().map(Ok))?;
        Ok(Verdict {
            two_sample_accuracy: Some(realism.two_sample_accuracy as f32),
            kernel_distance: Some(realism.kernel_distance as f32),
            spectrum_distance_db: Some(realism.spectrum_distance_db as f32),
            drift_px: drift.mean_px().map(|px| px as f32),
            drift_coverage: drift.coverage().map(|share| share as f32),
            task_change_deg: task_change_deg.map(|degrees| degrees as f32),
        })
    }

    fn task_change_deg(&self, pairs: &[Pair<M>]) -> Result<Option<f64>, trainer::Error> {
        let Some(witness) = &self.witness else { return Ok(None) };
        let grey = |sample| M::gaze(sample).map(|(frame, _)| frame);
        let both = |(before, after)| grey(before).zip(grey(after));
        let both = pairs.iter().filter_map(|(before, after)| both((before, after)));
        let (before, after): (Vec<_>, Vec<_>) = both.unzip();
        estimators::change_deg(witness, &before, &after)
    }
}

impl<M: Trainable> HeldOut<M::Net> for HeldOutImages<M> {
    fn rendered(&self) -> &[Frame<M::Net>] {
        &self.rendered.frames
    }

    fn real(&self) -> &[Frame<M::Net>] {
        &self.real.frames
    }

    fn judge(&mut self, refined: &[Frame<M::Net>]) -> Result<Verdict, BoxError> {
        self.verdict_on(refined)
    }
}
