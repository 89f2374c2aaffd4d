//! A folder of images, with a `metadata.csv` of labels if there is one.
//!
//! The table has the form of Hugging Face's ImageFolder: a column `file_name`, and here also
//! `pitch_rad`, `yaw_rad` and, if it is known, `subject`. Other columns are passed over. Angles are
//! [`Gaze`]'s. Where both are empty, and for an image without a row, the gaze is unknown.
//!
//! Where there is no `metadata.csv` but a `labels.csv` with `file`, `pitch_rad` and `yaw_rad`, its rows
//! say which images there are, by their paths from the folder: images may lie in folders below.

use crate::error::Error;
use crate::image::{self, EXTENSIONS};
use crate::labels::{self, Row};
use rayon::prelude::*;
use simulator::sample::{Domain, Eye, EyeLabel, Gaze, Sample, SampleId};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::vec;

/// Images that are decoded at once.
const CHUNK: usize = 256;

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

/// Reads the images in `dir`: PNG, JPEG, PGM and BMP, by file name, not in folders below; or those that
/// a `labels.csv` names, in its order. Ids count from 0. Colour and 16-bit images become 8-bit luminance (Rec. 709).
///
/// # Errors
/// [`Error::Empty`] without images, [`Error::Label`] for a wrong table; the iterator yields
/// [`Error::Image`] for an image that can't be read, [`Error::Size`] for the first of another size
/// than the ones before, and ends with it.
pub fn read(dir: &Path, options: &FolderOptions) -> Result<Samples, Error> {
    if let Some((width, height)) = options.size {
        let max = image::MAX_SIDE_PX;
        if !(1..=max).contains(&width) || !(1..=max).contains(&height) {
            return Err(Error::TargetSize { width, height, max });
        }
    }
    let (names, labels) = match labels::listing(dir)? {
        Some(rows) => (rows.iter().map(|(name, _)| name.clone()).collect(), rows),
        None => {
            let names = image_names(dir)?;
            let rows = labels::read(dir, &names)?;
            (names, rows)
        }
    };
    if names.is_empty() {
        let expected = "image (png, jpg, jpeg, pgm, bmp), and no labels.csv with the columns file, \
                        pitch_rad and yaw_rad that names some,";
        return Err(Error::Empty { path: dir.to_owned(), expected });
    }
    let labels = labels.into_iter().collect();
    Ok(Samples {
        dir: dir.to_owned(),
        options: options.clone(),
        names,
        labels,
        next: 0,
        ready: Vec::new().into_iter(),
        first: None,
    })
}

/// The samples of a folder; see [`read`].
pub struct Samples {
    dir: PathBuf,
    options: FolderOptions,
    names: Vec<String>,
    labels: HashMap<String, Row>,
    next: usize,
    ready: vec::IntoIter<Sample<Eye>>,
    first: Option<(PathBuf, (usize, usize))>,
}

impl Samples {
    /// Decodes the next images on all threads, in order.
    fn refill(&mut self) -> Result<(), Error> {
        let start = self.next;
        let end = self.names.len().min(start + CHUNK);
        let (this, names) = (&*self, &self.names[start..end]);
        let samples: Result<Vec<_>, Error> =
            names.par_iter().enumerate().map(|(k, name)| this.sample(start + k, name)).collect();
        let samples = samples?;
        for (name, sample) in names.iter().zip(&samples) {
            let (path, found) = (self.dir.join(name), sample.frame.size());
            match &self.first {
                None => self.first = Some((path, found)),
                Some((first, expected)) if found != *expected => {
                    let (first, expected) = (first.clone(), *expected);
                    return Err(Error::Size { path, found, first, expected });
                }
                Some(_) => {}
            }
        }
        self.next = end;
        self.ready = samples.into_iter();
        Ok(())
    }

    fn sample(&self, index: usize, name: &str) -> Result<Sample<Eye>, Error> {
        let FolderOptions { mirror, equalize, size } = self.options;
        let mut frame = image::load(&self.dir.join(name), size)?;
        let row = self.labels.get(name).cloned().unwrap_or_default();
        let mut gaze = row.gaze;
        if mirror {
            frame = frame.mirrored();
            gaze = gaze.map(Gaze::mirrored);
        }
        if equalize {
            frame = frame.equalized();
        }
        let (subject, source) = (row.subject, Some(name.to_owned()));
        let label = EyeLabel { gaze, subject, source, ..EyeLabel::default() };
        Ok(Sample { id: SampleId(index as u64), domain: Domain::Real, frame, label })
    }
}

impl Iterator for Samples {
    type Item = Result<Sample<Eye>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ready.len() == 0
            && self.next < self.names.len()
            && let Err(error) = self.refill()
        {
            self.next = self.names.len();
            return Some(Err(error));
        }
        self.ready.next().map(Ok)
    }
}

/// The names of the images in a folder, sorted.
fn image_names(dir: &Path) -> Result<Vec<String>, Error> {
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
