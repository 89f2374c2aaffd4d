//! Ellipses image by image, as a CSV.

use crate::predictions::quoted;
use anyhow::Result;
use eval::ellipses::EllipseRecord;
use eval::{FeatureFit, FitFailure};
use std::fmt::Write;
use std::path::Path;

/// The columns of a feature, after its name.
const COLUMNS: [&str; 9] = [
    "x_px",
    "y_px",
    "semi_major_px",
    "semi_minor_px",
    "orientation_rad",
    "residual_px",
    "contrast",
    "edges",
    "refused",
];

/// A row for each image, in the order of the data set.
pub struct EllipseTable {
    text: String,
}

impl EllipseTable {
    /// Without rows.
    pub fn new() -> Self {
        let columns = |what: &str| COLUMNS.map(|column| format!("{what}_{column}")).join(",");
        Self { text: format!("id,source,{},{}\n", columns("pupil"), columns("iris")) }
    }

    /// With a row for this image.
    pub fn push(&mut self, record: &EllipseRecord, source: Option<&str>) {
        let [pupil, iris] = [&record.fit.pupil, &record.fit.iris].map(cells);
        let source = quoted(&source.map(str::to_owned));
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "{},{source},{pupil},{iris}", record.id);
    }

    /// Writes them whole or not at all.
    pub fn write(&self, file: &Path) -> Result<()> {
        Ok(durable::write(file, self.text.as_bytes())?)
    }
}

fn cells(fit: &Result<FeatureFit, FitFailure>) -> String {
    match fit {
        Ok(FeatureFit { ellipse, edges, contrast, residual_px }) => format!(
            "{},{},{},{},{},{residual_px:.4},{contrast:.2},{edges},",
            ellipse.center[0],
            ellipse.center[1],
            ellipse.semi_major,
            ellipse.semi_minor,
            ellipse.orientation,
        ),
        Err(reason) => format!("{}{reason}", ",".repeat(COLUMNS.len() - 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use eval::EyeFit;
    use eval::ellipses::Truth;
    use simulator::sample::{Ellipse, SampleId};

    #[test]
    fn a_row_has_a_cell_for_each_column_and_says_why_one_is_empty() {
        let ellipse = Ellipse::new([30.5, 18.25], 9.0, 8.0, 0.5);
        let iris = FeatureFit { ellipse, edges: 40, contrast: 51.5, residual_px: 0.25 };
        let fit = EyeFit { pupil: Err(FitFailure::LowContrast), iris: Ok(iris) };
        let truth = Truth::default();
        let mut table = EllipseTable::new();
        table.push(&EllipseRecord { id: SampleId(7), size: (60, 36), fit, truth }, Some("a,b.png"));
        let rows: Vec<&str> = table.text.lines().collect();
        assert_eq!(rows[0].split(',').count(), 2 + 2 * COLUMNS.len());
        assert!(rows[0].starts_with("id,source,pupil_x_px,") && rows[0].ends_with("iris_refused"));
        assert_eq!(
            rows[1],
            "7,\"a,b.png\",,,,,,,,,low contrast,30.5,18.25,9,8,0.5,0.2500,51.50,40,"
        );
    }
}
