//! Passes over frames in memory: what the trainings of the gaze network, of the pupil network and
//! of the pose estimator share.

use crate::meter::Mean;
use crate::observer::{Control, Silent};
use crate::schedule::Schedule;
use crate::{Error, seed};
use burn::tensor::Tensor;
use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};
use std::time::Instant;

/// One pass over the training frames.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EpochReport {
    /// Passes done, from 1.
    pub epoch: usize,
    /// Passes in all.
    pub epochs: usize,
    /// The mean loss of the pass, in the unit of the network's loss: see its `train`.
    pub loss: f32,
    /// Frames through a training step, a second.
    pub images_per_second: f32,
}

/// Listens to a training that runs in epochs.
pub trait EpochObserver {
    /// Called before every step: the place to look for Ctrl-C. On `Stop`, training ends there and
    /// returns the network as it is.
    fn poll(&mut self) -> Control {
        Control::Continue
    }
    /// Called after every epoch.
    fn epoch(&mut self, _report: &EpochReport) -> Control {
        Control::Continue
    }
}

impl EpochObserver for Silent {}

/// What decides the order of the frames and the step sizes.
pub(crate) struct Plan {
    /// Name of the order's random stream.
    pub(crate) order: &'static str,
    /// What to call the loss in an error ("the gaze network's loss").
    pub(crate) loss: &'static str,
    pub(crate) seed: u64,
    pub(crate) frames: usize,
    pub(crate) epochs: usize,
    pub(crate) batch_size: usize,
    pub(crate) learning_rate: f64,
    pub(crate) schedule: Schedule,
}

/// Runs `step(chosen frames, epoch from 0, step size)`, which returns its loss, over all frames in
/// another order every epoch.
pub(crate) fn run(
    plan: &Plan,
    observer: &mut dyn EpochObserver,
    mut step: impl FnMut(&[usize], usize, f64) -> Tensor<1>,
) -> Result<(), Error> {
    let steps = plan.frames.div_ceil(plan.batch_size);
    for epoch in 0..plan.epochs {
        let started = Instant::now();
        // Each epoch's order is a function of (seed, epoch).
        let mut order: Vec<usize> = (0..plan.frames).collect();
        order.shuffle(&mut seed::rng(plan.seed, plan.order, epoch as u64));
        let mut mean = Mean::default();
        for (i, chosen) in order.chunks(plan.batch_size).enumerate() {
            if observer.poll() == Control::Stop {
                return Ok(());
            }
            let (at, total) = (epoch * steps + i, plan.epochs * steps);
            mean.add(step(chosen, epoch, plan.schedule.at(plan.learning_rate, at, total)));
        }
        let loss = mean.take().unwrap_or_default();
        if !loss.is_finite() {
            let step = ((epoch + 1) * steps) as u64;
            return Err(Error::NotFinite { what: plan.loss, step });
        }
        let seconds = started.elapsed().as_secs_f32().max(1e-6);
        let control = observer.epoch(&EpochReport {
            epoch: epoch + 1,
            epochs: plan.epochs,
            loss,
            images_per_second: plan.frames as f32 / seconds,
        });
        if control == Control::Stop {
            return Ok(());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use burn::tensor::Device;

    const PLAN: Plan = Plan {
        order: "test order",
        loss: "the test's loss",
        seed: 1,
        frames: 5,
        epochs: 2,
        batch_size: 2,
        learning_rate: 0.5,
        schedule: Schedule::Constant,
    };

    fn loss(value: f32) -> Tensor<1> {
        Tensor::from_floats([value], &Device::flex())
    }

    #[test]
    fn each_epoch_sees_every_frame_once_in_another_order() {
        let mut seen = vec![Vec::new(); 2];
        run(&PLAN, &mut Silent, |chosen, epoch, _| {
            seen[epoch].extend_from_slice(chosen);
            loss(1.0)
        })
        .unwrap();
        assert_ne!(seen[0], seen[1]);
        for mut order in seen {
            order.sort_unstable();
            assert_eq!(order, [0, 1, 2, 3, 4]);
        }
    }

    #[test]
    fn a_stop_ends_it_and_a_nan_is_named() {
        struct Second(usize);
        impl EpochObserver for Second {
            fn poll(&mut self) -> Control {
                self.0 += 1;
                if self.0 > 1 { Control::Stop } else { Control::Continue }
            }
        }
        let mut steps = 0;
        run(&PLAN, &mut Second(0), |_, _, _| {
            steps += 1;
            loss(1.0)
        })
        .unwrap();
        assert_eq!(steps, 1);
        let error = run(&PLAN, &mut Silent, |_, _, _| loss(f32::NAN)).unwrap_err().to_string();
        assert!(error.contains("the test's loss is not finite at step 3"), "{error}");
    }
}
