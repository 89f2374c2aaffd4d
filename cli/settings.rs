//! Settings: a preset, a TOML laid over it, and the whole set written beside what it made.

use anyhow::{Context, Error, Result};
use pipeline::{Columns, Dataset, Pinned};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::path::Path;

/// `base`, with what the TOML file says instead. A key that `base` does not know is an error.
pub fn overlaid<T: Serialize + DeserializeOwned>(base: T, file: Option<&Path>) -> Result<T> {
    part_overlaid(base, file, "")
}

/// As [`overlaid`]; a file that holds these settings as a table of this name, as those do that runs
/// write, is read from there.
pub fn part_overlaid<T: Serialize + DeserializeOwned>(
    base: T,
    file: Option<&Path>,
    part: &str,
) -> Result<T> {
    let Some(file) = file else { return Ok(base) };
    let mut over = table(file)?;
    if let Some(toml::Value::Table(inner)) = over.get_mut(part) {
        over = std::mem::take(inner);
    }
    in_file(laid_over(base, over), Some(file))
}

/// `base`, with what the table of this name in the file says instead, if the file has one.
pub fn table_overlaid<T: Serialize + DeserializeOwned>(
    base: T,
    file: Option<&Path>,
    name: &str,
) -> Result<T> {
    let Some(file) = file else { return Ok(base) };
    let mut all = table(file)?;
    match all.remove(name) {
        Some(toml::Value::Table(over)) => {
            laid_over(base, over).with_context(|| format!("[{name}] in {}", file.display()))
        }
        _ => Ok(base),
    }
}

/// The TOML in this file.
fn table(file: &Path) -> Result<toml::Table> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("could not read the settings {}", file.display()))?;
    text.parse().with_context(|| format!("{} is no valid TOML", file.display()))
}

/// `base`, with what the table says instead. A key that `base` does not know is an error.
pub fn laid_over<T: Serialize + DeserializeOwned>(base: T, over: toml::Table) -> Result<T> {
    let mut merged = toml::Table::try_from(base).context("the defaults are no TOML table")?;
    merge(&mut merged, over);
    Ok(merged.try_into()?)
}

/// Lays `over` over `base`, table by table.
fn merge(base: &mut toml::Table, over: toml::Table) {
    for (key, value) in over {
        match (base.get_mut(&key), value) {
            (Some(toml::Value::Table(inner)), toml::Value::Table(value)) => merge(inner, value),
            (_, value) => {
                base.insert(key, value);
            }
        }
    }
}

/// Says of an error in settings which file they come from.
pub fn in_file<T, E: Into<Error>>(checked: Result<T, E>, file: Option<&Path>) -> Result<T> {
    let checked = checked.map_err(Into::into);
    match file {
        Some(file) => checked.with_context(|| format!("a setting in {}", file.display())),
        None => checked,
    }
}

/// Writes settings as a TOML; where the file is there already, it must say the same.
///
/// A run that goes on after a stop thereby refuses to go on with other settings.
pub fn pin<T: Serialize>(settings: &T, file: &Path) -> Result<Pinned> {
    Ok(pipeline::pin(file, &text(settings)?)?)
}

/// Settings as they stand in a file.
pub fn text<T: Serialize>(settings: &T) -> Result<String> {
    toml::to_string_pretty(settings).context("the settings have no TOML form")
}

/// Notes which data a run works on, as [`pin`] notes its settings: by the hashes of their files.
pub fn pin_data<M: Columns>(datasets: &[(&str, &Dataset<M>)], out: &Path) -> Result<()> {
    let hashes = |dataset: &Dataset<M>| -> Vec<String> {
        dataset.manifest().shards.iter().map(|shard| shard.blake3.clone()).collect()
    };
    let all: BTreeMap<&str, Vec<String>> =
        datasets.iter().map(|(name, dataset)| (*name, hashes(dataset))).collect();
    pin(&all, &out.join("data.toml")).map(|_| ())
}

/// The preset of this name out of a list, or an error that shows the list.
pub fn preset<T>(
    name: &str,
    presets: &[(&str, &str)],
    get: impl Fn(&str) -> Option<T>,
) -> Result<T> {
    get(name).with_context(|| {
        let list: String =
            presets.iter().map(|(name, about)| format!("\n  {name:<16} {about}")).collect();
        format!("--preset: there is no `{name}`; there are{list}")
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        count: u64,
        inner: Inner,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        a: f64,
        b: f64,
    }

    fn base() -> Outer {
        Outer { count: 3, inner: Inner { a: 1.0, b: 2.0 } }
    }

    #[test]
    fn a_file_changes_what_it_names_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("s.toml");
        std::fs::write(&file, "[inner]\nb = 5.0\n").unwrap();
        let merged = overlaid(base(), Some(&file)).unwrap();
        assert_eq!(merged, Outer { count: 3, inner: Inner { a: 1.0, b: 5.0 } });
    }

    #[test]
    fn a_name_that_is_not_known_is_an_error_that_names_the_file_and_the_field() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("s.toml");
        std::fs::write(&file, "[inner]\nbb = 5.0\n").unwrap();
        let error = format!("{:#}", overlaid(base(), Some(&file)).unwrap_err());
        assert!(error.contains("s.toml") && error.contains("bb"), "{error}");
    }

    #[test]
    fn a_run_refuses_to_go_on_with_other_settings() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("run/s.toml");
        pin(&base(), &file).unwrap();
        pin(&base(), &file).unwrap();
        let error = pin(&Outer { count: 4, ..base() }, &file).unwrap_err().to_string();
        assert!(error.contains("count = 3") && error.contains("count = 4"), "{error}");
    }
}
