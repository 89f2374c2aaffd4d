//! The whole way.

use super::DeviceArgs;
use super::value::count;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Run the whole way on simulated-real images: no data, no download, minutes
///
/// Runs the whole way on an embedded default. The real side is a second camera model of the
/// simulator with other optics, noise, tone, skin and light, so it is called simulated-real: its
/// figures show that the way works, not how well it does on a camera of yours.
///
/// Run the same command again to go on where it was stopped.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct DemoArgs {
    /// Folder for everything the run makes; the report is report.html in it
    #[arg(long, value_name = "DIR", default_value = "demo")]
    pub out: PathBuf,
    /// Settings as a TOML, laid over the defaults; the run writes the whole set to
    /// OUT/experiment.toml
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    #[command(flatten)]
    pub device: DeviceArgs,
}

/// Run the whole way on your real images, of eyes or of depth hands
///
/// Renders eyes, refines them against the unlabelled images of --real, measures the drift of the
/// labels, trains the gaze network on rendered and on refined images from the same start, and scores
/// both on the labelled images of --test. Leaves OUT/report.html and OUT/report.json.
///
/// The report begins with a ladder: the paper's network and a stronger one, on renders as they come,
/// calibrated and refined, and with predictions aligned on the unlabelled images; where --test tells
/// at least three people, also trained on real labels of the other people. Each step is compared with
/// the one before, and the last line says whether refinement is worth it. `strong_seeds = []` in a
/// --config leaves the stronger network out.
///
///   simreal experiment --real faces/unlabelled --test faces/labelled
///   simreal experiment --modality hand --real depth/unlabelled --test depth/joints.csv
///
/// A folder of --test needs a metadata.csv with the columns file_name, pitch_rad, yaw_rad; MPIIGaze
/// in its original layout is read as it is. Images are expected as left eyes (inner corner on the
/// left of the image), all of one size, normalised as MPIIGaze does (f 960 px, 600 mm, 60x36, histogram
/// equalised). Others go through `simreal ingest --mirror --equalize --size` first: --real and --test
/// also take a data set.
///
/// Hands: renders them as a depth camera sees them and exactly (clean), refines what it saw, measures
/// what became of outlines and depth, and trains a pose estimator on clean, sensor and refined images
/// from the same start. --real and --test are whatever depth hands `simreal ingest` reads, and are cut
/// out in the size and cube of the renders; the joints scored are the common 21. Without --test no
/// estimator is trained.
///
/// Run the same command again to go on where it was stopped.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct ExperimentArgs {
    /// What the images show
    #[arg(long, value_enum, default_value_t = ModalityName::Eye)]
    pub modality: ModalityName,
    /// Unlabelled real images: a folder, another layout that `simreal ingest` reads, or a data set
    #[arg(long, value_name = "PATH")]
    pub real: PathBuf,
    /// Labelled real images to be scored on; never seen in training. Hands do
    /// without
    #[arg(long, value_name = "PATH")]
    pub test: Option<PathBuf>,
    /// Folder for everything the run makes
    #[arg(long, value_name = "DIR", default_value = "experiment")]
    pub out: PathBuf,
    /// Settings as a TOML, laid over the defaults; the run writes the whole set to
    /// OUT/experiment.toml
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// How many images to render [default: from the settings]
    #[arg(long, value_name = "N", value_parser = count)]
    pub renders: Option<u64>,
    /// Training seeds of the gaze network or pose estimator, one training each [default: from the
    /// settings]
    #[arg(long, value_name = "SEED,..", value_delimiter = ',', alias = "gaze-seeds")]
    pub seeds: Option<Vec<u64>>,
    /// Eyes: gaze that was measured in such a setting, of other people: a CSV with the columns pitch_rad
    /// and yaw_rad, or a folder of them. Renders have its mean and spread [default: images tell of gaze too]
    #[arg(long, value_name = "PATH")]
    pub gaze: Option<PathBuf>,
    /// Eyes: do not calibrate the renders to the unlabelled images first
    #[arg(long)]
    pub no_calibration: bool,
    #[command(flatten)]
    pub device: DeviceArgs,
}

/// A kind of images.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ModalityName {
    Eye,
    Hand,
}
