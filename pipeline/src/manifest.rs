//! What a data set is and what made it: `manifest.json`, written last.
//!
//! It holds a BLAKE3 hash of every stretch of every shard, because the Parquet writer that we use
//! puts no checksums into its pages: a flipped bit in a page would be read back as a wrong pixel.
//! Its own text is hashed too, in its last field.

use crate::error::Error;
use crate::image::{ImageCodec, MAX_SIDE_PX};
use crate::schema::{OLDEST_VERSION, SCHEMA_VERSION};
use durable::seal;
use serde::{Deserialize, Serialize};
use simulator::sample::Domain;
use std::collections::HashSet;
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

/// Rows of a row group, at most.
pub(crate) const MAX_GROUP_ROWS: usize = 1 << 24;

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
    /// Whether there can be such a file.
    pub(crate) fn check(&self) -> Result<(), String> {
        let Self { file, rows, bytes, .. } = self;
        // A path that leads out of the data set is never followed.
        if !Path::new(file).components().all(|c| matches!(c, Component::Normal(_))) {
            return Err(format!("{file:?} is no shard"));
        }
        if self.footer_start() >= *bytes {
            return Err(format!("{file} has no footer"));
        }
        for (k, group) in self.row_groups.iter().enumerate() {
            // A row is its image at least.
            if !(1..=MAX_GROUP_ROWS as u64).contains(&group.rows) || group.rows > group.bytes {
                let RowGroup { rows, bytes, .. } = group;
                return Err(format!("{file}: row group {k} has {rows} rows in {bytes} bytes"));
            }
        }
        let listed = self.row_groups.iter().map(|g| g.rows).fold(0, u64::saturating_add);
        match listed == *rows {
            true => Ok(()),
            false => Err(format!("{file}: {rows} rows are announced and {listed} listed")),
        }
    }

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

impl Manifest {
    /// The text of the file: JSON whose last field is the hash of all that stands before it.
    pub(crate) fn to_text(&self) -> String {
        // A manifest is plain data with string keys, which always has a JSON form.
        let json = serde_json::to_string_pretty(self).expect("plain data");
        seal::append(&json)
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
        let bytes = durable::read(&path)?;
        let text = String::from_utf8(bytes)
            .map_err(|_| Error::manifest(&path, "the manifest is not UTF-8 text"))?;
        let manifest = Self::parse(&path, &text)?;
        if manifest.modality != modality {
            let (found, expected) = (manifest.modality, modality);
            return Err(Error::Modality { path, found, expected });
        }
        Ok(manifest)
    }

    /// Whether the text in `dir` is under its own hash, whatever it says.
    pub(crate) fn is_sealed(dir: &Path) -> bool {
        durable::read_text(&dir.join(FILE)).is_ok_and(|text| seal::is_appended(&text))
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
        if !seal::is_appended(text) {
            return Err(Error::manifest(path, "the manifest was changed (its hash differs)"));
        }

        // Check what the reader relies on.
        let manifest: Self = serde_json::from_str(text).map_err(json)?;
        manifest.check().map_err(|problem| Error::manifest(path, problem))?;
        Ok(manifest)
    }

    /// Whether it can be true of some data set: the hash tells damage from what was written, not truth
    /// from nonsense.
    fn check(&self) -> Result<(), String> {
        for (name, side) in [("width_px", self.width_px), ("height_px", self.height_px)] {
            if !(1..=MAX_SIDE_PX as u32).contains(&side) {
                return Err(format!("`{name}` is {side}; a side has 1 to {MAX_SIDE_PX} px"));
            }
        }
        let mut files = HashSet::new();
        let mut rows = 0_u64;
        for shard in &self.shards {
            shard.check()?;
            rows = rows.saturating_add(shard.rows);
            if !files.insert(&shard.file) {
                return Err(format!("{} is listed twice", shard.file));
            }
        }
        if self.rows == 0 || rows != self.rows {
            return Err(format!("{} rows are announced and {rows} listed", self.rows));
        }
        Ok(())
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
    fn a_manifest_of_nonsense_under_a_right_hash_is_refused_and_the_field_named() {
        let refused = |change: &dyn Fn(&mut Manifest)| {
            let mut nonsense = manifest();
            change(&mut nonsense);
            let error = Manifest::parse(Path::new("manifest.json"), &nonsense.to_text());
            let error = error.unwrap_err();
            assert!(matches!(error, Error::Manifest { .. }), "{error}");
            error.to_string()
        };
        assert!(refused(&|m| m.width_px = 0).contains("`width_px` is 0"));
        assert!(refused(&|m| m.height_px = u32::MAX).contains("`height_px` is 4294967295"));
        let all_rows = |m: &mut Manifest, rows| {
            m.rows = rows;
            m.shards[0].rows = rows;
            m.shards[0].row_groups[0].rows = rows;
        };
        assert!(refused(&|m| all_rows(m, 1 << 60)).contains("row group 0 has 1152921504606846976"));
        assert!(refused(&|m| all_rows(m, 101)).contains("101 rows in 100 bytes"));
        assert!(refused(&|m| all_rows(m, 0)).contains("row group 0 has 0 rows"));
        assert!(refused(&|m| m.shards[0].rows = 4).contains("4 rows are announced and 3 listed"));
        let twice = |m: &mut Manifest| {
            m.rows = 6;
            m.shards.push(m.shards[0].clone());
        };
        assert!(refused(&twice).contains("part-00000.parquet is listed twice"));
        assert!(refused(&|m| m.shards.clear()).contains("3 rows are announced and 0 listed"));
        assert!(refused(&|m| m.shards[0].row_groups[0].bytes = u64::MAX).contains("no footer"));
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
