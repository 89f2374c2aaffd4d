//! A data set of whatever modality.

use crate::eyes::Eyes;
use anyhow::Result;
use pipeline::{Dataset, Error};
use simulator::sample::Hand;
use std::path::Path;

/// A data set of one of the modalities.
pub enum Stored {
    Eyes(Eyes),
    Hands(Dataset<Hand>),
}

impl Stored {
    /// Opens the data set in `dir`.
    pub fn open(dir: &Path) -> Result<Self> {
        match Dataset::open(dir) {
            Err(Error::Modality { .. }) => Ok(Self::Eyes(Eyes::open(dir)?)),
            hands => Ok(Self::Hands(hands?)),
        }
    }
}
