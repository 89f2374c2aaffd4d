//! The pages.

use super::words::{beaten, degrees, mean_of_seeds, percent};
use super::{Drift, Findings, GazeFindings, blocks, ladder, measures};
use crate::plan::Plan;
use crate::train::Trained;
use anyhow::{Context, Result};
use blocks::Estimator;
use eval::comparison::GazeSeeds;
use eval::gaze::GazeReport;
use pipeline::Dataset;
use simulator::sample::{Eye, Frame, Sample};
use studio::{Block, Page, Section, Verdict, sheet};

/// Samples on a sheet of a page.
const SHOWN: usize = 30;
/// Samples with labels drawn on them.
const LABELLED: usize = 12;
/// Enlargement of a sheet, and of a labelled sample.
const SCALE: u32 = 2;
const LABEL_SCALE: u32 = 5;

/// The images on the page of a run.
pub struct Pictures {
    rendered: Vec<Sample<Eye>>,
    refined: Vec<Sample<Eye>>,
    real: Vec<Sample<Eye>>,
}

impl Pictures {
    /// The first samples of each data set.
    pub fn read(
        rendered: &Dataset<Eye>,
        refined: &Dataset<Eye>,
        real: &Dataset<Eye>,
    ) -> Result<Self> {
        let first = |dataset: &Dataset<Eye>| -> Result<Vec<Sample<Eye>>> {
            Ok(dataset.samples().take(SHOWN).collect::<Result<_, _>>()?)
        };
        Ok(Self { rendered: first(rendered)?, refined: first(refined)?, real: first(real)? })
    }
}

/// The page of a whole run.
pub fn journey(
    plan: &Plan,
    findings: &Findings,
    trained: &Trained,
    pictures: &Pictures,
) -> Result<Page> {
    let real = if findings.simulated_real { "simulated-real" } else { "real" };
    let gaze = &findings.gaze;
    let difference = format!(
        "Refined minus rendered: {:+.2}°, 95 % interval {:+.2} to {:+.2}° (paired over {} images); \
         {} of the rendered error. Predicting the mean gaze scores {}.",
        gaze.difference_deg,
        gaze.difference_interval_deg.low,
        gaze.difference_interval_deg.high,
        gaze.images,
        percent(gaze.relative_difference),
        degrees(Some(findings.knn_rendered.predict_mean_gaze_deg)),
    );
    let seeds: Vec<String> = gaze.rendered.seeds.iter().map(u64::to_string).collect();
    let settings = toml::to_string_pretty(plan).context("the plan has no TOML form")?;
    let mut page = Page::new(
        if findings.simulated_real { "simreal: the demo" } else { "simreal: an experiment" },
        lead(findings),
    );
    if let Some(verdict) = ladder::verdict(&findings.ladder) {
        page = page.verdict(verdict);
    }
    page = page
        .verdict(
            Verdict::new(format!("Gaze error of the weak network on {real} images"), difference)
                .number(mean_of_seeds(&gaze.rendered), "trained on rendered images")
                .number(mean_of_seeds(&gaze.refined), "trained on refined images"),
        )
        .verdict(findings.drift.verdict())
        .fact("rendered and refined images", findings.renders.to_string())
        .fact(format!("{real} images, unlabelled"), findings.real.to_string())
        .fact(format!("{real} images, labelled, of the score"), findings.test.to_string())
        .fact("training seeds of the gaze network", seeds.join(", "))
        .fact("wall time of this run", format!("{:.0} s", findings.seconds));
    for section in [
        ladder::section(&findings.ladder, real)?,
        pictures_section(real, pictures)?,
        Section { blocks: training(trained)?, ..Section::new("Training the refiner", "") },
        Section {
            blocks: findings.drift.blocks()?,
            ..Section::new("Did the labels stay in place?", findings.drift.method())
        },
        Section {
            blocks: blocks::gaze(&estimators(findings))?,
            ..Section::new(
                "Does it help the weak network?",
                format!(
                    "The same gaze network from the same start, trained once on rendered and once on \
                     refined images, and scored on labelled {real} images that neither training nor \
                     refinement has seen. k nearest neighbours is the simple baseline."
                ),
            )
        },
        Section::new("Settings", "Everything that decides what this run made.")
            .block(Block::code(settings)),
    ] {
        page = page.section(section);
    }
    Ok(page)
}

fn lead(findings: &Findings) -> String {
    let mut lead = String::from(
        "Eyes are rendered with exact labels, a refiner learns from unlabelled images to make them \
         look real (SimGAN, Shrivastava et al., CVPR 2017), and two questions are answered by \
         measurement: did the labels stay in place, and does a gaze network trained on refined \
         images err less?",
    );
    if findings.simulated_real {
        lead.push_str(
            " The real side of this run is simulated-real: a second camera model of the simulator \
             with other optics, noise, tone, skin and light, whose labels the refiner never sees. It \
             shows that the way works, not how well it does on a camera of yours.",
        );
    }
    lead
}

/// Rendered | refined | real, and refined images with the labels of their renders.
fn pictures_section(real: &str, pictures: &Pictures) -> Result<Section> {
    let [rendered, refined, seen] =
        [&pictures.rendered, &pictures.refined, &pictures.real].map(|samples| {
            samples.iter().map(|sample| sample.frame.clone()).collect::<Vec<Frame<u8>>>()
        });
    // A title wraps at spaces.
    let title = real.replace('-', "- ");
    let groups = [("rendered", &rendered[..]), ("refined", &refined), (&title, &seen)];
    let labelled: Vec<_> = pictures
        .refined
        .iter()
        .take(LABELLED)
        .map(|sample| sheet::with_labels(sample, LABEL_SCALE))
        .collect();
    let section = Section::new("The pictures", "")
        .block(Block::picture(
            &sheet::columns::<Eye>(&groups, SCALE),
            format!("Rendered, refined and {real} eyes side by side"),
            format!(
                "A row of a block: a render, the same image refined, and a {real} image (which \
                 belongs to neither)."
            ),
        )?)
        .block(Block::picture(
            &sheet::mosaic(&labelled, 4),
            "Refined eyes with the labels of their renders",
            "Refined images with the labels of their renders: pupil and iris as the cornea lets them \
             be seen (also where a lid hides them), lid margins, optical axis and gaze.",
        )?);
    Ok(section)
}

fn estimators(findings: &Findings) -> Vec<Estimator<'_>> {
    vec![
        of_seeds("CNN, rendered", &findings.gaze.rendered),
        of_seeds("CNN, refined", &findings.gaze.refined),
        of_report("kNN, rendered", &findings.knn_rendered),
        of_report("kNN, refined", &findings.knn_refined),
    ]
}

fn of_seeds<'a>(name: &'a str, seeds: &'a GazeSeeds) -> Estimator<'a> {
    let names = seeds.seeds.iter().map(|seed| format!("seed {seed}"));
    Estimator {
        name,
        reports: names.zip(&seeds.reports).collect(),
        mean_deg: seeds.mean_deg().map(|summary| summary.mean),
    }
}

fn of_report<'a>(name: &'a str, report: &'a GazeReport) -> Estimator<'a> {
    Estimator { name, reports: vec![("–".into(), report)], mean_deg: report.mean_deg }
}

/// The page of `simreal gaze`.
pub fn gaze(findings: &GazeFindings) -> Result<Page> {
    let estimators = [of_seeds("CNN", &findings.network), of_report("kNN", &findings.knn)];
    let network_deg = findings.network.mean_deg().map(|summary| summary.mean);
    let (knn_deg, mean_deg) = (findings.knn.mean_deg, findings.knn.predict_mean_gaze_deg);
    let mut text = format!(
        "On {} labelled images. Predicting the mean gaze scores {}.",
        findings.knn.n,
        degrees(Some(mean_deg))
    );
    if let Some(words) = beaten(network_deg, knn_deg, mean_deg) {
        text += &format!(" {words}");
    }
    let verdict = Verdict::new("Gaze error", text)
        .number(mean_of_seeds(&findings.network), "the network")
        .number(degrees(findings.knn.mean_deg), "k nearest neighbours");
    let section = Section { blocks: blocks::gaze(&estimators)?, ..Section::new("The errors", "") };
    let lead = "A gaze network trained on one data set and scored on another.";
    Ok(Page::new("simreal: gaze", lead).verdict(verdict).section(section))
}

/// The page of the curves and measures that `simreal train` keeps.
pub fn curves(trained: &Trained) -> Result<Page> {
    let section = Section { blocks: training(trained)?, ..Section::new("Curves", "") };
    let lead = "Refiner against discriminator, step by step; the sheets beside this page show what \
                the refiner made of the same images, and metrics.csv holds every number.";
    Ok(Page::new("simreal: training", lead).section(section))
}

/// Curves, and what was measured on held-out images.
pub(super) fn training(trained: &Trained) -> Result<Vec<Block>> {
    let mut all = blocks::curves(&trained.curves)?;
    all.extend(measures::blocks(trained)?);
    Ok(all)
}
