//! What a calibration found: its numbers, its lines for the terminal, and its page.

use super::words::percent;
use anyhow::{Context, Result};
use eval::realism::{RealImages, two_sample};
use serde::{Deserialize, Serialize};
use simulator::eye::{EyeConfig, EyeSampler};
use simulator::sample::{Eye, Frame};
use studio::chart::{self, Values};
use studio::{Block, Page, Section, Verdict, sheet};
use trainer::calibration::{Calibrated, CalibrationConfig, Measurements, SettingEstimate};

/// Renders before and after that are compared with real images and shown.
const COMPARED: usize = 1000;
/// Frames of each kind on the sheet.
const SHOWN: usize = 30;
const SCALE: u32 = 2;
const MEAN_SCALE: u32 = 5;

/// What a calibration found: `camera.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CalibrationFindings {
    /// Real images given.
    pub real: usize,
    /// Different people in them, as it was told.
    pub people: usize,
    /// Each setting before and after.
    pub settings: Vec<SettingEstimate>,
    /// Share of the real images that no render is like, and that hardly count.
    pub outliers: f64,
    /// How far mean measurements are off whatever the settings are, in deviations over images of the same
    /// settings.
    pub discrepancy: f64,
    /// How often a classifier tells real from rendered images by where things are alone (0.5 is a
    /// chance level): renders before and after.
    pub told_by_geometry: [f64; 2],
    /// The same by how things look there.
    pub told_by_looks: [f64; 2],
}

impl CalibrationFindings {
    /// Of a calibration that looked at so many images.
    pub fn new(config: &CalibrationConfig, real: usize, calibrated: &Calibrated) -> Self {
        let Calibrated { before, after, .. } = calibrated;
        let told = |of: fn(&Measurements) -> &Vec<Vec<f64>>| {
            [before, after].map(|m| {
                two_sample::accuracy_of_measurements(of(&calibrated.real), of(m)).balanced()
            })
        };
        Self {
            real,
            people: config.people,
            settings: calibrated.settings.clone(),
            outliers: calibrated.outliers,
            discrepancy: calibrated.discrepancies.last().copied().unwrap_or_default(),
            told_by_geometry: told(|m| &m.places),
            told_by_looks: told(|m| &m.looks),
        }
    }
}

/// A calibration for the terminal.
pub fn calibration_summary(findings: &CalibrationFindings) -> String {
    let mut text =
        String::from("\nsetting                                  before            after\n");
    for s in &findings.settings {
        let [before, after] =
            [s.before, s.after].map(|[mean, sd]| format!("{mean:8.3} ± {sd:6.3}"));
        text.push_str(&format!("  {:<36} {before}  {after}\n", s.name));
    }
    let [before, after] = findings.told_by_geometry.map(percent);
    text + &format!(
        "two-sample accuracy by geometry alone: {before} before, {after} after (chance: 50 %)"
    )
}

/// The page of a calibration.
pub fn calibration(
    config: &CalibrationConfig,
    findings: &CalibrationFindings,
    (before, calibrated): (&EyeConfig, &Calibrated),
    real: &[Frame<u8>],
) -> Result<Page> {
    let [told_before, told_after] = findings.told_by_geometry.map(percent);
    let settings = toml::to_string_pretty(config).context("the settings have no TOML form")?;
    let page = Page::new(
        "simreal: a calibration",
        "The distributions of the simulator's settings that make renders agree with a camera's unlabelled \
         images. A network that learned on renders where things are in an image measures real images and \
         renders alike; a setting's mean and spread are those under which renders measure as real images do.",
    )
    .verdict(
        Verdict::new(
            "Two-sample accuracy by geometry alone",
            "How often a classifier tells real from rendered images by where corners, lids and iris are; \
             50 % is chance level.",
        )
        .number(told_before, "before")
        .number(told_after, "after"),
    )
    .fact("real images", findings.real.to_string())
    .fact("people in them", findings.people.to_string())
    .fact("images that no render is like", percent(findings.outliers))
    .fact("discrepancy", format!("{:.2} deviations", findings.discrepancy));
    Ok(page
        .section(pictures_section(calibrated, before, real)?)
        .section(settings_section(findings))
        .section(measurements(calibrated)?)
        .section(
            Section::new("Settings", "Everything that decided this.").block(Block::code(settings)),
        ))
}

/// Mean images and a sheet of single ones.
fn pictures_section(
    calibrated: &Calibrated,
    before: &EyeConfig,
    real: &[Frame<u8>],
) -> Result<Section> {
    let rendered = |eye: &EyeConfig| -> Result<Vec<Frame<u8>>> {
        let sampler = EyeSampler::new(eye.clone(), 1)?;
        let samples = sampler.render_range::<Eye>(0..COMPARED as u64);
        Ok(samples.into_iter().map(|sample| sample.frame).collect())
    };
    let (before, after) = (rendered(before)?, rendered(&calibrated.eye)?);
    let real = &evenly(real, COMPARED);
    let means = [&before[..], real, &after].map(eval::realism::mean_image);
    let means: Vec<_> = means.iter().map(|frame| sheet::enlarged(frame, MEAN_SCALE)).collect();
    let realism = RealImages::new(real)?;
    let [kernel_before, kernel_after] =
        [realism.compare(&before)?, realism.compare(&after)?].map(|report| report.kernel_distance);
    let shown = |frames: &[Frame<u8>]| frames.iter().take(SHOWN).cloned().collect::<Vec<_>>();
    let (first, second, third) = (shown(&before), shown(&after), evenly(real, SHOWN));
    let groups = [("before", &first[..]), ("after", &second), ("real", &third)];
    Ok(Section::new("The pictures", "")
        .block(Block::picture(
            &sheet::mosaic(&means, 3),
            "Mean images: renders before, real, renders after",
            format!(
                "Mean images: renders before, real images, renders after. The kernel distance to real \
                 images, which sees texture too, goes from {kernel_before:.2} to {kernel_after:.2}."
            ),
        )?)
        .block(Block::picture(
            &sheet::columns::<Eye>(&groups, SCALE),
            "Renders before and after, and real eyes side by side",
            "A row of a block: a render before, one after, and a real image (which belongs to neither).",
        )?))
}

/// So many of the frames, evenly out of all: data sets come person by person.
fn evenly(frames: &[Frame<u8>], count: usize) -> Vec<Frame<u8>> {
    let count = count.min(frames.len());
    (0..count).map(|k| frames[k * frames.len() / count].clone()).collect()
}

fn settings_section(findings: &CalibrationFindings) -> Section {
    let rows = findings.settings.iter().map(|s| {
        let interval = |[low, high]: [f64; 2]| format!("{low:.3} to {high:.3}");
        vec![
            s.title.clone(),
            s.name.clone(),
            format!("{:.3} ± {:.3}", s.before[0], s.before[1]),
            format!("{:.3} ± {:.3}", s.after[0], s.after[1]),
            interval(s.mean_interval),
            interval(s.sd_interval),
        ]
    });
    let header = ["setting", "in a file", "before", "after", "mean, 95 %", "spread, 95 %"];
    Section::new(
        "The settings",
        "Mean and spread of each setting over images. An interval as wide as what was held possible before \
         says that images tell nothing of it. What is rendered is spread as images are and as unsure as \
         the mean is, together.",
    )
    .block(Block::table("Each setting before and after.", header, rows.collect::<Vec<_>>()))
}

/// How every measurement is distributed in real images and renders.
fn measurements(calibrated: &Calibrated) -> Result<Section> {
    let Calibrated { real, before, after, .. } = calibrated;
    let mut section = Section::new(
        "The measurements",
        "What the network and sums over pixels measure in real images, and in renders before and after.",
    );
    let names = Calibrated::place_names().iter().enumerate();
    for (k, name) in names.filter(|(k, _)| SHOWN_PLACES.contains(k)) {
        let of = |label: &str, m: &Measurements| {
            Values::new(label, m.places.iter().map(|p| p[k]).collect::<Vec<_>>())
        };
        let all = [of("real", real), of("before", before), of("after", after)];
        let axes = chart::Axes::new(*name, "share of images (%)");
        section = section.block(Block::chart(chart::histogram(&axes, &all, BINS)?, ""));
    }
    Ok(section)
}

/// Corners, lids, iris, gaze.
const SHOWN_PLACES: [usize; 9] = [0, 2, 5, 8, 10, 11, 12, 13, 14];
const BINS: usize = 40;
