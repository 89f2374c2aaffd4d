//! Folders that exist whole or not at all, and files that are what they were.
//!
//! A saved thing is one folder: data files, and a manifest with the BLAKE3 hash of each. It is
//! written beside its final place and renamed into it. Where an older one has to step aside first, a
//! program killed between the two renames leaves it aside, and [`clean`] puts it back; so the old
//! folder or the new one is always there.

use crate::Error;
use crate::manifest::Manifest;
use serde::Serialize;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Leading part of the names of folders that are still being written.
const UNFINISHED: &str = ".unfinished-";
/// Leading part of the names of folders that stepped aside for a newer one.
const ASIDE: &str = ".aside-";

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
    for (file, bytes) in files {
        write_synced(&unfinished.join(file), bytes)?;
    }
    let json = Manifest::new(content, files).sealed().map_err(|error| Error::Saved {
        path: dir.join(manifest_name),
        problem: error.to_string(),
        remedy: "a setting cannot be written as JSON; use finite numbers",
    })?;
    write_synced(&unfinished.join(manifest_name), json.as_bytes())?;
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

/// Where the folder `dir` stands now: aside, if a newer one is just taking its place or a program was
/// killed at that.
pub(crate) fn standing(dir: &Path) -> PathBuf {
    let name = dir.file_name().unwrap_or_default().to_string_lossy();
    let aside = dir.with_file_name(format!("{ASIDE}{name}"));
    if !dir.exists() && aside.exists() { aside } else { dir.into() }
}

/// Deletes a folder that others may be reading, or a kill may leave half deleted: under another name,
/// by which [`clean`] knows it.
pub(crate) fn discard(dir: &Path) -> Result<(), Error> {
    let name = dir.file_name().unwrap_or_default().to_string_lossy();
    let leaving = dir.with_file_name(format!("{UNFINISHED}{name}"));
    remove(&leaving)?;
    fs::rename(dir, &leaving).map_err(io("rename", dir))?;
    remove(&leaving)
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

pub(crate) fn io<'a>(
    action: &'static str,
    path: &'a Path,
) -> impl Fn(std::io::Error) -> Error + 'a {
    move |source| Error::Io { action, path: path.into(), source }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::manifest;
    use serde::Deserialize;

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
            let manifest: Manifest<Content> = manifest::read(&dir, "it.json").unwrap();
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
        let manifest: Manifest<Content> = manifest::read(&dir, "it.json").unwrap();
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
        let manifest: Manifest<Content> = manifest::read(&dir, "it.json").unwrap();
        assert_eq!(manifest.content.answer, 1);
        assert_eq!(folders(temp.path()).unwrap(), [dir], "nothing else is left");
    }

    #[test]
    fn what_stepped_aside_is_found_until_another_stands_in_its_place() {
        let temp = tempfile::tempdir().unwrap();
        let dir = temp.path().join("thing");
        assert_eq!(standing(&dir), dir);
        save(&dir, 1, b"data");
        assert_eq!(standing(&dir), dir);
        let aside = temp.path().join(format!("{ASIDE}thing"));
        fs::rename(&dir, &aside).unwrap();
        assert_eq!(standing(&dir), aside);
        save(&dir, 2, b"data");
        assert_eq!(standing(&dir), dir);
        discard(&dir).unwrap();
        assert!(folders(temp.path()).unwrap().is_empty());
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
