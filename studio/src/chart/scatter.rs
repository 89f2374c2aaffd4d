//! Clouds of points around zero.

use super::plot::{self, BOTTOM, LEFT, RIGHT, UNIT};
use super::{Axes, Series, ticks::Scale};
use crate::Error;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Side of the square plot, px.
const SIDE: i32 = 350;

/// Clouds of points around the origin with equal axes, say the drift (dx, dy) of a pupil in px:
/// each cloud with a cross at its mean, and circles around the origin at the radii of `rings`, each
/// with its text.
///
/// y points up, also where it is measured in an image, in which it points down: the axis should say
/// so ("dy (px, positive is down)").
///
/// Axes reach as far as the outermost point or ring; `x_range` sets another reach, for both axes,
/// and what lies outside is not drawn (but counted in the mean).
/// With more than 5000 points to a cloud, every n-th is drawn; the cross is the mean of all.
///
/// # Errors
/// If the drawing backend fails.
pub fn scatter(axes: &Axes, series: &[Series], rings: &[(f64, &str)]) -> Result<String, Error> {
    let clouds: Vec<Vec<(f64, f64)>> = series.iter().map(finite).collect();
    let points = || clouds.iter().flatten();
    let farthest = points().map(|p| p.0.abs().max(p.1.abs()));
    let rings_reach = rings.iter().map(|ring| ring.0 * 1.05);
    let reach = match axes.x_range {
        Some((low, high)) => low.abs().max(high.abs()),
        None => farthest.chain(rings_reach).fold(0.0, f64::max) * 1.03,
    };
    let reach = if reach > 0.0 { reach } else { 1.0 };
    let scale = Scale::linear(-reach, reach, 6);
    let names: Vec<&str> = series.iter().map(|s| s.name.as_str()).collect();
    // As wide as other charts, so that text is as large; the square stands in the middle.
    let beside = (plot::WIDE.0 - LEFT - SIDE - RIGHT) / 2;
    let width = plot::WIDE.0 - 2 * beside;
    let size = (plot::WIDE.0, plot::top(&names, width) + SIDE + BOTTOM);
    plot::svg(&axes.y, size, |root| {
        let root = &root.margin(0, 0, beside * UNIT, beside * UNIT);
        let mut plot = plot::frame(root, axes, &scale, &scale, &names)?;
        // Rings first, so that the points lie on them.
        let units_of = |length: f64| (length / reach * f64::from(SIDE * UNIT) / 2.0) as i32;
        for &(radius, _) in rings.iter().filter(|ring| ring.0 <= reach) {
            let style = plot::GREY.stroke_width(UNIT as u32);
            plot.draw_series([Circle::new((0.0, 0.0), units_of(radius), style)])?;
        }
        for (k, cloud) in clouds.iter().enumerate() {
            let style = plot::color(k).mix(0.45).filled();
            let every = cloud.len().div_ceil(5000).max(1);
            let inside = |p: &&(f64, f64)| p.0.abs() <= reach && p.1.abs() <= reach;
            let dots = cloud.iter().step_by(every).filter(inside);
            plot.draw_series(dots.map(|&point| Circle::new(point, UNIT * 9 / 4, style)))?;
        }
        for &(radius, words) in rings.iter().filter(|ring| ring.0 <= reach) {
            let style = plot::font(12).pos(Pos::new(HPos::Center, VPos::Bottom));
            plot.draw_series([Text::new(words.to_string(), (0.0, radius), style)])?;
        }
        // A cross on a white bed, so that it is seen in the thickest cloud.
        let arm = reach * 0.035;
        for (k, cloud) in clouds.iter().enumerate() {
            let Some((x, y)) = mean(cloud).filter(|m| m.0.abs().max(m.1.abs()) <= reach) else {
                continue;
            };
            for style in [WHITE.stroke_width(6 * UNIT as u32), darker(plot::color(k))] {
                let bars = [[(x - arm, y), (x + arm, y)], [(x, y - arm), (x, y + arm)]];
                plot.draw_series(bars.map(|bar| PathElement::new(bar, style)))?;
            }
        }
        if points().next().is_none() { plot::say_no_data(root) } else { Ok(()) }
    })
}

fn finite(series: &Series) -> Vec<(f64, f64)> {
    series.points.iter().copied().filter(|p| p.0.is_finite() && p.1.is_finite()).collect()
}

fn mean(points: &[(f64, f64)]) -> Option<(f64, f64)> {
    let n = points.len() as f64;
    let sum = points.iter().fold((0.0, 0.0), |sum, p| (sum.0 + p.0, sum.1 + p.1));
    (!points.is_empty()).then_some((sum.0 / n, sum.1 / n))
}

fn darker(RGBColor(r, g, b): RGBColor) -> ShapeStyle {
    let half = |v: u8| (f32::from(v) * 0.55) as u8;
    RGBColor(half(r), half(g), half(b)).stroke_width(3 * UNIT as u32)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_finite_point_and_every_ring_is_a_circle() {
        let cloud = Series::new("drift", (0..57).map(|k| ((k as f64).sin(), (k as f64).cos())));
        let holes = Series::new("holes", [(0.0, f64::NAN), (0.1, 0.2)]);
        let axes = Axes::new("dx (px)", "dy (px)");
        let svg = scatter(&axes, &[cloud, holes], &[(1.0, "1 px"), (2.0, "2 px")]).unwrap();
        assert_eq!(svg.matches("<circle").count(), 57 + 1 + 2);
        assert!(svg.contains("dx (px)") && svg.contains("1 px") && svg.contains("drift"));
    }

    #[test]
    fn the_axes_are_equal() {
        // A ring at half the reach has half the plot's half side as its radius.
        let axes = Axes::new("dx", "dy").x_range(-2.0, 2.0);
        let svg = scatter(&axes, &[Series::new("a", [(0.3, 0.1)])], &[(1.0, "1")]).unwrap();
        let ring = svg.split("<circle").nth(1).unwrap();
        assert!(ring.contains(&format!("r=\"{}\"", SIDE * UNIT / 4)), "{ring}");
    }

    #[test]
    fn what_lies_outside_is_not_drawn() {
        let axes = Axes::new("dx", "dy").x_range(-1.0, 1.0);
        let cloud = Series::new("a", [(0.3, 0.1), (0.2, 7.0), (-3.0, 0.0)]);
        let svg = scatter(&axes, &[cloud], &[(0.5, "near"), (2.0, "far")]).unwrap();
        assert_eq!(svg.matches("<circle").count(), 1 + 1);
        assert!(svg.contains("near") && !svg.contains("far"));
    }

    #[test]
    fn without_points_it_says_so() {
        assert!(scatter(&Axes::default(), &[], &[]).unwrap().contains("no data"));
    }
}
