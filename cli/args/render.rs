//! Rendering.

use super::value::{image_codec, positive, threads};
use clap::{Args, Subcommand};
use pipeline::ImageCodec;
use std::path::PathBuf;

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
    #[arg(long, value_name = "N", value_parser = threads)]
    pub threads: Option<usize>,
}
