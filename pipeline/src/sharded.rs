//! A data set that is made shard by shard: by one process, or by many on one folder at once, in any
//! order, with any number of stops between.
//!
//! ```text
//! OUT/render.toml               the settings; a run with others is refused
//! OUT/data/.part-00003.parquet.HASH.tmp    a shard that grows, locked by its process
//! OUT/data/part-00003.parquet   a shard that is whole
//! OUT/.shards/00003.json        its receipt: length and hashes
//! OUT/manifest.json             written when all receipts are there: now it is a data set
//! ```
//!
//! A shard is a function of (settings, its number). So whoever makes it, and however often, the bytes
//! are the same, and no process waits for another. What is killed loses the shard it was at.
//!
//! Receipts and manifest are under hashes of their own. A receipt that was changed is none; a manifest
//! that was changed is made again from the shards that prove their part of it, and from those that are
//! made again.

mod finish;
mod job;
mod receipt;
mod salvage;

pub use job::Job;

use crate::columns::{self, Columns};
use crate::error::Error;
use crate::in_order::in_order;
use crate::pin::pin;
use crate::schema::arrow_schema;
use crate::shard;
use crate::shard_writer::{EncodedGroup, ShardWriter};
use crate::writer::{DATA, check_frame, shard_file};
use durable::StagedFile;
use rayon::prelude::*;
use receipt::Receipt;
use simulator::sample::{Sample, SampleId};
use std::marker::PhantomData;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Makes the shards of a data set, and the data set when all of them are there.
pub struct ShardedWriter<M> {
    dir: PathBuf,
    job: Job,
    shards: usize,
    /// Hash of the settings: tells a receipt of this job from one of another.
    key: String,
    modality: PhantomData<fn() -> M>,
}

impl<M: Columns> ShardedWriter<M> {
    /// Starts the job in `dir`, or goes on with it.
    ///
    /// # Errors
    /// [`Error::Exists`] if the folder holds something else, [`Error::Settings`] if it holds a job
    /// with other settings, [`Error::Options`] if there are no ids, or more shards than ids.
    pub fn open(dir: &Path, job: Job) -> Result<Self, Error> {
        let shards = job.checked_shards(dir)?;
        let (name, text) = &job.settings;
        let file = dir.join(name);
        // In this order: another process may start the same job between the two looks.
        if job::is_taken(dir)? && !file.exists() {
            return Err(Error::Exists { path: dir.to_owned() });
        }
        pin(&file, text)?;
        let key = blake3::hash(text.as_bytes()).to_string();
        let writer = Self { dir: dir.to_owned(), job, shards, key, modality: PhantomData };
        if writer.manifest()?.is_none() {
            writer.salvage()?;
        }
        Ok(writer)
    }

    /// The number of shards.
    pub fn shards(&self) -> usize {
        self.shards
    }

    /// The ids (or positions, see [`Job::by_position`]) of the samples in a shard.
    pub fn ids(&self, shard: usize) -> Range<u64> {
        let Range { start, end } = self.job.ids;
        // In 128 bits, because a product of two counts need not fit into 64.
        let cut =
            |k: usize| start + ((end - start) as u128 * k as u128 / self.shards as u128) as u64;
        cut(shard)..cut(shard + 1)
    }

    /// Whether a shard is there and every byte of it is the one that was written.
    ///
    /// # Errors
    /// [`Error::Io`] if it can't be read.
    pub fn is_whole(&self, shard: usize) -> Result<bool, Error> {
        match self.written(shard)? {
            Some(written) => written.is_unharmed(&self.dir),
            None => Ok(false),
        }
    }

    /// Those of these shards that are not [whole](Self::is_whole). They are read on all threads.
    ///
    /// # Errors
    /// [`Error::Io`] if one can't be read.
    pub fn missing(&self, shards: Range<usize>) -> Result<Vec<usize>, Error> {
        let whole: Vec<bool> =
            shards.clone().into_par_iter().map(|k| self.is_whole(k)).collect::<Result<_, _>>()?;
        Ok(shards.zip(whole).filter(|(_, whole)| !whole).map(|(shard, _)| shard).collect())
    }

    /// Makes a shard. `make` gives the samples of some ids (or positions); it is called for several row groups at
    /// once, on the threads of the current rayon pool, while others are encoded and written. After
    /// each row group, `progress` hears how many samples of the shard are written.
    ///
    /// If `make` gives `None`, that is a wish to stop: what there is of the shard is removed, and the
    /// answer is `false`.
    ///
    /// # Errors
    /// [`Error::Busy`] if another process makes the same shard at this moment; the errors of
    /// [`DatasetWriter::write`](crate::DatasetWriter::write).
    pub fn write(
        &self,
        shard: usize,
        make: impl Fn(Range<u64>) -> Option<Vec<Sample<M>>> + Sync,
        mut progress: impl FnMut(u64),
    ) -> Result<bool, Error> {
        let (name, options) = (shard_file(shard), &self.job.options);
        let data = self.dir.join(DATA);
        durable::create_folder(&data)?;
        let staged = StagedFile::open(&self.dir.join(&name))?;

        // Start the file.
        let schema = Arc::new(arrow_schema(M::LABEL));
        let zstd = options.image == crate::ImageCodec::Pgm;
        let properties =
            shard::properties(M::LABEL, &self.job.origin, zstd, options.row_group_rows);
        let path = staged.path().to_owned();
        let file = staged.file().map_err(Error::io(&path, "open the shard"))?;
        let mut writer = ShardWriter::start(path, file, schema.clone(), properties)?;

        // Make and encode row groups on all threads; append them in order.
        let encoder = writer.encoder().clone();
        let group = |ids: Range<u64>| -> Result<Option<Group>, Error> {
            let Some(samples) = make(ids.clone()) else { return Ok(None) };
            let (size, ids) = self.check(&samples, ids)?;
            let batch = columns::encode(&schema, &samples, options.image)?;
            Ok(Some(Group { size, ids, encoded: encoder.encode(&batch)? }))
        };
        let (mut size, mut last) = (None, None);
        let done = in_order(self.groups(shard), self.ahead(), &group, |group: Option<Group>| {
            let Some(group) = group else { return Ok(false) };
            let expected = *size.get_or_insert(group.size);
            let (id, end) = group.ids;
            if group.size != expected {
                return Err(Error::Size { id, found: group.size, expected });
            }
            if let Some(previous) = last.replace(end)
                && previous >= id
            {
                return Err(Error::Order { previous, id });
            }
            writer.append(group.encoded)?;
            progress(writer.rows());
            Ok(true)
        })?;
        let Some((width, height)) = size.filter(|_| done) else { return Ok(false) };

        // Put it in its place, then its receipt.
        let written = writer.finish(name)?;
        let manifest = self.manifest()?;
        if manifest.as_ref().is_some_and(|manifest| manifest.shards.get(shard) != Some(&written)) {
            return Err(Error::Changed { path: self.dir.join(&written.file) });
        }
        staged.publish()?;
        if manifest.is_none() {
            let key = self.key.clone();
            let receipt =
                Receipt { key, width_px: width as u32, height_px: height as u32, shard: written };
            receipt.write(&self.dir, shard)?;
        }
        Ok(true)
    }

    /// The ids of each row group of a shard.
    fn groups(&self, shard: usize) -> impl Iterator<Item = Range<u64>> + use<M> {
        let (Range { start, end }, rows) = (self.ids(shard), self.job.options.row_group_rows);
        (start..end).step_by(rows).map(move |first| first..(first + rows as u64).min(end))
    }

    /// How many row groups are in work at once: enough for all threads while one is written.
    fn ahead(&self) -> usize {
        2 + (4 * rayon::current_num_threads()).div_ceil(self.job.options.row_group_rows)
    }

    /// Whether these are the samples of these ids; their size, and the first and the last id.
    fn check(&self, samples: &[Sample<M>], ids: Range<u64>) -> Result<(Size, Ends), Error> {
        let (mut size, mut last) = (None, None);
        let mut expected = ids;
        for sample in samples {
            let id = sample.id;
            let previous = last.unwrap_or(SampleId(id.0.saturating_sub(1)));
            let place = expected.next();
            let fits = match self.job.by_position {
                true => place.is_some() && last.is_none_or(|last| last < id),
                false => place == Some(id.0),
            };
            if !fits {
                return Err(Error::Order { previous, id });
            }
            check_frame(sample, self.job.origin.domain, &mut size)?;
            last = Some(id);
        }
        match (size, samples.first(), last) {
            (Some(size), Some(first), Some(last)) if expected.next().is_none() => {
                Ok((size, (first.id, last)))
            }
            _ => Err(Error::Empty { path: self.dir.clone() }),
        }
    }
}

/// Width and height, px.
type Size = (usize, usize);
/// The first and the last id.
type Ends = (SampleId, SampleId);

/// A row group that is ready, the size of its images, and its first and last id.
struct Group {
    size: Size,
    ids: Ends,
    encoded: EncodedGroup,
}
