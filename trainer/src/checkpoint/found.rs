//! Where a checkpoint is, and whether it can be one.

use super::{Content, MANIFEST};
use crate::config::check_whole;
use crate::manifest::{self, Manifest};
use crate::{Error, run_folder};
use std::path::{Path, PathBuf};

/// The checkpoint at this path, or the one with the most steps in it.
pub(super) fn open(path: &Path) -> Result<(PathBuf, Manifest<Content>), Error> {
    let path = &durable::standing(path);
    if path.join(MANIFEST).exists() {
        return Ok((path.into(), checked(path)?));
    }
    let mut newest: Option<(PathBuf, Manifest<Content>)> = None;
    for dir in run_folder::of_the_run(path)? {
        let manifest = checked(&dir)?;
        let step = |m: &Manifest<Content>| m.content.progress.step;
        if newest.as_ref().is_none_or(|(_, best)| step(best) < step(&manifest)) {
            newest = Some((dir, manifest));
        }
    }
    newest.ok_or_else(|| Error::NoCheckpoint { path: path.into() })
}

/// The manifest of a checkpoint, if it can be one: a right hash tells damage, not nonsense.
fn checked(dir: &Path) -> Result<Manifest<Content>, Error> {
    let manifest: Manifest<Content> = manifest::read(dir, MANIFEST)?;
    let Content { config, frame_size, .. } = &manifest.content;
    let sides = [("frame_size", frame_size.0, 1, 16_384), ("frame_size", frame_size.1, 1, 16_384)];
    let possible = check_whole(&sides).and_then(|()| config.validate_for(*frame_size));
    possible.map_err(|error| Error::Saved {
        path: dir.join(MANIFEST),
        problem: error.to_string(),
        remedy: "load another checkpoint",
    })?;
    Ok(manifest)
}

/// Whether every file of this checkpoint is what was written.
///
/// # Errors
/// [`Error::Saved`] names the first that is not.
pub(crate) fn verify(dir: &Path) -> Result<(), Error> {
    manifest::read::<Content>(dir, MANIFEST)?.verify(dir)
}
