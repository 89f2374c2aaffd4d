//! Renders of a population: values of the settings are drawn, and an eye is rendered of each.

use super::population::Population;
use crate::{Error, seed};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use simulator::eye::{self, EyeConfig, EyeSampler, Form, Moments, Tunable};
use simulator::sample::{Eye, Sample, SampleId};

/// An eye, and the settings it was rendered with.
pub(super) struct Drawn {
    /// In the order of [`Tunable::ALL`], each in the terms of its [`Form`].
    pub(super) settings: Vec<f64>,
    pub(super) sample: Sample<Eye>,
}

/// So many renders, whose settings are drawn from `population`; what it does not name is drawn as
/// `base` says. A function of (base, population, seed, first, count).
pub(super) fn render(
    base: &EyeConfig,
    population: &Population,
    seed: u64,
    first: u64,
    count: usize,
) -> Result<Vec<Drawn>, Error> {
    (first..first + count as u64)
        .into_par_iter()
        .map(|id| {
            let mut rng = seed::rng(seed, "calibration settings", id);
            let settings = draw(population, &mut rng);
            let mut config = base.clone();
            for (tunable, value) in Tunable::ALL.iter().zip(&settings) {
                tunable.fix(&mut config, *value);
            }
            let sampler = EyeSampler::new(config, seed).map_err(Error::Simulator)?;
            Ok(Drawn { settings, sample: eye::render(&sampler, SampleId(id)) })
        })
        .collect()
}

/// One value of each setting.
fn draw(population: &Population, rng: &mut ChaCha8Rng) -> Vec<f64> {
    let draws = Tunable::ALL.iter().zip(population);
    draws
        .map(|(tunable, spread)| {
            let (unit, normal) = (rng.random::<f64>(), normal(rng));
            match tunable.form() {
                Form::Share => f64::from(u8::from(unit < spread.mean)),
                _ => bounded(spread, tunable.ends(), normal),
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
