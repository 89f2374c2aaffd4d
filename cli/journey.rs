//! The whole way, for `demo` and `experiment` alike: render, store, shuffle, refine, fit ellipses,
//! train a gaze network, report. A station whose result is there already is passed by, so the same
//! command goes on where it was stopped.

use crate::args::{DemoArgs, ExperimentArgs};
use crate::console::note;
use crate::plan::{Plan, RealSide};
use crate::report::{self, Findings};
use crate::{drift, gaze, ingest, refine, render, settings, train};
use anyhow::Result;
use pipeline::Dataset;
use simulator::sample::{Eye, EyeLabel, Sample};
use std::path::Path;
use std::time::Instant;
use trainer::Device;

pub fn demo(args: DemoArgs) -> Result<()> {
    let plan = settings::overlaid(Plan::demo()?, args.config.as_deref())?;
    run(&plan, &args.out, &args.device.device)
}

pub fn experiment(args: ExperimentArgs) -> Result<()> {
    let plan = Plan::experiment(args.real, args.test)?;
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
    plan.pin(out)?;

    // Render, and read the real side.
    let rendered = once("render", &out.join("rendered"), |folder| {
        render::eyes("render", &plan.eye, plan.seed, 0..plan.renders, folder, |sample| sample)
    })?;
    let (real, test) = real_side(plan, out)?;

    // Learn to refine, and refine.
    let training = out.join("training");
    let curves = train::train(&plan.simgan, plan.seed, &rendered, &real, &training, &device)?;
    let refined = once("refine", &out.join("refined"), |folder| {
        refine::dataset(&training, &rendered, folder, &device)
    })?;

    // Prove it.
    let drift = drift::measure(&rendered, &refined, plan.drift_pairs)?;
    let trainings =
        gaze::Trainings { config: &plan.gaze, seeds: &plan.gaze_seeds, device: &device };
    let test_set = gaze::labelled(&test)?;
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
    report::journey(plan, &findings, &curves, &pictures)?.write(&page)?;
    println!("{}", report::journey_summary(&findings));
    println!("report: {}", page.display());
    Ok(())
}

/// The unlabelled and the labelled real images.
fn real_side(plan: &Plan, out: &Path) -> Result<(Dataset<Eye>, Dataset<Eye>)> {
    let (real, test) = (out.join("real"), out.join("test"));
    match &plan.real {
        RealSide::Camera { unlabelled, labelled } => Ok((
            once("real", &real, |folder| ingest::folder("real", unlabelled, folder))?,
            once("test", &test, |folder| ingest::folder("test", labelled, folder))?,
        )),
        RealSide::Simulated { unlabelled, labelled, seed, eye } => {
            let ids = *unlabelled..unlabelled + labelled;
            let real = once("real", &real, |folder| {
                render::eyes("real", eye, *seed, 0..*unlabelled, folder, |sample| {
                    keep(sample, |_| EyeLabel::default())
                })
            })?;
            let test = once("test", &test, |folder| {
                render::eyes("test", eye, *seed, ids, folder, |sample| {
                    keep(sample, |label| EyeLabel { gaze: label.gaze, ..EyeLabel::default() })
                })
            })?;
            Ok((real, test))
        }
    }
}

/// The sample with so much of its label as a camera's image would have.
fn keep(sample: Sample<Eye>, label: impl Fn(EyeLabel) -> EyeLabel) -> Sample<Eye> {
    Sample { label: label(sample.label), ..sample }
}

/// The data set in this folder, made now if it isn't there.
fn once(
    station: &str,
    folder: &Path,
    make: impl FnOnce(&Path) -> Result<Dataset<Eye>>,
) -> Result<Dataset<Eye>> {
    if !folder.exists() {
        return make(folder);
    }
    let dataset = Dataset::open(folder)?;
    note(station, &format!("{} images are in {} already", dataset.len(), folder.display()));
    Ok(dataset)
}
