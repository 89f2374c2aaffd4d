//! Small files that say the same as long as they are there.

use crate::error::Error;
use durable::Created;
use std::path::Path;

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
    let before = match durable::create(file, text.as_bytes())? {
        Created::Now => return Ok(Pinned::Now),
        Created::Before(before) if before == text.as_bytes() => return Ok(Pinned::Before),
        Created::Before(before) => before,
    };
    let before = String::from_utf8_lossy(&before);
    let change = before.lines().zip(text.lines()).find(|(before, now)| before != now);
    let difference = change.map_or(String::new(), |(before, now)| {
        format!(": it says `{}`, this run `{}`", before.trim(), now.trim())
    });
    Err(Error::Settings { path: file.to_owned(), difference })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::fs;

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
