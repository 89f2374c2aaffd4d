//! pipeline → eval: how far refinement moved what the labels name.

use crate::args::DriftArgs;
use crate::console::{Progress, say};
use crate::images::{Images, with_images};
use crate::modality::Trainable;
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
    let mut progress = Progress::start("drift", pairs as u64, "pairs");
    let joined = rendered.samples().zip(refined.samples()).take(pairs).enumerate();
    let drift = M::drift(joined.map(|(done, (before, after))| {
        interrupt::check()?;
        progress.set(done as u64, "");
        Ok((before?, after?))
    }));
    // Whoever stopped the stream hears of that, and not of a report that could not be made.
    interrupt::check()?;
    let drift = drift?;
    progress.finish(&drift.line());
    Ok(drift)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use simulator::eye::{EyeConfig, EyeSampler};
    use simulator::sample::{Eye, Hand, Sample, SampleId};
    use std::cell::Cell;

    #[test]
    fn pairs_are_measured_as_they_come_and_not_collected_first() {
        let sampler = EyeSampler::new(EyeConfig::preset("demo").unwrap(), 1).unwrap();
        let eye = sampler.render_range::<Eye>(0..1).remove(0);
        let read = Cell::new(0);
        let pairs = (0..100).map(|_| {
            read.set(read.get() + 1);
            let other: Sample<Eye> = Sample { id: SampleId(7), ..eye.clone() };
            Ok((eye.clone(), other))
        });
        let error = Eye::drift(pairs).unwrap_err().to_string();
        assert!(error.contains("sample 7") && read.get() == 1, "{} pairs: {error}", read.get());
        let eyes = std::iter::once(Err("the file ends early".into()));
        assert!(Eye::drift(eyes).unwrap_err().to_string().contains("pair 0"));
        let hands = std::iter::once(Err("the file ends early".into()));
        assert!(Hand::drift(hands).unwrap_err().to_string().contains("pair 0"));
    }
}
