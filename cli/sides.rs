//! Whether images are on the side that they are taken for: renders, real ones, ones to be scored on.

use crate::console::note;
use crate::labelled::Labelled;
use anyhow::{Result, bail};
use pipeline::{Columns, Dataset};
use simulator::sample::{Domain, Eye};
use std::collections::HashMap;

/// Refuses real images where renders are asked for, unless `--any-domain` was given.
pub fn check_rendered<M: Columns>(rendered: &Dataset<M>, any_domain: bool) -> Result<()> {
    if domain(rendered) == Domain::Real && !any_domain {
        bail!(
            "--rendered {}: its manifest.json says that these images are real; are --rendered and --real \
             swapped? --any-domain takes them all the same",
            rendered.dir().display()
        );
    }
    Ok(())
}

/// Says so if what stands for the real side is none, as it may in a trial.
pub fn note_real<M: Columns>(stage: &str, real: &Dataset<M>) {
    let domain = domain(real);
    if domain != Domain::Real {
        let dir = real.dir().display();
        note(
            stage,
            &format!("--real {dir}: these images are {} and stand for real ones", domain.name()),
        );
    }
}

fn domain<M: Columns>(dataset: &Dataset<M>) -> Domain {
    dataset.manifest().origin.domain
}

/// Refuses images to be scored on that are, pixel for pixel, among those that are learned from; both are
/// of one size.
pub fn check_apart(real: &Dataset<Eye>, test: &Dataset<Eye>, test_set: &Labelled) -> Result<()> {
    let mut unseen: HashMap<&[u8], usize> = HashMap::new();
    for (place, frame) in test_set.frames.iter().enumerate() {
        unseen.insert(frame.pixels(), place);
    }
    let (mut seen, mut first) = (0, None);
    for sample in real.samples() {
        let sample = sample?;
        if let Some(place) = unseen.remove(sample.frame.pixels()) {
            seen += 1;
            let name = |source: Option<String>, id| source.unwrap_or_else(|| format!("{id}"));
            let origin = &test_set.origins[place];
            first.get_or_insert_with(|| {
                (name(origin.source.clone(), origin.id), name(sample.label.source, sample.id))
            });
        }
    }
    let Some((in_test, in_real)) = first else { return Ok(()) };
    bail!(
        "--test {}: {seen} of its images are in --real {} too (the first is {in_test}, there {in_real}), and \
         a score on what was learned from says nothing; take them out of one of the two",
        test.dir().display(),
        real.dir().display(),
    )
}
