//! Parts of a checkpoint for whoever only reads, while a training may be at work on the same folder.

use super::{Content, DISCRIMINATOR, REFINER, REFINER_AVERAGE, load_module, open};
use crate::config::{Scope, SimGanConfig};
use crate::discriminator::DiscriminatorNet;
use crate::manifest::Manifest;
use crate::pixel::Kind;
use crate::refiner::RefinerNet;
use crate::weights::Weights;
use crate::{Error, run_folder};
use std::path::Path;

/// The refiner alone, on this device, and what its images show: of a folder with a best checkpoint,
/// that one's.
pub(crate) fn load_refiner(
    path: &Path,
    device: &burn::tensor::Device,
) -> Result<(RefinerNet, Kind), Error> {
    settled(path, |dir, manifest| refiner_of(dir, manifest, device))
}

fn refiner_of(
    dir: &Path,
    manifest: &Manifest<Content>,
    device: &burn::tensor::Device,
) -> Result<(RefinerNet, Kind), Error> {
    let content = &manifest.content;
    let net =
        RefinerNet::new(&content.config.refiner, content.channels, content.config.seed, device);
    Ok((load_module(net, dir, manifest, refining_file(manifest))?, content.kind()))
}

/// Its file: the average where there is one.
fn refining_file(manifest: &Manifest<Content>) -> &'static str {
    if manifest.has(REFINER_AVERAGE) { REFINER_AVERAGE } else { REFINER }
}

/// The size of the images, px, of a discriminator that is bound to one.
pub(crate) type BoundSize = Option<(usize, usize)>;

/// A discriminator, what the images show that it is for, and their size where it is bound to one.
pub(crate) type Discriminator = (DiscriminatorNet, Kind, BoundSize);

/// The discriminator beside that refiner.
pub(crate) fn load_discriminator(
    path: &Path,
    device: &burn::tensor::Device,
) -> Result<Discriminator, Error> {
    settled(path, |dir, manifest| discriminator_of(dir, manifest, device))
}

fn discriminator_of(
    dir: &Path,
    manifest: &Manifest<Content>,
    device: &burn::tensor::Device,
) -> Result<Discriminator, Error> {
    let Content { config, channels, frame_size, .. } = &manifest.content;
    let SimGanConfig { discriminator, seed, .. } = config;
    let net = DiscriminatorNet::new(discriminator, *channels, *frame_size, *seed, device);
    let bound = (discriminator.scope == Scope::Global).then_some(*frame_size);
    Ok((load_module(net, dir, manifest, DISCRIMINATOR)?, manifest.content.kind(), bound))
}

/// What tells that refiner and that discriminator from others.
pub(crate) fn weights(path: &Path) -> Result<Weights, Error> {
    settled(path, |dir, manifest| Ok(weights_of(dir, manifest)))
}

fn weights_of(dir: &Path, manifest: &Manifest<Content>) -> Weights {
    let hash = |file: &str| manifest.blake3(file).unwrap_or_default().to_owned();
    let (refiner, discriminator) = (hash(refining_file(manifest)), hash(DISCRIMINATOR));
    Weights { step: manifest.content.progress.step, path: dir.into(), refiner, discriminator }
}

/// All three, of one and the same checkpoint.
pub(crate) fn load_pair(
    path: &Path,
    device: &burn::tensor::Device,
) -> Result<(Weights, (RefinerNet, Kind), Discriminator), Error> {
    settled(path, |dir, manifest| {
        let refiner = refiner_of(dir, manifest, device)?;
        let discriminator = discriminator_of(dir, manifest, device)?;
        Ok((weights_of(dir, manifest), refiner, discriminator))
    })
}

/// How often a checkpoint is read anew that a training replaces or deletes meanwhile.
const ATTEMPTS: usize = 50;

/// Reads from the best checkpoint at this path (else the newest) while a training may be at work
/// there: what comes back is all of one checkpoint, and of one that was whole.
fn settled<T>(
    path: &Path,
    read: impl Fn(&Path, &Manifest<Content>) -> Result<T, Error>,
) -> Result<T, Error> {
    let mut attempts = 0;
    loop {
        let opened = run_folder::best_or_itself(path).and_then(|path| open(&path));
        let (error, before) = match opened {
            Ok((dir, manifest)) => match read(&dir, &manifest) {
                Ok(value) => return Ok(value),
                Err(error) => (error, Some((dir, manifest))),
            },
            Err(error @ (Error::Io { .. } | Error::BestMissing { .. })) => (error, None),
            Err(error) => return Err(error),
        };
        // What is still there, and the same, is damaged.
        let now = run_folder::best_or_itself(path).and_then(|path| open(&path));
        let same = match (&before, &now) {
            (Some((dir, before)), Ok((again, now))) => dir == again && before.same_files(now),
            _ => false,
        };
        attempts += 1;
        if same || attempts == ATTEMPTS {
            return Err(error);
        }
    }
}
