//! One process at a time in a folder.

use crate::error::Error;
use crate::names::{clear_leftovers, is_at};
use crate::sync::create_folder;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// The locked file.
const NAME: &str = ".writing.lock";

/// A folder in which no other process writes as long as this is held, by agreement of all that take it.
#[derive(Debug)]
pub struct FolderLock {
    folder: PathBuf,
    file: PathBuf,
    /// Held for its lock.
    _lock: File,
    /// Whether the folder was not there before.
    made: bool,
}

impl FolderLock {
    /// Takes the folder, which is made if it is not there, and removes the files that dead processes
    /// were writing in it.
    ///
    /// # Errors
    /// [`Error::Busy`] if another process has it, [`Error::Io`] if the disk refuses.
    pub fn take(folder: &Path) -> Result<Self, Error> {
        let made = !folder.exists();
        let file = folder.join(NAME);
        let lock = loop {
            create_folder(folder)?;
            match lock(&file) {
                // Its last owner has removed the folder, which was empty.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(Error::io(&file, "create the lock")(error)),
                Ok(Some(lock)) if is_at(&lock, &file) => break lock,
                // Its last owner has removed it between our opening and our locking.
                Ok(Some(_)) => {}
                Ok(None) => return Err(Error::Busy { path: folder.to_owned() }),
            }
        };
        clear_leftovers(folder);
        Ok(Self { folder: folder.to_owned(), file, _lock: lock, made })
    }
}

impl Drop for FolderLock {
    fn drop(&mut self) {
        // Drop can't return errors; a lock that stays is free for the next run.
        let _ = fs::remove_file(&self.file);
        if self.made {
            // Only if nothing came of it: a folder with something in it is not removed.
            let _ = fs::remove_dir(&self.folder);
        }
    }
}

/// Opens and locks this file; `None` if another process has it. Where there are no locks, each has it.
pub(crate) fn lock(path: &Path) -> io::Result<Option<File>> {
    let mut options = OpenOptions::new();
    let file = options.create(true).read(true).write(true).truncate(false).open(path)?;
    Ok(match file.try_lock() {
        Err(TryLockError::WouldBlock) => None,
        Ok(()) | Err(TryLockError::Error(_)) => Some(file),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn one_has_it_and_it_leaves_nothing() {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("deep/run");
        let first = FolderLock::take(&folder).unwrap();
        assert!(matches!(FolderLock::take(&folder), Err(Error::Busy { path }) if path == folder));
        drop(first);
        assert!(!folder.exists(), "nothing came of it");
        let second = FolderLock::take(&folder).unwrap();
        fs::write(folder.join("result"), "mine").unwrap();
        drop(second);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        // A dead process leaves the file and no lock.
        fs::write(folder.join(NAME), "").unwrap();
        drop(FolderLock::take(&folder).unwrap());
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    }

    #[test]
    fn never_two_at_once() {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("run");
        let (now, most, taken) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(|| {
                    for _ in 0..200 {
                        let Ok(lock) = FolderLock::take(&folder) else { continue };
                        most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        taken.fetch_add(1, Ordering::SeqCst);
                        now.fetch_sub(1, Ordering::SeqCst);
                        drop(lock);
                    }
                });
            }
        });
        assert_eq!(most.load(Ordering::SeqCst), 1);
        assert!(taken.load(Ordering::SeqCst) > 100 && !folder.exists());
    }
}
