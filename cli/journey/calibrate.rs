//! Settings of the renders that fit the unlabelled real images.

use crate::calibrate::{self, RealImages};
use crate::console::note;
use crate::plan::Plan;
use crate::settings;
use anyhow::Result;
use pipeline::Dataset;
use simulator::eye::EyeConfig;
use simulator::sample::Eye;
use std::path::Path;
use trainer::Device;

/// The eyes to render for a camera: `plan.eye`, fitted to the unlabelled images. It lies in
/// `out/camera.toml`, with its page and its numbers beside it; what is there already is read.
pub fn calibrate(
    plan: &Plan,
    real: &Dataset<Eye>,
    out: &Path,
    device: &Device,
) -> Result<EyeConfig> {
    let file = out.join("camera.toml");
    if file.is_file() {
        note("calibrate", &format!("{} is there already", file.display()));
        return settings::overlaid(plan.eye.clone(), Some(&file));
    }
    let real = RealImages::of(real)?;
    let config = plan.calibration.with_people(real.people);
    let (calibrated, findings) = calibrate::calibrate(&config, &plan.eye, &real.frames, device)?;
    calibrate::write(&config, (&plan.eye, &calibrated), &findings, &real.frames, &file)?;
    // As it is read by a run that goes on.
    settings::overlaid(plan.eye.clone(), Some(&file))
}
