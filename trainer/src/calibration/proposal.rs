//! Renders of a population: values of the settings are drawn, and an eye is rendered of each.

use super::space::{Population, Setting, Space};
use crate::{Error, seed};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use simulator::eye::{self, EyeSampler, Form, Moments};
use simulator::sample::{Eye, Sample, SampleId};

/// An eye, and the settings it was rendered with.
pub(super) struct Drawn {
    /// In the order of the [`Space`], each in the terms of its [`Form`].
    pub(super) settings: Vec<f64>,
    pub(super) sample: Sample<Eye>,
}

/// So many renders, whose settings are drawn from `population`; what is not calibrated is drawn as the
/// settings to start from say. A function of (space, population, seed, first, count).
pub(super) fn render(
    space: &Space<'_>,
    population: &Population,
    seed: u64,
    first: u64,
    count: usize,
) -> Result<Vec<Drawn>, Error> {
    (first..first + count as u64)
        .into_par_iter()
        .map(|id| {
            let mut rng = seed::rng(seed, "calibration settings", id);
            let settings = draw(space, population, &mut rng);
            let sampler =
                EyeSampler::new(space.fixed(&settings), seed).map_err(Error::Simulator)?;
            Ok(Drawn { settings, sample: eye::render(&sampler, SampleId(id)) })
        })
        .collect()
}

/// One value of each setting.
fn draw(space: &Space<'_>, population: &Population, rng: &mut ChaCha8Rng) -> Vec<f64> {
    let draws = space.settings.iter().zip(population);
    draws
        .map(|(Setting { tunable, ends, .. }, spread)| {
            let (unit, normal) = (rng.random::<f64>(), normal(rng));
            match tunable.form() {
                Form::Share => f64::from(u8::from(unit < spread.mean)),
                _ => bounded(spread, *ends, normal),
            }
        })
        .collect()
}

/// The mean and so many deviations, within the limits.
fn bounded(spread: &Moments, [low, high]: [f64; 2], deviations: f64) -> f64 {
    (spread.mean + spread.sd * deviations.clamp(-3.0, 3.0)).clamp(low, high)
}

/// A standard normal number (Box and Muller 1958).
fn normal(rng: &mut ChaCha8Rng) -> f64 {
    let (u, v): (f64, f64) = (rng.random(), rng.random());
    (-2.0 * (1.0 - u).ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}
