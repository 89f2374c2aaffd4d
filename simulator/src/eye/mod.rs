//! An anatomical eye seen by a camera.
//!
//! Everything is analytic: two spheres and a plane for the eyeball, Snell's law at the cornea, lid
//! margins as curves on a height field that is the face. The same functions that draw the picture
//! make the label, so the two cannot disagree by more than the pixel grid.
//!
//! The way of one sample: `Scene` (all random draws) -> `render` (light on each pixel) ->
//! `sensor` (8-bit numbers), with `label` beside it.

use crate::{check, draw};

mod config;
mod eyeball;
mod face;
mod glasses;
mod globe;
mod hair;
mod iris;
mod label;
mod lamp;
mod lids;
mod light;
mod measured;
mod parts;
mod pose;
mod preset;
mod render;
mod sampler;
mod scene;
mod sclera;
mod sensor;
mod shade;
mod skin;
mod skin_color;
mod spectrum;
#[doc(hidden)]
pub mod truth;
mod tunable;
mod view;

pub use crate::draw::{Normal, Range};
pub use config::{
    CameraMount, EyeConfig, EyeballConfig, FaceConfig, GazeFrame, GlassesConfig, IrisConfig,
    LashConfig, LidConfig, LightConfig, Metering, MotionConfig, PoseConfig, PupilConfig, PupilFrom,
    SensorConfig,
};
pub use sampler::{EyeImage, EyeSampler, render};
pub use sensor::ExposureLabel;
#[doc(hidden)]
pub use sensor::expose_planes;
pub use tunable::{Aspect, Form, Moments, Tunable, Uncertainty};
