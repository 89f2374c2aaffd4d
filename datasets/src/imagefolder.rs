//! Hugging Face's ImageFolder, written: image files and a `metadata.csv` with a row for each.
//!
//! `datasets.load_dataset("imagefolder", data_dir=...)` opens it, with the columns of the table beside
//! `image`; so does [`crate::folder`], where the gaze stands in `pitch_rad` and `yaw_rad`.

use crate::error::Error;
use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

/// The table of the images in a folder.
const FILE: &str = "metadata.csv";

/// A folder of images in the making.
pub struct ImageFolderWriter {
    dir: PathBuf,
    table: csv::Writer<BufWriter<File>>,
}

impl ImageFolderWriter {
    /// Starts the table in `dir`, with these columns behind `file_name`.
    ///
    /// # Errors
    /// [`Error::Io`] if the disk refuses.
    pub fn create<'a>(
        dir: &Path,
        columns: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, Error> {
        let path = dir.join(FILE);
        let file = File::create_new(&path).map_err(Error::io(&path, "create the table"))?;
        let mut writer =
            Self { dir: dir.to_owned(), table: csv::Writer::from_writer(BufWriter::new(file)) };
        writer.row("file_name", columns)?;
        Ok(writer)
    }

    /// Adds an image, the bytes of a PNG, PGM or PPM file, and its row. Unknown values are empty.
    ///
    /// # Errors
    /// [`Error::Image`] if the bytes are no such file, [`Error::Io`] if the disk refuses.
    pub fn write<'a>(
        &mut self,
        stem: &str,
        image: &[u8],
        cells: impl IntoIterator<Item = &'a str>,
    ) -> Result<(), Error> {
        let extension = match image {
            [0x89, b'P', b'N', b'G', ..] => "png",
            [b'P', b'5', ..] => "pgm",
            [b'P', b'6', ..] => "ppm",
            _ => {
                let problem = "it is no PNG, PGM or PPM file".to_owned();
                return Err(Error::Image { path: self.dir.join(stem), problem });
            }
        };
        let name = format!("{stem}.{extension}");
        let path = self.dir.join(&name);
        fs::write(&path, image).map_err(Error::io(&path, "write the image"))?;
        self.row(&name, cells)
    }

    /// Writes what is left of the table.
    ///
    /// # Errors
    /// [`Error::Io`] if the disk refuses.
    pub fn finish(mut self) -> Result<(), Error> {
        let path = self.dir.join(FILE);
        self.table.flush().map_err(Error::io(&path, "write the table"))
    }

    fn row<'a>(
        &mut self,
        first: &str,
        cells: impl IntoIterator<Item = &'a str>,
    ) -> Result<(), Error> {
        let path = self.dir.join(FILE);
        let written = self.table.write_field(first).and_then(|()| self.table.write_record(cells));
        written.map_err(|e| Error::io(&path, "write the table")(std::io::Error::other(e)))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::folder::{self, FolderOptions};
    use simulator::sample::Gaze;

    #[test]
    fn what_is_written_is_read_back_by_the_importer_of_folders() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path();
        let columns = ["pitch_rad", "yaw_rad", "note"];
        let mut writer = ImageFolderWriter::create(dir, columns).unwrap();
        writer.write("000", b"P5\n2 1\n255\n\x07\x09", ["0.25", "-0.5", "a, b"]).unwrap();
        writer.write("001", b"P5\n2 1\n255\n\x01\x02", ["", "", ""]).unwrap();
        assert!(writer.write("002", b"GIF89a", ["", "", ""]).is_err());
        writer.finish().unwrap();
        let samples = folder::read(dir, &FolderOptions::default()).unwrap();
        let samples: Vec<_> = samples.map(Result::unwrap).collect();
        assert_eq!(samples[0].label.gaze, Some(Gaze { pitch: 0.25, yaw: -0.5 }));
        assert_eq!((samples[0].frame.pixels(), samples[1].label.gaze), (&[7, 9][..], None));
        let table = fs::read_to_string(dir.join(FILE)).unwrap();
        assert!(
            table.starts_with("file_name,pitch_rad,yaw_rad,note\n000.pgm,0.25,-0.5,\"a, b\"\n")
        );
    }
}
