//! A data set that a command makes shard by shard, alone or as one of many.

use crate::console::{Progress, note};
use crate::interrupt;
use anyhow::{Context, Result, bail};
use pipeline::{Columns, Dataset, Error, ShardedWriter};
use simulator::sample::Sample;
use std::ops::Range;
use std::path::Path;
use std::sync::OnceLock;

/// Images made between two checks for Ctrl-C.
const STEP: u64 = 128;

/// Where schedulers tell a task of an array its number: Slurm, Kubernetes, AWS Batch.
const INDEX_VARIABLES: [&str; 3] =
    ["SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX", "AWS_BATCH_JOB_ARRAY_INDEX"];

/// The shard to make, where it is one of many: the option, else what the scheduler says.
pub fn index(shards: Option<usize>, asked: Option<usize>) -> Result<Option<usize>> {
    let Some(shards) = shards else { return Ok(None) };
    let told = INDEX_VARIABLES.iter().find_map(|name| Some((*name, std::env::var(name).ok()?)));
    let (name, index) = match (asked, told) {
        (Some(index), _) => ("--shard-index", index),
        (None, Some((name, text))) => {
            let index = text.parse();
            (name, index.with_context(|| format!("{name} is `{text}`; give --shard-index"))?)
        }
        (None, None) => return Ok(None),
    };
    if index >= shards {
        bail!("{name} is {index}: with --shards {shards} it goes from 0 to {}", shards - 1);
    }
    Ok(Some(index))
}

/// Makes what is missing of these shards: all, or one. The data set, if all of it is there now.
///
/// `make` gives the samples of some of the writer's ids; it runs on several threads at once.
pub fn write<M: Columns>(
    stage: &str,
    writer: &ShardedWriter<M>,
    out: &Path,
    shard: Option<usize>,
    make: impl Fn(Range<u64>) -> Result<Vec<Sample<M>>> + Sync,
) -> Result<Option<Dataset<M>>> {
    let wanted = shard.map_or(0..writer.shards(), |shard| shard..shard + 1);
    let missing = writer.missing(wanted.clone())?;
    let (there, place) = (wanted.len() - missing.len(), out.display());
    if there > 0 {
        note(stage, &format!("{there} of {} shards are in {place} already", wanted.len()));
    }
    let images = |shard| {
        let ids = writer.ids(shard);
        ids.end - ids.start
    };
    let total = missing.iter().map(|&shard| images(shard)).sum();
    let mut progress = Progress::start(stage, total, "images");
    let (mut done, mut busy) = (0, Vec::new());
    let failed = OnceLock::new();
    let in_steps = |ids: Range<u64>| {
        let mut samples = Vec::new();
        for first in ids.clone().step_by(STEP as usize) {
            if interrupt::asked() || failed.get().is_some() {
                return None;
            }
            match make(first..(first + STEP).min(ids.end)) {
                Ok(made) => samples.extend(made),
                Err(error) => {
                    // Where two threads fail at once, either error will do.
                    let _ = failed.set(error);
                    return None;
                }
            }
        }
        Some(samples)
    };
    let mut stopped = false;
    for shard in missing {
        interrupt::check()?;
        match writer.write(shard, in_steps, |written| progress.set(done + written, "")) {
            Ok(true) => {}
            Ok(false) => {
                stopped = true;
                break;
            }
            // Another process makes it; there is more to do for this one.
            Err(error @ Error::Busy { .. }) => busy.push((shard, error)),
            Err(error) => return Err(error.into()),
        }
        done += images(shard);
    }
    if stopped {
        return Err(failed.into_inner().unwrap_or_else(|| interrupt::Interrupted.into()));
    }
    progress.finish(&format!("{done} images in {place}"));
    for (shard, error) in busy {
        if !writer.is_whole(shard)? {
            return Err(error.into());
        }
    }
    Ok(writer.finish()?)
}
