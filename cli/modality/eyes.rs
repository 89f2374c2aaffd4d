//! Eyes, grey or in colour.

use super::{DriftName, Pair, Trainable};
use eval::drift::{self, DriftOptions, DriftReport};
use simulator::eye::EyeImage;
use simulator::sample::{
    BoxError, Eye, EyeLabel, EyeRgb, Frame, Gaze, Modality, Refinement, Sample,
};
use studio::overlay::Shown;

/// Eyes as the measures see them.
pub trait Grey:
    pipeline::Columns + Shown + Modality<Label = EyeLabel, Pixel: trainer::Pixel>
{
    /// The frame in grey.
    fn grey(frame: &Frame<Self::Pixel>) -> Frame<u8>;
}

impl Grey for Eye {
    fn grey(frame: &Frame<u8>) -> Frame<u8> {
        frame.clone()
    }
}

impl Grey for EyeRgb {
    fn grey(frame: &Frame<[u8; 3]>) -> Frame<u8> {
        let (width, height) = frame.size();
        Frame::from_fn(width, height, |x, y| Eye::from_rgb(frame.get(x, y)))
    }
}

impl<M: Grey> Trainable for M {
    type Net = M::Pixel;
    type Drift = DriftReport;

    const PRESET: &'static str = "cpu";
    const ABLATION_PRESET: &'static str = "demo";
    const DRIFT: DriftName = DriftName {
        axis: "shift (px at 55 px)",
        about: "How far refinement moved the eyeballs of held-out renders.",
    };

    fn to_network(sample: &Sample<M>) -> Result<Option<Frame<M::Pixel>>, trainer::Error> {
        Ok(Some(sample.frame.clone()))
    }

    fn from_network(
        refined: &Frame<M::Pixel>,
        _before: &Sample<M>,
    ) -> Result<Frame<M::Pixel>, trainer::Error> {
        Ok(refined.clone())
    }

    fn pictured(frame: &Frame<M::Pixel>) -> Result<Frame<M::Pixel>, trainer::Error> {
        Ok(frame.clone())
    }

    fn realism_view(frame: &Frame<M::Pixel>) -> Frame<f32> {
        let grey = M::grey(frame);
        Frame::from_fn(grey.width(), grey.height(), |x, y| f32::from(grey.get(x, y)))
    }

    fn moved_px(before: &Sample<M>, after: &Frame<M::Pixel>) -> Result<Option<f64>, eval::Error> {
        let geometry = before.label.geometry.as_ref();
        let (rendered, refined) = (M::grey(&before.frame), M::grey(after));
        let options = DriftOptions::default();
        let moved = drift::of_pair(before.id, &rendered, &refined, geometry, &options)?;
        Ok(moved.map(|moved| moved.shift_at_px(after.width())))
    }

    fn drift(
        pairs: impl Iterator<Item = Result<Pair<M>, BoxError>>,
    ) -> Result<DriftReport, eval::Error> {
        let grey = |sample: Sample<M>| -> Sample<Eye> {
            let Sample { id, domain, frame, label } = sample;
            Sample { id, domain, frame: M::grey(&frame), label }
        };
        let pairs = pairs.map(|pair| pair.map(|(before, after)| (grey(before), grey(after))));
        drift::measure_stream(pairs, &DriftOptions::default())
    }

    fn gaze(sample: &Sample<M>) -> Option<(Frame<u8>, Gaze)> {
        Some((M::grey(&sample.frame), sample.label.gaze?))
    }

    fn with_refinement(label: EyeLabel, refinement: Refinement) -> EyeLabel {
        EyeLabel { refinement: Some(refinement), ..label }
    }
}
