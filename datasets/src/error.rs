//! What can be wrong with other people's files, one variant for each thing to do about it.

use crate::mat::MatError;
use simulator::sample::SampleId;
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why samples could not be imported.
#[derive(Debug, Error)]
pub enum Error {
    /// Nothing to import.
    #[error("{path}: no {expected} here; check the path")]
    Empty {
        /// The folder that was searched.
        path: PathBuf,
        /// What was looked for.
        expected: &'static str,
    },
    /// A path that no reader takes, or more than one.
    #[error("{path}: {problem}")]
    NotRead {
        /// The file or folder.
        path: PathBuf,
        /// What was looked for and found, and what to give instead.
        problem: String,
    },
    /// Labels that can't be used.
    #[error("{path}: its labels can't be used: {problem}")]
    Table {
        /// The file that holds them.
        path: PathBuf,
        /// Why not, and what to do.
        problem: String,
    },
    /// More than one of what there should be one of.
    #[error("{path}: several {what}; name one of {}", found.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(", "))]
    Ambiguous {
        /// The folder that was searched.
        path: PathBuf,
        /// What was looked for.
        what: &'static str,
        /// The files.
        found: Vec<PathBuf>,
    },
    /// An image file can't be used.
    #[error("{path}: {problem}; repair the image, or take it out of the folder")]
    Image {
        /// The image.
        path: PathBuf,
        /// Why not.
        problem: String,
    },
    /// Images differ in size.
    #[error(
        "{path} is {}x{} px, but {first} is {}x{} px; \
         bring all images to one size with --size WxH (for instance --size {}x{})",
        found.0, found.1, expected.0, expected.1, expected.0, expected.1
    )]
    Size {
        /// The first image that differs.
        path: PathBuf,
        /// Its width and height, px.
        found: (usize, usize),
        /// The first image.
        first: PathBuf,
        /// Its width and height, px.
        expected: (usize, usize),
    },
    /// The size asked for is not one.
    #[error("--size {width}x{height}: each side is 1 to {max} px")]
    TargetSize {
        /// Width asked for, px.
        width: usize,
        /// Height asked for, px.
        height: usize,
        /// Longest side that is possible, px.
        max: usize,
    },
    /// A row of labels can't be used.
    #[error("{path}:{line}: field `{field}`: {problem}")]
    Label {
        /// The table.
        path: PathBuf,
        /// Line in it, from 1.
        line: u64,
        /// The column.
        field: String,
        /// What is wrong, and what would be right.
        problem: String,
    },
    /// A MATLAB file is damaged.
    #[error("{path}: byte {byte}: {problem}; get the file again from where it came from")]
    Mat {
        /// The file.
        path: PathBuf,
        /// Where in the file; inside a compressed variable, where that variable starts.
        byte: usize,
        /// What is wrong there.
        problem: String,
    },
    /// A binary file is cut, or is not what its name says.
    #[error("{path}: byte {byte}: {problem}; get the file again from where it came from")]
    Binary {
        /// The file.
        path: PathBuf,
        /// Where in it.
        byte: usize,
        /// What is wrong there.
        problem: String,
    },
    /// A MATLAB file that is whole and holds something else.
    #[error("{path}: {problem}")]
    MatContent {
        /// The file.
        path: PathBuf,
        /// What it lacks.
        problem: String,
    },
    /// A MATLAB file of version 7.3, which is HDF5.
    #[error("{path} is a MATLAB 7.3 (HDF5) file; save it in MATLAB with `save(..., '-v7')`")]
    Mat73 {
        /// The file.
        path: PathBuf,
    },
    /// There is no such subject.
    #[error("{path}: no subject {subject:?}; there are {}", available.join(", "))]
    Subject {
        /// The folder of the subjects.
        path: PathBuf,
        /// The one asked for.
        subject: String,
        /// Those that exist.
        available: Vec<String>,
    },
    /// A sample without the labels that a format needs.
    #[error(
        "sample {id} has no geometry, which UnityEyes' files need: export renders, or choose \
         --format imagefolder"
    )]
    Unlabelled {
        /// The sample.
        id: SampleId,
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
}

impl Error {
    /// For `map_err`: what is wrong with the MATLAB file at this path.
    pub(crate) fn mat(path: &Path) -> impl FnOnce(MatError) -> Self {
        move |error| match error {
            MatError::Hdf5 => Self::Mat73 { path: path.to_owned() },
            MatError::At { byte, problem } => Self::Mat { path: path.to_owned(), byte, problem },
            MatError::Content(problem) => Self::MatContent { path: path.to_owned(), problem },
        }
    }

    /// The file or folder that it is about; nothing where it is about a sample or an option.
    pub fn path(&self) -> &Path {
        match self {
            Self::Empty { path, .. }
            | Self::NotRead { path, .. }
            | Self::Table { path, .. }
            | Self::Ambiguous { path, .. }
            | Self::Image { path, .. }
            | Self::Size { path, .. }
            | Self::Label { path, .. }
            | Self::Mat { path, .. }
            | Self::MatContent { path, .. }
            | Self::Binary { path, .. }
            | Self::Mat73 { path }
            | Self::Subject { path, .. }
            | Self::Io { path, .. } => path,
            Self::TargetSize { .. } | Self::Unlabelled { .. } => Path::new(""),
        }
    }

    /// Whether it is about one image of many, so that the others can be read: not about a table, a folder
    /// or the size of all.
    pub fn is_of_one_image(&self) -> bool {
        matches!(
            self,
            Self::Image { .. }
                | Self::Binary { .. }
                | Self::Io { .. }
                | Self::Label { .. }
                | Self::NotRead { .. }
        )
    }

    /// For `map_err`: an [`Error::Io`] about this path.
    pub(crate) fn io(path: &Path, action: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { path: path.to_owned(), action, source }
    }
}
