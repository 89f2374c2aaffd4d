//! An anatomical eye seen by a camera.
//!
//! Everything is analytic: two spheres and a plane for the eyeball, Snell's law at the cornea, lid
//! margins as curves on a height field that is the face. The same functions that draw the picture
//! make the label, so the two cannot disagree by more than the pixel grid.
//!
//! The way of one sample: `Scene` (all random draws) -> `radiance` (light on each pixel) ->
//! `sensor` (8-bit numbers), with `label` beside it.

mod check;
mod config;
mod draw;
mod eyeball;
mod face;
mod iris;
mod label;
mod lashes;
mod lids;
mod light;
mod noise;
mod opening;
mod parts;
mod preset;
mod radiance;
mod sampler;
mod scene;
mod sensor;
mod skin;

pub use config::{
    EyeConfig, EyeballConfig, FaceConfig, IrisConfig, LashConfig, LidConfig, LightConfig,
    PoseConfig, SensorConfig,
};
pub use draw::{Normal, Range};
pub use sampler::{EyeSampler, render};
