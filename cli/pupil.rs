//! pipeline, datasets → trainer → eval: what a pupil localiser learns from a data set.

use crate::args::PupilArgs;
use crate::console::{note, say};
use crate::epochs::Epochs;
use crate::seeds::distinct;
use crate::{claim, interrupt, seeds, settings};
use anyhow::{Context, Result, bail};
use datasets::pupils;
use eval::pupil_error::{PupilPair, PupilReport};
use pipeline::Dataset;
use serde::Serialize;
use simulator::sample::{Eye, Frame};
use std::path::Path;
use trainer::{Device, PupilNet, PupilNetConfig};

pub fn run(args: PupilArgs) -> Result<()> {
    let device = Device::from_name(&args.device.device)?;
    let preset = settings::preset(&args.preset, PupilNetConfig::PRESETS, PupilNetConfig::preset)?;
    let config = settings::overlaid(preset, args.config.as_deref())?;
    distinct(&args.seeds)?;
    settings::in_file(config.validate(), args.config.as_deref())?;
    let mut names = seeds::names("pupil", &args.seeds);
    names.push("data.toml".to_owned());
    let _lock = claim::folder(&args.out, "pupil.toml", &names)?;
    settings::pin(&config, &args.out.join("pupil.toml"))?;
    let train = Dataset::open(&args.train)?;
    let (test, test_hashes) = marked(&args.test, args.min_visible)?;
    let inputs = Inputs {
        min_visible: args.min_visible,
        test: test_hashes,
        train: settings::hashes(&train),
    };
    settings::pin(&inputs, &args.out.join("data.toml"))?;
    let train = rendered(&train, args.min_visible)?;
    let (used, scored) = (train.frames.len(), test.frames.len());
    note("pupil", &format!("{used} images to learn from, {scored} to be scored on"));
    let reports = seeds::each("pupil", "pupil", &args.seeds, &args.out, |seed, stem| {
        let config = PupilNetConfig { seed, ..config.clone() };
        let mut bar = Epochs::start("pupil", config.epochs);
        let (frames, centers) = (&train.frames, &train.centers_px);
        let network = PupilNet::train(&config, frames, centers, &device, &mut bar)?;
        interrupt::check()?;
        bar.finish(&format!("trained with seed {seed}"));
        let report = score(&network, &test)?;
        network.save(stem)?;
        Ok(report)
    })?;
    for (seed, report) in args.seeds.iter().zip(&reports) {
        say!("Seed {seed}. {}", report.summary());
    }
    Ok(())
}

/// What a run learns from and is scored on, as `data.toml` notes it. One that goes on must have the same.
#[derive(Serialize)]
struct Inputs {
    min_visible: f64,
    test: Vec<String>,
    train: Vec<String>,
}

/// Images whose pupil is known.
struct Pupils {
    frames: Vec<Frame<u8>>,
    centers_px: Vec<[f32; 2]>,
}

fn score(network: &PupilNet, test: &Pupils) -> Result<PupilReport> {
    let predicted = network.predict(&test.frames)?;
    let pairs: Vec<PupilPair> = (test.frames.iter().zip(&test.centers_px).zip(predicted))
        .map(|((frame, &truth_px), predicted_px)| PupilPair {
            size: frame.size(),
            truth_px,
            predicted_px,
        })
        .collect();
    Ok(eval::pupil_error::measure(&pairs)?)
}

/// The pupils of a data set of renders, or of a table of marks, and the hashes of what was read.
fn marked(path: &Path, min_visible: f64) -> Result<(Pupils, Vec<String>)> {
    if path.join("manifest.json").is_file() {
        let dataset = Dataset::open(path)?;
        return Ok((rendered(&dataset, min_visible)?, settings::hashes(&dataset)));
    }
    let images = pupils::read(path)?.into_iter();
    let (frames, centers_px) = images.map(|image| (image.frame, image.center_px)).unzip();
    let pupils = Pupils { frames, centers_px };
    let hash = pupils.hash();
    Ok((pupils, vec![hash]))
}

impl Pupils {
    /// The BLAKE3 hash of all images and marks, in their order.
    fn hash(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for (frame, center_px) in self.frames.iter().zip(&self.centers_px) {
            let (width, height) = frame.size();
            for side in [width, height] {
                hasher.update(&(side as u64).to_le_bytes());
            }
            hasher.update(frame.pixels());
            for place in center_px {
                hasher.update(&place.to_le_bytes());
            }
        }
        hasher.finalize().to_hex().to_string()
    }
}

/// The images of a data set in which this share of the pupil, and its centre, are in the picture.
fn rendered(dataset: &Dataset<Eye>, min_visible: f64) -> Result<Pupils> {
    // Labels are f32.
    let least = min_visible as f32;
    let (mut frames, mut centers_px) = (Vec::new(), Vec::new());
    for sample in dataset.samples() {
        let sample = sample?;
        let geometry = sample.label.geometry.with_context(|| {
            let (dir, id) = (dataset.dir().display(), sample.id);
            format!("{dir}: image {id} has no pupil; give a data set of `simreal render eyes`")
        })?;
        let center = geometry.pupil.center;
        if geometry.pupil_visible >= least && sample.frame.contains(center) {
            frames.push(sample.frame);
            centers_px.push(center);
        }
    }
    if frames.is_empty() {
        bail!(
            "{}: no image shows {min_visible} of its pupil; render wider, or lower --min-visible",
            dataset.dir().display()
        );
    }
    Ok(Pupils { frames, centers_px })
}
