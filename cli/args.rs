//! What the command line says: clap types only. What leaves this file are the libraries' own
//! settings.

use clap::{Args, Parser, Subcommand, ValueEnum};
use pipeline::ImageCodec;
use std::path::PathBuf;

/// Training data that is rendered, made real, and proven.
///
/// simreal renders labelled images, refines them until they look like the real ones of your camera
/// (SimGAN, Shrivastava et al., CVPR 2017), and measures that the labels stayed in place and that a
/// gaze network (of depth hands a pose estimator) trained on the refined images errs less on real ones.
///
///   simreal demo                                  the whole way, no data needed
///   simreal experiment --real DIR --test DIR      the same on your images
///
/// Each station also works alone: render, ingest, inspect, export, train, ablate, refine, drift, gaze,
/// pupil, hand.
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
    Render(RenderArgs),
    Ingest(IngestArgs),
    Inspect(InspectArgs),
    Export(ExportArgs),
    Train(TrainArgs),
    Ablate(AblateArgs),
    Refine(RefineArgs),
    Drift(DriftArgs),
    Gaze(GazeArgs),
    Pupil(PupilArgs),
    Hand(HandArgs),
}

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
///   simreal experiment --real faces/unlabelled --test faces/labelled
///   simreal experiment --modality hand --real depth/unlabelled --test depth/joints.csv
///
/// A folder of --test needs a metadata.csv with the columns file_name, pitch_rad, yaw_rad; MPIIGaze
/// in its original layout is read as it is. Images are expected as left eyes (inner corner on the
/// left of the image), all of one size, normalised as MPIIGaze does (f 960 px, 600 mm, 60x36, histogram
/// equalised). Others go through `simreal ingest --mirror --equalize --size` first: --real and --test
/// also take a data set.
///
/// Hands: renders them as a depth camera sees them and exactly (clean), refines the clean ones, measures
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
    /// Labelled real images to be judged on; never seen in training. Hands do
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
    #[arg(long, value_name = "N")]
    pub renders: Option<u64>,
    /// Training seeds of the gaze network or pose estimator, one training each [default: from the
    /// settings]
    #[arg(long, value_name = "SEED,..", value_delimiter = ',', alias = "gaze-seeds")]
    pub seeds: Option<Vec<u64>>,
    #[command(flatten)]
    pub device: DeviceArgs,
}

/// A kind of images.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ModalityName {
    Eye,
    Hand,
}

#[derive(Debug, Args)]
pub struct DeviceArgs {
    /// Where networks run: cpu (flex, always there, the one device whose results are the same to the bit);
    /// in a build with the feature of that name wgpu (Vulkan, Metal, DirectX 12), cuda or cuda:N, or
    /// ndarray (which Burn has deprecated: minutes a training step)
    #[arg(long, value_name = "NAME", default_value = "cpu")]
    pub device: String,
}

/// Render labelled images into a data set
#[derive(Debug, Args)]
pub struct RenderArgs {
    #[command(subcommand)]
    pub what: RenderWhat,
}

#[derive(Debug, Subcommand)]
pub enum RenderWhat {
    Eyes(RenderEyesArgs),
    Hands(RenderHandsArgs),
}

/// Eyes, labelled with gaze, pupil, iris and lids
///
/// Renders eyes into a data set: a folder of Parquet files (shards) with a manifest, a README.md and
/// render.toml, which holds every setting and can be given as --config. An image depends on settings,
/// seed and id alone, so that --first and --count cut one endless data set into pieces.
///
///   simreal render eyes --preset mpiigaze --count 10000 --out rendered
///
/// Stop it with Ctrl-C, or with anything worse: the same command goes on with the shard that was
/// being made. Shards that are there are checked by their hash and kept; one that is damaged is made
/// again. The result is the same, byte for byte, on any number of threads, machines and attempts.
///
/// On many machines, each task makes one shard, in one shared folder; the last one finishes the data
/// set:
///
///   sbatch --array=0-99 --wrap "simreal render eyes --count 10000000 --shards 100 --out rendered"
///
/// Exit codes: 0 done; 75 try again (another process makes the shard, the disk is full, stopped with
/// --shards); 42 trying again will not help (settings, other settings than those in the folder); 2
/// wrong arguments; 130 stopped by Ctrl-C without --shards.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct RenderEyesArgs {
    /// Settings by name; an unknown name lists them
    #[arg(long, value_name = "NAME", default_value = "mpiigaze")]
    pub preset: String,
    #[command(flatten)]
    pub common: RenderCommonArgs,
    /// Draw the gaze from measured gaze: a CSV with the columns pitch_rad and yaw_rad, or a folder of
    /// them [default: from the distribution in the settings]
    #[arg(long, value_name = "PATH")]
    pub gaze: Option<PathBuf>,
}

/// Depth hands, labelled with joints, parts, pose and lengths
///
/// Renders hands as a depth camera sees them into a data set, as `render eyes` does eyes: depth
/// with the sensor's faults, exact depth and parts of the hand, in mm and 16 bits; shards, restarts
/// and exit codes are those of `render eyes`.
///
///   simreal render hands --preset nyu --count 10000 --out rendered
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct RenderHandsArgs {
    /// Settings by name; an unknown name lists them
    #[arg(long, value_name = "NAME", default_value = "nyu")]
    pub preset: String,
    #[command(flatten)]
    pub common: RenderCommonArgs,
}

/// What all renders are asked.
#[derive(Debug, Args)]
pub struct RenderCommonArgs {
    /// Settings as a TOML, laid over the preset; the render.toml of another data set will do
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// How many
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub count: u64,
    /// Id of the first
    #[arg(long, value_name = "ID", default_value_t = 0)]
    pub first: u64,
    /// Seed of the data set
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Folder of the data set
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Cut the data set into this many files [default: by the size of the images]
    #[arg(long, value_name = "N", value_parser = positive)]
    pub shards: Option<usize>,
    /// Make this shard alone, 0 to N-1 [default: SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX or
    /// AWS_BATCH_JOB_ARRAY_INDEX if it is set, else all]
    #[arg(long, value_name = "I", requires = "shards")]
    pub shard_index: Option<usize>,
    /// How pixels are stored: png, or pgm (larger, faster to read)
    #[arg(long, value_name = "FORMAT", default_value = "png", value_parser = image_codec)]
    pub image: ImageCodec,
    /// Threads [default: one for each core]
    #[arg(long, value_name = "N", value_parser = positive)]
    pub threads: Option<usize>,
}

/// Turn real images, of eyes or of depth hands, into a data set
///
/// Reads real images into a data set.
///
///   simreal ingest photos --out real
///   simreal ingest MPIIGaze --subjects p00,p01 --out real
///   simreal ingest nyu/test --out hands
///
/// Eyes: a folder holds PNG, JPEG, PGM or BMP files, and where they are labelled a metadata.csv
/// with the columns file_name, pitch_rad, yaw_rad and perhaps subject (the ImageFolder form). In a
/// folder with a labels.csv (columns file, pitch_rad, yaw_rad) instead, the images are those that
/// it names, which may lie in folders below. MPIIGaze is recognised by
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
    /// Folder to read, or a CSV that names depth images
    #[arg(value_name = "DIR")]
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

/// Train a refiner: rendered images against real ones
///
/// Learns a refiner (Algorithm 1 of the paper): rendered images in, images that a patch discriminator
/// can't tell from the real ones out. Writes checkpoints, contact sheets (rendered | refined | real)
/// and curves to OUT while it trains (curves.html, metrics.csv).
///
///   simreal train --rendered rendered --real real --out training
///
/// With `measure.every` set it measures on held-out images how real they look and how far pupils (of
/// hands: outlines) moved; with `keep_best` it keeps the most real checkpoint whose labels stayed, and
/// `patience` ends a run that gets no better. OUT/simgan.toml shows every setting.
///
/// Hands: the paper refines renders without noise (`model = "clean"` in the [sensor] of a --config of
/// `simreal render hands`), so that the sensor's noise is what the refiner learns. Networks see depth
/// relative to the median of what an image shows, within the half of its cube.
///
/// Ctrl-C, or anything worse, loses at most the steps since the last checkpoint: the same command
/// goes on from it, and on the CPU ends with the same weights, bit for bit.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct TrainArgs {
    /// Data set of rendered images
    #[arg(long, value_name = "DIR")]
    pub rendered: PathBuf,
    /// Data set of real images
    #[arg(long, value_name = "DIR")]
    pub real: PathBuf,
    /// Folder for checkpoints, sheets and curves
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Settings by name; an unknown name lists them [default: cpu, of hands hand-cpu]
    #[arg(long, value_name = "NAME")]
    pub preset: Option<String>,
    /// Settings as a TOML, laid over the preset
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Iterations of Algorithm 1 (the paper's T) [default: from the settings]
    #[arg(long, value_name = "N")]
    pub iterations: Option<u64>,
    /// Seed of weights, order and history [default: from the settings]
    #[arg(long)]
    pub seed: Option<u64>,
    #[command(flatten)]
    pub device: DeviceArgs,
}

/// Train the same refiner with one setting changed at a time, and measure what each is worth
///
/// Trains a refiner once for each row of a table of settings, all for the same number of network
/// updates, and writes what was measured on held-out images at the end of each: OUT/ablation.json and
/// OUT/ablation.html.
///
///   simreal ablate --rendered rendered --real real --preset demo --seeds 1,2 --out ablation
///   simreal ablate --rendered rendered --real real --table table.toml --out ablation
///
/// A table is a TOML of rows, each with a name and the settings that differ from --preset and --config:
///
///   [[row]]
///   name = "no history"
///   set = { history_capacity = 0 }
///
/// Without --table, the rows are those of the built-in one, which OUT/table.toml then shows: history,
/// local against global discriminator, λ, ψ, K_g, and every stabiliser.
///
/// Ctrl-C, or anything worse: the same command goes on with the row that was running.
#[allow(rustdoc::broken_intra_doc_links)]
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct AblateArgs {
    /// Data set of rendered images
    #[arg(long, value_name = "DIR")]
    pub rendered: PathBuf,
    /// Data set of real images
    #[arg(long, value_name = "DIR")]
    pub real: PathBuf,
    /// Folder for the trainings and the table
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Settings that all rows start from, by name [default: demo, of hands hand-cpu]
    #[arg(long, value_name = "NAME")]
    pub preset: Option<String>,
    /// Settings that all rows start from as a TOML, laid over the preset
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The rows as a TOML [default: built in]
    #[arg(long, value_name = "FILE")]
    pub table: Option<PathBuf>,
    /// Updates of both networks in each training [default: what the settings all rows start from make]
    #[arg(long, value_name = "N")]
    pub updates: Option<u64>,
    /// Training seeds, one training each of every row
    #[arg(long, value_name = "SEED,..", value_delimiter = ',', default_value = "1")]
    pub seeds: Vec<u64>,
    #[command(flatten)]
    pub device: DeviceArgs,
}

/// Run a data set through a trained refiner; labels are carried over by id
///
/// Runs rendered images through a trained refiner. A refined image keeps the id and the label of its
/// render: that is the whole idea. Where the training kept a best checkpoint, that one refines, else
/// the newest; where it averages the refiner's weights, their average.
///
///   simreal refine --training training --rendered rendered --out refined
///
/// Two columns say how well each image turned out, to filter by: refine_drift_px, how far its pupil
/// (else its iris) moved from where the render has it, of a hand how far apart the outlines are, px of
/// this image, null where it can't be found in both; and refine_realism, the mean over its patches of the discriminator's probability that they
/// are real, 0 to 1.
///
/// Memory holds a few thousand images, however many there are. Stop it with Ctrl-C, or with anything
/// worse: the same command goes on with the shard that was being made, and the result is the same, byte
/// for byte. OUT/refine.toml holds the hashes of the weights and of the input: another refiner or other
/// images are refused. On many machines, --shards and --shard-index work as for `simreal render eyes`.
///
/// Exit codes are those of `simreal render eyes`: 0 done, 75 try again, 42 trying again will not help.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct RefineArgs {
    /// Folder that `simreal train` wrote, or one checkpoint in it
    #[arg(long, value_name = "DIR")]
    pub training: PathBuf,
    /// Data set to refine
    #[arg(long, value_name = "DIR")]
    pub rendered: PathBuf,
    /// Folder of the new data set
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Cut the data set into this many files [default: by the size of the images]
    #[arg(long, value_name = "N", value_parser = positive)]
    pub shards: Option<usize>,
    /// Make this shard alone, 0 to N-1 [default: SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX or
    /// AWS_BATCH_JOB_ARRAY_INDEX if it is set, else all]
    #[arg(long, value_name = "I", requires = "shards")]
    pub shard_index: Option<usize>,
    #[command(flatten)]
    pub device: DeviceArgs,
}

/// Measure how far refinement moved what the labels name
///
/// Eyes: fits ellipses to pupil and iris before and after refinement and reports how far their centres
/// moved, in px at 55 px eye width (the paper: 1.1 ± 0.8). Where a fit fails, that is counted and
/// reported.
///
/// Hands: how far the outline moved, in px at 224 px, how much depth changed at the joints that are
/// seen, and how many of them still lie behind the surface by their radius.
///
///   simreal drift --rendered rendered --refined refined --out drift
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct DriftArgs {
    /// Data set of rendered images
    #[arg(long, value_name = "DIR")]
    pub rendered: PathBuf,
    /// The same images, refined
    #[arg(long, value_name = "DIR")]
    pub refined: PathBuf,
    /// Folder for drift.json and drift.html
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// How many pairs to measure, the first ones by id
    #[arg(long, value_name = "N", default_value_t = 2_000)]
    pub pairs: usize,
}

/// Train the gaze network on one data set and score it on another
///
/// Trains the gaze network of the paper (and a k-nearest-neighbour baseline) on one labelled data set
/// and reports the angular error on another.
///
///   simreal gaze --train refined --test test --out gaze-refined
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct GazeArgs {
    /// Labelled data set to learn from
    #[arg(long, value_name = "DIR")]
    pub train: PathBuf,
    /// Labelled data set to be judged on
    #[arg(long, value_name = "DIR")]
    pub test: PathBuf,
    /// Folder for weights, gaze.json and gaze.html
    #[arg(long, value_name = "DIR")]
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
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct PupilArgs {
    /// Data set of renders to learn from
    #[arg(long, value_name = "DIR")]
    pub train: PathBuf,
    /// Marked images to be judged on
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
    pub min_visible: f32,
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
    /// Data set of hands to be judged on
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

/// Reads "60x36".
fn size(text: &str) -> Result<(usize, usize), String> {
    let parse = || {
        let (width, height) = text.split_once(['x', 'X'])?;
        Some((width.parse().ok().filter(|&w| w > 0)?, height.parse().ok().filter(|&h| h > 0)?))
    };
    parse().ok_or_else(|| format!("`{text}` is no size; write WIDTHxHEIGHT, as in 60x36"))
}

/// Reads a length above zero.
fn length(text: &str) -> Result<f32, String> {
    let number = text.parse().ok().filter(|number: &f32| number.is_finite() && *number > 0.0);
    number.ok_or_else(|| format!("`{text}` is no number above 0"))
}

/// Reads a number from 1 on.
fn positive(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|&number| number > 0);
    number.ok_or_else(|| format!("`{text}` is no number from 1 on"))
}

/// Reads "png" or "pgm".
fn image_codec(text: &str) -> Result<ImageCodec, String> {
    match text {
        "png" => Ok(ImageCodec::Png),
        "pgm" => Ok(ImageCodec::Pgm),
        _ => Err(format!("`{text}` is no format; there are png and pgm")),
    }
}
