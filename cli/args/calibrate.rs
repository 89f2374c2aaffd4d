//! Calibration.

use super::DeviceArgs;
use super::value::positive;
use clap::Args;
use std::path::PathBuf;

/// Choose the simulator's settings so that renders agree with a camera's unlabelled images
///
/// Looks at unlabelled real images of eyes and chooses, without one label, the distributions of the
/// settings that a refiner must leave alone: scale and place of the eye in the image, length, tilt and
/// opening of the fissure, where the eyeball sits in it, gaze and head, blinks; and of iris, sclera,
/// skin, light, blur, noise and eyeglasses. Where images say nothing, a setting stays at the preset's.
///
///   simreal calibrate --real photos/unlabelled --out camera.toml
///   simreal render eyes --config camera.toml --count 20000 --out rendered
///
/// Some hundred images do, cut and equalised as the preset's. Beside camera.toml it writes camera.html,
/// which shows mean images before and after, each setting with how sure it is, and how well a
/// classifier tells real from rendered images by geometry alone; and camera.json with its numbers.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct CalibrateArgs {
    /// Unlabelled real images: a data set, or a folder of images
    #[arg(long, value_name = "PATH")]
    pub real: PathBuf,
    /// Settings to start from, by name; an unknown name lists them
    #[arg(long, value_name = "NAME", default_value = "mpiigaze")]
    pub preset: String,
    /// Settings as a TOML, laid over the preset before it starts; with a table `eye` of them it may have
    /// another, `calibration`, of how to calibrate
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// File for the calibrated settings, a --config for `simreal render eyes`; the page and the numbers
    /// lie beside it
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Different people in the images: of many, what people differ in is known better [default: as the
    /// data set says; 1 where it doesn't]
    #[arg(long, value_name = "N", value_parser = positive)]
    pub people: Option<usize>,
    /// Gaze that was measured in such a setting, of other people: a CSV with the columns pitch_rad and
    /// yaw_rad, or a folder of them. Its mean and spread stay [default: images tell of gaze too]
    #[arg(long, value_name = "PATH")]
    pub gaze: Option<PathBuf>,
    /// Seed
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    #[command(flatten)]
    pub device: DeviceArgs,
}
