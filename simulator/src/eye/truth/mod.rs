//! Whether pictures and labels are true: measured against means that share no approximation with them.
//!
//! For `examples/truth.rs` and tests; no part of a sample.

mod anatomy;
mod compare;
mod coverage;
mod rays;
mod reference;
mod rims;
mod strands;

#[cfg(test)]
mod closed_forms;
#[cfg(test)]
mod tests;

pub use anatomy::{LidOpening, SeenPupil, lid_opening, pupil_from_aside};
pub use compare::{Difference, against_reference};
pub use rays::BareRays;
pub use rims::{LandmarkErrors, RimErrors, landmarks, rims};
