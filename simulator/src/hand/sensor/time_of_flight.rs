//! Time of flight: the phase of light that was sent out modulated (Intel Creative, SR300, Kinect v2).

use super::Seen;
use serde::{Deserialize, Serialize};

/// Numbers of a time-of-flight sensor. Formulas are the textbook's for a modulated source; the numbers are
/// ours, within what is reported for short-range cameras.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TimeOfFlightConfig {
    /// Frequency of modulation, MHz. It sets the phase of what is mixed.
    pub modulation_mhz: f64,
    /// Noise of a surface of reflectance 0.5 at 1 m, seen head on, mm; it grows with z² / cos θ.
    pub noise_mm: f64,
    /// Reflectance of skin in near infrared.
    pub reflectance: f64,
    /// Share of its light that a pixel gets from each of its four neighbours: flying pixels at edges.
    pub spill: f64,
    /// Amplitude of the cyclic error (wiggling), mm.
    pub wiggle_mm: f64,
    /// How much of the depth of a hollow below its surroundings is added to it, as light that went a
    /// longer way: multipath.
    pub multipath: f64,
    /// Amplitude below which there is no return, as a share of that of a surface of reflectance 0.5 at
    /// 1 m, seen head on.
    pub min_amplitude: f64,
}

impl Default for TimeOfFlightConfig {
    fn default() -> Self {
        Self {
            modulation_mhz: 50.0,
            noise_mm: 3.0,
            reflectance: 0.6,
            spill: 0.1,
            wiggle_mm: 2.0,
            multipath: 0.2,
            min_amplitude: 0.15,
        }
    }
}

/// Speed of light, mm a second.
const LIGHT_MM: f64 = 2.997_924_58e11;
/// Light of longer ways comes from this far around, px.
const AROUND_PX: i64 = 6;
/// Kinds of noise.
const ALONG: u32 = 11;

/// The sensor's depths, mm, row by row; 0 = no return.
pub(super) fn image(config: &TimeOfFlightConfig, seen: &Seen<'_>) -> Vec<f32> {
    let (width, height) = (seen.width, seen.height);
    // Phase of a depth, rad a mm: the light goes there and back.
    let phase = (4.0 * std::f64::consts::PI * config.modulation_mhz * 1e6 / LIGHT_MM) as f32;
    let amplitudes: Vec<f32> = (0..width * height).map(|i| amplitude(config, seen, i)).collect();

    let mut image = vec![0.0; width * height];
    for y in 0..height {
        for x in 0..width {
            let i = y * width + x;
            if !seen.wall_shows && !beside_hand(seen, x, y) {
                continue;
            }
            let Some((mut depth_mm, amplitude)) = mixed(config, seen, &amplitudes, phase, x, y)
            else {
                continue;
            };
            if amplitude < config.min_amplitude as f32 {
                continue;
            }
            if seen.hand[i] {
                depth_mm += config.multipath as f32 * hollow_mm(seen, x, y);
            }
            depth_mm += config.wiggle_mm as f32 * libm::sinf(4.0 * phase * depth_mm);
            let sigma = config.noise_mm as f32 / amplitude;
            image[i] = (depth_mm + sigma * seen.field.normal(ALONG, x, y)).max(0.0);
        }
    }
    image
}

/// Whether a pixel or one beside it shows the hand.
fn beside_hand(seen: &Seen<'_>, x: usize, y: usize) -> bool {
    [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)].into_iter().any(|(dx, dy)| {
        let (x, y) = seen.clamped(x as i64 + dx, y as i64 + dy);
        seen.hand[y * seen.width + x]
    })
}

/// Light that comes back to a pixel, as a share of that from a surface of reflectance 0.5 at 1 m.
fn amplitude(config: &TimeOfFlightConfig, seen: &Seen<'_>, i: usize) -> f32 {
    let depth_mm = seen.depth_mm[i];
    if !depth_mm.is_finite() {
        return 0.0;
    }
    let meters = depth_mm / 1000.0;
    let (x, y) = (i % seen.width, i / seen.width);
    let facing = if seen.hand[i] { seen.cast.cosine(x, y) } else { 1.0 };
    2.0 * config.reflectance as f32 * facing.max(0.02) / (meters * meters)
}

/// Depth and amplitude of a pixel's light together with what spills into it: phasors are added, so at an
/// edge the depth lies between hand and wall. `None` without light.
fn mixed(
    config: &TimeOfFlightConfig,
    seen: &Seen<'_>,
    amplitudes: &[f32],
    phase: f32,
    x: usize,
    y: usize,
) -> Option<(f32, f32)> {
    let i = y * seen.width + x;
    let spill = config.spill as f32;
    let parts = [(0, 0, 1.0 - 4.0 * spill), (1, 0, spill), (-1, 0, spill), (0, 1, spill)];
    let parts = parts.into_iter().chain([(0, -1, spill)]).map(|(dx, dy, weight)| {
        let (x, y) = seen.clamped(x as i64 + dx, y as i64 + dy);
        let at = y * seen.width + x;
        (seen.depth_mm[at], weight * amplitudes[at])
    });
    let sum: f32 = parts.clone().map(|(_, a)| a).sum();
    if sum <= 0.0 {
        return None;
    }
    // Phases are told from that of the nearest, so that they cannot wrap between neighbours.
    let nearest = parts.clone().filter(|(_, a)| *a > 0.0).map(|(z, _)| z).fold(f32::MAX, f32::min);
    let spread =
        parts.clone().filter(|(_, a)| *a > 0.0).map(|(z, _)| z - nearest).fold(0.0, f32::max);
    // On one smooth surface the mean is the same to a hundredth of a mm, and no sine is needed.
    if spread < 20.0 {
        let mean = parts.map(|(z, a)| if a > 0.0 { a * (z - nearest) } else { 0.0 }).sum::<f32>();
        let own = seen.depth_mm[i];
        let depth_mm = if seen.hand[i] && own.is_finite() { nearest + mean / sum } else { nearest };
        return Some((depth_mm, sum));
    }
    let (mut re, mut im) = (0.0, 0.0);
    for (z, a) in parts.filter(|(_, a)| *a > 0.0) {
        let (sin, cos) = libm::sincosf(phase * (z - nearest));
        re += a * cos;
        im += a * sin;
    }
    let amplitude = (re * re + im * im).sqrt();
    Some((nearest + libm::atan2f(im, re) / phase, amplitude))
}

/// How far a pixel lies behind the mean of the hand around it, mm; 0 where it stands out.
fn hollow_mm(seen: &Seen<'_>, x: usize, y: usize) -> f32 {
    let own = seen.depth_mm[y * seen.width + x];
    let (mut sum, mut count) = (0.0, 0.0);
    for (dx, dy) in [(-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (1, -1), (-1, 1), (1, 1)] {
        let (x, y) = seen.clamped(x as i64 + dx * AROUND_PX, y as i64 + dy * AROUND_PX);
        let at = y * seen.width + x;
        if seen.hand[at] {
            sum += seen.depth_mm[at];
            count += 1.0;
        }
    }
    if count == 0.0 { 0.0 } else { (own - sum / count).max(0.0) }
}
