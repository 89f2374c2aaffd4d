//! pipeline → trainer → eval → pipeline.

use crate::args::RefineArgs;
use crate::console::say;
use crate::derived::{self, Input};
use crate::images::{Images, with_images};
use crate::modality::Trainable;
use crate::train::checkpoints_of;
use crate::{settings, shards};
use anyhow::{Context, Result};
use pipeline::{Dataset, Job, ShardedWriter};
use rayon::prelude::*;
use serde::Serialize;
use simulator::sample::{Domain, Refinement, Sample};
use std::path::Path;
use trainer::{Device, Pair, Weights};

/// The file in a refined data set that tells all that its bytes are a function of.
const SETTINGS: &str = "refine.toml";

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

pub fn run(args: RefineArgs) -> Result<()> {
    let device = Device::from_name(&args.device.device)?;
    let cut = (args.shards, shards::index(args.shards, args.shard_index)?);
    let (training, out) = (&args.training, &args.out);
    let images = with_images!(Images::open(&args.rendered)?, rendered => {
        dataset(training, &rendered, out, cut, &device)?.map(|refined| refined.len())
    });
    match images {
        Some(images) => say!("{} ({images} images)", out.display()),
        None => say!("{}: complete when all shards are", out.display()),
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
    let writer = ShardedWriter::open(out, job(rendered, &weights, shards, device)?)?;
    let make = |positions| refined(&pair, rendered.range(positions)?);
    shards::write("refine", &writer, out, shard, make)
}

fn job<M: Trainable>(
    rendered: &Dataset<M>,
    weights: &Weights,
    shards: Option<usize>,
    device: &Device,
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
        rendered: Input::of(rendered),
    };
    let config = serde_json::json!({
        "device": refining.device,
        "refiner": refining.refiner,
        "rendered": refining.rendered,
        "renders": rendered.manifest().origin,
    });
    let settings = (SETTINGS, settings::text(&refining)?);
    Ok(derived::job(rendered, Domain::Refined, refining.made_by, config, shards, settings))
}

/// These samples, refined and judged, with the same ids and labels. What shows nothing stays.
fn refined<M: Trainable>(pair: &Pair, samples: Vec<Sample<M>>) -> Result<Vec<Sample<M>>> {
    let seen = samples.iter().map(M::to_network).collect::<Result<Vec<_>, _>>()?;
    let frames: Vec<_> = seen.iter().flatten().cloned().collect();
    let refined = pair.refiner.refine(&frames)?;
    let realism = pair.critic.scores(&refined)?;
    let mut judged = refined.into_iter().zip(realism);
    let mut all = Vec::with_capacity(samples.len());
    for (sample, seen) in samples.into_iter().zip(seen) {
        let judged = match seen {
            Some(_) => Some(judged.next().context("the refiner left out an image")?),
            None => None,
        };
        all.push((sample, judged));
    }
    all.into_par_iter()
        .map(|(before, judged)| {
            let Some((refined, realism)) = judged else {
                return Ok(Sample { domain: Domain::Refined, ..before });
            };
            let frame = M::from_network(&refined, &before)?;
            let drift_px = M::moved_px(&before, &frame)?.map(|px| px as f32);
            let label = M::judged(before.label, Refinement { drift_px, realism });
            Ok(Sample { id: before.id, domain: Domain::Refined, frame, label })
        })
        .collect()
}
