//! What a real depth sensor makes of exact depth.
//!
//! Sensors work on their own pixel grid and within the region around the hand; a crop is resampled
//! afterwards, by the nearest pixel, as those who cut out hands do. All randomness is a function of
//! (seed, id, pixel of the sensor), so it does not change with the region.

mod field;
mod structured_light;
mod time_of_flight;

pub use structured_light::StructuredLightConfig;
pub use time_of_flight::TimeOfFlightConfig;

use super::cast::Cast;
use super::surface::Surface;
use crate::Error;
use crate::check::number;
use crate::sample::{DepthSensor, Frame};
use crate::seed::{Purpose, Stream};
use field::Field;
use serde::{Deserialize, Serialize};

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

/// What a sensor model sees of a scene, in the region of its image that was cast.
struct Seen<'a> {
    surface: &'a Surface,
    cast: &'a Cast,
    /// Exact depth, mm, row by row; the wall, or infinite, where the hand is not.
    depth_mm: Vec<f32>,
    /// Which of them are the hand's.
    hand: Vec<bool>,
    width: usize,
    height: usize,
    /// Whether anybody sees the wall: if not, pixels far from the hand are left out.
    wall_shows: bool,
    field: Field,
}

impl Seen<'_> {
    fn clamped(&self, x: i64, y: i64) -> (usize, usize) {
        let held = |at: i64, length: usize| at.clamp(0, length as i64 - 1) as usize;
        (held(x, self.width), held(y, self.height))
    }
}

/// The sensor's image of what was cast, mm; 0 = no return. `origin_px` is where the region's first pixel
/// lies in the sensor's image. Where the wall does not show, it is there for shadows and edges alone.
pub(crate) fn apply(
    config: &HandSensorConfig,
    surface: &Surface,
    cast: &Cast,
    origin_px: [i64; 2],
    wall_shows: bool,
    (seed, id): (u64, u64),
) -> Frame<u16> {
    let [width, height] = cast.size_px;
    if config.model == DepthSensor::Clean {
        return clean(cast);
    }
    let farthest = (0..height).flat_map(|y| cast.row_mm(y)).copied();
    let farthest = farthest.filter(|z| z.is_finite()).fold(0.0, f32::max);
    let wall = if config.wall_mm > 0.0 { farthest + config.wall_mm as f32 } else { f32::INFINITY };
    let exact = (0..height).flat_map(|y| cast.row_mm(y)).copied();
    let hand: Vec<bool> = exact.clone().map(f32::is_finite).collect();
    let depth_mm = exact.map(|z| if z.is_finite() { z } else { wall }).collect();
    let field = Field::new(Stream::new(seed, id, Purpose::DepthNoise).word(), origin_px);
    let seen = Seen { surface, cast, depth_mm, hand, width, height, wall_shows, field };
    let depths = match config.model {
        DepthSensor::TimeOfFlight => time_of_flight::image(&config.time_of_flight, &seen),
        _ => structured_light::image(&config.structured_light, &seen),
    };
    Frame::from_fn(width, height, |x, y| whole_mm(depths[y * width + x]))
}

/// Exact depth, rounded.
pub(crate) fn clean(cast: &Cast) -> Frame<u16> {
    let [width, height] = cast.size_px;
    Frame::from_fn(width, height, |x, y| whole_mm(cast.row_mm(y)[x]))
}

/// Rounded to mm; 0 for what is infinite or farther than a sensor says.
fn whole_mm(depth_mm: f32) -> u16 {
    let rounded = (depth_mm + 0.5).floor();
    if rounded > 0.0 && rounded < 65_536.0 { rounded as u16 } else { 0 }
}

#[cfg(test)]
mod tests;
