//! What the command line says: clap types only. What leaves this folder are the libraries' own
//! settings.

mod calibrate;
mod data;
mod judge;
mod refine;
mod render;
mod value;
mod whole;

pub use calibrate::*;
pub use data::*;
pub use judge::*;
pub use refine::*;
pub use render::*;
pub use whole::*;

use clap::{Args, Parser, Subcommand};

/// Training data that is rendered, made real, and proven.
///
/// simreal renders labelled images, refines them until they look like the real ones of your camera
/// (SimGAN, Shrivastava et al., CVPR 2017), and measures that the labels stayed in place and that a
/// gaze network (of depth hands a pose estimator) trained on the refined images errs less on real ones.
///
///   simreal demo                                  the whole way, no data needed
///   simreal experiment --real DIR --test DIR      the same on your images
///
/// Each stage also works alone: calibrate, render, ingest, inspect, export, train, ablate, refine,
/// drift, ellipses, gaze, pupil, hand.
#[derive(Debug, Parser)]
#[command(version, verbatim_doc_comment, propagate_version = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Demo(DemoArgs),
    Experiment(ExperimentArgs),
    Calibrate(CalibrateArgs),
    Render(RenderArgs),
    Ingest(IngestArgs),
    Inspect(InspectArgs),
    Export(ExportArgs),
    Train(TrainArgs),
    Ablate(AblateArgs),
    Refine(RefineArgs),
    Drift(DriftArgs),
    Ellipses(EllipsesArgs),
    Gaze(GazeArgs),
    Pupil(PupilArgs),
    Hand(HandArgs),
}

#[derive(Debug, Args)]
pub struct DeviceArgs {
    /// Where networks run: cpu (flex, always there, the one device whose results are the same to the bit);
    /// in a build with the feature of that name wgpu (Vulkan, Metal, DirectX 12), cuda or cuda:N, or
    /// ndarray (which Burn has deprecated: minutes a training step)
    #[arg(long, value_name = "NAME", default_value = "cpu")]
    pub device: String,
}
