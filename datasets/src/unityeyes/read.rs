//! `N.jpg`, `N.json` → samples.

use super::file::{File, Triple, points, triple};
use crate::error::Error;
use crate::image;
use rayon::prelude::*;
use simulator::sample::{Domain, Eye, EyeLabel, Gaze, Sample, SampleId};
use std::fs;
use std::path::{Path, PathBuf};
use std::vec;

/// Images that are decoded at once.
const CHUNK: usize = 64;

/// What to do with the images.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UnityEyesOptions {
    /// Cut the eye out and scale it to this width and height, px: centred between the corners of the
    /// lids, which stand three quarters of the width apart. By default the whole image.
    pub size: Option<(usize, usize)>,
    /// Equalise the histogram, as MPIIGaze's images are. It comes last.
    pub equalize: bool,
}

/// How wide a cut is, in distances of the corners of the lids.
const CUT_WIDTH: f64 = 4.0 / 3.0;

/// Whether there are such pairs in a folder.
pub fn is_layout(dir: &Path) -> bool {
    numbers(dir).is_ok_and(|numbers| !numbers.is_empty())
}

/// Reads all pairs in `dir`, in the order of their numbers, which become ids. The gaze is `gaze_vec`
/// where it is known, else `look_vec`, which is the eyeball's axis: UnityEyes knows no other.
///
/// # Errors
/// [`Error::Empty`] without pairs, [`Error::TargetSize`]; the iterator yields [`Error::Label`] for a
/// JSON file that can't be used, [`Error::Image`] for an image, and ends with it.
pub fn read(
    dir: &Path,
    options: &UnityEyesOptions,
) -> Result<impl Iterator<Item = Result<Sample<Eye>, Error>> + use<>, Error> {
    if let Some((width, height)) = options.size {
        let max = image::MAX_SIDE_PX;
        if !(1..=max).contains(&width) || !(1..=max).contains(&height) {
            return Err(Error::TargetSize { width, height, max });
        }
    }
    let numbers = numbers(dir)?;
    if numbers.is_empty() {
        let expected = "pair N.jpg, N.json of UnityEyes";
        return Err(Error::Empty { path: dir.to_owned(), expected });
    }
    Ok(Samples {
        dir: dir.to_owned(),
        options: options.clone(),
        numbers,
        ready: vec![].into_iter(),
    })
}

/// The numbers of the pairs, ascending.
fn numbers(dir: &Path) -> Result<Vec<u64>, Error> {
    let mut numbers: Vec<u64> = Vec::new();
    for entry in fs::read_dir(dir).map_err(Error::io(dir, "read the folder"))? {
        let path = entry.map_err(Error::io(dir, "read the folder"))?.path();
        let number = path.file_stem().and_then(|stem| stem.to_str()?.parse().ok());
        if let Some(number) = number
            && path.extension().is_some_and(|extension| extension == "json")
            && path.with_extension("jpg").is_file()
        {
            numbers.push(number);
        }
    }
    numbers.sort_unstable();
    Ok(numbers)
}

struct Samples {
    dir: PathBuf,
    options: UnityEyesOptions,
    /// Those to come.
    numbers: Vec<u64>,
    ready: vec::IntoIter<Sample<Eye>>,
}

impl Iterator for Samples {
    type Item = Result<Sample<Eye>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ready.len() == 0 && !self.numbers.is_empty() {
            let chunk: Vec<u64> = self.numbers.drain(..CHUNK.min(self.numbers.len())).collect();
            let (dir, options) = (&self.dir, &self.options);
            match chunk.into_par_iter().map(|number| sample(dir, number, options)).collect() {
                Ok(samples) => self.ready = Vec::into_iter(samples),
                Err(error) => {
                    self.numbers.clear();
                    return Some(Err(error));
                }
            }
        }
        self.ready.next().map(Ok)
    }
}

fn sample(dir: &Path, number: u64, options: &UnityEyesOptions) -> Result<Sample<Eye>, Error> {
    let pair = Pair::read(dir, number)?;
    let path = dir.join(format!("{number}.jpg"));
    let mut frame = match options.size {
        Some(size) => image::cut(&path, pair.window(size), size)?,
        None => image::load(&path, None)?,
    };
    if options.equalize {
        frame = frame.equalized();
    }
    let label = EyeLabel {
        gaze: Some(pair.gaze()),
        source: Some(format!("{number}.jpg")),
        ..EyeLabel::default()
    };
    Ok(Sample { id: SampleId(number), domain: Domain::Synthetic, frame, label })
}

/// What one JSON file says, as numbers in its own frame.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pair {
    pub(super) margin: Vec<Triple>,
    pub(super) caruncle: Vec<Triple>,
    pub(super) iris: Vec<Triple>,
    pub(super) look: Triple,
    pub(super) visual: Option<Triple>,
    pub(super) head_pose: Triple,
}

impl Pair {
    pub(super) fn read(dir: &Path, number: u64) -> Result<Self, Error> {
        let path = dir.join(format!("{number}.json"));
        let wrong = |line: usize, field: &str, problem: String| Error::Label {
            path: path.clone(),
            line: line as u64,
            field: field.to_owned(),
            problem: format!("{problem}; render the image again, or remove the pair"),
        };
        let bytes = crate::regular::read(&path).map_err(Error::io(&path, "read the labels"))?;
        let file: File = serde_json::from_slice(&bytes)
            .map_err(|error| wrong(error.line(), "all", error.to_string()))?;
        let at = |field: &'static str| move |problem: String| wrong(1, field, problem);
        let direction = |text: &str| {
            let vector = triple(text)?;
            let length = vector.iter().map(|v| v * v).sum::<f64>().sqrt();
            // Four decimals, and no direction at all would be zeros.
            if (length - 1.0).abs() < 0.01 { Ok(vector) } else { Err(format!("{text} is no unit")) }
        };
        let eye = &file.eye_details;
        Ok(Self {
            margin: points(&file.interior_margin_2d, 16).map_err(at("interior_margin_2d"))?,
            caruncle: points(&file.caruncle_2d, 7).map_err(at("caruncle_2d"))?,
            iris: points(&file.iris_2d, 32).map_err(at("iris_2d"))?,
            look: direction(&eye.look_vec).map_err(at("eye_details.look_vec"))?,
            visual: eye.gaze_vec.as_deref().map(direction).transpose().map_err(at("gaze_vec"))?,
            head_pose: triple(&file.head_pose).map_err(at("head_pose"))?,
        })
    }

    /// In our frame, where y is down.
    pub(super) fn gaze(&self) -> Gaze {
        let [x, y, z] = self.visual.unwrap_or(self.look);
        Gaze::from_vector([x, -y, z].into())
    }

    /// Left, bottom (from the lower left corner), width and height of the eye, px.
    fn window(&self, (width, height): (usize, usize)) -> [f64; 4] {
        let (inner, outer) = (self.margin[0], self.margin[8]);
        let across = (outer[0] - inner[0]).hypot(outer[1] - inner[1]) * CUT_WIDTH;
        let (w, h) = (across, across * height as f64 / width as f64);
        [(inner[0] + outer[0] - w) / 2.0, (inner[1] + outer[1] - h) / 2.0, w, h]
    }
}
