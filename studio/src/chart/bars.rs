//! Bars.

use super::Bar;
use super::plot::{self, BOTTOM, GREY, INK, RIGHT, UNIT};
use super::ticks::{Scale, number};
use crate::Error;
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

const WIDTH: i32 = 560;
const ROW: i32 = 44;
const TOP: i32 = 10;
/// Space of the names before the chart grows wider with them, and at most, px.
const NAME: i32 = 210;
const MOST_NAME: i32 = 320;
/// Space of the numbers beside the bars, px.
const NUMBER: i32 = 64;

/// Horizontal bars from zero with whiskers and dots, each with its name at the foot and its number
/// at the right: the mean error of several trainings, say, a dot to each seed.
///
/// `x_label` is what they measure, with its unit.
///
/// # Errors
/// If the drawing backend fails.
pub fn bars(x_label: &str, bars: &[Bar]) -> Result<String, Error> {
    let values = bars.iter().flat_map(|bar| {
        let (low, high) = bar.whisker.unwrap_or((bar.value, bar.value));
        bar.dots.iter().copied().chain([bar.value, low, high])
    });
    let extent = plot::extent(values);
    let (low, high) = extent.unwrap_or((0.0, 1.0));
    let x = Scale::linear_to_ticks(low.min(0.0), high.max(0.0), 5);
    let longest = bars.iter().map(|bar| bar.name.chars().count()).max().unwrap_or(0);
    let left = (longest as i32 * 8 + 24).min(MOST_NAME);
    // Long names must not take the bars' room.
    let width = WIDTH + (left - NAME).max(0);
    let lengths = bars.iter().map(|bar| bar.value.abs()).filter(|length| *length > 0.0);
    let decimals = decimals(plot::extent(lengths).map_or(1.0, |(shortest, _)| shortest));
    let rows = bars.len().max(1) as i32;
    let size = (width, TOP + rows * ROW + BOTTOM);
    plot::svg(x_label, size, |root| {
        // Bar k lies between k and k + 1, the first on top.
        let mut plot = ChartBuilder::on(root)
            .margin_top(TOP * UNIT)
            .margin_right((RIGHT + NUMBER) * UNIT)
            .x_label_area_size(BOTTOM * UNIT)
            .y_label_area_size(left * UNIT)
            .build_cartesian_2d(x.clone(), f64::from(rows)..0.0)?;
        plot.configure_mesh()
            .disable_y_mesh()
            .disable_y_axis()
            .x_labels(x.ticks.len())
            .y_labels(0)
            .bold_line_style(RGBColor(225, 225, 225).stroke_width(UNIT as u32))
            .light_line_style(TRANSPARENT)
            .axis_style(GREY.stroke_width(UNIT as u32))
            .set_all_tick_mark_size(4 * UNIT)
            .label_style(plot::font(plot::TEXT_SIZE))
            .axis_desc_style(plot::font(plot::TEXT_SIZE))
            .x_desc(x_label)
            .draw()?;
        for (k, bar) in bars.iter().enumerate() {
            let middle = k as f64 + 0.5;
            let row = TOP + k as i32 * ROW + ROW / 2;
            plot::text(root, &bar.name, (left - 10, row), HPos::Right)?;
            if !bar.value.is_finite() {
                continue;
            }
            let corners = [(0.0, middle - 0.28), (bar.value, middle + 0.28)];
            plot.draw_series([Rectangle::new(corners, plot::color(0).mix(0.45).filled())])?;
            if let Some((low, high)) = bar.whisker {
                let above = if bar.dots.is_empty() { middle } else { middle - 0.1 };
                let ends = [
                    [(low, above), (high, above)],
                    [(low, above - 0.09), (low, above + 0.09)],
                    [(high, above - 0.09), (high, above + 0.09)],
                ];
                let style = INK.stroke_width(UNIT as u32 * 3 / 2);
                plot.draw_series(ends.map(|end| PathElement::new(end, style)))?;
            }
            // Dots under the whisker, where they do not hide it.
            let below = middle + 0.17;
            let dots = bar.dots.iter().filter(|dot| dot.is_finite());
            plot.draw_series(
                dots.clone().map(|&dot| Circle::new((dot, below), UNIT * 5 / 2, WHITE.filled())),
            )?;
            plot.draw_series(dots.map(|&dot| {
                Circle::new((dot, below), UNIT * 5 / 2, INK.stroke_width(UNIT as u32))
            }))?;
            let place = (width - RIGHT, row);
            plot::text(root, &number(bar.value, decimals), place, HPos::Right)?;
        }
        if extent.is_none() { plot::say_no_data(root) } else { Ok(()) }
    })
}

/// Decimals that show three digits of the shortest bar, within reason.
fn decimals(shortest: f64) -> usize {
    (2.0 - shortest.log10().floor()).clamp(0.0, 3.0) as usize
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_bar_has_its_name_its_number_and_its_dots() {
        let rendered = Bar::new("rendered", 9.125).whisker(8.5, 9.75).dots([8.6, 9.2, 9.6]);
        let svg = bars("mean angular error (°)", &[rendered, Bar::new("refined", 7.5)]).unwrap();
        for text in ["rendered", "refined", "mean angular error (°)", "9.12", "7.50"] {
            assert!(svg.contains(text), "{text} is missing");
        }
        // A white disc and a ring to each dot.
        assert_eq!(svg.matches("<circle").count(), 6);
    }

    #[test]
    fn a_bar_reaches_from_zero_to_its_value() {
        let svg = bars("px", &[Bar::new("a", 5.0), Bar::new("b", 10.0)]).unwrap();
        let width = |k: usize| -> f64 {
            let tag = svg.split("<rect").nth(k).unwrap();
            tag.split("width=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap()
        };
        // The first rectangle is the paper.
        assert!((width(3) / width(2) - 2.0).abs() < 0.01);
    }

    #[test]
    fn without_bars_it_says_so() {
        assert!(bars("°", &[]).unwrap().contains("no data"));
        assert!(bars("°", &[Bar::new("a", f64::NAN)]).unwrap().contains("no data"));
    }
}
