//! pipeline → trainer → eval, again and again: what each setting of the refiner's training is worth.

use crate::args::AblateArgs;
use crate::console::{note, say};
use crate::images::{Images, with_images};
use crate::modality::Trainable;
use crate::report::{self, Ablation, Run};
use crate::{claim, settings, train};
use anyhow::{Context, Result, bail};
use pipeline::Dataset;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Instant;
use trainer::{Device, SimGanConfig};

/// The rows that are built in.
const TABLE: &str = include_str!("ablate.toml");
/// Iterations between two measurements where only the first and the last are wanted.
const ONLY_AT_THE_ENDS: u64 = 1_000_000_000;

/// A table of settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    row: Vec<Row>,
}

/// What one training differs in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    #[serde(default)]
    set: toml::Table,
}

pub fn run(args: AblateArgs) -> Result<()> {
    with_images!(Images::open(&args.rendered)?, rendered => on(&rendered, args))
}

/// Renders and real images are of one modality.
fn on<M: Trainable>(rendered: &Dataset<M>, args: AblateArgs) -> Result<()> {
    let device = Device::from_name(&args.device.device)?;
    let name = args.preset.as_deref().unwrap_or(M::ABLATION_PRESET);
    let preset = settings::preset(name, SimGanConfig::PRESETS, SimGanConfig::preset)?;
    let base = settings::overlaid(preset, args.config.as_deref())?;
    let updates = args.updates.unwrap_or_else(|| base.planned_updates());
    let table = read(args.table.as_deref())?;
    settings_of_rows(&base, &table, updates)?;
    let names = ["runs", "ablation.json", "ablation.html"];
    let _lock = claim::folder(&args.out, "table.toml", &names)?;
    settings::pin(&table, &args.out.join("table.toml"))?;
    let work = Work { base, table, updates, seeds: args.seeds, out: args.out, device };
    work.run(rendered, &Dataset::open(&args.real)?)
}

/// What is to be trained, and where.
struct Work {
    base: SimGanConfig,
    table: Table,
    updates: u64,
    seeds: Vec<u64>,
    out: PathBuf,
    device: Device,
}

impl Work {
    fn run<M: Trainable>(&self, rendered: &Dataset<M>, real: &Dataset<M>) -> Result<()> {
        let mut runs = Vec::new();
        for (row, config) in settings_of_rows(&self.base, &self.table, self.updates)? {
            for &seed in &self.seeds {
                let name = format!("{}-seed-{seed}", file_name(&row.name));
                let folder = self.out.join("runs").join(name);
                let config = SimGanConfig { seed, ..config.clone() };
                runs.push(one(row, &config, rendered, real, &folder, &self.device)?);
                self.write(&runs)?;
            }
        }
        say!("{}", report::ablation_summary(&ablation(&runs, self.updates)));
        say!("report: {}", self.out.join("ablation.html").display());
        Ok(())
    }

    /// The table up to now.
    fn write(&self, runs: &[Run]) -> Result<()> {
        let ablation = ablation(runs, self.updates);
        report::write_json(&ablation, &self.out.join("ablation.json"))?;
        let page = report::ablation(&ablation, &settings::text(&self.table)?)?;
        Ok(page.write(self.out.join("ablation.html"))?)
    }
}

/// The settings of every row, checked before the first hour is spent.
fn settings_of_rows<'a>(
    base: &SimGanConfig,
    table: &'a Table,
    updates: u64,
) -> Result<Vec<(&'a Row, SimGanConfig)>> {
    table.row.iter().map(|row| Ok((row, configured(base, row, updates)?))).collect()
}

/// The table in this file, or the built-in one.
fn read(file: Option<&Path>) -> Result<Table> {
    let Some(file) = file else {
        return toml::from_str(TABLE).context("the built-in table is no table");
    };
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("could not read the table {}", file.display()))?;
    let table: Table =
        toml::from_str(&text).with_context(|| format!("{} is no table of rows", file.display()))?;
    let mut names = HashSet::new();
    match table.row.iter().find(|row| !names.insert(file_name(&row.name))) {
        Some(twice) => bail!("{}: two rows are called `{}`", file.display(), twice.name),
        None => Ok(table),
    }
}

/// The settings of a row, for so many updates.
fn configured(base: &SimGanConfig, row: &Row, updates: u64) -> Result<SimGanConfig> {
    let named = || format!("the row `{}`", row.name);
    let mut config = settings::laid_over(base.clone(), row.set.clone()).with_context(named)?;
    if config.measure.every == 0 {
        config.measure.every = ONLY_AT_THE_ENDS;
    }
    let config = config.budgeted(updates);
    config.validate().with_context(named)?;
    Ok(config)
}

/// One training in its folder, or what it left there.
fn one<M: Trainable>(
    row: &Row,
    config: &SimGanConfig,
    rendered: &Dataset<M>,
    real: &Dataset<M>,
    folder: &Path,
    device: &Device,
) -> Result<Run> {
    let file = folder.join("run.json");
    note("ablate", &format!("{}, seed {}", row.name, config.seed));
    let started = Instant::now();
    let trained = train::train(config, config.seed, rendered, real, folder, device);
    let mut run = Run {
        row: row.name.clone(),
        set: settings::text(&row.set)?.trim().to_owned(),
        seed: config.seed,
        refiner_updates: 0,
        discriminator_updates: 0,
        last: None,
        best: None,
        failed: None,
        unrefined: None,
        seconds: started.elapsed().as_secs_f64(),
    };
    match trained {
        Ok(trained) => {
            (run.refiner_updates, run.discriminator_updates) = trained.updates;
            run.last = trained.measures.last().cloned();
            run.best = trained.best;
            run.unrefined = trained.unrefined;
        }
        // A setting that diverges is a finding, not the end of the table.
        Err(error) => match error.downcast_ref::<trainer::Error>() {
            Some(diverged @ trainer::Error::Diverged { .. }) => {
                run.failed = Some(diverged.to_string());
            }
            _ => return Err(error),
        },
    }
    // The time of the command that did the work is kept.
    if file.is_file() {
        let before =
            std::fs::read(&file).with_context(|| format!("could not read {}", file.display()))?;
        let before: Run = serde_json::from_slice(&before)
            .with_context(|| format!("{} is damaged; delete it", file.display()))?;
        run.seconds = before.seconds;
    }
    report::write_json(&run, &file)?;
    Ok(run)
}

fn ablation(runs: &[Run], updates: u64) -> Ablation {
    let mut seeds = HashSet::new();
    let first_of_each_seed = runs.iter().filter(|run| seeds.insert(run.seed));
    let unrefined = first_of_each_seed.filter_map(|run| run.unrefined).collect();
    Ablation { updates, unrefined, runs: runs.to_vec() }
}

/// The name of a row as the name of a folder.
fn file_name(name: &str) -> String {
    let letter = |c: char| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    name.chars().map(letter).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_built_in_row_is_valid_on_every_preset_and_differs_from_the_first() {
        let table = read(None).unwrap();
        let names: HashSet<String> = table.row.iter().map(|row| file_name(&row.name)).collect();
        assert_eq!(names.len(), table.row.len());
        for (preset, _) in SimGanConfig::PRESETS {
            let base = SimGanConfig::preset(preset).unwrap();
            let first = configured(&base, &table.row[0], 100).unwrap();
            for row in &table.row[1..] {
                let config = configured(&base, row, 100).unwrap();
                assert!(config != first || *preset != "demo", "{preset}: {}", row.name);
            }
        }
    }

    #[test]
    fn a_row_with_a_wrong_setting_is_named() {
        let row: Row = toml::from_str("name = \"odd\"\nset = { lamda = 1.0 }").unwrap();
        let base = SimGanConfig::preset("demo").unwrap();
        let error = format!("{:#}", configured(&base, &row, 100).unwrap_err());
        assert!(error.contains("odd") && error.contains("lamda"), "{error}");
    }
}
