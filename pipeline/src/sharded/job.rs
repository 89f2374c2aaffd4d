//! What is to be made, and whether a folder is free for it.

use crate::error::Error;
use crate::manifest::Origin;
use crate::writer::WriterOptions;
use std::fs;
use std::io;
use std::ops::Range;
use std::path::Path;

/// Samples of a data set, at most: two thousand years of one core's renders.
pub const MAX_SAMPLES: usize = 1_000_000_000_000;
/// Shards of a data set, at most: the manifest lists them all.
pub const MAX_SHARDS: usize = 1_000_000;

/// What is to be made.
#[derive(Debug, Clone)]
pub struct Job {
    /// What makes it.
    pub origin: Origin,
    /// The ids of its samples.
    pub ids: Range<u64>,
    /// Whether `ids` are only positions, of samples whose own ids ascend with gaps between them: those
    /// of another data set. (Ids must ascend from shard to shard too; that is up to who makes them.)
    pub by_position: bool,
    /// Into how many shards they are cut, of the same size to within one sample; by default as many
    /// as [`WriterOptions::shard_rows`] asks for.
    pub shards: Option<usize>,
    /// How the files are cut.
    pub options: WriterOptions,
    /// Name and text of the file that tells all settings, written beside the data.
    pub settings: (&'static str, String),
}

impl Job {
    /// The number of shards, if there can be so many.
    pub(super) fn checked_shards(&self, dir: &Path) -> Result<usize, Error> {
        self.options.check()?;
        let count = self.ids.end.saturating_sub(self.ids.start) as usize;
        if count == 0 {
            return Err(Error::Empty { path: dir.to_owned() });
        }
        if count > MAX_SAMPLES {
            let expected = format!("1 to {MAX_SAMPLES}");
            return Err(Error::Options { field: "the number of samples", value: count, expected });
        }
        let shards = self.shards.unwrap_or_else(|| count.div_ceil(self.options.shard_rows));
        if (1..=count.min(MAX_SHARDS)).contains(&shards) {
            return Ok(shards);
        }
        let expected = format!("1 to {}: at most as many as samples", count.min(MAX_SHARDS));
        Err(Error::Options { field: "the number of shards", value: shards, expected })
    }
}

/// Whether there is something in the folder that does not come from us. Hidden files may: those of
/// a process that starts the same job at this moment.
pub(super) fn is_taken(dir: &Path) -> Result<bool, Error> {
    let mut entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => return Ok(true),
        Err(error) => return Err(Error::io(dir, "look into the folder")(error)),
    };
    Ok(entries.any(|entry| entry.is_ok_and(|e| !e.file_name().to_string_lossy().starts_with('.'))))
}
