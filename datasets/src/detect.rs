//! Which importer a path is for, with evidence.

mod elsewhere;

use crate::beside::name_of;
use crate::contents::{Contents, extension};
use crate::error::Error;
use crate::folder::is_split;
use crate::{columns, hand, labels, mpiigaze, table::Table, unityeyes};
use std::path::Path;

/// How the files of a data set are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// The original download of MPIIGaze: [`mpiigaze::read`].
    MpiiGaze,
    /// Pairs of UnityEyes: [`unityeyes::read`].
    UnityEyes,
    /// NYU's depth hands: [`hand::nyu::read`].
    NyuHands,
    /// MSRA's depth hands: [`hand::msra::read`].
    MsraHands,
    /// ICVL's depth hands: [`hand::icvl::read`].
    IcvlHands,
    /// 16-bit depth images of hands: [`hand::folder::read`].
    DepthFolder,
    /// Parquet files with images in them, whose rows come to [`crate::embedded`].
    Parquet,
    /// Images in a folder: [`crate::folder::read`].
    Folder,
}

impl Layout {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::MpiiGaze,
        Self::UnityEyes,
        Self::NyuHands,
        Self::MsraHands,
        Self::IcvlHands,
        Self::DepthFolder,
        Self::Parquet,
        Self::Folder,
    ];

    /// The name in options.
    pub fn name(self) -> &'static str {
        match self {
            Self::MpiiGaze => "mpiigaze",
            Self::UnityEyes => "unityeyes",
            Self::NyuHands => "nyu",
            Self::MsraHands => "msra",
            Self::IcvlHands => "icvl",
            Self::DepthFolder => "depth",
            Self::Parquet => "parquet",
            Self::Folder => "folder",
        }
    }

    /// The one of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|layout| layout.name() == name)
    }

    /// Whether it holds depth hands and no eyes.
    pub fn is_hands(self) -> bool {
        matches!(self, Self::NyuHands | Self::MsraHands | Self::IcvlHands | Self::DepthFolder)
    }

    /// What is looked for.
    fn looked_for(self) -> &'static str {
        match self {
            Self::MpiiGaze => "MPIIGaze: Data/Normalized/pNN/dayNN.mat",
            Self::UnityEyes => "UnityEyes: images and JSON files of one name, N.jpg and N.json",
            Self::NyuHands => "NYU: joint_data.mat",
            Self::MsraHands => "MSRA: joint.txt in P0/GESTURE",
            Self::IcvlHands => "ICVL: labels.txt of 48 numbers a line",
            Self::DepthFolder => "depth hands: images of 16-bit grey, or a table that names some",
            Self::Parquet => "Parquet files with images",
            Self::Folder => {
                "eyes: images (png, jpg, pgm, ppm, bmp, webp, tif), or a table with a column file_name \
                 or file"
            }
        }
    }

    /// What says that a path is of this kind; `None` if nothing does.
    fn evidence(self, path: &Path, contents: &Contents) -> Option<String> {
        match self {
            Self::MpiiGaze => {
                path.join(mpiigaze::FOLDER).is_dir().then(|| "it holds Data/Normalized".to_owned())
            }
            Self::UnityEyes => unityeyes::evidence(path, contents),
            Self::NyuHands => {
                hand::nyu::is_layout(path).then(|| "it holds joint_data.mat".to_owned())
            }
            Self::MsraHands => {
                hand::msra::is_layout(path).then(|| "joint.txt lies in it or below".to_owned())
            }
            Self::IcvlHands => hand::icvl::evidence(path),
            Self::DepthFolder => hand::folder::evidence(path, contents),
            Self::Parquet => parquet(path, contents),
            Self::Folder => folder(path, contents),
        }
    }
}

/// What a path was taken for, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detected {
    /// The importer.
    pub layout: Layout,
    /// What says so.
    pub because: String,
}

/// Which importer a path is for: the one that finds what is its own. Images in a folder are depth where
/// they are 16-bit grey and no table tells their gaze, and eyes where nobody else claims them.
///
/// # Errors
/// [`Error::Io`] if there is no such path; [`Error::NotRead`] if no importer finds its own, or several do:
/// it says what was looked for and what is there, and what to give instead.
pub fn detect(path: &Path) -> Result<Detected, Error> {
    std::fs::metadata(path).map_err(Error::io(path, "find the files"))?;
    let contents = if path.is_dir() { Contents::read(path)? } else { Contents::default() };
    if path.join("manifest.json").is_file() && path.join("data").is_dir() {
        let problem = "it is a data set already: give it as it is to the other commands".to_owned();
        return Err(Error::NotRead { path: path.to_owned(), problem });
    }
    let mut claims = claims(path, &contents);
    // General layouts leave to special ones what these claim.
    let special = |layout: Layout| !matches!(layout, Layout::DepthFolder | Layout::Folder);
    if claims.iter().any(|claim| special(claim.layout)) {
        claims.retain(|claim| special(claim.layout));
    } else if claims.len() == 2 {
        let wanted = match tells_gaze(path, &contents) {
            true => Layout::Folder,
            false => Layout::DepthFolder,
        };
        claims.retain(|claim| claim.layout == wanted);
    }
    match claims.len() {
        1 => Ok(claims.remove(0)),
        0 => Err(elsewhere::none(path, &contents)),
        _ => {
            let all = claims.iter().map(|c| format!("{} ({})", c.layout.name(), c.because));
            let all: Vec<String> = all.collect();
            let names: Vec<&str> = claims.iter().map(|c| c.layout.name()).collect();
            let problem = format!(
                "it can be read as {}: say which by --as {}",
                all.join(" or as "),
                names.join(" or --as ")
            );
            Err(Error::NotRead { path: path.to_owned(), problem })
        }
    }
}

/// All importers that find their own.
fn claims(path: &Path, contents: &Contents) -> Vec<Detected> {
    let claim = |layout: Layout| {
        layout.evidence(path, contents).map(|because| Detected { layout, because })
    };
    Layout::ALL.into_iter().filter_map(claim).collect()
}

/// Whether a table here, or this one, tells a gaze.
fn tells_gaze(path: &Path, contents: &Contents) -> bool {
    let tells = |path: &Path| {
        let table = Table::read(path).ok();
        table.is_some_and(|table| labels::has_gaze(&table, &columns::Columns::default()))
    };
    if path.is_file() { tells(path) } else { contents.tables.iter().any(|table| tells(table)) }
}

/// Parquet files: this one, those here, or those in `data`.
fn parquet(path: &Path, contents: &Contents) -> Option<String> {
    let is_one = |path: &Path| {
        let mut head = [0; 4];
        let file = crate::regular::open(path);
        let read = file.and_then(|mut file| std::io::Read::read_exact(&mut file, &mut head));
        read.is_ok() && &head == b"PAR1"
    };
    if path.is_file() {
        return is_one(path).then(|| "it begins with PAR1".to_owned());
    }
    let first = match parquet_files(path).into_iter().find(|path| is_one(path)) {
        Some(first) if contents.images.is_empty() => first,
        _ => return None,
    };
    Some(format!("it holds {}", first.strip_prefix(path).unwrap_or(&first).display()))
}

/// The Parquet files of a path, in order of names: itself, those in it, or in `data` or splits in it.
pub fn parquet_files(path: &Path) -> Vec<std::path::PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let Ok(contents) = Contents::read(path) else { return Vec::new() };
    let mut files: Vec<_> =
        contents.opaque.into_iter().filter(|path| extension(path) == "parquet").collect();
    for folder in contents.folders.iter().filter(|f| is_split(f) || name_of(f) == "data") {
        files.extend(parquet_files(folder));
    }
    files
}

/// Images in a folder, in splits below, or named by a table.
fn folder(path: &Path, contents: &Contents) -> Option<String> {
    if path.is_file() {
        let is_table = ["csv", "tsv", "jsonl"].contains(&extension(path).as_str());
        return is_table.then(|| "it is a table".to_owned());
    }
    if let Some(first) = contents.images.first() {
        return Some(format!("{} images from {first} on", contents.images.len()));
    }
    if let Some(first) = contents.tables.first() {
        return Some(format!("it holds {}", name_of(first)));
    }
    // Folders of that name also hold depth and other layouts, which are read one by one.
    let special = Layout::ALL.into_iter().filter(|layout| *layout != Layout::Folder);
    let claimed = |folder: &Path, contents: &Contents| {
        special.clone().any(|layout| layout.evidence(folder, contents).is_some())
            && !tells_gaze(folder, contents)
    };
    let mut split = None;
    for folder in contents.folders.iter().filter(|folder| is_split(folder)) {
        let Ok(below) = Contents::read(folder) else { continue };
        if claimed(folder, &below) {
            return None;
        }
        if !below.images.is_empty() {
            split = split.or(Some(folder));
        }
    }
    split.map(|folder| format!("images lie in {}", name_of(folder)))
}
