//! Curves.

use super::plot::{self, UNIT};
use super::{Axes, Series, ticks::Scale};
use crate::Error;
use plotters::prelude::*;

/// Curves over one x, say losses over steps. A value that is not finite, or lies outside a range
/// that `axes` sets, interrupts its curve.
///
/// # Errors
/// If the drawing backend fails.
pub fn lines(axes: &Axes, series: &[Series]) -> Result<String, Error> {
    let points = || series.iter().flat_map(|s| &s.points);
    let shown = |y: f64| y.is_finite() && (!axes.log_y || y > 0.0);
    let x_extent = plot::extent(points().filter(|p| shown(p.1)).map(|p| p.0));
    let y_extent = plot::extent(points().map(|p| p.1).filter(|&y| shown(y)));
    let (x_low, x_high) = axes.x_range.or(x_extent).unwrap_or((0.0, 1.0));
    let (y_low, y_high) = axes.y_range.or(y_extent).unwrap_or((0.1, 1.0));
    let x = Scale::linear(x_low, x_high, 6);
    let y = if axes.log_y {
        Scale::log(y_low / 1.05, y_high * 1.05)
    } else {
        let space = if axes.y_range.is_some() { 0.0 } else { (y_high - y_low) * 0.04 };
        Scale::linear(y_low - space, y_high + space, 5)
    };
    let names: Vec<&str> = series.iter().map(|s| s.name.as_str()).collect();
    plot::svg(&axes.y, plot::WIDE, |root| {
        let mut plot = plot::frame(root, axes, &x, &y, &names)?;
        for (k, series) in series.iter().enumerate() {
            let style = plot::color(k).stroke_width(2 * UNIT as u32);
            for run in runs(&series.points, &x, &y) {
                match run[..] {
                    // One point between two gaps would be a line of no length.
                    [point] => {
                        plot.draw_series([Circle::new(point, 2 * UNIT, style.filled())])?;
                    }
                    _ => {
                        plot.draw_series([PathElement::new(run, style)])?;
                    }
                }
            }
        }
        if x_extent.is_none() { plot::say_no_data(root) } else { Ok(()) }
    })
}

/// The points that have a place on the axes, in runs without a gap.
fn runs(points: &[(f64, f64)], x: &Scale, y: &Scale) -> Vec<Vec<(f64, f64)>> {
    let placed: Vec<Option<(f64, f64)>> =
        points.iter().map(|&(px, py)| Some((x.place(px)?, y.place(py)?))).collect();
    placed
        .split(Option::is_none)
        .filter(|run| !run.is_empty())
        .map(|run| run.iter().flatten().copied().collect())
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// The points of each polyline that is not grid or axis (those have two or are grey).
    fn curves(svg: &str) -> Vec<usize> {
        svg.split("<polyline ")
            .skip(1)
            .filter_map(|tag| tag.split("points=\"").nth(1)?.split('"').next())
            .map(|points| points.split_whitespace().count())
            .filter(|&points| points > 2)
            .collect()
    }

    #[test]
    fn every_series_has_its_name_and_its_points() {
        let axes = Axes::new("step", "loss");
        let refiner = Series::new("refiner <R>", (0..40).map(|k| (k as f64, 1.0 / (k + 1) as f64)));
        let critic = Series::new("discriminator", (0..25).map(|k| (k as f64, 0.5)));
        let svg = lines(&axes, &[refiner, critic]).unwrap();
        assert_eq!(curves(&svg), [40, 25]);
        for text in ["refiner &lt;R&gt;", "discriminator", "step", "loss"] {
            assert!(svg.contains(text), "{text} is missing");
        }
        assert!(svg.contains("width=\"560\" height=\"350\""));
    }

    #[test]
    fn a_gap_splits_a_curve_and_a_logarithm_has_no_place_for_zero() {
        let points = (0..30).map(|k| (k as f64, if k == 10 { f64::NAN } else { 1.0 + k as f64 }));
        let gap = Series::new("a", points);
        assert_eq!(curves(&lines(&Axes::new("x", "y"), &[gap]).unwrap()), [10, 19]);
        let zero = Series::new("b", (0..30).map(|k| (k as f64, if k == 4 { 0.0 } else { 1.5 })));
        assert_eq!(curves(&lines(&Axes::new("x", "y").log_y(), &[zero]).unwrap()), [4, 25]);
    }

    #[test]
    fn a_curve_ends_where_the_axis_does() {
        let ramp = Series::new("a", (0..100).map(|k| (k as f64, k as f64)));
        let axes = Axes::new("x", "y").x_range(10.0, 49.0).y_range(0.0, 29.0);
        assert_eq!(curves(&lines(&axes, &[ramp]).unwrap()), [20]);
    }

    #[test]
    fn without_data_it_says_so() {
        assert!(lines(&Axes::new("x", "y"), &[]).unwrap().contains("no data"));
        let nan = Series::new("a", [(0.0, f64::NAN)]);
        assert!(lines(&Axes::new("x", "y").log_y(), &[nan]).unwrap().contains("no data"));
    }
}
