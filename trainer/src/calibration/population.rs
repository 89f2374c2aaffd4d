//! Populations: mean and spread of every setting, before, between and after.

use super::infer::{Estimate, Prior};
use serde::{Deserialize, Serialize};
use simulator::eye::{EyeConfig, Form, Moments, Tunable};

/// Normal deviations of a 95 % interval.
const INTERVAL: f64 = 1.96;

/// Mean and deviation of each setting, in the order of [`Tunable::ALL`], each in the terms of its
/// [`Form`].
pub(super) type Population = Vec<Moments>;

/// What calibration found of one setting.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SettingEstimate {
    /// Its place in a settings file.
    pub name: String,
    /// The same for people.
    pub title: String,
    /// Mean and standard deviation before.
    pub before: [f64; 2],
    /// Mean and standard deviation after.
    pub after: [f64; 2],
    /// 95 % interval of the mean.
    pub mean_interval: [f64; 2],
    /// 95 % interval of the standard deviation.
    pub sd_interval: [f64; 2],
}

/// That of these settings.
pub(super) fn of(eye: &EyeConfig) -> Population {
    Tunable::ALL.iter().map(|t| t.moments(eye)).collect()
}

/// These settings, drawn from this population.
pub(super) fn applied(population: &Population, eye: &EyeConfig) -> EyeConfig {
    let mut eye = eye.clone();
    for (tunable, moments) in Tunable::ALL.iter().zip(population) {
        tunable.set(&mut eye, *moments);
    }
    eye
}

/// What is known before: around the preset, as far off as other cameras and these people can be.
pub(super) fn priors(before: &Population, people: usize) -> Vec<Prior> {
    let of = |(tunable, spread): (&Tunable, &Moments)| Prior {
        mean: spread.mean,
        mean_sd: tunable.mean_sd.hypot(tunable.person_sd / (people as f64).sqrt()),
        sd: spread.sd.max(0.05 * tunable.mean_sd),
        share: tunable.form() == Form::Share,
    };
    Tunable::ALL.iter().zip(before).map(of).collect()
}

/// Estimates within the limits of each setting.
pub(super) fn bounded(estimates: &[Estimate]) -> Population {
    let within = |(tunable, estimate): (&Tunable, &Estimate)| {
        let [low, high] = tunable.ends();
        Moments { mean: estimate.mean.clamp(low, high), sd: estimate.sd }
    };
    Tunable::ALL.iter().zip(estimates).map(within).collect()
}

/// What renders are drawn from in the end: spread as images are, and as unsure as the means are. An
/// estimator that is trained on them is not misled by a mean that is off within its interval.
pub(super) fn predictive(estimates: &[Estimate]) -> Population {
    let wide = |(k, mut spread): (usize, Moments)| {
        spread.sd = spread.sd.hypot(estimates[k].mean_error);
        spread
    };
    bounded(estimates).into_iter().enumerate().map(wide).collect()
}

/// As it is reported.
pub(super) fn told(before: &Population, estimates: &[Estimate]) -> Vec<SettingEstimate> {
    let of = |(tunable, (before, e)): (&Tunable, (&Moments, &Estimate))| {
        let factor = (INTERVAL * e.log_sd_error).exp();
        let reach = INTERVAL * e.mean_error;
        SettingEstimate {
            name: tunable.name.into(),
            title: tunable.title.into(),
            before: [before.mean, before.sd],
            after: [e.mean, e.sd],
            mean_interval: [e.mean - reach, e.mean + reach],
            sd_interval: [e.sd / factor, e.sd * factor],
        }
    };
    Tunable::ALL.iter().zip(before.iter().zip(estimates)).map(of).collect()
}

/// Everything that the priors hold possible, and more.
pub(super) fn broad(priors: &[Prior], widening: f64) -> Population {
    let wide =
        |prior: &Prior| Moments { mean: prior.mean, sd: widening * prior.sd.hypot(prior.mean_sd) };
    shared(priors.iter().map(wide).collect())
}

/// Somewhat more than this population, so that a slope is known well.
pub(super) fn widened(population: &Population, priors: &[Prior], widening: f64) -> Population {
    let wide = |(spread, prior): (&Moments, &Prior)| Moments {
        mean: spread.mean,
        sd: widening * spread.sd.max(0.3 * prior.sd.hypot(prior.mean_sd)),
    };
    shared(population.iter().zip(priors).map(wide).collect())
}

/// Shares neither 0 nor 1, so that each case is seen.
pub(super) fn shared(mut population: Population) -> Population {
    for (tunable, spread) in Tunable::ALL.iter().zip(&mut population) {
        if tunable.form() == Form::Share {
            spread.mean = spread.mean.clamp(0.06, 0.94);
        }
    }
    population
}
