//! A run over hands: what it found, in JSON, in words and as a page.

use super::words::{joint_pixels, percent};
use super::{Drift, hand_blocks, pages};
use crate::plan::HandPlan;
use crate::train::Trained;
use anyhow::{Context, Result};
use eval::comparison::Paired;
use eval::hand::{HandDriftReport, HandSeeds, Placing};
use eval::realism::RealismReport;
use pipeline::Dataset;
use serde::{Deserialize, Serialize};
use simulator::sample::{Frame, Hand, Sample};
use studio::{Block, Page, Section, Verdict, sheet};

/// Samples on a sheet, and with labels drawn on them.
const SHOWN: usize = 12;
const LABELLED: usize = 8;
/// Enlargement of a sheet, and of a labelled sample.
const SCALE: u32 = 2;
const LABEL_SCALE: u32 = 4;

/// `report.json` of a run over hands.
#[derive(Debug, Serialize, Deserialize)]
pub struct HandFindings {
    /// Rendered images, each also clean and refined.
    pub renders: u64,
    /// Unlabelled real images the refiner learned from.
    pub real: u64,
    /// How far each kind is from them.
    pub realism: RealismFindings,
    /// What refinement did to outlines and depth.
    pub drift: HandDriftReport,
    /// The pose estimator; none without labelled images.
    pub pose: Option<PoseFindings>,
    /// Wall time of this run, seconds; stages that were done before take none.
    pub seconds: f64,
}

/// How far images are from those that the refiner learned from.
#[derive(Debug, Serialize, Deserialize)]
pub struct RealismFindings {
    /// Exact depth.
    pub clean: RealismReport,
    /// With the sensor's faults.
    pub sensor: RealismReport,
    /// Refined.
    pub refined: RealismReport,
}

/// The pose estimator, trained on the same hands in three looks.
#[derive(Debug, Serialize, Deserialize)]
pub struct PoseFindings {
    /// Labelled real images of the score.
    pub test: u64,
    /// Where predictions are taken to be, in the comparisons and on the page.
    pub placing: Placing,
    /// Trained on exact depth.
    pub clean: HandSeeds,
    /// Trained on depth with the sensor's faults.
    pub sensor: HandSeeds,
    /// Trained on refined depth.
    pub refined: HandSeeds,
    /// The error of refined minus clean, px at 224 px.
    pub refined_minus_clean: Paired,
    /// The error of refined minus sensor, px at 224 px.
    pub refined_minus_sensor: Paired,
}

impl PoseFindings {
    /// With the comparisons.
    pub fn new(
        test: usize,
        placing: Placing,
        clean: HandSeeds,
        sensor: HandSeeds,
        refined: HandSeeds,
    ) -> Result<Self> {
        Ok(Self {
            test: test as u64,
            placing,
            refined_minus_clean: refined.against(&clean, placing)?,
            refined_minus_sensor: refined.against(&sensor, placing)?,
            clean,
            sensor,
            refined,
        })
    }

    /// Each training set and what it is called.
    pub fn sets(&self) -> [(&'static str, &HandSeeds); 3] {
        [("clean", &self.clean), ("sensor", &self.sensor), ("refined", &self.refined)]
    }
}

/// The images on the page.
pub struct HandPictures {
    /// Clean, sensor, refined, real.
    columns: [Vec<Sample<Hand>>; 4],
    test: Vec<Sample<Hand>>,
}

impl HandPictures {
    /// The first hands by id, and real ones spread over all.
    pub fn read(
        [clean, sensor, refined, real]: [&Dataset<Hand>; 4],
        test: Option<&Dataset<Hand>>,
    ) -> Result<Self> {
        let first = |dataset: &Dataset<Hand>| -> Result<Vec<Sample<Hand>>> {
            Ok(dataset.range(0..SHOWN as u64)?)
        };
        let spread = |dataset: &Dataset<Hand>| -> Result<Vec<Sample<Hand>>> {
            let step = (dataset.len() / SHOWN).max(1);
            Ok(dataset.samples().step_by(step).take(SHOWN).collect::<Result<_, _>>()?)
        };
        Ok(Self {
            columns: [first(clean)?, first(sensor)?, first(refined)?, spread(real)?],
            test: test.map(spread).transpose()?.unwrap_or_default(),
        })
    }
}

/// The page of a run over hands.
pub fn hands(
    plan: &HandPlan,
    findings: &HandFindings,
    trained: &Trained,
    pictures: &HandPictures,
) -> Result<Page> {
    let lead = "Hands are rendered with exact labels, as a depth camera sees them and exactly; a refiner \
                learns from unlabelled images of a camera to make renders look like them (SimGAN, \
                Shrivastava et al., CVPR 2017, section 3.2), and two questions are answered by \
                measurement: did the labels stay in place, and does a pose estimator trained on refined \
                images err less on real ones?";
    let mut page = Page::new("simreal: an experiment with depth hands", lead);
    if let Some(pose) = &findings.pose {
        page = page.verdict(verdict(pose));
    }
    page = page
        .verdict(findings.drift.verdict())
        .fact("hands, each clean, by the sensor and refined", findings.renders.to_string())
        .fact("refined from", plan.refine.name())
        .fact("real images, unlabelled", findings.real.to_string())
        .fact("wall time of this run", format!("{:.0} s", findings.seconds));
    if let Some(pose) = &findings.pose {
        let seeds: Vec<String> = pose.clean.seeds.iter().map(u64::to_string).collect();
        page = page
            .fact("real images with joints, of the score", pose.test.to_string())
            .fact("training seeds of the pose estimator", seeds.join(", "));
    }
    page = page
        .section(pictures_section(plan, pictures)?)
        .section(Section {
            blocks: vec![hand_blocks::realism(&findings.realism)],
            ..Section::new("How far from real?", "")
        })
        .section(Section {
            blocks: pages::training(trained)?,
            ..Section::new("Training the refiner", "")
        })
        .section(Section {
            blocks: findings.drift.blocks()?,
            ..Section::new("Did the labels stay in place?", findings.drift.method())
        });
    if let Some(pose) = &findings.pose {
        page = page.section(Section {
            blocks: hand_blocks::pose(pose)?,
            ..Section::new("Does it help?", hand_blocks::HELP)
        });
    }
    let settings = toml::to_string_pretty(plan).context("the plan has no TOML form")?;
    Ok(page.section(
        Section::new("Settings", "Everything that decides what this run made.")
            .block(Block::code(settings)),
    ))
}

fn verdict(pose: &PoseFindings) -> Verdict {
    let note = format!(
        "Refined minus clean: {}; refined minus sensor: {} (paired over {} images{}). Always answering the \
         mean place of each joint scores {:.2} px.",
        difference(&pose.refined_minus_clean),
        difference(&pose.refined_minus_sensor),
        pose.refined_minus_clean.images,
        placed(pose.placing),
        pose.clean.reports[0].predict_mean_px.joints.mean,
    );
    let verdict = Verdict::new("Mean error of a joint on real images, px at 224 px", note);
    pose.sets().into_iter().fold(verdict, |verdict, (name, seeds)| {
        verdict.number(joint_pixels(seeds, pose.placing), format!("trained on {name} depth"))
    })
}

/// What is said of errors that are not those of the predictions as they are.
fn placed(placing: Placing) -> &'static str {
    match placing {
        Placing::AsPredicted => "",
        Placing::Aligned => ", after one scale and one shift",
    }
}

/// "-0.63 px, 95 % interval -0.88 to -0.36 px".
fn difference(paired: &Paired) -> String {
    let Paired { difference, interval, .. } = paired;
    format!("{difference:+.2} px, 95 % interval {:+.2} to {:+.2} px", interval.low, interval.high)
}

fn pictures_section(plan: &HandPlan, pictures: &HandPictures) -> Result<Section> {
    let frames = |samples: &[Sample<Hand>]| -> Vec<Frame<u16>> {
        samples.iter().map(|sample| sample.frame.clone()).collect()
    };
    let [clean, sensor, refined, real] = pictures.columns.each_ref().map(|s| frames(s));
    let groups =
        [("clean", &clean[..]), ("sensor", &sensor), ("refined", &refined), ("real", &real)];
    let labelled = |samples: &[Sample<Hand>]| {
        let samples = samples.iter().take(LABELLED);
        let images: Vec<_> = samples.map(|s| sheet::with_labels(s, LABEL_SCALE)).collect();
        sheet::mosaic(&images, 4)
    };
    let mut section = Section::new("The pictures", "")
        .block(Block::picture(
            &sheet::columns::<Hand>(&groups, SCALE),
            "Clean, sensor, refined and real hands side by side",
            format!(
                "A row of a block: a hand in exact depth (clean), as the modelled sensor sees it, the {} \
                 one refined, and a real one (which belongs to none). Nearer is brighter, and so is what \
                 faces the upper left, so that steps of a millimetre show.",
                plan.refine.name()
            ),
        )?)
        .block(Block::picture(
            &labelled(&pictures.columns[2]),
            "Refined hands with the labels of their renders",
            "Refined hands with the joints of their renders; hidden ones are smaller.",
        )?);
    if !pictures.test.is_empty() {
        section = section.block(Block::picture(
            &labelled(&pictures.test),
            "Real hands of the score with their labels",
            "Real hands of the score with the joints that their files name.",
        )?);
    }
    Ok(section)
}

/// A whole run for the terminal.
pub fn hands_summary(findings: &HandFindings) -> String {
    let mut text = String::new();
    if let Some(pose) = &findings.pose {
        let seeds = pose.clean.seeds.len();
        text += &format!(
            "\npose error on {} real images, mean over {seeds} seed(s), px at 224 px{}; joints within 5 \
             and 10 px\n",
            pose.test,
            placed(pose.placing),
        );
        for (name, seeds) in pose.sets() {
            let within = |limit| {
                seeds
                    .share_within(limit, pose.placing)
                    .map_or("–".into(), |(joints, _)| percent(joints))
            };
            text += &format!(
                "  trained on {name:<8} {}; {}, {}\n",
                joint_pixels(seeds, pose.placing),
                within(5.0),
                within(10.0)
            );
        }
        text += &format!(
            "  refined minus clean  {}\n  refined minus sensor {}\n  the mean place       {:.2} px\n",
            difference(&pose.refined_minus_clean),
            difference(&pose.refined_minus_sensor),
            pose.clean.reports[0].predict_mean_px.joints.mean,
        );
    }
    text + &Drift::summary(&findings.drift)
}
