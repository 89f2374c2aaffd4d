//! Reading files that are files: opening a pipe would wait for ever.

use std::fs;
use std::io;
use std::path::Path;

/// Whether a path names a regular file, or a link to one.
pub(crate) fn check(path: &Path) -> io::Result<()> {
    match fs::metadata(path)?.is_file() {
        true => Ok(()),
        false => Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file")),
    }
}

/// The content of a regular file.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    check(path)?;
    fs::read(path)
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::folder::{self, FolderOptions};
    use std::path::Path;
    use std::process::Command;

    fn pipe(path: &Path) {
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    }

    #[test]
    fn a_pipe_in_the_place_of_a_table_or_an_image_is_an_error_and_no_wait() {
        for (pipe_at, listing) in
            [("metadata.csv", None), ("labels.csv", None), ("a.png", Some(()))]
        {
            let dir = tempfile::tempdir().unwrap();
            let image = dir.path().join("a.png");
            if listing.is_some() {
                let text = "file,pitch_rad,yaw_rad\na.png,0.1,0.2\n";
                std::fs::write(dir.path().join("labels.csv"), text).unwrap();
            } else {
                image::GrayImage::new(60, 36).save(image).unwrap();
            }
            pipe(&dir.path().join(pipe_at));
            let read = folder::read(dir.path(), &FolderOptions::default());
            let error = read.and_then(|samples| samples.collect::<Result<Vec<_>, _>>());
            let error = error.map(|_| ()).unwrap_err();
            let words = format!("{error} {:?}", std::error::Error::source(&error));
            assert!(words.contains(pipe_at) && words.contains("no regular file"), "{words}");
        }
    }
}
