//! The whole way, for `demo` and `experiment` alike: render, store, shuffle, refine, fit ellipses,
//! train a gaze network, report. A station whose result is there already is passed by, so the same
//! command goes on where it was stopped.

use crate::args::{DemoArgs, ExperimentArgs};
use crate::console::note;
use crate::plan::{Plan, RealSide};
use crate::render::{self, Renders};
use crate::report::{self, Findings};

use crate::{drift, gaze, ingest, refine, settings, train};
use anyhow::{Context, Result, bail};
use pipeline::{Dataset, Pinned};
use simulator::sample::{Eye, EyeLabel, Sample};
use std::path::Path;
use std::time::Instant;
use trainer::Device;

pub fn demo(args: DemoArgs) -> Result<()> {
    let plan = settings::overlaid(Plan::demo()?, args.config.as_deref())?;
    run(&plan, &args.out, &args.device.device)
}

pub fn experiment(args: ExperimentArgs) -> Result<()> {
    let folder = |option: &str, path: &Path| {
        path.canonicalize().with_context(|| format!("{option}: no folder {}", path.display()))
    };
    let plan = Plan::experiment(folder("--real", &args.real)?, folder("--test", &args.test)?)?;
    let mut plan = settings::overlaid(plan, args.config.as_deref())?;
    if let Some(renders) = args.renders {
        plan.renders = renders;
    }
    if let Some(seeds) = args.gaze_seeds {
        plan.gaze_seeds = seeds;
    }
    run(&plan, &args.out, &args.device.device)
}

fn run(plan: &Plan, out: &Path, device: &str) -> Result<()> {
    let started = Instant::now();
    let device = Device::from_name(device)?;
    let pinned = plan.pin(out)?;

    // Read the real side first: what is wrong with it shows before an hour is spent.
    let (real, test, test_set) = match checked_real_side(plan, out) {
        Err(error) if pinned == Pinned::Now => {
            forget(out);
            return Err(error);
        }
        side => side?,
    };
    let rendered = once("render", &out.join("rendered"), |folder| {
        let renders = Renders::new(&plan.eye, plan.seed, 0..plan.renders);
        whole(render::into_data_set("render", &renders, folder, None, |sample| sample)?, folder)
    })?;

    // Learn to refine, and refine.
    let training = out.join("training");
    let trained = train::train(&plan.simgan, plan.seed, &rendered, &real, &training, &device)?;
    let refined = once("refine", &out.join("refined"), |folder| {
        whole(refine::dataset(&training, &rendered, folder, (None, None), &device)?, folder)
    })?;

    // Prove it.
    let drift = drift::measure(&rendered, &refined, plan.drift_pairs)?;
    let trainings =
        gaze::Trainings { config: &plan.gaze, seeds: &plan.gaze_seeds, device: &device };
    let rendered_set = gaze::labelled(&rendered)?;
    let refined_set = gaze::labelled(&refined)?;
    let on_rendered = trainings.run("rendered", &rendered_set, &test_set, &out.join("gaze"))?;
    let on_refined = trainings.run("refined", &refined_set, &test_set, &out.join("gaze"))?;
    let findings = Findings {
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
    let pictures = report::Pictures::read(&rendered, &refined, &real)?;
    let page = out.join("report.html");
    report::journey(plan, &findings, &trained, &pictures)?.write(&page)?;
    println!("{}", report::journey_summary(&findings));
    println!("report: {}", page.display());
    Ok(())
}

/// The unlabelled and the labelled real images.
fn real_side(plan: &Plan, out: &Path) -> Result<(Dataset<Eye>, Dataset<Eye>)> {
    let (real, test) = (out.join("real"), out.join("test"));
    match &plan.real {
        RealSide::Camera { unlabelled, labelled } => {
            let read = |station, source: &Path, folder: &Path| {
                // A data set of `simreal ingest` is used where it is.
                if source.join("manifest.json").is_file() {
                    return Ok(Dataset::open(source)?);
                }
                once(station, folder, |folder| ingest::folder(station, source, folder))
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
    let (width, height) = (plan.eye.camera.width as usize, plan.eye.camera.height as usize);
    for dataset in [&real, &test] {
        let (real_width, real_height) = dataset.frame_size();
        if (width, height) != (real_width, real_height) {
            bail!(
                "the images in {} are {real_width}x{real_height} px and the renders \
                 {width}x{height}: give a --config that says width = {real_width} and height = \
                 {real_height} in [eye.camera], or resize the images by `simreal ingest --size`",
                dataset.dir().display(),
            );
        }
    }
    let test_set = gaze::labelled(&test)?;
    Ok((real, test, test_set))
}

/// Takes back what a run has made that could not even read its real side, so that the corrected
/// command finds an empty folder. What can't be deleted shows as an error of that command.
fn forget(out: &Path) {
    let _ = std::fs::remove_file(out.join("experiment.toml"));
    for made in ["real", "test"] {
        let _ = std::fs::remove_dir_all(out.join(made));
    }
}

/// The sample with so much of its label as a camera's image would have.
fn keep(sample: Sample<Eye>, label: impl Fn(EyeLabel) -> EyeLabel) -> Sample<Eye> {
    Sample { label: label(sample.label), ..sample }
}

/// The data set, of which no shard is missing.
fn whole(dataset: Option<Dataset<Eye>>, folder: &Path) -> Result<Dataset<Eye>> {
    dataset.with_context(|| format!("{}: a shard is missing; repeat the command", folder.display()))
}

/// The data set in this folder, made now if it isn't there.
fn once(
    station: &str,
    folder: &Path,
    make: impl FnOnce(&Path) -> Result<Dataset<Eye>>,
) -> Result<Dataset<Eye>> {
    if !folder.join("manifest.json").is_file() {
        return make(folder);
    }
    let dataset = Dataset::open(folder)?;
    note(station, &format!("{} images are in {} already", dataset.len(), folder.display()));
    Ok(dataset)
}
