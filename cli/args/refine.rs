//! The refiner and its drift.

use super::DeviceArgs;
use super::value::positive;
use clap::Args;
use std::path::PathBuf;

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
/// Hands: the paper refines renders without noise (`sensor.model = "clean"` in a --config of
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
    /// Take images that are not renders for renders
    #[arg(long)]
    pub any_domain: bool,
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
    /// Take images that are not renders for renders
    #[arg(long)]
    pub any_domain: bool,
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
    /// Take images that are not renders for renders
    #[arg(long)]
    pub any_domain: bool,
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
