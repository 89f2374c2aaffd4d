//! How many are within how much.

use super::plot::{self, UNIT};
use super::{Axes, Values, ticks::Scale};
use crate::Error;
use plotters::prelude::*;

/// Points of a curve; more values than that are shown by as many of their quantiles.
const MOST_POINTS: usize = 400;

/// For each x the share of values that do not exceed it, in percent: "images within d degrees".
///
/// The x axis starts at zero and ends where 99 in 100 of the worst series are in, if
/// `axes.x_range` says nothing else. A line at 50 % meets each curve at its median.
///
/// # Errors
/// If the drawing backend fails.
pub fn cdf(axes: &Axes, series: &[Values]) -> Result<String, Error> {
    let sorted: Vec<Vec<f64>> = series.iter().map(Values::sorted).collect();
    let nearly_all = sorted.iter().filter_map(|v| v.get(v.len().saturating_sub(1) * 99 / 100));
    let end = plot::extent(nearly_all.copied()).map(|(_, high)| (0.0, high));
    let (low, high) = axes.x_range.or(end).unwrap_or((0.0, 1.0));
    let (x, y) = (Scale::linear(low, high, 6), Scale::linear(0.0, 100.0, 5));
    let names: Vec<&str> = series.iter().map(|s| s.name.as_str()).collect();
    plot::svg(&axes.x, plot::WIDE, |root| {
        let mut plot = plot::frame(root, axes, &x, &y, &names)?;
        let half = [(x.low, 50.0), (x.high, 50.0)];
        plot.draw_series([PathElement::new(half, plot::GREY.mix(0.6).stroke_width(UNIT as u32))])?;
        for (k, values) in sorted.iter().enumerate().filter(|(_, values)| !values.is_empty()) {
            let style = plot::color(k).stroke_width(2 * UNIT as u32);
            plot.draw_series([PathElement::new(steps(values, x.low, x.high), style)])?;
        }
        if end.is_none() { plot::say_no_data(root) } else { Ok(()) }
    })
}

/// The curve of sorted values as a staircase from `low` to `high`.
fn steps(values: &[f64], low: f64, high: f64) -> Vec<(f64, f64)> {
    let n = values.len();
    let shown = n.min(MOST_POINTS);
    let mut points = vec![(low, 0.0)];
    for k in 0..shown {
        // The value at the upper end of the k-th of `shown` equal parts, and its share.
        let rank = (k + 1) * n / shown;
        let value = values[rank - 1].clamp(low, high);
        let share = if values[rank - 1] <= high { rank as f64 / n as f64 * 100.0 } else { break };
        points.push((value, points[points.len() - 1].1));
        points.push((value, share));
    }
    points.push((high, points[points.len() - 1].1));
    points
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_staircase_passes_through_every_value() {
        let points = steps(&[1.0, 2.0, 4.0, 9.0], 0.0, 5.0);
        let expected = [
            (0.0, 0.0),
            (1.0, 0.0),
            (1.0, 25.0),
            (2.0, 25.0),
            (2.0, 50.0),
            (4.0, 50.0),
            (4.0, 75.0),
            (5.0, 75.0),
        ];
        assert_eq!(points, expected);
    }

    #[test]
    fn many_values_are_shown_by_their_quantiles() {
        let values: Vec<f64> = (1..=10_000).map(|k| k as f64 / 100.0).collect();
        let points = steps(&values, 0.0, 100.0);
        assert_eq!(points.len(), 2 * MOST_POINTS + 2);
        // A uniform distribution on (0, 100]: the share is the value.
        assert!(points.iter().skip(2).step_by(2).all(|p| (p.0 - p.1).abs() < 1e-9));
    }

    #[test]
    fn it_names_its_series_and_says_when_it_has_none() {
        let axes = Axes::new("angular error (°)", "images within (%)");
        let names = ["rendered", "refined", "predict the mean"];
        let series = names.map(|name| Values::new(name, (0..50).map(f64::from)));
        let svg = cdf(&axes, &series).unwrap();
        assert!(names.iter().all(|name| svg.contains(name)) && svg.contains("(°)"));
        assert!(cdf(&axes, &[]).unwrap().contains("no data"));
    }
}
