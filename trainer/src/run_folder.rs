//! The folder of a run's checkpoints: numbered ones, the best, and the one at the end.

use crate::Error;
use crate::checkpoint::{self, CheckpointInfo, MANIFEST};
use crate::pixel::Pixel;
use crate::simgan::SimGan;
use std::path::{Path, PathBuf};

/// The name of the checkpoint at the end of a run.
const FINAL: &str = "final";
/// The name of the best checkpoint of those that were measured.
const BEST: &str = "best";
/// Numbered checkpoints that are kept.
const KEEP: usize = 2;

/// Saves a run as the best one of its folder of checkpoints.
pub(crate) fn save_best<P: Pixel>(gan: &SimGan<P>, checkpoints: &Path) -> Result<(), Error> {
    checkpoint::save(gan, &checkpoints.join(BEST))
}

/// Saves a run in its folder of checkpoints, and deletes all but the last few and the newest regular
/// one, which a run that diverges goes back to.
pub(crate) fn save_numbered<P: Pixel>(
    gan: &SimGan<P>,
    checkpoints: &Path,
    finished: bool,
) -> Result<PathBuf, Error> {
    let name = if finished { FINAL.to_string() } else { numbered(gan.progress.step) };
    let path = checkpoints.join(name);
    checkpoint::save(gan, &path)?;
    durable::tidy(checkpoints)?;
    let numbered = numbered_folders(checkpoints)?;
    let regular = newest_regular(checkpoints, gan.config.checkpoint_every)?;
    for (path, _) in numbered.iter().rev().skip(KEEP) {
        if regular.as_ref() != Some(path) {
            durable::discard(path)?;
        }
    }
    Ok(path)
}

/// The newest checkpoint at a multiple of so many steps in this folder.
pub(crate) fn newest_regular(checkpoints: &Path, every: u64) -> Result<Option<PathBuf>, Error> {
    let regular = |step: u64| every > 0 && step.is_multiple_of(every);
    let numbered = numbered_folders(checkpoints)?;
    Ok(numbered.into_iter().rev().find(|(_, step)| regular(*step)).map(|(path, _)| path))
}

/// The numbered checkpoints of a folder with their steps, in order.
fn numbered_folders(checkpoints: &Path) -> Result<Vec<(PathBuf, u64)>, Error> {
    let folders = durable::folders(checkpoints)?.into_iter();
    let mut numbered: Vec<(PathBuf, u64)> = folders
        .filter(|path| is_checkpoint(path))
        .filter_map(|path| {
            let step = file_name(&path).strip_prefix("step-")?.parse().ok()?;
            Some((path, step))
        })
        .collect();
    numbered.sort_by_key(|(_, step)| *step);
    Ok(numbered)
}

/// Whether the checkpoint at the end of a run lies in this folder.
pub(crate) fn is_final(path: &Path) -> bool {
    is_checkpoint(&path.join(FINAL))
}

/// The checkpoints of a run in this folder that it could go on from.
pub(crate) fn of_the_run(path: &Path) -> Result<Vec<PathBuf>, Error> {
    let name_fits = |name: &str| name == FINAL || name.starts_with("step-");
    let folders = durable::folders(path)?.into_iter();
    Ok(folders.filter(|dir| name_fits(&file_name(dir)) && is_checkpoint(dir)).collect())
}

/// The best checkpoint in this folder, if one was kept; else the folder itself.
///
/// # Errors
/// [`Error::BestMissing`] if the run says that there is a best one, and there is none.
pub(crate) fn best_or_itself(path: &Path) -> Result<PathBuf, Error> {
    // While a newer one takes its place it is looked for a second time.
    let best = || Some(durable::standing(&path.join(BEST))).filter(|best| is_checkpoint(best));
    match best().or_else(best) {
        Some(best) => Ok(best),
        // One checkpoint was named, and that one is meant.
        None if is_checkpoint(path) => Ok(path.into()),
        None => match checkpoint::inspect(path) {
            Ok(CheckpointInfo { path: newest, best: Some(best), config, .. })
                if config.measure.keep_best =>
            {
                let iteration = best.measured.iteration;
                Err(Error::BestMissing { path: path.join(BEST), newest, iteration })
            }
            // What else is wrong shows when it is opened.
            _ => Ok(path.into()),
        },
    }
}

/// Whether the best checkpoint of a run that has kept one is there and whole.
///
/// # Errors
/// [`Error::BestMissing`] if it is not there, [`Error::Saved`] if it is damaged.
pub(crate) fn check_best<P: Pixel>(gan: &SimGan<P>, checkpoints: &Path) -> Result<(), Error> {
    match &gan.choice.best {
        Some(_) if gan.config.measure.keep_best => {
            let best = best_or_itself(checkpoints)?;
            if best == checkpoints { Ok(()) } else { checkpoint::verify(&best) }
        }
        _ => Ok(()),
    }
}

fn is_checkpoint(dir: &Path) -> bool {
    dir.join(MANIFEST).exists()
}

fn numbered(step: u64) -> String {
    format!("step-{step:08}")
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
