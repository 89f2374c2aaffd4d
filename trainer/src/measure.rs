//! Measuring on held-out images while training.

use crate::batch::{self, Scale};
use crate::judge::Measured;
use crate::loss::{self, REAL, REFINED};
use crate::observer::Observer;
use crate::pixel::Pixel;
use crate::simgan::SimGan;
use crate::{Error, run_folder, watch};
use burn::module::Module;
use simulator::sample::Frame;
use std::path::Path;

/// Images that go through the discriminator at once.
const BATCH: usize = 64;

impl<P: Pixel> SimGan<P> {
    /// Whether a measurement is due where the run is now, and was not made yet.
    pub(crate) fn measure_is_due(&self, last: bool) -> bool {
        let every = self.config.measure.every;
        let warm = self.config.refiner_warmup_steps + self.config.discriminator_warmup_steps;
        every > 0
            && self.progress.step >= warm
            && (last || self.iteration().is_multiple_of(every))
            && self.measures.last().is_none_or(|m| m.step < self.progress.step)
    }

    /// Measures, and keeps the checkpoint if it is the best so far.
    ///
    /// # Errors
    /// If there is nothing to measure on and the settings need it; if the judge fails, a refined pixel
    /// is not finite, or the checkpoint cannot be written.
    pub(crate) fn measure(
        &mut self,
        checkpoints: Option<&Path>,
        observer: &mut dyn Observer<P>,
    ) -> Result<(), Error> {
        let step = self.progress.step;
        let Some(held_out) = observer.held_out() else {
            if self.config.measure.keep_best || self.config.measure.patience > 0 {
                return Err(Error::Data {
                    problem: "there are no held-out images to find the best checkpoint by".into(),
                    remedy: "give some, or set measure.every to 0",
                });
            }
            return Ok(());
        };
        let refined = self.refiner().refine(held_out.rendered())?;
        let rendered_variety = watch::variety(held_out.rendered());
        let measured = Measured {
            step,
            iteration: self.iteration(),
            real_accuracy: self.patch_accuracy(held_out.real(), REAL),
            refined_accuracy: self.patch_accuracy(&refined, REFINED),
            refined_variety: (watch::variety(&refined) / rendered_variety.max(1e-9)) as f32,
            verdict: held_out.judge(&refined).map_err(|source| Error::Judge { step, source })?,
        };
        let best = self.choice.note(&measured, &self.config.measure);
        self.measures.push(measured.clone());
        observer.measured(&measured, best);
        match checkpoints {
            Some(folder) if best && self.config.measure.keep_best => {
                run_folder::save_best(self, folder)
            }
            _ => Ok(()),
        }
    }

    /// Share of the patches of these frames that the discriminator takes for `class`, as they are:
    /// nothing is done to its input.
    fn patch_accuracy(&self, frames: &[Frame<P>], class: usize) -> f32 {
        let net = self.discriminator.valid();
        let right: f64 = frames
            .chunks(BATCH)
            .map(|chunk| {
                let x = batch::to_tensor(
                    &chunk.iter().collect::<Vec<_>>(),
                    Scale::Range,
                    &self.device.inner,
                );
                let share = loss::accuracy(net.forward(x), class).into_scalar::<f32>();
                f64::from(share) * chunk.len() as f64
            })
            .sum();
        (right / frames.len().max(1) as f64) as f32
    }
}
