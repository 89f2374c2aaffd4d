//! When the manifest was damaged: receipts of what of it the shards prove.

use super::ShardedWriter;
use super::receipt::Receipt;
use crate::columns::{Columns, common};
use crate::error::Error;
use crate::manifest::{self, Manifest, Shard};
use crate::shard::ShardReader;
use crate::writer::shard_file;
use arrow::array::AsArray;
use arrow::datatypes::UInt16Type;
use rayon::prelude::*;
use std::fs;

impl<M: Columns> ShardedWriter<M> {
    /// Writes receipts for the shards whose every byte fits the hashes in a manifest that was changed
    /// elsewhere: nobody finds bytes to a wrong hash by chance. The others are missing, and made again.
    /// Nothing is done where no manifest is.
    pub(super) fn salvage(&self) -> Result<(), Error> {
        let Ok(bytes) = fs::read(self.dir.join(manifest::FILE)) else { return Ok(()) };
        let text = String::from_utf8_lossy(&bytes);
        let Ok(manifest) = serde_json::from_str::<Manifest>(&text) else { return Ok(()) };
        let listed =
            manifest.shards.into_par_iter().enumerate().filter(|(number, shard)| {
                *number < self.shards && shard.file == shard_file(*number)
            });
        listed.try_for_each(|(number, shard)| match self.size_of(number, &shard) {
            Some((width_px, height_px)) => {
                let key = self.key.clone();
                Receipt { key, width_px, height_px, shard }.write(&self.dir, number)
            }
            None => Ok(()),
        })
    }

    /// Width and height of the images of a shard, px, if all is true that is said of it.
    fn size_of(&self, number: usize, shard: &Shard) -> Option<(u32, u32)> {
        let ids = self.ids(number);
        let whole = shard.check().is_ok()
            && shard.rows == ids.end - ids.start
            && shard.is_unharmed(&self.dir).unwrap_or(false);
        if !whole {
            return None;
        }
        let path = self.dir.join(&shard.file);
        let reader = ShardReader::open(path, shard.clone(), M::LABEL).ok()?;
        let mut size = None;
        for group in 0..shard.row_groups.len() {
            let batch = reader.batch(group).ok()?;
            let side = |name| common(&batch, name).as_primitive::<UInt16Type>().values().first();
            let (width, height) = (*side("width")?, *side("height")?);
            size = Some((u32::from(width), u32::from(height)));
        }
        size
    }
}
