//! The small movements of a fixating eye: drift and microsaccades.
//!
//! Drift is a sum of slow sines of about half a degree a second; tremor, below 0.01 degrees, is
//! left out. Microsaccades lie on the main sequence of the large ones (Zuber et al. 1965) and jump
//! between places around the target, so that they correct what they disturb.

use super::saccade::{duration_s, progress};
use crate::eye::config::MotionConfig;
use crate::seed::{Purpose, Stream};
use std::f64::consts::TAU;

/// Sines an axis.
const WAVES: usize = 2;

/// Least time between two microsaccades, s.
const REST_S: f64 = 0.15;

/// How far the eye stands beside its target at these times, degrees (pitch, yaw).
pub(super) fn offsets(
    motion: &MotionConfig,
    seed: u64,
    moment: u64,
    times_s: [f64; 3],
) -> [[f64; 2]; 3] {
    let drift = Drift::new(motion.drift_deg, Stream::new(seed, moment, Purpose::Drift));
    let jumps = microsaccades(motion, seed, moment, times_s[0].max(times_s[1]).max(times_s[2]));
    times_s.map(|time| {
        let (drift, jump) = (drift.at(time), jumped(&jumps, time));
        [drift[0] + jump[0], drift[1] + jump[1]]
    })
}

struct Drift {
    deviation_deg: f64,
    /// Frequency in Hz and phase in turns, by axis.
    waves: [[(f64, f64); WAVES]; 2],
}

impl Drift {
    fn new(deviation_deg: f64, mut stream: Stream) -> Self {
        let mut wave = || (0.3 + 1.2 * stream.unit(), stream.unit());
        Self { deviation_deg, waves: [[wave(), wave()], [wave(), wave()]] }
    }

    fn at(&self, time_s: f64) -> [f64; 2] {
        let size = self.deviation_deg * (2.0 / WAVES as f64).sqrt();
        self.waves.map(|axis| {
            size * axis.iter().map(|(f, phase)| libm::sin(TAU * (f * time_s + phase))).sum::<f64>()
        })
    }
}

#[derive(Debug, Clone, Copy)]
struct Jump {
    start_s: f64,
    duration_s: f64,
    from: [f64; 2],
    to: [f64; 2],
}

fn microsaccades(motion: &MotionConfig, seed: u64, moment: u64, until_s: f64) -> Vec<Jump> {
    let mut stream = Stream::new(seed, moment, Purpose::Microsaccade);
    // Two places of deviation s on each axis are 2 s apart (root mean square).
    let deviation = 0.5 * motion.microsaccade_deg;
    let mut place = || [deviation * stream.normal(), deviation * stream.normal(), stream.unit()];
    let [pitch, yaw, begun] = place();
    let (mut from, mut jumps) = ([pitch, yaw], Vec::new());
    if motion.microsaccade_rate_hz == 0.0 {
        return jumps;
    }
    let mean = 1.0 / motion.microsaccade_rate_hz;
    let mut start_s = -begun * mean;
    while start_s < until_s {
        let [pitch, yaw, wait] = place();
        let to = [pitch, yaw];
        let way = [to[0] - from[0], to[1] - from[1]];
        let amplitude = (way[0] * way[0] + way[1] * way[1]).sqrt();
        jumps.push(Jump { start_s, duration_s: duration_s(motion, amplitude), from, to });
        from = to;
        start_s += REST_S - (mean - REST_S) * libm::log(wait);
    }
    jumps
}

/// Where the jumps before this time have led, degrees.
fn jumped(jumps: &[Jump], time_s: f64) -> [f64; 2] {
    let last = jumps.iter().rev().find(|jump| jump.start_s <= time_s);
    let Some(jump) = last.or(jumps.first()) else { return [0.0; 2] };
    let t = time_s - jump.start_s;
    let done = if t >= jump.duration_s { 1.0 } else { progress(t / jump.duration_s) };
    [0, 1].map(|k| jump.from[k] + (jump.to[k] - jump.from[k]) * done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn microsaccades_have_their_rate_and_size() {
        let motion = MotionConfig::default();
        let (mut count, mut square) = (0, 0.0);
        for moment in 0..100 {
            for jump in microsaccades(&motion, 1, moment, 20.0) {
                if jump.start_s >= 0.0 {
                    count += 1;
                    square += (jump.to[0] - jump.from[0]) * (jump.to[0] - jump.from[0])
                        + (jump.to[1] - jump.from[1]) * (jump.to[1] - jump.from[1]);
                }
            }
        }
        let rate = count as f64 / 2000.0;
        assert!((rate / motion.microsaccade_rate_hz - 1.0).abs() < 0.06, "{rate} a second");
        let size: f64 = (square / count as f64).sqrt();
        assert!((size / motion.microsaccade_deg - 1.0).abs() < 0.06, "{size} degrees");
    }

    #[test]
    fn drift_has_its_size_and_is_slow() {
        let motion = MotionConfig { microsaccade_rate_hz: 0.0, ..MotionConfig::default() };
        let (mut place, mut speed, mut n) = (0.0f64, 0.0f64, 0.0);
        for moment in 0..300 {
            for k in 0..40 {
                let t = k as f64 * 0.1;
                let [a, b, _] = offsets(&motion, 2, moment, [t, t + 1e-4, t]);
                place += a[0] * a[0] + a[1] * a[1];
                let v = [(b[0] - a[0]) * 1e4, (b[1] - a[1]) * 1e4];
                speed += v[0] * v[0] + v[1] * v[1];
                n += 2.0;
            }
        }
        let place = (place / n).sqrt();
        assert!((place / motion.drift_deg - 1.0).abs() < 0.08, "{place} degrees an axis");
        let speed = (2.0 * speed / n).sqrt();
        assert!((0.3..1.0).contains(&speed), "{speed} degrees a second");
    }

    #[test]
    fn a_fixating_eye_never_jumps_without_a_saccade() {
        let motion = MotionConfig::default();
        let mut last = offsets(&motion, 2, 9, [0.0; 3])[0];
        for k in 1..20_000 {
            let now = offsets(&motion, 2, 9, [k as f64 * 5e-4; 3])[0];
            let way = [now[0] - last[0], now[1] - last[1]];
            let speed = (way[0] * way[0] + way[1] * way[1]).sqrt() / 5e-4;
            assert!(speed < 80.0, "{k}: {speed} degrees a second");
            last = now;
        }
    }
}
