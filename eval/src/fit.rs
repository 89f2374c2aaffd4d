//! What a fit of an eye's feature gives, or why it gives nothing.

use crate::surface::Surface;
use crate::{iris, pupil};
use serde::{Deserialize, Serialize};
use simulator::sample::{Ellipse, EyeGeometry, Frame};
use std::fmt;

/// A part of the eye whose place can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    /// The edge between pupil and iris.
    Pupil,
    /// The edge between iris and sclera (the limbus).
    Iris,
    /// Pupil, iris and limbus together, laid over each other ([`crate::registration`]).
    Eyeball,
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Feature::Pupil => "pupil",
            Feature::Iris => "iris",
            Feature::Eyeball => "eyeball",
        })
    }
}

/// Why a feature could not be fitted. A refusal is a result: it is counted, and a
/// guess is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FitFailure {
    /// The step in luminance is too small, in grey levels or against the noise.
    LowContrast,
    /// Too few rays meet an edge.
    TooFewEdges,
    /// Lids, glints or the border of the image hide too much of it.
    Occluded,
    /// What was found has the size of something else: a "pupil" that is the iris, for instance.
    RadiusImplausible,
    /// The edges lie on no ellipse.
    NotElliptic,
    /// Two ways of finding the edges disagree about the centre.
    MethodsDisagree,
    /// For a pupil: the iris that it has to lie in was not found.
    NoIris,
    /// For a registration: the refined image does not show what the render does.
    Unlike,
    /// For a registration: the shift that fits best is farther than any that is believed.
    OutOfReach,
    /// For a registration: the standard error is too great.
    Unsure,
}

impl fmt::Display for FitFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FitFailure::LowContrast => "low contrast",
            FitFailure::TooFewEdges => "too few edges",
            FitFailure::Occluded => "occluded",
            FitFailure::RadiusImplausible => "radius implausible",
            FitFailure::NotElliptic => "not elliptic",
            FitFailure::MethodsDisagree => "methods disagree",
            FitFailure::NoIris => "no iris",
            FitFailure::Unlike => "unlike its render",
            FitFailure::OutOfReach => "out of reach",
            FitFailure::Unsure => "unsure",
        })
    }
}

/// A measured ellipse and how well it is supported.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FeatureFit {
    /// The ellipse, px.
    pub ellipse: Ellipse,
    /// Edge points on it.
    pub edges: usize,
    /// Median step over the edge, grey levels.
    pub contrast: f64,
    /// Root mean square distance of the edge points from the ellipse, px.
    pub residual_px: f64,
}

/// Both features of one eye.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EyeFit {
    /// The pupil, or why not.
    pub pupil: Result<FeatureFit, FitFailure>,
    /// The iris, or why not.
    pub iris: Result<FeatureFit, FitFailure>,
}

/// Thresholds of the fits. The defaults are the ones it was qualified with (`examples/qualify.rs`).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FitOptions {
    /// The pupil's.
    pub pupil: pupil::PupilOptions,
    /// The iris's.
    pub iris: iris::IrisOptions,
}

/// Measures the pupil and the iris of an eye crop about 60 px wide.
///
/// `start` says about where to look and how foreshortened the eye is. It is a render's geometry,
/// and the same for the render and its refinement; the fit is free to move by
/// [`iris::IrisOptions::search`] from it. Without it the whole image is searched for a round iris.
pub fn fit_eye(frame: &Frame<u8>, start: Option<&EyeGeometry>, options: &FitOptions) -> EyeFit {
    let surface = Surface::new(frame);
    let iris = iris::find(&surface, start.map(|g| &g.iris), &options.iris);
    let pupil = match &iris {
        Ok(iris) => pupil::find(&surface, &iris.ellipse, &options.pupil),
        Err(_) => Err(FitFailure::NoIris),
    };
    EyeFit { pupil, iris }
}

/// As [`fit_eye`], without looking for the pupil.
pub(crate) fn fit_iris(
    frame: &Frame<u8>,
    start: Option<&EyeGeometry>,
    options: &FitOptions,
) -> EyeFit {
    let iris = iris::find(&Surface::new(frame), start.map(|g| &g.iris), &options.iris);
    EyeFit { pupil: Err(FitFailure::NoIris), iris }
}
