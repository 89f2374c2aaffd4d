//! How many steps the refiner takes before the discriminator's next one: fixed, or as its loss tells.

use serde::{Deserialize, Serialize};

/// Share of the old in the mean of the discriminator's loss.
const MEMORY: f32 = 0.9;
/// Discriminator steps before the number may change again: the mean must have seen its effect.
const REST: u32 = 10;
/// Below this share of a coin's loss the discriminator has it easy: the refiner gets a step more. Ours:
/// with a fixed number, runs of the preset `"demo"` on real eyes stay between 0.75 and 0.85.
const EASY: f32 = 0.85;
/// Above this share it can't tell any more: the refiner gets a step less.
const LOST: f32 = 0.97;

/// K_g, the refiner's steps in an iteration, grown from a small number as the discriminator's loss
/// tells. That is the advice of the authors' article ("the generator's updates grow, driven by the
/// discriminator's loss"), as a rule.
///
/// What it knows is in here, and in a checkpoint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Pace {
    updates: usize,
    /// Mean of the discriminator's loss, as a share of a coin's; `None` before its first step. An
    /// `f32`, which comes back from JSON as it was.
    mean: Option<f32>,
    /// Discriminator steps since the number changed.
    rested: u32,
}

impl Pace {
    /// Starts with so many.
    pub(crate) fn new(updates: usize) -> Self {
        Self { updates, mean: None, rested: 0 }
    }

    /// Steps of the refiner in the next iteration.
    pub(crate) fn updates(&self) -> usize {
        self.updates
    }

    /// Takes note of a discriminator step: its loss, as a share of what a coin gets. The number stays
    /// within `least` and `most`; with `most` 0 it stays as it is.
    pub(crate) fn note(&mut self, share: f32, least: usize, most: usize) {
        if most == 0 || !share.is_finite() {
            return;
        }
        let mean = self.mean.map_or(share, |mean| MEMORY * mean + (1.0 - MEMORY) * share);
        self.mean = Some(mean);
        self.rested += 1;
        if self.rested < REST {
            return;
        }
        let next = match mean {
            m if m < EASY => (self.updates + 1).min(most),
            m if m > LOST => self.updates.saturating_sub(1).max(least),
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

    fn after(shares: impl IntoIterator<Item = f32>) -> Pace {
        let mut pace = Pace::new(2);
        shares.into_iter().for_each(|share| pace.note(share, 2, 5));
        pace
    }

    #[test]
    fn it_grows_while_the_discriminator_has_it_easy_one_at_a_time_and_no_further_than_allowed() {
        let easy = |steps| after(std::iter::repeat_n(0.2, steps)).updates();
        assert_eq!([9, 10, 19, 20, 30, 400].map(easy), [2, 3, 3, 4, 5, 5]);
    }

    #[test]
    fn it_falls_back_where_the_discriminator_is_lost_and_stays_in_between() {
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
        let mut fixed = Pace::new(7);
        (0..100).for_each(|_| fixed.note(0.0, 7, 0));
        assert_eq!(fixed, Pace::new(7));
    }

    #[test]
    fn a_loss_that_is_no_number_is_not_counted() {
        let mut pace = after(std::iter::repeat_n(0.9, 50));
        let before = pace.clone();
        pace.note(f32::NAN, 2, 5);
        assert_eq!(pace, before);
    }
}
