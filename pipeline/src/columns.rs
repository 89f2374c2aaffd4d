//! Samples ⇄ record batches: what every modality shares.

use crate::error::Error;
use crate::image::{self, FilePixel, ImageCodec};
use crate::label::{self, LabelColumns, Stored};
use crate::schema::{self, Column};
use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, RecordBatch, StringArray, StructArray, UInt16Array,
    UInt64Array,
};
use arrow::datatypes::{SchemaRef, UInt16Type, UInt64Type};
use rayon::prelude::*;
use simulator::sample::{Domain, Modality, Sample, SampleId};
use std::sync::Arc;

/// A modality that can be stored: [`Eye`](simulator::sample::Eye),
/// [`EyeRgb`](simulator::sample::EyeRgb) or [`Hand`](simulator::sample::Hand). Sealed, because its
/// columns are part of the file format.
pub trait Columns: Modality + Codec {}

/// A modality whose pixels image files can hold and whose label is stored.
pub trait Codec: Modality<Pixel: FilePixel, Label: Stored> {
    /// The label columns, in file order.
    const LABEL: &'static [Column] = <Self::Label as Stored>::COLUMNS;
}

impl<M: Modality<Pixel: FilePixel, Label: Stored>> Codec for M {}

/// One record batch from these samples. Images are encoded on all threads, in order.
pub(crate) fn encode<M: Codec>(
    schema: &SchemaRef,
    samples: &[Sample<M>],
    codec: ImageCodec,
) -> Result<RecordBatch, Error> {
    // Encode the images.
    let files: Vec<Vec<u8>> = samples
        .par_iter()
        .map(|sample| {
            image::encode(&sample.frame, codec)
                .map_err(|problem| value(sample.id, "image", problem))
        })
        .collect::<Result<_, _>>()?;
    let images = images(BinaryArray::from_iter_values(&files));

    // Put the shared columns in front of the label's, in the order of the schema.
    let ids = UInt64Array::from_iter_values(samples.iter().map(|s| s.id.0));
    let domains = StringArray::from_iter_values(samples.iter().map(|s| s.domain.name()));
    let widths = UInt16Array::from_iter_values(samples.iter().map(|s| s.frame.width() as u16));
    let heights = UInt16Array::from_iter_values(samples.iter().map(|s| s.frame.height() as u16));
    let mut arrays: Vec<ArrayRef> =
        vec![Arc::new(ids), Arc::new(domains), images, Arc::new(widths), Arc::new(heights)];
    arrays.extend(label::labels(samples)?);
    let first = samples.first().map_or(SampleId(0), |s| s.id);
    RecordBatch::try_new(schema.clone(), arrays).map_err(|e| value(first, "all", e.to_string()))
}

/// A column of images over their files; null where there is none.
pub(crate) fn images(bytes: BinaryArray) -> ArrayRef {
    let nulls = bytes.nulls().cloned();
    let paths: ArrayRef = Arc::new(StringArray::new_null(bytes.len()));
    Arc::new(StructArray::new(schema::image_parts(), vec![Arc::new(bytes), paths], nulls))
}

/// An [`Error::Value`].
pub(crate) fn value(id: SampleId, column: &'static str, problem: impl Into<String>) -> Error {
    Error::Value { id, column, problem: problem.into() }
}

/// The rows of one row group, images still encoded: what memory holds of a data set.
pub(crate) struct Rows<M: Codec> {
    ids: UInt64Array,
    domains: StringArray,
    images: BinaryArray,
    widths: UInt16Array,
    heights: UInt16Array,
    labels: LabelColumns<M::Label>,
}

impl<M: Codec> Rows<M> {
    /// The rows of a batch whose schema has been checked.
    pub(crate) fn new(batch: &RecordBatch) -> Self {
        let image = common(batch, "image");
        Self {
            ids: common(batch, "id").as_primitive::<UInt64Type>().clone(),
            domains: common(batch, "domain").as_string().clone(),
            images: image.as_struct().column(0).as_binary().clone(),
            widths: common(batch, "width").as_primitive::<UInt16Type>().clone(),
            heights: common(batch, "height").as_primitive::<UInt16Type>().clone(),
            labels: LabelColumns::new(batch),
        }
    }

    /// The number of rows.
    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    /// The sample in one row; `Err` says what is wrong with it.
    pub(crate) fn sample(&self, row: usize) -> Result<Sample<M>, String> {
        let domain = self.domains.value(row);
        let size = (self.widths.value(row) as usize, self.heights.value(row) as usize);
        Ok(Sample {
            id: SampleId(self.ids.value(row)),
            domain: Domain::from_name(domain)
                .ok_or_else(|| format!("column `domain` has the unknown value {domain:?}"))?,
            frame: image::decode(self.images.value(row), size)
                .map_err(|problem| format!("column `image`: {problem}"))?,
            label: self.labels.label(row, size)?,
        })
    }
}

/// The column of this name; a file that is older than the column has none.
pub(crate) fn column<'a>(batch: &'a RecordBatch, name: &str) -> Option<&'a ArrayRef> {
    batch.column_by_name(name)
}

/// A column that files of all versions have.
///
/// # Panics
/// If there is none: [`schema::check`] comes first.
pub(crate) fn common<'a>(batch: &'a RecordBatch, name: &str) -> &'a ArrayRef {
    column(batch, name).expect("the schema was checked")
}
