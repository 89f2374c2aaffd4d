//! A hand in a pose, seen by a depth camera.
//!
//! The way of one sample: `Scene` (all random draws: lengths, angles, place) -> surface and depth ->
//! sensor, with the label beside it.
//!
//! Two spaces are used besides those of [`crate::sample`]. *Anatomical* coordinates are (radial,
//! distal, dorsal): towards the thumb's side, towards the fingers, out of the back of the hand, from the
//! wrist, mm; they are the same for both hands. *Hand* space is right-handed: y distal, z dorsal and
//! x = y × z, which is the little finger's side in a right hand and the thumb's in a left one.

mod cast;
mod collide;
mod config;
mod framing;
mod gesture;
mod label;
mod limits;
mod nyu;
mod pose;
mod posed;
mod preset;
mod render;
mod sampler;
mod scene;
mod sensor;
mod shape;
mod skeleton;
mod surface;
mod view;

pub use config::{
    CubeCenter, HandConfig, HandDetectorConfig, HandImageConfig, HandPoseConfig, HandShapeConfig,
    HandViewConfig,
};
pub use sampler::{HandSampler, render};
pub use sensor::{HandSensorConfig, StructuredLightConfig, TimeOfFlightConfig};
