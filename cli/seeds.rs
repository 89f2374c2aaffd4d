//! The same training again and again, with another seed each time.

use crate::console::note;
use crate::report;
use anyhow::{Context, Result, bail};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::Path;

/// The report of each seed. Each goes to `out/NAME-seed-N.json`, and what `once` saves to the path it is
/// given, `out/NAME-seed-N`; a seed whose report is there is passed by.
pub fn each<R: Serialize + DeserializeOwned>(
    station: &str,
    name: &str,
    seeds: &[u64],
    out: &Path,
    mut once: impl FnMut(u64, &Path) -> Result<R>,
) -> Result<Vec<R>> {
    distinct(seeds)?;
    std::fs::create_dir_all(out)
        .with_context(|| format!("could not make the folder {}", out.display()))?;
    let mut reports = Vec::new();
    for &seed in seeds {
        let file = out.join(format!("{name}-seed-{seed}.json"));
        if file.is_file() {
            note(station, &format!("{} is there already", file.display()));
        } else {
            let found = once(seed, &out.join(format!("{name}-seed-{seed}")))?;
            report::write_json(&found, &file)?;
        }
        // Also what was made just now is read back: JSON may lose the last bit of a number, and a run
        // that goes on ends with the same figures as one that was not stopped.
        let text = std::fs::read(&file)
            .with_context(|| format!("could not read the report {}", file.display()))?;
        reports.push(serde_json::from_slice(&text).with_context(|| {
            format!("{} is no {station} report; delete it to train again", file.display())
        })?);
    }
    Ok(reports)
}

/// Refuses a seed that is given twice: a second training of it would be the same.
pub fn distinct(seeds: &[u64]) -> Result<()> {
    if let Some(twice) = seeds.iter().find(|s| seeds.iter().filter(|t| t == s).count() > 1) {
        bail!("the seed {twice} is given twice; a second training of it would be the same");
    }
    Ok(())
}
