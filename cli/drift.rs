//! pipeline → eval: how far refinement moved what the labels name.

use crate::args::DriftArgs;
use crate::console::Progress;
use crate::{interrupt, report};
use anyhow::{Context, Result, bail};
use eval::drift::{DriftOptions, DriftReport};
use pipeline::Dataset;
use simulator::sample::{Eye, Sample};

pub fn run(args: DriftArgs) -> Result<()> {
    let rendered = Dataset::open(&args.rendered)?;
    let refined = Dataset::open(&args.refined)?;
    let drift = measure(&rendered, &refined, args.pairs)?;
    std::fs::create_dir_all(&args.out)
        .with_context(|| format!("could not make the folder {}", args.out.display()))?;
    report::write_json(&drift, &args.out.join("drift.json"))?;
    let page = args.out.join("drift.html");
    report::drift(&drift)?.write(&page)?;
    println!("{}", report::drift_summary(&drift));
    println!("report: {}", page.display());
    Ok(())
}

/// Measures the first `pairs` pairs by id.
pub fn measure(
    rendered: &Dataset<Eye>,
    refined: &Dataset<Eye>,
    pairs: usize,
) -> Result<DriftReport> {
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
    let joined: Vec<(Sample<Eye>, Sample<Eye>)> = rendered
        .samples()
        .zip(refined.samples())
        .take(pairs)
        .map(|(before, after)| Ok((before?, after?)))
        .collect::<Result<_>>()?;
    interrupt::check()?;
    let drift = eval::drift::measure(joined, &DriftOptions::default())?;
    progress.finish(&report::drift_line(&drift));
    Ok(drift)
}
