//! One Parquet file: how it is laid out, and reading it by stretches that are hashed before they are
//! parsed.

use crate::error::Error;
use crate::manifest::{Origin, Shard};
use crate::schema::{self, Column, Kind, OLDEST_VERSION, SCHEMA_VERSION};
use arrow::array::RecordBatch;
use bytes::{Buf, Bytes, buf::Reader};
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::{KeyValue, ParquetMetaDataReader, RowGroupMetaData};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::reader::{ChunkReader, Length};
use parquet::schema::types::ColumnPath;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Key of the schema version in the file's metadata.
const VERSION_KEY: &str = "simreal.schema_version";
/// Key of [`Origin`], as JSON, in the file's metadata.
const ORIGIN_KEY: &str = "simreal.origin";

/// Settings of the Parquet writer.
pub(crate) fn properties(
    label: &[Column],
    origin: &Origin,
    image_zstd: bool,
    row_group_rows: usize,
) -> WriterProperties {
    let zstd = Compression::ZSTD(ZstdLevel::default());
    let origin = serde_json::to_string(origin).expect("plain data");
    let key_values = vec![
        KeyValue::new(VERSION_KEY.to_owned(), SCHEMA_VERSION.to_string()),
        KeyValue::new(ORIGIN_KEY.to_owned(), origin),
    ];
    // Minima and maxima per row group let readers skip; per page they only fill the footer.
    let mut properties = WriterProperties::builder()
        .set_created_by(concat!("simreal ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_key_value_metadata(Some(key_values))
        .set_max_row_group_row_count(Some(row_group_rows))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_dictionary_enabled(false);
    for column in schema::COMMON.iter().chain(label) {
        match column.kind {
            // A dictionary pays for what repeats: names and sizes. Text that does not is compressed.
            Kind::Text | Kind::U32 | Kind::U16 | Kind::U8 => {
                let path = ColumnPath::from(column.name);
                properties = properties.set_column_dictionary_enabled(path.clone(), true);
                if column.kind == Kind::Text {
                    properties = properties.set_column_compression(path, zstd);
                }
            }
            // Flags are few different bytes.
            Kind::U8s(_) | Kind::U8List | Kind::TextList => {
                let items = vec![column.name.into(), "list".into(), "item".into()];
                properties = properties.set_column_dictionary_enabled(ColumnPath::new(items), true);
            }
            // No order on images, and PNG (always the form of masks) is compressed already.
            Kind::Image => {
                let bytes = ColumnPath::new(vec![column.name.into(), "bytes".into()]);
                let bare = image_zstd && column.name == "image";
                let codec = if bare { zstd } else { Compression::UNCOMPRESSED };
                properties = properties
                    .set_column_statistics_enabled(bytes.clone(), EnabledStatistics::None)
                    .set_column_compression(bytes, codec);
            }
            // Measured numbers hardly compress, and a zstd context for each of these columns costs a
            // row group 1.8 ms, which is as much as decoding a hundred images.
            Kind::U64 | Kind::Bool | Kind::F32 | Kind::F32s(_) | Kind::F32List => {}
        }
    }
    properties.build()
}

/// Part of a file, in memory, at its place.
struct Stretch {
    start: u64,
    bytes: Bytes,
    file_bytes: u64,
}

impl Length for Stretch {
    fn len(&self) -> u64 {
        self.file_bytes
    }
}

impl ChunkReader for Stretch {
    type T = Reader<Bytes>;

    fn get_read(&self, start: u64) -> parquet::errors::Result<Self::T> {
        let end = self.start + self.bytes.len() as u64;
        Ok(self.get_bytes(start, end.saturating_sub(start) as usize)?.reader())
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<Bytes> {
        let within = start.checked_sub(self.start).map(|from| from as usize).and_then(|from| {
            let to = from.checked_add(length)?;
            (to <= self.bytes.len()).then(|| self.bytes.slice(from..to))
        });
        within.ok_or_else(|| ParquetError::EOF(format!("{length} bytes at {start} are elsewhere")))
    }
}

/// A shard to read from.
pub(crate) struct ShardReader {
    path: PathBuf,
    shard: Shard,
    metadata: ArrowReaderMetadata,
}

impl ShardReader {
    /// Reads and checks the footer.
    pub(crate) fn open(path: PathBuf, shard: Shard, label: &[Column]) -> Result<Self, Error> {
        let file_bytes =
            std::fs::metadata(&path).map_err(Error::io(&path, "find the shard"))?.len();
        if file_bytes != shard.bytes {
            let problem = format!("it has {file_bytes} bytes, and {} were written", shard.bytes);
            return Err(Error::damaged(&path, problem));
        }

        // Hash the footer, then parse it.
        let start = shard.footer_start();
        let bytes =
            read_stretch(&path, start, shard.bytes - start, &shard.footer_blake3, "footer")?;
        let stretch = Stretch { start, bytes, file_bytes };
        let action = "read the footer";
        let metadata = ParquetMetaDataReader::new()
            .parse_and_finish(&stretch)
            .and_then(|m| ArrowReaderMetadata::try_new(Arc::new(m), ArrowReaderOptions::new()))
            .map_err(Error::parquet(&path, action))?;

        // Check version and columns before any row is touched.
        let key_values = metadata.metadata().file_metadata().key_value_metadata();
        let version = key_values.into_iter().flatten().find(|kv| kv.key == VERSION_KEY);
        let found = version.and_then(|kv| kv.value.as_ref()?.parse().ok()).unwrap_or(0);
        if !(OLDEST_VERSION..=SCHEMA_VERSION).contains(&found) {
            return Err(Error::Version { path, found, supported: SCHEMA_VERSION });
        }
        schema::check(&path, metadata.schema(), label, found)?;
        check_rows(&path, &shard, metadata.metadata().row_groups())?;
        Ok(Self { path, shard, metadata })
    }

    /// Reads one row group into memory: its bytes are hashed, then parsed.
    pub(crate) fn batch(&self, index: usize) -> Result<RecordBatch, Error> {
        let group = &self.shard.row_groups[index];
        let start = self.shard.row_groups[..index].iter().map(|g| g.bytes).sum();
        let name = format!("row group {index}");
        let bytes = read_stretch(&self.path, start, group.bytes, &group.blake3, &name)?;

        let stretch = Stretch { start, bytes, file_bytes: self.shard.bytes };
        let rows = group.rows as usize;
        let parquet = Error::parquet;
        let mut reader =
            ParquetRecordBatchReaderBuilder::new_with_metadata(stretch, self.metadata.clone())
                .with_row_groups(vec![index])
                .with_batch_size(rows)
                .build()
                .map_err(parquet(&self.path, "read a row group"))?;
        match reader.next() {
            Some(Ok(batch)) if batch.num_rows() == rows => Ok(batch),
            Some(Err(e)) => Err(parquet(&self.path, "read a row group")(e.into())),
            _ => Err(Error::damaged(&self.path, format!("{name} does not have {rows} rows"))),
        }
    }
}

/// Whether the footer tells the rows that the manifest does.
fn check_rows(path: &Path, shard: &Shard, groups: &[RowGroupMetaData]) -> Result<(), Error> {
    let listed: Vec<u64> = shard.row_groups.iter().map(|group| group.rows).collect();
    let there: Vec<u64> = groups.iter().map(|group| group.num_rows() as u64).collect();
    if listed == there {
        return Ok(());
    }
    let problem = format!(
        "its row groups have {there:?} rows, and manifest.json, whose hashes fit, says {listed:?}"
    );
    Err(Error::damaged(path, problem))
}

/// These bytes of a file, if they have this hash.
fn read_stretch(
    path: &Path,
    start: u64,
    length: u64,
    blake3: &str,
    name: &str,
) -> Result<Bytes, Error> {
    let read = || {
        let mut file: File = durable::open(path)?;
        file.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::with_capacity(length as usize);
        file.take(length).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = read().map_err(Error::io(path, "read the shard"))?;
    if bytes.len() as u64 != length || blake3::hash(&bytes).to_string() != blake3 {
        return Err(Error::damaged(
            path,
            format!("the {name} does not have the hash it was written with"),
        ));
    }
    Ok(bytes.into())
}
