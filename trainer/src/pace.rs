//! The schedule of updates: how many steps the refiner takes before the discriminator's next one, fixed or by
//! the discriminator's loss.

use serde::{Deserialize, Serialize};

/// Decay of the exponential moving average of the discriminator's loss.
const EMA_DECAY: f32 = 0.9;
/// Discriminator steps before the number may change again: the average must have seen its effect.
const COOLDOWN_STEPS: u32 = 10;
/// Below this share of the chance-level loss the refiner gets a step more. Ours: with a fixed number, runs of
/// the preset `"demo"` on real eyes stay between 0.75 and 0.85.
const GROW_BELOW: f32 = 0.85;
/// Above this share the discriminator is at chance: the refiner gets a step less.
const SHRINK_ABOVE: f32 = 0.97;

/// K_g, the refiner's steps in an iteration, grown from a small number by the discriminator's loss. That is the advice of the authors' article ("the generator's updates grow, driven by the
/// discriminator's loss"), as a rule.
///
/// Its state lies in every checkpoint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct UpdateScheduler {
    updates: usize,
    /// Moving average of the discriminator's loss, as a share of the chance-level loss; `None` before its
    /// first step. An `f32`, which comes back from JSON as it was.
    mean: Option<f32>,
    /// Discriminator steps since the number changed.
    rested: u32,
}

impl UpdateScheduler {
    /// Starts with so many.
    pub(crate) fn new(updates: usize) -> Self {
        Self { updates, mean: None, rested: 0 }
    }

    /// Steps of the refiner in the next iteration.
    pub(crate) fn updates(&self) -> usize {
        self.updates
    }

    /// Takes note of a discriminator step: its loss, as a share of the chance-level loss. The number stays
    /// within `least` and `most`; with `most` 0 it stays as it is.
    pub(crate) fn note(&mut self, share: f32, least: usize, most: usize) {
        if most == 0 || !share.is_finite() {
            return;
        }
        let mean = self.mean.map_or(share, |mean| EMA_DECAY * mean + (1.0 - EMA_DECAY) * share);
        self.mean = Some(mean);
        self.rested += 1;
        if self.rested < COOLDOWN_STEPS {
            return;
        }
        let next = match mean {
            m if m < GROW_BELOW => (self.updates + 1).min(most),
            m if m > SHRINK_ABOVE => self.updates.saturating_sub(1).max(least),
            _ => self.updates,
        };
        if next != self.updates {
            self.updates = next;
            self.rested = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(shares: impl IntoIterator<Item = f32>) -> UpdateScheduler {
        let mut pace = UpdateScheduler::new(2);
        shares.into_iter().for_each(|share| pace.note(share, 2, 5));
        pace
    }

    #[test]
    fn it_grows_while_the_discriminator_s_loss_is_low_one_at_a_time_and_no_further_than_allowed() {
        let easy = |steps| after(std::iter::repeat_n(0.2, steps)).updates();
        assert_eq!([9, 10, 19, 20, 30, 400].map(easy), [2, 3, 3, 4, 5, 5]);
    }

    #[test]
    fn it_falls_back_where_the_discriminator_is_at_chance_and_stays_in_between() {
        let easy_then = |share: f32| {
            after(std::iter::repeat_n(0.2, 30).chain(std::iter::repeat_n(share, 300))).updates()
        };
        assert_eq!(easy_then(1.0), 2);
        assert_eq!(easy_then(0.9), 5);
    }

    #[test]
    fn one_odd_step_changes_nothing_and_a_fixed_number_stays() {
        let one_odd = (0..300).map(|step| if step == 150 { 0.0 } else { 0.97 });
        assert_eq!(after(one_odd).updates(), 2);
        let mut fixed = UpdateScheduler::new(7);
        (0..100).for_each(|_| fixed.note(0.0, 7, 0));
        assert_eq!(fixed, UpdateScheduler::new(7));
    }

    #[test]
    fn a_loss_that_is_no_number_is_not_counted() {
        let mut pace = after(std::iter::repeat_n(0.9, 50));
        let before = pace.clone();
        pace.note(f32::NAN, 2, 5);
        assert_eq!(pace, before);
    }
}
