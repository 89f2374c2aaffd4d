//! Folders that exist whole or not at all, and files that are what they were.
//!
//! A saved thing is one folder: data files, and a manifest with the BLAKE3 hash of each. It is
//! written beside its final place and renamed into it. Where an older one has to step aside first, a
//! program killed between the two renames leaves it aside, and [`clean`] puts it back; so the old
//! folder or the new one is always there.

use crate::Error;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Leading part of the names of folders that are still being written.
const UNFINISHED: &str = ".unfinished-";
/// Leading part of the names of folders that stepped aside for a newer one.
const ASIDE: &str = ".aside-";

/// Size and hash of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileEntry {
    bytes: u64,
    blake3: String,
}

/// A manifest: the caller's own content, and the files beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Manifest<T> {
    /// Version of the layout.
    format: u32,
    #[serde(flatten)]
    pub(crate) content: T,
    files: BTreeMap<String, FileEntry>,
}

const FORMAT: u32 = 1;

/// Writes the folder `dir` anew, in the place of an older one.
pub(crate) fn publish<T: Serialize>(
    dir: &Path,
    manifest_name: &str,
    content: T,
    files: &[(&str, &[u8])],
) -> Result<(), Error> {
    let name = dir.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let parent = match dir.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(parent).map_err(io("create", parent))?;
    // Write everything beside its place.
    let unfinished = parent.join(format!("{UNFINISHED}{name}"));
    remove(&unfinished)?;
    fs::create_dir(&unfinished).map_err(io("create", &unfinished))?;
    let mut entries = BTreeMap::new();
    for (file, bytes) in files {
        write_synced(&unfinished.join(file), bytes)?;
        let blake3 = blake3::hash(bytes).to_hex().to_string();
        entries.insert(file.to_string(), FileEntry { bytes: bytes.len() as u64, blake3 });
    }
    let manifest = Manifest { format: FORMAT, content, files: entries };
    let json = serde_json::to_vec_pretty(&manifest).map_err(|error| Error::Saved {
        path: dir.join(manifest_name),
        problem: error.to_string(),
        remedy: "a setting cannot be written as JSON; use finite numbers",
    })?;
    write_synced(&unfinished.join(manifest_name), &json)?;
    sync_dir(&unfinished)?;
    // Move it into its place; an older one steps aside first.
    let old = parent.join(format!("{ASIDE}{name}"));
    remove(&old)?;
    if dir.exists() {
        fs::rename(dir, &old).map_err(io("rename", dir))?;
    }
    fs::rename(&unfinished, dir).map_err(io("rename", &unfinished))?;
    sync_dir(parent)?;
    remove(&old)
}

/// The manifest of the folder `dir`.
pub(crate) fn manifest<T: DeserializeOwned>(dir: &Path, name: &str) -> Result<Manifest<T>, Error> {
    let path = dir.join(name);
    let json = fs::read(&path).map_err(io("read", &path))?;
    let saved = |problem| Error::Saved {
        path: path.clone(),
        problem,
        remedy: "it was written by another version or damaged; load another one",
    };
    let manifest: Manifest<T> =
        serde_json::from_slice(&json).map_err(|error| saved(error.to_string()))?;
    if manifest.format != FORMAT {
        return Err(saved(format!("its format is {}, not {FORMAT}", manifest.format)));
    }
    Ok(manifest)
}

impl<T> Manifest<T> {
    /// Whether the folder holds a file of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.files.contains_key(name)
    }

    /// BLAKE3 of a file of the folder.
    pub(crate) fn blake3(&self, name: &str) -> Option<&str> {
        self.files.get(name).map(|entry| entry.blake3.as_str())
    }

    /// The content of one file of the folder, after its hash was checked.
    pub(crate) fn read(&self, dir: &Path, name: &str) -> Result<Vec<u8>, Error> {
        let path = dir.join(name);
        let bytes = fs::read(&path).map_err(io("read", &path))?;
        let right = self.files.get(name).is_some_and(|entry| {
            entry.bytes == bytes.len() as u64
                && entry.blake3 == blake3::hash(&bytes).to_hex().as_str()
        });
        if !right {
            return Err(Error::Saved {
                path,
                problem: "its content is not what was written (BLAKE3 differs)".into(),
                remedy: "delete this folder and load an older one",
            });
        }
        Ok(bytes)
    }
}

/// Tidies up what killed runs left in this folder: what stepped aside for something that never came
/// goes back, the rest is deleted.
pub(crate) fn clean(parent: &Path) -> Result<(), Error> {
    for path in folders(parent)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        match name.strip_prefix(ASIDE).map(|name| parent.join(name)) {
            Some(place) if !place.exists() => {
                fs::rename(&path, &place).map_err(io("rename", &path))?;
            }
            Some(_) => remove(&path)?,
            None if name.starts_with(UNFINISHED) => remove(&path)?,
            None => {}
        }
    }
    Ok(())
}

/// The folders in this one, sorted; none if it does not exist.
pub(crate) fn folders(parent: &Path) -> Result<Vec<PathBuf>, Error> {
    if !parent.exists() {
        return Ok(Vec::new());
    }
    let mut folders = Vec::new();
    for entry in fs::read_dir(parent).map_err(io("list", parent))? {
        let path = entry.map_err(io("list", parent))?.path();
        if path.is_dir() {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}

/// Deletes a folder if it is there.
pub(crate) fn remove(dir: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(io("delete", dir)(error)),
        _ => Ok(()),
    }
}

fn write_synced(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut file = File::create(path).map_err(io("create", path))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(io("write", path))
}

/// Makes the names in a folder last; only Unix needs and allows it.
fn sync_dir(dir: &Path) -> Result<(), Error> {
    if cfg!(unix) {
        File::open(dir).and_then(|dir| dir.sync_all()).map_err(io("write", dir))?;
    }
    Ok(())
}

fn io<'a>(action: &'static str, path: &'a Path) -> impl Fn(std::io::Error) -> Error + 'a {
    move |source| Error::Io { action, path: path.into(), source }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Content {
        answer: u32,
    }

    fn save(dir: &Path, answer: u32, data: &[u8]) {
        publish(dir, "it.json", Content { answer }, &[("data.bin", data)]).unwrap();
    }

    #[test]
    fn what_is_written_is_read_and_a_second_one_takes_its_place() {
        let temp = tempfile::tempdir().unwrap();
        let dir = temp.path().join("deep/thing");
        for (answer, data) in [(1, b"one"), (2, b"two")] {
            save(&dir, answer, data);
            let manifest: Manifest<Content> = manifest(&dir, "it.json").unwrap();
            assert_eq!(manifest.content.answer, answer);
            assert_eq!(manifest.read(&dir, "data.bin").unwrap(), data);
        }
        assert_eq!(folders(dir.parent().unwrap()).unwrap(), [dir], "nothing else is left");
    }

    #[test]
    fn one_flipped_bit_is_noticed_and_the_file_named() {
        let temp = tempfile::tempdir().unwrap();
        let dir = temp.path().join("thing");
        save(&dir, 1, b"data");
        fs::write(dir.join("data.bin"), b"dat`").unwrap();
        let manifest: Manifest<Content> = manifest(&dir, "it.json").unwrap();
        let message = manifest.read(&dir, "data.bin").unwrap_err().to_string();
        assert!(message.contains("data.bin") && message.contains("BLAKE3"), "{message}");
    }

    #[test]
    fn a_program_killed_between_the_two_renames_loses_nothing() {
        let temp = tempfile::tempdir().unwrap();
        let dir = temp.path().join("thing");
        save(&dir, 1, b"data");
        fs::rename(&dir, temp.path().join(format!("{ASIDE}thing"))).unwrap();
        clean(temp.path()).unwrap();
        let manifest: Manifest<Content> = manifest(&dir, "it.json").unwrap();
        assert_eq!(manifest.content.answer, 1);
        assert_eq!(folders(temp.path()).unwrap(), [dir], "nothing else is left");
    }

    #[test]
    fn leftovers_are_cleaned_and_nothing_else() {
        let temp = tempfile::tempdir().unwrap();
        let dir = temp.path().join("thing");
        save(&dir, 1, b"data");
        fs::create_dir(temp.path().join(".unfinished-thing")).unwrap();
        clean(temp.path()).unwrap();
        assert_eq!(folders(temp.path()).unwrap(), [dir]);
    }
}
