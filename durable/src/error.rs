//! What can go wrong with a file, one variant for each thing to do about it.

use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why something could not be written or read.
#[derive(Debug, Error)]
pub enum Error {
    /// Another process writes in the same place at this moment.
    #[error("{}: another process is at work here; wait for it, or choose another --out", path.display())]
    Busy {
        /// The file or folder asked for.
        path: PathBuf,
    },
    /// Something is there that this program did not make, or has finished.
    #[error(
        "{}: there is something here already; choose another --out, or delete it first",
        path.display()
    )]
    Taken {
        /// The file or folder in the way.
        path: PathBuf,
    },
    /// The operating system refused.
    #[error("{}: could not {action}", path.display())]
    Io {
        /// File or folder.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// Its reason.
        source: io::Error,
    },
}

impl Error {
    /// For `map_err`: an [`Error::Io`] about this path.
    pub(crate) fn io(path: &Path, action: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { path: path.to_owned(), action, source }
    }
}
