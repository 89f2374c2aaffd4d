//! Images of eyes with the pupil's centre in a table.
//!
//! The table is a CSV with the columns `file` (or `file_name`), the image's path from the table's
//! folder, and `pupil_x`, `pupil_y`, px, where pixel (0, 0) has its centre at (0, 0). Where it has
//! `width` and `height`, they must be the image's: labels of another resolution would be wrong
//! without a sign of it. Rows without a pupil are passed over, and so are other columns. Images may
//! differ in size. Hand-marked near-infrared patches come in this form.

use crate::error::Error;
use crate::table::Table;
use crate::{image, plausible};
use rayon::prelude::*;
use simulator::sample::Frame;
use std::path::{Path, PathBuf};

/// The columns of the pupil's centre.
const PUPIL: [&str; 2] = ["pupil_x", "pupil_y"];
/// Names for the column of the images.
const FILE: [&str; 2] = ["file", "file_name"];

/// One image and its pupil.
#[derive(Debug, Clone, PartialEq)]
pub struct PupilImage {
    /// Its path as it stands in the table.
    pub source: String,
    /// 8-bit luminance.
    pub frame: Frame<u8>,
    /// The pupil's centre (x, y), px of the frame.
    pub center_px: [f32; 2],
}

/// Reads the images of a table, or of the one table with pupils in a folder, in its order.
///
/// # Errors
/// If there is no such table or more than one, it cannot be understood, or an image cannot be read,
/// has another size than its row says, or does not hold its pupil.
pub fn read(path: &Path) -> Result<Vec<PupilImage>, Error> {
    let file = if path.is_dir() { find(path)? } else { path.to_owned() };
    let table = Table::read(&file)?;
    let column = table.need(&FILE)?;
    let [x, y] = [table.need(&[PUPIL[0]])?, table.need(&[PUPIL[1]])?];
    let dir = file.parent().unwrap_or(Path::new(""));

    // Understand the table before images are decoded.
    let mut marked = Vec::new();
    for row in table.rows() {
        let (px, py) = (table.number(row, x)?, table.number(row, y)?);
        match (px, py) {
            (Some(0.0), Some(0.0)) => {
                let problem = "it is (0, 0), which often says that none was found: leave it empty then, \
                               or give 0.01 if it does lie in that corner";
                return Err(table.wrong(row, x, problem.to_owned()));
            }
            (Some(x), Some(y)) => marked.push((row, [x, y])),
            (None, None) => {}
            _ => {
                let missing = if px.is_none() { x } else { y };
                let problem = "it is empty and the other is not; give both, or none";
                return Err(table.wrong(row, missing, problem.to_owned()));
            }
        }
    }
    if marked.is_empty() {
        return Err(Error::Empty { path: file, expected: "row with a pupil_x and a pupil_y" });
    }
    let points: Vec<[f32; 2]> = marked.iter().map(|&(_, center)| center).collect();
    if plausible::scaled_to_one(&points) {
        let problem = "all pupils lie between 0 and 1: multiply them by width and height, px";
        return Err(table.wrong(marked[0].0, x, problem.to_owned()));
    }
    let load = |&(row, center_px): &(usize, [f32; 2])| {
        let source = table.image(row, column);
        let frame = image::load(&dir.join(&source), None)?;
        table.check_size(row, &source, frame.size())?;
        for (k, side) in [frame.width(), frame.height()].into_iter().enumerate() {
            if !(-0.5..=side as f32 - 0.5).contains(&center_px[k]) {
                let problem = format!(
                    "{} px lies outside {source}, which has {side} px; correct it, or leave the \
                     pupil empty",
                    center_px[k]
                );
                return Err(table.wrong(row, [x, y][k], problem));
            }
        }
        Ok(PupilImage { source, frame, center_px })
    };
    marked.par_iter().map(load).collect()
}

/// The one table with pupils in a folder.
fn find(dir: &Path) -> Result<PathBuf, Error> {
    Table::only(dir, &PUPIL, "tables with pupils", "CSV with the columns file, pupil_x and pupil_y")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use ::image::{GrayImage, Luma};
    use std::fs;

    /// A folder with images `patches/a.png`, 8x6, and `patches/b.png`, 12x12, and this table.
    fn folder(table: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let patches = folder.path().join("patches");
        fs::create_dir(&patches).unwrap();
        for (name, width, height) in [("a.png", 8, 6), ("b.png", 12, 12)] {
            let image = GrayImage::from_fn(width, height, |x, y| Luma([(x * 16 + y) as u8]));
            image.save(patches.join(name)).unwrap();
        }
        fs::write(folder.path().join("marks.csv"), table).unwrap();
        folder
    }

    #[test]
    fn images_of_different_sizes_come_in_the_order_of_the_table_without_those_unmarked() {
        let folder = folder(
            "file,width,height,note,pupil_x,pupil_y\n\
             patches/b.png,12,12,,4,5.5\n\
             patches/missing.png,9,9,shut,,\n\
             patches/a.png,8,6,,7.5,0\n",
        );
        fs::write(folder.path().join("other.csv"), "file,subject\npatches/a.png,me\n").unwrap();
        let images = read(folder.path()).unwrap();
        assert_eq!(images, read(&folder.path().join("marks.csv")).unwrap());
        let short: Vec<_> =
            images.iter().map(|i| (i.source.as_str(), i.frame.size(), i.center_px)).collect();
        assert_eq!(
            short,
            [("patches/b.png", (12, 12), [4.0, 5.5]), ("patches/a.png", (8, 6), [7.5, 0.0])]
        );
        assert_eq!(images[1].frame, Frame::from_fn(8, 6, |x, y| (x * 16 + y) as u8));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        for (table, expected) in [
            (
                "file,pupil_x,pupil_y\npatches/a.png,,3\n",
                "marks.csv:2: field `pupil_x`: it is empty",
            ),
            ("file,pupil_x,pupil_y\npatches/a.png,0,0\n", "field `pupil_x`: it is (0, 0)"),
            ("file,pupil_x,pupil_y\npatches/a.png,0.4,0.5\n", "multiply them by width and height"),
            ("file,pupil_x,pupil_y\npatches/a.png,left,3\n", "field `pupil_x`: \"left\" is not"),
            ("file,pupil_x,pupil_y\npatches/a.png,3,6\n", "field `pupil_y`: 6 px lies outside"),
            (
                "file,pupil_x,pupil_y,width\npatches/a.png,3,3,80\n",
                "field `width`: it is 80, and patches/a.png has 8 px",
            ),
            ("name,pupil_x,pupil_y\npatches/a.png,3,3\n", "field `file`: there is no such column"),
            ("file,pupil_x,pupil_y\n", "no row with a pupil_x"),
            ("file,pupil_x,pupil_y\npatches/c.png,3,3\n", "c.png: could not open the image"),
            ("file,x,y\npatches/a.png,3,3\n", "no CSV with the columns file, pupil_x and pupil_y"),
        ] {
            let folder = folder(table);
            let error = read(folder.path()).unwrap_err().to_string();
            assert!(error.contains(expected), "{error} does not say {expected}");
        }
    }

    #[test]
    fn two_tables_are_one_too_many() {
        let folder = folder("file,pupil_x,pupil_y\npatches/a.png,1,1\n");
        fs::copy(folder.path().join("marks.csv"), folder.path().join("more.csv")).unwrap();
        let error = read(folder.path()).unwrap_err().to_string();
        assert!(error.contains("marks.csv") && error.contains("more.csv"), "{error}");
    }
}
