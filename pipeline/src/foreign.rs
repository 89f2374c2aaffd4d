//! Parquet of other people's making: images as files in cells, and what stands beside them as text. What
//! the columns mean is not known here.

use crate::error::Error;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use std::fs::File;
use std::path::{Path, PathBuf};

/// Rows that are read at once: images of other people may be large.
const BATCH: usize = 64;

/// The rows of a Parquet file with a column of images, in order.
pub struct ForeignRows {
    path: PathBuf,
    reader: ParquetRecordBatchReader,
    image: usize,
    columns: Vec<(usize, String)>,
    left_out: Vec<String>,
}

/// One row of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignRow {
    /// The bytes of an image file.
    pub image: Vec<u8>,
    /// Its name, where the file tells it.
    pub name: Option<String>,
    /// The other columns as text, empty where there is nothing.
    pub cells: Vec<String>,
}

impl ForeignRows {
    /// Opens a Parquet file that has a column of images: `struct<bytes, path>` as Hugging Face `datasets`
    /// writes it, or bytes alone.
    ///
    /// # Errors
    /// [`Error::Parquet`] or [`Error::Io`] if it can't be read, [`Error::Foreign`] if no column holds
    /// images, or more than one do and none is called `image`.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let file = File::open(path).map_err(Error::io(path, "open the Parquet file"))?;
        let action = "read the Parquet file";
        let builder = ParquetRecordBatchReaderBuilder::try_new(file)
            .map_err(Error::parquet(path, action))?
            .with_batch_size(BATCH);
        let schema = builder.schema().clone();
        let image = image_column(path, &schema)?;
        let fields = schema.fields().iter().enumerate().filter(|(k, _)| *k != image);
        let (told, left_out): (Vec<_>, Vec<_>) = fields.partition(|(_, field)| is_text(field));
        let columns = told.into_iter().map(|(k, field)| (k, field.name().clone())).collect();
        let left_out = left_out.into_iter().map(|(_, field)| field.name().clone()).collect();
        let reader = builder.build().map_err(Error::parquet(path, action))?;
        Ok(Self { path: path.to_owned(), reader, image, columns, left_out })
    }

    /// The names of the columns whose cells come along.
    pub fn columns(&self) -> Vec<String> {
        self.columns.iter().map(|(_, name)| name.clone()).collect()
    }

    /// The names of the columns that are no text, and are left out.
    pub fn left_out(&self) -> &[String] {
        &self.left_out
    }

    fn rows(&self, batch: &RecordBatch) -> Result<Vec<ForeignRow>, Error> {
        let column = batch.column(self.image);
        let (bytes, names) = match column.data_type() {
            DataType::Struct(_) => {
                let parts = column.as_struct();
                (parts.column_by_name("bytes").cloned(), parts.column_by_name("path").cloned())
            }
            _ => (Some(column.clone()), None),
        };
        let wrong = |problem: String| Error::Foreign {
            path: self.path.clone(),
            column: batch.schema().field(self.image).name().clone(),
            problem,
        };
        let bytes = bytes.ok_or_else(|| wrong("has no part `bytes`".to_owned()))?;
        let options = FormatOptions::default();
        let formatters: Vec<ArrayFormatter<'_>> = self
            .columns
            .iter()
            .map(|(k, _)| ArrayFormatter::try_new(batch.column(*k).as_ref(), &options))
            .collect::<Result<_, _>>()
            .map_err(|e| wrong(e.to_string()))?;
        let row = |row: usize| {
            let cell = |(formatter, (k, _)): (&ArrayFormatter<'_>, &(usize, String))| match batch
                .column(*k)
                .is_null(row)
            {
                true => String::new(),
                false => formatter.value(row).to_string(),
            };
            let image = binary(&bytes, row).ok_or_else(|| {
                wrong(format!(
                    "holds no bytes in row {row}, but the path of a file elsewhere: save the data set \
                     with its images in it"
                ))
            })?;
            let cells = formatters.iter().zip(&self.columns).map(cell).collect();
            Ok(ForeignRow { image, name: names.as_ref().and_then(|n| text(n, row)), cells })
        };
        (0..batch.num_rows()).map(row).collect()
    }
}

impl Iterator for ForeignRows {
    type Item = Result<Vec<ForeignRow>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.reader.next()? {
            Ok(batch) => Some(self.rows(&batch)),
            Err(e) => Some(Err(Error::parquet(&self.path, "read the Parquet file")(e.into()))),
        }
    }
}

fn is_binary(kind: &DataType) -> bool {
    matches!(kind, DataType::Binary | DataType::LargeBinary | DataType::BinaryView)
}

/// Whether a column is one of images.
fn is_image(field: &Field) -> bool {
    match field.data_type() {
        DataType::Struct(parts) => {
            parts.find("bytes").is_some_and(|(_, part)| is_binary(part.data_type()))
        }
        kind => is_binary(kind),
    }
}

/// Whether the cells of a column have a text that says all.
fn is_text(field: &Field) -> bool {
    match field.data_type() {
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
            item.data_type().is_primitive()
        }
        kind => kind.is_primitive() || kind.is_string() || *kind == DataType::Boolean,
    }
}

fn image_column(path: &Path, schema: &Schema) -> Result<usize, Error> {
    let fields = schema.fields().iter().enumerate();
    let found: Vec<usize> = fields.filter(|(_, field)| is_image(field)).map(|(k, _)| k).collect();
    let called = found.iter().find(|k| schema.field(**k).name() == "image");
    match (called, &found[..]) {
        (Some(k), _) | (None, [k]) => Ok(*k),
        _ => Err(Error::Foreign {
            path: path.to_owned(),
            column: "image".to_owned(),
            problem: format!(
                "is not there, of struct<bytes, path> or of bytes (there are: {})",
                schema.fields().iter().map(|f| f.name().as_str()).collect::<Vec<_>>().join(", ")
            ),
        }),
    }
}

fn binary(array: &ArrayRef, row: usize) -> Option<Vec<u8>> {
    if array.is_null(row) {
        return None;
    }
    Some(match array.data_type() {
        DataType::Binary => array.as_binary::<i32>().value(row).to_vec(),
        DataType::LargeBinary => array.as_binary::<i64>().value(row).to_vec(),
        DataType::BinaryView => array.as_binary_view().value(row).to_vec(),
        _ => return None,
    })
}

fn text(array: &ArrayRef, row: usize) -> Option<String> {
    if array.is_null(row) {
        return None;
    }
    Some(match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row).to_owned(),
        DataType::LargeUtf8 => array.as_string::<i64>().value(row).to_owned(),
        DataType::Utf8View => array.as_string_view().value(row).to_owned(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use arrow::array::{BinaryArray, Float64Array, Int32Array, StringArray, StructArray};
    use arrow::datatypes::Fields;
    use parquet::arrow::ArrowWriter;
    use parquet::basic::Compression;
    use parquet::file::properties::WriterProperties;
    use std::sync::Arc;

    fn write(path: &Path, columns: Vec<(&str, ArrayRef)>) {
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let snappy = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let mut writer =
            ArrowWriter::try_new(File::create(path).unwrap(), batch.schema(), Some(snappy))
                .unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
    }

    fn images(bytes: &[Option<&[u8]>]) -> ArrayRef {
        let fields = Fields::from(vec![
            Field::new("bytes", DataType::Binary, true),
            Field::new("path", DataType::Utf8, true),
        ]);
        let names =
            StringArray::from_iter((0..bytes.len()).map(|k| (k > 0).then(|| format!("{k}.png"))));
        let parts: Vec<ArrayRef> =
            vec![Arc::new(BinaryArray::from_iter(bytes.iter().copied())), Arc::new(names)];
        Arc::new(StructArray::new(fields, parts, None))
    }

    #[test]
    fn images_and_cells_come_row_by_row() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.parquet");
        let pitch: ArrayRef = Arc::new(Float64Array::from(vec![Some(0.1), None]));
        let masks: ArrayRef = Arc::new(BinaryArray::from(vec![b"m".as_slice(), b"n"]));
        write(
            &path,
            vec![("image", images(&[Some(b"x"), Some(b"yz")])), ("pitch", pitch), ("mask", masks)],
        );
        let mut rows = ForeignRows::open(&path).unwrap();
        assert_eq!(
            (rows.columns(), rows.left_out()),
            (vec!["pitch".to_owned()], &["mask".to_owned()][..])
        );
        let row = |image: &[u8], name: Option<&str>, cell: &str| ForeignRow {
            image: image.to_vec(),
            name: name.map(str::to_owned),
            cells: vec![cell.to_owned()],
        };
        let expected = [row(b"x", None, "0.1"), row(b"yz", Some("1.png"), "")];
        assert_eq!(rows.next().unwrap().unwrap(), expected);
        assert!(rows.next().is_none());
    }

    #[test]
    fn a_file_without_images_says_what_it_has() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.parquet");
        write(&path, vec![("frame", Arc::new(Int32Array::from(vec![1])))]);
        let error = ForeignRows::open(&path).err().unwrap().to_string();
        assert!(error.contains("a.parquet") && error.contains("there are: frame"), "{error}");
        write(&path, vec![("image", images(&[None]))]);
        let error = ForeignRows::open(&path).unwrap().next().unwrap().unwrap_err().to_string();
        assert!(error.contains("row 0") && error.contains("images in it"), "{error}");
        std::fs::write(&path, b"PAR1 and no more").unwrap();
        assert!(ForeignRows::open(&path).is_err());
    }
}
