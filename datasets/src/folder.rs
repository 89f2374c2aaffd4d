//! A folder of images, with a `metadata.csv` of labels if there is one.
//!
//! The table has the form of Hugging Face's ImageFolder: a column `file_name`, and here also
//! `pitch_rad` and `yaw_rad` and, as far as they are known, `subject` (or `person`), `head_pitch_rad`,
//! `head_yaw_rad` and `mirrored`. Other columns are passed over. Angles are [`Gaze`]'s, of the image as
//! it lies there. Without the two columns, where both are empty, and for an image without a row, the gaze
//! is unknown.
//!
//! Where there is no `metadata.csv` but a `labels.csv` with `file`, `pitch_rad` and `yaw_rad`, its rows
//! say which images there are, by their paths from the folder: images may lie in folders below. So do
//! those of any other table that is given in the place of a folder, with or without gaze; it names images
//! by their paths from its own folder, or from the folder beside it that has its name.

use crate::chunks::Loaded;
use crate::error::Error;
use crate::image::{self, EXTENSIONS};
use crate::labels::{self, Row};
use simulator::sample::{Domain, Eye, EyeLabel, Gaze, HeadDirection, Sample, SampleId};
use std::collections::HashMap;
use std::fs;
use std::path::Path;

pub use crate::chunks::Samples;

/// What to do with the images.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FolderOptions {
    /// These are right eyes (inner corner on the right of the image): mirror them, and their gaze.
    pub mirror: bool,
    /// Equalise the histogram, as MPIIGaze's images are. It comes last.
    pub equalize: bool,
    /// Crop (centrally, to this shape) and scale to this width and height, px.
    pub size: Option<(usize, usize)>,
}

/// Reads the images in the folder `source`: PNG, JPEG, PGM and BMP, by file name, not in folders below;
/// or those that its `labels.csv`, or the table `source` itself, names, in its order. Ids count from 0. Colour and 16-bit images become 8-bit luminance (Rec. 709).
///
/// # Errors
/// [`Error::Empty`] without images, [`Error::Label`] for a wrong table; the iterator yields
/// [`Error::Image`] for an image that can't be read, [`Error::Size`] for the first of another size
/// than the ones before, and ends with it.
pub fn read(source: &Path, options: &FolderOptions) -> Result<Samples<Eye>, Error> {
    image::check_size(options.size)?;
    let named = |rows: Vec<(String, Row)>| -> (Vec<String>, _) {
        (rows.iter().map(|(name, _)| name.clone()).collect(), rows)
    };
    let (dir, (names, labels)) = if source.is_file() {
        let (dir, rows) = labels::named(source)?;
        (dir, named(rows))
    } else if let Some(rows) = labels::listing(source)? {
        (source.to_owned(), named(rows))
    } else {
        let names = image_names(source)?;
        let rows = labels::read(source, &names)?;
        (source.to_owned(), (names, rows))
    };
    if names.is_empty() {
        let expected = "image (png, jpg, jpeg, pgm, bmp), and no labels.csv with the columns file, \
                        pitch_rad and yaw_rad that names some,";
        return Err(Error::Empty { path: source.to_owned(), expected });
    }
    let labels: HashMap<String, Row> = labels.into_iter().collect();
    let options = options.clone();
    Ok(Samples::new(names.len(), move |index| {
        let name = &names[index];
        let row = labels.get(name).cloned().unwrap_or_default();
        sample(&dir, &options, row, index, name)
    }))
}

/// The sample in one file of a folder.
fn sample(dir: &Path, options: &FolderOptions, row: Row, index: usize, name: &str) -> Loaded<Eye> {
    let FolderOptions { mirror, equalize, size } = *options;
    let path = dir.join(name);
    let mut frame = image::load(&path, size)?;
    let Row { mut gaze, subject, mut head, mut mirrored } = row;
    if mirror {
        frame = frame.mirrored();
        gaze = gaze.map(Gaze::mirrored);
        head = head.map(HeadDirection::mirrored);
        mirrored = Some(mirrored != Some(true));
    }
    if equalize {
        frame = frame.equalized();
    }
    let source = Some(name.to_owned());
    let label = EyeLabel { gaze, subject, source, head, mirrored, ..EyeLabel::default() };
    Ok((path, Sample { id: SampleId(index as u64), domain: Domain::Real, frame, label }))
}

/// The names of the images in a folder, sorted.
pub(crate) fn image_names(dir: &Path) -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    for entry in fs::read_dir(dir).map_err(Error::io(dir, "read the folder"))? {
        let path = entry.map_err(Error::io(dir, "read the folder"))?.path();
        let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase());
        if !extension.is_some_and(|e| EXTENSIONS.contains(&e.as_str())) || !path.is_file() {
            continue;
        }
        match path.file_name().and_then(|name| name.to_str()) {
            Some(name) => names.push(name.to_owned()),
            None => {
                let problem = "its name is not UTF-8".to_owned();
                return Err(Error::Image { path, problem });
            }
        }
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
#[path = "folder_tests.rs"]
mod tests;
