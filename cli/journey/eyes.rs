//! Eyes: a gaze network proves it. `demo` and `experiment` differ in their real side alone.

use super::calibrate::calibrate;
use super::ladder::{self, Arms, Kind};
use super::{Learned, checked, learn, once, place, real_set, sized, take, whole};
use crate::args::{DemoArgs, ExperimentArgs};
use crate::calibrate::with_gaze;
use crate::console::say;
use crate::gaze::Labelled;
use crate::plan::{Plan, RealSide};
use crate::render::{self, Renders};
use crate::report::{self, Findings};
use crate::train::checkpoints_of;
use crate::{gaze, ingest, settings};
use anyhow::{Context, Result};
use eval::ladder::TrainedOn;
use pipeline::Dataset;
use simulator::eye::{EyeConfig, EyeSampler};
use simulator::sample::{Eye, EyeLabel, Sample};
use std::path::Path;
use std::time::Instant;
use trainer::{Device, Refiner};

/// Renders that no training sees, to tell what networks can do where there is no gap.
const UNSEEN: u64 = 2_000;

pub fn demo(args: DemoArgs) -> Result<()> {
    let plan = settings::overlaid(Plan::demo()?, args.config.as_deref())?;
    settings::in_file(plan.check(), args.config.as_deref())?;
    run(&plan, &args.out, &args.device.device)
}

pub fn experiment(args: ExperimentArgs) -> Result<()> {
    let test = args.test.as_deref().context("--test: name the labelled images of the score")?;
    let plan = Plan::experiment(place("--real", &args.real)?, place("--test", test)?)?;
    let mut plan = settings::overlaid(plan, args.config.as_deref())?;
    if let Some(renders) = args.renders {
        plan.renders = renders;
    }
    if let Some(seeds) = args.seeds {
        if !plan.strong_seeds.is_empty() {
            plan.strong_seeds.clone_from(&seeds);
        }
        plan.gaze_seeds = seeds;
    }
    plan.calibrate &= !args.no_calibration;
    if let Some(gaze) = &args.gaze {
        plan.eye = with_gaze(plan.eye, gaze)?;
        plan.calibration.gaze_is_known = true;
    }
    settings::in_file(plan.check(), args.config.as_deref())?;
    run(&plan, &args.out, &args.device.device)
}

fn run(plan: &Plan, out: &Path, device: &str) -> Result<()> {
    let started = Instant::now();
    let device = Device::from_name(device)?;
    let _lock = take(out)?;
    let pinned = plan.pin(out)?;

    let (real, test, test_set) = checked(pinned, out, || checked_real_side(plan, out))?;
    let rendered = renders(plan, &plan.eye, &out.join("rendered"))?;
    let calibrated_eye = calibrated_eye(plan, &real, out, &device)?;
    let calibrated = calibrated_eye
        .as_ref()
        .map(|eye| renders(plan, eye, &out.join("calibrated")))
        .transpose()?;

    // Refine the best renders there are.
    let base = calibrated.as_ref().unwrap_or(&rendered);
    let budget = (&plan.simgan, plan.seed, plan.drift_pairs);
    let Learned { trained, refined, drift } = learn(budget, base, &real, out, &device)?;

    // Prove it.
    let (as_refined, base_as) = match calibrated {
        Some(_) => (TrainedOn::RefinedCalibratedRenders, Some(TrainedOn::CalibratedRenders)),
        None => (TrainedOn::RefinedRenders, None),
    };
    let arms = Arms { plan, device: &device, test: &test_set, out: out.join("gaze") };
    let rendered_set = gaze::labelled(&rendered)?;
    let calibrated_set = calibrated.as_ref().map(gaze::labelled).transpose()?;
    let refined_set = gaze::labelled(&refined)?;
    let unseen_base = unseen(plan, calibrated_eye.as_ref().unwrap_or(&plan.eye))?;
    let unseen_refined = refine_labelled(&out.join("training"), &unseen_base, &device)?;
    let kind = |trained_on, images, unseen| Kind { trained_on, images, unseen };
    let mut kinds = vec![kind(TrainedOn::Renders, &rendered_set, unseen(plan, &plan.eye)?)];
    if let Some((trained_on, images)) = base_as.zip(calibrated_set.as_ref()) {
        kinds.push(kind(trained_on, images, unseen_base));
    }
    kinds.push(kind(as_refined, &refined_set, unseen_refined));
    let rows = arms.rows(&kinds, &real)?;
    let (on_rendered, on_refined) = (rows[0].result.clone(), rows[1].result.clone());
    let findings = Findings {
        ladder: ladder::build(&rows)?,
        simulated_real: matches!(plan.real, RealSide::Simulated { .. }),
        renders: rendered.len() as u64,
        real: real.len() as u64,
        test: test.len() as u64,
        gaze: eval::comparison::compare(on_rendered, on_refined)?,
        knn_rendered: gaze::nearest(&rendered_set, &test_set, plan.neighbours)?,
        knn_refined: gaze::nearest(&refined_set, &test_set, plan.neighbours)?,
        drift,
        seconds: started.elapsed().as_secs_f64(),
    };

    // Report.
    report::write_json(&findings, &out.join("report.json"))?;
    let pictures = report::Pictures::read(base, &refined, &real)?;
    let page = out.join("report.html");
    report::journey(plan, &findings, &trained, &pictures)?.write(&page)?;
    say!("{}", report::journey_summary(&findings));
    say!("report: {}", page.display());
    Ok(())
}

/// Renders of these eyes, as many as the plan says.
fn renders(plan: &Plan, eye: &EyeConfig, folder: &Path) -> Result<Dataset<Eye>> {
    once("render", folder, |folder| {
        let renders = Renders::new(eye, plan.seed, 0..plan.renders);
        whole(render::into_data_set("render", &renders, folder, None, |sample| sample)?, folder)
    })
}

/// Renders of these eyes that come after those of the data sets: of the same population, and of other
/// images.
fn unseen(plan: &Plan, eye: &EyeConfig) -> Result<Labelled> {
    let sampler = EyeSampler::new(eye.clone(), plan.seed)?;
    let samples = sampler.render_range(plan.renders..plan.renders + UNSEEN);
    Labelled::of(samples).context("a render has no gaze")
}

/// The same images, refined by what this training has learned.
fn refine_labelled(training: &Path, images: &Labelled, device: &Device) -> Result<Labelled> {
    let frames = Refiner::load(&checkpoints_of(training), device)?.refine(&images.frames)?;
    let samples = images.samples.iter().cloned().zip(frames);
    let refined = samples.map(|(sample, frame)| Sample { frame, ..sample }).collect();
    Labelled::of(refined).context("a render has no gaze")
}

/// The eyes of the plan, fitted to the real images; nothing where that is off or changed nothing.
fn calibrated_eye(
    plan: &Plan,
    real: &Dataset<Eye>,
    out: &Path,
    device: &Device,
) -> Result<Option<EyeConfig>> {
    if !plan.calibrate {
        return Ok(None);
    }
    let eye = calibrate(plan, real, out, device)?;
    Ok((eye != plan.eye).then_some(eye))
}

/// The unlabelled and the labelled real images.
fn real_side(plan: &Plan, out: &Path) -> Result<(Dataset<Eye>, Dataset<Eye>)> {
    let (real, test) = (out.join("real"), out.join("test"));
    match &plan.real {
        RealSide::Camera { unlabelled, labelled } => {
            let read = |station, source: &Path, folder: &Path| {
                real_set(station, source, folder, |out| ingest::folder(station, source, out))
            };
            Ok((read("real", unlabelled, &real)?, read("test", labelled, &test)?))
        }
        RealSide::Simulated { unlabelled, labelled, seed, eye } => {
            let ids = *unlabelled..unlabelled + labelled;
            let real = once("real", &real, |folder| {
                let renders = Renders::new(eye, *seed, 0..*unlabelled);
                let bare = |sample| keep(sample, |_| EyeLabel::default());
                whole(render::into_data_set("real", &renders, folder, None, bare)?, folder)
            })?;
            let test = once("test", &test, |folder| {
                let renders = Renders::new(eye, *seed, ids);
                let gaze = |label: EyeLabel| EyeLabel { gaze: label.gaze, ..EyeLabel::default() };
                let gaze_alone = |sample| keep(sample, gaze);
                whole(render::into_data_set("test", &renders, folder, None, gaze_alone)?, folder)
            })?;
            Ok((real, test))
        }
    }
}

/// The real side, of the size of the renders, and the labels of its test images.
fn checked_real_side(
    plan: &Plan,
    out: &Path,
) -> Result<(Dataset<Eye>, Dataset<Eye>, gaze::Labelled)> {
    let (real, test) = real_side(plan, out)?;
    let size = (plan.eye.camera.width as usize, plan.eye.camera.height as usize);
    for dataset in [&real, &test] {
        sized(dataset, size, |width, height| {
            format!("width = {width} and height = {height} in [eye.camera]")
        })?;
    }
    let test_set = gaze::labelled(&test)?;
    Ok((real, test, test_set))
}

/// The sample with so much of its label as a camera's image would have.
fn keep(sample: Sample<Eye>, label: impl Fn(EyeLabel) -> EyeLabel) -> Sample<Eye> {
    Sample { label: label(sample.label), ..sample }
}
