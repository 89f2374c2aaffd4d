//! What lies in a folder, sorted by what it can be to an importer.

use crate::error::Error;
use crate::image::{EXTENSIONS, OTHERS};
use std::fs;
use std::path::{Path, PathBuf};

/// Tables that are read.
const TABLES: [&str; 3] = ["csv", "tsv", "jsonl"];
/// Files that often hold labels, and that can be searched for names of images.
const TEXTS: [&str; 8] = ["txt", "json", "xml", "yaml", "yml", "pts", "dat", "ini"];
/// Files that often hold labels, and that are not read here.
const OPAQUE: [&str; 15] = [
    "npy", "npz", "mat", "xlsx", "xls", "ods", "pkl", "pickle", "h5", "hdf5", "parquet", "arrow",
    "feather", "db", "sqlite",
];
/// What programs leave beside images and nobody means.
const SIDECARS: [&str; 7] = ["xmp", "aae", "thm", "lnk", "bak", "tmp", "part"];

/// The content of one folder. Everything is in the order of names.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    /// Images that are read.
    pub(crate) images: Vec<String>,
    /// Images of formats that are not read.
    pub(crate) other_images: Vec<String>,
    /// CSV, TSV and JSON lines.
    pub(crate) tables: Vec<PathBuf>,
    /// Texts that may hold labels.
    pub(crate) texts: Vec<PathBuf>,
    /// Other files that may hold labels.
    pub(crate) opaque: Vec<PathBuf>,
    /// Folders.
    pub(crate) folders: Vec<PathBuf>,
    /// Files of other kinds.
    pub(crate) rest: Vec<String>,
    /// Dot-files, thumbnails and the like.
    pub(crate) sidecars: Vec<String>,
    /// Files whose names are no text.
    pub(crate) nameless: Vec<String>,
}

impl Contents {
    /// Lists a folder.
    pub(crate) fn read(dir: &Path) -> Result<Self, Error> {
        let mut contents = Self::default();
        let mut paths = Vec::new();
        for entry in fs::read_dir(dir).map_err(Error::io(dir, "read the folder"))? {
            let entry = entry.map_err(Error::io(dir, "read the folder"))?;
            let is_dir = match entry.file_type() {
                Ok(kind) if !kind.is_symlink() => kind.is_dir(),
                _ => entry.path().is_dir(),
            };
            paths.push((entry.path(), is_dir));
        }
        paths.sort();
        for (path, is_dir) in paths {
            contents.add(path, is_dir);
        }
        Ok(contents)
    }

    fn add(&mut self, path: PathBuf, is_dir: bool) {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            self.nameless.push(path.to_string_lossy().into_owned());
            return;
        };
        let name = name.to_owned();
        if is_sidecar(&name) {
            self.sidecars.push(name);
        } else if is_dir {
            self.folders.push(path);
        } else {
            match extension(&path).as_str() {
                e if EXTENSIONS.contains(&e) => self.images.push(name),
                e if OTHERS.contains(&e) => self.other_images.push(name),
                e if TABLES.contains(&e) => self.tables.push(path),
                e if TEXTS.contains(&e) => self.texts.push(path),
                e if OPAQUE.contains(&e) => self.opaque.push(path),
                _ => self.rest.push(name),
            }
        }
    }

    /// In a few words: "12 .png, 1 .csv, 2 folders".
    pub(crate) fn summary(&self) -> String {
        let mut counts: std::collections::BTreeMap<String, usize> = Default::default();
        let paths = self.tables.iter().chain(&self.texts).chain(&self.opaque);
        let names = self.images.iter().chain(&self.other_images).chain(&self.rest);
        for path in names.map(Path::new).chain(paths.map(PathBuf::as_path)) {
            *counts.entry(ending(path)).or_default() += 1;
        }
        let mut words: Vec<String> =
            counts.into_iter().map(|(ending, count)| format!("{count} {ending}")).collect();
        match self.folders.len() {
            0 => {}
            1..4 => {
                let names = self.folders.iter().filter_map(|path| path.file_name());
                words.extend(names.map(|name| format!("folder {}", name.to_string_lossy())));
            }
            count => words.push(format!("{count} folders")),
        }
        if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
    }
}

/// What systems and programs leave in folders: no file of anybody's.
fn is_sidecar(name: &str) -> bool {
    name.starts_with('.')
        || name.starts_with("~$")
        || name.ends_with('~')
        || ["thumbs.db", "desktop.ini", "__macosx", "@eadir"]
            .contains(&name.to_lowercase().as_str())
        || SIDECARS.contains(&extension(Path::new(name)).as_str())
}

/// What a name ends in, in lower case, without the dot.
pub(crate) fn extension(path: &Path) -> String {
    path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default()
}

/// The same with its dot, for people.
pub(crate) fn ending(path: &Path) -> String {
    match extension(path) {
        extension if extension.is_empty() => "files without an extension".to_owned(),
        extension => format!(".{extension}"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn files_are_sorted_by_what_they_can_be() {
        let folder = tempfile::tempdir().unwrap();
        let names = [
            "b.PNG",
            "a.jpg",
            "._a.jpg",
            ".DS_Store",
            "Thumbs.db",
            "a.xmp",
            "t.CSV",
            "n.txt",
            "x.npy",
            "y.heic",
            "z.md",
        ];
        for name in names {
            fs::write(folder.path().join(name), "").unwrap();
        }
        fs::create_dir(folder.path().join("d")).unwrap();
        fs::create_dir(folder.path().join(".git")).unwrap();
        let contents = Contents::read(folder.path()).unwrap();
        assert_eq!(contents.images, ["a.jpg", "b.PNG"]);
        assert_eq!(contents.sidecars.len(), 5);
        let counts = [&contents.tables, &contents.texts, &contents.opaque, &contents.folders];
        assert_eq!(counts.map(Vec::len), [1; 4]);
        assert_eq!((contents.other_images.len(), contents.rest.len()), (1, 1));
        let all = "1 .csv, 1 .heic, 1 .jpg, 1 .md, 1 .npy, 1 .png, 1 .txt, folder d";
        assert_eq!(contents.summary(), all);
    }
}
