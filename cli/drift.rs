//! pipeline → eval: how far refinement moved what the labels name.

use crate::args::DriftArgs;
use crate::console::{Progress, say};
use crate::images::{Images, with_images};
use crate::modality::{Pair, Trainable};
use crate::report::Drift;
use crate::{claim, interrupt, report};
use anyhow::{Result, bail};
use durable::FolderLock;
use pipeline::Dataset;

pub fn run(args: DriftArgs) -> Result<()> {
    with_images!(Images::open(&args.rendered)?, rendered => on(&rendered, &args))
}

/// Renders and refined images are of one modality.
fn on<M: Trainable>(rendered: &Dataset<M>, args: &DriftArgs) -> Result<()> {
    let refined = Dataset::open(&args.refined)?;
    let _lock = FolderLock::take(&args.out)?;
    let [page, json] = ["drift.html", "drift.json"].map(|name| args.out.join(name));
    claim::page(&page, std::slice::from_ref(&json))?;
    let drift = measure(rendered, &refined, args.pairs)?;
    report::drift(&drift)?.write(&page)?;
    report::write_json(&drift, &json)?;
    say!("{}", drift.summary());
    say!("report: {}", page.display());
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
