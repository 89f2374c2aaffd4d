//! Depth hands: networks see depth relative to a range around each hand.

use super::{DriftName, Pair, Trainable};
use eval::hand::{self, HandDriftOptions, HandDriftReport};
use simulator::sample::{BoxError, Frame, Hand, HandLabel, Refinement, Sample};
use trainer::{DepthRange, RelativeDepth};

/// A range to show depth in whose own is not known.
const PICTURED: DepthRange = DepthRange { center_mm: 1000.0, half_mm: DepthRange::HAND_HALF_MM };

/// The range in which networks see a hand; `None` where the image shows nothing. Renders and real images
/// alike: around what is seen, whoever cut it out.
pub fn range(sample: &Sample<Hand>) -> Option<DepthRange> {
    let half_mm = sample.label.cube.map(|cube| cube.side_mm / 2.0);
    DepthRange::around(&sample.frame, half_mm.unwrap_or(DepthRange::HAND_HALF_MM))
}

impl Trainable for Hand {
    type Net = RelativeDepth;
    type Drift = HandDriftReport;

    const PRESET: &'static str = "hand-cpu";
    const ABLATION_PRESET: &'static str = "hand-cpu";
    const DRIFT: DriftName = DriftName {
        axis: "distance of outlines (px at 224 px)",
        about: "How far refinement moved the outlines of held-out renders.",
    };

    fn to_network(sample: &Sample<Hand>) -> Result<Option<Frame<RelativeDepth>>, trainer::Error> {
        range(sample).map(|range| RelativeDepth::from_mm(&sample.frame, range)).transpose()
    }

    fn from_network(
        refined: &Frame<RelativeDepth>,
        before: &Sample<Hand>,
    ) -> Result<Frame<u16>, trainer::Error> {
        match range(before) {
            Some(range) => RelativeDepth::to_mm_over(refined, range, &before.frame),
            None => Ok(before.frame.clone()),
        }
    }

    fn pictured(frame: &Frame<RelativeDepth>) -> Result<Frame<u16>, trainer::Error> {
        RelativeDepth::to_mm(frame, PICTURED)
    }

    fn realism_view(frame: &Frame<u16>) -> Frame<f32> {
        hand::relief(frame)
    }

    fn moved_px(before: &Sample<Hand>, after: &Frame<u16>) -> Result<Option<f64>, eval::Error> {
        hand::contour_px(before.id, &before.frame, after)
    }

    fn drift(
        pairs: impl Iterator<Item = Result<Pair<Hand>, BoxError>>,
    ) -> Result<HandDriftReport, eval::Error> {
        hand::measure_drift_stream(pairs, &HandDriftOptions::default())
    }

    fn with_refinement(label: HandLabel, refinement: Refinement) -> HandLabel {
        HandLabel { refinement: Some(refinement), ..label }
    }
}
