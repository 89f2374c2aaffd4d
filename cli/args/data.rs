//! Data sets in, out and looked at.

use super::value::{length, pair, share, size};
use clap::Args;
use std::path::PathBuf;

/// Turn real images, of eyes or of depth hands, into a data set
///
/// Reads real images into a data set, and says what it took them for, which labels they have, and what it
/// passed over; ingest.json and ingest.csv in the data set say it of every file. Labels that can't be used
/// are an error, and never left out in silence.
///
///   simreal ingest photos --out real
///   simreal ingest photos --dry-run
///   simreal ingest MPIIGaze --subjects p00,p01 --out real
///   simreal ingest nyu/test --out hands
///
/// What is read, recognised by what lies in the folder (--as says it where that is not enough):
///
///   kind        recognised by                          read from it
///   folder      images (png, jpg, pgm, ppm, bmp,       pixels as 8-bit luminance, turned as EXIF says;
///               webp, tif), in folders train, test,    gaze, person, head, side, mirrored
///               or named by a table
///   mpiigaze    Data/Normalized/pNN/dayNN.mat          gaze, person, side; right eyes are mirrored
///   unityeyes   N.jpg or N.png beside N.json           look vector (--size cuts the eye out)
///   parquet     *.parquet, an image in each row        as folder (struct<bytes, path>, or bytes)
///   nyu         joint_data.mat                         36 joints in mm
///   msra        joint.txt in P0/GESTURE                21 joints in mm, gesture, person
///   icvl        labels.txt, 48 numbers a line          16 joints (in ingest.csv)
///   depth       images of 16-bit grey, mm              21 joints in px, gesture, person, side
///
/// Labels of eyes stand in a table beside the images: CSV (commas, semicolons, tabs) or JSON lines, with the
/// columns file_name (or file) and pitch_rad, yaw_rad (or pitch_deg, yaw_deg), and, as far as they are
/// known, subject (or person), head_pitch_rad, head_yaw_rad, side and mirrored (1 or 0). File names are
/// paths from the table's folder. --columns says which columns they are where they have other names. In
/// a folder with a labels.csv the images are those that it names. A table in the place of the folder names
/// its images from where it lies, or from the folder of its own name beside it.
///
/// Angles: (0, 0) looks into the camera, pitch is positive upwards, yaw is positive towards the left
/// of the image, both in radians.
///
/// Depth hands: a table names images in its column file and may have letter, subject, side, u0, v0 to u20,
/// v20 (21 joints, px, from the wrist over the thumb to the little finger) and reliability (joints count
/// where it is ok). Images of 16-bit grey are depth unless a table tells their gaze; colour images beside
/// them are passed over. The hand is cut out: what is not hand becomes 0, and the image shows a cube around
/// it, so that a millimetre is as long in all images. --whole leaves images as they are.
///
/// HDF5 and NumPy files become a folder by examples/unpack_gaze.py; archives and videos are told how to
/// become one.
///
/// Memory: images in work take at most 512 MB together, whatever their number and size, and those that are
/// ready 128 MB; one image takes at most 256 MB, one variable of a MATLAB file 512 MB.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct IngestArgs {
    /// Folder to read, or a table that names images
    #[arg(value_name = "PATH")]
    pub source: PathBuf,
    /// Folder of the new data set
    #[arg(long, value_name = "DIR", required_unless_present = "dry_run")]
    pub out: Option<PathBuf>,
    /// Read everything and say what it is, but write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// What it is, where the files do not say: one of the kinds above
    #[arg(long = "as", value_name = "KIND")]
    pub kind: Option<String>,
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
    pub labels: IngestLabelArgs,
    #[command(flatten)]
    pub hands: IngestHandArgs,
}

/// Where labels stand, and what may be wrong.
#[derive(Debug, Clone, Args)]
pub struct IngestLabelArgs {
    /// Which columns of a table are what, as in file=image,pitch=p,yaw=y (folders of eyes and Parquet).
    /// Keys: file, pitch, yaw (radians), pitch_deg, yaw_deg, gaze (x y z in one cell) or x, y, z (from the
    /// eye to the target; x right, y down, z forward), subject, side, mirrored, head_pitch, head_yaw, domain
    #[arg(long, value_name = "KEY=COLUMN,..", value_delimiter = ',', value_parser = pair)]
    pub columns: Vec<(String, String)>,
    /// Read the images alone, and pass over tables and other files that may hold their labels
    #[arg(long)]
    pub unlabelled: bool,
    /// Go on while no more than this share of the images is missing or damaged; they are left out and
    /// named in ingest.csv
    #[arg(long, value_name = "SHARE", value_parser = share, default_value = "1%")]
    pub max_bad: f64,
}

/// How hands are cut out.
#[derive(Debug, Clone, PartialEq, Default, Args)]
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
    /// In a folder of depth images: how many mm one step of a pixel is, as in 0.125 [default: 1, where a
    /// hand then lies at 80 to 1500 mm]
    #[arg(long, value_name = "MM", value_parser = length)]
    pub depth_unit: Option<f32>,
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
