//! What a reader took a path for, and what it passed over.

use simulator::sample::SampleId;
use std::collections::HashMap;

/// What is known of an import before the first image is decoded.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Account {
    /// What the path was taken for.
    pub read_as: String,
    /// How many images are to come, as far as that is known.
    pub total: Option<usize>,
    /// Files that are not read, with the reason.
    pub passed_over: Vec<PassedOver>,
    /// What else the user should know.
    pub notes: Vec<String>,
    /// Names of what the source tells of each image and a data set has no column for.
    pub extra_columns: Vec<String>,
    /// That, by id.
    pub extra: HashMap<SampleId, Vec<String>>,
}

/// A file that is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedOver {
    /// Its path from the folder that is read, or the folder's with a `/` behind it.
    pub file: String,
    /// Why not.
    pub why: String,
}

impl Account {
    /// An account of what was taken for this.
    pub(crate) fn of(read_as: impl Into<String>) -> Self {
        Self { read_as: read_as.into(), ..Self::default() }
    }

    pub(crate) fn pass_over(&mut self, file: impl Into<String>, why: &str) {
        self.passed_over.push(PassedOver { file: file.into(), why: why.to_owned() });
    }

    /// All that lies in a folder beside what is read.
    pub(crate) fn pass_over_rest(&mut self, contents: &crate::contents::Contents) {
        let kinds = [
            (&contents.other_images, "an image of a format that is not read"),
            (&contents.rest, "no image and no table"),
            (&contents.sidecars, "left by a system or a program"),
            (&contents.nameless, "its name is not UTF-8"),
        ];
        for (names, why) in kinds {
            names.iter().for_each(|name| self.pass_over(name.clone(), why));
        }
    }
}
