//! A folder of images, with a `metadata.csv` of labels if there is one.
//!
//! The table has the form of Hugging Face's ImageFolder: a column `file_name`, and here also
//! `pitch_rad`, `yaw_rad` and, if it is known, `subject`. Other columns are passed over. Angles are
//! [`Gaze`]'s. Where both are empty, and for an image without a row, the gaze is unknown.

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

/// Reads the images in `dir`: PNG, JPEG, PGM and BMP, by file name, not in folders below. Ids count
/// from 0. Colour and 16-bit images become 8-bit luminance (Rec. 709).
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
    let names = image_names(dir)?;
    if names.is_empty() {
        let expected = "image (png, jpg, jpeg, pgm, bmp)";
        return Err(Error::Empty { path: dir.to_owned(), expected });
    }
    let labels = labels::read(dir, &names)?;
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
        let label = EyeLabel { gaze, subject, source, geometry: None };
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
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use ::image::{GrayImage, Luma};
    use simulator::sample::Frame;

    /// An image that says which one it is and has a left and a right.
    fn save(dir: &Path, name: &str, level: u8) {
        save_as(dir, name, level, (6, 4));
    }

    fn save_as(dir: &Path, name: &str, level: u8, (width, height): (u32, u32)) {
        let image = GrayImage::from_fn(width, height, |x, _| Luma([level + x as u8]));
        image.save(dir.join(name)).unwrap();
    }

    fn import(dir: &Path, options: &FolderOptions) -> Result<Vec<Sample<Eye>>, Error> {
        read(dir, options)?.collect()
    }

    #[test]
    fn images_come_by_name_with_their_labels() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path();
        save(dir, "b.png", 20);
        save(dir, "a.PNG", 10);
        save(dir, "c.pgm", 30);
        save(dir, "d.bmp", 40);
        std::fs::write(dir.join("notes.txt"), "no image").unwrap();
        std::fs::write(
            dir.join("metadata.csv"),
            "\u{feff}file_name,pitch_rad,yaw_rad,subject\nc.pgm,0.1,-0.2,me\n",
        )
        .unwrap();
        let samples = import(dir, &FolderOptions::default()).unwrap();
        let sources: Vec<_> = samples.iter().map(|s| s.label.source.as_deref().unwrap()).collect();
        assert_eq!(sources, ["a.PNG", "b.png", "c.pgm", "d.bmp"]);
        for (k, sample) in samples.iter().enumerate() {
            assert_eq!((sample.id, sample.domain), (SampleId(k as u64), Domain::Real));
            assert_eq!(sample.frame, Frame::from_fn(6, 4, |x, _| (10 * (k + 1) + x) as u8));
            assert_eq!(sample.label.gaze.is_some(), k == 2);
        }
        assert_eq!(samples[2].label.gaze, Some(Gaze { pitch: 0.1, yaw: -0.2 }));
        assert_eq!(samples[2].label.subject.as_deref(), Some("me"));
    }

    #[test]
    fn mirroring_turns_image_and_gaze_and_equalising_comes_last() {
        let folder = tempfile::tempdir().unwrap();
        save(folder.path(), "a.png", 10);
        std::fs::write(
            folder.path().join("metadata.csv"),
            "file_name,pitch_rad,yaw_rad\na.png,0.1,-0.2\n",
        )
        .unwrap();
        let plain = import(folder.path(), &FolderOptions::default()).unwrap().remove(0);
        let options = FolderOptions { mirror: true, equalize: true, size: None };
        let turned = import(folder.path(), &options).unwrap().remove(0);
        assert_eq!(turned.frame, plain.frame.mirrored().equalized());
        assert_eq!(turned.label.gaze, Some(Gaze { pitch: 0.1, yaw: 0.2 }));

        // The grey levels are spread after scaling: darkest and brightest are 0 and 255.
        let options = FolderOptions { equalize: true, size: Some((12, 8)), ..options };
        let scaled = import(folder.path(), &options).unwrap().remove(0).frame;
        let range = (scaled.pixels().iter().min(), scaled.pixels().iter().max());
        assert_eq!((scaled.size(), range), ((12, 8), (Some(&0), Some(&255))));
    }

    #[test]
    fn the_first_image_of_another_size_is_named_with_the_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path();
        save(dir, "a.png", 1);
        save(dir, "b.png", 1);
        save_as(dir, "c.png", 1, (5, 4));
        let error = import(dir, &FolderOptions::default()).unwrap_err().to_string();
        assert!(
            error.contains("c.png is 5x4 px, but ") && error.contains("a.png is 6x4 px"),
            "{error}"
        );
        assert!(error.contains("--size 6x4"), "{error}");
        let options = FolderOptions { size: Some((6, 4)), ..FolderOptions::default() };
        assert_eq!(import(dir, &options).unwrap().len(), 3);
    }

    #[test]
    fn more_images_than_one_chunk_stay_in_order() {
        let folder = tempfile::tempdir().unwrap();
        for k in 0..CHUNK + 3 {
            save(folder.path(), &format!("{k:04}.pgm"), (k % 250) as u8);
        }
        let samples = import(folder.path(), &FolderOptions::default()).unwrap();
        assert_eq!(samples.len(), CHUNK + 3);
        assert!(
            samples
                .iter()
                .enumerate()
                .all(|(k, s)| { s.id.0 == k as u64 && s.frame.get(0, 0) == (k % 250) as u8 })
        );
    }

    #[test]
    fn no_images_a_broken_one_and_a_silly_size_are_errors() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path();
        let options = FolderOptions::default();
        assert!(matches!(import(dir, &options), Err(Error::Empty { .. })));
        assert!(matches!(import(&dir.join("nowhere"), &options), Err(Error::Io { .. })));
        save(dir, "a.png", 1);
        std::fs::write(dir.join("b.png"), "no image").unwrap();
        let results: Vec<_> = read(dir, &options).unwrap().collect();
        assert!(results.len() == 1 && matches!(results[0], Err(Error::Image { .. })));
        let options = FolderOptions { size: Some((0, 36)), ..options };
        assert!(matches!(import(dir, &options), Err(Error::TargetSize { .. })));
    }
}
