//! Pupil and iris in any image of an eye, found without a label.
//!
//! Real images have none, so nothing that a label says starts the search or bounds it: [`find`] sees the pixels
//! alone, and labels are for [`summarize`]. A coarse search asks every place and size how much of an iris is
//! there; the best places are fitted as [`crate::iris`] does; the fits compete by what speaks for each; the
//! pupil is looked for in the one that wins ([`crate::pupil`]). Grey levels are stretched first, so that an
//! infrared image of forty levels is seen as one of all.
//!
//! The iris comes out as a circle, because lids leave too little of it to tell its proportions; eyes that look
//! aside are narrower, and their radius is then one between both. The pupil has the iris's proportions.

mod evidence;
mod fitted;
mod options;
mod report;
mod scaled;
mod search;
mod truth;

use crate::fit::{EyeFit, FeatureFit, FitFailure};
use fitted::Fitted;
pub use options::{EllipseOptions, EvidenceWeights, SearchOptions};
use rayon::prelude::*;
pub use report::{
    EllipseRecord, EllipseReport, Errors, FoundReport, IN_VIEW, Score, WITHIN, summarize,
};
use scaled::Scaled;
use search::Scores;
use simulator::sample::Frame;
pub use truth::{Known, Truth};

/// Finds pupil and iris in an image of one eye, of any size.
///
/// ```
/// use eval::ellipses::{EllipseOptions, find};
/// use simulator::sample::Frame;
///
/// // A dark iris, cut by lids, in bright skin.
/// let frame = Frame::from_fn(120, 80, |x, y| {
///     let r = (x as f64 - 66.0).hypot(y as f64 - 41.0);
///     let skin = if y.abs_diff(41) < 12 { 220.0 } else { 160.0 };
///     let iris = if y.abs_diff(41) < 12 { 60.0 } else { skin };
///     (iris + (skin - iris) / (1.0 + (-(r - 15.0) / 0.7).exp())) as u8
/// });
/// let iris = find(&frame, &EllipseOptions::default()).iris.expect("it can be seen");
/// assert!((iris.ellipse.center[0] - 66.0).abs() < 0.3);
/// assert!((iris.ellipse.mean_radius() - 15.0).abs() < 1.0);
/// ```
pub fn find(frame: &Frame<u8>, options: &EllipseOptions) -> EyeFit {
    let refused = |reason| EyeFit { pupil: Err(FitFailure::NoIris), iris: Err(reason) };
    let (image, range) = Scaled::stretched(frame);
    if range < options.search.min_range {
        return refused(FitFailure::LowContrast);
    }
    let scores = Scores::of(&image, &options.search);
    let usual = options.search.usual_radius * frame.width().max(frame.height()) as f64;
    let mut best: Option<(f64, Fitted)> = None;
    let mut reason = None;
    for place in scores.best(options.search.places) {
        let fitted = match Fitted::iris(&image, &place, options) {
            Ok(fitted) => fitted,
            Err(why) => {
                reason = reason.or(Some(why));
                continue;
            }
        };
        let found = fitted.place();
        let (searched, size) = (scores.at(&found), (found.radius / usual).ln());
        let score = fitted.evidence.weighed(searched, size, &options.evidence);
        if best.as_ref().is_none_or(|(most, _)| score > *most) {
            best = Some((score, fitted));
        }
    }
    let Some((_, iris)) = best else {
        return refused(reason.unwrap_or(FitFailure::TooFewEdges));
    };
    // Contrasts in grey levels of the image, and not of the stretched one.
    let unstretched =
        |fit: FeatureFit| FeatureFit { contrast: fit.contrast * range / 255.0, ..fit };
    EyeFit { pupil: iris.pupil(&image, options).map(unstretched), iris: Ok(unstretched(iris.fit)) }
}

/// [`find`] in each of these, on all cores.
pub fn find_all(frames: &[Frame<u8>], options: &EllipseOptions) -> Vec<EyeFit> {
    frames.par_iter().map(|frame| find(frame, options)).collect()
}
