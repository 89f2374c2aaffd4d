//! When all shards are there: the manifest, and what is known of shards until then.

use super::ShardedWriter;
use super::receipt::{self, Receipt};
use crate::columns::Columns;
use crate::dataset::Dataset;
use crate::error::Error;
use crate::manifest::{self, Manifest, Shard};
use crate::readme;
use crate::schema::SCHEMA_VERSION;
use crate::writer::DATA;
use simulator::sample::SampleId;
use std::fs;
use std::path::Path;

/// The file that describes the columns.
const README: &str = "README.md";

impl<M: Columns> ShardedWriter<M> {
    /// If all shards are there, publishes the manifest that makes them a data set, and opens it.
    /// Several processes may do so at once.
    ///
    /// # Errors
    /// [`Error::Io`] if the disk refuses, [`Error::Size`] if shards differ in the size of images.
    pub fn finish(&self) -> Result<Option<Dataset<M>>, Error> {
        if self.manifest()?.is_none() {
            let receipts: Option<Vec<Receipt>> =
                (0..self.shards).map(|shard| self.receipt(shard)).collect::<Result<_, _>>()?;
            match receipts {
                Some(receipts) => self.publish(receipts)?,
                // Another process may have published it all and tidied up in between.
                None if self.manifest()?.is_none() => return Ok(None),
                None => {}
            }
        }
        receipt::clear(&self.dir);
        durable::clear_leftovers(&self.dir);
        durable::clear_leftovers(&self.dir.join(DATA));
        clear_older_leftovers(&self.dir.join(DATA));
        Dataset::open(&self.dir).map(Some)
    }

    fn publish(&self, receipts: Vec<Receipt>) -> Result<(), Error> {
        let Some(first) = receipts.first() else { return Ok(()) };
        let (width_px, height_px) = (first.width_px, first.height_px);
        for (shard, receipt) in receipts.iter().enumerate() {
            if (receipt.width_px, receipt.height_px) != (width_px, height_px) {
                return Err(Error::Size {
                    id: SampleId(self.ids(shard).start),
                    found: (receipt.width_px as usize, receipt.height_px as usize),
                    expected: (width_px as usize, height_px as usize),
                });
            }
        }
        let manifest = Manifest {
            schema_version: SCHEMA_VERSION,
            modality: M::NAME.to_owned(),
            origin: self.job.origin.clone(),
            rows: receipts.iter().map(|receipt| receipt.shard.rows).sum(),
            width_px,
            height_px,
            image: self.job.options.image,
            shards: receipts.into_iter().map(|receipt| receipt.shard).collect(),
        };
        let readme = readme::text(&manifest, M::LABEL);
        durable::write(&self.dir.join(README), readme.as_bytes())?;
        Ok(durable::write(&self.dir.join(manifest::FILE), manifest.to_text().as_bytes())?)
    }

    /// The manifest of the finished data set, which must be the one of this job. One that was changed is
    /// none, see [`salvage`](Self::salvage).
    pub(super) fn manifest(&self) -> Result<Option<Manifest>, Error> {
        let path = self.dir.join(manifest::FILE);
        if !path.exists() {
            return Ok(None);
        }
        let manifest = match Manifest::read(&self.dir, M::NAME) {
            Err(Error::Manifest { .. }) => return Ok(None),
            Err(Error::Version { .. }) if !Manifest::is_sealed(&self.dir) => return Ok(None),
            read => read?,
        };
        let rows = self.job.ids.end - self.job.ids.start;
        if (&manifest.origin, manifest.rows) != (&self.job.origin, rows)
            || manifest.shards.len() != self.shards
        {
            return Err(Error::Settings { path, difference: String::new() });
        }
        Ok(Some(manifest))
    }

    /// The receipt of a shard, if it is one of this job and a file of its length is there.
    fn receipt(&self, shard: usize) -> Result<Option<Receipt>, Error> {
        let receipt = Receipt::read(&self.dir, shard)?;
        Ok(receipt.filter(|receipt| {
            let file = fs::metadata(self.dir.join(&receipt.shard.file));
            receipt.key == self.key && file.is_ok_and(|file| file.len() == receipt.shard.bytes)
        }))
    }

    /// What is known of a shard that was written.
    pub(super) fn written(&self, shard: usize) -> Result<Option<Shard>, Error> {
        if let Some(manifest) = self.manifest()? {
            return Ok(manifest.shards.into_iter().nth(shard));
        }
        Ok(self.receipt(shard)?.map(|receipt| receipt.shard))
    }
}

/// Removes what killed processes of versions before 0.2 left among the shards, under the names of then.
/// The data set is whole by now, so nobody needs it.
fn clear_older_leftovers(data: &Path) {
    for entry in fs::read_dir(data).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(".part-") && name.ends_with(".parquet.partial") {
            // Best effort: readers ignore what is hidden.
            let _ = fs::remove_file(entry.path());
        }
    }
}
