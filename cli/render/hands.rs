//! Renders of depth hands.

use super::{RenderedFrom, Renders, Scenes, command, threads};
use crate::args::RenderHandsArgs;
use crate::settings;
use anyhow::Result;
use serde::Serialize;
use simulator::hand::{HandConfig, HandSampler};
use simulator::sample::{Hand, Sample};
use std::ops::Range;

/// Hands of these settings.
#[derive(Debug, Clone, Serialize)]
pub struct Hands<'a> {
    hand: &'a HandConfig,
}

impl<'a> Renders<Hands<'a>> {
    /// Hands of these ids in the default form.
    pub fn hands(hand: &'a HandConfig, seed: u64, ids: Range<u64>) -> Self {
        Self::of(Hands { hand }, seed, ids)
    }
}

impl Scenes for Hands<'_> {
    const NAME: &'static str = "hands";
    type Sampler = HandSampler;

    fn sampler(&self, seed: u64) -> Result<HandSampler> {
        Ok(HandSampler::new(self.hand.clone(), seed)?)
    }

    fn size(&self) -> (usize, usize) {
        let image = &self.hand.image;
        match image.crop_px {
            0 => (image.sensor_width as usize, image.sensor_height as usize),
            side => (side as usize, side as usize),
        }
    }

    fn config(&self) -> serde_json::Value {
        serde_json::json!({ "hand": self.hand })
    }
}

impl RenderedFrom<Hands<'_>> for Hand {
    // Depth and clean depth in two bytes each, the parts in one.
    const PIXEL_BYTES: usize = 5;

    fn render(sampler: &HandSampler, ids: Range<u64>) -> Vec<Sample<Hand>> {
        sampler.render_range(ids)
    }
}

pub fn run(args: RenderHandsArgs) -> Result<()> {
    let common = &args.common;
    threads(common)?;
    let preset = settings::preset(&args.preset, HandConfig::PRESETS, HandConfig::preset)?;
    let hand = settings::part_overlaid(preset, common.config.as_deref(), "hand")?;
    settings::in_file(hand.check(), common.config.as_deref())?;
    let renders = Renders::asked(Hands { hand: &hand }, common)?;
    command::<_, Hand>(&renders, common)
}
