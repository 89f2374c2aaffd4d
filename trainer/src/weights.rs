//! Which weights refine.

use crate::{Device, Error, Refiner, TrainedDiscriminator, checkpoint};
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

/// The weights that [`Refiner::load`](crate::Refiner::load) and [`TrainedDiscriminator::load`](crate::TrainedDiscriminator::load)
/// take from this checkpoint or folder of checkpoints.
///
/// # Errors
/// If there is none, or its manifest cannot be read.
pub fn weights(path: &Path) -> Result<Weights, Error> {
    checkpoint::weights(path)
}

/// A refiner and the discriminator it was trained against, of one checkpoint.
#[derive(Debug, Clone)]
pub struct Pair {
    /// What tells them from others: these hashes are those of what was loaded.
    pub weights: Weights,
    /// Redraws renders.
    pub refiner: Refiner,
    /// Says how real they look.
    pub critic: TrainedDiscriminator,
}

impl Pair {
    /// Those that [`Refiner::load`] and [`TrainedDiscriminator::load`] would take, read together: a training that
    /// puts another checkpoint in the place of this one meanwhile gives the older one or the newer one
    /// and never the refiner of one with the discriminator or the hashes of the other.
    ///
    /// # Errors
    /// If there is none, or a file of it is damaged.
    pub fn load(path: &Path, device: &Device) -> Result<Self, Error> {
        let (weights, (refiner, kind), critic) = checkpoint::load_pair(path, &device.inner)?;
        let refiner = Refiner::from_net(refiner, kind, device.clone());
        Ok(Self {
            weights,
            refiner,
            critic: TrainedDiscriminator::from_net(critic, device.clone()),
        })
    }
}

#[cfg(test)]
#[path = "weights_tests.rs"]
mod tests;
