//! Blinks: how far the lid is closed.
//!
//! The lid comes down faster than it rises, and rises fast first, slowly in the end (VanderWerf et
//! al. 2003; Sforza et al. 2008; Kwon et al. 2013).

use super::saccade::progress;
use crate::eye::config::{EyeConfig, MotionConfig};
use crate::seed::{Purpose, Stream};

/// One blink.
#[derive(Debug, Clone, Copy)]
struct Blink {
    start_s: f64,
    closing_s: f64,
    closed_s: f64,
    opening_s: f64,
    /// Closure at its deepest, 0 to 1.
    depth: f64,
}

/// The lid rests at least this long between two blinks, s.
const REST_S: f64 = 0.1;

impl Blink {
    fn end_s(&self) -> f64 {
        self.start_s + self.closing_s + self.closed_s + self.opening_s
    }

    fn closure(&self, time_s: f64) -> f64 {
        let t = time_s - self.start_s;
        let up = ((t - self.closing_s - self.closed_s) / self.opening_s).clamp(0.0, 1.0);
        let down = progress(t / self.closing_s);
        self.depth * (down - progress(up * (2.0 - up))).max(0.0)
    }
}

/// Closure of an image of its own: `lids.blink_share` of them are in a blink, evenly deep.
pub(super) fn of_an_image(config: &EyeConfig, seed: u64, moment: u64) -> f64 {
    let mut stream = Stream::new(seed, moment, Purpose::Blink);
    let blinks = stream.unit() < config.lids.blink_share;
    let closure = stream.unit();
    if blinks { closure } else { 0.0 }
}

/// Closure at a time of a sequence.
pub(super) fn of_a_sequence(motion: &MotionConfig, seed: u64, moment: u64, time_s: f64) -> f64 {
    blinks(motion, seed, moment, time_s).map(|b| b.closure(time_s)).fold(0.0, f64::max)
}

/// All blinks that begin before this time.
fn blinks(
    motion: &MotionConfig,
    seed: u64,
    moment: u64,
    until_s: f64,
) -> impl Iterator<Item = Blink> {
    let mut stream = Stream::new(seed, moment, Purpose::Blink);
    // What is left of the mean interval after a blink and the rest is waited for.
    let busy =
        motion.blink_closing_s.mean + motion.blink_closed_s.mean + motion.blink_opening_s.mean;
    let mean_wait = (1.0 / motion.blink_rate_hz - busy - REST_S).max(0.0);
    // A blink may be under way as the sequence begins.
    let mut last_end = -busy - REST_S;
    let (motion, never) = (motion.clone(), motion.blink_rate_hz == 0.0);
    std::iter::from_fn(move || {
        if never {
            return None;
        }
        let start_s = last_end + REST_S + stream.wait(mean_wait);
        let closing_s = motion.blink_closing_s.draw(&mut stream);
        let closed_s = motion.blink_closed_s.draw(&mut stream);
        let opening_s = motion.blink_opening_s.draw(&mut stream);
        let complete = stream.unit() < motion.blink_complete_share;
        let partial = 0.5 + 0.5 * stream.unit();
        let depth = if complete { 1.0 } else { partial };
        let blink = Blink { start_s, closing_s, closed_s, opening_s, depth };
        last_end = blink.end_s();
        (start_s < until_s).then_some(blink)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blink_closes_faster_than_it_opens_and_takes_its_time() {
        for blink in blinks(&MotionConfig::default(), 1, 2, 300.0) {
            let length = blink.end_s() - blink.start_s;
            assert!((0.15..0.4).contains(&length), "{length} s");
            let at = |t: f64| blink.closure(blink.start_s + t);
            assert!(at(0.0) == 0.0 && at(length) < 1e-12);
            assert_eq!((at(-1.0), at(length + 1.0)), (0.0, 0.0));
            assert!((at(blink.closing_s + 0.5 * blink.closed_s) - blink.depth).abs() < 1e-12);
            // Time from a tenth to nine tenths of the way, down and up.
            let steps = (0..10_000).map(|k| at(length * k as f64 / 1e4) / blink.depth);
            let between: Vec<bool> = steps.map(|c| (0.1..0.9).contains(&c)).collect();
            let middle = (1e4 * (blink.closing_s + 0.5 * blink.closed_s) / length) as usize;
            let count = |part: &[bool]| part.iter().filter(|&&b| b).count() as f64;
            let (down, up) = (count(&between[..middle]), count(&between[middle..]));
            assert!(up > down, "down {down}, up {up}");
        }
    }

    #[test]
    fn the_lid_closes_some_1_45_times_as_fast_as_it_opens() {
        // Peak speeds of the mean blink; Sforza et al. measure 1.40 to 1.47.
        let m = MotionConfig::default();
        let (closing_s, opening_s) = (m.blink_closing_s.mean, m.blink_opening_s.mean);
        let blink = Blink { start_s: 0.0, closing_s, closed_s: 0.0, opening_s, depth: 1.0 };
        let speed = |t: f64| (blink.closure(t + 1e-6) - blink.closure(t - 1e-6)) / 2e-6;
        let speeds = (0..23_000).map(|k| speed(k as f64 * 1e-5));
        let (down, up) = speeds.fold((0.0f64, 0.0f64), |(d, u), v| (d.max(v), u.max(-v)));
        assert!((1.35..1.55).contains(&(down / up)), "{down} {up}");
    }

    #[test]
    fn blinks_come_at_their_rate_from_the_first_second_on() {
        let motion = MotionConfig::default();
        let length = 20.0;
        let all: usize = (0..400)
            .map(|moment| blinks(&motion, 3, moment, length).filter(|b| b.start_s >= 0.0).count())
            .sum();
        let rate = all as f64 / (400.0 * length);
        assert!((rate / motion.blink_rate_hz - 1.0).abs() < 0.08, "{rate} a second");
        let early = (0..4000)
            .filter(|&moment| blinks(&motion, 4, moment, 1.0).any(|b| b.start_s >= 0.0))
            .count();
        let expected = 4000.0 * motion.blink_rate_hz;
        assert!((early as f64 / expected - 1.0).abs() < 0.2, "{early} of 4000 in a second");
        let none = MotionConfig { blink_rate_hz: 0.0, ..motion };
        assert_eq!(of_a_sequence(&none, 3, 1, 500.0), 0.0);
    }

    #[test]
    fn a_lid_never_jumps() {
        let motion = MotionConfig { blink_rate_hz: 1.0, ..MotionConfig::default() };
        let mut last = of_a_sequence(&motion, 5, 6, 0.0);
        let mut deepest = 0.0f64;
        for k in 1..40_000 {
            let now = of_a_sequence(&motion, 5, 6, k as f64 * 5e-4);
            // At most 15/8 of the way in the shortest closing.
            assert!((now - last).abs() <= 1.9 * 5e-4 / 0.05, "{k}: {last} to {now}");
            assert!((0.0..=1.0).contains(&now));
            (last, deepest) = (now, deepest.max(now));
        }
        assert_eq!(deepest, 1.0, "some blinks are complete");
    }
}
