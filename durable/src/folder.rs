//! A new folder, written beside its place and put there whole.
//!
//! It grows under a name derived from its place (`.name.partial`), so the next run finds what a killed
//! one left. A locked file in it tells a dead run from a live one, and our folder from one of the user's.
//! The file goes last, after the folder is in its place; one that a kill left there says that all else
//! was done.

use crate::error::Error;
use crate::lock::lock;
use crate::names::is_at;
use crate::sync::{create_folder, parent, sync_dir, sync_tree};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The locked file within the folder.
const LOCK: &str = "writing.lock";

/// A folder that is not there yet. Dropped before [`StagedFolder::publish`], it leaves nothing.
pub struct StagedFolder {
    target: PathBuf,
    folder: PathBuf,
    /// Held for its lock.
    _lock: File,
}

impl StagedFolder {
    /// Starts a folder at `target`, which must not exist (or be an empty folder, or a link to one).
    /// What a killed run left of it is removed. `job` says what is made, see [`StagedFolder::finished`].
    ///
    /// # Errors
    /// [`Error::Taken`] if something is there, or in the place where it would grow; [`Error::Busy`] if
    /// another process writes it; [`Error::Io`] if nothing can be moved there.
    pub fn create(target: &Path, job: &str) -> Result<Self, Error> {
        let target = followed(target)?;
        refuse_if_taken(&target)?;
        let folder = beside(&target)?;
        let path = folder.join(LOCK);
        let lock = loop {
            refuse_if_foreign(&folder)?;
            create_folder(&folder)?;
            match lock(&path) {
                // Its last owner has put it into place, or removed it.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(Error::io(&path, "create the lock")(error)),
                Ok(Some(lock)) if is_at(&lock, &path) => break lock,
                Ok(Some(_)) => {}
                Ok(None) => return Err(Error::Busy { path: target }),
            }
        };
        let staged = Self { target, folder, _lock: lock };
        staged.clear().map_err(Error::io(&staged.folder, "remove what a killed run left"))?;
        // Its last owner may have finished meanwhile.
        refuse_if_taken(&staged.target)?;
        let note = || {
            staged._lock.set_len(0)?;
            (&staged._lock).write_all(job.as_bytes())
        };
        note().map_err(Error::io(&path, "write the lock"))?;
        Ok(staged)
    }

    /// Whether a run that was killed at its very end has made this folder, all of it, and the same
    /// `job`. Then it is finished now, and the caller has nothing to do.
    ///
    /// # Errors
    /// [`Error::Io`] if the disk refuses.
    pub fn finished(target: &Path, job: &str) -> Result<bool, Error> {
        let path = target.join(LOCK);
        let Ok(content) = crate::read(&path) else { return Ok(false) };
        let dead = || Ok::<_, io::Error>(lock(&path)?.is_some());
        if content != job.as_bytes() || !dead().map_err(Error::io(&path, "open the lock"))? {
            return Ok(false);
        }
        // The renaming may not have reached the disk.
        sync_dir(parent(target))?;
        remove_lock(target)?;
        Ok(true)
    }

    /// Where the files go until then.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Flushes every file and folder in it and puts it in its place, in one step that survives a power
    /// cut.
    ///
    /// # Errors
    /// [`Error::Taken`] if something has come there meanwhile, [`Error::Io`] if the disk refuses.
    pub fn publish(self) -> Result<(), Error> {
        let (folder, target) = (&self.folder, &self.target);
        sync_tree(folder)?;

        // Renaming over a folder succeeds only if that folder is empty, whoever filled it meanwhile.
        refuse_if_taken(target)?;
        fs::rename(folder, target).map_err(Error::io(target, "move the folder into place"))?;
        sync_dir(parent(target))?;
        remove_lock(target)
    }

    /// Removes all but the lock, so that it stays ours until nothing else is left.
    fn clear(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            if entry.file_name() != LOCK {
                match entry.file_type()?.is_dir() {
                    true => fs::remove_dir_all(entry.path())?,
                    false => fs::remove_file(entry.path())?,
                }
            }
        }
        Ok(())
    }
}

impl Drop for StagedFolder {
    fn drop(&mut self) {
        // After `publish` there is nothing here to remove. Drop can't return errors, and the next run
        // clears what stays.
        if self.clear().is_ok() {
            let _ = fs::remove_file(self.folder.join(LOCK));
            let _ = fs::remove_dir(&self.folder);
        }
    }
}

fn remove_lock(target: &Path) -> Result<(), Error> {
    let lock = target.join(LOCK);
    // Not flushed: a lock that a power cut brings back is free, and changes nothing.
    fs::remove_file(&lock).map_err(Error::io(&lock, "remove the lock"))
}

/// Where a link leads, which has to be there; anything else is itself.
fn followed(target: &Path) -> Result<PathBuf, Error> {
    match target.is_symlink() {
        true => target.canonicalize().map_err(Error::io(target, "follow the link")),
        false => Ok(target.to_owned()),
    }
}

/// The folder in which `target` grows.
fn beside(target: &Path) -> Result<PathBuf, Error> {
    match target.file_name() {
        Some(name) => Ok(target.with_file_name(format!(".{}.partial", name.to_string_lossy()))),
        None => Err(taken(target)),
    }
}

fn taken(path: &Path) -> Error {
    Error::Taken { path: path.to_owned() }
}

fn refuse_if_taken(target: &Path) -> Result<(), Error> {
    match fs::read_dir(target).map(|mut entries| entries.next().is_some()) {
        Ok(true) => Err(taken(target)),
        Ok(false) if is_mount_point(target) => {
            let problem =
                "it is a mount point, which no folder can be moved to; name a folder in it";
            Err(Error::io(target, "make the folder")(io::Error::new(
                io::ErrorKind::InvalidInput,
                problem,
            )))
        }
        Ok(false) => Ok(()),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(e) if e.kind() == io::ErrorKind::NotADirectory => Err(taken(target)),
        Err(source) => Err(Error::io(target, "look into the folder")(source)),
    }
}

/// Refuses a folder that has something in it and no lock: it is none of ours. (A kill may leave an empty
/// one.)
fn refuse_if_foreign(folder: &Path) -> Result<(), Error> {
    if folder.join(LOCK).is_file() {
        return Ok(());
    }
    match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Ok(mut entries) => match entries.next() {
            // Another process may have locked it meanwhile.
            Some(_) if !folder.join(LOCK).is_file() => Err(taken(folder)),
            _ => Ok(()),
        },
        Err(_) => Err(taken(folder)),
    }
}

/// Whether a folder lies on another file system than the folder above it.
#[cfg(unix)]
fn is_mount_point(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let device = |path: &Path| fs::metadata(path).map(|metadata| metadata.dev());
    matches!((device(folder), device(parent(folder))), (Ok(a), Ok(b)) if a != b)
}

#[cfg(not(unix))]
fn is_mount_point(_: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn entries(folder: &Path) -> Vec<String> {
        let names = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> =
            names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_folder_of_the_users_under_the_hidden_name_stays() {
        let temp = tempfile::tempdir().unwrap();
        let (target, theirs) = (temp.path().join("out"), temp.path().join(".out.partial"));
        fs::create_dir(&theirs).unwrap();
        fs::write(theirs.join("precious"), "mine").unwrap();
        let error = StagedFolder::create(&target, "job").err().unwrap();
        assert!(matches!(&error, Error::Taken { path } if *path == theirs), "{error}");
        assert_eq!(entries(&theirs), ["precious"]);

        fs::remove_dir_all(&theirs).unwrap();
        fs::write(&theirs, "mine").unwrap();
        assert!(StagedFolder::create(&target, "job").is_err());
        fs::remove_file(&theirs).unwrap();
        fs::create_dir(&theirs).unwrap();
        StagedFolder::create(&target, "job").unwrap().publish().unwrap();
        assert_eq!(entries(temp.path()), ["out"]);
    }

    #[test]
    fn what_a_killed_run_left_is_cleared_and_one_works_at_a_time() {
        let temp = tempfile::tempdir().unwrap();
        let target = temp.path().join("out");
        let staged = StagedFolder::create(&target, "job").unwrap();
        assert!(matches!(StagedFolder::create(&target, "job"), Err(Error::Busy { .. })));
        fs::create_dir(staged.folder().join("deep")).unwrap();
        fs::write(staged.folder().join("deep/half"), "x").unwrap();
        let left = temp.path().join(".left.partial");
        fs::rename(staged.folder(), &left).unwrap();
        drop(staged);
        let again = StagedFolder::create(&temp.path().join("left"), "job").unwrap();
        assert_eq!(entries(again.folder()), [LOCK]);
        again.publish().unwrap();
        assert_eq!(entries(temp.path()), ["left"]);
    }

    #[test]
    fn every_file_and_folder_is_flushed_before_it_is_in_its_place_whoever_wrote_it() {
        let temp = tempfile::tempdir().unwrap();
        let staged = StagedFolder::create(&temp.path().join("out"), "job").unwrap();
        let folder = staged.folder().to_owned();
        fs::create_dir_all(folder.join("deep/deeper")).unwrap();
        let files = ["a", "b", "deep/c", "deep/deeper/d"].map(|name| folder.join(name));
        files.iter().for_each(|file| fs::write(file, "x").unwrap());
        staged.publish().unwrap();
        let mut expected = files.to_vec();
        expected.extend([folder.clone(), folder.join("deep"), folder.join("deep/deeper")]);
        expected.push(folder.join(LOCK));
        expected.sort();
        assert_eq!(crate::sync::flushed::below(&folder), expected);
    }

    #[test]
    fn a_run_that_was_killed_after_the_renaming_is_finished_by_the_next_one() {
        let temp = tempfile::tempdir().unwrap();
        let target = temp.path().join("out");
        let staged = StagedFolder::create(&target, "job").unwrap();
        fs::write(staged.folder().join("result"), "whole").unwrap();
        fs::rename(staged.folder(), &target).unwrap();
        assert!(!StagedFolder::finished(&target, "job").unwrap(), "it is alive");
        drop(staged);
        assert!(!StagedFolder::finished(&target, "another job").unwrap());
        assert!(matches!(StagedFolder::create(&target, "another job"), Err(Error::Taken { .. })));
        assert!(StagedFolder::finished(&target, "job").unwrap());
        assert_eq!(entries(&target), ["result"]);
        assert!(!StagedFolder::finished(&target, "job").unwrap(), "it is a folder as any other");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_followed_and_one_that_leads_nowhere_refused_at_once() {
        use std::os::unix::fs::symlink;
        let temp = tempfile::tempdir().unwrap();
        let (far, link) = (temp.path().join("far"), temp.path().join("link"));
        symlink(&far, &link).unwrap();
        let error = StagedFolder::create(&link, "job").err().unwrap();
        assert!(error.to_string().contains("link"), "{error}");
        fs::create_dir(&far).unwrap();
        let staged = StagedFolder::create(&link, "job").unwrap();
        fs::write(staged.folder().join("result"), "x").unwrap();
        staged.publish().unwrap();
        assert!(link.is_symlink());
        assert_eq!(entries(&far), ["result"]);
        assert!(matches!(StagedFolder::create(&link, "job"), Err(Error::Taken { .. })));
    }
}
