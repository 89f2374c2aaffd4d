//! The settings that unlabelled images of a camera can decide, each with how it is read and set.
//!
//! Calibration (in `trainer`) draws values of these, renders them, and asks which distribution of each
//! makes renders agree with real images. What it needs to know of a setting stands here: where it is,
//! what its distribution may be, and how much is known of it before any image is seen.

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
    pub const ALL: &'static [Self] = ALL;

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

/// Shorthand for the table below.
const fn tunable(
    (name, title): (&'static str, &'static str),
    aspect: Aspect,
    limits: [f64; 2],
    (of_mean, of_person): (f64, f64),
    slot: fn(&mut EyeConfig) -> Slot<'_>,
) -> Tunable {
    let uncertainty = Uncertainty { of_mean, of_person };
    Tunable { name, title, aspect, limits, uncertainty, relative: false, slot }
}

impl Tunable {
    /// Limits and uncertainty are shares of the preset's mean.
    const fn relative(self) -> Self {
        Self { relative: true, ..self }
    }
}

/// Deviations from person to person of geometry are the presets' own (see the sources in `config`);
/// those of means are ours: how far crops of other cameras were cut from the preset's.
const ALL: &[Tunable] = {
    use Aspect::{Geometry, Looks};
    &[
        // The crop: a normalised crop is scaled and placed by an estimated head pose.
        tunable(("pose.distance_mm", "distance (mm)"), Geometry, [0.63, 1.5], (0.08, 0.06), |c| {
            Slot::Normal(&mut c.pose.distance_mm)
        })
        .relative(),
        tunable(
            ("pose.shift_right_mm", "shift to the right (mm)"),
            Geometry,
            [-8.0, 8.0],
            (1.0, 0.8),
            |c| Slot::Normal(&mut c.pose.shift_right_mm),
        ),
        tunable(
            ("pose.shift_down_mm", "shift downwards (mm)"),
            Geometry,
            [-8.0, 8.0],
            (1.2, 0.8),
            |c| Slot::Normal(&mut c.pose.shift_down_mm),
        ),
        // Where people look and face.
        tunable(
            ("pose.gaze_pitch_deg", "gaze pitch (°)"),
            Geometry,
            [-45.0, 45.0],
            (5.0, 1.0),
            |c| Slot::Normal(&mut c.pose.gaze_pitch_deg),
        ),
        tunable(
            ("pose.gaze_yaw_deg", "gaze yaw (°)"),
            Geometry,
            [-50.0, 50.0],
            // Right eyes are mirrored: whoever looks about evenly to both sides of the camera with both
            // eyes has a mean near 0 (MPIIGaze's people: 0.1 ± 0.25).
            (0.8, 0.5),
            |c| Slot::Normal(&mut c.pose.gaze_yaw_deg),
        ),
        tunable(
            ("pose.head_pitch_deg", "head pitch (°)"),
            Geometry,
            [-40.0, 40.0],
            (5.0, 3.0),
            |c| Slot::Normal(&mut c.pose.head_pitch_deg),
        ),
        tunable(("pose.head_yaw_deg", "head yaw (°)"), Geometry, [-40.0, 40.0], (4.0, 2.0), |c| {
            Slot::Normal(&mut c.pose.head_yaw_deg)
        }),
        // The opening of the lids.
        tunable(
            ("lids.fissure_width_mm", "fissure length (mm)"),
            Geometry,
            [22.0, 38.0],
            (1.0, 1.8),
            |c| Slot::Normal(&mut c.lids.fissure_width_mm),
        ),
        tunable(
            ("lids.canthal_tilt_deg", "canthal tilt (°)"),
            Geometry,
            [-12.0, 16.0],
            (1.5, 2.5),
            |c| Slot::Normal(&mut c.lids.canthal_tilt_deg),
        ),
        tunable(
            ("lids.upper_offset_mm", "upper lid (mm)"),
            Geometry,
            [-4.0, 3.5],
            (0.5, 0.8),
            |c| Slot::Normal(&mut c.lids.upper_offset_mm),
        ),
        tunable(
            ("lids.lower_offset_mm", "lower lid (mm)"),
            Geometry,
            [-3.0, 3.0],
            (0.3, 0.5),
            |c| Slot::Normal(&mut c.lids.lower_offset_mm),
        ),
        // Where the eyeball sits between the corners.
        tunable(
            ("lids.canthi_temporal_mm", "corners temporally of the eyeball (mm)"),
            Geometry,
            [-4.0, 4.0],
            (0.4, 0.8),
            |c| Slot::Normal(&mut c.lids.canthi_temporal_mm),
        ),
        tunable(
            ("lids.canthi_height_mm", "height of the corners (mm)"),
            Geometry,
            [-5.0, 1.0],
            (0.3, 0.7),
            |c| Slot::Normal(&mut c.lids.canthi_height_mm),
        ),
        // Closure.
        tunable(
            ("lids.blink_share", "share in a blink"),
            Geometry,
            [0.0, 1.0],
            (0.03, 0.02),
            |c| Slot::Share(&mut c.lids.blink_share),
        ),
        // Contrast of iris, sclera and skin.
        tunable(
            ("eyeball.sclera_albedo", "reflectance of the sclera"),
            Looks,
            [0.1, 0.85],
            (0.12, 0.05),
            |c| Slot::Range(&mut c.eyeball.sclera_albedo),
        ),
        tunable(("face.melanin", "melanin (log share)"), Looks, [0.003, 0.45], (0.6, 0.8), |c| {
            Slot::LogRange(&mut c.face.melanin)
        }),
        tunable(
            ("face.orbit_darkness", "darkness around the eye"),
            Looks,
            [0.0, 0.95],
            (0.15, 0.1),
            |c| Slot::Range(&mut c.face.orbit_darkness),
        ),
        tunable(("lashes.opacity", "opacity of the lashes"), Looks, [0.0, 1.0], (0.2, 0.1), |c| {
            Slot::Range(&mut c.lashes.opacity)
        }),
        // Shading.
        tunable(
            ("light.falloff", "shading from side to side"),
            Looks,
            [-2.5, 2.5],
            (0.3, 0.1),
            |c| Slot::Normal(&mut c.light.falloff),
        ),
        tunable(
            ("light.key_strength", "strength of the first lamp"),
            Looks,
            [0.0, 8.0],
            (0.8, 0.1),
            |c| Slot::Range(&mut c.light.key_strength),
        ),
        tunable(
            ("light.key_pitch_deg", "height of the first lamp (°)"),
            Looks,
            [-60.0, 80.0],
            (15.0, 5.0),
            |c| Slot::Normal(&mut c.light.key_pitch_deg),
        ),
        tunable(
            ("light.key_yaw_deg", "side of the first lamp (°)"),
            Looks,
            [-85.0, 85.0],
            (20.0, 5.0),
            |c| Slot::Normal(&mut c.light.key_yaw_deg),
        ),
        // Optics and sensor.
        tunable(("sensor.blur_px", "blur (px)"), Looks, [0.0, 3.0], (0.25, 0.02), |c| {
            Slot::Range(&mut c.sensor.blur_px)
        }),
        tunable(
            ("sensor.read_noise", "noise (share of white)"),
            Looks,
            [0.0, 0.08],
            (0.006, 0.001),
            |c| Slot::Range(&mut c.sensor.read_noise),
        ),
        // Eyeglasses.
        tunable(("glasses.share", "share with eyeglasses"), Looks, [0.0, 1.0], (0.15, 0.0), |c| {
            Slot::Share(&mut c.glasses.share)
        }),
    ]
};

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
