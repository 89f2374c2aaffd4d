//! Renders of eyes.

use super::{RenderedFrom, Renders, Scenes, command, threads};
use crate::args::RenderEyesArgs;
use crate::settings;
use anyhow::{Context, Result};
use pipeline::Columns;
use serde::Serialize;
use simulator::eye::{EyeConfig, EyeImage, EyeSampler};
use simulator::sample::{Eye, EyeRgb, Gaze, Sample, Spectrum};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Eyes of these settings.
#[derive(Debug, Clone, Serialize)]
pub struct Eyes<'a> {
    /// Measured gaze that is drawn from, instead of the distribution in `eye`.
    #[serde(skip_serializing_if = "Option::is_none")]
    gaze: Option<MeasuredGaze>,
    eye: &'a EyeConfig,
}

/// Gaze out of tables: where they are, what is in them.
#[derive(Debug, Clone, Serialize)]
pub struct MeasuredGaze {
    path: PathBuf,
    /// Of the content; the path alone would not tell the bytes.
    blake3: String,
    rows: usize,
    #[serde(skip)]
    gaze: Arc<[Gaze]>,
}

impl MeasuredGaze {
    fn read(path: &Path) -> Result<Self> {
        let table = datasets::gaze_table::read(path)?;
        let (rows, gaze) = (table.gaze.len(), table.gaze.into());
        Ok(Self { path: path.to_owned(), blake3: table.blake3, rows, gaze })
    }
}

impl<'a> Renders<Eyes<'a>> {
    /// Eyes of these ids in the default form, with the gaze of their settings.
    pub fn new(eye: &'a EyeConfig, seed: u64, ids: Range<u64>) -> Self {
        Self::of(Eyes { gaze: None, eye }, seed, ids)
    }
}

impl Scenes for Eyes<'_> {
    const NAME: &'static str = "eyes";
    type Sampler = EyeSampler;

    fn sampler(&self, seed: u64) -> Result<EyeSampler> {
        let sampler = EyeSampler::new(self.eye.clone(), seed)?;
        let Some(measured) = &self.gaze else { return Ok(sampler) };
        let of = || format!("{}", measured.path.display());
        sampler.with_measured_gaze(measured.gaze.clone()).with_context(of)
    }

    fn size(&self) -> (usize, usize) {
        (self.eye.camera.width as usize, self.eye.camera.height as usize)
    }

    fn config(&self) -> serde_json::Value {
        serde_json::json!({ "eye": self.eye, "gaze": self.gaze })
    }
}

impl<M: Columns + EyeImage> RenderedFrom<Eyes<'_>> for M {
    const PIXEL_BYTES: usize = 1;

    fn render(sampler: &EyeSampler, ids: Range<u64>) -> Vec<Sample<M>> {
        sampler.render_range(ids)
    }
}

pub fn run(args: RenderEyesArgs) -> Result<()> {
    let common = &args.common;
    threads(common)?;
    let preset = settings::preset(&args.preset, EyeConfig::PRESETS, EyeConfig::preset)?;
    let eye = settings::part_overlaid(preset, common.config.as_deref(), "eye")?;
    settings::in_file(eye.check(), common.config.as_deref())?;
    let gaze = args.gaze.as_deref().map(MeasuredGaze::read).transpose()?;
    let renders = Renders::asked(Eyes { gaze, eye: &eye }, common)?;
    match eye.spectrum {
        Spectrum::Rgb => command::<_, EyeRgb>(&renders, common),
        _ => command::<_, Eye>(&renders, common),
    }
}
