//! What eyes and hands differ in where they are refined and evaluated; all else is the same code.

mod eyes;
mod hands;

pub use eyes::Grey;
pub use hands::range;

use crate::report::Drift;
use simulator::sample::{BoxError, Frame, Gaze, Refinement, Sample};
use studio::overlay::Shown;

/// A render and its refinement.
pub type Pair<M> = (Sample<M>, Sample<M>);

/// What drift is called on pages.
pub struct DriftName {
    /// On an axis, with its unit.
    pub axis: &'static str,
    /// In a sentence.
    pub about: &'static str,
}

/// What a refiner can be trained on and evaluated in.
pub trait Trainable: pipeline::Columns + Shown {
    /// A pixel as networks see it.
    type Net: trainer::Pixel;
    /// What is found of the drift of its labels.
    type Drift: Drift;

    /// The preset of a refiner's training, and of an ablation, unless another is asked for.
    const PRESET: &'static str;
    const ABLATION_PRESET: &'static str;
    /// The drift of [`Verdict`](trainer::Verdict).
    const DRIFT: DriftName;

    /// The image as networks see it; `None` where it shows nothing.
    fn to_network(sample: &Sample<Self>) -> Result<Option<Frame<Self::Net>>, trainer::Error>;
    /// The image that is stored, of what a network has made of `before`, which shows something.
    fn from_network(
        refined: &Frame<Self::Net>,
        before: &Sample<Self>,
    ) -> Result<Frame<Self::Pixel>, trainer::Error>;
    /// What a network sees, for people.
    fn pictured(frame: &Frame<Self::Net>) -> Result<Frame<Self::Pixel>, trainer::Error>;

    /// The image as the measures of realism see it (`eval::realism`).
    fn realism_view(frame: &Frame<Self::Pixel>) -> Frame<f32>;
    /// How far the labels of one image are from where they were, px of this image; `None` where that
    /// can't be measured.
    fn moved_px(
        before: &Sample<Self>,
        after: &Frame<Self::Pixel>,
    ) -> Result<Option<f64>, eval::Error>;
    /// How far the labels of many are, of pairs as they come.
    fn drift(
        pairs: impl Iterator<Item = Result<Pair<Self>, BoxError>>,
    ) -> Result<Self::Drift, eval::Error>;
    /// The image in grey and the gaze in it, of an eye whose gaze is known.
    fn gaze(_sample: &Sample<Self>) -> Option<(Frame<u8>, Gaze)> {
        None
    }
    /// A label with this said of its refined image.
    fn with_refinement(label: Self::Label, refinement: Refinement) -> Self::Label;
}
