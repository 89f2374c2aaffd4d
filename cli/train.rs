//! pipeline → trainer → eval: checkpoints, contact sheets, loss curves and measures.

use crate::args::TrainArgs;
use crate::console::{Progress, note, say};
use crate::estimators::{self, Estimators};
use crate::held_out::HeldOutImages;
use crate::images::{Images, with_images};
use crate::live::Live;
use crate::modality::{DriftName, Trainable};
use crate::{claim, frames, interrupt, report, settings};
use anyhow::Result;
use eval::realism::RealismReport;
use pipeline::Dataset;
use simulator::sample::Frame;
use std::path::{Path, PathBuf};
use trainer::{
    Best, Control, Device, HeldOut, Measured, Observer, Outcome, Phase, Pictures, Rollback, SimGan,
    SimGanConfig, StepReport, Task, Warning,
};

/// The folder of checkpoints in the folder of a training.
const CHECKPOINTS: &str = "checkpoints";

/// The checkpoints of what the user calls a training: its folder, or one checkpoint in it.
pub fn checkpoints_of(training: &Path) -> PathBuf {
    let checkpoints = training.join(CHECKPOINTS);
    if checkpoints.is_dir() { checkpoints } else { training.to_owned() }
}

/// The file of settings there, and all else that a training writes beside it.
const SETTINGS: &str = "simgan.toml";
const NAMES: [&str; 9] = [
    CHECKPOINTS,
    "data.toml",
    "sheets",
    "curves.html",
    "curves.json",
    "measures.json",
    "metrics.csv",
    "keeper",
    "witness",
];

/// Pictures are enlarged this many times.
const SCALE: u32 = 2;

pub fn run(args: TrainArgs) -> Result<()> {
    with_images!(Images::open(&args.rendered)?, rendered => on(&rendered, &args)?);
    say!("{}", args.out.display());
    Ok(())
}

/// Renders and real images are of one modality.
fn on<M: Trainable>(rendered: &Dataset<M>, args: &TrainArgs) -> Result<()> {
    let device = Device::from_name(&args.device.device)?;
    let name = args.preset.as_deref().unwrap_or(M::PRESET);
    let preset = settings::preset(name, SimGanConfig::PRESETS, SimGanConfig::preset)?;
    let mut config = settings::overlaid(preset, args.config.as_deref())?;
    if let Some(iterations) = args.iterations {
        config.iterations = iterations;
    }
    if let Some(seed) = args.seed {
        config.seed = seed;
    }
    settings::in_file(config.validate_for(rendered.frame_size()), args.config.as_deref())?;
    let real = Dataset::open(&args.real)?;
    train(&config, config.seed, rendered, &real, &args.out, &device).map(|_| ())
}

/// What a training leaves besides its checkpoints.
pub struct Trained {
    pub curves: Vec<StepReport>,
    pub measures: Vec<Measured>,
    pub best: Option<Best>,
    /// How far the held-out renders themselves are from real images.
    pub unrefined: Option<RealismReport>,
    /// Updates of the refiner and of the discriminator.
    pub updates: (u64, u64),
    /// What drift is of these images.
    pub drift: &'static DriftName,
}

/// Trains a refiner in this folder, from its newest checkpoint if there is one.
pub fn train<M: Trainable>(
    config: &SimGanConfig,
    order_seed: u64,
    rendered: &Dataset<M>,
    real: &Dataset<M>,
    out: &Path,
    device: &Device,
) -> Result<Trained> {
    config.validate_for(rendered.frame_size())?;
    let _lock = claim::folder(out, SETTINGS, &NAMES)?;
    settings::pin(config, &out.join(SETTINGS))?;
    settings::pin_data(&[("rendered", rendered), ("real", real)], out)?;
    let size = rendered.frame_size();
    let checkpoints = out.join(CHECKPOINTS);
    let mut simgan: SimGan<M::Net> = match SimGan::load(&checkpoints, device) {
        Ok(simgan) => {
            note("train", &format!("goes on at step {}", simgan.step()));
            simgan
        }
        Err(trainer::Error::NoCheckpoint { .. }) => SimGan::new(config.clone(), size, device)?,
        Err(error) => return Err(error.into()),
    };
    let mut held_out = HeldOutImages::choose(&config.measure, order_seed, rendered, real)?;
    if config.task.limit_deg > 0.0 {
        let Estimators { keeper, witness } = estimators::learn(config, rendered, out, device)?;
        held_out = held_out.map(|held_out| held_out.with_witness(Some(witness)));
        if simgan.needs_task() {
            simgan.set_task(Task::gaze(keeper)?)?;
        }
    }
    let left_out = held_out.as_ref().map(HeldOutImages::ids);
    let (left_out_rendered, left_out_real) = left_out.unwrap_or_default();
    let mut synthetic = frames::shuffled(rendered, order_seed, left_out_rendered);
    let mut seen = frames::shuffled(real, order_seed.wrapping_add(1), left_out_real);
    let budgeted = config.update_budget > 0;
    let (total, unit) = match config.update_budget {
        0 => (config.total_steps(), "steps"),
        budget => (budget, "updates"),
    };
    let mut console = Console {
        progress: Progress::start("train", total, unit),
        budgeted,
        out: out.to_owned(),
        unrefined: held_out.as_ref().map(HeldOutImages::unrefined),
        held_out,
        live: Live::of(simgan.curves(), simgan.measures(), simgan.best()),
        failed: None,
    };
    let outcome = simgan.train(&mut synthetic, &mut seen, Some(&checkpoints), &mut console)?;
    if let Some(error) = console.failed {
        return Err(error);
    }
    let trained = Trained {
        curves: simgan.curves().to_vec(),
        measures: simgan.measures().to_vec(),
        best: simgan.best().cloned(),
        unrefined: console.unrefined,
        updates: simgan.updates(),
        drift: &M::DRIFT,
    };
    write_curves(&trained, out)?;
    if outcome == Outcome::Stopped {
        return Err(interrupt::Interrupted.into());
    }
    let early = if outcome == Outcome::StoppedEarly { ", ended early" } else { "" };
    let steps = simgan.step();
    let done = format!("{steps} steps{early}, checkpoints and sheets in {}", out.display());
    console.progress.finish(&done);
    if let Some(best) = trained.best.as_ref().filter(|_| config.measure.keep_best) {
        let (iteration, reason) = (best.measured.iteration, &best.reason);
        note("train", &format!("the best is of iteration {iteration}: {reason}"));
        if iteration == 0 {
            note(
                "warning",
                "nothing learned was within the bounds on drift, so the refiner kept changes next to \
                 nothing: look at the sheets and at curves.html, then raise lambda or set other bounds, \
                 or keep_best = false, in [measure]",
            );
        }
    }
    Ok(trained)
}

/// Writes curves and measures as a page, as JSON and as one table.
fn write_curves(trained: &Trained, out: &Path) -> Result<()> {
    report::curves(trained)?.write(out.join("curves.html"))?;
    let table = trainer::metrics_csv(&trained.curves, &trained.measures);
    durable::write(&out.join("metrics.csv"), table.as_bytes())?;
    report::write_json(&trained.measures, &out.join("measures.json"))?;
    report::write_json(&trained.curves, &out.join("curves.json"))
}

/// Draws what the trainer tells.
struct Console<M: Trainable> {
    progress: Progress,
    /// Whether progress is told in updates and not in steps.
    budgeted: bool,
    out: PathBuf,
    held_out: Option<HeldOutImages<M>>,
    unrefined: Option<RealismReport>,
    live: Live,
    failed: Option<anyhow::Error>,
}

impl<M: Trainable> Console<M> {
    /// Curves and measures up to this checkpoint.
    fn write_curves(&self, checkpoint: &Path) -> Result<()> {
        let trained = Trained {
            curves: trainer::curves(checkpoint)?,
            measures: trainer::measures(checkpoint)?,
            best: trainer::inspect(checkpoint)?.best,
            unrefined: self.unrefined,
            updates: (0, 0),
            drift: &M::DRIFT,
        };
        write_curves(&trained, &self.out)
    }

    fn write_sheet(&self, pictures: &Pictures<'_, M::Net>) -> Result<()> {
        let sheets = self.out.join("sheets");
        durable::create_folder(&sheets)?;
        let pictured = |frames: &[Frame<M::Net>]| -> Result<Vec<Frame<M::Pixel>>> {
            Ok(frames.iter().map(M::pictured).collect::<Result<_, _>>()?)
        };
        let groups = [
            ("rendered", &pictured(pictures.rendered)?[..]),
            ("refined", &pictured(&pictures.refined)?),
            ("real", &pictured(pictures.real)?),
        ];
        let file = sheets.join(format!("iteration-{:06}.png", pictures.iteration));
        Ok(studio::sheet::save(&studio::sheet::columns::<M>(&groups, SCALE), &file)?)
    }
}

impl<M: Trainable> Observer<M::Net> for Console<M> {
    fn checkpoint(&mut self, path: &Path, _step: u64) {
        if let Err(error) = self.write_curves(path) {
            self.failed.get_or_insert(error);
        }
    }

    fn poll(&mut self) -> Control {
        if interrupt::asked() || self.failed.is_some() { Control::Stop } else { Control::Continue }
    }

    fn step(&mut self, report: &StepReport) -> Control {
        let done = if self.budgeted { report.updates } else { report.step };
        self.live.step(report);
        self.progress.set_live(done, &line(report), || self.live.lines());
        Control::Continue
    }

    fn held_out(&mut self) -> Option<&mut dyn HeldOut<M::Net>> {
        self.held_out.as_mut().map(|held_out| held_out as &mut dyn HeldOut<M::Net>)
    }

    fn measured(&mut self, measured: &Measured, best: bool) {
        self.live.measured(measured, best);
        let best = if best { "  the best so far" } else { "" };
        let words = report::measured_line(measured);
        self.progress.note("measure", &format!("iteration {}: {words}{best}", measured.iteration));
    }

    fn rolled_back(&mut self, rollback: &Rollback) {
        self.progress.note("train", &format!("{rollback}, with smaller steps"));
    }

    fn warning(&mut self, warning: Warning, step: u64) {
        self.progress.note("warning", &format!("step {step}: {warning}"));
    }

    fn pictures(&mut self, pictures: &Pictures<'_, M::Net>) {
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
            "R fools {} | moves {}{} | D {} | D right on real {} refined {}",
            value(report.refiner_adversarial),
            value(report.self_regularization),
            report.task_change.map_or(String::new(), |a| format!(" | gaze {:.2}°", a.to_degrees())),
            value(report.discriminator),
            percent(report.real_accuracy),
            percent(report.refined_accuracy),
        ),
    }
}
