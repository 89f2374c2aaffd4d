//! The frame that all charts share: paper, axes, grid, legend.

use super::{Axes, ticks::Scale};
use crate::Error;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Drawing units to a pixel. Plotters places everything at whole units, which at one to a pixel
/// makes curves ragged.
pub(super) const UNIT: i32 = 8;

/// Size of the usual chart, px.
pub(super) const WIDE: (i32, i32) = (560, 350);

/// Space of the axes' numbers and names, px.
pub(super) const LEFT: i32 = 70;
pub(super) const BOTTOM: i32 = 50;
pub(super) const RIGHT: i32 = 18;
const LEGEND_LINE: i32 = 22;

pub(super) const TEXT_SIZE: i32 = 15;
pub(super) const INK: RGBColor = RGBColor(34, 34, 34);
pub(super) const GREY: RGBColor = RGBColor(110, 110, 110);
const GRID: RGBColor = RGBColor(225, 225, 225);

/// Okabe and Ito's palette without its yellow, which is lost on white.
pub(super) const PALETTE: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(230, 159, 0),
    RGBColor(0, 0, 0),
];

pub(super) fn color(k: usize) -> RGBColor {
    PALETTE[k % PALETTE.len()]
}

pub(super) type Root<'a> = DrawingArea<SVGBackend<'a>, Shift>;
pub(super) type Plot<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<Scale, Scale>>;
pub(super) type Drawn<T = ()> = Result<T, DrawingAreaErrorKind<std::io::Error>>;

/// The SVG of what `draw` draws, `size` px large; `name` is for the error.
pub(super) fn svg(
    name: &str,
    size: (i32, i32),
    draw: impl FnOnce(&Root) -> Drawn,
) -> Result<String, Error> {
    let units = ((size.0 * UNIT) as u32, (size.1 * UNIT) as u32);
    let mut svg = String::new();
    let root = SVGBackend::with_string(&mut svg, units).into_drawing_area();
    root.fill(&WHITE)
        .and_then(|()| draw(&root))
        .and_then(|()| root.present())
        .map_err(|source| Error::Chart { chart: name.to_string(), source: source.into() })?;
    drop(root);
    // The coordinates stay in units; the size is in pixels.
    let in_units = format!("width=\"{}\" height=\"{}\"", units.0, units.1);
    let in_px = format!("width=\"{}\" height=\"{}\"", size.0, size.1);
    Ok(svg.replacen(&in_units, &in_px, 1))
}

/// Lines of text that a legend of these names needs, in a chart `width` px wide.
fn legend_rows(names: &[&str], width: i32) -> Vec<(i32, i32)> {
    let (mut left, mut line) = (LEFT, 0);
    let mut places = Vec::new();
    for name in names {
        // A sans-serif character is about half as wide as high.
        let entry = 30 + (name.chars().count() as f64 * f64::from(TEXT_SIZE) * 0.51) as i32 + 12;
        if left > LEFT && left + entry > width {
            (left, line) = (LEFT, line + 1);
        }
        places.push((left, line));
        left += entry;
    }
    places
}

/// Space above the plot: the legend, or a margin, px.
pub(super) fn top(names: &[&str], width: i32) -> i32 {
    match legend_rows(names, width).last() {
        Some((_, line)) => (line + 1) * LEGEND_LINE + 12,
        None => 14,
    }
}

/// Draw axes, grid and legend, and return the plot to draw the data on.
pub(super) fn frame<'a, 'b>(
    root: &'a Root<'b>,
    axes: &Axes,
    x: &Scale,
    y: &Scale,
    names: &[&str],
) -> Drawn<Plot<'a, 'b>> {
    let width = root.dim_in_pixel().0 as i32 / UNIT;
    let mut plot = ChartBuilder::on(root)
        .margin_top(top(names, width) * UNIT)
        .margin_right(RIGHT * UNIT)
        .x_label_area_size(BOTTOM * UNIT)
        .y_label_area_size(LEFT * UNIT)
        .build_cartesian_2d(x.clone(), y.clone())?;
    plot.configure_mesh()
        .x_labels(x.ticks.len())
        .y_labels(y.ticks.len())
        .bold_line_style(GRID.stroke_width(UNIT as u32))
        .light_line_style(TRANSPARENT)
        .axis_style(GREY.stroke_width(UNIT as u32))
        .set_all_tick_mark_size(4 * UNIT)
        .label_style(font(TEXT_SIZE))
        .axis_desc_style(font(TEXT_SIZE))
        .x_desc(&axes.x)
        .y_desc(&axes.y)
        .draw()?;
    for (k, (name, (left, line))) in names.iter().zip(legend_rows(names, width)).enumerate() {
        let middle = 8 + line * LEGEND_LINE + LEGEND_LINE / 2;
        let key = [(left * UNIT, middle * UNIT), ((left + 22) * UNIT, middle * UNIT)];
        root.draw(&PathElement::new(key, color(k).stroke_width(4 * UNIT as u32)))?;
        text(root, name, (left + 30, middle), HPos::Left)?;
    }
    Ok(plot)
}

/// Write into the middle of a plot that there is nothing to see.
pub(super) fn say_no_data(root: &Root) -> Drawn {
    let (width, height) = root.dim_in_pixel();
    let middle = (width as i32 / UNIT / 2, height as i32 / UNIT / 2);
    text(root, "no data", middle, HPos::Center)
}

/// Write `words` at a place in px, vertically centred on it.
pub(super) fn text(root: &Root, words: &str, (x, y): (i32, i32), side: HPos) -> Drawn {
    let style = font(TEXT_SIZE).pos(Pos::new(side, VPos::Center));
    root.draw(&Text::new(words.to_string(), (x * UNIT, y * UNIT), style))
}

/// The style of text so many px high.
pub(super) fn font(size_px: i32) -> TextStyle<'static> {
    // The SVG backend divides sizes by 1.24, the ratio of line height to font size.
    let size = f64::from(size_px * UNIT) * 1.24;
    TextStyle::from(("sans-serif", size).into_font()).color(&INK)
}

/// The least and the greatest finite value, if there is any.
pub(super) fn extent(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.filter(|v| v.is_finite()).fold(None, |range, v| match range {
        None => Some((v, v)),
        Some((low, high)) => Some((v.min(low), v.max(high))),
    })
}
