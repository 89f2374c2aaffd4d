//! pipeline → trainer: the two estimators of a task term. One says what refinement has to keep, the other,
//! which the refiner never sees, whether it did.

use crate::epochs::Epochs;
use crate::modality::Trainable;
use crate::{interrupt, seeds};
use anyhow::{Result, bail};
use pipeline::Dataset;
use simulator::sample::{Frame, Gaze};
use std::path::Path;
use trainer::{Device, GazeNet, GazeNetConfig, SimGanConfig};

/// Both are trained as the strong gaze network is.
const PRESET: &str = "strong";

/// Two gaze networks that were trained on the same renders, from different seeds.
pub struct Estimators {
    /// The one whose answers the refiner has to keep.
    pub keeper: GazeNet,
    /// The one that tells whether it did.
    pub witness: GazeNet,
}

/// Trains both on the first renders, in folders of these names in `out`; one that is there is taken.
pub fn learn<M: Trainable>(
    config: &SimGanConfig,
    rendered: &Dataset<M>,
    out: &Path,
    device: &Device,
) -> Result<Estimators> {
    let Some(preset) = GazeNetConfig::preset(PRESET) else { bail!("no preset {PRESET}") };
    let (mut frames, mut gazes): (Vec<Frame<u8>>, Vec<Gaze>) = Default::default();
    for sample in rendered.samples().take(config.task.renders) {
        let sample = sample?;
        let Some((frame, gaze)) = M::gaze(&sample) else {
            bail!(
                "{}: image {} has no gaze for the task term to keep; render again, or write limit_deg = 0 \
                 in [task]",
                rendered.dir().display(),
                sample.id,
            );
        };
        frames.push(frame);
        gazes.push(gaze);
    }
    // Their seeds differ from each other's and from the refiner's.
    let [keeper_seed, witness_seed] =
        [1, 2].map(|nth| config.seed.wrapping_mul(2).wrapping_add(nth));
    let folder = |seed| out.join(if seed == keeper_seed { "keeper" } else { "witness" });
    seeds::beside_each_other(&[keeper_seed, witness_seed], |seed| {
        let folder = folder(seed);
        if folder.join("gaze_net.json").is_file() {
            return Ok(());
        }
        let config = GazeNetConfig { seed, epochs: config.task.epochs, ..preset.clone() };
        let mut bar = Epochs::start("train", config.epochs);
        let network = GazeNet::train(&config, &frames, &gazes, device, &mut bar)?;
        interrupt::check()?;
        network.save(&folder)?;
        bar.finish(&format!("an estimator for the task term in {}", folder.display()));
        Ok(())
    })?;
    let load = |seed| GazeNet::load(&folder(seed), device);
    Ok(Estimators { keeper: load(keeper_seed)?, witness: load(witness_seed)? })
}

/// Mean angle between what this estimator reads in images and in their refinements, degrees.
pub fn change_deg(
    estimator: &GazeNet,
    before: &[Frame<u8>],
    after: &[Frame<u8>],
) -> Result<Option<f64>, trainer::Error> {
    let (before, after) = (estimator.predict(before)?, estimator.predict(after)?);
    let angles: Vec<f64> = before
        .iter()
        .zip(&after)
        .map(|(a, b)| a.to_vector().angle(&b.to_vector()).to_degrees())
        .collect();
    Ok(eval::stats::mean(&angles))
}
