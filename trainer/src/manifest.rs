//! What a saved folder holds: its owner's own content and the hash of each file beside it, under a
//! hash of itself.

use crate::Error;
use durable::seal;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// Size and hash of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct FileEntry {
    bytes: u64,
    blake3: String,
}

/// A manifest: the owner's content, and the files beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Manifest<T> {
    /// BLAKE3 of the manifest's own text with nothing here. Empty in those of before there was one.
    #[serde(default)]
    seal: String,
    /// Version of the layout.
    format: u32,
    #[serde(flatten)]
    pub(crate) content: T,
    files: BTreeMap<String, FileEntry>,
}

const FORMAT: u32 = 1;

/// What to do about a folder that is not what was written.
fn remedy(folder: &Path) -> &'static str {
    match folder.file_name().is_some_and(|name| name == "best") {
        true => {
            "restore it from a copy, train again in another folder, or name another checkpoint of the \
             run, as in --training DIR/checkpoints/final"
        }
        false => "delete this folder and load an older one",
    }
}

impl<T> Manifest<T> {
    /// Of these files.
    pub(crate) fn new(content: T, files: &[(&str, &[u8])]) -> Self {
        let entry = |bytes: &[u8]| {
            let blake3 = blake3::hash(bytes).to_hex().to_string();
            FileEntry { bytes: bytes.len() as u64, blake3 }
        };
        let files = files.iter().map(|(name, bytes)| (name.to_string(), entry(bytes))).collect();
        Self { seal: String::new(), format: FORMAT, content, files }
    }

    /// Whether the folder holds a file of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.files.contains_key(name)
    }

    /// BLAKE3 of a file of the folder.
    pub(crate) fn blake3(&self, name: &str) -> Option<&str> {
        self.files.get(name).map(|entry| entry.blake3.as_str())
    }

    /// Whether both are of the same files.
    pub(crate) fn same_files(&self, other: &Self) -> bool {
        self.files == other.files
    }

    /// The content of one file of the folder, after its hash was checked.
    pub(crate) fn read(&self, dir: &Path, name: &str) -> Result<Vec<u8>, Error> {
        let path = dir.join(name);
        let bytes = durable::read(&path)?;
        let right = self.files.get(name).is_some_and(|entry| {
            entry.bytes == bytes.len() as u64
                && entry.blake3 == blake3::hash(&bytes).to_hex().as_str()
        });
        if right { Ok(bytes) } else { Err(changed(dir, name)) }
    }

    /// Checks the hash of every file of the folder.
    pub(crate) fn verify(&self, dir: &Path) -> Result<(), Error> {
        self.files.keys().try_for_each(|name| self.read(dir, name).map(|_| ()))
    }
}

impl<T: Serialize> Manifest<T> {
    /// The text of the file.
    pub(crate) fn sealed(&self) -> Result<String, serde_json::Error> {
        Ok(seal::fill(&serde_json::to_string_pretty(self)?))
    }
}

/// Reads the manifest of this name in the folder `dir`.
pub(crate) fn read<T: DeserializeOwned>(dir: &Path, name: &str) -> Result<Manifest<T>, Error> {
    let path = dir.join(name);
    let json = durable::read(&path)?;
    let saved = |problem: String| Error::Saved {
        path: path.clone(),
        problem: format!("{problem}: it is damaged, or of another version"),
        remedy: remedy(dir),
    };
    let text = String::from_utf8(json).map_err(|error| saved(error.to_string()))?;
    let manifest: Manifest<T> =
        serde_json::from_str(&text).map_err(|error| saved(error.to_string()))?;
    if !manifest.seal.is_empty() && !seal::is_filled(&text, &manifest.seal) {
        return Err(changed(dir, name));
    }
    if manifest.format != FORMAT {
        return Err(saved(format!("its format is {}, not {FORMAT}", manifest.format)));
    }
    Ok(manifest)
}

fn changed(dir: &Path, name: &str) -> Error {
    Error::Saved {
        path: dir.join(name),
        problem: "its content is not what was written (BLAKE3 differs)".into(),
        remedy: remedy(dir),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::fs;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Content {
        answer: f64,
        seal_of: String,
    }

    fn write(folder: &Path, text: &[u8]) -> Result<Manifest<Content>, Error> {
        fs::write(folder.join("it.json"), text).unwrap();
        read(folder, "it.json")
    }

    #[test]
    fn any_flipped_bit_of_the_manifest_is_noticed_or_changes_nothing() {
        let temp = tempfile::tempdir().unwrap();
        let content = Content { answer: 0.1 + 0.2, seal_of: "\"seal\": \"\"".into() };
        let text = Manifest::new(content, &[("a.bin", b"data")]).sealed().unwrap();
        let whole = write(temp.path(), text.as_bytes()).unwrap();
        assert_eq!(whole.seal.len(), 64);
        let mut noticed = 0;
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            match write(temp.path(), &bytes) {
                Err(error) => {
                    let message = error.to_string();
                    assert!(message.contains("it.json") && message.contains("delete"), "{message}");
                    noticed += 1;
                }
                // The name of the seal itself: then there is none, and all else is as it was.
                Ok(read) => {
                    assert_eq!(
                        (read.content, read.files),
                        (
                            Content { answer: 0.1 + 0.2, seal_of: "\"seal\": \"\"".into() },
                            whole.files.clone(),
                        ),
                        "byte {at}"
                    );
                }
            }
        }
        assert!(noticed >= text.len() - "seal".len(), "{noticed} of {}", text.len());
    }

    #[test]
    fn a_manifest_of_before_there_was_a_seal_is_read() {
        let temp = tempfile::tempdir().unwrap();
        let text = r#"{ "format": 1, "answer": 2.5, "seal_of": "", "files": {} }"#;
        assert_eq!(write(temp.path(), text.as_bytes()).unwrap().content.answer, 2.5);
        let other = text.replace("1,", "7,");
        let message = write(temp.path(), other.as_bytes()).unwrap_err().to_string();
        assert!(message.contains("format is 7"), "{message}");
    }
}
