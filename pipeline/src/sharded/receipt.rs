//! The receipt of a shard: what the manifest will say about it, kept until there is a manifest.

use crate::error::Error;
use crate::manifest::Shard;
use durable::seal;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// The folder of the receipts.
const FOLDER: &str = ".shards";

/// What is known of one shard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Receipt {
    /// Hash of the settings it was made with.
    pub(super) key: String,
    /// Width of its images, px.
    pub(super) width_px: u32,
    /// Height of its images, px.
    pub(super) height_px: u32,
    /// Its entry in the manifest.
    pub(super) shard: Shard,
}

impl Receipt {
    /// The receipt of the shard with this number. One that was changed, or that has no seal, as those of
    /// before there was one, is none: its shard is made again, with the same bytes.
    pub(super) fn read(dir: &Path, number: usize) -> Result<Option<Self>, Error> {
        let path = path(dir, number);
        match fs::read_to_string(&path) {
            Ok(text) if seal::is_appended(&text) => Ok(serde_json::from_str(&text).ok()),
            Ok(_) => Ok(None),
            // A flipped bit may leave no text.
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::io(&path, "read the receipt")(error)),
        }
    }

    /// Writes it. The shard is in its place by now.
    pub(super) fn write(&self, dir: &Path, number: usize) -> Result<(), Error> {
        durable::create_folder(&dir.join(FOLDER))?;
        // A receipt is plain data with string keys, which always has a JSON form.
        let text = seal::append(&serde_json::to_string_pretty(self).expect("plain data"));
        Ok(durable::write(&path(dir, number), text.as_bytes())?)
    }
}

impl Shard {
    /// Whether the file has the bytes that were written.
    pub(crate) fn is_unharmed(&self, dir: &Path) -> Result<bool, Error> {
        let path = dir.join(&self.file);
        let hash = || -> io::Result<String> {
            let file: File = durable::open(&path)?;
            if file.metadata()?.len() != self.bytes {
                return Ok(String::new());
            }
            let mut hasher = blake3::Hasher::new();
            hasher.update_reader(file)?;
            Ok(hasher.finalize().to_string())
        };
        match hash() {
            Ok(hash) => Ok(hash == self.blake3),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(Error::io(&path, "read the shard")(error)),
        }
    }
}

/// Removes all receipts: the manifest has what they say.
pub(super) fn clear(dir: &Path) {
    // What can't be removed does no harm.
    let _ = fs::remove_dir_all(dir.join(FOLDER));
}

fn path(dir: &Path, number: usize) -> PathBuf {
    dir.join(FOLDER).join(format!("{number:05}.json"))
}
