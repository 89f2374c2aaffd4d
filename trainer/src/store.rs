//! A saved thing is one folder: data files, and a manifest with the BLAKE3 hash of each.

use crate::Error;
use crate::manifest::Manifest;
use serde::Serialize;
use std::path::Path;

/// Writes the folder `dir` anew, in the place of an older one, which stands until this one does.
pub(crate) fn publish<T: Serialize>(
    dir: &Path,
    manifest_name: &str,
    content: T,
    files: &[(&str, &[u8])],
) -> Result<(), Error> {
    let json = Manifest::new(content, files).sealed().map_err(|error| Error::Saved {
        path: dir.join(manifest_name),
        problem: error.to_string(),
        remedy: "a setting cannot be written as JSON; use finite numbers",
    })?;
    let mut all = files.to_vec();
    all.push((manifest_name, json.as_bytes()));
    Ok(durable::replace_folder(dir, &all)?)
}

impl From<durable::Error> for Error {
    fn from(error: durable::Error) -> Self {
        match error {
            durable::Error::Io { path, action, source } => Self::Io { action, path, source },
            durable::Error::Busy { path } => Self::Busy { path },
            durable::Error::Taken { path } => Self::Taken { path },
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::manifest;
    use serde::Deserialize;
    use std::fs;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Content {
        answer: u32,
    }

    fn save(dir: &Path, answer: u32, data: &[u8]) {
        publish(dir, "it.json", Content { answer }, &[("data.bin", data)]).unwrap();
    }

    #[test]
    fn what_is_written_is_read_and_a_second_one_takes_its_place() {
        let temp = tempfile::tempdir().unwrap();
        let dir = temp.path().join("deep/thing");
        for (answer, data) in [(1, b"one"), (2, b"two")] {
            save(&dir, answer, data);
            let manifest: Manifest<Content> = manifest::read(&dir, "it.json").unwrap();
            assert_eq!(manifest.content.answer, answer);
            assert_eq!(manifest.read(&dir, "data.bin").unwrap(), data);
        }
        assert_eq!(durable::folders(dir.parent().unwrap()).unwrap(), [dir], "nothing else is left");
    }

    #[test]
    fn one_flipped_bit_is_noticed_and_the_file_named() {
        let temp = tempfile::tempdir().unwrap();
        let dir = temp.path().join("thing");
        save(&dir, 1, b"data");
        fs::write(dir.join("data.bin"), b"dat`").unwrap();
        let manifest: Manifest<Content> = manifest::read(&dir, "it.json").unwrap();
        let message = manifest.read(&dir, "data.bin").unwrap_err().to_string();
        assert!(message.contains("data.bin") && message.contains("BLAKE3"), "{message}");
    }
}
