//! pipeline → trainer → eval: what a pose estimator learns from a data set of hands.

use crate::args::{HandArgs, JointSet};
use crate::console::{note, say};
use crate::epochs::Epochs;
use crate::modality::range;
use crate::{claim, interrupt, seeds, settings};
use anyhow::{Result, bail};
use eval::hand::{HandPair, HandReport, HandSeeds, JointPlace};
use pipeline::Dataset;
use simulator::sample::{DepthCamera, Frame, Hand, HandLabel, NYU_EVALUATED};
use std::path::Path;
use trainer::{DepthRange, Device, HandJoint, HandNet, HandNetConfig, RelativeDepth};

pub fn run(args: HandArgs) -> Result<()> {
    let device = Device::from_name(&args.device.device)?;
    let preset = settings::preset(&args.preset, HandNetConfig::PRESETS, HandNetConfig::preset)?;
    let config = settings::overlaid(preset, args.config.as_deref())?;
    settings::in_file(config.validate(), args.config.as_deref())?;
    let mut names = seeds::names("hand", &args.seeds);
    names.push("data.toml".to_owned());
    let _lock = claim::folder(&args.out, "hand.toml", &names)?;
    settings::pin(&config, &args.out.join("hand.toml"))?;
    let (train, test) = (Dataset::open(&args.train)?, Dataset::open(&args.test)?);
    settings::pin_data(&[("train", &train), ("test", &test)], &args.out)?;
    let (train, test) = (Hands::read(&train, args.joints)?, Hands::read(&test, args.joints)?);
    let (used, judged) = (train.frames.len(), test.frames.len());
    note("hand", &format!("{used} images to learn from, {judged} to be judged on"));
    let trainings = Trainings { config: &config, seeds: &args.seeds, device: &device };
    let found = trainings.run("hand", &train, &test, &args.out)?;
    for (seed, report) in found.seeds.iter().zip(&found.reports) {
        say!("Seed {seed}. {}", report.summary());
    }
    Ok(())
}

/// Trainings of the pose estimator that differ in their seed alone.
pub struct Trainings<'a> {
    pub config: &'a HandNetConfig,
    pub seeds: &'a [u64],
    pub device: &'a Device,
}

impl Trainings<'_> {
    /// Trains once a seed on `train` and scores each on `test`; see [`seeds::each`].
    pub fn run(&self, name: &str, train: &Hands, test: &Hands, out: &Path) -> Result<HandSeeds> {
        let reports = seeds::each("hand", name, self.seeds, out, |seed, stem| {
            let config = HandNetConfig { seed, ..self.config.clone() };
            let mut bar = Epochs::start("hand", config.epochs);
            let (frames, joints) = (&train.frames, &train.joints);
            let network = HandNet::train(&config, frames, joints, self.device, &mut bar)?;
            interrupt::check()?;
            let found = judge(&network, test)?;
            network.save(stem)?;
            let error = found.px.as_ref().map_or("not finite".to_owned(), |px| {
                format!("{:.2} px at 224 px", px.joints.mean)
            });
            bar.finish(&format!("trained on {name}, seed {seed}: mean error {error}"));
            Ok(found)
        })?;
        Ok(HandSeeds::new(self.seeds.to_vec(), reports)?)
    }
}

/// Images whose joints are known.
pub struct Hands {
    frames: Vec<Frame<RelativeDepth>>,
    joints: Vec<Vec<HandJoint>>,
    places: Vec<Place>,
}

/// Where in space an image is.
struct Place {
    camera: Option<DepthCamera>,
    range: DepthRange,
}

impl Hands {
    /// How many.
    pub fn len(&self) -> usize {
        self.frames.len()
    }

    /// The images of a data set that show something and whose label has these joints.
    pub fn read(dataset: &Dataset<Hand>, set: JointSet) -> Result<Self> {
        let mut hands = Self { frames: Vec::new(), joints: Vec::new(), places: Vec::new() };
        for sample in dataset.samples() {
            let sample = sample?;
            let Some(range) = range(&sample) else { continue };
            let Some(joints) = joints(&sample.label, set, range) else { continue };
            hands.frames.push(RelativeDepth::from_mm(&sample.frame, range)?);
            hands.joints.push(joints);
            hands.places.push(Place { camera: sample.label.camera, range });
        }
        if hands.frames.is_empty() {
            let (dir, name) = (dataset.dir().display(), set.name());
            bail!("{dir}: no image has {name}; give a labelled data set, or other --joints");
        }
        Ok(hands)
    }
}

/// The joints that a label has of this set.
fn joints(label: &HandLabel, set: JointSet, range: DepthRange) -> Option<Vec<HandJoint>> {
    let in_space = match set {
        JointSet::Common => label.joints_common.map(|joints| joints.to_vec()),
        JointSet::Nyu => label.joints_nyu.map(|all| NYU_EVALUATED.map(|i| all[i]).to_vec()),
    };
    if let (Some(joints), Some(camera)) = (in_space, &label.camera) {
        return Some(joints.iter().map(|joint| HandJoint::new(joint, camera, range)).collect());
    }
    let in_image = label.joints_common_px.filter(|_| set == JointSet::Common)?;
    Some(in_image.map(|px| HandJoint { px, depth: None }).to_vec())
}

fn judge(network: &HandNet, test: &Hands) -> Result<HandReport> {
    let predicted = network.predict(&test.frames)?;
    let pairs: Vec<HandPair> = (test.frames.iter().zip(&test.places))
        .zip(test.joints.iter().zip(predicted))
        .map(|((frame, place), (truth, predicted))| {
            let places = |joints: &[HandJoint]| joints.iter().map(|j| place.of(j)).collect();
            let (truth, predicted) = (places(truth), places(&predicted));
            HandPair { width_px: frame.width(), truth, predicted }
        })
        .collect();
    Ok(eval::hand::measure_pose(&pairs)?)
}

impl Place {
    fn of(&self, joint: &HandJoint) -> JointPlace {
        let mm = self.camera.as_ref().and_then(|camera| joint.to_mm(camera, self.range));
        JointPlace { px: joint.px, mm }
    }
}
