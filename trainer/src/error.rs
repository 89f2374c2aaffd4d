//! What can go wrong, by what the caller can do about it.

use crate::guard::Rollback;
use simulator::sample::BoxError;
use std::path::PathBuf;
use thiserror::Error;

/// Why training, loading or refining stopped.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// A setting is out of range.
    #[error("setting `{field}`: {problem}; {remedy}")]
    Config {
        /// The field, with its path ("refiner.features").
        field: &'static str,
        /// What is wrong with its value.
        problem: String,
        /// What to write instead.
        remedy: &'static str,
    },
    /// A whole number is out of range.
    #[error("setting `{field}`: is {value}; write {least} to {most}")]
    Range {
        /// The field, with its path ("refiner.features").
        field: &'static str,
        /// Its value.
        value: u64,
        /// The least it may be.
        least: u64,
        /// The most it may be.
        most: u64,
    },
    /// The device is not known, or not compiled in.
    #[error("device `{name}`: {remedy}")]
    Device {
        /// The name that was asked for.
        name: String,
        /// What to ask for, or to build with.
        remedy: String,
    },
    /// A stream of frames failed.
    #[error("the {stream} frames failed at position {position}")]
    Source {
        /// "synthetic" or "real".
        stream: &'static str,
        /// Position in that stream, from 0.
        position: u64,
        /// The error it gave.
        source: BoxError,
    },
    /// A stream of frames ended; training needs endless ones.
    #[error(
        "the {stream} frames ended at position {position}; give a stream that starts over \
         (a shuffled data set does), and check that the data set is not empty"
    )]
    SourceEnded {
        /// "synthetic" or "real".
        stream: &'static str,
        /// Position in that stream, from 0.
        position: u64,
    },
    /// A frame has another size than the network.
    #[error(
        "{what} {position} is {}x{} px where {}x{} is needed; render or import all frames at one size",
        size.0, size.1, expected.0, expected.1
    )]
    FrameSize {
        /// Which frames ("synthetic frame", "real frame", "frame").
        what: &'static str,
        /// Position in the stream or slice, from 0.
        position: u64,
        /// Width and height it has, px.
        size: (usize, usize),
        /// Width and height that are needed, px.
        expected: (usize, usize),
    },
    /// Frames and labels do not fit together.
    #[error("{problem}; {remedy}")]
    Data {
        /// What does not fit.
        problem: String,
        /// What to give instead.
        remedy: &'static str,
    },
    /// Settings of the simulator that nothing can be rendered with.
    #[error(transparent)]
    Simulator(simulator::Error),
    /// Whoever listens said stop.
    #[error("{what} was stopped")]
    Stopped {
        /// What was stopped.
        what: &'static str,
    },
    /// A number became infinite or NaN: training has diverged.
    #[error(
        "{what} is not finite at step {step}; train in another folder with a lower learning rate or \
         with `gradient_clip_norm`"
    )]
    NotFinite {
        /// Which number ("the refiner's loss").
        what: &'static str,
        /// The step, counted as in [`StepReport::step`](crate::StepReport::step).
        step: u64,
    },
    /// Numbers stopped being finite again and again, with ever smaller steps.
    #[error(
        "training diverged: {what} is not finite at step {step}, after {} ({} of the step sizes \
         left){}; look at the newest images of both data sets, and train in another folder with lower \
         `refiner_learning_rate` and `discriminator_learning_rate`, with `gradient_clip_norm`, or \
         with `discriminator.spectral_norm`",
        count(rollbacks), share(*rate), told(rollbacks)
    )]
    Diverged {
        /// Which number ("the refiner's loss").
        what: &'static str,
        /// The step, counted as in [`StepReport::step`](crate::StepReport::step).
        step: u64,
        /// The returns to a checkpoint before.
        rollbacks: Vec<Rollback>,
        /// Factor on both step sizes at the end.
        rate: f64,
    },
    /// Held-out images could not be measured.
    #[error("the held-out images could not be measured at step {step}")]
    Judge {
        /// The step, counted as in [`StepReport::step`](crate::StepReport::step).
        step: u64,
        /// The error it gave.
        source: BoxError,
    },
    /// A file could not be read or written.
    #[error("could not {action} {}", path.display())]
    Io {
        /// "read", "write", "rename" ...
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// Another process writes in the same place at this moment.
    #[error(
        "{}: another process is at work here; wait for it, or choose another --out",
        path.display()
    )]
    Busy {
        /// The file or folder.
        path: PathBuf,
    },
    /// Something is there that is not to be replaced.
    #[error(
        "{}: there is something here already; choose another --out, or delete it first",
        path.display()
    )]
    Taken {
        /// The file or folder.
        path: PathBuf,
    },
    /// Nothing was saved in this folder yet.
    #[error(
        "there is no checkpoint in {}; give the folder of a training run, or train first",
        path.display()
    )]
    NoCheckpoint {
        /// The folder.
        path: PathBuf,
    },
    /// A run has kept a best checkpoint, and it is not there.
    #[error(
        "{}: it is missing, though {} says that the best is the one of iteration {iteration}; restore \
         it from a copy, train again in another folder, or name another checkpoint of the run, as in \
         --training {}",
        path.display(), newest.join("checkpoint.json").display(), newest.display()
    )]
    BestMissing {
        /// Where it should be.
        path: PathBuf,
        /// The checkpoint that tells of it.
        newest: PathBuf,
        /// The iteration of the best.
        iteration: u64,
    },
    /// A saved file is not what it should be.
    #[error("{}: {problem}; {remedy}", path.display())]
    Saved {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
        /// What to do.
        remedy: &'static str,
    },
}

fn count(rollbacks: &[Rollback]) -> String {
    match rollbacks.len() {
        1 => "1 return to a checkpoint".into(),
        n => format!("{n} returns to a checkpoint"),
    }
}

fn share(rate: f64) -> String {
    format!("{:.3} %", 100.0 * rate)
}

/// The returns, one after the other.
fn told(rollbacks: &[Rollback]) -> String {
    rollbacks.iter().map(|rollback| format!("; {rollback}")).collect()
}
