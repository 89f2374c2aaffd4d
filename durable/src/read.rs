//! Reading files that are files: opening a pipe would wait for ever.

use crate::error::Error;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

/// Opens a regular file.
///
/// # Errors
/// If it is none (a folder, a pipe, a device), or can't be opened.
pub fn open(path: &Path) -> io::Result<File> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file"));
    }
    File::open(path)
}

/// The content of a regular file.
///
/// # Errors
/// As [`open`].
pub fn read(path: &Path) -> Result<Vec<u8>, Error> {
    let read = || {
        let mut bytes = Vec::new();
        open(path)?.read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    read().map_err(Error::io(path, "read the file"))
}

/// The content of a regular file of UTF-8 text.
///
/// # Errors
/// As [`open`], and if it is other than UTF-8.
pub fn read_text(path: &Path) -> Result<String, Error> {
    let text = String::from_utf8(read(path)?);
    text.map_err(|error| {
        Error::io(path, "read the file as UTF-8 text")(io::Error::other(error.utf8_error()))
    })
}
