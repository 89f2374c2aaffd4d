//! A table of settings and what each is worth.

use super::words::percent;
use anyhow::Result;
use eval::realism::RealismReport;
use eval::stats::Summary;
use serde::{Deserialize, Serialize};
use studio::chart::{self, Bar};
use studio::{Block, Page, Section};
use trainer::{Best, Measured};

/// `ablation.json`.
#[derive(Debug, Serialize, Deserialize)]
pub struct Ablation {
    /// Updates of both networks in each training.
    pub updates: u64,
    /// How far the held-out renders themselves are from real images, for each seed.
    pub unrefined: Vec<RealismReport>,
    /// Every training, row by row and seed by seed.
    pub runs: Vec<Run>,
}

/// One training.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Run {
    /// Name of its row.
    pub row: String,
    /// What its settings differ in, as TOML.
    pub set: String,
    /// Seed of the training.
    pub seed: u64,
    /// Updates of the refiner.
    pub refiner_updates: u64,
    /// Updates of the discriminator.
    pub discriminator_updates: u64,
    /// What was measured at its end.
    pub last: Option<Measured>,
    /// Its best measurement, where one was kept.
    pub best: Option<Best>,
    /// Why it ended before its end, if it did.
    pub failed: Option<String>,
    /// How far its held-out renders are from real images.
    pub unrefined: Option<RealismReport>,
    /// Wall time, seconds.
    pub seconds: f64,
}

/// A column of the table: what it is called, its decimals, and its value.
type Column = (&'static str, usize, fn(&Measured) -> Option<f32>);

const COLUMNS: [Column; 5] = [
    ("two-sample accuracy (%)", 1, |m| m.verdict.two_sample_accuracy.map(|share| 100.0 * share)),
    ("kernel distance", 3, |m| m.verdict.kernel_distance),
    ("spectrum (dB)", 2, |m| m.verdict.spectrum_distance_db),
    ("drift (px)", 2, |m| m.verdict.drift_px),
    ("labels kept (%)", 0, |m| m.verdict.drift_coverage.map(|share| 100.0 * share)),
];

/// The page of `simreal ablate`.
pub fn ablation(ablation: &Ablation, table: &str) -> Result<Page> {
    let rows = rows(&ablation.runs);
    let mut header = vec!["row".to_owned(), "what differs".into()];
    header.extend(COLUMNS.map(|(name, ..)| name.to_owned()));
    header.extend(["updates R, D".into(), "seconds".into()]);
    let mut cells = vec![unrefined_row(&ablation.unrefined, header.len())];
    cells.extend(rows.iter().map(|runs| row(runs)));
    let bars: Vec<Bar> = rows
        .iter()
        .filter_map(|runs| {
            let values = values(runs, COLUMNS[1].2);
            let mean = Summary::of(&values)?.mean;
            Some(Bar::new(&runs[0].row, mean).dots(values))
        })
        .collect();
    let lead = "The same refiner, trained with one setting changed at a time for the same number of \
                network updates, and measured on images that training did not see. Every number is of \
                the end of a training; where there are several seeds, mean ± deviation.";
    let section = Section::new("What each setting is worth", "")
        .block(Block::table(
            "Lower is better in all but the last measure. The first row is the renders as they are.",
            header,
            cells,
        ))
        .block(Block::chart(
            chart::bars("kernel distance", &bars)?,
            "Kernel distance to real images at the end; a dot is one training.",
        ));
    Ok(Page::new("simreal: ablation", lead)
        .fact("updates of both networks in a training", ablation.updates.to_string())
        .section(section)
        .section(Section::new("The table", "").block(Block::code(table.to_owned()))))
}

/// The table for the terminal.
pub fn ablation_summary(ablation: &Ablation) -> String {
    let mut lines = vec![format!("{:<22} {}", "", COLUMNS.map(|(name, ..)| name).join(" | "))];
    let unrefined = unrefined_row(&ablation.unrefined, 2 + COLUMNS.len());
    lines.push(format!("{:<22} {}", unrefined[0], unrefined[2..2 + COLUMNS.len()].join(" | ")));
    for runs in rows(&ablation.runs) {
        let cells = row(&runs);
        lines.push(format!("{:<22} {}", cells[0], cells[2..2 + COLUMNS.len()].join(" | ")));
    }
    lines.join("\n")
}

/// The trainings of each row, in order.
fn rows(runs: &[Run]) -> Vec<Vec<&Run>> {
    let mut rows: Vec<Vec<&Run>> = Vec::new();
    for run in runs {
        match rows.iter_mut().find(|row| row[0].row == run.row) {
            Some(row) => row.push(run),
            None => rows.push(vec![run]),
        }
    }
    rows
}

fn values(runs: &[&Run], value: fn(&Measured) -> Option<f32>) -> Vec<f64> {
    let last = runs.iter().filter_map(|run| run.last.as_ref());
    last.filter_map(|m| value(m).map(f64::from)).collect()
}

fn row(runs: &[&Run]) -> Vec<String> {
    let first = runs[0];
    let mut cells = vec![first.row.clone(), first.set.replace('\n', ", ")];
    for run in runs {
        if let Some(failed) = &run.failed {
            cells[1] = format!("{}; seed {} failed: {failed}", cells[1], run.seed);
        }
    }
    cells.extend(COLUMNS.map(|(_, decimals, value)| spread(&values(runs, value), decimals)));
    let updates =
        runs.iter().map(|r| format!("{}, {}", r.refiner_updates, r.discriminator_updates));
    cells.push(updates.collect::<Vec<_>>().join("; "));
    cells.push(spread(&runs.iter().map(|run| run.seconds).collect::<Vec<_>>(), 0));
    cells
}

fn unrefined_row(reports: &[RealismReport], length: usize) -> Vec<String> {
    let of = |value: fn(&RealismReport) -> f64, decimals| {
        spread(&reports.iter().map(value).collect::<Vec<_>>(), decimals)
    };
    let mut cells = vec!["renders".to_owned(), "not refined".into()];
    cells.push(of(|r| 100.0 * r.two_sample_accuracy, COLUMNS[0].1));
    cells.push(of(|r| r.kernel_distance, COLUMNS[1].1));
    cells.push(of(|r| r.spectrum_distance_db, COLUMNS[2].1));
    cells.extend([format!("{:.2}", 0.0), percent(1.0).replace(" %", "")]);
    cells.resize(length, "–".into());
    cells
}

/// "1.10 ± 0.80", or "1.10" of a single value.
fn spread(values: &[f64], decimals: usize) -> String {
    match Summary::of(values) {
        None => "–".into(),
        Some(Summary { mean, sd: Some(sd), .. }) => format!("{mean:.decimals$} ± {sd:.decimals$}"),
        Some(Summary { mean, .. }) => format!("{mean:.decimals$}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_names_the_seeds_that_failed() {
        let run = |seed, failed: Option<&str>| Run {
            row: "no history".to_owned(),
            set: "history_capacity = 0".to_owned(),
            seed,
            refiner_updates: 0,
            discriminator_updates: 0,
            last: None,
            best: None,
            failed: failed.map(str::to_owned),
            unrefined: None,
            seconds: 1.0,
        };
        let runs = [run(1, None), run(2, Some("diverged")), run(3, Some("out of memory"))];
        let cells = row(&runs.iter().collect::<Vec<_>>());
        let expected =
            "history_capacity = 0; seed 2 failed: diverged; seed 3 failed: out of memory";
        assert_eq!(cells[1], expected);
    }
}
