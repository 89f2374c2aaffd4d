//! How values are distributed.

use super::plot::{self, UNIT};
use super::{Axes, Values, ticks::Scale};
use crate::Error;
use plotters::prelude::*;

/// The share of values in each of `bins` equal parts of the x axis, in percent, as an outline for
/// each series, so that several can be compared.
///
/// Shares are of all finite values, also of those outside `axes.x_range`.
///
/// # Errors
/// If the drawing backend fails.
pub fn histogram(axes: &Axes, series: &[Values], bins: usize) -> Result<String, Error> {
    let sorted: Vec<Vec<f64>> = series.iter().map(Values::sorted).collect();
    let extent = plot::extent(sorted.iter().flatten().copied());
    let (low, high) = axes.x_range.or(extent).unwrap_or((0.0, 1.0));
    let x = Scale::linear(low, high, 6);
    let outlines: Vec<Vec<f64>> =
        sorted.iter().map(|values| shares(values, x.low, x.high, bins.max(1))).collect();
    let highest = outlines.iter().flatten().fold(0.0, |high: f64, share| high.max(*share));
    let (y_low, y_high) = axes.y_range.unwrap_or((0.0, highest.max(1e-3) * 1.05));
    let y = Scale::linear(y_low, y_high, 5);
    let names: Vec<&str> = series.iter().map(|s| s.name.as_str()).collect();
    plot::svg(&axes.x, plot::WIDE, |root| {
        let mut plot = plot::frame(root, axes, &x, &y, &names)?;
        for (k, shares) in outlines.iter().enumerate() {
            let mut outline = outline(shares, x.low, x.high);
            outline.iter_mut().for_each(|corner| corner.1 = corner.1.clamp(y.low, y.high));
            let fill = plot::color(k).mix(0.12).filled();
            plot.draw_series([Polygon::new(outline.clone(), fill)])?;
            let style = plot::color(k).stroke_width(2 * UNIT as u32);
            plot.draw_series([PathElement::new(outline, style)])?;
        }
        if extent.is_none() { plot::say_no_data(root) } else { Ok(()) }
    })
}

/// Percent of the values in each bin. The last bin contains its upper end.
fn shares(values: &[f64], low: f64, high: f64, bins: usize) -> Vec<f64> {
    let mut count = vec![0usize; bins];
    for &value in values.iter().filter(|v| (low..=high).contains(*v)) {
        let bin = ((value - low) / (high - low) * bins as f64) as usize;
        count[bin.min(bins - 1)] += 1;
    }
    let total = values.len().max(1) as f64;
    count.into_iter().map(|n| n as f64 / total * 100.0).collect()
}

fn outline(shares: &[f64], low: f64, high: f64) -> Vec<(f64, f64)> {
    let edge = |k: usize| low + (high - low) * k as f64 / shares.len() as f64;
    let mut points = vec![(low, 0.0)];
    for (k, &share) in shares.iter().enumerate() {
        points.push((edge(k), share));
        points.push((edge(k + 1), share));
    }
    points.push((high, 0.0));
    points
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn shares_are_percent_of_all_and_the_ends_belong_to_the_outer_bins() {
        let values = [0.0, 0.1, 0.6, 1.0, 7.0];
        assert_eq!(shares(&values, 0.0, 1.0, 2), [40.0, 40.0]);
        assert_eq!(shares(&[], 0.0, 1.0, 3), [0.0; 3]);
    }

    #[test]
    fn an_outline_has_two_corners_to_a_bin_and_returns_to_zero() {
        let points = outline(&[10.0, 30.0], 0.0, 4.0);
        let expected = [(0.0, 0.0), (0.0, 10.0), (2.0, 10.0), (2.0, 30.0), (4.0, 30.0), (4.0, 0.0)];
        assert_eq!(points, expected);
    }

    #[test]
    fn it_names_its_series_and_says_when_it_has_none() {
        let axes = Axes::new("gaze yaw (°)", "share of images (%)");
        let svg = histogram(&axes, &[Values::new("p00", [1.0, 2.0, 2.5])], 10).unwrap();
        assert!(svg.contains("p00") && svg.contains("gaze yaw (°)"));
        assert!(histogram(&axes, &[], 10).unwrap().contains("no data"));
    }
}
