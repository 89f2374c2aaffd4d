//! Which weights refine.

use crate::{Error, checkpoint};
use std::path::{Path, PathBuf};

/// A refiner and its discriminator on disk, told from others by their content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weights {
    /// The checkpoint's own folder.
    pub path: PathBuf,
    /// Steps done, warm-ups included.
    pub step: u64,
    /// BLAKE3 of the refiner's weights (where they are averaged, of the average).
    pub refiner: String,
    /// BLAKE3 of the discriminator's weights.
    pub discriminator: String,
}

/// The weights that [`Refiner::load`](crate::Refiner::load) and [`Critic::load`](crate::Critic::load)
/// take from this checkpoint or folder of checkpoints.
///
/// # Errors
/// If there is none, or its manifest cannot be read.
pub fn weights(path: &Path) -> Result<Weights, Error> {
    checkpoint::weights(path)
}
