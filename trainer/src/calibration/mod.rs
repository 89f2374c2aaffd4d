//! Calibration: which distribution of the simulator's settings makes renders agree with a camera's
//! unlabelled images in what a refiner must leave alone?
//!
//! Simulation-based inference of a population, in rounds:
//!
//! 1. A network learns, on renders of a broad population, to measure where things are in an image
//!    ([`measure`]; an amortised regression, as the summaries of Fearnhead and Prangle 2012). How
//!    they look there is measured by plain sums over pixels.
//! 2. Renders around the population of the round before, whose settings are known, tell how the
//!    measurements follow from the settings ([`linear`]).
//! 3. Real images are measured by the same network. [`infer`] asks which means and spreads of the settings
//!    make renders measure like that. What a network says of an image is drawn towards what it has seen
//!    most; since both sides go through the same network, that does not matter.
//!
//! Settings about which images say nothing stay at the preset's values.

mod config;
mod infer;
mod linear;
mod measure;
mod network;
mod proposal;

pub use config::CalibrationConfig;

use crate::observer::Silent;
use crate::{Control, Device, EpochReport, Error};
use infer::{Counts, Estimate, Prior, infer};
use linear::{Linear, RobustMoments};
use measure::{LOOKS, PLACES};
use nalgebra::DMatrix;
use network::MeasuringNet;
use proposal::Drawn;
use serde::{Deserialize, Serialize};
use simulator::eye::{EyeConfig, Form, Moments, Tunable};
use simulator::sample::Frame;

/// Fewer real images than this tell nothing of spreads.
pub(crate) const LEAST_REAL: usize = 50;
/// Normal deviations of a 95 % interval.
const INTERVAL: f64 = 1.96;
/// Longest side at which images are measured, px; larger ones are shrunk by a whole factor.
const LARGEST_PX: usize = 96;
/// An image that counts less than this is told as one that renders can't explain.
const HARDLY_COUNTS: f64 = 0.4;

/// Mean and deviation of each setting, in the order of [`Tunable::ALL`].
type Population = Vec<Spread>;
type Spread = Moments;

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

/// Measurements of images, for those who compare them.
#[derive(Debug, Clone, PartialEq)]
pub struct Measurements {
    /// Where things are, in each image; the names are [`Calibrated::place_names`].
    pub places: Vec<Vec<f64>>,
    /// How they look there.
    pub looks: Vec<Vec<f64>>,
}

/// What a calibration found.
#[derive(Debug, Clone)]
pub struct Calibrated {
    /// The settings, calibrated.
    pub eye: EyeConfig,
    /// Each setting, before and after.
    pub settings: Vec<SettingEstimate>,
    /// How far the mean measurement is off whatever the settings are, in deviations, in each round.
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
    let real = chosen(real, config.real_images, eye)?;
    let before: Population = Tunable::ALL.iter().map(|t| t.moments(eye)).collect();
    let priors = priors(&before, config.people);
    let run = Run { config, eye, priors: &priors };

    // Learn to measure.
    let broad = run.broad();
    let renders = run.render(&broad, 0, config.network_renders)?;
    let (frames, places): (Vec<Frame<u8>>, Vec<[f64; PLACES]>) = renders
        .iter()
        .filter_map(|drawn| Some((shrunk(&drawn.sample.frame), measure::places(&drawn.sample.label)?)))
        .unzip();
    let network = MeasuringNet::train(config, &frames, &places, device, observer)?;
    if observer.poll() == Control::Stop {
        return Err(Error::Stopped { what: "the calibration" });
    }

    // Ask in rounds.
    let real = measured(&network, &real);
    let moments = RobustMoments::of(&real.columns()).ok_or_else(not_positive)?;
    let (mut population, mut discrepancies) = (before.clone(), Vec::new());
    let mut estimates = Vec::new();
    for round in 1..=config.rounds {
        let renders = run.render(&run.widened(&population), round as u64, config.renders)?;
        let frames: Vec<Frame<u8>> =
            renders.iter().map(|drawn| shrunk(&drawn.sample.frame)).collect();
        let measured = measured(&network, &frames);
        let columns: Vec<f64> = renders.iter().flat_map(|drawn| drawn.settings.clone()).collect();
        let columns = DMatrix::from_vec(Tunable::ALL.len(), renders.len(), columns);
        let linear = Linear::fit(&columns, &measured.columns()).ok_or_else(not_positive)?;
        let inferred =
            infer(&linear, &moments, &priors, run.counts(real.places.len())).ok_or_else(not_positive)?;
        population = bounded(&inferred.estimates);
        discrepancies.push(inferred.discrepancy);
        estimates = inferred.estimates;
        observer.round(round, &told(&before, &estimates));
    }
    let settings = told(&before, &estimates);
    let population = predictive(&estimates);

    // Look at the result.
    let mut calibrated = eye.clone();
    for (tunable, moments) in Tunable::ALL.iter().zip(&population) {
        tunable.set(&mut calibrated, *moments);
    }
    calibrated.check().map_err(Error::Simulator)?;
    let look = |population: &Population, round: usize| -> Result<Measurements, Error> {
        let renders = run.render(population, round as u64, real.places.len().max(500))?;
        let frames: Vec<Frame<u8>> = renders.iter().map(|d| shrunk(&d.sample.frame)).collect();
        Ok(measured(&network, &frames).told())
    };
    let hardly = moments.weights.iter().filter(|&&weight| weight < HARDLY_COUNTS).count();
    Ok(Calibrated {
        eye: calibrated,
        settings,
        discrepancies,
        outliers: hardly as f64 / moments.weights.len() as f64,
        before: look(&before, config.rounds + 1)?,
        after: look(&population, config.rounds + 2)?,
        real: real.told(),
    })
}

/// What all rounds share.
struct Run<'a> {
    config: &'a CalibrationConfig,
    eye: &'a EyeConfig,
    priors: &'a [Prior],
}

impl Run<'_> {
    /// Ids of rounds do not meet.
    fn render(
        &self,
        population: &Population,
        round: u64,
        count: usize,
    ) -> Result<Vec<Drawn>, Error> {
        proposal::render(self.eye, population, self.config.seed, round << 32, count)
    }

    /// Everything that the priors hold possible.
    fn broad(&self) -> Population {
        let wide = |prior: &Prior| Spread {
            mean: prior.mean,
            sd: self.config.widening * prior.sd.hypot(prior.mean_sd),
        };
        self.shared(self.priors.iter().map(wide).collect())
    }

    /// Somewhat more than this population, so that a slope is known well.
    fn widened(&self, population: &Population) -> Population {
        let wide = |(spread, prior): (&Spread, &Prior)| Spread {
            mean: spread.mean,
            sd: self.config.widening * spread.sd.max(0.3 * prior.sd.hypot(prior.mean_sd)),
        };
        self.shared(population.iter().zip(self.priors).map(wide).collect())
    }

    /// Shares neither 0 nor 1, so that each case is seen.
    fn shared(&self, mut population: Population) -> Population {
        for (tunable, spread) in Tunable::ALL.iter().zip(&mut population) {
            if tunable.form() == Form::Share {
                spread.mean = spread.mean.clamp(0.06, 0.94);
            }
        }
        population
    }

    fn counts(&self, images: usize) -> Counts {
        Counts {
            images: images as f64,
            effective: self.config.effective_images.min(images as f64),
            prior: self.config.spread_prior_images,
        }
    }
}

/// What is known before: around the preset, as far off as other cameras and these people can be.
fn priors(before: &Population, people: usize) -> Vec<Prior> {
    let of = |(tunable, spread): (&Tunable, &Spread)| Prior {
        mean: spread.mean,
        mean_sd: tunable.mean_sd.hypot(tunable.person_sd / (people as f64).sqrt()),
        sd: spread.sd.max(0.05 * tunable.mean_sd),
        share: tunable.form() == Form::Share,
    };
    Tunable::ALL.iter().zip(before).map(of).collect()
}

/// Estimates within the limits of each setting.
fn bounded(estimates: &[Estimate]) -> Population {
    let within = |(tunable, estimate): (&Tunable, &Estimate)| {
        let [low, high] = tunable.ends();
        Spread { mean: estimate.mean.clamp(low, high), sd: estimate.sd }
    };
    Tunable::ALL.iter().zip(estimates).map(within).collect()
}

/// What renders are drawn from in the end: spread as images are, and as unsure as the means are. An
/// estimator that is trained on them is not misled by a mean that is off within its interval.
fn predictive(estimates: &[Estimate]) -> Population {
    let wide = |(mut spread, e): (Spread, &Estimate)| {
        spread.sd = spread.sd.hypot(e.mean_error);
        spread
    };
    bounded(estimates).into_iter().zip(estimates).map(wide).collect()
}

fn told(before: &Population, estimates: &[Estimate]) -> Vec<SettingEstimate> {
    let of = |(tunable, (before, e)): (&Tunable, (&Spread, &Estimate))| {
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

/// So many of the frames, evenly out of all, shrunk.
fn chosen(real: &[Frame<u8>], count: usize, eye: &EyeConfig) -> Result<Vec<Frame<u8>>, Error> {
    if real.len() < LEAST_REAL {
        let problem = format!("there are {} real images", real.len());
        return Err(Error::Data { problem, remedy: "give at least 50, better some hundred" });
    }
    let size = (eye.camera.width as usize, eye.camera.height as usize);
    crate::batch::check_sizes(real, size, "real frame", 0)?;
    let count = count.min(real.len());
    Ok((0..count).map(|k| shrunk(&real[k * real.len() / count])).collect())
}

/// A frame whose longer side is at most [`LARGEST_PX`], by means over blocks.
fn shrunk(frame: &Frame<u8>) -> Frame<u8> {
    let factor = frame.width().max(frame.height()).div_ceil(LARGEST_PX);
    if factor == 1 {
        return frame.clone();
    }
    Frame::from_fn(frame.width() / factor, frame.height() / factor, |x, y| {
        let block = (0..factor).flat_map(|j| (0..factor).map(move |i| (i, j)));
        let sum: usize = block
            .map(|(i, j)| usize::from(frame.get(x * factor + i, y * factor + j)))
            .sum();
        (sum / (factor * factor)) as u8
    })
}

/// Places and looks of each image.
struct Measured {
    places: Vec<[f64; PLACES]>,
    looks: Vec<[f64; LOOKS]>,
}

fn measured(network: &MeasuringNet, frames: &[Frame<u8>]) -> Measured {
    let all: Vec<&Frame<u8>> = frames.iter().collect();
    let places = network.measure(&all);
    let looks = frames.iter().zip(&places).map(|(f, p)| measure::looks(f, p)).collect();
    Measured { places, looks }
}

impl Measured {
    /// A column an image.
    fn columns(&self) -> DMatrix<f64> {
        let rows = self.places.iter().zip(&self.looks);
        let values = rows.flat_map(|(places, looks)| places.iter().chain(looks).copied());
        DMatrix::from_vec(PLACES + LOOKS, self.places.len(), values.collect())
    }

    fn told(&self) -> Measurements {
        Measurements {
            places: self.places.iter().map(|p| p.to_vec()).collect(),
            looks: self.looks.iter().map(|l| l.to_vec()).collect(),
        }
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
