//! Algorithm 1: the loop.

use crate::encoder::Encoder;
use crate::guard::Snapshot;
use crate::meter::Meters;
use crate::observer::{Control, Observer, Outcome, Phase, StepReport};
use crate::pixel::Pixel;
use crate::probe::Probe;
use crate::psi::PsiMap;
use crate::simgan::SimGan;
use crate::stream::{FrameStream, OpenFrames};
use crate::{Error, run_folder, watch};
use simulator::sample::Frame;
use std::path::Path;
use std::time::Instant;

impl<P: Pixel> SimGan<P> {
    /// Trains until all iterations are done, the settings' patience is at its end, or the observer
    /// says stop; goes on where the run is.
    ///
    /// `synthetic` and `real` open the two streams at a position. Checkpoints go to the folder
    /// `checkpoints`, if there is one: every `checkpoint_every` steps, at the end, and the best of
    /// those that were measured.
    ///
    /// # Errors
    /// If a stream fails or ends, a frame has another size, numbers stay infinite or NaN after
    /// `max_rollbacks` returns to a checkpoint, or a checkpoint cannot be written. What was saved
    /// before stays. If the best checkpoint that it has kept is damaged or gone.
    ///
    /// One process trains in a folder at a time; whoever starts several holds a lock of it
    /// (`durable::FolderLock`).
    pub fn train(
        &mut self,
        synthetic: OpenFrames<'_, P>,
        real: OpenFrames<'_, P>,
        checkpoints: Option<&Path>,
        observer: &mut dyn Observer<P>,
    ) -> Result<Outcome, Error> {
        if let Some(checkpoints) = checkpoints {
            durable::tidy(checkpoints)?;
            run_folder::check_best(self, checkpoints)?;
            if self.is_done() && run_folder::is_final(checkpoints) {
                return Ok(self.outcome());
            }
        }
        if self.needs_task() {
            return Err(Error::Data {
                problem: "there is no estimator for the task term".into(),
                remedy: "give one by set_task, or set task.limit_deg to 0",
            });
        }
        if self.psi.is_none() {
            self.learn_psi(synthetic)?;
        }
        let mut good = Snapshot::last_good(self, checkpoints)?;
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
        let mut control = Control::Continue;
        let mut saved_at = None;
        if self.progress.step == 0 {
            probe.show(self, observer)?;
        }
        if self.measure_is_due(false) {
            self.measure(checkpoints, observer)?;
        }
        while !self.is_done() {
            if control == Control::Stop || observer.poll() == Control::Stop {
                if saved_at != Some(self.progress.step) {
                    self.report(&mut run, observer)?;
                    self.checkpoint(checkpoints, false, observer)?;
                }
                return Ok(Outcome::Stopped);
            }

            // One step of the phase the run is in, or back to the last good checkpoint.
            let phase = self.phase();
            match self.one_step(&mut run) {
                Err(Error::NotFinite { what, .. }) => {
                    let positions = (run.synthetic.position(), run.real.position());
                    let rollback = self.roll_back(&good, what, positions)?;
                    observer.rolled_back(&rollback);
                    continue;
                }
                done => done?,
            }
            self.progress.step += 1;
            self.progress.synthetic_position = run.synthetic.position();
            self.progress.real_position = run.real.position();

            // Measure, tell, show and save what is due.
            let step = self.progress.step;
            if self.measure_is_due(self.is_done()) {
                self.measure(checkpoints, observer)?;
            }
            let last = self.is_done();
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
            if !last && self.is_regular() {
                good = Snapshot::of(self);
            }
            if save {
                self.checkpoint(checkpoints, false, observer)?;
                saved_at = Some(step);
            }
        }
        self.checkpoint(checkpoints, true, observer)?;
        Ok(self.outcome())
    }

    fn outcome(&self) -> Outcome {
        if self.ends_early() { Outcome::StoppedEarly } else { Outcome::Finished }
    }

    /// Learns ψ on the first renders. Whoever comes here again before the first checkpoint learns the
    /// same.
    fn learn_psi(&mut self, synthetic: OpenFrames<'_, P>) -> Result<(), Error> {
        let mut renders = FrameStream::open("synthetic", synthetic, 0, self.size)?;
        let settings = &self.config.self_regularization;
        let device = self.device.autodiff();
        let encoder = Encoder::learn(settings, self.config.seed, &mut renders, &device)?;
        self.psi = Some(PsiMap::Features(Box::new(encoder)));
        Ok(())
    }

    /// One step of the phase the run is in.
    fn one_step(&mut self, run: &mut Run<P>) -> Result<(), Error> {
        match self.phase() {
            Phase::RefinerWarmup => {
                let rendered = run.synthetic.take(self.config.batch_size)?;
                self.refiner_warmup_step(&rendered)
            }
            Phase::DiscriminatorWarmup => {
                let fresh = self.judge(run)?;
                self.remember(fresh);
                Ok(())
            }
            Phase::Adversarial => self.iterate(run),
        }
    }

    /// One iteration of Algorithm 1, in the paper's order.
    fn iterate(&mut self, run: &mut Run<P>) -> Result<(), Error> {
        // K_g steps of the refiner, each on new renders.
        for _ in 0..self.pace.updates() {
            let rendered = run.synthetic.take(self.config.batch_size)?;
            self.refiner_step(&rendered)?;
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
    fn judge(&mut self, run: &mut Run<P>) -> Result<Vec<Frame<P>>, Error> {
        let rendered = run.synthetic.take(self.fresh_per_step())?;
        let real = run.real.take(self.config.batch_size)?;
        self.discriminator_step(&rendered, &real)
    }

    fn report(
        &mut self,
        run: &mut Run<P>,
        observer: &mut dyn Observer<P>,
    ) -> Result<Control, Error> {
        self.report_phase(self.phase(), run, observer)
    }

    /// Reads the means back and tells the observer. Nothing if nothing was done.
    fn report_phase(
        &mut self,
        phase: Phase,
        run: &mut Run<P>,
        observer: &mut dyn Observer<P>,
    ) -> Result<Control, Error> {
        let step = self.progress.step;
        let images = std::mem::take(&mut self.meters.images);
        if images == 0 {
            return Ok(Control::Continue);
        }
        let meters = &mut self.meters;
        let report = StepReport {
            phase,
            step,
            total_steps: self.config.total_steps(),
            refiner_adversarial: meters.refiner_adversarial.take(),
            self_regularization: meters.self_regularization.take(),
            task_change: meters.task_change.take(),
            discriminator_slack: Some(self.slack.factor()),
            discriminator: meters.discriminator.take(),
            real_accuracy: meters.real_accuracy.take(),
            refined_accuracy: meters.refined_accuracy.take(),
            refined_variety: meters
                .variety
                .take()
                .map(|(refined, rendered)| (refined / rendered.max(1e-9)) as f32),
            refiner_updates: self.pace.updates(),
            images_per_second: images as f32 / run.since.elapsed().as_secs_f32().max(1e-6),
            iteration: self.iteration(),
            updates: self.progress.refiner_updates + self.progress.discriminator_updates,
        };
        run.since = Instant::now();
        let control = observer.step(&report);
        self.curves.push(report);
        if let Some(warning) = watch::warning(&self.curves) {
            observer.warning(warning, step);
        }
        Ok(control)
    }

    fn checkpoint(
        &self,
        checkpoints: Option<&Path>,
        finished: bool,
        observer: &mut dyn Observer<P>,
    ) -> Result<(), Error> {
        if let Some(checkpoints) = checkpoints {
            let path = run_folder::save_numbered(self, checkpoints, finished)?;
            observer.checkpoint(&path, self.progress.step);
        }
        Ok(())
    }
}

/// What lasts from the start of [`SimGan::train`] to its end.
struct Run<P> {
    synthetic: FrameStream<P>,
    real: FrameStream<P>,
    /// When the last report was made.
    since: Instant,
}
