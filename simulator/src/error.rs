//! What can go wrong: only the settings. A sampler that was built renders every id.

use thiserror::Error;

/// A setting that nothing can be rendered with.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum Error {
    /// A number is outside of what the model can draw.
    #[error("settings: `{field}` is {value}, which {problem}; {remedy}")]
    InvalidConfig {
        /// Path of the field, as it stands in a settings file: "pose.distance_mm".
        field: &'static str,
        /// What it was set to.
        value: String,
        /// What is wrong with that.
        problem: &'static str,
        /// What to set instead.
        remedy: String,
    },
}
