//! Reading a data set.

use crate::agreement::Agreement;
use crate::columns::{Columns, Rows};
use crate::error::Error;
use crate::manifest::{self, Manifest};
use crate::shard::ShardReader;
use crate::shuffle::Shuffled;
use arrow::array::RecordBatch;
use rayon::prelude::*;
use simulator::sample::Sample;
use std::marker::PhantomData;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::vec;

/// A finished data set. Cloning it is cheap; its iterators own what they need.
#[derive(Debug)]
pub struct Dataset<M: Columns> {
    files: Arc<Files>,
    modality: PhantomData<fn() -> M>,
}

impl<M: Columns> Clone for Dataset<M> {
    fn clone(&self) -> Self {
        Self { files: self.files.clone(), modality: PhantomData }
    }
}

/// What the iterators share.
struct Files {
    dir: PathBuf,
    manifest: Manifest,
    /// Opened at first use.
    shards: Vec<OnceLock<ShardReader>>,
    /// Shard and row group within it, in order of id.
    groups: Vec<(usize, usize)>,
    /// What the rows that were read say of themselves.
    agreement: Agreement,
}

impl std::fmt::Debug for Files {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({} samples)", self.dir.display(), self.manifest.rows)
    }
}

impl<M: Columns> Dataset<M> {
    /// Opens the data set in `dir`. Only its manifest is read now.
    ///
    /// # Errors
    /// [`Error::Missing`] if there is no finished one, [`Error::Version`], [`Error::Modality`] or
    /// [`Error::Manifest`] if it is not one that can be read.
    pub fn open(dir: &Path) -> Result<Self, Error> {
        let manifest = Manifest::read(dir, M::NAME)?;
        let shards = manifest.shards.iter().map(|_| OnceLock::new()).collect();
        let groups = manifest.shards.iter().enumerate();
        let groups = groups.flat_map(|(s, shard)| (0..shard.row_groups.len()).map(move |g| (s, g)));
        let groups = groups.collect();
        let agreement = Agreement::default();
        let files = Arc::new(Files { dir: dir.to_owned(), manifest, shards, groups, agreement });
        Ok(Self { files, modality: PhantomData })
    }

    /// The number of samples.
    pub fn len(&self) -> usize {
        self.files.manifest.rows as usize
    }

    /// Whether there is no sample: never, because an empty data set is never written.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Width and height of every image, px.
    pub fn frame_size(&self) -> (usize, usize) {
        (self.files.manifest.width_px as usize, self.files.manifest.height_px as usize)
    }

    /// What made it, and what it consists of.
    pub fn manifest(&self) -> &Manifest {
        &self.files.manifest
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.files.dir
    }

    /// All samples in order of id. Memory holds one row group.
    ///
    /// The iterator ends after its first error.
    pub fn samples(&self) -> Samples<M> {
        Samples { dataset: self.clone(), next_group: 0, ready: Vec::new().into_iter() }
    }

    /// The samples at these positions in order of id, from 0; fewer where the data set ends. Only the
    /// row groups that hold them are read, and only their images decoded, on all threads.
    ///
    /// # Errors
    /// Those of [`samples`](Self::samples).
    pub fn range(&self, positions: Range<u64>) -> Result<Vec<Sample<M>>, Error> {
        let (mut samples, mut start) = (Vec::new(), 0);
        for (group, rows) in self.group_rows().enumerate() {
            let end = start + rows as u64;
            let (from, to) = (positions.start.max(start), positions.end.min(end));
            if from < to {
                let rows = (from - start) as usize..(to - start) as usize;
                samples.extend(self.decoded(group, Some(rows))?);
            }
            start = end;
        }
        Ok(samples)
    }

    /// The samples of one row group, or of some of its rows.
    fn decoded(&self, group: usize, some: Option<Range<usize>>) -> Result<Vec<Sample<M>>, Error> {
        let rows = self.group(group)?;
        let sample = |row| {
            let path = || self.group_path(group);
            rows.sample(row).map_err(|problem| Error::Row { path: path(), row, problem })
        };
        some.unwrap_or(0..rows.len()).into_par_iter().map(sample).collect()
    }

    /// An endless stream in random order, from element `start` on.
    ///
    /// Each epoch (`len()` elements) is a permutation of all samples, another one each time. The
    /// element at a position is a function of (`seed`, position) alone, so a run that stopped at
    /// step n goes on with `start` = n times its batch size, and no state but that number.
    pub fn shuffled(&self, seed: u64, start: u64) -> Shuffled<M> {
        Shuffled::new(self.clone(), seed, start)
    }

    /// Reads every byte and compares it with the hashes of the manifest.
    ///
    /// Reading samples checks what it reads too; this checks all at once, before a long run.
    ///
    /// # Errors
    /// [`Error::Damaged`] for the first shard that differs, [`Error::Io`] if one can't be read.
    pub fn verify(&self) -> Result<(), Error> {
        self.files.manifest.shards.par_iter().try_for_each(|shard| {
            let path = self.files.dir.join(&shard.file);
            let hash = || {
                let mut hasher = blake3::Hasher::new();
                hasher.update_reader(durable::open(&path)?)?;
                Ok(hasher.finalize().to_string())
            };
            if hash().map_err(Error::io(&path, "read the shard"))? == shard.blake3 {
                Ok(())
            } else {
                Err(Error::damaged(&path, "the file does not have the hash it was written with"))
            }
        })
    }

    /// The number of row groups.
    pub(crate) fn group_count(&self) -> usize {
        self.files.groups.len()
    }

    /// The number of samples in each row group, in order of id.
    pub(crate) fn group_rows(&self) -> impl Iterator<Item = usize> {
        let groups = self.files.manifest.shards.iter().flat_map(|shard| &shard.row_groups);
        groups.map(|group| group.rows as usize)
    }

    /// One row group, checked, images still encoded.
    pub(crate) fn group(&self, index: usize) -> Result<Rows<M>, Error> {
        self.batch(index).map(|batch| Rows::new(&batch))
    }

    /// One row group as columns, checked.
    pub(crate) fn batch(&self, index: usize) -> Result<RecordBatch, Error> {
        let (shard, group) = self.files.groups[index];
        let batch = self.shard(shard)?.batch(group)?;
        let checked = self.files.agreement.check(index, &batch, &self.files.manifest, M::LABEL);
        checked.map_err(|problem| {
            let file = &self.files.manifest.shards[shard].file;
            let path = self.files.dir.join(manifest::FILE);
            Error::manifest(&path, format!("row group {group} of {file}: {problem}"))
        })?;
        Ok(batch)
    }

    /// The file that a row group is in, for messages.
    pub(crate) fn group_path(&self, index: usize) -> PathBuf {
        self.files.dir.join(&self.files.manifest.shards[self.files.groups[index].0].file)
    }

    fn shard(&self, index: usize) -> Result<&ShardReader, Error> {
        let cell = &self.files.shards[index];
        if let Some(reader) = cell.get() {
            return Ok(reader);
        }
        let shard = self.files.manifest.shards[index].clone();
        let reader = ShardReader::open(self.files.dir.join(&shard.file), shard, M::LABEL)?;
        // Two threads may open the same footer at once; either will do.
        Ok(cell.get_or_init(|| reader))
    }
}

/// All samples in order of id; see [`Dataset::samples`].
pub struct Samples<M: Columns> {
    dataset: Dataset<M>,
    next_group: usize,
    ready: vec::IntoIter<Sample<M>>,
}

impl<M: Columns> Samples<M> {
    /// Reads the next row group and decodes its images on all threads, in order.
    fn refill(&mut self) -> Result<(), Error> {
        self.ready = self.dataset.decoded(self.next_group, None)?.into_iter();
        self.next_group += 1;
        Ok(())
    }
}

impl<M: Columns> Iterator for Samples<M> {
    type Item = Result<Sample<M>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(sample) = self.ready.next() {
                return Some(Ok(sample));
            }
            if self.next_group >= self.dataset.group_count() {
                return None;
            }
            if let Err(error) = self.refill() {
                self.next_group = usize::MAX;
                return Some(Err(error));
            }
        }
    }
}
