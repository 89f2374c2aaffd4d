//! One training set, several training seeds: the reports together, and against another set's.

use super::{HandReport, Placing};
use crate::Error;
use crate::comparison::{Paired, over_seeds, paired};
use crate::stats::Summary;
use serde::{Deserialize, Serialize};

/// The reports of one training set, one a training seed, all on the same test images.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HandSeeds {
    /// The seed of each training.
    pub seeds: Vec<u64>,
    /// The report of each training, in the order of the seeds.
    pub reports: Vec<HandReport>,
}

impl HandSeeds {
    /// Joins reports with their seeds.
    ///
    /// # Errors
    /// If there is none, their numbers differ, or they are not on the same number of images.
    pub fn new(seeds: Vec<u64>, reports: Vec<HandReport>) -> Result<Self, Error> {
        let Some(first) = reports.first() else {
            return Err(Error::TooFew { what: "a pose result (seeds)", needed: 1, got: 0 });
        };
        let not_comparable = |what, left, right| Err(Error::NotComparable { what, left, right });
        if seeds.len() != reports.len() {
            return not_comparable("seeds against reports", seeds.len(), reports.len());
        }
        if let Some(other) = reports.iter().find(|report| report.frames != first.frames) {
            return not_comparable("images of two seeds", first.frames, other.frames);
        }
        Ok(Self { seeds, reports })
    }

    /// Mean error over seeds, px at 224 px: mean, spread, smallest and greatest of the means of the
    /// reports. `None` if no report has a finite prediction.
    pub fn mean_px(&self, placing: Placing) -> Option<Summary> {
        let px = self.reports.iter().filter_map(|report| report.errors_px(placing));
        Summary::of(&px.map(|errors| errors.joints.mean).collect::<Vec<_>>())
    }

    /// Shares of joints and of frames within this many px at 224 px, 0 to 1, averaged over seeds; `None`
    /// where no curve is read there.
    pub fn share_within(&self, limit_px: f64, placing: Placing) -> Option<(f64, f64)> {
        let at = |report: &HandReport| report.errors_px(placing)?.curve.at(limit_px);
        let shares: Vec<(f64, f64)> = self.reports.iter().filter_map(at).collect();
        let mean = |of: fn(&(f64, f64)) -> f64| {
            crate::stats::mean(&shares.iter().map(of).collect::<Vec<_>>())
        };
        Some((mean(|share| share.0)?, mean(|share| share.1)?))
    }

    /// What these networks err more than others do on the same images, px at 224 px: below 0 they err
    /// less.
    ///
    /// # Errors
    /// If they were not measured on the same number of images, or no image has a finite prediction from
    /// every training.
    pub fn against(&self, others: &Self, placing: Placing) -> Result<Paired, Error> {
        let errors = |seeds: &Self| {
            over_seeds(seeds.reports.iter().map(|report| report.errors_of_frames_px(placing)))
        };
        paired(&errors(others), &errors(self))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::hand::{HandPair, JointPlace, measure_pose};

    /// Hands of two joints, the first off by so many px, the second by none.
    fn report(off_px: &[f32]) -> HandReport {
        let at = |x: f32| JointPlace { px: [x, 0.0], mm: None };
        let pair = |&off: &f32| HandPair {
            width_px: 224,
            truth: vec![at(5.0), at(9.0)],
            predicted: vec![at(5.0 + off), at(9.0)],
        };
        measure_pose(&off_px.iter().map(pair).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn a_constant_gain_is_found_image_by_image() {
        let rendered = HandSeeds::new(vec![1, 2], vec![report(&[4.0, 10.0]), report(&[6.0, 12.0])]);
        let refined = HandSeeds::new(vec![1, 2], vec![report(&[2.0, 8.0]), report(&[4.0, 10.0])]);
        let (rendered, refined) = (rendered.unwrap(), refined.unwrap());
        assert_eq!(rendered.mean_px(Placing::AsPredicted).unwrap().mean, 4.0);
        let gain = refined.against(&rendered, Placing::AsPredicted).unwrap();
        assert_eq!((gain.images, gain.difference, gain.relative), (2, -1.0, -0.25));
        assert!(gain.interval.high - gain.interval.low < 1e-9);
        // Of the first two seeds' eight joints, five lie within 5 px; of four frames, one.
        assert_eq!(rendered.share_within(5.0, Placing::AsPredicted), Some((5.0 / 8.0, 0.25)));
        assert_eq!(rendered.share_within(5.5, Placing::AsPredicted), None);
    }

    #[test]
    fn a_hand_without_a_finite_prediction_is_left_out_of_both_sides() {
        let first = HandSeeds::new(vec![1], vec![report(&[f32::NAN, 2.0])]).unwrap();
        let second = HandSeeds::new(vec![1], vec![report(&[8.0, 2.0])]).unwrap();
        let paired = second.against(&first, Placing::AsPredicted).unwrap();
        assert_eq!((paired.images, paired.difference), (1, 0.0));
        let other = HandSeeds::new(vec![1], vec![report(&[1.0])]).unwrap();
        assert!(other.against(&first, Placing::AsPredicted).is_err());
        assert!(HandSeeds::new(vec![], vec![]).is_err());
        assert!(HandSeeds::new(vec![1, 2], vec![report(&[1.0]), report(&[1.0, 2.0])]).is_err());
    }
}
