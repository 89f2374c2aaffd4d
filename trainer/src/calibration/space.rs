//! The settings that are calibrated, and populations of them: mean and spread of each, before, between and
//! after.

use super::CalibrationConfig;
use super::infer::{Estimate, Prior, SpreadPrior};
use serde::{Deserialize, Serialize};
use simulator::eye::{EyeConfig, Form, Moments, Tunable, Uncertainty};

/// Normal deviations of a 95 % interval.
pub(super) const INTERVAL: f64 = 1.96;
/// Standard deviation of a mean that was measured, degrees.
const MEASURED_SD_DEG: f64 = 0.3;
/// A spread is at least this share of what is not known of the mean.
const LEAST_SPREAD: f64 = 0.05;
/// What a population is widened by at least, as a share of everything that is possible.
const LEAST_WIDTH: f64 = 0.3;
/// A share in renders lies between this and the rest, so that each case is seen.
const LEAST_SHARE: f64 = 0.06;

/// Mean and deviation of each setting of a [`Space`], in its order, in the terms of its [`Form`].
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

/// A setting, and what is known of it before.
#[derive(Clone)]
pub(super) struct Setting {
    pub(super) tunable: &'static Tunable,
    pub(super) ends: [f64; 2],
    prior: Prior,
}

/// The settings that are calibrated: all but those that the settings to start from hold constant.
#[derive(Clone)]
pub(super) struct Space<'a> {
    start: &'a EyeConfig,
    /// In place of the settings' own `pose.crop_follows_lids`.
    crop_follows_lids: f64,
    pub(super) settings: Vec<Setting>,
}

impl<'a> Space<'a> {
    /// Around these settings, as far off as other cameras and the people at hand can be. Gaze that was
    /// measured stays.
    pub(super) fn new(start: &'a EyeConfig, config: &CalibrationConfig) -> Self {
        let all = Tunable::ALL.iter().filter(|tunable| !tunable.is_constant(start));
        let setting = |tunable: &'static Tunable| {
            let ends = tunable.ends(start);
            Setting { tunable, ends, prior: prior(tunable, start, config) }
        };
        let crop_follows_lids = start.pose.crop_follows_lids;
        Self { start, crop_follows_lids, settings: all.map(setting).collect() }
    }

    /// The same, of crops that follow the lids by this share.
    pub(super) fn following_lids(&self, share: f64) -> Self {
        Self { crop_follows_lids: share, ..self.clone() }
    }

    /// By which share they follow in the settings to start from.
    pub(super) fn follows_lids_before(&self) -> f64 {
        self.start.pose.crop_follows_lids
    }

    /// What is not calibrated as the others are.
    fn rest(&self) -> EyeConfig {
        let mut eye = self.start.clone();
        eye.pose.crop_follows_lids = self.crop_follows_lids;
        eye
    }

    /// What is known of each setting.
    pub(super) fn priors(&self) -> Vec<Prior> {
        self.settings.iter().map(|setting| setting.prior).collect()
    }

    /// The population of the settings to start from.
    pub(super) fn before(&self) -> Population {
        self.settings.iter().map(|setting| setting.tunable.moments(self.start)).collect()
    }

    /// Everything that is possible, and more.
    pub(super) fn broad(&self, widening: f64) -> Population {
        let wide = |Setting { tunable, prior, .. }: &Setting| {
            (*tunable, Moments { mean: prior.mean, sd: widening * prior.width() })
        };
        Self::seen(self.settings.iter().map(wide).collect())
    }

    /// Somewhat more than this population, so that slopes are known well.
    pub(super) fn widened(&self, population: &Population, widening: f64) -> Population {
        let wide = |(setting, moments): (&Setting, &Moments)| {
            let sd = widening * moments.sd.max(LEAST_WIDTH * setting.prior.width());
            (setting.tunable, Moments { mean: moments.mean, sd })
        };
        Self::seen(self.settings.iter().zip(population).map(wide).collect())
    }

    /// This population, with each case in view.
    pub(super) fn near(&self, population: &Population) -> Population {
        let all = self.settings.iter().zip(population);
        Self::seen(all.map(|(setting, moments)| (setting.tunable, *moments)).collect())
    }

    fn seen(population: Vec<(&Tunable, Moments)>) -> Population {
        let seen = |(tunable, mut moments): (&Tunable, Moments)| {
            if tunable.form() == Form::Share {
                moments.mean = moments.mean.clamp(LEAST_SHARE, 1.0 - LEAST_SHARE);
            }
            moments
        };
        population.into_iter().map(seen).collect()
    }

    /// The population of these estimates, within the ends.
    pub(super) fn bounded(&self, estimates: &[Estimate]) -> Population {
        let within = |(setting, estimate): (&Setting, &Estimate)| {
            let [low, high] = setting.ends;
            Moments { mean: estimate.mean.clamp(low, high), sd: estimate.sd }
        };
        self.settings.iter().zip(estimates).map(within).collect()
    }

    /// What renders are drawn from in the end: spread as images are, and as unsure as the means are. An
    /// estimator that is trained on them is not misled by a mean that is off within its interval.
    pub(super) fn predictive(&self, estimates: &[Estimate]) -> Population {
        let wide = |(moments, estimate): (Moments, &Estimate)| Moments {
            sd: moments.sd.hypot(estimate.mean_error),
            ..moments
        };
        self.bounded(estimates).into_iter().zip(estimates).map(wide).collect()
    }

    /// The settings to start from, drawn from this population.
    pub(super) fn applied(&self, population: &Population) -> EyeConfig {
        let mut eye = self.rest();
        for (setting, moments) in self.settings.iter().zip(population) {
            setting.tunable.set(&mut eye, *moments, setting.ends);
        }
        eye
    }

    /// The settings to start from, with these values.
    pub(super) fn fixed(&self, values: &[f64]) -> EyeConfig {
        let mut eye = self.rest();
        for (setting, value) in self.settings.iter().zip(values) {
            setting.tunable.fix(&mut eye, *value);
        }
        eye
    }

    /// As it is reported.
    pub(super) fn told(&self, estimates: &[Estimate]) -> Vec<SettingEstimate> {
        let of = |(Setting { tunable, .. }, e): (&Setting, &Estimate)| {
            let before = tunable.moments(self.start);
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
        self.settings.iter().zip(estimates).map(of).collect()
    }
}

fn prior(tunable: &Tunable, start: &EyeConfig, config: &CalibrationConfig) -> Prior {
    let Moments { mean, sd } = tunable.moments(start);
    let Uncertainty { of_mean, of_person } = tunable.uncertainty(start);
    let measured = config.gaze_is_known && tunable.is_gaze();
    let people = config.people.max(1) as f64;
    Prior {
        mean,
        mean_sd: match measured {
            true => MEASURED_SD_DEG,
            false => of_mean.hypot(of_person / people.sqrt()),
        },
        sd: sd.max(LEAST_SPREAD * of_mean),
        spread: match tunable.form() {
            Form::Share => SpreadPrior::OfShare,
            _ if measured => SpreadPrior::Known,
            _ => SpreadPrior::About,
        },
    }
}
