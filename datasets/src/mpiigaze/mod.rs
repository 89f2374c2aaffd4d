//! MPIIGaze as its authors distribute it: `Data/Normalized/p00/day01.mat` and so on.
//!
//! Zhang, Sugano, Fritz, Bulling, *Appearance-Based Gaze Estimation in the Wild*, CVPR 2015. Each
//! file holds one day of one person: `data.left` and `data.right`, each with `image` [n, 36, 60]
//! (luminance, histogram-equalised), `gaze` [n, 3] and `pose` [n, 3].
//!
//! Samples come in the order person, day, index, left before right. Right eyes are mirrored, and
//! their gaze with them, so that all are left eyes. `gaze` points from the eye to the target in
//! camera space (x right, y down, z forward) and becomes pitch and yaw by
//! [`Gaze::from_vector`]. A gaze that is not finite, or zero, is unknown: `None`.
//!
//! The labels in these files are those of 2015, rotated *and scaled* with the image (S R g in the
//! paper's terms), which bends angles slightly; *Revisiting Data Normalization* (Zhang, Sugano,
//! Bulling, ETRA 2018) rotates alone. They are handed on as they are, because published results on
//! this data set are measured against them.

use crate::error::Error;
use crate::mat::{MatError, MatFile, Numbers, Value};
use nalgebra::Vector3;
use simulator::sample::{Domain, Eye, EyeLabel, Frame, Gaze, Sample, SampleId};
use std::fs;
use std::path::{Path, PathBuf};
use std::vec;

/// Where the normalised eyes are within the download.
pub(crate) const FOLDER: &str = "Data/Normalized";

/// What to import.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MpiiGazeOptions {
    /// Only these people ("p00" to "p14"); empty for all.
    pub subjects: Vec<String>,
}

/// Reads the data set under `root`, the folder that holds `Data`. Memory holds one day.
///
/// # Errors
/// [`Error::Empty`] if there is no such layout, [`Error::Subject`] if a subject is not there;
/// the iterator yields [`Error::Mat`] for a damaged file, and ends with it.
pub fn read(root: &Path, options: &MpiiGazeOptions) -> Result<Samples, Error> {
    let folder = root.join(FOLDER);
    if !folder.is_dir() {
        return Err(Error::Empty { path: root.to_owned(), expected: "folder Data/Normalized" });
    }
    let subjects = sorted(&folder, |path| path.is_dir())?;
    let available: Vec<String> = subjects.iter().map(|path| name(path)).collect();
    for subject in &options.subjects {
        if !available.contains(subject) {
            let (path, subject) = (folder, subject.clone());
            return Err(Error::Subject { path, subject, available });
        }
    }

    let mut days = Vec::new();
    for subject in subjects {
        if options.subjects.is_empty() || options.subjects.contains(&name(&subject)) {
            let is_mat = |path: &Path| path.extension().is_some_and(|e| e == "mat");
            days.extend(sorted(&subject, is_mat)?);
        }
    }
    if days.is_empty() {
        return Err(Error::Empty { path: folder, expected: "file pNN/dayNN.mat" });
    }
    Ok(Samples { days: days.into_iter(), ready: Vec::new().into_iter(), next_id: 0, first: None })
}

/// The samples of an MPIIGaze folder; see [`read`].
pub struct Samples {
    days: vec::IntoIter<PathBuf>,
    ready: vec::IntoIter<Sample<Eye>>,
    next_id: u64,
    first: Option<(PathBuf, (usize, usize))>,
}

impl Iterator for Samples {
    type Item = Result<Sample<Eye>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(mut sample) = self.ready.next() {
                sample.id = SampleId(self.next_id);
                self.next_id += 1;
                return Some(Ok(sample));
            }
            let day = self.days.next()?;
            match self.load(&day) {
                Ok(samples) => self.ready = samples.into_iter(),
                Err(error) => {
                    self.days = Vec::new().into_iter();
                    return Some(Err(error));
                }
            }
        }
    }
}

impl Samples {
    /// The samples of one day, checked to be of the same size as those before.
    fn load(&mut self, path: &Path) -> Result<Vec<Sample<Eye>>, Error> {
        let bytes = crate::regular::read(path).map_err(Error::io(path, "read the file"))?;
        let samples = day(path, &bytes).map_err(Error::mat(path))?;
        for sample in &samples {
            let found = sample.frame.size();
            let (first, expected) = self.first.get_or_insert_with(|| (path.to_owned(), found));
            if found != *expected {
                let (path, first, expected) = (path.to_owned(), first.clone(), *expected);
                return Err(Error::Size { path, found, first, expected });
            }
        }
        Ok(samples)
    }
}

/// One eye's rows of a day.
struct Side<'a> {
    image: &'a Numbers<'a>,
    gaze: &'a Numbers<'a>,
    mirror: bool,
    name: &'static str,
}

/// The samples in a file, index by index, left before right; their ids are still zero.
fn day(path: &Path, bytes: &[u8]) -> Result<Vec<Sample<Eye>>, MatError> {
    let file = MatFile::new(bytes)?;
    let Some(data) = file.variable("data")? else { return problem("there is no variable `data`") };
    let sides = [side(&data, "left", false)?, side(&data, "right", true)?];
    let subject = path.parent().map(name).unwrap_or_default();
    let file = name(path);

    let longest = sides.iter().map(|side| side.image.dims[0]).max().unwrap_or(0);
    let mut samples = Vec::new();
    for row in 0..longest {
        for side in sides.iter().filter(|side| row < side.image.dims[0]) {
            let source = format!("{subject}/{file}#{row}/{}", side.name);
            samples.push(side.sample(row, &subject, source)?);
        }
    }
    Ok(samples)
}

/// The rows of one eye, their shapes checked.
fn side<'a>(data: &'a Value<'a>, name: &'static str, mirror: bool) -> Result<Side<'a>, MatError> {
    let numbers = |field: &str| match data.field(name).and_then(|side| side.field(field)) {
        Some(Value::Numbers(numbers)) => Ok(numbers),
        _ => problem(format!("`data.{name}.{field}` is missing, or no array of numbers")),
    };
    let (image, gaze) = (numbers("image")?, numbers("gaze")?);
    match (&image.dims[..], &gaze.dims[..]) {
        ([n, height, width], [m, 3]) if n == m && *height > 0 && *width > 0 => {
            Ok(Side { image, gaze, mirror, name })
        }
        (image, gaze) => problem(format!(
            "`data.{name}` has images of shape {image:?} and gaze of {gaze:?}; \
             [n, height, width] and [n, 3] were expected"
        )),
    }
}

impl Side<'_> {
    fn sample(&self, row: usize, subject: &str, source: String) -> Result<Sample<Eye>, MatError> {
        // MATLAB's first index runs fastest: row, then y, then x.
        let (n, height, width) = (self.image.dims[0], self.image.dims[1], self.image.dims[2]);
        let mut wrong = None;
        let frame = Frame::from_fn(width, height, |x, y| {
            let level = self.image.at(row + n * (y + height * x));
            if !(0.0..=255.0).contains(&level) {
                wrong = Some(level);
            }
            level.round() as u8
        });
        if let Some(level) = wrong {
            return problem(format!("{source}: a pixel is {level}, and 0 to 255 is possible"));
        }

        let g = Vector3::from_fn(|axis, _| self.gaze.at(row + n * axis));
        let known = g.iter().all(|v| v.is_finite()) && g.norm() > 0.0;
        let gaze = known.then(|| Gaze::from_vector(g));
        let (frame, gaze) = match self.mirror {
            true => (frame.mirrored(), gaze.map(Gaze::mirrored)),
            false => (frame, gaze),
        };
        let subject = Some(subject.to_owned());
        let label = EyeLabel { gaze, subject, source: Some(source), ..EyeLabel::default() };
        Ok(Sample { id: SampleId(0), domain: Domain::Real, frame, label })
    }
}

/// Something is wrong with the content, wherever it stands.
fn problem<T>(problem: impl Into<String>) -> Result<T, MatError> {
    Err(MatError::At { byte: 128, problem: problem.into() })
}

/// The last part of a path.
fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// What a folder holds of a kind, by name.
fn sorted(folder: &Path, wanted: impl Fn(&Path) -> bool) -> Result<Vec<PathBuf>, Error> {
    let read = || -> std::io::Result<Vec<PathBuf>> {
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
    };
    let mut paths = read().map_err(Error::io(folder, "read the folder"))?;
    paths.retain(|path| wanted(path));
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests;
