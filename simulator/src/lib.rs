//! Labelled eyes and hands, rendered from a seed.
//!
//! A sample is a function of (settings, seed, id): no clock, no file, no entropy, and no other
//! sample has a say in it. So any sample can be rendered again alone, on any number of threads, and
//! the label is not measured but known.
//!
//! # Render
//!
//! ```
//! use simulator::eye::{self, EyeConfig, EyeSampler};
//! use simulator::sample::{Eye, SampleId};
//!
//! let sampler = EyeSampler::new(EyeConfig::preset("mpiigaze").unwrap_or_default(), 7)?;
//! let sample = eye::render::<Eye>(&sampler, SampleId(41));
//! assert_eq!(sample.frame.size(), (60, 36));
//! assert!(sample.label.gaze.is_some());
//! // Many at once, on all cores; number 41 is the same sample again.
//! assert_eq!(sampler.render_range(40..43)[1], sample);
//! # Ok::<(), simulator::Error>(())
//! ```
//!
//! Depth images of hands go the same way, with [`hand::HandSampler`] and [`hand::render`].
//!
//! # Spaces
//!
//! | space | origin | axes | unit |
//! | --- | --- | --- | --- |
//! | image | centre of the top left pixel | x right, y down | px |
//! | camera | the pinhole | x right, y down, z away from the camera | mm |
//! | head | centre of the eyeball | x towards the temple, y down, z into the head | mm |
//! | hand | the wrist | y towards the fingers, z out of the back, x = y × z | mm |
//! | face (x, v) | centre of the eyeball, seen from the front | x towards the temple, v up | mm |
//!
//! All eyes are left eyes: the nose is on the image's left. [`sample`] is the vocabulary that the
//! other crates share and imports nothing from [`eye`] and [`hand`].

mod check;
mod draw;
mod error;
pub mod eye;
pub mod hand;
mod lanes;
pub mod sample;
mod seed;

pub use error::Error;
