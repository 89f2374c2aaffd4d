//! Where the eyes look in the course of a sequence: glances, and saccades between them.
//!
//! A glance rests on a place or follows one that moves evenly. All glances of a sequence come out
//! of its random streams in their order, so any moment can be computed without those before it
//! being rendered.

use super::Source;
use super::aim::{Aims, within_reach};
use super::saccade::{duration_s, progress};
use super::turn::angle_between;
use crate::seed::{Purpose, Stream};

/// A fixation or a pursuit.
#[derive(Debug, Clone, Copy)]
struct Glance {
    arrive_s: f64,
    leave_s: f64,
    /// Where it begins, degrees (pitch, yaw), and how it moves, degrees a second.
    from: [f64; 2],
    rate: [f64; 2],
}

impl Glance {
    fn at(&self, time_s: f64) -> [f64; 2] {
        let t = time_s.clamp(self.arrive_s, self.leave_s) - self.arrive_s;
        [self.from[0] + self.rate[0] * t, self.from[1] + self.rate[1] * t]
    }
}

/// Draws glances one after the other.
struct Glances<'a> {
    source: Source<'a>,
    aims: Aims<'a>,
    stream: Stream,
    head: [f64; 2],
}

impl Glances<'_> {
    fn place(&mut self) -> [f64; 2] {
        let aim = self.aims.next(&mut self.stream);
        within_reach(&self.source.config.pose, self.head, aim)
    }

    /// A glance that begins with the place `from`; it lasts until `leave_s`.
    fn glance(&mut self, arrive_s: f64, from: [f64; 2]) -> Glance {
        let m = &self.source.config.pose.motion;
        let pursues = self.stream.unit() < m.pursuit_share;
        let (rests_s, follows_s) =
            (m.fixation_s.draw(&mut self.stream), m.pursuit_s.draw(&mut self.stream));
        let speed = m.pursuit_deg_s.draw(&mut self.stream);
        let goal = self.place();
        let way = [goal[0] - from[0], goal[1] - from[1]];
        let length = (way[0] * way[0] + way[1] * way[1]).sqrt();
        let lasts_s = if pursues { follows_s } else { rests_s };
        // What is followed stays within what is looked at: it is slower where the way is short.
        let rate = if pursues && length > 0.0 {
            let share = (speed * lasts_s).min(length) / (length * lasts_s);
            way.map(|w| w * share)
        } else {
            [0.0; 2]
        };
        Glance { arrive_s, leave_s: arrive_s + lasts_s, from, rate }
    }
}

/// Where the eyes look at a time of the sequence, degrees (pitch, yaw), without the small movements
/// of fixation. `aims` has given the first place, `first`.
pub(super) fn at<'a>(
    source: Source<'a>,
    aims: Aims<'a>,
    moment: u64,
    head: [f64; 2],
    first: [f64; 2],
    times_s: [f64; 3],
) -> [[f64; 2]; 3] {
    let mut stream = Stream::new(source.seed, moment, Purpose::Path);
    let begun = stream.unit();
    let mut draws = Glances { source, aims, stream, head };
    // The sequence begins somewhere within the first glance.
    let mut glance = draws.glance(0.0, first);
    let before = begun * (glance.leave_s - glance.arrive_s);
    (glance.arrive_s, glance.leave_s) = (-before, glance.leave_s - before);
    let mut seen = [None; 3];
    loop {
        for (place, &time) in seen.iter_mut().zip(&times_s) {
            if time <= glance.leave_s {
                place.get_or_insert(glance.at(time));
            }
        }
        if let [Some(a), Some(b), Some(c)] = seen {
            return [a, b, c];
        }
        // The saccade to the next glance.
        let (start, end) = (glance.at(glance.leave_s), draws.place());
        let takes_s = duration_s(&source.config.pose.motion, angle_between(start, end));
        for (place, &time) in seen.iter_mut().zip(&times_s) {
            let share = (time - glance.leave_s) / takes_s;
            if share < 1.0 {
                let done = progress(share);
                place.get_or_insert([0, 1].map(|k| start[k] + (end[k] - start[k]) * done));
            }
        }
        glance = draws.glance(glance.leave_s + takes_s, end);
    }
}

#[cfg(test)]
mod tests {
    use super::super::saccade::peak_deg_s;
    use super::*;
    use crate::eye::EyeConfig;

    fn trace(config: &EyeConfig, moment: u64, times: impl Iterator<Item = f64>) -> Vec<[f64; 2]> {
        let source = Source { config, seed: 7, measured: None };
        times
            .map(|t| {
                let mut aims = Aims::new(&source, moment);
                let first = aims.next(&mut Stream::new(7, moment, Purpose::Pose));
                let at = at(source, aims, moment, [0.0; 2], first, [t, t + 0.5, t]);
                assert_eq!(at[0], at[2]);
                at[0]
            })
            .collect()
    }

    /// Saccades of a trace, as (amplitude, duration s, peak velocity), degrees.
    fn saccades(trace: &[[f64; 2]], step_s: f64, above_deg_s: f64) -> Vec<(f64, f64, f64)> {
        let speed: Vec<f64> =
            trace.windows(2).map(|w| angle_between(w[0], w[1]) / step_s).collect();
        let mut found = Vec::new();
        let mut start = None;
        for (k, &v) in speed.iter().enumerate() {
            match (v > above_deg_s, start) {
                (true, None) => start = Some(k),
                (false, Some(from)) => {
                    let peak = speed[from..k].iter().fold(0.0f64, |a, &b| a.max(b));
                    let amplitude = angle_between(trace[from], trace[k]);
                    found.push((amplitude, (k - from) as f64 * step_s, peak));
                    start = None;
                }
                _ => {}
            }
        }
        found
    }

    #[test]
    fn saccades_keep_the_main_sequence_and_the_eye_rests_between_them() {
        let mut config = EyeConfig::default();
        config.pose.motion.pursuit_share = 0.0;
        let step = 5e-4;
        let trace = trace(&config, 3, (0..20_000).map(|k| k as f64 * step));
        let found = saccades(&trace, step, 1e-6);
        assert!((15..40).contains(&found.len()), "{} in 10 s", found.len());
        for (amplitude, duration, peak) in found {
            let motion = &config.pose.motion;
            let expected = peak_deg_s(motion, amplitude);
            // Angles of (pitch, yaw) are a little longer than what they turn.
            assert!((peak / expected - 1.0).abs() < 0.03, "{amplitude}: {peak} {expected}");
            let expected = duration_s(motion, amplitude);
            assert!((duration - expected).abs() < 3.0 * step, "{amplitude}: {duration}");
        }
    }

    #[test]
    fn pursuit_is_even_and_no_faster_than_set() {
        let mut config = EyeConfig::default();
        config.pose.motion.pursuit_share = 1.0;
        config.pose.motion.saccade_peak_deg_s = 1000.0;
        let step = 1e-3;
        let trace = trace(&config, 4, (0..8000).map(|k| k as f64 * step));
        let speed = |w: &[[f64; 2]]| {
            let [a, b] = [w[1][0] - w[0][0], w[1][1] - w[0][1]];
            (a * a + b * b).sqrt() / step
        };
        let slow: Vec<f64> = trace.windows(2).map(speed).filter(|&v| v < 25.001).collect();
        assert!(slow.len() > 7000, "{} of 8000 in pursuit", slow.len());
        let moving = slow.iter().filter(|&&v| v > 1.0).count();
        assert!(moving > 6500, "{moving} of 8000 move");
        let even = slow.windows(2).filter(|w| (w[0] - w[1]).abs() < 1e-6).count();
        assert!(even > 6900, "{even}");
    }

    #[test]
    fn glances_stay_where_gaze_is_drawn() {
        let config = EyeConfig::default();
        let p = &config.pose;
        for place in trace(&config, 5, (0..3000).map(|k| k as f64 * 0.02)) {
            assert!((p.gaze_pitch_deg.min..=p.gaze_pitch_deg.max).contains(&place[0]));
            assert!((p.gaze_yaw_deg.min..=p.gaze_yaw_deg.max).contains(&place[1]));
        }
    }
}
