//! What to say about a path that no importer takes: what was looked for, what is there, and what to give
//! instead.

use super::{Layout, claims};
use crate::contents::{Contents, extension};
use crate::error::Error;
use crate::image::{EXTENSIONS, OTHERS};
use std::path::{Path, PathBuf};

/// Folders above that are tried.
const ABOVE: usize = 4;
/// Folders below that are tried, level by level.
const BELOW: usize = 200;

/// The error about a path that no importer takes.
pub(super) fn none(path: &Path, contents: &Contents) -> Error {
    let looked: Vec<&str> = Layout::ALL.iter().map(|layout| layout.looked_for()).collect();
    let names: Vec<&str> = Layout::ALL.iter().map(|layout| layout.name()).collect();
    let packed = contents
        .opaque
        .iter()
        .chain(contents.rest.iter().map(Path::new).map(PathBuf::from).collect::<Vec<_>>().iter())
        .find_map(|path| remedy(path))
        .map(str::to_owned);
    let problem = match (nearby(path), path.is_file()) {
        (Some((place, layout, more)), _) => format!(
            "this is not what is read, but {}{}: give {}",
            layout_in(layout, &place),
            match more {
                0 => String::new(),
                more => format!(" (and something in {more} folders beside it)"),
            },
            place.display()
        ),
        (None, true) => of_file(path),
        (None, false) => format!(
            "nothing to read here. There is {}. Looked for: {}. {}Check the path, or say what it is by \
             --as {}",
            contents.summary(),
            looked.join("; "),
            packed.map(|text| format!("{text}. ")).unwrap_or_default(),
            names.join("|")
        ),
    };
    Error::NotRead { path: path.to_owned(), problem }
}

fn layout_in(layout: Layout, place: &Path) -> String {
    let title = match layout {
        Layout::MpiiGaze => "MPIIGaze lies",
        Layout::UnityEyes => "pairs of UnityEyes lie",
        Layout::NyuHands => "NYU's hands lie",
        Layout::MsraHands => "MSRA's hands lie",
        Layout::IcvlHands => "ICVL's hands lie",
        Layout::DepthFolder => "depth images lie",
        Layout::Parquet => "Parquet files lie",
        Layout::Folder => "images lie",
    };
    format!("{title} in {}", place.display())
}

/// A folder above or below that an importer takes. A folder above counts only where the path is a part of
/// a data set, not where images merely lie beside it. And how many more of its level one takes.
fn nearby(path: &Path) -> Option<(PathBuf, Layout, usize)> {
    let layout_of = |path: &Path| {
        let contents = Contents::read(path).ok()?;
        let claims = claims(path, &contents);
        let special =
            claims.iter().find(|c| !matches!(c.layout, Layout::DepthFolder | Layout::Folder));
        special.or(claims.first()).map(|claim| claim.layout)
    };
    // Below, level by level.
    let mut level = vec![path.to_owned()];
    for _ in 0..3 {
        let below = level.iter().filter(|path| path.is_dir());
        let below = below.filter_map(|path| Contents::read(path).ok()).flat_map(|c| c.folders);
        let below: Vec<PathBuf> = below.take(BELOW).collect();
        let mut found = below.iter().filter_map(|path| Some((path.clone(), layout_of(path)?)));
        if let Some((place, layout)) = found.next() {
            return Some((place, layout, found.count()));
        }
        level = below;
    }
    let image = EXTENSIONS.contains(&extension(path).as_str());
    for above in path.ancestors().skip(1).take(ABOVE) {
        let above = if above.as_os_str().is_empty() { Path::new(".") } else { above };
        match layout_of(above) {
            Some(Layout::Folder | Layout::DepthFolder) if !image => {}
            Some(layout) => return Some((above.to_owned(), layout, 0)),
            None => {}
        }
        if image {
            break;
        }
    }
    None
}

/// What to say about a single file.
fn of_file(path: &Path) -> String {
    let extension = extension(path);
    if let Some(remedy) = remedy(path) {
        return remedy.to_owned();
    }
    if EXTENSIONS.contains(&extension.as_str()) {
        return "it is one image: give the folder that it lies in".to_owned();
    }
    "it is no file that is read: give the folder of the images, or a CSV, TSV or JSONL that names them in \
     its column file_name or file"
        .to_owned()
}

/// How files that are not read become files that are.
fn remedy(path: &Path) -> Option<&'static str> {
    Some(match extension(path).as_str() {
        "h5" | "hdf5" => {
            "HDF5 is not read: examples/unpack_gaze.py turns it into a folder of images with a metadata.csv"
        }
        "npz" | "npy" => {
            "NumPy's files are not read: examples/unpack_gaze.py turns them into a folder of images with a \
             metadata.csv"
        }
        "mat" => {
            "a MATLAB file is read as a part of MPIIGaze (Data/Normalized/pNN/dayNN.mat) or NYU \
             (joint_data.mat) alone: give their folder; examples/unpack_gaze.py shows how others become a \
             folder of images with a metadata.csv"
        }
        "tar" | "tgz" => "unpack it first: tar -xf FILE -C FOLDER, and give the folder",
        "gz" | "xz" | "bz2" | "zst" => "unpack it first, and give the folder",
        "zip" => "unpack it first: unzip FILE -d FOLDER, and give the folder",
        "rar" | "7z" => "unpack it first: 7z x FILE -oFOLDER, and give the folder",
        "mp4" | "avi" | "mov" | "mkv" | "webm" | "wmv" | "m4v" | "mpg" => {
            "a video is not read: turn it into frames by ffmpeg -i FILE FOLDER/%06d.png, and give the folder"
        }
        "arrow" | "feather" => {
            "Arrow files are not read: datasets.load_from_disk(FOLDER).to_parquet(\"FILE.parquet\") in \
             Python writes Parquet, which is"
        }
        "pkl" | "pickle" => "Python's pickles are not read: save images and a metadata.csv",
        "bag" => "a recording is not read: export its frames as PNG files",
        e if OTHERS.contains(&e) => "images of this format are not read: save them as PNG",
        _ => return None,
    })
}
