//! The fast picture against the reference.

use super::reference;
use crate::eye::config::EyeConfig;
use crate::eye::pose::Source;
use crate::eye::render::{Radiance, picture};
use crate::eye::scene::Scene;
use crate::eye::sensor;

/// Two pictures of one scene, through the same camera.
#[derive(Debug, Clone)]
pub struct Difference {
    /// Root mean square of their difference, grey levels.
    pub rms: f64,
    /// Mean of their difference, fast minus reference, grey levels.
    pub bias: f64,
    /// Largest difference of a pixel, grey levels.
    pub worst: f64,
    /// Both pictures, 8 bits.
    pub fast: Vec<u8>,
    /// The reference.
    pub slow: Vec<u8>,
}

/// Renders sample `id` of these settings twice: as ever, and by `per_px` x `per_px` rays a pixel.
pub fn against_reference(config: &EyeConfig, seed: u64, id: u64, per_px: usize) -> Difference {
    let mut scene = Scene::of(&Source { config, seed, measured: None }, id);
    // The reference knows no glasses.
    scene.glasses = None;
    let expose =
        |radiance: Radiance| sensor::expose(radiance, &config.sensor, seed, id, [0.0; 2]).pixels;
    let fast = expose(picture(&scene).radiance);
    // Many rays see folds and ruff as they are.
    scene.skin.footprint = 0.0;
    scene.iris.footprint = 0.0;
    let slow = expose(reference::radiance(&scene, per_px));
    let off = |k: usize| fast[k] as f64 - slow[k] as f64;
    let n = fast.len() as f64;
    let rms = ((0..fast.len()).map(|k| off(k) * off(k)).sum::<f64>() / n).sqrt();
    let bias = (0..fast.len()).map(off).sum::<f64>() / n;
    let worst = (0..fast.len()).map(|k| off(k).abs()).fold(0.0, f64::max);
    Difference { rms, bias, worst, fast, slow }
}
