//! Settings of the renders that fit the unlabelled real images.

use crate::plan::Plan;
use anyhow::Result;
use pipeline::Dataset;
use simulator::eye::EyeConfig;
use simulator::sample::Eye;
use std::path::Path;

/// The eyes to render for a camera: `plan.eye`, fitted to the unlabelled images. Whatever it makes lies
/// in `out`.
///
/// So far nothing is fitted, and the run has no calibrated renders.
#[allow(clippy::unnecessary_wraps)]
pub fn calibrate(plan: &Plan, _real: &Dataset<Eye>, _out: &Path) -> Result<EyeConfig> {
    Ok(plan.eye.clone())
}
