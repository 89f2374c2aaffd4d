//! One file, written beside its place by one process at a time, and put there whole.
//!
//! The file it grows in has a name derived from its place (`.name.partial`) and is locked, so a
//! second process sees that the first is alive, and the next one takes over what a dead one left:
//! the operating system lets go of a lock when its process ends, however it ends.

use crate::error::Error;
use crate::pin::unique;
use crate::publish::sync_dir;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// Ends the name of a file that is being written.
const UNFINISHED: &str = ".partial";

/// A file in the making. Dropped before [`Slot::publish`], it leaves nothing.
pub(crate) struct Slot {
    target: PathBuf,
    beside: PathBuf,
    /// Held for its lock.
    file: File,
    published: bool,
}

impl Slot {
    /// Starts what will be `target`.
    ///
    /// # Errors
    /// [`Error::Busy`] if another process is writing it.
    pub(crate) fn open(target: &Path) -> Result<Self, Error> {
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let mut beside = target.with_file_name(format!(".{name}{UNFINISHED}"));
        loop {
            let mut options = OpenOptions::new();
            let file = options.create(true).read(true).write(true).truncate(false).open(&beside);
            let mut file = file.map_err(Error::io(&beside, "create the shard"))?;
            match file.try_lock() {
                Err(TryLockError::WouldBlock) => {
                    return Err(Error::Busy { path: target.to_owned() });
                }
                // Its last owner may have moved it into place between our opening and our locking.
                Ok(()) if !is_at(&file, &beside) => continue,
                Ok(()) => file.set_len(0).map_err(Error::io(&beside, "empty the shard"))?,
                // Some network file systems have no locks: there, each process has its own file.
                Err(TryLockError::Error(_)) => {
                    let _ = fs::remove_file(&beside);
                    beside = target.with_file_name(format!(".{name}.{}{UNFINISHED}", unique()));
                    let create = File::create_new(&beside);
                    file = create.map_err(Error::io(&beside, "create the shard"))?;
                }
            }
            return Ok(Self { target: target.to_owned(), beside, file, published: false });
        }
    }

    /// The path of the file that grows, for messages.
    pub(crate) fn path(&self) -> &Path {
        &self.beside
    }

    /// The file to write to.
    pub(crate) fn file(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    /// Puts it in its place, in one step that survives a power cut. Its bytes are on the disk by now.
    pub(crate) fn publish(mut self) -> Result<(), Error> {
        let target = &self.target;
        fs::rename(&self.beside, target).map_err(Error::io(target, "move the shard into place"))?;
        self.published = true;
        let folder = target.parent().unwrap_or(Path::new("."));
        sync_dir(folder).map_err(Error::io(folder, "flush the folder"))
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if !self.published {
            // An error now has nobody to go to, and the next run clears what stays.
            let _ = fs::remove_file(&self.beside);
        }
    }
}

/// Removes what dead processes left in `folder`.
pub(crate) fn clear_leftovers(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        let unfinished = path.file_name().is_some_and(|name| {
            let name = name.to_string_lossy();
            name.starts_with('.') && name.ends_with(UNFINISHED)
        });
        if unfinished && File::open(&path).is_ok_and(|file| file.try_lock().is_ok()) {
            // It is of no more use; what can't be removed does no harm.
            let _ = fs::remove_file(&path);
        }
    }
}

/// Whether this open file is still the one at `path`.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(ours), Ok(there)) => (ours.dev(), ours.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

/// Elsewhere a file that is open is not moved.
#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::io::Write;

    #[test]
    fn it_is_there_whole_or_not_at_all_and_one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.parquet");
        let slot = Slot::open(&target).unwrap();
        slot.file().unwrap().write_all(b"half").unwrap();
        assert!(matches!(Slot::open(&target), Err(Error::Busy { .. })));
        drop(slot);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);

        // A dead process leaves a file without a lock; the next one starts it anew.
        fs::write(folder.path().join(".a.parquet.partial"), "left behind").unwrap();
        let slot = Slot::open(&target).unwrap();
        slot.file().unwrap().write_all(b"whole").unwrap();
        slot.publish().unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"whole");

        // And what is in place is not emptied by one that starts again.
        let again = Slot::open(&target).unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"whole");
        drop(again);
        fs::write(folder.path().join(".b.parquet.partial"), "left behind").unwrap();
        clear_leftovers(folder.path());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
