//! What can go wrong while measuring.

use simulator::sample::{BoxError, SampleId};
use thiserror::Error;

/// Why a measurement could not be made. An image that cannot be measured is *not* an error: it is
/// counted in the report, with its reason ([`crate::FitFailure`]).
#[derive(Debug, Error)]
pub enum Error {
    /// There is nothing to measure.
    #[error("{what} needs at least {needed} and got {got}; give more data")]
    TooFew {
        /// Of what, and for which measure.
        what: &'static str,
        /// The least that will do.
        needed: usize,
        /// What was given.
        got: usize,
    },

    /// Two samples that should be one pair have different ids.
    #[error(
        "pair {position}: rendered sample {rendered} stands beside refined sample {refined}; \
         read both data sets in id order and refine every sample of the first"
    )]
    MismatchedIds {
        /// Position in the stream of pairs, from 0.
        position: usize,
        /// Id of the rendered sample.
        rendered: SampleId,
        /// Id of the refined sample.
        refined: SampleId,
    },

    /// Two samples of one pair have different sizes.
    #[error(
        "sample {id}: the render is {}x{} px and its refinement {}x{} px; \
         the drift can only be measured at one size, so refine without resizing",
        rendered.0, rendered.1, refined.0, refined.1
    )]
    MismatchedSizes {
        /// Id of both.
        id: SampleId,
        /// Width and height of the render, px.
        rendered: (usize, usize),
        /// Width and height of the refinement, px.
        refined: (usize, usize),
    },

    /// Images that are to be compared have several sizes.
    #[error(
        "an image is {}x{} px where {}x{} is needed; compare images of one size",
        found.0, found.1, expected.0, expected.1
    )]
    Sizes {
        /// Width and height that are needed, px.
        expected: (usize, usize),
        /// Width and height it has, px.
        found: (usize, usize),
    },

    /// A true gaze is not a number.
    #[error("the true gaze at position {position} is not finite; repair the label or leave it out")]
    TruthNotFinite {
        /// Position in the slice, from 0.
        position: usize,
    },

    /// What was predicted or looked at is not a number.
    #[error("{what} at position {at} is not finite; leave that image out")]
    NotFinite {
        /// Which number.
        what: &'static str,
        /// Position in the slice, from 0.
        at: usize,
    },

    /// An affine map to a screen can't be fitted.
    #[error(
        "{places} places on a screen don't determine an affine map from those left out; give images that \
         look at many places, and not all along one line"
    )]
    TooFewPlaces {
        /// Different places.
        places: usize,
    },

    /// A true pupil centre is not a number.
    #[error(
        "the true pupil at position {position} is not finite; repair the label or leave it out"
    )]
    PupilNotFinite {
        /// Position in the slice, from 0.
        position: usize,
    },

    /// A true joint is not a number.
    #[error("a true joint of the hand at position {position} is not finite; leave that hand out")]
    JointNotFinite {
        /// Position in the slice, from 0.
        position: usize,
    },

    /// An option has a value outside its range.
    #[error("`{field}` is {value}, but must be {must_be}")]
    Option {
        /// Name of the option.
        field: &'static str,
        /// Its value.
        value: String,
        /// What would be right.
        must_be: &'static str,
    },

    /// Two reports that should cover the same images do not.
    #[error("{what}: {left} against {right}; measure both on the same images with the same seeds")]
    NotComparable {
        /// What differs.
        what: &'static str,
        /// On one side.
        left: usize,
        /// On the other.
        right: usize,
    },

    /// The stream of samples failed.
    #[error("pair {position} could not be read")]
    Source {
        /// Position in the stream of pairs, from 0.
        position: usize,
        /// The failure of the stream.
        #[source]
        source: BoxError,
    },
}
