//! pipeline → eval: how far refinement moved what the labels name.

use crate::args::DriftArgs;
use crate::console::Progress;
use crate::images::{Images, with_images};
use crate::modality::{Pair, Trainable};
use crate::report::Drift;
use crate::{interrupt, report};
use anyhow::{Context, Result, bail};
use pipeline::Dataset;

pub fn run(args: DriftArgs) -> Result<()> {
    with_images!(Images::open(&args.rendered)?, rendered => on(&rendered, &args))
}

/// Renders and refined images are of one modality.
fn on<M: Trainable>(rendered: &Dataset<M>, args: &DriftArgs) -> Result<()> {
    let drift = measure(rendered, &Dataset::open(&args.refined)?, args.pairs)?;
    std::fs::create_dir_all(&args.out)
        .with_context(|| format!("could not make the folder {}", args.out.display()))?;
    report::write_json(&drift, &args.out.join("drift.json"))?;
    let page = args.out.join("drift.html");
    report::drift(&drift)?.write(&page)?;
    println!("{}", drift.summary());
    println!("report: {}", page.display());
    Ok(())
}

/// Measures the first `pairs` pairs by id.
pub fn measure<M: Trainable>(
    rendered: &Dataset<M>,
    refined: &Dataset<M>,
    pairs: usize,
) -> Result<M::Drift> {
    if rendered.len() != refined.len() {
        bail!(
            "{} holds {} images and {} holds {}: drift compares each render with its own refinement",
            rendered.dir().display(),
            rendered.len(),
            refined.dir().display(),
            refined.len(),
        );
    }
    let progress = Progress::start("drift", pairs as u64, "pairs");
    let joined: Vec<Pair<M>> = rendered
        .samples()
        .zip(refined.samples())
        .take(pairs)
        .map(|(before, after)| Ok((before?, after?)))
        .collect::<Result<_>>()?;
    interrupt::check()?;
    let drift = M::drift(joined)?;
    progress.finish(&drift.line());
    Ok(drift)
}
