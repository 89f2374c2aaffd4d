//! pipeline → trainer → pipeline.

use crate::args::RefineArgs;
use crate::console::Progress;
use crate::eyes::{Eyes, Trainable};
use crate::interrupt;
use crate::train::CHECKPOINTS;
use anyhow::Result;
use pipeline::{Dataset, DatasetWriter, Origin};
use simulator::sample::{Domain, Frame, Sample};
use std::path::Path;
use trainer::{Device, Refiner};

/// Images refined between two looks at Ctrl-C.
const CHUNK: usize = 256;

pub fn run(args: RefineArgs) -> Result<()> {
    let device = Device::from_name(&args.device.device)?;
    let images = match Eyes::open(&args.rendered)? {
        Eyes::Grey(rendered) => dataset(&args.training, &rendered, &args.out, &device)?.len(),
        Eyes::Rgb(rendered) => dataset(&args.training, &rendered, &args.out, &device)?.len(),
    };
    println!("{} ({images} images)", args.out.display());
    Ok(())
}

/// Runs a data set through the best checkpoint of a training, or the newest where none was kept as
/// the best. Ids and labels stay.
pub fn dataset<M: Trainable>(
    training: &Path,
    rendered: &Dataset<M>,
    out: &Path,
    device: &Device,
) -> Result<Dataset<M>> {
    let checkpoints = training.join(CHECKPOINTS);
    let newest = if checkpoints.is_dir() { &checkpoints } else { training };
    let refiner = Refiner::load(newest, device)?;
    let origin = Origin {
        domain: Domain::Refined,
        made_by: format!("simreal {} refine", env!("CARGO_PKG_VERSION")),
        config: serde_json::json!({
            "training": training,
            "rendered": rendered.manifest(),
        }),
        seed: rendered.manifest().origin.seed,
    };
    let mut writer = DatasetWriter::create(out, origin)?;
    let mut progress = Progress::start("refine", rendered.len() as u64, "images");
    let mut samples = rendered.samples();
    let mut done = 0;
    loop {
        interrupt::check()?;
        let chunk: Vec<Sample<M>> = samples.by_ref().take(CHUNK).collect::<Result<_, _>>()?;
        if chunk.is_empty() {
            break;
        }
        let frames: Vec<Frame<M::Pixel>> =
            chunk.iter().map(|sample| sample.frame.clone()).collect();
        for (sample, frame) in chunk.into_iter().zip(refiner.refine(&frames)?) {
            writer.write(&Sample { domain: Domain::Refined, frame, ..sample })?;
            done += 1;
        }
        progress.set(done, "");
    }
    let refined = writer.finish()?;
    progress.finish(&format!("{done} images in {}", out.display()));
    Ok(refined)
}
