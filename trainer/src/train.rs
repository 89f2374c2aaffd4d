//! Algorithm 1: the loop.

use crate::checkpoint;
use crate::meter::Meters;
use crate::observer::{Control, Observer, Outcome, Phase, Pictures, StepReport};
use crate::simgan::SimGan;
use crate::stream::{FrameStream, OpenFrames};
use crate::{Error, store};
use simulator::sample::Frame;
use std::path::Path;
use std::time::Instant;

impl SimGan {
    /// Trains until all iterations are done or the observer says stop; goes on where the run is.
    ///
    /// `synthetic` and `real` open the two streams at a position. Checkpoints go to the folder
    /// `checkpoints`, if there is one: every `checkpoint_every` steps, and at the end.
    ///
    /// # Errors
    /// If a stream fails or ends, a frame has another size, a loss is not finite, or a checkpoint
    /// cannot be written. What was saved before stays.
    pub fn train(
        &mut self,
        synthetic: OpenFrames<'_>,
        real: OpenFrames<'_>,
        checkpoints: Option<&Path>,
        observer: &mut dyn Observer,
    ) -> Result<Outcome, Error> {
        if let Some(checkpoints) = checkpoints {
            store::clean(checkpoints)?;
            if self.progress.step >= self.config.total_steps() && checkpoint::is_final(checkpoints)
            {
                return Ok(Outcome::Finished);
            }
        }
        let probe = Probe::read(self, synthetic, real)?;
        let mut run = Run {
            synthetic: FrameStream::open(
                "synthetic",
                synthetic,
                self.progress.synthetic_position,
                self.size,
            )?,
            real: FrameStream::open("real", real, self.progress.real_position, self.size)?,
            since: Instant::now(),
        };
        self.meters = Meters::default();
        let total = self.config.total_steps();
        let mut control = Control::Continue;
        let mut saved_at = None;
        if self.progress.step == 0 {
            probe.show(self, observer)?;
        }
        while self.progress.step < total {
            if control == Control::Stop || observer.poll() == Control::Stop {
                if saved_at != Some(self.progress.step) {
                    self.report(&mut run, observer)?;
                    self.checkpoint(checkpoints, false, observer)?;
                }
                return Ok(Outcome::Stopped);
            }

            // One step of the phase the run is in.
            let phase = self.phase();
            match phase {
                Phase::RefinerWarmup => {
                    let rendered = run.synthetic.take(self.config.batch_size)?;
                    self.refiner_warmup_step(&rendered);
                }
                Phase::DiscriminatorWarmup => {
                    let fresh = self.judge(&mut run)?;
                    self.remember(fresh);
                }
                Phase::Adversarial => self.iterate(&mut run)?,
            }
            self.progress.step += 1;
            self.progress.synthetic_position = run.synthetic.position();
            self.progress.real_position = run.real.position();

            // Tell, show and save what is due.
            let step = self.progress.step;
            let last = step == total;
            let due = |every: u64, n: u64| every > 0 && n.is_multiple_of(every);
            let save = !last && due(self.config.checkpoint_every, step);
            if last || save || phase != self.phase() || due(self.config.report_every, step) {
                control = self.report_phase(phase, &mut run, observer)?;
            }
            if last
                || (phase == Phase::Adversarial && due(self.config.picture_every, self.iteration()))
            {
                probe.show(self, observer)?;
            }
            if save {
                self.checkpoint(checkpoints, false, observer)?;
                saved_at = Some(step);
            }
        }
        self.checkpoint(checkpoints, true, observer)?;
        Ok(Outcome::Finished)
    }

    /// One iteration of Algorithm 1, in the paper's order.
    fn iterate(&mut self, run: &mut Run) -> Result<(), Error> {
        // K_g steps of the refiner, each on new renders.
        for _ in 0..self.config.refiner_updates {
            let rendered = run.synthetic.take(self.config.batch_size)?;
            self.refiner_step(&rendered);
        }
        // K_d steps of the discriminator.
        let mut fresh = Vec::new();
        for _ in 0..self.config.discriminator_updates {
            fresh = self.judge(run)?;
        }
        // b/2 images of the history are replaced by newly refined ones.
        self.remember(fresh);
        Ok(())
    }

    /// One step of the discriminator; the freshly refined images it used.
    fn judge(&mut self, run: &mut Run) -> Result<Vec<Frame<u8>>, Error> {
        let rendered = run.synthetic.take(self.fresh_per_step())?;
        let real = run.real.take(self.config.batch_size)?;
        self.discriminator_step(&rendered, &real)
    }

    fn report(&mut self, run: &mut Run, observer: &mut dyn Observer) -> Result<Control, Error> {
        self.report_phase(self.phase(), run, observer)
    }

    /// Reads the means back, checks them, and tells the observer. Nothing if nothing was done.
    fn report_phase(
        &mut self,
        phase: Phase,
        run: &mut Run,
        observer: &mut dyn Observer,
    ) -> Result<Control, Error> {
        let step = self.progress.step;
        let images = std::mem::take(&mut self.meters.images);
        if images == 0 {
            return Ok(Control::Continue);
        }
        let finite = |value: Option<f32>, what| match value {
            Some(value) if !value.is_finite() => Err(Error::NotFinite { what, step }),
            value => Ok(value),
        };
        let meters = &mut self.meters;
        let report = StepReport {
            phase,
            step,
            total_steps: self.config.total_steps(),
            refiner_adversarial: finite(
                meters.refiner_adversarial.take(),
                "the refiner's adversarial loss",
            )?,
            self_regularization: finite(
                meters.self_regularization.take(),
                "the refiner's self-regularisation",
            )?,
            discriminator: finite(meters.discriminator.take(), "the discriminator's loss")?,
            real_accuracy: meters.real_accuracy.take(),
            refined_accuracy: meters.refined_accuracy.take(),
            images_per_second: images as f32 / run.since.elapsed().as_secs_f32().max(1e-6),
            iteration: self.iteration(),
        };
        run.since = Instant::now();
        let control = observer.step(&report);
        self.curves.push(report);
        Ok(control)
    }

    fn checkpoint(
        &self,
        checkpoints: Option<&Path>,
        finished: bool,
        observer: &mut dyn Observer,
    ) -> Result<(), Error> {
        if let Some(checkpoints) = checkpoints {
            let path = checkpoint::save_numbered(self, checkpoints, finished)?;
            observer.checkpoint(&path, self.progress.step);
        }
        Ok(())
    }
}

/// What lasts from the start of [`SimGan::train`] to its end.
struct Run {
    synthetic: FrameStream,
    real: FrameStream,
    /// When the last report was made.
    since: Instant,
}

/// The first images of both streams, shown at every picture.
struct Probe {
    rendered: Vec<Frame<u8>>,
    real: Vec<Frame<u8>>,
}

impl Probe {
    fn read(gan: &SimGan, synthetic: OpenFrames<'_>, real: OpenFrames<'_>) -> Result<Self, Error> {
        let count = gan.config.pictures;
        Ok(Self {
            rendered: FrameStream::open("synthetic", synthetic, 0, gan.size)?.take(count)?,
            real: FrameStream::open("real", real, 0, gan.size)?.take(count)?,
        })
    }

    fn show(&self, gan: &SimGan, observer: &mut dyn Observer) -> Result<(), Error> {
        let refined = gan.refiner().refine(&self.rendered)?;
        let (iteration, rendered, real) = (gan.iteration(), &self.rendered[..], &self.real[..]);
        observer.pictures(&Pictures { iteration, rendered, refined, real });
        Ok(())
    }
}
