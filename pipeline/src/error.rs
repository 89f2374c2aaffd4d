//! What can go wrong with a data set, one variant for each thing to do about it.

use parquet::errors::ParquetError;
use simulator::sample::{Domain, SampleId};
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why a data set could not be written or read.
#[derive(Debug, Error)]
pub enum Error {
    /// The folder to write into is taken.
    #[error("{path}: there is something here already; choose another --out, or delete it first")]
    Exists {
        /// The folder asked for.
        path: PathBuf,
    },
    /// Another process writes the same data set at this moment.
    #[error("{path}: another process is at work here; wait for it, or choose another --out")]
    Busy {
        /// The folder or shard asked for.
        path: PathBuf,
    },
    /// What is there was made with other settings.
    #[error(
        "{path} belongs to a run with other settings{difference}; choose another --out, or repeat \
         the command with those of that run"
    )]
    Settings {
        /// The file that tells the settings of that run.
        path: PathBuf,
        /// Where they differ, if it can be said in a line.
        difference: String,
    },
    /// A shard that was damaged came out otherwise when it was made again.
    #[error(
        "{path}: it was damaged, and making it again gave other bytes than the manifest says; \
         the program has changed since: choose another --out and make the whole data set again"
    )]
    Changed {
        /// The shard.
        path: PathBuf,
    },
    /// No sample was written before `finish`.
    #[error("{path}: no sample was written, so there is no data set; check what feeds it")]
    Empty {
        /// The folder asked for.
        path: PathBuf,
    },
    /// A setting of the writer is out of range.
    #[error("{field} is {value}; set it to {expected}")]
    Options {
        /// The field of [`crate::WriterOptions`].
        field: &'static str,
        /// What it is.
        value: usize,
        /// What it may be.
        expected: String,
    },
    /// Ids do not ascend.
    #[error(
        "sample {id} came after sample {previous}; write samples in ascending order of id, each id once"
    )]
    Order {
        /// Id of the sample before.
        previous: SampleId,
        /// Id of the sample refused.
        id: SampleId,
    },
    /// The sample is not of the domain that the data set was created for.
    #[error(
        "sample {id} is {}, but this data set is {}; write each domain to its own data set",
        found.name(), expected.name()
    )]
    Domain {
        /// The sample refused.
        id: SampleId,
        /// Its domain.
        found: Domain,
        /// The domain of the data set.
        expected: Domain,
    },
    /// The image has another size than the first one.
    #[error(
        "sample {id} is {}x{} px, but this data set holds {}x{} px; bring all images to one size",
        found.0, found.1, expected.0, expected.1
    )]
    Size {
        /// The sample refused.
        id: SampleId,
        /// Its width and height, px.
        found: (usize, usize),
        /// Width and height of the images before it, px.
        expected: (usize, usize),
    },
    /// A value that the format does not hold.
    #[error("sample {id}, column `{column}`: {problem}")]
    Value {
        /// The sample refused.
        id: SampleId,
        /// The column.
        column: &'static str,
        /// What is wrong, and what would be right.
        problem: String,
    },
    /// There is no finished data set.
    #[error(
        "{path}: no data set here (manifest.json is missing); check the path. \
         A run that was interrupted leaves none: start it again"
    )]
    Missing {
        /// The folder asked for.
        path: PathBuf,
    },
    /// The manifest does not say what a manifest says.
    #[error("{path}: {problem}; restore the file from a copy, or make the data set again")]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// Written by a newer (or foreign) version of this library.
    #[error(
        "{path}: schema version {found}, and this program reads version {supported}; \
         use the program that wrote it, or make the data set again"
    )]
    Version {
        /// The manifest or shard.
        path: PathBuf,
        /// Its version.
        found: u32,
        /// The version of this library.
        supported: u32,
    },
    /// Other samples than asked for.
    #[error("{path}: this data set holds `{found}` samples, and `{expected}` ones are needed")]
    Modality {
        /// The manifest.
        path: PathBuf,
        /// What it holds.
        found: String,
        /// What was asked for.
        expected: &'static str,
    },
    /// A column is missing or has another type.
    #[error("{path}: column `{column}` {problem}; make the data set again with this program")]
    Column {
        /// The shard.
        path: PathBuf,
        /// The column.
        column: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The bytes are not those that were written.
    #[error("{path}: {problem}; the file is damaged: copy it again, or make the data set again")]
    Damaged {
        /// The shard.
        path: PathBuf,
        /// Which part differs.
        problem: String,
    },
    /// The row is not a sample.
    #[error("{path}: row {row}: {problem}; make the data set again")]
    Row {
        /// The shard.
        path: PathBuf,
        /// Row within the row group that failed.
        row: usize,
        /// What is wrong.
        problem: String,
    },
    /// The operating system refused.
    #[error("{path}: could not {action}: {source}")]
    Io {
        /// File or folder.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// Its reason.
        source: io::Error,
    },
    /// Parquet refused.
    #[error("{path}: could not {action} as Parquet: {source}")]
    Parquet {
        /// The shard.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// Its reason.
        source: ParquetError,
    },
}

impl Error {
    /// Whether the same call can succeed later, with nothing changed but the machine's state: another
    /// process at work, a full disk, a network that is away.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Busy { .. } => true,
            Self::Io { source, .. } => may_pass(source),
            Self::Parquet { source: ParquetError::External(source), .. } => {
                source.downcast_ref::<io::Error>().is_some_and(may_pass)
            }
            _ => false,
        }
    }

    /// For `map_err`: an [`Error::Io`] about this path.
    pub(crate) fn io(path: &Path, action: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { path: path.to_owned(), action, source }
    }

    /// For `map_err`: an [`Error::Parquet`] about this path.
    pub(crate) fn parquet(path: &Path, action: &'static str) -> impl FnOnce(ParquetError) -> Self {
        move |source| Self::Parquet { path: path.to_owned(), action, source }
    }

    /// An [`Error::Damaged`] about this path.
    pub(crate) fn damaged(path: &Path, problem: impl Into<String>) -> Self {
        Self::Damaged { path: path.to_owned(), problem: problem.into() }
    }

    /// An [`Error::Manifest`] about this path.
    pub(crate) fn manifest(path: &Path, problem: impl Into<String>) -> Self {
        Self::Manifest { path: path.to_owned(), problem: problem.into() }
    }
}

impl From<durable::Error> for Error {
    fn from(error: durable::Error) -> Self {
        match error {
            durable::Error::Busy { path } => Self::Busy { path },
            durable::Error::Taken { path } => Self::Exists { path },
            durable::Error::Io { path, action, source } => Self::Io { path, action, source },
        }
    }
}

/// Whether what the operating system refused now may work later, or on another machine: all but what
/// is wrong with the path or with the rights to it.
pub fn may_pass(error: &io::Error) -> bool {
    use io::ErrorKind as Kind;
    !matches!(
        error.kind(),
        Kind::NotFound
            | Kind::PermissionDenied
            | Kind::NotADirectory
            | Kind::IsADirectory
            | Kind::AlreadyExists
            | Kind::InvalidInput
            | Kind::InvalidFilename
            | Kind::ReadOnlyFilesystem
            | Kind::Unsupported
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_passes_and_a_missing_right_does_not() {
        let error = |kind: io::ErrorKind| Error::io(Path::new("x"), "write")(kind.into());
        assert!(error(io::ErrorKind::StorageFull).is_transient());
        assert!(error(io::ErrorKind::StaleNetworkFileHandle).is_transient());
        assert!(!error(io::ErrorKind::PermissionDenied).is_transient());
        let full = ParquetError::External(Box::new(io::Error::from(io::ErrorKind::StorageFull)));
        assert!(Error::parquet(Path::new("x"), "write")(full).is_transient());
        assert!(!Error::Exists { path: "x".into() }.is_transient());
    }
}
