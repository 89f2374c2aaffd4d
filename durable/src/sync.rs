//! Through to the disk.

use crate::error::Error;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Files that are flushed at once: the disk joins their commits.
const AT_ONCE: usize = 8;

/// The folder that names this file or folder.
pub(crate) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Flushes the entries of a folder to the disk.
pub(crate) fn sync_dir(path: &Path) -> Result<(), Error> {
    // Only Unix opens folders as files; elsewhere the rename itself is what there is.
    let sync = || if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) };
    sync().map_err(Error::io(path, "flush the folder"))?;
    #[cfg(test)]
    flushed::note(path);
    Ok(())
}

/// Makes a folder and those above it that are missing, each through to the disk.
///
/// # Errors
/// [`Error::Io`] if the disk refuses.
pub fn create_folder(folder: &Path) -> Result<(), Error> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    create_folder(parent(folder))?;
    match fs::create_dir(folder) {
        // Another process may have made it meanwhile.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        Err(error) => Err(Error::io(folder, "create the folder")(error)),
        Ok(()) => sync_dir(parent(folder)),
    }
}

/// Flushes all files and folders in this one, and itself.
pub(crate) fn sync_tree(folder: &Path) -> Result<(), Error> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    let mut next = 0;
    while let Some(folder) = folders.get(next).cloned() {
        next += 1;
        let list = || -> io::Result<Vec<PathBuf>> {
            fs::read_dir(&folder)?.map(|entry| Ok(entry?.path())).collect()
        };
        for path in list().map_err(Error::io(&folder, "list the folder"))? {
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    sync_files(&files)?;
    folders.iter().rev().try_for_each(|folder| sync_dir(folder))
}

fn sync_files(files: &[PathBuf]) -> Result<(), Error> {
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(path) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let sync = || File::open(path)?.sync_all();
            sync().map_err(Error::io(path, "flush the file"))?;
            #[cfg(test)]
            flushed::note(path);
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..AT_ONCE.min(files.len())).map(|_| scope.spawn(work)).collect();
        let mut result = work();
        for thread in others {
            result =
                result.and(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        result
    })
}

/// What was flushed, for tests.
#[cfg(test)]
pub(crate) mod flushed {
    use std::path::{Path, PathBuf};
    use std::sync::Mutex;

    static ALL: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

    pub(super) fn note(path: &Path) {
        ALL.lock().expect("no test panics in it").push(path.to_owned());
    }

    /// What was flushed below this folder, and it, sorted.
    pub(crate) fn below(folder: &Path) -> Vec<PathBuf> {
        let all = ALL.lock().expect("no test panics in it");
        let mut below: Vec<_> = all.iter().filter(|p| p.starts_with(folder)).cloned().collect();
        below.sort();
        below.dedup();
        below
    }
}
