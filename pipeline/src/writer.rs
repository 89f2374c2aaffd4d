//! Writing a data set.

use crate::columns::{self, Columns};
use crate::dataset::Dataset;
use crate::error::Error;
use crate::image::{ImageCodec, MAX_SIDE_PX};
use crate::manifest::{self, MAX_GROUP_ROWS, Manifest, Origin, Shard};
use crate::readme;
use crate::schema::{SCHEMA_VERSION, arrow_schema};
use crate::shard;
use crate::shard_writer::ShardWriter;
use arrow::datatypes::SchemaRef;
use durable::StagedFolder;
use parquet::file::properties::WriterProperties;
use simulator::sample::{Domain, Sample, SampleId};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The folder of the shards.
pub(crate) const DATA: &str = "data";

/// How the files are cut. The same samples in the same options are the same bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WriterOptions {
    /// How pixels are stored.
    pub image: ImageCodec,
    /// Samples in a row group: the unit that is read, hashed and shuffled. 1024 eyes are 1.3 MB.
    pub row_group_rows: usize,
    /// Samples in a file. 49 row groups of 1024 are 60 MB of eyes.
    pub shard_rows: usize,
}

impl Default for WriterOptions {
    fn default() -> Self {
        Self { image: ImageCodec::default(), row_group_rows: 1024, shard_rows: 49 * 1024 }
    }
}

/// Writes samples into a new data set. Nothing is there under its name until
/// [`finish`](Self::finish), and then all of it is.
pub struct DatasetWriter<M: Columns> {
    dir: PathBuf,
    draft: StagedFolder,
    origin: Origin,
    options: WriterOptions,
    schema: SchemaRef,
    properties: WriterProperties,
    /// The row group that fills up.
    pending: Vec<Sample<M>>,
    shard: Option<ShardWriter>,
    shards: Vec<Shard>,
    size: Option<(usize, usize)>,
    last: Option<SampleId>,
}

/// Most bytes of pixels in a row group: memory holds a few of them.
const ROW_GROUP_BYTES: usize = 16 << 20;

impl WriterOptions {
    /// The default for small images; for larger ones fewer rows, so that a row group stays below
    /// 16 MB of pixels, whatever their size.
    pub fn for_images(width: usize, height: usize, channels: usize) -> Self {
        let base = Self::default();
        let fit = (ROW_GROUP_BYTES / (width * height * channels).max(1)).max(1);
        // A power of two, so that a slightly different crop is not cut differently.
        let rows = base.row_group_rows.min(1 << fit.ilog2());
        let groups = base.shard_rows / base.row_group_rows;
        Self { row_group_rows: rows, shard_rows: groups * rows, ..base }
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        let rows = [("row_group_rows", self.row_group_rows), ("shard_rows", self.shard_rows)];
        for (field, value) in rows {
            if !(1..=MAX_GROUP_ROWS).contains(&value) {
                return Err(Error::Options { field, value, expected: "1 to 16777216".into() });
            }
        }
        Ok(())
    }
}

impl<M: Columns> DatasetWriter<M> {
    /// Starts a data set in `dir`, which must not exist yet. What a killed run left is removed.
    ///
    /// # Errors
    /// [`Error::Exists`] if something is there, [`Error::Busy`] if another process writes it.
    pub fn create(dir: &Path, origin: Origin) -> Result<Self, Error> {
        Self::create_with(dir, origin, WriterOptions::default())
    }

    /// As [`create`](Self::create), with these options.
    ///
    /// # Errors
    /// And [`Error::Options`] if a number of rows is out of range.
    pub fn create_with(dir: &Path, origin: Origin, options: WriterOptions) -> Result<Self, Error> {
        let job = serde_json::to_string(&origin).expect("plain data");
        Self::create_for(dir, origin, options, &job)
    }

    /// As [`create_with`](Self::create_with), of a `job` that says what feeds it too: see
    /// [`finished`](Self::finished).
    ///
    /// # Errors
    /// Those of [`create_with`](Self::create_with).
    pub fn create_for(
        dir: &Path,
        origin: Origin,
        options: WriterOptions,
        job: &str,
    ) -> Result<Self, Error> {
        options.check()?;
        let draft = StagedFolder::create(dir, job)?;
        durable::create_folder(&draft.folder().join(DATA))?;
        let zstd = options.image == ImageCodec::Pgm;
        let properties = shard::properties(M::LABEL, &origin, zstd, options.row_group_rows);
        Ok(Self {
            dir: dir.to_owned(),
            draft,
            origin,
            options,
            schema: Arc::new(arrow_schema(M::LABEL)),
            properties,
            pending: Vec::new(),
            shard: None,
            shards: Vec::new(),
            size: None,
            last: None,
        })
    }

    /// The data set in `dir`, if a run of the same `job` made all of it and was killed at its very end,
    /// before it could say so. Otherwise there is something to do, or something in the way.
    ///
    /// # Errors
    /// [`Error::Io`] if the disk refuses, the errors of [`Dataset::open`].
    pub fn finished(dir: &Path, job: &str) -> Result<Option<Dataset<M>>, Error> {
        if StagedFolder::finished(dir, job)? { Dataset::open(dir).map(Some) } else { Ok(None) }
    }

    /// Adds a sample. Ids ascend, so that the order on disk is the order of ids.
    ///
    /// # Errors
    /// [`Error::Order`], [`Error::Domain`], [`Error::Size`] or [`Error::Value`] if the sample does
    /// not fit (a label is checked when its row group is written, so its error can come with a
    /// later sample, or from `finish`; it names the right one); [`Error::Io`] or [`Error::Parquet`]
    /// if the disk does not take it.
    pub fn write(&mut self, sample: &Sample<M>) -> Result<(), Error> {
        self.check(sample)?;
        self.last = Some(sample.id);
        self.pending.push(sample.clone());
        let shard_rows = self.shard.as_ref().map_or(0, |shard| shard.rows() as usize);
        let room = self.options.shard_rows - shard_rows;
        if self.pending.len() == self.options.row_group_rows.min(room) {
            self.write_row_group()?;
        }
        Ok(())
    }

    /// Writes what is left, flushes it all to the disk, puts it in place, and opens it.
    ///
    /// # Errors
    /// [`Error::Empty`] if there was no sample; the errors of [`write`](Self::write).
    pub fn finish(mut self) -> Result<Dataset<M>, Error> {
        self.write_row_group()?;
        self.finish_shard()?;
        let Some((width, height)) = self.size else { return Err(Error::Empty { path: self.dir }) };
        let manifest = Manifest {
            schema_version: SCHEMA_VERSION,
            modality: M::NAME.to_owned(),
            origin: self.origin,
            rows: self.shards.iter().map(|shard| shard.rows).sum(),
            width_px: width as u32,
            height_px: height as u32,
            image: self.options.image,
            shards: self.shards,
        };
        let write = |name: &str, text: String| {
            let path = self.draft.folder().join(name);
            std::fs::write(&path, text).map_err(Error::io(&path, "write the file"))
        };
        write("README.md", readme::text(&manifest, M::LABEL))?;
        write(manifest::FILE, manifest.to_text())?;
        self.draft.publish()?;
        Dataset::open(&self.dir)
    }

    fn check(&mut self, sample: &Sample<M>) -> Result<(), Error> {
        let id = sample.id;
        if let Some(previous) = self.last
            && previous >= id
        {
            return Err(Error::Order { previous, id });
        }
        check_frame(sample, self.origin.domain, &mut self.size)
    }

    fn write_row_group(&mut self) -> Result<(), Error> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let batch = columns::encode(&self.schema, &self.pending, self.options.image)?;
        self.pending.clear();
        let shard = match &mut self.shard {
            Some(shard) => shard,
            none => {
                let path = self.draft.folder().join(shard_file(self.shards.len()));
                let (schema, properties) = (self.schema.clone(), self.properties.clone());
                none.insert(ShardWriter::create(path, schema, properties)?)
            }
        };
        let group = shard.encoder().encode(&batch)?;
        shard.append(group)?;
        if shard.rows() as usize == self.options.shard_rows {
            self.finish_shard()?;
        }
        Ok(())
    }

    fn finish_shard(&mut self) -> Result<(), Error> {
        if let Some(shard) = self.shard.take() {
            let file = shard_file(self.shards.len());
            self.shards.push(shard.finish(file)?);
        }
        Ok(())
    }
}

/// The path of the shard with this number, within the data set.
pub(crate) fn shard_file(number: usize) -> String {
    format!("{DATA}/part-{number:05}.parquet")
}

/// Whether a sample is of this domain and size; the first one decides about the size.
pub(crate) fn check_frame<M: Columns>(
    sample: &Sample<M>,
    expected: Domain,
    size: &mut Option<(usize, usize)>,
) -> Result<(), Error> {
    let (id, found) = (sample.id, sample.domain);
    if found != expected {
        return Err(Error::Domain { id, found, expected });
    }
    let found = sample.frame.size();
    if found.0.max(found.1) > MAX_SIDE_PX {
        let problem = format!("{}x{} px; a side has at most {MAX_SIDE_PX} px", found.0, found.1);
        return Err(columns::value(id, "image", problem));
    }
    let expected = *size.get_or_insert(found);
    if found != expected {
        return Err(Error::Size { id, found, expected });
    }
    Ok(())
}
