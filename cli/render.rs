//! simulator → pipeline.

use crate::args::RenderEyesArgs;
use crate::{settings, shards};
use anyhow::{Context, Result};
use pipeline::{Columns, Dataset, ImageCodec, Job, Origin, ShardedWriter, WriterOptions};
use serde::Serialize;
use simulator::eye::{EyeConfig, EyeImage, EyeSampler};
use simulator::sample::{Domain, Eye, EyeRgb, Gaze, Sample, Spectrum};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The file in a data set of renders that tells all settings.
const SETTINGS: &str = "render.toml";

/// All that the bytes of a data set are a function of.
#[derive(Debug, Clone, Serialize)]
pub struct Renders<'a> {
    made_by: String,
    pub seed: u64,
    pub first: u64,
    pub count: u64,
    /// Into how many files it is cut; none: by the size of the images.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shards: Option<usize>,
    pub image: ImageCodec,
    /// Measured gaze that is drawn from, instead of the distribution in `eye`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gaze: Option<MeasuredGaze>,
    pub eye: &'a EyeConfig,
}

/// Gaze out of tables: where they are, what is in them.
#[derive(Debug, Clone, Serialize)]
pub struct MeasuredGaze {
    path: PathBuf,
    /// Of the content; the path alone would not tell the bytes.
    blake3: String,
    rows: usize,
    #[serde(skip)]
    gaze: Arc<[Gaze]>,
}

impl MeasuredGaze {
    fn read(path: &Path) -> Result<Self> {
        let table = datasets::gaze_table::read(path)?;
        let (rows, gaze) = (table.gaze.len(), table.gaze.into());
        Ok(Self { path: path.to_owned(), blake3: table.blake3, rows, gaze })
    }
}

impl<'a> Renders<'a> {
    /// These ids in the default form.
    pub fn new(eye: &'a EyeConfig, seed: u64, ids: Range<u64>) -> Self {
        Self {
            made_by: format!("simreal {} render eyes", env!("CARGO_PKG_VERSION")),
            seed,
            first: ids.start,
            count: ids.end - ids.start,
            shards: None,
            image: ImageCodec::default(),
            gaze: None,
            eye,
        }
    }
}

pub fn run(args: RenderEyesArgs) -> Result<()> {
    if let Some(threads) = args.threads {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        pool.build_global().context("--threads: could not start them")?;
    }
    let preset = settings::preset(&args.preset, EyeConfig::PRESETS, EyeConfig::preset)?;
    let eye = settings::part_overlaid(preset, args.config.as_deref(), "eye")?;
    let index = shards::index(args.shards, args.shard_index)?;
    let end = args.first.checked_add(args.count).context("--first and --count: ids end at 2^64")?;
    let renders = Renders {
        shards: args.shards,
        image: args.image,
        gaze: args.gaze.as_deref().map(MeasuredGaze::read).transpose()?,
        ..Renders::new(&eye, args.seed, args.first..end)
    };
    let total = args.count;
    let done = match renders.eye.spectrum {
        Spectrum::Rgb => eyes::<EyeRgb>("render", &renders, &args.out, index, |s| s)?.is_some(),
        _ => eyes::<Eye>("render", &renders, &args.out, index, |s| s)?.is_some(),
    };
    match done {
        true => println!("{} ({total} images)", args.out.display()),
        false => println!("{}: complete when all shards are", args.out.display()),
    }
    Ok(())
}

/// Renders eyes into a data set, or goes on with it: all of its shards, or one. The data set, if all
/// shards are there now. `keep` decides what of each sample is stored.
pub fn eyes<M: Columns + EyeImage>(
    station: &str,
    renders: &Renders,
    out: &Path,
    shard: Option<usize>,
    keep: impl Fn(Sample<M>) -> Sample<M> + Sync,
) -> Result<Option<Dataset<M>>> {
    let mut sampler = EyeSampler::new(renders.eye.clone(), renders.seed)?;
    if let Some(measured) = &renders.gaze {
        let of = || format!("{}", measured.path.display());
        sampler = sampler.with_measured_gaze(measured.gaze.clone()).with_context(of)?;
    }
    let camera = &renders.eye.camera;
    let sized = WriterOptions::for_images(camera.width as usize, camera.height as usize, 1);
    let job = Job {
        origin: Origin {
            domain: Domain::Synthetic,
            made_by: renders.made_by.clone(),
            config: serde_json::json!({ "eye": renders.eye, "gaze": renders.gaze }),
            seed: Some(renders.seed),
        },
        ids: renders.first..renders.first + renders.count,
        by_position: false,
        shards: renders.shards,
        options: WriterOptions { image: renders.image, ..sized },
        settings: (SETTINGS, settings::text(renders)?),
    };
    let writer = ShardedWriter::open(out, job)?;
    let make = |ids| Ok(sampler.render_range(ids).into_iter().map(&keep).collect());
    shards::write(station, &writer, out, shard, make)
}
