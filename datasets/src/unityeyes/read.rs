//! `N.jpg`, `N.json` → samples.

use super::file::{File, Triple, points, triple};
use crate::account::Account;
use crate::beside::name_of;
use crate::chunks::{Loaded, Samples};
use crate::contents::{Contents, extension};
use crate::error::Error;
use crate::image;
use simulator::sample::{Domain, Eye, EyeLabel, Gaze, Sample, SampleId};
use std::collections::{BTreeMap, HashSet};
use std::path::Path;

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

/// Words that stand in the JSON files of UnityEyes and hardly elsewhere.
const WORDS: [&[u8]; 4] = [b"look_vec", b"interior_margin_2d", b"eye_details", b"caruncle_2d"];
/// JSON files that are looked into.
const LOOKED_AT: usize = 3;

/// What says that there are such pairs in a folder; `None` if nothing does.
pub(crate) fn evidence(dir: &Path, contents: &Contents) -> Option<String> {
    let found = Found::of(contents);
    let is_numbered = |pair: &Named| pair.json == format!("{}.json", pair.number.unwrap_or(0));
    let says = |pair: &&Named| {
        let bytes = crate::regular::read(&dir.join(&pair.json)).unwrap_or_default();
        WORDS.iter().any(|word| bytes.windows(word.len()).any(|part| part == *word))
    };
    let pair = found.pairs.iter().take(LOOKED_AT).find(says).or_else(|| {
        // The program's own names, whatever is wrong with the first files.
        found.pairs.iter().find(|pair| is_numbered(pair) && pair.image.ends_with(".jpg"))
    })?;
    Some(format!("{} and {} are a pair", pair.image, pair.json))
}

/// An image and its JSON file, which have one stem.
struct Named {
    image: String,
    json: String,
    /// The digits at the end of the stem.
    number: Option<u64>,
}

/// The pairs in a folder, and what is none.
struct Found {
    pairs: Vec<Named>,
    alone: Vec<(String, &'static str)>,
}

impl Found {
    fn of(contents: &Contents) -> Self {
        let stem =
            |name: &str| Path::new(name).file_stem().map(|s| s.to_string_lossy().into_owned());
        let mut images: BTreeMap<String, Vec<&String>> = BTreeMap::new();
        for name in &contents.images {
            images.entry(stem(name).unwrap_or_default()).or_default().push(name);
        }
        let (mut pairs, mut alone) = (Vec::new(), Vec::new());
        for path in contents.texts.iter().filter(|path| extension(path) == "json") {
            let json = name_of(path);
            let stem = stem(&json).unwrap_or_default();
            let Some(mut named) = images.remove(&stem) else {
                alone.push((json, "no image of its name is there"));
                continue;
            };
            // The program writes JPEG files.
            named.sort_by_key(|name| !extension(Path::new(name)).starts_with('j'));
            let rest = named.split_off(1);
            alone.extend(rest.into_iter().map(|name| (name.clone(), "another image has its JSON")));
            let digits = stem.len() - stem.trim_end_matches(|c: char| c.is_ascii_digit()).len();
            let number = stem[stem.len() - digits..].parse().ok();
            pairs.extend(named.into_iter().map(|image| Named {
                image: image.clone(),
                json: json.clone(),
                number,
            }));
        }
        let bare = images.into_values().flatten();
        alone.extend(bare.map(|name| (name.clone(), "no JSON of its name is there")));
        pairs.sort_by(|a, b| (a.number, &a.image).cmp(&(b.number, &b.image)));
        Self { pairs, alone }
    }

    /// Whether the numbers tell all pairs apart.
    fn is_numbered(&self) -> bool {
        let numbers: HashSet<u64> = self.pairs.iter().filter_map(|pair| pair.number).collect();
        numbers.len() == self.pairs.len()
    }
}

/// Reads all pairs in `dir`, in the order of the numbers that their names end in, which become ids; where
/// two have one number, or none, ids count from 0. The gaze is `gaze_vec` where it is known, else
/// `look_vec`, which is the eyeball's axis: UnityEyes knows no other.
///
/// # Errors
/// [`Error::Empty`] without pairs, [`Error::TargetSize`]; the iterator yields [`Error::Label`] for a
/// JSON file that can't be used, [`Error::Image`] for an image, and goes on.
pub fn read(dir: &Path, options: &UnityEyesOptions) -> Result<Samples<Eye>, Error> {
    image::check_size(options.size)?;
    let contents = Contents::read(dir)?;
    let found = Found::of(&contents);
    if found.pairs.is_empty() {
        let expected = "pair N.jpg, N.json of UnityEyes";
        return Err(Error::Empty { path: dir.to_owned(), expected });
    }
    let mut account = Account::of("UnityEyes");
    account.pass_over_rest(&contents);
    for (name, why) in &found.alone {
        account.pass_over(name.clone(), why);
    }
    let others = contents.tables.iter().chain(&contents.opaque);
    for path in others.chain(contents.texts.iter().filter(|path| extension(path) != "json")) {
        account.pass_over(name_of(path), "no part of a pair");
    }
    let numbered = found.is_numbered();
    if !numbered {
        account.notes.push("names do not end in different numbers: ids count from 0".to_owned());
    }
    let (dir, options, pairs) = (dir.to_owned(), options.clone(), found.pairs);
    Ok(Samples::new(pairs.len(), account, move |k| {
        let number = if numbered { pairs[k].number } else { None };
        sample(&dir, &pairs[k], SampleId(number.unwrap_or(k as u64)), &options)
    }))
}

fn sample(dir: &Path, named: &Named, id: SampleId, options: &UnityEyesOptions) -> Loaded<Eye> {
    let pair = Pair::read_file(&dir.join(&named.json), options.size.is_some())?;
    let path = dir.join(&named.image);
    let mut frame = match options.size {
        Some(size) => image::cut(&path, pair.window(size), size)?,
        None => image::load(&path, None)?,
    };
    if options.equalize {
        frame = frame.equalized();
    }
    let label = EyeLabel {
        gaze: Some(pair.gaze()),
        source: Some(named.image.clone()),
        ..EyeLabel::default()
    };
    Ok((path, Sample { id, domain: Domain::Synthetic, frame, label }))
}

/// What one JSON file says, as numbers in its own frame.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pair {
    pub(super) margin: Vec<Triple>,
    pub(super) look: Triple,
    pub(super) visual: Option<Triple>,
}

impl Pair {
    /// What a file says; the lids' margin must be there if the eye is to be cut out by it.
    pub(super) fn read_file(path: &Path, to_cut: bool) -> Result<Self, Error> {
        let wrong = |line: usize, field: &str, problem: String| Error::Label {
            path: path.to_owned(),
            line: line as u64,
            field: field.to_owned(),
            problem: format!("{problem}; render the image again, or remove the pair"),
        };
        let bytes = crate::regular::read(path).map_err(Error::io(path, "read the labels"))?;
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let file: File = serde_json::from_slice(bytes)
            .map_err(|error| wrong(error.line(), "all", error.to_string()))?;
        let at = |field: &'static str| move |problem: String| wrong(1, field, problem);
        let direction = |text: &str| {
            let vector = triple(text)?;
            let length = vector.iter().map(|v| v * v).sum::<f64>().sqrt();
            // Four decimals, and no direction at all would be zeros.
            if (length - 1.0).abs() < 0.01 { Ok(vector) } else { Err(format!("{text} is no unit")) }
        };
        let eye = &file.eye_details;
        let margin = points(&file.interior_margin_2d, 16);
        Ok(Self {
            margin: if to_cut { margin.map_err(at("interior_margin_2d"))? } else { Vec::new() },
            look: direction(&eye.look_vec).map_err(at("eye_details.look_vec"))?,
            visual: eye.gaze_vec.as_deref().map(direction).transpose().map_err(at("gaze_vec"))?,
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
