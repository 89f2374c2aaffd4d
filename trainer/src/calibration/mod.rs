//! Calibration: which distribution of the simulator's settings makes renders agree with a camera's
//! unlabelled images in what a refiner must leave alone?
//!
//! Simulation-based inference of a population, in rounds:
//!
//! 1. A network learns, on renders of a broad population, to measure where things are in an image
//!    (`measure`; an amortised regression, as the summaries of Fearnhead and Prangle 2012). How
//!    they look there is measured by plain sums over pixels.
//! 2. Renders around the population of the round before, whose settings are known, tell how the
//!    measurements follow from the settings (`linear`).
//! 3. Real images are measured by the same network. `infer` asks which means and spreads of the settings
//!    make renders measure like that. What a network says of an image is drawn towards what it has seen
//!    most; since both sides go through the same network, that does not matter.
//!
//! If it is asked for, one setting is found on its own before each round: whether crops follow the lids
//! (`follow`).
//!
//! Settings about which images say nothing stay at the preset's values.

mod config;
mod follow;
mod images;
mod infer;
mod linear;
mod measure;
mod network;
mod proposal;
mod space;

pub use config::CalibrationConfig;
pub use images::Measurements;
pub use space::SettingEstimate;

use crate::observer::Silent;
use crate::{Control, Device, EpochReport, Error};
use follow::Share;
use images::Measured;
use infer::{Counts, Estimate, Inferred, Prior, infer};
use linear::{Linear, RobustMoments};
use nalgebra::DMatrix;
use network::MeasuringNet;
use proposal::Drawn;
use simulator::eye::EyeConfig;
use simulator::sample::Frame;
use space::{Population, Space};

/// Fewer real images than this tell nothing of spreads.
pub(crate) const LEAST_REAL: usize = 50;
/// The fewest renders that the result is shown with.
const LEAST_LOOKED_AT: usize = 500;
/// An image that counts less than this is told as one that renders can't explain.
const HARDLY_COUNTS: f64 = 0.4;

/// What a calibration found.
#[derive(Debug, Clone)]
pub struct Calibrated {
    /// The settings, calibrated.
    pub eye: EyeConfig,
    /// Each setting, before and after.
    pub settings: Vec<SettingEstimate>,
    /// How far the mean measurement is off whatever the settings are, in deviations over images of the same
    /// settings, in each round.
    pub discrepancies: Vec<f64>,
    /// Share of the real images that hardly count, because no render is like them.
    pub outliers: f64,
    /// Measurements of the real images.
    pub real: Measurements,
    /// Of renders of the settings as they came.
    pub before: Measurements,
    /// Of renders of the calibrated settings.
    pub after: Measurements,
}

impl Calibrated {
    /// Names of [`Measurements::places`].
    pub fn place_names() -> &'static [&'static str] {
        &measure::PLACE_NAMES
    }

    /// Names of [`Measurements::looks`].
    pub fn look_names() -> &'static [&'static str] {
        &measure::LOOK_NAMES
    }
}

/// Listens to a calibration.
pub trait CalibrationObserver {
    /// Called before every step of the network: the place to look for Ctrl-C.
    fn poll(&mut self) -> Control {
        Control::Continue
    }
    /// Called after every pass of the network.
    fn network(&mut self, _report: &EpochReport) {}
    /// Called after every round, from 1, with what the settings are now.
    fn round(&mut self, _round: usize, _settings: &[SettingEstimate]) {}
}

impl CalibrationObserver for Silent {}

/// Chooses the distributions of `eye` that agree with these real images, which must be of its camera's
/// size and equalised as its sensor's are.
///
/// # Errors
/// If a setting is out of range, the real images are too few or of another size, or training the network
/// fails.
pub fn calibrate(
    config: &CalibrationConfig,
    eye: &EyeConfig,
    real: &[Frame<u8>],
    device: &Device,
    observer: &mut dyn CalibrationObserver,
) -> Result<Calibrated, Error> {
    config.validate()?;
    let real = images::chosen(real, config.real_images, eye)?;
    let mut space = Space::new(eye, config);
    let network = learn_to_measure(config, &space, device, observer)?;
    let priors = &space.priors();
    let real = images::measured(&network, &real);
    let moments = RobustMoments::of(&real.columns()).ok_or_else(not_positive)?;

    // Render, measure and infer in rounds, each around the population of the one before.
    let (mut population, mut discrepancies) = (space.before(), Vec::new());
    let mut estimates = Vec::new();
    let mut follows = None;
    for round in 1..=config.rounds {
        if config.follow_lids {
            let run = Run { config, space: &space, priors, network: &network };
            follows = run.crop_follows_lids(round, &population, &moments)?;
            space = space.following_lids(follows.map_or(eye.pose.crop_follows_lids, |f| f.share));
        }
        let run = Run { config, space: &space, priors, network: &network };
        let inferred = run.round(round, &population, &moments, real.places.len())?;
        population = space.bounded(&inferred.estimates);
        discrepancies.push(inferred.discrepancy);
        estimates = inferred.estimates;
        observer.round(round, &told(&space, &estimates, eye, follows));
        if observer.poll() == Control::Stop {
            return Err(Error::Stopped { what: "the calibration" });
        }
    }

    // Look at the result.
    let run = Run { config, space: &space, priors, network: &network };
    let before_space = Space::new(eye, config);
    let before = Run { space: &before_space, ..run };
    let rendered = space.predictive(&estimates);
    let calibrated = space.applied(&rendered);
    calibrated.check().map_err(Error::Simulator)?;
    let look = |run: Run<'_>, population: &Population, k: usize| -> Result<Measurements, Error> {
        let count = real.places.len().max(LEAST_LOOKED_AT);
        Ok(run.look(population, ids(config.rounds + 1, k), count)?.measured.told())
    };
    let hardly = moments.weights.iter().filter(|&&weight| weight < HARDLY_COUNTS).count();
    Ok(Calibrated {
        eye: calibrated,
        settings: told(&space, &estimates, eye, follows),
        discrepancies,
        outliers: hardly as f64 / moments.weights.len() as f64,
        before: look(before, &space.before(), 0)?,
        after: look(run, &rendered, 1)?,
        real: real.told(),
    })
}

/// Shares by which crops follow the lids where the network learns to measure them.
const SHARES: &[f64] = &[0.0, 0.25, 0.5, 0.75, 1.0];

/// First item and length of the k-th of so many parts of about equal length.
fn part(count: usize, k: usize, parts: usize) -> (u64, usize) {
    let (first, end) = (count * k / parts, count * (k + 1) / parts);
    (first as u64, end - first)
}

/// Trains the measuring network on renders of everything that the priors hold possible.
fn learn_to_measure(
    config: &CalibrationConfig,
    space: &Space<'_>,
    device: &Device,
    observer: &mut dyn CalibrationObserver,
) -> Result<MeasuringNet, Error> {
    let broad = space.broad(config.widening);
    // Where crops may follow the lids, they do by each of these shares evenly.
    let mut renders = Vec::with_capacity(config.network_renders);
    let shares = if config.follow_lids { SHARES } else { &[space.follows_lids_before()] };
    for (k, &share) in shares.iter().enumerate() {
        let space = space.following_lids(share);
        let (first, count) = part(config.network_renders, k, shares.len());
        renders.extend(proposal::render(&space, &broad, config.seed, first, count)?);
    }
    let seen = |drawn: &Drawn| {
        Some((images::shrunk(&drawn.sample.frame), measure::places(&drawn.sample.label)?))
    };
    let (frames, places): (Vec<Frame<u8>>, Vec<_>) = renders.iter().filter_map(seen).unzip();
    let network = MeasuringNet::train(config, &frames, &places, device, observer)?;
    if observer.poll() == Control::Stop {
        return Err(Error::Stopped { what: "the calibration" });
    }
    Ok(network)
}

/// Renders: their settings, a column each, and what was measured.
struct Looked {
    settings: DMatrix<f64>,
    measured: Measured,
}

/// All estimates as they are reported.
fn told(
    space: &Space<'_>,
    estimates: &[Estimate],
    start: &EyeConfig,
    follows: Option<Share>,
) -> Vec<SettingEstimate> {
    let mut all = space.told(estimates);
    all.extend(follows.map(|found| found.told(start.pose.crop_follows_lids)));
    all
}

/// The first id of the k-th renders of a round: ids of two do not meet.
fn ids(round: usize, k: usize) -> u64 {
    ((2 * round + k) as u64) << 32
}

/// First of the ids, from those of a round, of renders whose crops follow the lids or do not.
const FOLLOWING: u64 = 1 << 31;
/// A share is believed if it is so many standard errors from what it was.
const BELIEVED: f64 = 3.0;

/// What all rounds share.
#[derive(Clone, Copy)]
struct Run<'a> {
    config: &'a CalibrationConfig,
    space: &'a Space<'a>,
    priors: &'a [Prior],
    network: &'a MeasuringNet,
}

impl Run<'_> {
    /// By which share the real images' crops follow the lids, if that is not what the settings to start
    /// from say.
    fn crop_follows_lids(
        &self,
        round: usize,
        population: &Population,
        real: &RobustMoments,
    ) -> Result<Option<Share>, Error> {
        let look = |k: usize| -> Result<Measured, Error> {
            let space = &self.space.following_lids(k as f64);
            let first = ids(round, k) + FOLLOWING;
            let run = Run { space, ..*self };
            let near = space.near(population);
            Ok(run.look(&near, first, self.config.renders.div_ceil(2))?.measured)
        };
        let count = self.config.effective_images.min(real.weights.len() as f64);
        let found = follow::share(real, count, &look(0)?, &look(1)?);
        let start = self.space.follows_lids_before();
        Ok(found.filter(|found| (found.share - start).abs() > BELIEVED * found.error))
    }

    /// What real images of these moments say, seen from renders around this population.
    fn round(
        &self,
        round: usize,
        population: &Population,
        real: &RobustMoments,
        images: usize,
    ) -> Result<Inferred, Error> {
        let CalibrationConfig { renders, widening, .. } = *self.config;
        let wide = self.space.widened(population, widening);
        let wide = self.look(&wide, ids(round, 0), renders)?;
        let near = self.look(&self.space.near(population), ids(round, 1), renders)?;
        let linear = Linear::fit(&wide.settings, &wide.measured.columns());
        let linear = linear.ok_or_else(not_positive)?;
        let linear = linear.around(&near.settings, &near.measured.columns());
        let counts = Counts {
            // Where renders lie is known from so many of them.
            images: 1.0 / (1.0 / images as f64 + 1.0 / renders as f64),
            effective: self.config.effective_images.min(images as f64),
            prior: self.config.spread_prior_images,
        };
        infer(&linear, real, self.priors, counts).ok_or_else(not_positive)
    }

    /// Renders of a population from this id, measured.
    fn look(&self, population: &Population, first: u64, count: usize) -> Result<Looked, Error> {
        let renders = proposal::render(self.space, population, self.config.seed, first, count)?;
        let frames: Vec<Frame<u8>> =
            renders.iter().map(|drawn| images::shrunk(&drawn.sample.frame)).collect();
        let settings: Vec<f64> = renders.into_iter().flat_map(|drawn| drawn.settings).collect();
        let settings = DMatrix::from_vec(self.priors.len(), frames.len(), settings);
        Ok(Looked { settings, measured: images::measured(self.network, &frames) })
    }
}

fn not_positive() -> Error {
    Error::Data {
        problem: "the measurements of the images have no covariance with an inverse".into(),
        remedy: "give images that differ from each other, and at least some hundred",
    }
}

#[cfg(test)]
mod tests;
