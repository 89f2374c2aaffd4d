//! The arms of the ladder: each network on each training set, scored on the same test images.
//!
//! Each arm has a folder of its own under `gaze`; what is there already is passed by.

use crate::console::note;
use crate::epochs::Epochs;
use crate::gaze::{Labelled, Trainings};
use crate::interrupt;
use crate::plan::Plan;
use crate::seeds::{self, Job};
use anyhow::{Context, Result};
use eval::alignment::{self, LEAST_IMAGES, Prior};
use eval::comparison::GazeSeeds;
use eval::gaze::GazeReport;
use eval::ladder::{Arm, Estimator, Ladder, TrainedOn};
use eval::people::{self, About};
use pipeline::Dataset;
use simulator::sample::{Eye, Gaze, Sample};
use std::path::{Path, PathBuf};
use trainer::{Device, GazeNet, GazeNetConfig};

/// Images to train on, and others of their kind.
pub struct Kind<'a> {
    pub trained_on: TrainedOn,
    pub images: &'a Labelled,
    /// What no training sees, to tell what a network can do where nothing tells training from test.
    pub unseen: Labelled,
}

/// What an arm scored, and the error of each training on unseen images of its own kind, degrees.
pub struct Scored {
    pub arm: Arm,
    pub result: GazeSeeds,
    own_kind_deg: Vec<f64>,
}

/// The ladder of these.
pub fn build(scored: &[Scored]) -> Result<Ladder> {
    let rows: Vec<(Arm, GazeSeeds)> =
        scored.iter().map(|row| (row.arm, row.result.clone())).collect();
    let mut ladder = eval::ladder::build(&rows)?;
    for row in scored {
        ladder.note_own_kind(row.arm, &row.own_kind_deg);
    }
    Ok(ladder)
}

/// What all arms share.
pub struct Arms<'a> {
    pub plan: &'a Plan,
    pub device: &'a Device,
    /// The test images.
    pub test: &'a Labelled,
    /// The folder of all arms.
    pub out: PathBuf,
}

impl Arms<'_> {
    /// All rows: the weak network on renders as they come and on the last of these training sets; the strong
    /// one on each, plain and aligned on the unlabelled images, and on labels of other people where there
    /// are enough. No strong rows where the plan has no seeds for them.
    pub fn rows(&self, kinds: &[Kind<'_>], real: &Dataset<Eye>) -> Result<Vec<Scored>> {
        let real: Vec<Sample<Eye>> = real.samples().collect::<Result<_, _>>()?;
        let mut jobs: Vec<Job<'_, Vec<Scored>>> = Vec::new();
        for kind in kinds.iter().take(1).chain(kinds.iter().skip(1).last()) {
            jobs.push(Box::new(|| Ok(vec![self.weak(kind)?])));
        }
        if !self.plan.strong_seeds.is_empty() {
            for kind in kinds {
                let real = &real;
                jobs.push(Box::new(|| self.strong(kind, real)));
            }
            jobs.push(Box::new(|| Ok(self.real_labels()?.into_iter().collect())));
        }
        Ok(seeds::together(jobs)?.into_iter().flatten().collect())
    }

    fn weak(&self, kind: &Kind<'_>) -> Result<Scored> {
        let trainings = Trainings {
            config: &self.plan.gaze,
            seeds: &self.plan.gaze_seeds,
            device: self.device,
        };
        let train = kind.images.part(|place| (place as u64) < self.plan.weak_renders);
        let arm = Arm::new(Estimator::Weak, kind.trained_on);
        self.trained(arm, &trainings, &train, &kind.unseen)
    }

    /// Plain and aligned.
    fn strong(&self, kind: &Kind<'_>, real: &[Sample<Eye>]) -> Result<Vec<Scored>> {
        let plan = self.plan;
        let trainings =
            Trainings { config: &plan.strong, seeds: &plan.strong_seeds, device: self.device };
        let set = kind.images.part(|place| (place as u64) < plan.strong_renders);
        let arm = Arm::new(Estimator::Strong, kind.trained_on);
        let mut rows = vec![self.trained(arm, &trainings, &set, &kind.unseen)?];
        if real.len() >= LEAST_IMAGES {
            rows.push(self.aligned(arm, &set, real)?);
        } else {
            note("gaze", &format!("{} images are too few to align on", real.len()));
        }
        Ok(rows)
    }

    fn trained(
        &self,
        arm: Arm,
        trainings: &Trainings<'_>,
        train: &Labelled,
        unseen: &Labelled,
    ) -> Result<Scored> {
        let name = folder_name(arm);
        let folder = self.out.join(&name);
        let result = trainings.run(&name, train, self.test, &folder)?;
        let own_kind = |seed: &u64| -> Result<Option<f64>> {
            let network = GazeNet::load(&folder.join(format!("{name}-seed-{seed}")), self.device)?;
            Ok(unseen.score(network.predict(&unseen.frames)?)?.mean_deg)
        };
        let own_kind_deg = trainings.seeds.iter().map(own_kind).collect::<Result<Vec<_>>>()?;
        let own_kind_deg = own_kind_deg.into_iter().flatten().collect();
        Ok(Scored { arm, result, own_kind_deg })
    }

    /// The networks of this arm, their predictions aligned on the unlabelled images.
    fn aligned(&self, arm: Arm, train: &Labelled, real: &[Sample<Eye>]) -> Result<Scored> {
        let (name, aligned) = (folder_name(arm), arm.aligned());
        let prior = Prior::of(train.gazes.iter().copied()).context("the renders have no gaze")?;
        let frames: Vec<_> = real.iter().map(|sample| sample.frame.clone()).collect();
        let person = |sample: &Sample<Eye>| sample.label.subject.clone();
        let people: Vec<Option<String>> = real.iter().map(person).collect();
        let folder = self.out.join(folder_name(aligned));
        let list = &self.plan.strong_seeds;
        let reports = seeds::each("gaze", &folder_name(aligned), list, &folder, |seed, stem| {
            interrupt::check()?;
            let network = self.out.join(&name).join(format!("{name}-seed-{seed}"));
            let network = GazeNet::load(&network, self.device)?;
            let predicted = network.predict(&frames)?;
            let predicted: Vec<(Gaze, Option<&str>)> =
                predicted.into_iter().zip(people.iter().map(Option::as_deref)).collect();
            let alignment = alignment::align(prior, &predicted, &self.plan.alignment)?;
            let on_test = network.predict(&self.test.frames)?.into_iter().zip(&self.test.samples);
            let on_test: Vec<Gaze> = on_test
                .map(|(gaze, sample)| alignment.apply(gaze, sample.label.subject.as_deref()))
                .collect();
            durable::create_folder(stem)?;
            crate::report::write_json(&alignment, &stem.join("alignment.json"))?;
            let report = self.test.score(on_test)?;
            say(aligned, seed, &report);
            Ok(report)
        })?;
        let result = GazeSeeds::new(list.clone(), reports)?;
        Ok(Scored { arm: aligned, result, own_kind_deg: Vec::new() })
    }

    /// The strong network on labelled real images, each scored by a network that has not seen its
    /// person. Nothing where there are too few people.
    fn real_labels(&self) -> Result<Option<Scored>> {
        let about: Vec<About> =
            self.test.samples.iter().map(|sample| About::of(&sample.label)).collect();
        let Some(folds) = people::folds(&about, self.plan.people_folds) else { return Ok(None) };
        let arm = Arm::new(Estimator::Strong, TrainedOn::RealLabels);
        let (name, list) = (folder_name(arm), &self.plan.strong_seeds);
        let reports = seeds::each("gaze", &name, list, &self.out.join(&name), |seed, stem| {
            let report = self.test.score(self.across_folds(&folds, seed, stem)?)?;
            say(arm, seed, &report);
            Ok(report)
        })?;
        let result = GazeSeeds::new(list.clone(), reports)?;
        Ok(Some(Scored { arm, result, own_kind_deg: Vec::new() }))
    }

    /// The prediction for each test image by the network of its fold. The networks are saved, and those
    /// that are there are not trained again.
    fn across_folds(&self, folds: &[usize], seed: u64, stem: &Path) -> Result<Vec<Gaze>> {
        let config =
            GazeNetConfig { seed, epochs: self.plan.people_epochs, ..self.plan.strong.clone() };
        let mut predicted = vec![Gaze { pitch: f32::NAN, yaw: f32::NAN }; folds.len()];
        for fold in 0..=folds.iter().copied().max().unwrap_or(0) {
            let (others, people) =
                (self.test.part(|i| folds[i] != fold), self.test.part(|i| folds[i] == fold));
            let folder = stem.join(format!("fold-{fold}"));
            let network = if folder.join("gaze_net.json").is_file() {
                GazeNet::load(&folder, self.device)?
            } else {
                let mut bar = Epochs::start("gaze", config.epochs);
                let network =
                    GazeNet::train(&config, &others.frames, &others.gazes, self.device, &mut bar)?;
                interrupt::check()?;
                network.save(&folder)?;
                bar.finish(&format!("real labels without those of fold {fold}, seed {seed}"));
                network
            };
            let places = (0..folds.len()).filter(|&i| folds[i] == fold);
            for (place, gaze) in places.zip(network.predict(&people.frames)?) {
                predicted[place] = gaze;
            }
        }
        Ok(predicted)
    }
}

fn say(arm: Arm, seed: u64, report: &GazeReport) {
    let error = report.mean_deg.map_or("not finite".to_owned(), |deg| format!("{deg:.2}°"));
    note("gaze", &format!("{arm}, seed {seed}: mean error {error}"));
}

/// What an arm's folder is called: "strong-calibrated-refined-aligned".
fn folder_name(arm: Arm) -> String {
    let words = arm.to_string().replace([':', ',', '+'], " ");
    words.split_whitespace().collect::<Vec<_>>().join("-")
}
