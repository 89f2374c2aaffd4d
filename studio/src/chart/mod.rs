//! Charts as SVG, in one sober style: dark on white, the colours of Okabe and Ito (which
//! colour-blind people can tell apart), units on every axis, the legend above the plot where it
//! hides nothing, text that can be read at half the width.
//!
//! A chart never fails for want of data: values that are not finite are left out, and a chart
//! without any says so. Text is escaped. The SVG needs no font, script or other file.

mod bars;
mod cdf;
mod density;
mod histogram;
mod lines;
mod multiples;
mod plot;
mod scatter;
mod ticks;

pub use bars::bars;
pub use cdf::cdf;
pub use density::density;
pub use histogram::histogram;
pub use lines::lines;
pub use multiples::multiples;
pub use scatter::scatter;

/// What the axes measure, with their units: "angular error (°)".
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Axes {
    /// Under the plot.
    pub x: String,
    /// Beside the plot.
    pub y: String,
    /// Least and greatest x, where the data should not decide.
    pub x_range: Option<(f64, f64)>,
    /// Least and greatest y, where the data should not decide.
    pub y_range: Option<(f64, f64)>,
    /// Decades instead of differences on y. Values that are not positive are left out.
    pub log_y: bool,
}

impl Axes {
    /// Linear axes over all of the data.
    pub fn new(x: impl Into<String>, y: impl Into<String>) -> Self {
        Self { x: x.into(), y: y.into(), ..Self::default() }
    }

    /// With a logarithmic y axis.
    pub fn log_y(self) -> Self {
        Self { log_y: true, ..self }
    }

    /// With x from `low` to `high`.
    pub fn x_range(self, low: f64, high: f64) -> Self {
        Self { x_range: Some((low, high)), ..self }
    }

    /// With y from `low` to `high`.
    pub fn y_range(self, low: f64, high: f64) -> Self {
        Self { y_range: Some((low, high)), ..self }
    }
}

/// Named points: a curve of [`lines`], a cloud of [`scatter`].
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// What the legend calls it.
    pub name: String,
    /// (x, y), in the order in which a line joins them.
    pub points: Vec<(f64, f64)>,
}

impl Series {
    /// Points with a name.
    pub fn new(name: impl Into<String>, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        Self { name: name.into(), points: points.into_iter().collect() }
    }
}

/// Named values: a curve of [`cdf`], an outline of [`histogram`].
#[derive(Debug, Clone, PartialEq)]
pub struct Values {
    /// What the legend calls them.
    pub name: String,
    /// The values, in any order.
    pub values: Vec<f64>,
}

impl Values {
    /// Values with a name.
    pub fn new(name: impl Into<String>, values: impl IntoIterator<Item = f64>) -> Self {
        Self { name: name.into(), values: values.into_iter().collect() }
    }

    /// The finite ones, in ascending order.
    fn sorted(&self) -> Vec<f64> {
        let mut values: Vec<f64> = self.values.iter().copied().filter(|v| v.is_finite()).collect();
        values.sort_by(f64::total_cmp);
        values
    }
}

/// A bar of [`bars`].
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// What it is called, at its foot.
    pub name: String,
    /// Its length.
    pub value: f64,
    /// The ends of its whisker: an interval around the value.
    pub whisker: Option<(f64, f64)>,
    /// What the value summarises, say one error per seed: a dot for each.
    pub dots: Vec<f64>,
}

impl Bar {
    /// A bar without whisker and dots.
    pub fn new(name: impl Into<String>, value: f64) -> Self {
        Self { name: name.into(), value, whisker: None, dots: Vec::new() }
    }

    /// With a whisker from `low` to `high`.
    pub fn whisker(self, low: f64, high: f64) -> Self {
        Self { whisker: Some((low, high)), ..self }
    }

    /// With a dot for each of these.
    pub fn dots(self, dots: impl IntoIterator<Item = f64>) -> Self {
        Self { dots: dots.into_iter().collect(), ..self }
    }
}
