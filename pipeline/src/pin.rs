//! Small files that say all or nothing, and that say it once.

use crate::error::Error;
use crate::publish::sync_dir;
use std::collections::hash_map::RandomState;
use std::fs::{self, File};
use std::hash::{BuildHasher, Hasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Whether a text was written by this run or by an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pinned {
    /// It was not there.
    Now,
    /// It was there and says the same.
    Before,
}

/// Writes a text file; where it is there already, it must say the same.
///
/// A run that goes on after a stop, or beside another, thereby refuses to go on with other settings.
/// Of two processes that pin at once, one writes and the other compares.
///
/// # Errors
/// [`Error::Settings`] with the first line that differs, [`Error::Io`] if the disk refuses.
pub fn pin(file: &Path, text: &str) -> Result<Pinned, Error> {
    let compare = |before: String| {
        if before == text {
            return Ok(Pinned::Before);
        }
        let change = before.lines().zip(text.lines()).find(|(before, now)| before != now);
        let difference = change.map_or(String::new(), |(before, now)| {
            format!(": it says `{}`, this run `{}`", before.trim(), now.trim())
        });
        Err(Error::Settings { path: file.to_owned(), difference })
    };
    match fs::read_to_string(file) {
        Ok(before) => return compare(before),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(Error::io(file, "read the settings")(error)),
    }
    let action = "write the settings";
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(Error::io(folder, "create the folder"))?;
    }
    let beside = beside(file);
    let written = write_through(&beside, text.as_bytes()).and_then(|()| {
        // A link, unlike a renaming, fails where something is.
        match fs::hard_link(&beside, file) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(Pinned::Before),
            // Not every file system has links.
            Err(_) => fs::rename(&beside, file).map(|()| Pinned::Now),
            Ok(()) => Ok(Pinned::Now),
        }
    });
    // Another process that has finished the same job may have cleared ours away.
    let written = if written.is_err() && file.exists() { Ok(Pinned::Before) } else { written };
    // After a renaming there is nothing here.
    let _ = fs::remove_file(&beside);
    match written.map_err(Error::io(file, action))? {
        Pinned::Now => Ok(Pinned::Now),
        Pinned::Before => {
            compare(fs::read_to_string(file).map_err(Error::io(file, "read the settings"))?)
        }
    }
}

/// Writes a file whole or not at all, through to the disk. What was there is replaced.
///
/// # Errors
/// [`Error::Io`] if the disk refuses.
pub fn write_whole(file: &Path, bytes: &[u8]) -> Result<(), Error> {
    let beside = beside(file);
    let written = write_through(&beside, bytes).and_then(|()| fs::rename(&beside, file));
    if let Err(error) = written {
        let _ = fs::remove_file(&beside);
        // Another process that wrote the same and tidied up behind itself has done it for us.
        if fs::read(file).is_ok_and(|there| there == bytes) {
            return Ok(());
        }
        return Err(Error::io(file, "write the file")(error));
    }
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => {
            sync_dir(folder).map_err(Error::io(folder, "flush the folder"))
        }
        _ => Ok(()),
    }
}

fn write_through(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Removes what killed processes left when they wrote this file, which is there by now. One that is
/// alive and writes it at this moment does not mind.
pub(crate) fn clear_leftovers(file: &Path) {
    let (Some(folder), Some(name)) = (file.parent(), file.file_name()) else { return };
    let start = format!(".{}.", name.to_string_lossy());
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with(&start) && name.ends_with(UNFINISHED) {
            // What can't be removed does no harm.
            let _ = fs::remove_file(&path);
        }
    }
}

/// Ends the names of files that are being written.
const UNFINISHED: &str = ".tmp";

/// A hidden name in the same folder that no other process uses.
fn beside(file: &Path) -> PathBuf {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    file.with_file_name(format!(".{name}.{}{UNFINISHED}", unique()))
}

/// A text that no other process has, on any machine, but for one chance in 2^64.
pub(crate) fn unique() -> String {
    // Hashes are keyed anew by the operating system for every process.
    let mut hasher = RandomState::new().build_hasher();
    hasher.write_u32(std::process::id());
    format!("{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_pinned_text_stays_and_another_one_is_told_from_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("run/s.toml");
        assert_eq!(pin(&file, "count = 3\n").unwrap(), Pinned::Now);
        assert_eq!(pin(&file, "count = 3\n").unwrap(), Pinned::Before);
        let error = pin(&file, "count = 4\n").unwrap_err().to_string();
        assert!(error.contains("count = 3") && error.contains("count = 4"), "{error}");
        assert_eq!(fs::read_dir(folder.path().join("run")).unwrap().count(), 1);
    }

    #[test]
    fn of_many_that_pin_at_once_all_get_the_same_text() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("s.toml");
        let results: Vec<_> = std::thread::scope(|scope| {
            let pins = (0..8).map(|k| {
                let file = &file;
                scope.spawn(move || (k, pin(file, &format!("run = {}\n", k % 2))))
            });
            let pins: Vec<_> = pins.collect();
            pins.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let text = fs::read_to_string(&file).unwrap();
        for (k, result) in results {
            assert_eq!(result.is_ok(), text == format!("run = {}\n", k % 2), "{k}: {result:?}");
        }
    }
}
