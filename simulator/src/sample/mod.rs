//! The vocabulary: what travels between the crates.
//!
//! A [`Sample`] is an image with an identity, a [`Domain`] and a label. A refined sample keeps the
//! id **and the label** of the render it was made from: that sentence is the whole idea of SimGAN
//! (Shrivastava et al., CVPR 2017).
//!
//! This module imports nothing from the renderers, so that a crate which stores, learns from or
//! judges samples knows no ray tracer.

mod camera;
mod ellipse;
mod eye;
mod frame;
mod gaze;
mod hand;

pub use camera::PinholeCamera;
pub use ellipse::Ellipse;
pub use eye::{
    Anatomy, Appearance, Axes, CARUNCLE_POINTS, Coverage, Environment, Exposure, Eye, EyeGeometry,
    EyeLabel, EyeRgb, GeometricRims, Glint, HeadDirection, HeadPose, IrisColor, LID_POINTS,
    Landmarks, LidState, Light, LightKind, MARGIN_POINTS, MaskClass, NormalizedGaze, Points,
    RIM_POINTS, Refinement, SequencePlace, Side, Spectrum, Sun, Visibility,
};
pub(crate) use frame::equalize;
pub use frame::{Frame, FrameError};
pub use gaze::Gaze;
pub use hand::{
    Crop, Cube, DepthCamera, DepthSensor, Hand, HandLabel, HandPart, HandPose, HandShape, Joint,
    JointVisibility, JointsCommon, JointsNyu, NYU_EVALUATED,
};

use serde::{Deserialize, Serialize};
use std::fmt;

/// The join key of a sample, for life: a refined image keeps the id of its render.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SampleId(pub u64);

impl fmt::Display for SampleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where the pixels of a sample come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Domain {
    /// Rendered: the label is exact.
    Synthetic,
    /// Rendered, then refined: the label is its render's.
    Refined,
    /// Seen by a camera: the label is measured, or missing.
    Real,
}

impl Domain {
    /// The lower-case name that stands in files.
    pub fn name(self) -> &'static str {
        match self {
            Domain::Synthetic => "synthetic",
            Domain::Refined => "refined",
            Domain::Real => "real",
        }
    }

    /// The domain with this lower-case name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Domain::Synthetic, Domain::Refined, Domain::Real]
            .into_iter()
            .find(|domain| domain.name() == name)
    }
}

/// A kind of sample: ties pixel and label together.
pub trait Modality: fmt::Debug + Clone + Copy + PartialEq + Send + Sync + 'static {
    /// One pixel.
    type Pixel: fmt::Debug + Copy + Default + PartialEq + Send + Sync + 'static;
    /// What is known of the image.
    type Label: fmt::Debug + Clone + PartialEq + Send + Sync + 'static;
    /// The name in manifests and on the command line.
    const NAME: &'static str;
}

/// One labelled (or unlabelled) image.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample<M: Modality> {
    /// Join key.
    pub id: SampleId,
    /// Where the pixels come from.
    pub domain: Domain,
    /// The image.
    pub frame: Frame<M::Pixel>,
    /// What is known of it.
    pub label: M::Label,
}

/// An error on its way across a crate border: every stream of samples carries this one, and the
/// receiver wraps it in its own.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;
