//! How pairs of values are distributed.

use super::plot::{self, BOTTOM, LEFT, RIGHT, UNIT};
use super::{Axes, ticks::Scale};
use crate::Error;
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

/// Size of the plot, px.
const PLOT: (i32, i32) = (396, 300);

/// Space of the key beside the plot, px.
const KEY: i32 = 76;

/// How many points lie in each of `bins` x `bins` cells, say of gaze labels (yaw, pitch) in
/// degrees: the darker the more, white is none. The key beside it says how many the darkest is.
///
/// To compare two data sets give both charts the same ranges.
///
/// # Errors
/// If the drawing backend fails.
pub fn density(axes: &Axes, points: &[(f64, f64)], bins: usize) -> Result<String, Error> {
    let bins = bins.max(1);
    let x_extent = plot::extent(points.iter().map(|p| p.0));
    let y_extent = plot::extent(points.iter().map(|p| p.1));
    let (x_low, x_high) = axes.x_range.or(x_extent).unwrap_or((0.0, 1.0));
    let (y_low, y_high) = axes.y_range.or(y_extent).unwrap_or((0.0, 1.0));
    let (x, y) = (Scale::linear(x_low, x_high, 6), Scale::linear(y_low, y_high, 6));
    let count = counts(points, &x, &y, bins);
    let most = count.iter().copied().max().unwrap_or(0);
    let size = (LEFT + PLOT.0 + RIGHT + KEY, plot::top(&[], 0) + PLOT.1 + BOTTOM);
    plot::svg(&axes.y, size, |root| {
        let (left, right) = root.split_horizontally((LEFT + PLOT.0 + RIGHT) * UNIT);
        let mut plot = plot::frame(&left, axes, &x, &y, &[])?;
        let edge =
            |scale: &Scale, k: usize| scale.low + (scale.high - scale.low) * k as f64 / bins as f64;
        let cells = (0..bins * bins).filter(|&k| count[k] > 0).map(|k| {
            let (column, row) = (k % bins, k / bins);
            let corners =
                [(edge(&x, column), edge(&y, row + 1)), (edge(&x, column + 1), edge(&y, row))];
            Rectangle::new(corners, shade(count[k] as f64 / most as f64).filled())
        });
        plot.draw_series(cells)?;
        if most == 0 { plot::say_no_data(&left) } else { draw_key(&right, most) }
    })
}

/// The shades from none to most, and their numbers.
fn draw_key(area: &plot::Root, most: usize) -> plot::Drawn {
    const STEPS: i32 = 24;
    let (top, bottom) = (plot::top(&[], 0), plot::top(&[], 0) + PLOT.1 / 2);
    let edge = |k: i32| (bottom * STEPS - (bottom - top) * k) * UNIT / STEPS;
    for k in 0..STEPS {
        let style = shade(f64::from(k + 1) / f64::from(STEPS)).filled();
        area.draw(&Rectangle::new([(2 * UNIT, edge(k + 1)), (16 * UNIT, edge(k))], style))?;
    }
    plot::text(area, &super::ticks::number(most as f64, 0), (22, top + 6), HPos::Left)?;
    plot::text(area, "0", (22, bottom - 6), HPos::Left)?;
    plot::text(area, "images", (2, bottom + 14), HPos::Left)
}

/// Points in each cell, row by row from the least y; those outside the axes are left out.
fn counts(points: &[(f64, f64)], x: &Scale, y: &Scale, bins: usize) -> Vec<usize> {
    let cell = |value: f64, scale: &Scale| {
        let inside = (scale.low..=scale.high).contains(&value);
        let k = ((value - scale.low) / (scale.high - scale.low) * bins as f64) as usize;
        inside.then_some(k.min(bins - 1))
    };
    let mut count = vec![0; bins * bins];
    for &(px, py) in points {
        if let (Some(column), Some(row)) = (cell(px, x), cell(py, y)) {
            count[row * bins + column] += 1;
        }
    }
    count
}

/// White to dark blue through the palette's blues; half way up the scale is clearly visible.
fn shade(share: f64) -> RGBColor {
    let stops = [(222, 235, 247), (86, 180, 233), (0, 114, 178), (8, 40, 80)];
    let at = share.clamp(0.0, 1.0) * (stops.len() - 1) as f64;
    let k = (at as usize).min(stops.len() - 2);
    let t = at - k as f64;
    let mix = |a: i32, b: i32| (f64::from(a) + f64::from(b - a) * t).round() as u8;
    let (a, b) = (stops[k], stops[k + 1]);
    RGBColor(mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn points_are_counted_in_their_cells() {
        let unit = Scale::linear(0.0, 1.0, 5);
        let points = [(0.1, 0.1), (0.2, 0.3), (0.9, 0.1), (1.0, 1.0), (1.1, 0.5), (f64::NAN, 0.5)];
        assert_eq!(counts(&points, &unit, &unit, 2), [2, 1, 0, 1]);
    }

    #[test]
    fn every_cell_with_points_is_a_rectangle() {
        let axes = Axes::new("yaw (°)", "pitch (°)").x_range(0.0, 4.0).y_range(0.0, 4.0);
        let few = density(&axes, &[(0.5, 0.5), (0.6, 0.5)], 4).unwrap();
        let more = density(&axes, &[(0.5, 0.5), (2.5, 0.5), (3.5, 3.5)], 4).unwrap();
        assert_eq!(more.matches("<rect").count(), few.matches("<rect").count() + 2);
        assert!(few.contains("yaw (°)") && few.contains("images"));
        assert!(density(&axes, &[], 4).unwrap().contains("no data"));
    }
}
