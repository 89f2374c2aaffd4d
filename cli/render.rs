//! simulator → pipeline.

use crate::args::RenderEyesArgs;
use crate::console::Progress;
use crate::{interrupt, settings};
use anyhow::{Context, Result};
use pipeline::{Dataset, DatasetWriter, Origin};
use simulator::eye::{EyeConfig, EyeSampler};
use simulator::sample::{Eye, Sample};
use std::ops::Range;
use std::path::Path;

/// Images rendered between two looks at Ctrl-C.
const CHUNK: u64 = 512;

pub fn run(args: RenderEyesArgs) -> Result<()> {
    let preset = settings::preset(&args.preset, EyeConfig::PRESETS, EyeConfig::preset)?;
    let config = settings::overlaid(preset, args.config.as_deref())?;
    let ids = args.first..args.first + args.count;
    let dataset = eyes("render", &config, args.seed, ids, &args.out, |sample| sample)?;
    println!("{} ({} images)", args.out.display(), dataset.len());
    Ok(())
}

/// Renders these ids into a new data set; `keep` decides what of each sample is stored.
pub fn eyes(
    station: &str,
    config: &EyeConfig,
    seed: u64,
    ids: Range<u64>,
    out: &Path,
    keep: impl Fn(Sample<Eye>) -> Sample<Eye>,
) -> Result<Dataset<Eye>> {
    let sampler = EyeSampler::new(config.clone(), seed)?;
    let origin = Origin {
        domain: simulator::sample::Domain::Synthetic,
        made_by: format!("simreal {} render eyes", env!("CARGO_PKG_VERSION")),
        config: serde_json::to_value(config).context("the settings have no JSON form")?,
        seed: Some(seed),
    };
    let mut writer = DatasetWriter::create(out, origin)?;
    let total = ids.end - ids.start;
    let mut progress = Progress::start(station, total, "images");
    let mut first = ids.start;
    while first < ids.end {
        interrupt::check()?;
        let end = (first + CHUNK).min(ids.end);
        for sample in sampler.render_range(first..end) {
            writer.write(&keep(sample))?;
        }
        first = end;
        progress.set(first - ids.start, "");
    }
    let dataset = writer.finish()?;
    progress.finish(&format!("{total} images in {}", out.display()));
    Ok(dataset)
}
