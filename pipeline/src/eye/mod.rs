//! `Sample<Eye>` and `Sample<EyeRgb>` ⇄ columns.

mod blank;
mod cell;
mod decode;
mod encode;
mod lights;
mod mask;
mod table;

use crate::columns::{Codec, Columns};
use crate::error::Error;
use crate::image::{self, ImageCodec};
use crate::schema::{self, Column};
use arrow::array::{ArrayRef, RecordBatch};
pub use decode::EyeColumns;
use simulator::sample::{Eye, EyeRgb, Frame, Modality, Sample};

/// Two modalities, one label.
macro_rules! eyes {
    ($($modality:ty),+) => { $(
        impl Columns for $modality {}

        impl Codec for $modality {
            const LABEL: &'static [Column] = schema::EYE;
            type Labels = EyeColumns;

            fn encode_image(
                frame: &Frame<Self::Pixel>,
                codec: ImageCodec,
            ) -> Result<Vec<u8>, String> {
                image::encode(frame, codec)
            }

            fn decode_image(
                bytes: &[u8],
                size: (usize, usize),
            ) -> Result<Frame<Self::Pixel>, String> {
                image::decode(bytes, size)
            }

            fn encode_labels(samples: &[Sample<Self>]) -> Result<Vec<ArrayRef>, Error> {
                encode::labels(samples)
            }

            fn typed(batch: &RecordBatch) -> EyeColumns {
                EyeColumns::new(batch)
            }

            fn decode_label(
                columns: &EyeColumns,
                row: usize,
                size: (usize, usize),
            ) -> Result<<Self as Modality>::Label, String> {
                columns.label(row, size)
            }
        }
    )+ };
}

eyes!(Eye, EyeRgb);
