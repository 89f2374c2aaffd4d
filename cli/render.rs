//! simulator → pipeline.

mod eyes;
mod hands;

pub use eyes::run as eyes;
pub use hands::run as hands;

use crate::args::RenderCommonArgs;
use crate::console::say;
use crate::{settings, shards};
use anyhow::{Context, Result};
use pipeline::{Columns, Dataset, ImageCodec, Job, Origin, ShardedWriter, WriterOptions};
use serde::Serialize;
use simulator::sample::{Domain, Sample};
use std::ops::Range;
use std::path::Path;

/// The file in a data set of renders that tells all settings.
const SETTINGS: &str = "render.toml";

/// What can be rendered: all settings but those that every data set of renders has.
pub trait Scenes: Serialize {
    /// The word behind `simreal render`.
    const NAME: &'static str;
    /// Settings that were checked, and a seed.
    type Sampler: Sync;

    /// What renders them from this seed.
    fn sampler(&self, seed: u64) -> Result<Self::Sampler>;
    /// Width and height of an image, px.
    fn size(&self) -> (usize, usize);
    /// The settings, for the manifest.
    fn config(&self) -> serde_json::Value;
}

/// A modality that these scenes can be rendered as.
pub trait RenderedFrom<S: Scenes>: Columns {
    /// Bytes of a pixel, those of pictures in the label included.
    const PIXEL_BYTES: usize;

    /// The samples of these ids.
    fn render(sampler: &S::Sampler, ids: Range<u64>) -> Vec<Sample<Self>>;
}

/// All that the bytes of a data set are a function of.
#[derive(Debug, Clone, Serialize)]
pub struct Renders<S> {
    made_by: String,
    pub seed: u64,
    pub first: u64,
    pub count: u64,
    /// Into how many files it is cut; none: by the size of the images.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shards: Option<usize>,
    pub image: ImageCodec,
    #[serde(flatten)]
    pub scenes: S,
}

impl<S: Scenes> Renders<S> {
    /// These ids in the default form.
    pub fn of(scenes: S, seed: u64, ids: Range<u64>) -> Self {
        Self {
            made_by: format!("simreal {} render {}", env!("CARGO_PKG_VERSION"), S::NAME),
            seed,
            first: ids.start,
            count: ids.end - ids.start,
            shards: None,
            image: ImageCodec::default(),
            scenes,
        }
    }

    /// What the command line asks for.
    fn asked(scenes: S, args: &RenderCommonArgs) -> Result<Self> {
        let end = args.first.checked_add(args.count);
        let end = end.context("--first and --count: ids end at 2^64")?;
        let renders = Self::of(scenes, args.seed, args.first..end);
        Ok(Self { shards: args.shards, image: args.image, ..renders })
    }
}

/// Renders what the command line asks for, as this modality.
fn command<S: Scenes, M: RenderedFrom<S>>(
    renders: &Renders<S>,
    args: &RenderCommonArgs,
) -> Result<()> {
    let index = shards::index(args.shards, args.shard_index)?;
    match into_data_set::<S, M>("render", renders, &args.out, index, |sample| sample)? {
        Some(_) => say!("{} ({} images)", args.out.display(), args.count),
        None => say!("{}: complete when all shards are", args.out.display()),
    }
    Ok(())
}

/// As many threads as the command line asks for.
fn threads(args: &RenderCommonArgs) -> Result<()> {
    if let Some(threads) = args.threads {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        pool.build_global().context("--threads: could not start them")?;
    }
    Ok(())
}

/// Renders into a data set, or goes on with it: all of its shards, or one. The data set, if all
/// shards are there now. `keep` decides what of each sample is stored.
pub fn into_data_set<S: Scenes, M: RenderedFrom<S>>(
    station: &str,
    renders: &Renders<S>,
    out: &Path,
    shard: Option<usize>,
    keep: impl Fn(Sample<M>) -> Sample<M> + Sync,
) -> Result<Option<Dataset<M>>> {
    let sampler = renders.scenes.sampler(renders.seed)?;
    let (width, height) = renders.scenes.size();
    let sized = WriterOptions::for_images(width, height, M::PIXEL_BYTES);
    let job = Job {
        origin: Origin {
            domain: Domain::Synthetic,
            made_by: renders.made_by.clone(),
            config: renders.scenes.config(),
            seed: Some(renders.seed),
        },
        ids: renders.first..renders.first + renders.count,
        by_position: false,
        shards: renders.shards,
        options: WriterOptions { image: renders.image, ..sized },
        settings: (SETTINGS, settings::text(renders)?),
    };
    let writer = ShardedWriter::open(out, job)?;
    let make = |ids| Ok(M::render(&sampler, ids).into_iter().map(&keep).collect());
    shards::write(station, &writer, out, shard, make)
}
