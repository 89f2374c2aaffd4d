//! pipeline → trainer → eval: what a pose estimator learns from a data set of hands.

use crate::args::{HandArgs, JointSet};
use crate::console::note;
use crate::epochs::Epochs;
use crate::gaze::distinct;
use crate::{interrupt, report, settings};
use anyhow::{Result, bail};
use eval::hand::{HandPair, HandReport, JointPlace};
use pipeline::Dataset;
use simulator::sample::{DepthCamera, Frame, Hand, HandLabel, NYU_EVALUATED};
use trainer::{DepthRange, Device, HandJoint, HandNet, HandNetConfig, RelativeDepth};

pub fn run(args: HandArgs) -> Result<()> {
    let device = Device::from_name(&args.device.device)?;
    let preset = settings::preset(&args.preset, HandNetConfig::PRESETS, HandNetConfig::preset)?;
    let config = settings::overlaid(preset, args.config.as_deref())?;
    distinct(&args.seeds)?;
    settings::pin(&config, &args.out.join("hand.toml"))?;
    let (train, test) = (Dataset::open(&args.train)?, Dataset::open(&args.test)?);
    settings::pin_data(&[("train", &train), ("test", &test)], &args.out)?;
    let (train, test) = (Hands::read(&train, args.joints)?, Hands::read(&test, args.joints)?);
    let (used, judged) = (train.frames.len(), test.frames.len());
    note("hand", &format!("{used} images to learn from, {judged} to be judged on"));
    for &seed in &args.seeds {
        let name = format!("hand-seed-{seed}");
        let config = HandNetConfig { seed, ..config.clone() };
        let mut bar = Epochs::start("hand", config.epochs);
        let network = HandNet::train(&config, &train.frames, &train.joints, &device, &mut bar)?;
        interrupt::check()?;
        bar.finish(&format!("trained with seed {seed}"));
        let found = judge(&network, &test)?;
        network.save(&args.out.join(&name))?;
        report::write_json(&found, &args.out.join(format!("{name}.json")))?;
        println!("Seed {seed}. {}", found.summary());
    }
    Ok(())
}

/// Images whose joints are known.
struct Hands {
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
    /// The images of a data set that show something and whose label has these joints.
    fn read(dataset: &Dataset<Hand>, set: JointSet) -> Result<Self> {
        let mut hands = Self { frames: Vec::new(), joints: Vec::new(), places: Vec::new() };
        for sample in dataset.samples() {
            let sample = sample?;
            // Renders and real images alike: around what is seen, whoever cut it out.
            let half_mm = sample.label.cube.map(|cube| cube.side_mm / 2.0);
            let half_mm = half_mm.unwrap_or(DepthRange::HAND_HALF_MM);
            let Some(range) = DepthRange::around(&sample.frame, half_mm) else { continue };
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
