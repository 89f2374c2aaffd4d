//! pipeline, datasets → trainer → eval: what a pupil localiser learns from a data set.

use crate::args::PupilArgs;
use crate::console::{note, say};
use crate::epochs::Epochs;
use crate::seeds::distinct;
use crate::{claim, interrupt, report, seeds, settings};
use anyhow::{Context, Result, bail};
use datasets::pupils;
use eval::pupil_error::{PupilPair, PupilReport};
use pipeline::Dataset;
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
    settings::pin_data(&[("train", &train)], &args.out)?;
    let train = rendered(&train, args.min_visible)?;
    let test = marked(&args.test, args.min_visible)?;
    let (used, judged) = (train.frames.len(), test.frames.len());
    note("pupil", &format!("{used} images to learn from, {judged} to be judged on"));
    for &seed in &args.seeds {
        let name = format!("pupil-seed-{seed}");
        let config = PupilNetConfig { seed, ..config.clone() };
        let mut bar = Epochs::start("pupil", config.epochs);
        let (frames, centers) = (&train.frames, &train.centers_px);
        let network = PupilNet::train(&config, frames, centers, &device, &mut bar)?;
        interrupt::check()?;
        bar.finish(&format!("trained with seed {seed}"));
        let found = judge(&network, &test)?;
        network.save(&args.out.join(&name))?;
        report::write_json(&found, &args.out.join(format!("{name}.json")))?;
        say!("Seed {seed}. {}", found.summary());
    }
    Ok(())
}

/// Images whose pupil is known.
struct Pupils {
    frames: Vec<Frame<u8>>,
    centers_px: Vec<[f32; 2]>,
}

fn judge(network: &PupilNet, test: &Pupils) -> Result<PupilReport> {
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

/// The pupils of a data set of renders, or of a table of marks.
fn marked(path: &Path, min_visible: f32) -> Result<Pupils> {
    if path.join("manifest.json").is_file() {
        return rendered(&Dataset::open(path)?, min_visible);
    }
    let images = pupils::read(path)?.into_iter();
    let (frames, centers_px) = images.map(|image| (image.frame, image.center_px)).unzip();
    Ok(Pupils { frames, centers_px })
}

/// The images of a data set in which this share of the pupil, and its centre, are in the picture.
fn rendered(dataset: &Dataset<Eye>, min_visible: f32) -> Result<Pupils> {
    let (mut frames, mut centers_px) = (Vec::new(), Vec::new());
    for sample in dataset.samples() {
        let sample = sample?;
        let geometry = sample.label.geometry.with_context(|| {
            let (dir, id) = (dataset.dir().display(), sample.id);
            format!("{dir}: image {id} has no pupil; give a data set of `simreal render eyes`")
        })?;
        let center = geometry.pupil.center;
        if geometry.pupil_visible >= min_visible && sample.frame.contains(center) {
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
