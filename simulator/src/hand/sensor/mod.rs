//! What a real depth sensor makes of exact depth.
//!
//! Sensors work on their own pixel grid and within the region around the hand; a crop is resampled
//! afterwards, by the nearest pixel, as those who cut out hands do. All randomness is a function of
//! (seed, id, pixel of the sensor), so it does not change with the region.

mod field;
mod smooth;
mod structured_light;
mod time_of_flight;

pub use structured_light::StructuredLightConfig;
pub use time_of_flight::TimeOfFlightConfig;

use super::cast::Cast;
use crate::Error;
use crate::check::number;
use crate::sample::DepthSensor;
use crate::seed::{Purpose, Stream};
use field::Field;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Which sensor, and its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HandSensorConfig {
    /// Which model is applied.
    pub model: DepthSensor,
    /// Distance from the hand's farthest point to a wall behind it, mm; 0 for no wall. Structured light
    /// casts shadows on it, time of flight mixes with it.
    pub wall_mm: f64,
    /// Of `structured-light`.
    pub structured_light: StructuredLightConfig,
    /// Of `time-of-flight`.
    pub time_of_flight: TimeOfFlightConfig,
}

impl Default for HandSensorConfig {
    fn default() -> Self {
        Self {
            model: DepthSensor::StructuredLight,
            wall_mm: 600.0,
            structured_light: StructuredLightConfig::default(),
            time_of_flight: TimeOfFlightConfig::default(),
        }
    }
}

impl HandSensorConfig {
    pub(crate) fn check(&self) -> Result<(), Error> {
        number("sensor.wall_mm", self.wall_mm, 0.0, 10_000.0)?;
        let s = &self.structured_light;
        number("sensor.structured_light.baseline_mm", s.baseline_mm, 0.0, 500.0)?;
        number("sensor.structured_light.steps_per_px", s.steps_per_px, 1.0, 1000.0)?;
        number("sensor.structured_light.axial", s.axial, 0.0, 20.0)?;
        number("sensor.structured_light.lateral", s.lateral, 0.0, 20.0)?;
        number("sensor.structured_light.window_px", s.window_px as f64, 1.0, 99.0)?;
        number("sensor.structured_light.agree_px", s.agree_px, 0.01, 100.0)?;
        number("sensor.structured_light.min_support", s.min_support, 0.0, 1.0)?;
        number("sensor.structured_light.near_share", s.near_share, 0.0, 1.0)?;
        number("sensor.structured_light.grazing_deg", s.grazing_deg, 0.0, 89.0)?;
        let t = &self.time_of_flight;
        number("sensor.time_of_flight.modulation_mhz", t.modulation_mhz, 1.0, 300.0)?;
        number("sensor.time_of_flight.noise_mm", t.noise_mm, 0.0, 100.0)?;
        number("sensor.time_of_flight.reflectance", t.reflectance, 0.01, 1.0)?;
        number("sensor.time_of_flight.spill", t.spill, 0.0, 0.25)?;
        number("sensor.time_of_flight.wiggle_mm", t.wiggle_mm, 0.0, 100.0)?;
        number("sensor.time_of_flight.multipath", t.multipath, 0.0, 1.0)?;
        number("sensor.time_of_flight.min_amplitude", t.min_amplitude, 0.0, 100.0)
    }
}

impl HandSensorConfig {
    /// Farther from the hand than this there is nothing but the wall, px.
    pub(crate) fn reach_px(&self) -> usize {
        match self.model {
            DepthSensor::StructuredLight => 12 + self.structured_light.window_px / 2,
            _ => 8,
        }
    }
}

/// What a sensor model sees of a scene, in the region of its image that was cast.
struct Seen<'a> {
    cast: &'a Cast,
    /// Exact depth, mm, row by row; the wall, or infinite, where the hand is not.
    depth_mm: Vec<f32>,
    /// Which of them are the hand's.
    hand: Vec<bool>,
    /// Of each row, the columns from the hand's first pixel to its last.
    columns: Vec<Option<Range<usize>>>,
    width: usize,
    height: usize,
    /// Whether camera and projector both see the background: if not, pixels far from the hand are left out.
    wall_shows: bool,
    field: Field,
    /// Whether the widest instructions of this machine are used.
    wide: bool,
}

impl Seen<'_> {
    fn clamped(&self, x: i64, y: i64) -> (usize, usize) {
        let held = |at: i64, length: usize| at.clamp(0, length as i64 - 1) as usize;
        (held(x, self.width), held(y, self.height))
    }

    /// The columns of a row from the hand's first pixel to its last, and those that have it within so many
    /// px above, below and beside.
    fn hand_around(&self, y: usize, px: usize) -> Option<Range<usize>> {
        let rows = y.saturating_sub(px)..(y + px + 1).min(self.height);
        let hand = self.columns[rows].iter().flatten().cloned();
        let hand = hand.reduce(|a, b| a.start.min(b.start)..a.end.max(b.end))?;
        Some(hand.start.saturating_sub(px)..(hand.end + px).min(self.width))
    }
}

/// The sensor's depths of what was cast, mm, row by row; 0 = no return. `origin_px` is where the region's
/// first pixel lies in the sensor's image. Where the wall does not show, it is there for shadows and edges
/// alone. The cast has to know how its pixels face the camera.
pub(crate) fn depths_mm(
    config: &HandSensorConfig,
    cast: &Cast,
    origin_px: [i64; 2],
    wall_shows: bool,
    key: (u64, u64),
) -> Vec<f32> {
    depths_with(true, config, cast, (origin_px, wall_shows), key)
}

/// As [`depths_mm`], with the widest instructions of this machine or without.
fn depths_with(
    wide: bool,
    config: &HandSensorConfig,
    cast: &Cast,
    (origin_px, wall_shows): ([i64; 2], bool),
    (seed, id): (u64, u64),
) -> Vec<f32> {
    let [width, height] = cast.size_px;
    let mut depth_mm = Vec::with_capacity(width * height);
    for y in 0..height {
        depth_mm.extend_from_slice(cast.row_mm(y));
    }
    if config.model == DepthSensor::Clean {
        return depth_mm;
    }
    let hand: Vec<bool> = depth_mm.iter().map(|z| z.is_finite()).collect();
    let columns = hand.chunks_exact(width).map(|row| {
        let first = row.iter().position(|hand| *hand)?;
        Some(first..row.iter().rposition(|hand| *hand)? + 1)
    });
    let columns = columns.collect();
    if config.wall_mm > 0.0 {
        let wall = farthest_mm(&depth_mm) + config.wall_mm as f32;
        for z in depth_mm.iter_mut().filter(|z| z.is_infinite()) {
            *z = wall;
        }
    }
    let field = Field::new(Stream::new(seed, id, Purpose::DepthNoise).word(), origin_px);
    let seen = Seen { cast, depth_mm, hand, columns, width, height, wall_shows, field, wide };
    match config.model {
        DepthSensor::TimeOfFlight => time_of_flight::image(&config.time_of_flight, &seen),
        _ => structured_light::image(&config.structured_light, &seen),
    }
}

/// The farthest depth that is not infinite, mm; 0 if all are.
fn farthest_mm(depth_mm: &[f32]) -> f32 {
    // Side by side, so that the compiler can use vectors.
    let mut farthest = [0.0f32; 8];
    let (groups, rest) = depth_mm.as_chunks::<8>();
    for group in groups {
        for (most, z) in farthest.iter_mut().zip(group) {
            let finite = if *z < f32::INFINITY { *z } else { 0.0 };
            *most = if finite > *most { finite } else { *most };
        }
    }
    let rest = rest.iter().filter(|z| z.is_finite());
    rest.chain(&farthest).fold(0.0, |most, z| most.max(*z))
}

/// Rounded to mm; 0 for what is infinite or farther than a sensor says.
#[inline]
pub(crate) fn whole_mm(depth_mm: f32) -> u16 {
    // Non-negative, so truncation is floor.
    let rounded = (depth_mm + 0.5) as u32;
    if rounded < 65_536 { rounded as u16 } else { 0 }
}

#[cfg(test)]
mod tests;
