//! How steep the discriminator may be: as its loss tells, so that one preset serves every camera.

use serde::{Deserialize, Serialize};

/// Share of the old in the mean of the discriminator's loss.
const MEMORY: f32 = 0.9;
/// Discriminator steps before the factor may change again: the mean must have seen its effect.
const REST: u32 = 20;
/// Above this share of the chance-level loss the discriminator is at chance: its score may be twice as steep. Against
/// MPIIGaze's eyes, uncalibrated renders stay below it; calibrated ones come to 0.95 without slack.
const LOST: f32 = 0.9;
/// Below this share it has it too easy: half as steep.
const EASY: f32 = 0.5;

/// A factor on the discriminator's score, a power of two from 1 up.
///
/// Spectral norm makes each layer at most as steep as 1, so that a score can't differ by more than images
/// do: where they differ by faint texture, the discriminator stays at chance and the refiner learns
/// nothing. The bound that serves depends on the camera. So it is 1 where that is enough, and doubled
/// while the discriminator can't tell. The gradient penalty, a bound on the same steepness, is that of the
/// score before the factor.
///
/// What it knows is in here, and in a checkpoint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Slack {
    factor: f32,
    /// Mean of the discriminator's loss, as a share of the chance-level loss; `None` before its first step. An `f32`,
    /// which comes back from JSON as it was.
    mean: Option<f32>,
    /// Discriminator steps since the factor changed.
    rested: u32,
}

impl Default for Slack {
    fn default() -> Self {
        Self { factor: 1.0, mean: None, rested: 0 }
    }
}

impl Slack {
    /// The factor, now.
    pub(crate) fn factor(&self) -> f32 {
        self.factor
    }

    /// Takes note of a discriminator step: its loss, as a share of the chance-level loss. With `most` 1 the
    /// factor stays 1.
    pub(crate) fn note(&mut self, share: f32, most: f32) {
        if most <= 1.0 || !share.is_finite() {
            return;
        }
        let mean = self.mean.map_or(share, |mean| MEMORY * mean + (1.0 - MEMORY) * share);
        self.mean = Some(mean);
        self.rested += 1;
        if self.rested < REST {
            return;
        }
        let next = match mean {
            m if m > LOST && 2.0 * self.factor <= most => 2.0 * self.factor,
            m if m < EASY => (0.5 * self.factor).max(1.0),
            _ => self.factor,
        };
        if next != self.factor {
            self.factor = next;
            self.rested = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(shares: impl IntoIterator<Item = f32>) -> Slack {
        let mut slack = Slack::default();
        shares.into_iter().for_each(|share| slack.note(share, 8.0));
        slack
    }

    #[test]
    fn it_doubles_while_the_discriminator_is_lost_no_further_than_allowed_and_falls_back() {
        let lost = |steps| after(std::iter::repeat_n(1.0, steps)).factor();
        assert_eq!([19, 20, 39, 40, 60, 900].map(lost), [1.0, 2.0, 2.0, 4.0, 8.0, 8.0]);
        let then = |share: f32| {
            after(std::iter::repeat_n(1.0, 60).chain(std::iter::repeat_n(share, 400))).factor()
        };
        assert_eq!([then(0.8), then(0.2)], [8.0, 1.0]);
    }

    #[test]
    fn a_discriminator_that_can_tell_is_left_as_steep_as_it_was() {
        assert_eq!(after((0..900).map(|i| 0.75 + 0.15 * (i % 2) as f32)).factor(), 1.0);
        let mut off = Slack::default();
        (0..900).for_each(|_| off.note(1.0, 1.0));
        off.note(f32::NAN, 8.0);
        assert_eq!(off, Slack::default());
    }
}
