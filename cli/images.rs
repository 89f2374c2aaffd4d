//! A data set of whatever modality.

use anyhow::Result;
use pipeline::{Dataset, Error};
use simulator::sample::{Eye, EyeRgb, Hand};
use std::path::Path;

/// A data set of one of the modalities.
pub enum Images {
    Grey(Dataset<Eye>),
    Rgb(Dataset<EyeRgb>),
    Hands(Dataset<Hand>),
}

impl Images {
    /// Opens the data set in `dir`, of whichever modality it is.
    pub fn open(dir: &Path) -> Result<Self> {
        match Dataset::open(dir) {
            Err(Error::Modality { .. }) => {}
            grey => return Ok(Self::Grey(grey?)),
        }
        match Dataset::open(dir) {
            Err(Error::Modality { .. }) => Ok(Self::Hands(Dataset::open(dir)?)),
            rgb => Ok(Self::Rgb(rgb?)),
        }
    }
}

/// Does the same with whichever data set it is, under this name.
macro_rules! with_images {
    ($images:expr, $dataset:ident => $do:expr) => {
        match $images {
            $crate::images::Images::Grey($dataset) => $do,
            $crate::images::Images::Rgb($dataset) => $do,
            $crate::images::Images::Hands($dataset) => $do,
        }
    };
}
pub(crate) use with_images;
