//! All or nothing: a data set is written beside its target and renamed into place whole.
//!
//! The folder it grows in has a name derived from the target (`.name.partial`), so the next run
//! finds what a killed one left and clears it. A locked file in it tells a dead run from a live one:
//! the operating system lets go of the lock when the process ends, however it ends.

use crate::error::Error;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The locked file within an unfinished data set.
const LOCK: &str = "writing.lock";

/// A folder that is not there yet. Dropped before [`Draft::publish`], it leaves nothing.
pub struct Draft {
    target: PathBuf,
    folder: PathBuf,
    /// Held for its lock.
    _lock: File,
}

impl Draft {
    /// Starts a draft of `target`, which must not exist (or be an empty folder). What a killed run left
    /// is removed.
    ///
    /// # Errors
    /// [`Error::Exists`] if something is there, [`Error::Busy`] if another process writes it.
    pub fn create(target: &Path) -> Result<Self, Error> {
        refuse_if_taken(target)?;
        let Some(name) = target.file_name() else {
            return Err(Error::Exists { path: target.to_owned() });
        };
        let folder = target.with_file_name(format!(".{}.partial", name.to_string_lossy()));
        clear_leftovers(target, &folder)?;

        fs::create_dir_all(&folder).map_err(Error::io(&folder, "create the folder"))?;
        let path = folder.join(LOCK);
        let lock = File::create(&path).map_err(Error::io(&path, "create the lock"))?;
        if matches!(lock.try_lock(), Err(TryLockError::WouldBlock)) {
            return Err(Error::Busy { path: target.to_owned() });
        }
        // Some network file systems have no locks: there, two runs at once fail at the first file
        // that both create.
        Ok(Self { target: target.to_owned(), folder, _lock: lock })
    }

    /// Where the files go until then.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Creates the folder `name` in the draft.
    pub(crate) fn create_dir(&self, name: &str) -> Result<PathBuf, Error> {
        let path = self.folder.join(name);
        fs::create_dir_all(&path).map_err(Error::io(&path, "create the folder"))?;
        Ok(path)
    }

    /// Writes a small file into the draft, through to the disk.
    pub(crate) fn write(&self, name: &str, text: &str) -> Result<(), Error> {
        let path = self.folder.join(name);
        let write = || {
            let mut file = File::create(&path)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()
        };
        write().map_err(Error::io(&path, "write the file"))
    }

    /// Puts the draft in its place, in one step that survives a power cut.
    ///
    /// # Errors
    /// [`Error::Exists`] if something has come there meanwhile, [`Error::Io`] if the disk refuses.
    pub fn publish(self) -> Result<(), Error> {
        let (folder, target) = (&self.folder, &self.target);
        sync_dir(folder).map_err(Error::io(folder, "flush the folder"))?;

        // Renaming over a folder succeeds only if that folder is empty, whoever filled it meanwhile.
        refuse_if_taken(target)?;
        fs::rename(folder, target).map_err(Error::io(target, "move the data set into place"))?;

        // The lock goes last, because without it another run would clear the draft away.
        let lock = target.join(LOCK);
        fs::remove_file(&lock).map_err(Error::io(&lock, "remove the lock"))?;
        for dir in [target, parent(target)] {
            sync_dir(dir).map_err(Error::io(dir, "flush the folder"))?;
        }
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // After `publish` there is nothing here to remove. An error now has nobody to go to, and
        // the next run clears what stays.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Flushes the entries of a folder to the disk.
pub(crate) fn sync_dir(path: &Path) -> io::Result<()> {
    // Only Unix opens folders as files; elsewhere the rename itself is what there is.
    if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
}

fn parent(target: &Path) -> &Path {
    match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn refuse_if_taken(target: &Path) -> Result<(), Error> {
    let exists = || Error::Exists { path: target.to_owned() };
    match fs::read_dir(target).map(|mut entries| entries.next().is_some()) {
        Ok(true) => Err(exists()),
        Ok(false) => Ok(()),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(e) if e.kind() == io::ErrorKind::NotADirectory => Err(exists()),
        Err(source) => {
            Err(Error::Io { path: target.to_owned(), action: "look into the folder", source })
        }
    }
}

/// Removes what a killed run left, unless that run is alive.
fn clear_leftovers(target: &Path, folder: &Path) -> Result<(), Error> {
    if let Ok(lock) = File::open(folder.join(LOCK))
        && matches!(lock.try_lock(), Err(TryLockError::WouldBlock))
    {
        return Err(Error::Busy { path: target.to_owned() });
    }
    match fs::remove_dir_all(folder) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(Error::Io {
            path: folder.to_owned(),
            action: "remove what an interrupted run left",
            source: e,
        }),
        _ => Ok(()),
    }
}
