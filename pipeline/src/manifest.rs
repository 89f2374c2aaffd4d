//! What a data set is and what made it: `manifest.json`, written last.
//!
//! It holds a BLAKE3 hash of every stretch of every shard, because the Parquet writer that we use
//! puts no checksums into its pages: a flipped bit in a page would be read back as a wrong pixel.
//! Its own text is hashed too, in its last field.

use crate::error::Error;
use crate::image::ImageCodec;
use crate::schema::{OLDEST_VERSION, SCHEMA_VERSION};
use serde::{Deserialize, Serialize};
use simulator::sample::Domain;
use std::fs;
use std::path::{Component, Path};

/// The file's name.
pub(crate) const FILE: &str = "manifest.json";

/// What made a data set; it is kept in the manifest and in every shard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    /// Where the pixels come from; every sample of the data set has this domain.
    pub domain: Domain,
    /// The command, or the generator.
    pub made_by: String,
    /// All of its settings.
    pub config: serde_json::Value,
    /// Its seed, where it has one.
    pub seed: Option<u64>,
}

/// The content of `manifest.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the columns and of this file.
    pub schema_version: u32,
    /// The kind of sample ("eye" or "eye-rgb").
    pub modality: String,
    /// What made it.
    pub origin: Origin,
    /// Number of samples.
    pub rows: u64,
    /// Width of every image, px.
    pub width_px: u32,
    /// Height of every image, px.
    pub height_px: u32,
    /// How the images are stored.
    pub image: ImageCodec,
    /// The files, in order of id.
    pub shards: Vec<Shard>,
}

/// One Parquet file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// Path relative to the data set, with `/`.
    pub file: String,
    /// Its samples.
    pub rows: u64,
    /// Its length.
    pub bytes: u64,
    /// BLAKE3 of the whole file (what `b3sum` prints).
    pub blake3: String,
    /// Its row groups, which stand one after the other from byte 0.
    pub row_groups: Vec<RowGroup>,
    /// BLAKE3 of what follows the last row group: the Parquet footer.
    pub footer_blake3: String,
}

/// A stretch of a shard that is read at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowGroup {
    /// Its samples.
    pub rows: u64,
    /// Its length.
    pub bytes: u64,
    /// BLAKE3 of these bytes.
    pub blake3: String,
}

impl Shard {
    /// Where the footer starts, which is where the row groups end.
    pub(crate) fn footer_start(&self) -> u64 {
        self.row_groups.iter().map(|group| group.bytes).fold(0, u64::saturating_add)
    }
}

/// The first field, alone: it decides how the rest is to be read.
#[derive(Deserialize)]
struct Version {
    schema_version: u32,
}

/// What stands between the content and its hash.
const SEAL: &str = ",\n  \"blake3\": \"";

impl Manifest {
    /// The text of the file: JSON whose last field is the hash of all that stands before it.
    pub(crate) fn to_text(&self) -> String {
        // A manifest is plain data with string keys, which always has a JSON form.
        let json = serde_json::to_string_pretty(self).expect("plain data");
        let body = json.trim_end_matches("\n}");
        format!("{body}{SEAL}{}\"\n}}\n", blake3::hash(body.as_bytes()))
    }

    /// BLAKE3 of its text (what `b3sum manifest.json` prints): it tells the data set from any other.
    pub fn blake3(&self) -> String {
        blake3::hash(self.to_text().as_bytes()).to_string()
    }

    /// Reads the manifest of the data set in `dir`.
    pub(crate) fn read(dir: &Path, modality: &'static str) -> Result<Self, Error> {
        let path = dir.join(FILE);
        if !path.exists() {
            return Err(Error::Missing { path: dir.to_owned() });
        }
        let bytes = fs::read(&path).map_err(Error::io(&path, "read the manifest"))?;
        let text = String::from_utf8(bytes)
            .map_err(|_| Error::manifest(&path, "the manifest is not UTF-8 text"))?;
        let manifest = Self::parse(&path, &text)?;
        if manifest.modality != modality {
            let (found, expected) = (manifest.modality, modality);
            return Err(Error::Modality { path, found, expected });
        }
        Ok(manifest)
    }

    fn parse(path: &Path, text: &str) -> Result<Self, Error> {
        let json = |e: serde_json::Error| Error::manifest(path, format!("not a manifest: {e}"));

        // Another version may have other rules, so ask for the version first.
        let Version { schema_version: found } = serde_json::from_str(text).map_err(json)?;
        if !(OLDEST_VERSION..=SCHEMA_VERSION).contains(&found) {
            let (path, supported) = (path.to_owned(), SCHEMA_VERSION);
            return Err(Error::Version { path, found, supported });
        }

        // Check the text against its own hash.
        let sealed = text.rsplit_once(SEAL).is_some_and(|(body, seal)| {
            seal == format!("{}\"\n}}\n", blake3::hash(body.as_bytes()))
        });
        if !sealed {
            return Err(Error::manifest(path, "the manifest was changed (its hash differs)"));
        }

        // Check what the reader relies on.
        let manifest: Self = serde_json::from_str(text).map_err(json)?;
        let groups: u64 = manifest.shards.iter().flat_map(|s| &s.row_groups).map(|g| g.rows).sum();
        if manifest.rows == 0 || groups != manifest.rows {
            let problem = format!("{} rows are announced and {groups} listed", manifest.rows);
            return Err(Error::manifest(path, problem));
        }
        for shard in &manifest.shards {
            // A path that leads out of the data set is never followed.
            if !Path::new(&shard.file).components().all(|c| matches!(c, Component::Normal(_))) {
                return Err(Error::manifest(path, format!("{:?} is no shard", shard.file)));
            }
            if shard.footer_start() >= shard.bytes {
                return Err(Error::manifest(path, format!("{} has no footer", shard.file)));
            }
        }
        Ok(manifest)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn manifest() -> Manifest {
        let row_groups = vec![RowGroup { rows: 3, bytes: 100, blake3: "00".into() }];
        Manifest {
            schema_version: SCHEMA_VERSION,
            modality: "eye".into(),
            origin: Origin {
                domain: Domain::Synthetic,
                made_by: "test".into(),
                config: serde_json::json!({"pupil_mm": [2.0, 4.5]}),
                seed: Some(u64::MAX),
            },
            rows: 3,
            width_px: 60,
            height_px: 36,
            image: ImageCodec::Png,
            shards: vec![Shard {
                file: "data/part-00000.parquet".into(),
                rows: 3,
                bytes: 120,
                blake3: "11".into(),
                row_groups,
                footer_blake3: "22".into(),
            }],
        }
    }

    #[test]
    fn its_text_parses_back_and_is_json() {
        let text = manifest().to_text();
        assert_eq!(Manifest::parse(Path::new("m"), &text).unwrap(), manifest());
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["blake3"].as_str().unwrap().len(), 64);
        assert_eq!(manifest().blake3(), blake3::hash(text.as_bytes()).to_string());
    }

    #[test]
    fn no_byte_of_it_can_change_unseen() {
        let text = manifest().to_text();
        for k in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[k] ^= 1;
            let changed = String::from_utf8(bytes).unwrap();
            assert!(Manifest::parse(Path::new("m"), &changed).is_err(), "byte {k}");
        }
    }

    #[test]
    fn a_newer_version_is_named_before_anything_else_is_read() {
        let text = r#"{"schema_version": 99, "shards": "elsewhere"}"#;
        let error = Manifest::parse(Path::new("m"), text).unwrap_err();
        assert!(matches!(error, Error::Version { found: 99, .. }), "{error}");
    }

    #[test]
    fn a_shard_outside_the_data_set_is_refused() {
        for file in ["../x.parquet", "/etc/passwd"] {
            let mut outside = manifest();
            outside.shards[0].file = file.into();
            let error = Manifest::parse(Path::new("m"), &outside.to_text()).unwrap_err();
            assert!(error.to_string().contains("is no shard"), "{error}");
        }
    }
}
