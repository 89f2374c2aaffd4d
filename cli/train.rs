//! pipeline → trainer: checkpoints, contact sheets and loss curves.

use crate::args::TrainArgs;
use crate::console::{Progress, note};
use crate::{interrupt, report, settings};
use anyhow::{Context, Result};
use pipeline::Dataset;
use simulator::sample::{BoxError, Eye};
use std::path::{Path, PathBuf};
use trainer::{
    Control, Device, Frames, Observer, Outcome, Phase, Pictures, SimGan, SimGanConfig, StepReport,
};

/// The folder of checkpoints in the folder of a training.
pub const CHECKPOINTS: &str = "checkpoints";
/// Pictures are enlarged this many times.
const SCALE: u32 = 2;

pub fn run(args: TrainArgs) -> Result<()> {
    let device = Device::from_name(&args.device.device)?;
    let preset = settings::preset(&args.preset, SimGanConfig::PRESETS, SimGanConfig::preset)?;
    let mut config = settings::overlaid(preset, args.config.as_deref())?;
    if let Some(iterations) = args.iterations {
        config.iterations = iterations;
    }
    if let Some(seed) = args.seed {
        config.seed = seed;
    }
    let rendered = Dataset::open(&args.rendered)?;
    let real = Dataset::open(&args.real)?;
    train(&config, config.seed, &rendered, &real, &args.out, &device)?;
    println!("{}", args.out.display());
    Ok(())
}

/// Trains a refiner in this folder, from its newest checkpoint if there is one, and returns the
/// curves of the whole training.
pub fn train(
    config: &SimGanConfig,
    order_seed: u64,
    rendered: &Dataset<Eye>,
    real: &Dataset<Eye>,
    out: &Path,
    device: &Device,
) -> Result<Vec<StepReport>> {
    config.validate()?;
    settings::pin(config, &out.join("simgan.toml"))?;
    settings::pin_data(&[("rendered", rendered), ("real", real)], out)?;
    let size = rendered.frame_size();
    let checkpoints = out.join(CHECKPOINTS);
    let mut simgan = match SimGan::load(&checkpoints, device) {
        Ok(simgan) => {
            note("train", &format!("goes on at step {}", simgan.step()));
            simgan
        }
        Err(trainer::Error::NoCheckpoint { .. }) => SimGan::new(config.clone(), size, device)?,
        Err(error) => return Err(error.into()),
    };
    let mut console = Console {
        progress: Progress::start("train", config.total_steps(), "steps"),
        out: out.to_owned(),
        failed: None,
    };
    let mut synthetic = frames(rendered, order_seed);
    let mut seen = frames(real, order_seed.wrapping_add(1));
    let outcome = simgan.train(&mut synthetic, &mut seen, Some(&checkpoints), &mut console)?;
    if let Some(error) = console.failed {
        return Err(error);
    }
    let curves = simgan.curves().to_vec();
    write_curves(&curves, out)?;
    if outcome == Outcome::Stopped {
        return Err(interrupt::Interrupted.into());
    }
    let steps = simgan.step();
    console.progress.finish(&format!("{steps} steps, checkpoints and sheets in {}", out.display()));
    Ok(curves)
}

/// The endless shuffled frames of a data set, from any position on.
fn frames(dataset: &Dataset<Eye>, seed: u64) -> impl FnMut(u64) -> Result<Frames, BoxError> {
    let dataset = dataset.clone();
    move |start| {
        let samples = dataset.shuffled(seed, start);
        let frames =
            samples.map(|sample| sample.map(|sample| sample.frame).map_err(BoxError::from));
        Ok(Box::new(frames) as Frames)
    }
}

/// Writes the curves as a page and as JSON.
fn write_curves(curves: &[StepReport], out: &Path) -> Result<()> {
    report::curves(curves)?.write(out.join("curves.html"))?;
    report::write_json(&curves, &out.join("curves.json"))
}

/// Draws what the trainer tells.
struct Console {
    progress: Progress,
    out: PathBuf,
    failed: Option<anyhow::Error>,
}

impl Console {
    fn write_sheet(&self, pictures: &Pictures<'_>) -> Result<()> {
        let sheets = self.out.join("sheets");
        std::fs::create_dir_all(&sheets)
            .with_context(|| format!("could not make the folder {}", sheets.display()))?;
        let groups: [(&str, &[_]); 3] = [
            ("rendered", pictures.rendered),
            ("refined", &pictures.refined),
            ("real", pictures.real),
        ];
        let file = sheets.join(format!("iteration-{:06}.png", pictures.iteration));
        studio::sheet::columns(&groups, SCALE)
            .save(&file)
            .with_context(|| format!("could not write {}", file.display()))
    }
}

impl Observer for Console {
    fn checkpoint(&mut self, path: &Path, _step: u64) {
        let curves = trainer::curves(path).map_err(anyhow::Error::from);
        if let Err(error) = curves.and_then(|curves| write_curves(&curves, &self.out)) {
            self.failed.get_or_insert(error);
        }
    }

    fn poll(&mut self) -> Control {
        if interrupt::asked() || self.failed.is_some() { Control::Stop } else { Control::Continue }
    }

    fn step(&mut self, report: &StepReport) -> Control {
        self.progress.set(report.step, &line(report));
        Control::Continue
    }

    fn pictures(&mut self, pictures: &Pictures<'_>) {
        if let Err(error) = self.write_sheet(pictures) {
            self.failed.get_or_insert(error);
        }
    }
}

/// A report in one line.
fn line(report: &StepReport) -> String {
    let percent = |share: Option<f32>| share.map_or("-".into(), |s| format!("{:.0} %", s * 100.0));
    let value = |value: Option<f32>| value.map_or("-".into(), |v| format!("{v:.3}"));
    match report.phase {
        Phase::RefinerWarmup => {
            format!("R alone: |R(x) - x| {}", value(report.self_regularization))
        }
        Phase::DiscriminatorWarmup => format!("D alone: loss {}", value(report.discriminator)),
        Phase::Adversarial => format!(
            "R fools {} | moves {} | D {} | D right on real {} refined {}",
            value(report.refiner_adversarial),
            value(report.self_regularization),
            value(report.discriminator),
            percent(report.real_accuracy),
            percent(report.refined_accuracy),
        ),
    }
}
