//! Realism: do refined images look like real ones, in numbers?
//!
//! Three measures of two sets of images. None looks at one image alone, none is trained, and each is
//! a function of its input, so the same images give the same numbers on every day of a run.
//!
//! | measure | alike | what it sees |
//! | --- | --- | --- |
//! | [`two_sample`]: how often a linear classifier tells them apart, cross-validated | 0.5 | any steady difference, however small |
//! | [`kernel`]: unbiased MMD² with a polynomial kernel, as KID (Bińkowski et al., 2018) | 0 | how large the difference is |
//! | [`spectrum`]: distance of the radial power spectra | 0 dB | sharpness, noise, compression |
//!
//! The first two compare [`features`]: what fixed random convolutions see. Random filters need no
//! download and no training, and see texture rather than content, which is what refinement may change.
//! The renders' own figures are the scale: refinement has closed a gap if it has made them smaller.

pub mod features;
pub mod kernel;
pub mod spectrum;
pub mod two_sample;

use crate::Error;
use features::{Features, Standard};
use serde::{Deserialize, Serialize};
use simulator::sample::Frame;
use spectrum::Spectrum;

/// Images of each kind that are needed.
const LEAST: usize = 2 * two_sample::FOLDS;

/// A number that a pixel is: a grey level (`u8`), or whatever tells real images from others (`f32`), as
/// [`hand::relief`](crate::hand::relief) of depth. Its unit does not matter, and 0 to 255 is the scale
/// that the measures were made for.
pub trait Level: Copy + Into<f32> + Sync {}

impl<L: Copy + Into<f32> + Sync> Level for L {}

/// How far a set of images is from real ones.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RealismReport {
    /// Real images.
    pub real: usize,
    /// Images that were compared with them.
    pub images: usize,
    /// Share of held-out images of both kinds that the classifier gets right, each kind counting
    /// half; 0.5 is chance level.
    pub two_sample_accuracy: f64,
    /// Its standard error.
    pub two_sample_error: f64,
    /// Kernel distance; about 0, and as often below it, where they are alike.
    pub kernel_distance: f64,
    /// Distance of the spectra, dB.
    pub spectrum_distance_db: f64,
}

/// Real images, to compare others with.
#[derive(Debug, Clone)]
pub struct RealImages {
    features: Vec<Features>,
    standard: Standard,
    spectrum: Spectrum,
    size: (usize, usize),
}

impl RealImages {
    /// Looks at these images.
    ///
    /// # Errors
    /// If they are too few or too small, or their sizes differ.
    pub fn new<L: Level>(frames: &[Frame<L>]) -> Result<Self, Error> {
        check(frames, frames.first().map(Frame::size))?;
        let features = features::of(frames);
        let standard = Standard::of(&features);
        let features = standard.apply(&features);
        let (spectrum, size) = (Spectrum::of(frames), frames[0].size());
        Ok(Self { features, standard, spectrum, size })
    }

    /// How far these images are from them.
    ///
    /// # Errors
    /// If they are too few, or not of the real images' size.
    pub fn compare<L: Level>(&self, frames: &[Frame<L>]) -> Result<RealismReport, Error> {
        check(frames, Some(self.size))?;
        let features = self.standard.apply(&features::of(frames));
        let accuracy = two_sample::accuracy(&self.features, &features);
        Ok(RealismReport {
            real: self.features.len(),
            images: frames.len(),
            two_sample_accuracy: accuracy.balanced(),
            two_sample_error: accuracy.balanced_error(),
            kernel_distance: kernel::distance(&self.features, &features),
            spectrum_distance_db: self.spectrum.distance_db(&Spectrum::of(frames)),
        })
    }
}

/// The mean of these frames, of the first one's size, pixel by pixel: an eye where all of them have one.
/// Frames of another size are left out.
pub fn mean_image(frames: &[Frame<u8>]) -> Frame<u8> {
    let (width, height) = frames.first().map_or((1, 1), Frame::size);
    let alike: Vec<&Frame<u8>> = frames.iter().filter(|f| f.size() == (width, height)).collect();
    let count = alike.len().max(1) as f64;
    Frame::from_fn(width, height, |x, y| {
        let sum: f64 = alike.iter().map(|frame| f64::from(frame.get(x, y))).sum();
        (sum / count).round() as u8
    })
}

fn check<L: Level>(frames: &[Frame<L>], size: Option<(usize, usize)>) -> Result<(), Error> {
    if frames.len() < LEAST {
        let what = "a comparison with real images (images of each kind)";
        return Err(Error::TooFew { what, needed: LEAST, got: frames.len() });
    }
    let (width, height) = size.unwrap_or_default();
    if width.min(height) < features::SMALLEST_PX {
        let (needed, got) = (features::SMALLEST_PX, width.min(height));
        return Err(Error::TooFew { what: "a comparison with real images (px)", needed, got });
    }
    match frames.iter().find(|frame| frame.size() != (width, height)) {
        None => Ok(()),
        Some(frame) => Err(Error::Sizes { expected: (width, height), found: frame.size() }),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// Soft blobs with noise of this deviation; image i of a set is a function of (seed, i).
    pub(super) fn blobs(seed: u64, count: u64, noise: f64) -> Vec<Frame<u8>> {
        (0..count)
            .map(|i| {
                let mut rng = ChaCha8Rng::seed_from_u64(seed);
                rng.set_stream(i);
                let [x0, y0] = [rng.random_range(8.0..20.0f64), rng.random_range(6.0..14.0)];
                Frame::from_fn(28, 20, |x, y| {
                    let r2 = (x as f64 - x0).powi(2) + (y as f64 - y0).powi(2);
                    let grain = noise * (rng.random::<f64>() + rng.random::<f64>() - 1.0) * 2.45;
                    (180.0 - 110.0 * (-r2 / 40.0).exp() + grain).clamp(0.0, 255.0) as u8
                })
            })
            .collect()
    }

    #[test]
    fn two_samples_of_one_kind_are_alike_and_other_noise_is_not() {
        let real = RealImages::new(&blobs(1, 150, 6.0)).unwrap();
        let alike = real.compare(&blobs(2, 150, 6.0)).unwrap();
        assert!(
            (alike.two_sample_accuracy - 0.5).abs() < 3.5 * alike.two_sample_error,
            "{alike:?}"
        );
        assert!(alike.spectrum_distance_db < 0.3, "{alike:?}");
        let other = real.compare(&blobs(2, 150, 9.0)).unwrap();
        assert!(other.two_sample_accuracy > 0.95, "{other:?}");
        assert!(other.spectrum_distance_db > 2.0, "{other:?}");
        assert!(other.kernel_distance > 30.0 * alike.kernel_distance.abs(), "{alike:?} {other:?}");
    }

    #[test]
    fn few_images_make_the_error_large_however_many_are_real() {
        let report = RealImages::new(&blobs(1, 150, 6.0)).unwrap().compare(&blobs(2, 30, 6.0));
        let error = report.unwrap().two_sample_error;
        let at_chance = 0.5 * (0.25f64 / 150.0 + 0.25 / 30.0).sqrt();
        assert!((0.85..1.01).contains(&(error / at_chance)), "{error} {at_chance}");
    }

    #[test]
    fn the_greater_the_difference_the_greater_the_distances() {
        let real = RealImages::new(&blobs(1, 60, 6.0)).unwrap();
        let reports = [6.5, 8.0, 12.0].map(|noise| real.compare(&blobs(3, 60, noise)).unwrap());
        assert!(reports.is_sorted_by(|a, b| a.kernel_distance < b.kernel_distance));
        assert!(reports.is_sorted_by(|a, b| a.spectrum_distance_db < b.spectrum_distance_db));
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        let message = |result: Result<RealImages, Error>| result.unwrap_err().to_string();
        assert!(message(RealImages::new(&blobs(1, 9, 1.0))).contains("at least 10 and got 9"));
        let small: Vec<_> = (0..20).map(|_| Frame::from_fn(8, 20, |_, _| 0u8)).collect();
        assert!(message(RealImages::new(&small)).contains("px"));
        let real = RealImages::new(&blobs(1, 20, 1.0)).unwrap();
        let other: Vec<_> = (0..20).map(|_| Frame::from_fn(30, 20, |_, _| 0u8)).collect();
        let error = real.compare(&other).unwrap_err().to_string();
        assert!(error.contains("30x20") && error.contains("28x20"), "{error}");
    }
}
