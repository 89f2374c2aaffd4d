//! Where an axis has its ticks, and what stands at them.

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};
use std::ops::Range;

/// An axis: its range and its ticks, in the units of the plot (decades if logarithmic).
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Scale {
    pub low: f64,
    pub high: f64,
    pub ticks: Vec<f64>,
    pub log: bool,
}

impl Scale {
    /// An axis from `low` to `high` with about `wanted` ticks at 1, 2 or 5 times a power of ten.
    pub fn linear(low: f64, high: f64, wanted: usize) -> Self {
        let (low, high) = widened(low, high);
        let step = nice_step((high - low) / wanted.max(1) as f64);
        // A tick that lies outside by rounding alone is inside.
        let (first, last) = ((low / step - 1e-9).ceil(), (high / step + 1e-9).floor());
        let ticks = (first as i64..=last as i64).map(|k| k as f64 * step).collect();
        Self { low, high, ticks, log: false }
    }

    /// A linear axis that ends at ticks: the range is widened to the next ones.
    pub fn linear_to_ticks(low: f64, high: f64, wanted: usize) -> Self {
        let (low, high) = widened(low, high);
        let step = nice_step((high - low) / wanted.max(1) as f64);
        let (low, high) = ((low / step + 1e-9).floor() * step, (high / step - 1e-9).ceil() * step);
        Self::linear(low, high, wanted)
    }

    /// A logarithmic axis over positive values: ticks at decades, and at 2 and 5 times them if
    /// there are few decades.
    pub fn log(low: f64, high: f64) -> Self {
        let (low, high) = widened(low.log10(), high.log10());
        let factors: &[f64] = if high - low > 3.0 { &[1.0] } else { &[1.0, 2.0, 5.0] };
        let ticks = (low.floor() as i32..=high.ceil() as i32)
            .flat_map(|decade| factors.iter().map(move |f| f.log10() + f64::from(decade)))
            .filter(|tick| (low - 1e-9..=high + 1e-9).contains(tick))
            .collect();
        Self { low, high, ticks, log: true }
    }

    /// Where a value lies on the axis; `None` if it is not finite or lies outside.
    pub fn place(&self, value: f64) -> Option<f64> {
        let placed = if self.log { value.log10() } else { value };
        // Rounding must not put the outermost value outside.
        let slack = (self.high - self.low) * 1e-9;
        (self.low - slack..=self.high + slack).contains(&placed).then_some(placed)
    }

    /// The number that stands at a tick.
    pub fn text(&self, tick: f64) -> String {
        if self.log {
            let value = 10f64.powf(tick);
            // 2 and 5 need no more decimals than their decade.
            return number(value, (-(tick + 1e-9).floor()).max(0.0) as usize);
        }
        let step = match self.ticks[..] {
            [a, b, ..] => b - a,
            _ => (self.high - self.low).abs(),
        };
        number(tick, (-(step + step * 1e-9).log10().floor()).clamp(0.0, 9.0) as usize)
    }
}

/// What Plotters needs of an axis. It asks for ticks twice, for strong and for faint lines; there
/// are only the one kind.
impl Ranged for Scale {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        let share = (value - self.low) / (self.high - self.low);
        (f64::from(limit.0) + f64::from(limit.1 - limit.0) * share).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.ticks.clone()
    }

    fn range(&self) -> Range<f64> {
        self.low..self.high
    }
}

impl ValueFormatter<f64> for Scale {
    fn format_ext(&self, tick: &f64) -> String {
        self.text(*tick)
    }
}

/// A number for people: a true minus sign, and thousands set apart.
pub(super) fn number(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut grouped = String::new();
    for (k, digit) in whole.chars().enumerate() {
        if k > 0 && (whole.len() - k).is_multiple_of(3) && whole.len() > 4 {
            grouped.push('\u{202f}');
        }
        grouped.push(digit);
    }
    let is_zero = text.chars().all(|c| matches!(c, '0' | '.'));
    let sign = if value < 0.0 && !is_zero { "\u{2212}" } else { "" };
    format!("{sign}{grouped}{rest}")
}

/// 1, 2 or 5 times a power of ten, whichever is nearest to `step` in ratio.
fn nice_step(step: f64) -> f64 {
    let decade = 10f64.powf(step.log10().floor());
    let misfit = |factor: &f64| (factor * decade / step).ln().abs();
    let factors = [1.0, 2.0, 5.0, 10.0];
    let nearest = factors.into_iter().min_by(|a, b| misfit(a).total_cmp(&misfit(b)));
    nearest.unwrap_or(1.0) * decade
}

/// A range of no width, or one that is upside down or not finite, becomes one that can be drawn.
fn widened(low: f64, high: f64) -> (f64, f64) {
    if !(low.is_finite() && high.is_finite()) {
        return (0.0, 1.0);
    }
    let (low, high) = (low.min(high), low.max(high));
    let least = (low.abs().max(high.abs()) * 1e-6).max(1e-12);
    if high - low >= least {
        return (low, high);
    }
    let half = if low == 0.0 { 1.0 } else { low.abs() * 0.1 };
    (low - half, high + half)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(scale: &Scale) -> Vec<String> {
        scale.ticks.iter().map(|&tick| scale.text(tick)).collect()
    }

    #[test]
    fn ticks_are_round_numbers_inside_the_range() {
        assert_eq!(texts(&Scale::linear(-0.31, 0.52, 4)), ["−0.2", "0.0", "0.2", "0.4"]);
        assert_eq!(texts(&Scale::linear(0.0, 0.3, 3)), ["0.0", "0.1", "0.2", "0.3"]);
        assert_eq!(texts(&Scale::linear(0.0, 12_000.0, 3)), ["0", "5000", "10\u{202f}000"]);
        let scale = Scale::linear_to_ticks(-3.0, 17.0, 5);
        assert_eq!((scale.low, scale.high), (-5.0, 20.0));
    }

    #[test]
    fn a_logarithmic_axis_has_decades_and_their_parts_if_they_are_few() {
        assert_eq!(texts(&Scale::log(0.04, 3.0)), ["0.05", "0.1", "0.2", "0.5", "1", "2"]);
        assert_eq!(texts(&Scale::log(1e-3, 1e2)), ["0.001", "0.01", "0.1", "1", "10", "100"]);
        assert_eq!(Scale::log(0.1, 1.0).place(-1.0), None);
        assert_eq!(Scale::log(0.1, 1.0).place(0.0), None);
        assert_eq!(Scale::linear(0.0, 1.0, 5).place(1.5), None);
    }

    #[test]
    fn a_range_of_no_width_can_still_be_drawn() {
        for (low, high) in [(0.0, 0.0), (7.0, 7.0), (f64::NAN, 1.0), (5.0, -5.0)] {
            let scale = Scale::linear(low, high, 5);
            assert!(scale.high > scale.low && (2..20).contains(&scale.ticks.len()), "{scale:?}");
        }
    }

    #[test]
    fn zero_has_no_sign() {
        assert_eq!(number(-0.001, 1), "0.0");
        assert_eq!(number(-1234567.0, 0), "−1\u{202f}234\u{202f}567");
    }
}
