//! eval

pub mod comparison;
mod disk;
pub mod drift;
mod edges;
pub mod ellipse_fit;
mod error;
pub mod fit;
pub mod gaze;
mod glint;
pub mod iris;
pub mod knn;
pub mod pupil;
pub mod report;
pub mod stats;
pub mod surface;

pub use error::Error;
pub use fit::{EyeFit, Feature, FeatureFit, FitFailure, FitOptions, fit_eye};
