//! The settings that unlabelled images of a camera can decide, each with how it is read and set.
//!
//! Calibration (in `trainer`) draws values of these, renders them, and asks which distribution of each
//! makes renders agree with real images. What it needs to know of a setting stands here: where it is,
//! what its distribution may be, and how much is known of it before any image is seen.

mod table;

use super::config::EyeConfig;
use super::draw::{Normal, Range};
use std::fmt;

/// What a setting changes in an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aspect {
    /// Where things are: what refinement must leave alone.
    Geometry,
    /// Light, colours, optics and sensor.
    Looks,
}

/// A setting of [`EyeConfig`] with a distribution of its own.
pub struct Tunable {
    /// Its place in a settings file: "pose.distance_mm".
    pub name: &'static str,
    /// The same for people: "distance (mm)".
    pub title: &'static str,
    /// What it changes.
    pub aspect: Aspect,
    /// Smallest and greatest value that calibration may draw, beyond what the preset draws.
    limits: [f64; 2],
    /// See [`Uncertainty`], in the setting's unit (of a [`Form::LogRange`] in its logarithm).
    uncertainty: Uncertainty,
    /// Whether limits and uncertainty are shares of the preset's mean.
    relative: bool,
    slot: fn(&mut EyeConfig) -> Slot<'_>,
}

impl fmt::Debug for Tunable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Which kind of distribution a setting has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A [`Normal`].
    Normal,
    /// A [`Range`]: the mean is its middle, the deviation its length over the root of 12.
    Range,
    /// A [`Range`] that is drawn from on a logarithmic scale; mean and deviation are of the logarithm.
    LogRange,
    /// How often something is the case, 0 to 1: the mean is the share.
    Share,
}

/// The setting itself.
enum Slot<'a> {
    Normal(&'a mut Normal),
    Range(&'a mut Range),
    LogRange(&'a mut Range),
    Share(&'a mut f64),
}

/// Mean and standard deviation of a setting's distribution, in the terms of its [`Form`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moments {
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub sd: f64,
}

/// How much of a setting's mean is not known before any image is seen: standard deviations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Uncertainty {
    /// How far the mean of a camera's images may stand from the preset's, whoever they show.
    pub of_mean: f64,
    /// From person to person: so far off is, besides, the mean of a single person's images.
    pub of_person: f64,
}

/// Standard deviations from the mean at which a distribution that was set ends.
const REACH_SD: f64 = 3.0;

impl Tunable {
    /// All of them.
    pub const ALL: &'static [Self] = table::ALL;

    /// Whether it is the gaze.
    pub fn is_gaze(&self) -> bool {
        self.name.starts_with("pose.gaze_")
    }

    /// The kind of its distribution.
    pub fn form(&self) -> Form {
        match (self.slot)(&mut EyeConfig::default()) {
            Slot::Normal(_) => Form::Normal,
            Slot::Range(_) => Form::Range,
            Slot::LogRange(_) => Form::LogRange,
            Slot::Share(_) => Form::Share,
        }
    }

    /// Mean and standard deviation in these settings, ends left aside. A uniform [`Normal`] has those
    /// of its range.
    pub fn moments(&self, config: &EyeConfig) -> Moments {
        let of_range = |min: f64, max: f64| Moments {
            mean: 0.5 * (min + max),
            sd: (max - min) / 12f64.sqrt(),
        };
        match (self.slot)(&mut config.clone()) {
            Slot::Normal(n) if n.sd == f64::INFINITY => of_range(n.min, n.max),
            Slot::Normal(n) => Moments { mean: n.mean, sd: n.sd },
            Slot::Range(r) => of_range(r.min, r.max),
            Slot::LogRange(r) => of_range(libm::log(r.min), libm::log(r.max)),
            Slot::Share(p) => Moments { mean: *p, sd: (*p * (1.0 - *p)).sqrt() },
        }
    }

    /// What is not known of its mean, where these are the settings to start from.
    pub fn uncertainty(&self, start: &EyeConfig) -> Uncertainty {
        let unit = self.unit(start);
        let Uncertainty { of_mean, of_person } = self.uncertainty;
        Uncertainty { of_mean: unit * of_mean, of_person: unit * of_person }
    }

    /// Smallest and greatest value that calibration may draw, where these are the settings to start from,
    /// in the terms of its [`Form`]: what they draw themselves lies within.
    pub fn ends(&self, start: &EyeConfig) -> [f64; 2] {
        let unit = self.unit(start);
        let [low, high] = self.limits.map(|limit| unit * limit);
        let [low, high] = match (self.slot)(&mut start.clone()) {
            Slot::Normal(n) => [low.min(n.min), high.max(n.max)],
            Slot::Range(r) | Slot::LogRange(r) => [low.min(r.min), high.max(r.max)],
            Slot::Share(_) => [low, high],
        };
        match self.form() {
            Form::LogRange => [low, high].map(libm::log),
            _ => [low, high],
        }
    }

    /// Whether these settings always draw the same value: they have switched it off, or measured it.
    pub fn is_constant(&self, config: &EyeConfig) -> bool {
        self.moments(config).sd == 0.0
    }

    fn unit(&self, start: &EyeConfig) -> f64 {
        if self.relative { self.moments(start).mean.abs() } else { 1.0 }
    }

    /// Gives it a distribution of this mean and standard deviation within these ends. A normal one is cut
    /// off there or at three standard deviations; a range that would reach beyond is shortened on both
    /// sides, so that its middle stays.
    pub fn set(&self, config: &mut EyeConfig, moments: Moments, [low, high]: [f64; 2]) {
        let (mean, sd) = (moments.mean.clamp(low, high), moments.sd);
        let reach = REACH_SD * sd;
        let half = (3f64.sqrt() * sd).min(mean - low).min(high - mean);
        match (self.slot)(config) {
            Slot::Normal(n) if sd == 0.0 => *n = Normal::always(mean),
            Slot::Normal(n) => {
                *n = Normal::new(mean, sd, (mean - reach).max(low), (mean + reach).min(high));
            }
            Slot::Range(r) => *r = Range::new(mean - half, mean + half),
            Slot::LogRange(r) => {
                // The inverse of a logarithm may end a hair beyond what it was of.
                let (min, max) = (libm::exp(mean - half), libm::exp(mean + half));
                let min = min * (1.0 + HAIR);
                *r = Range::new(min, (max * (1.0 - HAIR)).max(min));
            }
            Slot::Share(p) => *p = mean,
        }
    }

    /// Makes it always this value, in the terms of its [`Form`]; of a share, 0 or 1.
    pub fn fix(&self, config: &mut EyeConfig, value: f64) {
        self.set(config, Moments { mean: value, sd: 0.0 }, [value, value]);
    }
}

/// Relative error of a logarithm and its inverse.
const HAIR: f64 = 1e-14;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn each_is_set_to_any_of_its_moments_read_back_and_fixed_at_its_ends_in_every_preset() {
        for (preset, _) in EyeConfig::PRESETS {
            let start = EyeConfig::preset(preset).unwrap();
            for t in Tunable::ALL {
                let (mut config, [low, high]) = (start.clone(), t.ends(&start));
                let before = t.moments(&start);
                assert!((low..=high).contains(&before.mean), "{preset}: {t:?} in {low} to {high}");
                let inside = Moments { mean: before.mean, sd: 0.1 * before.sd };
                t.set(&mut config, inside, [low, high]);
                config.check().unwrap();
                let read = t.moments(&config);
                assert!((read.mean - inside.mean).abs() < 1e-9, "{preset}: {t:?}: {read:?}");
                if t.form() != Form::Share {
                    assert!((read.sd - inside.sd).abs() < 1e-9, "{preset}: {t:?}: {read:?}");
                }
                let wide = Moments { mean: before.mean, sd: 10.0 * before.sd + 1.0 };
                t.set(&mut config, wide, [low, high]);
                config.check().unwrap_or_else(|error| panic!("{preset}: {t:?}: {error}"));
                for value in [low, before.mean, high] {
                    t.fix(&mut config, value);
                    config.check().unwrap_or_else(|error| panic!("{t:?} at {value}: {error}"));
                    assert!((t.moments(&config).mean - value).abs() < 1e-9, "{t:?} at {value}");
                }
            }
        }
    }

    #[test]
    fn each_name_is_its_place_in_a_settings_file() {
        for t in Tunable::ALL {
            let mut config = EyeConfig::default();
            t.fix(&mut config, t.ends(&EyeConfig::default())[1]);
            let changed = toml::Table::try_from(&config).unwrap();
            let default = toml::Table::try_from(EyeConfig::default()).unwrap();
            let (group, field) = t.name.split_once('.').unwrap();
            for (name, table) in &changed {
                let (Some(now), Some(then)) = (table.as_table(), default[name].as_table()) else {
                    continue;
                };
                for (key, value) in now {
                    let is_it = (name.as_str(), key.as_str()) == (group, field);
                    assert_eq!(value != &then[key], is_it, "{} against {name}.{key}", t.name);
                }
            }
        }
    }
}
