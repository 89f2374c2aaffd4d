//! Many small histograms side by side: one look at many columns.

use super::Values;
use std::fmt::Write;

/// Histograms in a row.
const COLUMNS: usize = 5;
/// Size of one histogram with its words, and of its bars, px.
const CELL: (f64, f64) = (180.0, 96.0);
const BARS: (f64, f64) = (160.0, 46.0);
/// Where the bars begin in their cell, px.
const BARS_AT: (f64, f64) = (10.0, 26.0);
const BINS: usize = 40;
/// The longest name that fits, characters.
const NAME_CHARACTERS: usize = 26;

/// A small histogram of each of these, on an axis of its own from its least to its greatest finite
/// value, which stand under it with the median between them. Nothing is left out.
pub fn multiples(all: &[Values]) -> String {
    let rows = all.len().div_ceil(COLUMNS).max(1);
    let columns = all.len().clamp(1, COLUMNS);
    let (width, height) = (CELL.0 * columns as f64, CELL.1 * rows as f64);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"10\" \
         fill=\"#333\">"
    );
    for (k, values) in all.iter().enumerate() {
        let (x, y) = ((k % COLUMNS) as f64 * CELL.0, (k / COLUMNS) as f64 * CELL.1);
        cell(&mut svg, values, (x, y));
    }
    svg.push_str("</svg>");
    svg
}

// Writing into a string does not fail.
fn cell(svg: &mut String, values: &Values, (x, y): (f64, f64)) {
    let (left, top) = (x + BARS_AT.0, y + BARS_AT.1);
    let (right, foot) = (left + BARS.0, top + BARS.1);
    let name = escaped(&shortened(&values.name));
    let full = escaped(&values.name);
    let _ = write!(
        svg,
        "<text x=\"{left}\" y=\"{}\" font-weight=\"bold\"><title>{full}</title>{name}</text>",
        y + 18.0
    );
    let sorted = values.sorted();
    let line = format!("M{left} {foot}H{right}");
    let _ = write!(svg, "<path d=\"{line}\" stroke=\"#999\" fill=\"none\"/>");
    let (Some(&low), Some(&high)) = (sorted.first(), sorted.last()) else {
        let _ = write!(svg, "<text x=\"{left}\" y=\"{}\">no data</text>", foot - 16.0);
        return;
    };
    // One closed outline over all bars.
    let counts = counts(&sorted, low, high);
    let most = counts.iter().copied().max().unwrap_or(1).max(1) as f64;
    let step = BARS.0 / counts.len() as f64;
    let mut outline = format!("M{left} {foot}");
    for count in counts {
        let _ = write!(outline, "V{:.1}h{step}", foot - count as f64 / most * BARS.1);
    }
    let _ = write!(svg, "<path d=\"{outline}V{foot}Z\" fill=\"#0072b2\"/>");
    let median = sorted[sorted.len() / 2];
    let under = foot + 12.0;
    let middle = (left + right) / 2.0;
    let _ = write!(
        svg,
        "<text x=\"{left}\" y=\"{under}\">{}</text>\
         <text x=\"{middle}\" y=\"{under}\" text-anchor=\"middle\" fill=\"#777\">{}</text>\
         <text x=\"{right}\" y=\"{under}\" text-anchor=\"end\">{}</text>",
        short(low),
        short(median),
        short(high)
    );
}

/// Values in each of [`BINS`] equal parts from `low` to `high`; one part if all are the same.
fn counts(sorted: &[f64], low: f64, high: f64) -> Vec<usize> {
    if low == high {
        return vec![sorted.len()];
    }
    let mut counts = vec![0; BINS];
    for value in sorted {
        let bin = ((value - low) / (high - low) * BINS as f64) as usize;
        counts[bin.min(BINS - 1)] += 1;
    }
    counts
}

/// A number in few characters.
fn short(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 || (1e-3..1e5).contains(&size) {
        let digits = if size >= 100.0 || value == value.round() { 0 } else { 3 };
        format!("{value:.digits$}")
    } else {
        format!("{value:.1e}")
    }
}

fn shortened(name: &str) -> String {
    if name.chars().count() <= NAME_CHARACTERS {
        return name.to_owned();
    }
    let start: String = name.chars().take(NAME_CHARACTERS - 1).collect();
    format!("{start}…")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_in_one_bar() {
        let values: Vec<f64> = (0..=400).map(f64::from).collect();
        let counts = counts(&values, 0.0, 400.0);
        assert_eq!(counts.iter().sum::<usize>(), 401);
        assert_eq!((counts[0], counts[BINS - 1]), (10, 11), "the last one has its upper end");
        assert_eq!(super::counts(&[2.0, 2.0], 2.0, 2.0), [2]);
    }

    #[test]
    fn it_shows_ends_and_median_and_says_where_there_is_nothing() {
        let svg = multiples(&[
            Values::new("a<b", [-1.5, 0.25, 200.0, f64::NAN]),
            Values::new("empty", []),
        ]);
        for word in ["a&lt;b", "-1.500", "0.250", ">200<", "no data"] {
            assert!(svg.contains(word), "{word}: {svg}");
        }
        assert!(svg.starts_with("<svg") && svg.ends_with("</svg>"));
    }
}
