//! One file, written beside its place and put there whole.

use crate::error::Error;
use crate::names::{beside, beside_alone, is_at, remove_if_dead};
use crate::sync::{create_folder, parent, sync_dir};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Milliseconds to wait for a lock that may be held for a moment alone.
const PATIENCE: u32 = 5;

/// A file in the making, locked against other processes that make it. Dropped before
/// [`StagedFile::publish`], it leaves nothing.
pub struct StagedFile {
    target: PathBuf,
    beside: PathBuf,
    /// Held for its lock.
    file: File,
    published: bool,
}

impl StagedFile {
    /// Starts what will be `target`; what is there stays until then. A link is followed. What a killed
    /// process left of it is taken over.
    ///
    /// # Errors
    /// [`Error::Busy`] if another process is writing it, [`Error::Io`] if the disk refuses.
    pub fn open(target: &Path) -> Result<Self, Error> {
        let target = followed(target)?;
        let path = beside(&target);
        let mut patience = PATIENCE;
        loop {
            let mut options = OpenOptions::new();
            let file = options.create(true).read(true).write(true).truncate(false).open(&path);
            let file = file.map_err(Error::io(&target, "create the file"))?;
            return match file.try_lock() {
                // Whoever clears leftovers holds it for a moment.
                Err(TryLockError::WouldBlock) if patience > 0 => {
                    patience -= 1;
                    std::thread::sleep(Duration::from_millis(1));
                    continue;
                }
                Err(TryLockError::WouldBlock) => Err(Error::Busy { path: target }),
                // Its last owner may have moved it into place between our opening and our locking.
                Ok(()) if !is_at(&file, &path) => continue,
                Ok(()) => {
                    file.set_len(0).map_err(Error::io(&target, "empty the unfinished file"))?;
                    Ok(Self { target, beside: path, file, published: false })
                }
                // Some network file systems have no locks: there, each process has its own file.
                Err(TryLockError::Error(_)) => {
                    let _ = fs::remove_file(&path);
                    Self::alone(target)
                }
            };
        }
    }

    /// Under a name of its own, so that several processes may write it at once: the last one stays.
    fn shared(target: &Path) -> Result<Self, Error> {
        match Self::open(target) {
            Err(Error::Busy { .. }) => Self::alone(followed(target)?),
            other => other,
        }
    }

    fn alone(target: PathBuf) -> Result<Self, Error> {
        loop {
            let beside = beside_alone(&target);
            let file = File::create_new(&beside).map_err(Error::io(&target, "create the file"))?;
            match file.try_lock() {
                // Before it was locked, another process may have taken it for one of a dead process.
                Err(TryLockError::WouldBlock) => {}
                Ok(()) if !is_at(&file, &beside) => {}
                // Without locks nobody asks for it.
                Ok(()) | Err(TryLockError::Error(_)) => {
                    return Ok(Self { target, beside, file, published: false });
                }
            }
        }
    }

    /// The path of the file that grows, for those that can't do with [`StagedFile::file`].
    pub fn path(&self) -> &Path {
        &self.beside
    }

    /// The file to write to.
    ///
    /// # Errors
    /// If the process has no file descriptors left.
    pub fn file(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    /// Flushes it and puts it in its place, in one step that survives a power cut.
    ///
    /// # Errors
    /// [`Error::Io`] if the disk refuses.
    pub fn publish(mut self) -> Result<(), Error> {
        let target = &self.target;
        self.file.sync_all().map_err(Error::io(target, "flush the file"))?;
        fs::rename(&self.beside, target).map_err(Error::io(target, "move the file into place"))?;
        self.published = true;
        sync_dir(parent(target))
    }

    /// As [`publish`](Self::publish), unless something is there. Whether it is ours.
    fn publish_new(self) -> Result<bool, Error> {
        let target = &self.target;
        self.file.sync_all().map_err(Error::io(target, "flush the file"))?;
        // A link, unlike a renaming, fails where something is.
        match fs::hard_link(&self.beside, target) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            // Not every file system has links.
            Err(_) => self.publish().map(|()| true),
            Ok(()) => sync_dir(parent(target)).map(|()| true),
        }
    }
}

impl Drop for StagedFile {
    fn drop(&mut self) {
        if !self.published {
            // Drop can't return errors; the next run clears what stays.
            let _ = fs::remove_file(&self.beside);
        }
    }
}

/// Where a link leads; anything else is itself.
fn followed(target: &Path) -> Result<PathBuf, Error> {
    match target.is_symlink() {
        true => target.canonicalize().map_err(Error::io(target, "follow the link")),
        false => Ok(target.to_owned()),
    }
}

/// Writes a file whole or not at all, through to the disk. What was there is replaced. Of several
/// processes that write it at once, each succeeds, and the file is one of theirs.
///
/// # Errors
/// [`Error::Io`] if the disk refuses.
pub fn write(file: &Path, bytes: &[u8]) -> Result<(), Error> {
    let staged = StagedFile::shared(file)?;
    let written = staged.file().and_then(|mut file| file.write_all(bytes));
    written.map_err(Error::io(file, "write the file"))?;
    staged.publish()
}

/// What [`create`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Created {
    /// It was not there.
    Now,
    /// It was there, with this content.
    Before(Vec<u8>),
}

/// Writes a file through to the disk if it is not there, and the folders above it. Of several processes
/// that do so at once, one writes.
///
/// # Errors
/// [`Error::Io`] if the disk refuses.
pub fn create(file: &Path, bytes: &[u8]) -> Result<Created, Error> {
    match file.try_exists() {
        Ok(true) => {
            // A kill between the link and the removal leaves both names.
            remove_if_dead(&beside(file));
            return crate::read(file).map(Created::Before);
        }
        Ok(false) => create_folder(parent(file))?,
        Err(error) => return Err(Error::io(file, "look for the file")(error)),
    }
    let staged = StagedFile::shared(file)?;
    let written = staged.file().and_then(|mut file| file.write_all(bytes));
    written.map_err(Error::io(file, "write the file"))?;
    match staged.publish_new()? {
        true => Ok(Created::Now),
        false => crate::read(file).map(Created::Before),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn count(folder: &Path) -> usize {
        fs::read_dir(folder).unwrap().count()
    }

    #[test]
    fn it_is_there_whole_or_not_at_all_and_one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.parquet");
        let staged = StagedFile::open(&target).unwrap();
        staged.file().unwrap().write_all(b"half").unwrap();
        assert!(matches!(StagedFile::open(&target), Err(Error::Busy { .. })));
        drop(staged);
        assert_eq!(count(folder.path()), 0);

        // A dead process leaves a file without a lock; the next one starts it anew.
        fs::write(beside(&target), "left behind").unwrap();
        let staged = StagedFile::open(&target).unwrap();
        staged.file().unwrap().write_all(b"whole").unwrap();
        staged.publish().unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"whole");
        assert_eq!(count(folder.path()), 1);

        // And what is in place is not emptied by one that starts again.
        let again = StagedFile::open(&target).unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"whole");
        drop(again);
    }

    #[test]
    fn of_many_that_write_at_once_each_succeeds_and_nothing_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("report.json");
        std::thread::scope(|scope| {
            for k in 0..8_u8 {
                let file = &file;
                scope.spawn(move || (0..20).for_each(|_| write(file, &[k; 1000]).unwrap()));
            }
        });
        let bytes = fs::read(&file).unwrap();
        assert!(bytes.len() == 1000 && bytes.iter().all(|byte| *byte == bytes[0]));
        assert_eq!(count(folder.path()), 1);
    }

    #[test]
    fn clearing_beside_those_that_write_disturbs_none() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("report.json");
        let stop = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !stop.load(std::sync::atomic::Ordering::SeqCst) {
                    crate::clear_leftovers(folder.path());
                }
            });
            let writers: Vec<_> = (0..3_u8)
                .map(|k| {
                    let file = &file;
                    scope.spawn(move || (0..100).for_each(|_| write(file, &[k; 10]).unwrap()))
                })
                .collect();
            let ended: Vec<_> = writers.into_iter().map(|thread| thread.join()).collect();
            stop.store(true, std::sync::atomic::Ordering::SeqCst);
            assert!(ended.iter().all(Result::is_ok));
        });
        assert_eq!(count(folder.path()), 1);
    }

    #[test]
    fn of_many_that_create_at_once_one_does() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("deep/s.toml");
        let found: Vec<_> = std::thread::scope(|scope| {
            let file = &file;
            let threads: Vec<_> =
                (0..8).map(|k: u8| scope.spawn(move || create(file, &[k]).unwrap())).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let there = fs::read(&file).unwrap();
        assert_eq!(found.iter().filter(|found| **found == Created::Now).count(), 1);
        let before = Created::Before(there);
        assert!(found.iter().all(|found| *found == Created::Now || *found == before));
        assert_eq!(count(file.parent().unwrap()), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link_and_its_file_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("far/a"), folder.path().join("link"));
        fs::create_dir(folder.path().join("far")).unwrap();
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write(&link, b"new").unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read(&file).unwrap(), b"new");
    }
}
