//! Writing one Parquet file, with a hash of each stretch of it.
//!
//! A row group is encoded by itself ([`GroupEncoder`], on any thread) and then appended in its turn, so
//! many can be encoded at once and the bytes are the same as with one thread.

use crate::error::Error;
use crate::manifest::{RowGroup, Shard};
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Hashes what goes through it into the file.
struct HashedFile {
    file: File,
    whole: blake3::Hasher,
    part: blake3::Hasher,
    part_bytes: u64,
    bytes: u64,
}

impl HashedFile {
    /// Length and hash of what came since the last cut.
    fn cut(&mut self) -> (u64, String) {
        let hash = self.part.finalize().to_string();
        self.part.reset();
        (std::mem::take(&mut self.part_bytes), hash)
    }
}

impl Write for HashedFile {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let n = self.file.write(buf)?;
        self.whole.update(&buf[..n]);
        self.part.update(&buf[..n]);
        self.part_bytes += n as u64;
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Turns batches into the bytes of row groups.
#[derive(Clone)]
pub(crate) struct GroupEncoder {
    path: Arc<Path>,
    schema: SchemaRef,
    columns: Arc<ArrowRowGroupWriterFactory>,
}

/// A row group, ready to be appended.
pub(crate) struct EncodedGroup {
    rows: u64,
    chunks: Vec<ArrowColumnChunk>,
}

impl GroupEncoder {
    /// Encodes and compresses one row group.
    pub(crate) fn encode(&self, batch: &RecordBatch) -> Result<EncodedGroup, Error> {
        let encode = || -> Result<Vec<ArrowColumnChunk>, ParquetError> {
            let mut writers = self.columns.create_column_writers(0)?;
            let mut next = writers.iter_mut();
            for (field, array) in self.schema.fields().iter().zip(batch.columns()) {
                for leaf in compute_leaves(field, array)? {
                    let writer = next.next();
                    writer
                        .ok_or_else(|| ParquetError::EOF("one leaf too many".into()))?
                        .write(&leaf)?;
                }
            }
            writers.into_iter().map(|writer| writer.close()).collect()
        };
        let chunks = encode().map_err(Error::parquet(&self.path, "encode a row group"))?;
        Ok(EncodedGroup { rows: batch.num_rows() as u64, chunks })
    }
}

/// A shard in the making.
pub(crate) struct ShardWriter {
    path: PathBuf,
    writer: SerializedFileWriter<HashedFile>,
    encoder: GroupEncoder,
    row_groups: Vec<RowGroup>,
}

impl ShardWriter {
    /// Starts a new file at `path`.
    pub(crate) fn create(
        path: PathBuf,
        schema: SchemaRef,
        properties: WriterProperties,
    ) -> Result<Self, Error> {
        let file = File::create_new(&path).map_err(Error::io(&path, "create the shard"))?;
        Self::start(path, file, schema, properties)
    }

    /// Starts in this empty file; `path` is for messages.
    pub(crate) fn start(
        path: PathBuf,
        file: File,
        schema: SchemaRef,
        properties: WriterProperties,
    ) -> Result<Self, Error> {
        let (whole, part) = (blake3::Hasher::new(), blake3::Hasher::new());
        let file = HashedFile { file, whole, part, part_bytes: 0, bytes: 0 };
        let (writer, columns) = ArrowWriter::try_new(file, schema.clone(), Some(properties))
            .and_then(ArrowWriter::into_serialized_writer)
            .map_err(Error::parquet(&path, "start the shard"))?;
        let encoder = GroupEncoder { path: path.as_path().into(), schema, columns: columns.into() };
        Ok(Self { path, writer, encoder, row_groups: Vec::new() })
    }

    /// What encodes its row groups.
    pub(crate) fn encoder(&self) -> &GroupEncoder {
        &self.encoder
    }

    /// The samples in it so far.
    pub(crate) fn rows(&self) -> u64 {
        self.row_groups.iter().map(|group| group.rows).sum()
    }

    /// Writes one row group.
    pub(crate) fn append(&mut self, group: EncodedGroup) -> Result<(), Error> {
        let (action, rows) = ("write a row group", group.rows);
        let write = |writer: &mut SerializedFileWriter<HashedFile>| {
            let mut row_group = writer.next_row_group()?;
            for chunk in group.chunks {
                chunk.append_to_row_group(&mut row_group)?;
            }
            row_group.close()
        };
        write(&mut self.writer).map_err(Error::parquet(&self.path, action))?;
        // The writer buffers; the hash needs all bytes of the group.
        self.writer.flush().map_err(Error::io(&self.path, action))?;
        let (bytes, blake3) = self.writer.inner_mut().cut();
        self.row_groups.push(RowGroup { rows, bytes, blake3 });
        Ok(())
    }

    /// Writes the footer, flushes all to the disk, and says what to put into the manifest.
    pub(crate) fn finish(mut self, file: String) -> Result<Shard, Error> {
        let (action, rows) = ("finish the shard", self.rows());
        self.writer.finish().map_err(Error::parquet(&self.path, action))?;
        self.writer.flush().map_err(Error::io(&self.path, action))?;
        let hashed = self.writer.inner_mut();
        hashed.file.sync_all().map_err(Error::io(&self.path, "flush the shard"))?;
        let (_, footer_blake3) = hashed.cut();
        let (bytes, blake3) = (hashed.bytes, hashed.whole.finalize().to_string());
        Ok(Shard { file, rows, bytes, blake3, row_groups: self.row_groups, footer_blake3 })
    }
}
