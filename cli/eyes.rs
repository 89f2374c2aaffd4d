//! A data set of eyes, grey or in colour.

use anyhow::Result;
use pipeline::{Dataset, Error};
use simulator::sample::{Eye, EyeRgb};
use std::path::Path;

/// A data set of one of the modalities.
pub enum Eyes {
    Grey(Dataset<Eye>),
    Rgb(Dataset<EyeRgb>),
}

impl Eyes {
    /// Opens the data set in `dir`, of whichever modality it is.
    pub fn open(dir: &Path) -> Result<Self> {
        match Dataset::open(dir) {
            Err(Error::Modality { .. }) => Ok(Self::Rgb(Dataset::open(dir)?)),
            grey => Ok(Self::Grey(grey?)),
        }
    }
}
