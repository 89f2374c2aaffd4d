//! Labelled eyes, rendered from a seed.

pub mod sample;
