//! Pictures of a label, pixel for pixel beside the image ⇄ a column of PNG images.

use crate::columns::{column, images, value};
use crate::error::Error;
use crate::image::{self, FilePixel, ImageCodec};
use arrow::array::{Array, ArrayRef, AsArray, BinaryArray, RecordBatch};
use arrow::buffer::NullBuffer;
use rayon::prelude::*;
use simulator::sample::{Frame, Modality, Sample};

/// The column of this name. Its pictures are encoded on all threads, in order.
pub(super) fn encode<M: Modality, P: FilePixel>(
    name: &'static str,
    samples: &[Sample<M>],
    get: fn(&M::Label) -> Option<&Frame<P>>,
) -> Result<ArrayRef, Error> {
    let file = |sample: &Sample<M>| {
        let Some(picture) = get(&sample.label) else { return Ok(None) };
        let ((w, h), (width, height)) = (picture.size(), sample.frame.size());
        if (w, h) != (width, height) {
            let problem = format!("{w}x{h} px on an image of {width}x{height}; give both one size");
            return Err(value(sample.id, name, problem));
        }
        image::encode(picture, ImageCodec::Png).map(Some).map_err(|p| value(sample.id, name, p))
    };
    let files: Vec<Option<Vec<u8>>> = samples.par_iter().map(file).collect::<Result<_, _>>()?;
    Ok(images(BinaryArray::from_iter(&files)))
}

/// The pictures of one row group, still encoded.
pub(super) struct Pictures {
    nulls: Option<NullBuffer>,
    bytes: BinaryArray,
}

impl Pictures {
    /// The column of this name, `None` in a file that is older than it is.
    pub(super) fn new(batch: &RecordBatch, name: &str) -> Option<Self> {
        let image = column(batch, name)?;
        let bytes = image.as_struct().column(0).as_binary().clone();
        Some(Self { nulls: image.nulls().cloned(), bytes })
    }

    /// The picture in one row, which must have this width and height.
    pub(super) fn get<P: FilePixel>(
        &self,
        row: usize,
        size: (usize, usize),
    ) -> Result<Option<Frame<P>>, String> {
        if self.nulls.as_ref().is_some_and(|n| n.is_null(row)) || self.bytes.is_null(row) {
            return Ok(None);
        }
        image::decode(self.bytes.value(row), size).map(Some)
    }
}
