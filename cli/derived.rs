//! Data sets that are made of another one, image by image.

use pipeline::{Columns, Dataset, Job, Origin, WriterOptions};
use serde::Serialize;
use simulator::sample::Domain;

/// Row groups of a shard, unless `--shards` says otherwise: about a minute of a small refiner on two
/// cores, which is what a kill loses.
const SHARD_GROUPS: usize = 8;

/// Which images one was made of. Folders may be moved.
#[derive(Debug, Serialize)]
pub struct Input {
    images: usize,
    manifest_blake3: String,
}

impl Input {
    /// This data set.
    pub fn of<M: Columns>(dataset: &Dataset<M>) -> Self {
        Self { images: dataset.len(), manifest_blake3: dataset.manifest().blake3() }
    }
}

/// What makes a data set of as many images with the same ids, seed and form of pixels.
///
/// `settings` are name and text of the file that tells all that its bytes are a function of.
pub fn job<M: Columns>(
    source: &Dataset<M>,
    domain: Domain,
    made_by: String,
    config: serde_json::Value,
    shards: Option<usize>,
    settings: (&'static str, String),
) -> Job {
    let (width, height) = source.frame_size();
    let sized = WriterOptions::for_images(width, height, size_of::<M::Pixel>());
    let shard_rows = SHARD_GROUPS * sized.row_group_rows;
    let manifest = source.manifest();
    Job {
        origin: Origin { domain, made_by, config, seed: manifest.origin.seed },
        ids: 0..source.len() as u64,
        by_position: true,
        shards,
        options: WriterOptions { image: manifest.image, shard_rows, ..sized },
        settings,
    }
}
