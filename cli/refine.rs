//! pipeline → trainer → eval → pipeline.

use crate::args::RefineArgs;
use crate::eyes::{Eyes, Trainable};
use crate::train::checkpoints_of;
use crate::{settings, shards};
use anyhow::Result;
use eval::drift::{self, DriftOptions};
use pipeline::{Dataset, Job, Origin, ShardedWriter, WriterOptions};
use rayon::prelude::*;
use serde::Serialize;
use simulator::sample::{Domain, EyeLabel, Frame, Refinement, Sample};
use std::path::Path;
use trainer::{Device, Pair, Pixel, Weights};

/// The file in a refined data set that tells all that its bytes are a function of.
const SETTINGS: &str = "refine.toml";

/// Row groups of a shard, unless `--shards` says otherwise: about a minute of a small refiner on two
/// cores, which is what a kill loses.
const SHARD_GROUPS: usize = 8;

/// All that the bytes of a refined data set are a function of. Folders may be moved.
#[derive(Debug, Serialize)]
struct Refining {
    made_by: String,
    /// Other devices round otherwise.
    device: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    shards: Option<usize>,
    refiner: Networks,
    rendered: Input,
}

/// Which weights.
#[derive(Debug, Serialize)]
struct Networks {
    step: u64,
    refiner_blake3: String,
    discriminator_blake3: String,
}

/// Which images.
#[derive(Debug, Serialize)]
struct Input {
    images: usize,
    manifest_blake3: String,
}

pub fn run(args: RefineArgs) -> Result<()> {
    let device = Device::from_name(&args.device.device)?;
    let cut = (args.shards, shards::index(args.shards, args.shard_index)?);
    let (training, out) = (&args.training, &args.out);
    let images = match Eyes::open(&args.rendered)? {
        Eyes::Grey(rendered) => dataset(training, &rendered, out, cut, &device)?.map(|d| d.len()),
        Eyes::Rgb(rendered) => dataset(training, &rendered, out, cut, &device)?.map(|d| d.len()),
    };
    match images {
        Some(images) => println!("{} ({images} images)", out.display()),
        None => println!("{}: complete when all shards are", out.display()),
    }
    Ok(())
}

/// Runs a data set through the best checkpoint of a training, or the newest where none was kept as
/// the best, or goes on with it. Ids and labels stay; drift and realism of each image come with them.
///
/// `cut` is into how many shards, and which of them to make. The data set, if all shards are there
/// now.
pub fn dataset<M: Trainable>(
    training: &Path,
    rendered: &Dataset<M>,
    out: &Path,
    (shards, shard): (Option<usize>, Option<usize>),
    device: &Device,
) -> Result<Option<Dataset<M>>> {
    let pair = Pair::load(&checkpoints_of(training), device)?;
    let weights = pair.weights.clone();
    let judged = Judged { pair, drift: DriftOptions::default() };
    let (width, height) = rendered.frame_size();
    let job = job::<M>(rendered, &weights, shards, device, (width, height))?;
    let writer = ShardedWriter::open(out, job)?;
    let make = |positions| judged.refined(rendered.range(positions)?);
    shards::write("refine", &writer, out, shard, make)
}

fn job<M: Trainable>(
    rendered: &Dataset<M>,
    weights: &Weights,
    shards: Option<usize>,
    device: &Device,
    (width, height): (usize, usize),
) -> Result<Job> {
    let refining = Refining {
        made_by: format!("simreal {} refine", env!("CARGO_PKG_VERSION")),
        device: device.name().to_owned(),
        shards,
        refiner: Networks {
            step: weights.step,
            refiner_blake3: weights.refiner.clone(),
            discriminator_blake3: weights.discriminator.clone(),
        },
        rendered: Input { images: rendered.len(), manifest_blake3: rendered.manifest().blake3() },
    };
    let sized = WriterOptions::for_images(width, height, M::Pixel::CHANNELS);
    let shard_rows = SHARD_GROUPS * sized.row_group_rows;
    let image = rendered.manifest().image;
    Ok(Job {
        origin: Origin {
            domain: Domain::Refined,
            made_by: refining.made_by.clone(),
            config: serde_json::json!({
                "device": refining.device,
                "refiner": refining.refiner,
                "rendered": refining.rendered,
                "renders": rendered.manifest().origin,
            }),
            seed: rendered.manifest().origin.seed,
        },
        ids: 0..rendered.len() as u64,
        by_position: true,
        shards,
        options: WriterOptions { image, shard_rows, ..sized },
        settings: (SETTINGS, settings::text(&refining)?),
    })
}

/// A refiner, and who judges each of its images.
struct Judged {
    pair: Pair,
    drift: DriftOptions,
}

impl Judged {
    /// These samples, refined, with the same ids and labels.
    fn refined<M: Trainable>(&self, samples: Vec<Sample<M>>) -> Result<Vec<Sample<M>>> {
        let frames: Vec<Frame<M::Pixel>> = samples.iter().map(|s| s.frame.clone()).collect();
        let refined = self.pair.refiner.refine(&frames)?;
        let realism = self.pair.critic.scores(&refined)?;
        let judged = samples.into_par_iter().zip(refined).zip(realism);
        judged
            .map(|((sample, frame), realism)| {
                let geometry = sample.label.geometry.as_ref();
                let (before, after) = (M::grey(&sample.frame), M::grey(&frame));
                let moved = drift::of_pair(sample.id, &before, &after, geometry, &self.drift)?;
                let drift_px = moved.map(|moved| moved.shift_at_px(frame.width()) as f32);
                let refinement = Some(Refinement { drift_px, realism });
                let label = EyeLabel { refinement, ..sample.label };
                Ok(Sample { domain: Domain::Refined, frame, label, ..sample })
            })
            .collect()
    }
}
