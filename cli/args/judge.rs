//! Networks that judge images by what they learn from them.

use super::DeviceArgs;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Train the gaze network on one data set and score it on another, or apply a trained one
///
/// Trains the gaze network of the paper (and a k-nearest-neighbour baseline) on one labelled data set
/// and reports the angular error on another.
///
///   simreal gaze --train refined --test test --out gaze-refined
///
/// --train may be given several times: the network learns from all of them together.
///
/// The networks and what each predicted lie beside the reports (gaze-refined/refined-seed-1 and
/// gaze-refined/refined-seed-1.csv). --preset strong varies each frame anew in every epoch and learns
/// an absolute loss. Apply a network to any data set of eyes, labelled or not:
///
///   simreal gaze --apply gaze-refined/refined-seed-1 --dataset real --out gaze.csv
///
/// With --screen the predictions are scored where no angle is known, a cursor on a screen, say.
///
/// The CSV has the columns id, pitch_rad, yaw_rad, subject and source; the last two are empty where
/// they are not known.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct GazeArgs {
    /// Labelled data set to learn from; several times for several
    #[arg(long, value_name = "DIR", required_unless_present = "apply")]
    pub train: Vec<PathBuf>,
    /// Labelled data set to be scored on
    #[arg(long, value_name = "DIR", required_unless_present = "apply")]
    pub test: Option<PathBuf>,
    /// Trained network to apply: a folder with a gaze_net.json
    #[arg(
        long,
        value_name = "DIR",
        requires = "dataset",
        conflicts_with_all = ["train", "test", "preset", "config", "seeds"]
    )]
    pub apply: Option<PathBuf>,
    /// Data set to apply it to
    #[arg(long, value_name = "DIR", requires = "apply")]
    pub dataset: Option<PathBuf>,
    /// With --apply: a CSV with the columns file, screen_x_px and screen_y_px; tells how well the
    /// predictions tell where on the screen was looked, after one affine map, cross-validated
    #[arg(long, value_name = "CSV", requires = "apply")]
    pub screen: Option<PathBuf>,
    /// Folder for weights, predictions, gaze.json and gaze.html; with --apply, the CSV of predictions
    #[arg(long, value_name = "PATH")]
    pub out: PathBuf,
    /// Settings by name; an unknown name lists them
    #[arg(long, value_name = "NAME", default_value = "cpu")]
    pub preset: String,
    /// Settings as a TOML, laid over the preset
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Training seeds, one training each
    #[arg(long, value_name = "SEED,..", value_delimiter = ',', default_value = "1,2,3")]
    pub seeds: Vec<u64>,
    #[command(flatten)]
    pub device: DeviceArgs,
}

/// Find the ellipses of pupils and irises in any data set of eyes, and score them where there are labels
///
/// Fits pupil and iris in every image, rendered, refined or real, grey or in colour, and writes them by id to
/// OUT/ellipses.csv: centre, radii and angle, px and radians, residual of the edges (px), contrast (grey levels),
/// and the reason where nothing could be measured.
///
///   simreal ellipses --dataset refined --out ellipses
///   simreal ellipses --dataset real --labels marked.csv --out ellipses
///
/// Labels never say where to look: real images have none. Where there are any, the ellipses are scored against
/// them: the exact outlines of renders, or a CSV given by --labels, with the columns file, and of iris, pupil or
/// both iris_x, iris_y and, where radii are known, iris_rx, iris_ry, iris_theta. Its rows are laid beside images
/// by the name of their file; after `ingest --size` the labels are scaled as the images were, by the columns
/// width and height or by the size of the images where the table says they are.
///
/// OUT/ellipses.json holds the report, OUT/ellipses.html shows a sheet of images with what was found and what is
/// labelled. OUT holds one data set and one set of settings; others are refused.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct EllipsesArgs {
    /// Data set of eyes
    #[arg(long, value_name = "DIR")]
    pub dataset: PathBuf,
    /// Folder for ellipses.csv and the report
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// A CSV of ellipses or centres to score against, instead of the data set's own labels
    #[arg(long, value_name = "CSV")]
    pub labels: Option<PathBuf>,
    /// Settings as a TOML, laid over the defaults; OUT/ellipses.toml shows all
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Images on the sheet, spread evenly over the data set
    #[arg(long, value_name = "N", default_value_t = 60)]
    pub pictures: usize,
}

/// Train a pupil localiser on rendered images and score it on marked ones
///
/// Trains a small network that finds the pupil's centre, on a data set of renders, and reports its
/// distance to the marked centre, in px and as a share of the image's width, beside what answering
/// always the same place gives.
///
///   simreal pupil --train rendered --test marked --out pupil
///
/// --test is a data set of renders, or a CSV (or a folder with one) with the columns file, pupil_x and
/// pupil_y, px, where pixel (0, 0) has its centre at (0, 0). Images may differ in size.
///
/// The same command goes on where it was stopped: a seed whose report is in --out is not trained again.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct PupilArgs {
    /// Data set of renders to learn from
    #[arg(long, value_name = "DIR")]
    pub train: PathBuf,
    /// Marked images to be scored on
    #[arg(long, value_name = "PATH")]
    pub test: PathBuf,
    /// Folder for weights and reports
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Settings by name; an unknown name lists them
    #[arg(long, value_name = "NAME", default_value = "cpu")]
    pub preset: String,
    /// Settings as a TOML, laid over the preset
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Training seeds, one training each
    #[arg(long, value_name = "SEED,..", value_delimiter = ',', default_value = "1")]
    pub seeds: Vec<u64>,
    /// Leave out renders that show less than this share of the pupil
    #[arg(long, value_name = "SHARE", default_value_t = 0.3)]
    pub min_visible: f64,
    #[command(flatten)]
    pub device: DeviceArgs,
}

/// Train a pose estimator on one data set of depth hands and score it on another
///
/// Trains a stacked hourglass, which finds the joints of a hand in a depth image, and reports how far
/// they are from the true ones: in px of an image 224 px wide, in mm where the test's labels have
/// them, as shares of joints and of images within growing distances, and beside always answering the
/// mean pose.
///
///   simreal hand --train refined --test real --out hand
///
/// Images without these joints are passed over. Each image is seen relative to the median depth of
/// what it shows, so what is not hand has to be 0 in it.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct HandArgs {
    /// Data set of hands to learn from
    #[arg(long, value_name = "DIR")]
    pub train: PathBuf,
    /// Data set of hands to be scored on
    #[arg(long, value_name = "DIR")]
    pub test: PathBuf,
    /// Folder for weights and reports
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Joints to find
    #[arg(long, value_enum, default_value_t = JointSet::Common)]
    pub joints: JointSet,
    /// Settings by name; an unknown name lists them
    #[arg(long, value_name = "NAME", default_value = "cpu")]
    pub preset: String,
    /// Settings as a TOML, laid over the preset
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Training seeds, one training each
    #[arg(long, value_name = "SEED,..", value_delimiter = ',', default_value = "1")]
    pub seeds: Vec<u64>,
    #[command(flatten)]
    pub device: DeviceArgs,
}

/// Which joints of a hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum JointSet {
    /// The 21 that most data sets share
    Common,
    /// The 14 of NYU's 36 that everybody evaluates
    Nyu,
}

impl JointSet {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Common => "the common 21 joints",
            Self::Nyu => "NYU's joints and a camera",
        }
    }
}
