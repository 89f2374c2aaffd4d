//! A folder of a few files that takes the place of an older one.
//!
//! It is written beside its place and renamed into it. Where an older one has to step aside first, a
//! program killed between the two renames leaves it aside, and [`tidy`] puts it back; so the old folder
//! or the new one is always there. Whoever writes holds the [`FolderLock`](crate::FolderLock) of a folder
//! above it; readers need none.

use crate::error::Error;
use crate::sync::{create_folder, parent, sync_dir, sync_tree};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Leading part of the names of folders that are still being written, or deleted.
const UNFINISHED: &str = ".unfinished-";
/// Leading part of the names of folders that stepped aside for a newer one.
const ASIDE: &str = ".aside-";

/// Writes the folder `dir` anew, with these files, in the place of an older one.
///
/// # Errors
/// [`Error::Io`] if the disk refuses.
pub fn replace_folder(dir: &Path, files: &[(&str, &[u8])]) -> Result<(), Error> {
    let parent = parent(dir);
    create_folder(parent)?;
    // Write everything beside its place.
    let unfinished = beside(dir, UNFINISHED);
    remove_folder(&unfinished)?;
    fs::create_dir(&unfinished).map_err(Error::io(&unfinished, "create the folder"))?;
    for (file, bytes) in files {
        let path = unfinished.join(file);
        fs::write(&path, bytes).map_err(Error::io(&path, "write the file"))?;
    }
    sync_tree(&unfinished)?;
    // Move it into its place; an older one steps aside first.
    let old = beside(dir, ASIDE);
    remove_folder(&old)?;
    let action = "move the folder";
    if dir.exists() {
        fs::rename(dir, &old).map_err(Error::io(dir, action))?;
    }
    fs::rename(&unfinished, dir).map_err(Error::io(&unfinished, action))?;
    sync_dir(parent)?;
    remove_folder(&old)
}

/// Where the folder `dir` stands now: aside, if a newer one is just taking its place or a program was
/// killed at that.
pub fn standing(dir: &Path) -> PathBuf {
    let aside = beside(dir, ASIDE);
    if !dir.exists() && aside.exists() { aside } else { dir.into() }
}

/// Deletes a folder that others may be reading, or a kill may leave half deleted: under another name,
/// by which [`tidy`] knows it.
///
/// # Errors
/// [`Error::Io`] if the disk refuses.
pub fn discard(dir: &Path) -> Result<(), Error> {
    let leaving = beside(dir, UNFINISHED);
    remove_folder(&leaving)?;
    fs::rename(dir, &leaving).map_err(Error::io(dir, "move the folder"))?;
    remove_folder(&leaving)
}

/// Tidies up what killed runs left in this folder: what stepped aside for something that never came
/// goes back, the rest is deleted.
///
/// # Errors
/// [`Error::Io`] if the disk refuses.
pub fn tidy(parent: &Path) -> Result<(), Error> {
    for path in folders(parent)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        match name.strip_prefix(ASIDE).map(|name| parent.join(name)) {
            Some(place) if !place.exists() => {
                fs::rename(&path, &place).map_err(Error::io(&path, "move the folder"))?;
                sync_dir(parent)?;
            }
            Some(_) => remove_folder(&path)?,
            None if name.starts_with(UNFINISHED) => remove_folder(&path)?,
            None => {}
        }
    }
    Ok(())
}

/// The folders in this one, sorted; none if it does not exist.
///
/// # Errors
/// [`Error::Io`] if it can't be listed.
pub fn folders(parent: &Path) -> Result<Vec<PathBuf>, Error> {
    if !parent.exists() {
        return Ok(Vec::new());
    }
    let mut folders = Vec::new();
    for entry in fs::read_dir(parent).map_err(Error::io(parent, "list the folder"))? {
        let path = entry.map_err(Error::io(parent, "list the folder"))?.path();
        if path.is_dir() {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}

/// Deletes a folder if it is there.
///
/// # Errors
/// [`Error::Io`] if the disk refuses.
pub fn remove_folder(dir: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Error::io(dir, "delete the folder")(error))
        }
        _ => Ok(()),
    }
}

fn beside(dir: &Path, lead: &str) -> PathBuf {
    let name = dir.file_name().unwrap_or_default().to_string_lossy();
    dir.with_file_name(format!("{lead}{name}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn save(dir: &Path, data: &[u8]) {
        replace_folder(dir, &[("data.bin", data)]).unwrap();
    }

    #[test]
    fn a_second_one_takes_the_place_of_the_first() {
        let temp = tempfile::tempdir().unwrap();
        let dir = temp.path().join("deep/thing");
        for data in [b"one", b"two"] {
            save(&dir, data);
            assert_eq!(fs::read(dir.join("data.bin")).unwrap(), data);
        }
        assert_eq!(folders(dir.parent().unwrap()).unwrap(), [dir], "nothing else is left");
    }

    #[test]
    fn a_program_killed_between_the_two_renames_loses_nothing() {
        let temp = tempfile::tempdir().unwrap();
        let dir = temp.path().join("thing");
        save(&dir, b"data");
        fs::rename(&dir, beside(&dir, ASIDE)).unwrap();
        tidy(temp.path()).unwrap();
        assert_eq!(fs::read(dir.join("data.bin")).unwrap(), b"data");
        assert_eq!(folders(temp.path()).unwrap(), [dir], "nothing else is left");
    }

    #[test]
    fn what_stepped_aside_is_found_until_another_stands_in_its_place() {
        let temp = tempfile::tempdir().unwrap();
        let dir = temp.path().join("thing");
        assert_eq!(standing(&dir), dir);
        save(&dir, b"data");
        assert_eq!(standing(&dir), dir);
        let aside = beside(&dir, ASIDE);
        fs::rename(&dir, &aside).unwrap();
        assert_eq!(standing(&dir), aside);
        save(&dir, b"data");
        assert_eq!(standing(&dir), dir);
        discard(&dir).unwrap();
        assert!(folders(temp.path()).unwrap().is_empty());
    }

    #[test]
    fn leftovers_are_tidied_and_nothing_else() {
        let temp = tempfile::tempdir().unwrap();
        let dir = temp.path().join("thing");
        save(&dir, b"data");
        fs::create_dir(temp.path().join(".unfinished-thing")).unwrap();
        tidy(temp.path()).unwrap();
        assert_eq!(folders(temp.path()).unwrap(), [dir]);
    }
}
