//! The two steps of Algorithm 1.

use crate::batch::{self, Scale};
use crate::discriminator::DiscriminatorNet;
use crate::guard;
use crate::input::{self, InputChange};
use crate::loss::{self, REAL, REFINED};
use crate::optimizer::{clip, norm, weight_norm};
use crate::pixel::Pixel;
use crate::simgan::SimGan;
use crate::{Error, seed, watch};
use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::Tensor;
use simulator::sample::Frame;

/// What the refiner descends on, and what it is made of.
pub(crate) struct RefinerLoss {
    pub(crate) whole: Tensor<1>,
    /// Equation (3).
    pub(crate) realism: Tensor<1>,
    /// The norm in equation (4).
    pub(crate) self_regularization: Tensor<1>,
    /// Of the task term: the change of the estimator's answers, radians.
    pub(crate) task_change: Option<Tensor<1>>,
}

impl<P: Pixel> SimGan<P> {
    /// One step of the refiner on the self-regularisation alone.
    ///
    /// # Errors
    /// If the loss, a gradient or a new weight is not finite; the refiner is then as it was.
    ///
    /// # Panics
    /// If the frames are none, or not of [`Self::frame_size`]; if ψ is to be learned and no
    /// [`Self::train`] has done it.
    pub fn refiner_warmup_step(&mut self, rendered: &[Frame<P>]) -> Result<(), Error> {
        let x = self.images(rendered);
        let loss = self.closeness(self.refiner.forward(x.clone()), x);
        self.meters.self_regularization.add(loss.clone());
        self.update_refiner(loss * self.loss_scale())?;
        self.meters.images += rendered.len();
        Ok(())
    }

    /// One step of the refiner on L_R, equation (4); the discriminator stays as it is.
    ///
    /// # Errors
    /// As [`Self::refiner_warmup_step`].
    ///
    /// # Panics
    /// As [`Self::refiner_warmup_step`].
    pub fn refiner_step(&mut self, rendered: &[Frame<P>]) -> Result<(), Error> {
        let RefinerLoss { whole, realism, self_regularization, task_change } =
            self.refiner_loss(rendered);
        self.meters.refiner_adversarial.add(realism);
        self.meters.self_regularization.add(self_regularization);
        self.update_refiner(whole)?;
        if let Some(change) = task_change {
            self.meters.task_change.add(change.clone());
            let change = f64::from(change.inner().into_scalar::<f32>());
            let limit = self.config.task.limit_deg.to_radians();
            self.task_weight = self.task_weight.after(change, limit);
        }
        self.meters.images += rendered.len();
        Ok(())
    }

    /// What the refiner descends on: realism + λ · self-regularisation + the task term, a mean over
    /// verdicts, one over pixels and one over images.
    pub(crate) fn refiner_loss(&mut self, rendered: &[Frame<P>]) -> RefinerLoss {
        let x = self.images(rendered);
        let refined = self.refiner.forward(x.clone());
        // The discriminator judges what can be shown: nothing is blacker than black.
        let shown = refined.clone().clamp(-1.0, 1.0);
        let task_change = self.task.as_ref().map(|task| task.change(shown.clone(), x.clone()));
        let [shown] = self.changed([shown]);
        let logits = self.discriminator.clone().no_grad().forward(shown) * self.slack.factor();
        let realism = self.config.adversarial_loss.realism(logits);
        let self_regularization = self.closeness(refined, x);
        let mut whole = realism.clone() + self_regularization.clone() * self.config.lambda;
        if let Some(change) = &task_change {
            whole = whole + change.clone() * self.task_weight.get();
        }
        let whole = whole * self.loss_scale();
        RefinerLoss { whole, realism, self_regularization, task_change }
    }

    /// One step of the discriminator on L_D, equation (2); the refiner stays as it is. Half real,
    /// half refined: these renders refined now, and as many images of the history as are missing
    /// to the number of real ones. Returns the freshly refined ones.
    ///
    /// # Errors
    /// If a refined pixel, the loss, a gradient or a new weight is not finite; the discriminator is
    /// then as it was.
    ///
    /// # Panics
    /// As [`Self::refiner_warmup_step`]; also if the history holds too few images.
    pub fn discriminator_step(
        &mut self,
        rendered: &[Frame<P>],
        real: &[Frame<P>],
    ) -> Result<Vec<Frame<P>>, Error> {
        let fresh = self.refine(rendered)?;
        let refined = self.refined_half(&fresh, real.len());
        let real_images = self.images(real);
        #[cfg(test)]
        let real_images = self.poison(real_images);
        let (loss, adversarial) = self.discriminator_loss(refined, real_images);
        let adversarial = self.update_discriminator(loss, adversarial)?;
        self.meters.variety = Some((watch::variety(&fresh), watch::variety(rendered)));
        let share = adversarial / self.config.adversarial_loss.at_chance();
        let (least, most) = (self.config.refiner_updates, self.config.refiner_updates_max);
        self.pace.note(share, least, most);
        self.slack.note(share, self.config.discriminator_slack as f32);
        self.meters.images += rendered.len();
        Ok(fresh)
    }

    /// Refined images a discriminator step makes itself: half of them once the history can give the
    /// other half, before that (and without a history) all.
    pub(crate) fn fresh_per_step(&self) -> usize {
        let half = self.config.batch_size / 2;
        if self.history.len() >= half { half } else { self.config.batch_size }
    }

    /// Puts b/2 refined images into the history.
    pub(crate) fn remember(&mut self, mut fresh: Vec<Frame<P>>) {
        fresh.truncate(self.config.batch_size / 2);
        self.history.insert(fresh);
    }

    /// Refines without recording gradients, with the weights as they are (never with their average:
    /// the two networks learn against each other).
    pub(crate) fn refine(&self, rendered: &[Frame<P>]) -> Result<Vec<Frame<P>>, Error> {
        let rendered: Vec<&Frame<P>> = rendered.iter().collect();
        let x = batch::to_tensor(&rendered, Scale::Range, &self.device.inner);
        batch::to_frames(self.refiner.valid().forward(x))
            .ok_or(Error::NotFinite { what: "a refined pixel", step: self.progress.step })
    }

    /// `count` refined images for the discriminator: the fresh ones, and the rest from the history.
    pub(crate) fn refined_half(&mut self, fresh: &[Frame<P>], count: usize) -> Tensor<4> {
        let missing = count.saturating_sub(fresh.len());
        let mut refined: Vec<&Frame<P>> = fresh.iter().collect();
        match self.history.sample(missing) {
            Some(past) => refined.extend(past),
            None => panic!("the history holds fewer than {missing} images"),
        }
        batch::to_tensor(&refined, Scale::Range, &self.device.autodiff())
    }

    /// Makes the real images NaN if the poisoned one is among those read since the last step.
    #[cfg(test)]
    fn poison(&self, real: Tensor<4>) -> Tensor<4> {
        let first = self.progress.real_position;
        let read = first..first + real.dims()[0] as u64;
        if self.poisoned.is_some_and(|position| read.contains(&position)) {
            real * f32::NAN
        } else {
            real
        }
    }

    /// Equation (2), with what the options add; and without that, for the curves.
    pub(crate) fn discriminator_loss(
        &mut self,
        refined: Tensor<4>,
        real: Tensor<4>,
    ) -> (Tensor<1>, Tensor<1>) {
        let [refined, real] = self.changed([refined, real]);
        let slack = self.slack.factor();
        let refined = self.discriminator.forward(refined) * slack;
        let bare = self.discriminator.forward(real.clone());
        let real_logits = bare.clone() * slack;
        self.meters.refined_accuracy.add(loss::accuracy(refined.clone(), REFINED));
        self.meters.real_accuracy.add(loss::accuracy(real_logits.clone(), REAL));
        let smoothing = self.config.label_smoothing;
        let adversarial =
            self.config.adversarial_loss.discriminator(refined, real_logits, smoothing);
        self.meters.discriminator.add(adversarial.clone());
        let loss = match self.config.gradient_penalty {
            0.0 => adversarial.clone(),
            weight => adversarial.clone() + self.slope(real, bare) * (weight / 2.0),
        };
        (loss, adversarial)
    }

    /// The squared slope of the discriminator's score at these real images, before the slack.
    fn slope(&mut self, real: Tensor<4>, logits: Tensor<4>) -> Tensor<1> {
        let step = self.config.gradient_penalty_step;
        let draw = self.next_draw();
        let mut rng = seed::rng(self.config.seed, "gradient penalty", draw);
        let beside = self.discriminator.forward(input::noisy(real, step, &mut rng));
        loss::squared_slope(logits, beside, step)
    }

    /// Images as the discriminator gets to see them.
    fn changed<const N: usize>(&mut self, images: [Tensor<4>; N]) -> [Tensor<4>; N] {
        let (draw, iteration) = (self.next_draw(), self.iteration());
        let input = &self.config.discriminator_input;
        let mut change = InputChange::new(input, self.config.seed, draw, iteration);
        images.map(|x| change.apply(x))
    }

    fn next_draw(&mut self) -> u64 {
        self.progress.input_draws += 1;
        self.progress.input_draws
    }

    /// ‖ψ(R(x)) - ψ(x)‖₁ as a mean.
    fn closeness(&self, refined: Tensor<4>, x: Tensor<4>) -> Tensor<1> {
        let Some(psi) = &self.psi else { panic!("ψ is learned when training starts") };
        loss::self_regularization(psi.apply(refined), psi.apply(x))
    }

    fn update_refiner(&mut self, loss: Tensor<1>) -> Result<(), Error> {
        let value = loss.clone();
        let grads = GradientsParams::from_grads(loss.backward(), &self.refiner);
        let norm = norm(&grads, &self.refiner);
        let names = ["the refiner's loss", "the refiner's gradient"];
        guard::check([value, norm.clone()], names, self.progress.step)?;
        let grads = clip(grads, &self.refiner, norm, self.config.gradient_clip_norm);
        let lr = self.config.refiner_learning_rate * self.rate();
        let next = self.refiner_optimizer.step(lr, self.refiner.clone(), grads);
        guard::check([weight_norm(&next)], ["the refiner's new weights"], self.progress.step)?;
        self.refiner = next;
        self.move_average();
        self.progress.refiner_updates += 1;
        Ok(())
    }

    /// Returns the value of `adversarial`.
    pub(crate) fn update_discriminator(
        &mut self,
        loss: Tensor<1>,
        adversarial: Tensor<1>,
    ) -> Result<f32, Error> {
        let loss = loss * self.loss_scale();
        let value = loss.clone();
        let grads = GradientsParams::from_grads(loss.backward(), &self.discriminator);
        let norm = norm(&grads, &self.discriminator);
        let names = [
            "the discriminator's loss",
            "the discriminator's gradient",
            "the discriminator's loss",
        ];
        let values = guard::check([value, norm.clone(), adversarial], names, self.progress.step)?;
        let grads = clip(grads, &self.discriminator, norm, self.config.gradient_clip_norm);
        let lr = self.config.discriminator_learning_rate * self.rate();
        let next = self.discriminator_optimizer.step(lr, self.discriminator.clone(), grads);
        let weights = [weight_norm(&next)];
        guard::check(weights, ["the discriminator's new weights"], self.progress.step)?;
        self.discriminator = next;
        self.progress.discriminator_updates += 1;
        Ok(values[2])
    }

    pub(crate) fn images(&self, frames: &[Frame<P>]) -> Tensor<4> {
        let frames: Vec<&Frame<P>> = frames.iter().collect();
        batch::to_tensor(&frames, Scale::Range, &self.device.autodiff())
    }

    fn loss_scale(&self) -> f64 {
        if self.config.sum_over_patches {
            DiscriminatorNet::verdicts(&self.config.discriminator, self.size) as f64
        } else {
            1.0
        }
    }
}
