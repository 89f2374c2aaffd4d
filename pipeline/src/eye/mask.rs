//! Masks ⇄ a column of PNG images.

use crate::columns::{column, images, value};
use crate::error::Error;
use crate::image::{self, ImageCodec};
use arrow::array::{Array, ArrayRef, AsArray, BinaryArray, RecordBatch};
use arrow::buffer::NullBuffer;
use rayon::prelude::*;
use simulator::sample::{EyeLabel, Frame, Modality, Sample};

/// The column of masks. They are encoded on all threads, in order.
pub(super) fn encode<M: Modality<Label = EyeLabel>>(
    samples: &[Sample<M>],
) -> Result<ArrayRef, Error> {
    let file = |sample: &Sample<M>| {
        let Some(mask) = &sample.label.mask else { return Ok(None) };
        let ((w, h), (width, height)) = (mask.size(), sample.frame.size());
        if (w, h) != (width, height) {
            let problem = format!("{w}x{h} px on an image of {width}x{height}; give both one size");
            return Err(value(sample.id, "mask", problem));
        }
        image::encode(mask, ImageCodec::Png).map(Some).map_err(|p| value(sample.id, "mask", p))
    };
    let files: Vec<Option<Vec<u8>>> = samples.par_iter().map(file).collect::<Result<_, _>>()?;
    Ok(images(BinaryArray::from_iter(&files)))
}

/// The masks of one row group, still encoded.
pub(super) struct Masks {
    nulls: Option<NullBuffer>,
    bytes: BinaryArray,
}

impl Masks {
    /// The column, `None` in a file that is older than it is.
    pub(super) fn new(batch: &RecordBatch) -> Option<Self> {
        let image = column(batch, "mask")?;
        let bytes = image.as_struct().column(0).as_binary().clone();
        Some(Self { nulls: image.nulls().cloned(), bytes })
    }

    /// The mask in one row, which must have this width and height.
    pub(super) fn get(
        &self,
        row: usize,
        size: (usize, usize),
    ) -> Result<Option<Frame<u8>>, String> {
        if self.nulls.as_ref().is_some_and(|n| n.is_null(row)) || self.bytes.is_null(row) {
            return Ok(None);
        }
        let mask = image::decode(self.bytes.value(row), size);
        mask.map(Some).map_err(|problem| format!("column `mask`: {problem}"))
    }
}
