//! Hidden names of what is being written, and what killed processes left under them.

use std::collections::hash_map::RandomState;
use std::fs::{self, File};
use std::hash::{BuildHasher, Hasher};
use std::path::{Path, PathBuf};

/// Ends the names of files that are being written.
const UNFINISHED: &str = ".tmp";
/// Digits before it.
const DIGITS: usize = 16;

/// The hidden name in the same folder under which a file is written: the same in every run, so that
/// the next one finds what a killed one left, and like no name that people give.
pub(crate) fn beside(file: &Path) -> PathBuf {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let hash = blake3::hash(name.as_bytes()).to_hex();
    file.with_file_name(format!(".{name}.{}{UNFINISHED}", &hash[..DIGITS]))
}

/// A hidden name in the same folder that no other process uses, on any machine, but for one chance in
/// 2^64.
pub(crate) fn beside_alone(file: &Path) -> PathBuf {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    // Hashes are keyed anew by the operating system for every process, and for every hasher of it.
    let mut hasher = RandomState::new().build_hasher();
    hasher.write_u32(std::process::id());
    file.with_file_name(format!(".{name}.{:016x}{UNFINISHED}", hasher.finish()))
}

/// Whether a file of this name is one that was being written.
fn is_unfinished(name: &str) -> bool {
    let inner = name.strip_prefix('.').and_then(|name| name.strip_suffix(UNFINISHED));
    let digits = inner.and_then(|inner| Some(inner.rsplit_once('.')?.1));
    digits.is_some_and(|d| d.len() == DIGITS && d.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Removes the files that dead processes were writing in this folder, not in those below. One that is
/// locked is being written and stays.
pub fn clear_leftovers(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if is_unfinished(&name) && path.is_file() {
            remove_if_dead(&path);
        }
    }
}

/// Removes this file unless a process holds it. Best effort: readers ignore what is hidden.
pub(crate) fn remove_if_dead(path: &Path) {
    if File::open(path).is_ok_and(|file| file.try_lock().is_ok() && is_at(&file, path)) {
        let _ = fs::remove_file(path);
    }
}

/// Whether this open file is still the one at `path`.
#[cfg(unix)]
pub(crate) fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(ours), Ok(there)) => (ours.dev(), ours.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

/// Elsewhere a file that is open is not moved.
#[cfg(not(unix))]
pub(crate) fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn names_are_told_from_those_that_people_give() {
        let file = Path::new("out/report.html");
        for name in [beside(file), beside_alone(file)] {
            assert_eq!(name.parent(), file.parent());
            assert!(is_unfinished(&name.file_name().unwrap().to_string_lossy()), "{name:?}");
        }
        assert_eq!(beside(file), beside(file));
        assert_ne!(beside_alone(file), beside_alone(file));
        for name in
            [".a.tmp", ".a.partial", "a.0123456789abcdef.tmp", ".a.0123456789abcdeg.tmp", ".tmp"]
        {
            assert!(!is_unfinished(name), "{name}");
        }
    }

    #[test]
    fn only_what_the_dead_left_is_cleared() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let dead = at(".a.0123456789abcdef.tmp");
        let mine = [at(".a.tmp"), at("b.0123456789abcdef.tmp"), at(".c.partial")];
        let live = at(".d.0123456789abcdef.tmp");
        mine.iter().chain([&dead, &live]).for_each(|path| fs::write(path, "x").unwrap());
        let held = File::open(&live).unwrap();
        held.try_lock().unwrap();
        clear_leftovers(folder.path());
        assert!(!dead.exists() && live.exists() && mine.iter().all(|path| path.exists()));
    }
}
