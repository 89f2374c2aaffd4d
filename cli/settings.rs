//! Settings: a preset, a TOML laid over it, and the whole set written beside what it made.

use anyhow::{Context, Error, Result, bail};
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
    let mistyped = mistyped(&merged, &over);
    merge(&mut merged, over);
    let error: toml::de::Error = match merged.try_into() {
        Ok(settings) => return Ok(settings),
        Err(error) => error,
    };
    let text = error.to_string();
    match mistyped {
        // A setting that has no default isn't in `base` either.
        Some((name, nearest)) if text.contains(&format!("unknown field `{name}`")) => {
            bail!("there is no `{name}`; did you mean `{nearest}`? ({})", text.trim())
        }
        _ => Err(error.into()),
    }
}

/// The first name in `over` that `base` doesn't have but for a few letters, and what it has.
fn mistyped(base: &toml::Table, over: &toml::Table) -> Option<(String, String)> {
    over.iter().find_map(|(key, value)| match (base.get(key), value) {
        (None, _) => Some((key.clone(), nearest(key, base.keys().map(String::as_str))?.to_owned())),
        (Some(toml::Value::Table(base)), toml::Value::Table(over)) => mistyped(base, over),
        _ => None,
    })
}

/// The one of these names that a mistyped one is likely to mean.
fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let alike = names.map(|other| (strsim::jaro_winkler(name, other), other));
    let best = alike.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 > ALIKE).then_some(best.1)
}

/// Names whose likeness (Jaro and Winkler's, 0 to 1) is above this are a typing error apart.
const ALIKE: f64 = 0.85;

/// Lays `over` over `base`, table by table.
fn merge(base: &mut toml::Table, over: toml::Table) {
    center_follows(base, &over);
    for (key, value) in over {
        match (base.get_mut(&key), value) {
            (Some(toml::Value::Table(inner)), toml::Value::Table(value)) => merge(inner, value),
            (_, value) => {
                base.insert(key, value);
            }
        }
    }
}

/// A camera whose image gets another size keeps its principal point at the same share of it, unless that
/// is set too; otherwise what it looks at would slide out of the image.
fn center_follows(base: &mut toml::Table, over: &toml::Table) {
    if over.contains_key(CENTER) {
        return;
    }
    let number = |value: &toml::Value| value.as_float().or(value.as_integer().map(|n| n as f64));
    let share = ["width", "height"].map(|side| {
        let (new, old) = (over.get(side).and_then(number), base.get(side).and_then(number));
        new.zip(old).filter(|(_, old)| *old > 0.0).map(|(new, old)| new / old)
    });
    if let Some(toml::Value::Array(center)) = base.get_mut(CENTER) {
        for (place, share) in center.iter_mut().zip(share) {
            if let (Some(px), Some(share)) = (number(place), share) {
                *place = toml::Value::Float(px * share);
            }
        }
    }
}

/// The principal point among a camera's settings.
const CENTER: &str = "center_px";

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

/// The hashes of a data set's files.
pub fn hashes<M: Columns>(dataset: &Dataset<M>) -> Vec<String> {
    dataset.manifest().shards.iter().map(|shard| shard.blake3.clone()).collect()
}

/// Notes which data a run works on, as [`pin`] notes its settings: by the hashes of their files.
pub fn pin_data<M: Columns>(datasets: &[(&str, &Dataset<M>)], out: &Path) -> Result<()> {
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
        let names = presets.iter().map(|(name, _)| *name);
        let meant = nearest(name, names).map(|name| format!(" did you mean `{name}`?"));
        format!("--preset: there is no `{name}`;{} there are{list}", meant.unwrap_or_default())
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
    fn a_setting_without_a_default_is_not_taken_for_a_mistyped_one() {
        #[derive(Debug, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Settings {
            shards: u64,
            shard: Option<u64>,
        }
        let over = "shard = 3\nshards = \"many\"\n".parse().unwrap();
        let error = laid_over(Settings { shards: 1, shard: None }, over).unwrap_err().to_string();
        assert!(error.contains("many") && !error.contains("there is no"), "{error}");
    }

    #[test]
    fn a_mistyped_name_is_told_with_the_one_that_is_meant() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("s.toml");
        std::fs::write(&file, "[pose]\ngaze_pich_deg = { mean = 3.0 }\n").unwrap();
        let eye = simulator::eye::EyeConfig::preset("demo").unwrap();
        let error = format!("{:#}", overlaid(eye.clone(), Some(&file)).unwrap_err());
        assert!(error.contains("s.toml") && error.contains("mean `gaze_pitch_deg`"), "{error}");
        // Nothing is like it.
        std::fs::write(&file, "[pose]\nwxyz = 1\n").unwrap();
        let error = format!("{:#}", overlaid(eye, Some(&file)).unwrap_err());
        assert!(error.contains("wxyz") && !error.contains("did you mean"), "{error}");
        let presets = simulator::eye::EyeConfig::PRESETS;
        let get = simulator::eye::EyeConfig::preset;
        let error = preset("mpiigase", presets, get).unwrap_err().to_string();
        assert!(error.contains("mean `mpiigaze`") && error.contains("near-eye-nir"), "{error}");
    }

    #[test]
    fn the_principal_point_keeps_its_place_in_an_image_of_another_size() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("s.toml");
        let camera = |text: &str| {
            std::fs::write(&file, text).unwrap();
            let eye = simulator::eye::EyeConfig::preset("mpiigaze").unwrap();
            overlaid(eye, Some(&file)).unwrap().camera
        };
        let base = camera("");
        assert_eq!((base.width, base.height, base.center_px), (60, 36, [30.0, 18.0]));
        assert_eq!(camera("[camera]\nwidth = 90\nheight = 72\n").center_px, [45.0, 36.0]);
        assert_eq!(camera("[camera]\nheight = 35\n").center_px, [30.0, 17.5]);
        let set = "[camera]\nwidth = 90\ncenter_px = [31.0, 18.0]\n";
        assert_eq!(camera(set).center_px, [31.0, 18.0]);
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
