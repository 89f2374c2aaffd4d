//! Data sets in, out and looked at.

use super::value::{length, size};
use clap::Args;
use std::path::PathBuf;

/// Turn real images, of eyes or of depth hands, into a data set
///
/// Reads real images into a data set.
///
///   simreal ingest photos --out real
///   simreal ingest MPIIGaze --subjects p00,p01 --out real
///   simreal ingest nyu/test --out hands
///
/// Eyes: a folder holds PNG, JPEG, PGM or BMP files, and where they are labelled a metadata.csv
/// with the columns file_name, pitch_rad, yaw_rad (the ImageFolder form). In a folder with a
/// labels.csv (columns file, pitch_rad, yaw_rad) instead, the images are those that it names, which
/// may lie in folders below. Either may also have subject (or person), head_pitch_rad, head_yaw_rad
/// and mirrored (1 or 0), and unlabelled images a table without the angles; then scores tell people
/// and turned heads apart. A CSV in the place of the folder names its images by their paths from
/// where it lies, or from the folder of its own name beside it. MPIIGaze is recognised by
/// Data/Normalized/pNN/dayNN.mat; its right eyes are mirrored. UnityEyes is recognised by its pairs
/// N.jpg, N.json; --size cuts the eye out.
///
/// Angles: (0, 0) looks into the camera, pitch is positive upwards, yaw is positive towards the left
/// of the image, both in radians.
///
/// Depth hands: a folder of PNG files of 16-bit grey (mm, 0 = no return), or a CSV that names some
/// in its column file and may have letter, subject, u0, v0 to u20, v20 (21 joints, px, from the
/// wrist over the thumb to the little finger) and reliability (joints count where it is ok). NYU is
/// recognised by joint_data.mat, MSRA by joint.txt in P0/GESTURE. The hand is cut out: what is not
/// hand becomes 0, and the image shows a cube around it, so that a millimetre is as long in all
/// images. --whole leaves images as they are.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct IngestArgs {
    /// Folder to read, or a CSV that names images
    #[arg(value_name = "PATH")]
    pub source: PathBuf,
    /// Folder of the new data set
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// The images are right eyes: mirror them, and their gaze (folders of eyes only)
    #[arg(long)]
    pub mirror: bool,
    /// Equalise the histogram of each image, as MPIIGaze's authors did (not MPIIGaze)
    #[arg(long)]
    pub equalize: bool,
    /// Resize to this many pixels, as in 60x36 (not MPIIGaze) [default: eyes as they are, hands 224x224]
    #[arg(long, value_name = "WxH", value_parser = size)]
    pub size: Option<(usize, usize)>,
    /// Only these people, as in p00,p01 (MPIIGaze only) [default: all]
    #[arg(long, value_name = "pNN,..", value_delimiter = ',')]
    pub subjects: Vec<String>,
    #[command(flatten)]
    pub hands: IngestHandArgs,
}

/// How hands are cut out.
#[derive(Debug, Clone, Args)]
pub struct IngestHandArgs {
    /// Leave depth images whole, with what stands behind the hand
    #[arg(long, conflicts_with = "size")]
    pub whole: bool,
    /// Side of the cube around the hand, mm [default: 300]
    #[arg(long, value_name = "MM", value_parser = length)]
    pub cube: Option<f32>,
    /// Focal length of the camera of a folder of depth images, px; it decides about the scale [default:
    /// 588, a first Kinect's]
    #[arg(long, value_name = "PX", value_parser = length)]
    pub focal: Option<f32>,
    /// In a folder of depth images: what is farther behind the nearest than this is not hand, mm
    /// [default: 250]
    #[arg(long, value_name = "MM", value_parser = length)]
    pub foreground: Option<f32>,
}

/// Look at a data set: its numbers, and a page of samples with labels drawn on them
///
/// Prints what a data set holds and writes a page with samples, their labels drawn on them, and the
/// distribution of every label. Of a large data set it reads the labels of an even part (about 20,000
/// images); the page says so.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct InspectArgs {
    /// Folder of the data set
    #[arg(value_name = "DIR")]
    pub dataset: PathBuf,
    /// The page to write [default: DIR.html beside the data set]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// How many samples to show
    #[arg(long, value_name = "N", default_value_t = 48)]
    pub samples: usize,
    /// Read everything and check it against its hashes
    #[arg(long)]
    pub verify: bool,
}

/// Write a data set in the format of other loaders, or a refiner for other programs
///
/// Writes a data set, or a trained refiner, as files that others read: all of it, or nothing.
///
///   simreal export --format unityeyes --dataset rendered --out unity
///   simreal export --format imagefolder --dataset rendered --out images
///   simreal export --format safetensors --training training --out refiner.safetensors
///
/// unityeyes: pairs ID.jpg and ID.json with the keys, texts and frame of UnityEyes (y up, z in cm);
/// look_vec is the eyeball's axis, as there, and gaze_vec, which UnityEyes has not, the gaze.
///
/// imagefolder: images and a metadata.csv with every label that is one number or text, for
/// datasets.load_dataset("imagefolder", data_dir="images"). The gaze is in pitch_rad and yaw_rad.
///
/// safetensors: the refiner of a training (the best where one was kept, else the newest; their average
/// where weights are averaged) with PyTorch's names and layouts. Its metadata say as JSON under
/// "architecture" how the network is built; examples/refine_pytorch.py builds it from that.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
#[command(group = clap::ArgGroup::new("source").required(true).args(["dataset", "training"]))]
pub struct ExportArgs {
    /// The format
    #[arg(long, value_enum)]
    pub format: ExportFormat,
    /// Folder of the data set (unityeyes, imagefolder)
    #[arg(long, value_name = "DIR")]
    pub dataset: Option<PathBuf>,
    /// Folder that `simreal train` wrote, or one checkpoint in it (safetensors)
    #[arg(long, value_name = "DIR")]
    pub training: Option<PathBuf>,
    /// Folder for the files, which must not exist or be empty; of safetensors the file, which must
    /// not exist
    #[arg(long, value_name = "PATH")]
    pub out: PathBuf,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum ExportFormat {
    Unityeyes,
    Imagefolder,
    Safetensors,
}
