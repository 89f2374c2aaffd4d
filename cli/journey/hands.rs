//! Depth hands: a pose estimator proves it, trained on exact, sensor's and refined depth of the same
//! hands.

use super::{Learned, checked, learn, once, place, real_set, sized, take, whole};
use crate::args::{ExperimentArgs, IngestHandArgs, JointSet};
use crate::console::say;
use crate::hand::{Hands, Trainings};
use crate::modality::Trainable;
use crate::plan::{HandPlan, Source};
use crate::render::{self, Renders};
use crate::report::{self, HandFindings, HandPictures, PoseFindings, RealismFindings};
use crate::{clean, ingest, settings};
use anyhow::Result;
use eval::realism::{RealImages, RealismReport};
use pipeline::Dataset;
use simulator::sample::{Frame, Hand};
use std::path::Path;
use std::time::Instant;
use trainer::Device;

pub fn experiment(args: ExperimentArgs) -> Result<()> {
    let test = args.test.as_deref().map(|test| place("--test", test)).transpose()?;
    let plan = HandPlan::experiment(place("--real", &args.real)?, test)?;
    let mut plan = settings::overlaid(plan, args.config.as_deref())?;
    if let Some(renders) = args.renders {
        plan.renders = renders;
    }
    if let Some(seeds) = args.seeds {
        plan.pose_seeds = seeds;
    }
    settings::in_file(plan.check(), args.config.as_deref())?;
    run(&plan, &args.out, &args.device.device)
}

fn run(plan: &HandPlan, out: &Path, device: &str) -> Result<()> {
    let started = Instant::now();
    let device = Device::from_name(device)?;
    let _lock = take(out)?;
    let pinned = plan.pin(out)?;
    let (real, test) = checked(pinned, out, || real_side(plan, out))?;

    // One hand, seen by the sensor and exactly.
    let sensor = once("render", &out.join("rendered"), |folder| {
        let renders = Renders::hands(&plan.hand, plan.seed, 0..plan.renders);
        whole(render::into_data_set("render", &renders, folder, None, |sample| sample)?, folder)
    })?;
    let clean = once("clean", &out.join("clean"), |folder| {
        whole(clean::dataset(&sensor, folder)?, folder)
    })?;
    let budget = (&plan.simgan, plan.seed, plan.drift_pairs);
    let source = match plan.refine {
        Source::Clean => &clean,
        Source::Sensor => &sensor,
    };
    let Learned { trained, refined, drift } = learn(budget, source, &real, out, &device)?;

    // Prove it.
    let realism = RealImages::new(&looks(&real, plan.realism_images)?)?;
    let compare = |dataset| -> Result<RealismReport> {
        Ok(realism.compare(&looks(dataset, plan.realism_images)?)?)
    };
    let realism = RealismFindings {
        clean: compare(&clean)?,
        sensor: compare(&sensor)?,
        refined: compare(&refined)?,
    };
    let pose = match &test {
        None => None,
        Some((_, test)) => {
            let trainings =
                Trainings { config: &plan.pose, seeds: &plan.pose_seeds, device: &device };
            let trained_on = |name: &str, dataset| {
                let hands = Hands::read(dataset, JointSet::Common)?;
                trainings.run(name, &hands, test, &out.join("pose"))
            };
            Some(PoseFindings::new(
                test.len(),
                plan.real.placing,
                trained_on("clean", &clean)?,
                trained_on("sensor", &sensor)?,
                trained_on("refined", &refined)?,
            )?)
        }
    };
    let findings = HandFindings {
        renders: sensor.len() as u64,
        real: real.len() as u64,
        realism,
        drift,
        pose,
        seconds: started.elapsed().as_secs_f64(),
    };

    // Report.
    report::write_json(&findings, &out.join("report.json"))?;
    let test = test.as_ref().map(|(dataset, _)| dataset);
    let pictures = HandPictures::read([&clean, &sensor, &refined, &real], test)?;
    let page = out.join("report.html");
    report::hands(plan, &findings, &trained, &pictures)?.write(&page)?;
    say!("{}", report::hands_summary(&findings));
    say!("report: {}", page.display());
    Ok(())
}

/// The images of the refiner; and those of the score, with their joints.
type RealSide = (Dataset<Hand>, Option<(Dataset<Hand>, Hands)>);

/// The real side, cut out as the renders are.
fn real_side(plan: &HandPlan, out: &Path) -> Result<RealSide> {
    let side = plan.hand.image.crop_px as usize;
    let read = |station: &str, source: &Path| {
        let cut = IngestHandArgs {
            whole: false,
            cube: Some(plan.hand.image.cube_mm as f32),
            focal: Some(plan.real.focal_px),
            foreground: Some(plan.real.foreground_mm),
        };
        let dataset = real_set(station, source, &out.join(station), |folder| {
            ingest::cut_hands(station, source, folder, side, cut)
        })?;
        sized(&dataset, (side, side), |width, _| format!("crop_px = {width} in [hand.image]"))?;
        Ok::<_, anyhow::Error>(dataset)
    };
    let real = read("real", &plan.real.unlabelled)?;
    let Some(labelled) = &plan.real.labelled else { return Ok((real, None)) };
    let test = read("test", labelled)?;
    let joints = Hands::read(&test, JointSet::Common)?;
    Ok((real, Some((test, joints))))
}

/// What the first images look like to `eval::realism`.
fn looks(dataset: &Dataset<Hand>, images: usize) -> Result<Vec<Frame<f32>>> {
    let samples = dataset.samples().take(images);
    samples.map(|sample| Ok(Hand::looks(&sample?.frame))).collect()
}
