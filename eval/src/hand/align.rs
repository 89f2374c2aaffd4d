//! One scale and one shift between predictions and labels that were made in other ways.
//!
//! Labels of real depth images come from a tracker of colour images, or from people, and lie in the
//! depth image but for a scale and a shift that are the same everywhere: another lens, another place,
//! another notion of where a fingertip is. That is no error of the estimator, and would hide it.

use super::{HandPair, JointPlace, REFERENCE_WIDTH_PX};
use serde::{Deserialize, Serialize};

/// From where joints are predicted to where they are labelled: scale times place, and a shift.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Alignment {
    /// Labelled distance over predicted distance.
    pub scale: f64,
    /// To the right and down, px at 224 px.
    pub shift_px: [f64; 2],
}

impl Alignment {
    /// With the least sum of squared distances over all joints of all images; `None` where no prediction
    /// is finite, or all are in one place.
    ///
    /// Three numbers for all images together, so it can't make up for a wrong pose. It moves predictions
    /// and leaves labels where they are: to shrink labels onto one point would always fit.
    pub fn of(pairs: &[HandPair]) -> Option<Self> {
        let joints = || {
            pairs.iter().flat_map(|pair| {
                let at = |place: &JointPlace| place.px.map(|c| f64::from(c) * to_reference(pair));
                pair.predicted.iter().zip(&pair.truth).map(move |(p, t)| (at(p), at(t)))
            })
        };
        let finite = || joints().filter(|(from, _)| from.iter().all(|c| c.is_finite()));
        let count = finite().count() as f64;
        let add = |sum: [f64; 2], at: [f64; 2]| [sum[0] + at[0], sum[1] + at[1]];
        let from_mean = finite().map(|joint| joint.0).fold([0.0; 2], add).map(|sum| sum / count);
        let to_mean = finite().map(|joint| joint.1).fold([0.0; 2], add).map(|sum| sum / count);
        let (mut along, mut square) = (0.0, 0.0);
        for (from, to) in finite() {
            for i in 0..2 {
                along += (from[i] - from_mean[i]) * (to[i] - to_mean[i]);
                square += (from[i] - from_mean[i]).powi(2);
            }
        }
        let scale = along / square;
        let shift_px = [0, 1].map(|i| to_mean[i] - scale * from_mean[i]);
        (scale.is_finite() && square > 0.0).then_some(Self { scale, shift_px })
    }

    /// Where a place of an image would be labelled, px of that image.
    pub(super) fn moved(&self, pair: &HandPair, px: [f32; 2]) -> [f32; 2] {
        let shift = |i: usize| self.shift_px[i] / to_reference(pair);
        [0, 1].map(|i| (self.scale * f64::from(px[i]) + shift(i)) as f32)
    }
}

fn to_reference(pair: &HandPair) -> f64 {
    REFERENCE_WIDTH_PX / pair.width_px as f64
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::hand::{Placing, measure_pose};

    fn place(px: [f32; 2]) -> JointPlace {
        JointPlace { px, mm: None }
    }

    /// Two hands in images of other sizes, labelled at 0.8 times their place and a shift, px at 224.
    fn hands() -> Vec<HandPair> {
        [(224, 1.0f32), (112, 0.5)]
            .map(|(width_px, unit)| {
                let predicted = [[10.0, 20.0], [60.0, 80.0], [200.0, 30.0], [width_px as f32, 5.0]];
                let label = |[x, y]: [f32; 2]| [0.8 * x + 6.0 * unit, 0.8 * y - 3.0 * unit];
                let places = |at: &dyn Fn([f32; 2]) -> [f32; 2]| {
                    predicted.iter().map(|px| place(at(px.map(|c| c * unit)))).collect()
                };
                HandPair { width_px, truth: places(&label), predicted: places(&|px| px) }
            })
            .to_vec()
    }

    #[test]
    fn a_scale_and_a_shift_are_found_and_leave_no_error() {
        let hands = hands();
        let found = Alignment::of(&hands).unwrap();
        assert!((found.scale - 0.8).abs() < 1e-6, "{found:?}");
        assert!((found.shift_px[0] - 6.0).abs() < 1e-4 && (found.shift_px[1] + 3.0).abs() < 1e-4);
        let report = measure_pose(&hands).unwrap();
        assert!(report.errors_px(Placing::AsPredicted).unwrap().joints.mean > 10.0);
        assert!(report.errors_px(Placing::Aligned).unwrap().joints.mean < 1e-4);
    }

    #[test]
    fn a_wrong_pose_stays_wrong() {
        let mut hands = hands();
        for pair in &mut hands {
            pair.predicted.swap(0, 2);
        }
        let aligned = measure_pose(&hands).unwrap();
        assert!(aligned.errors_px(Placing::Aligned).unwrap().joints.mean > 30.0);
    }

    #[test]
    fn one_place_for_all_has_no_alignment_and_a_nan_is_left_out() {
        let one = |x: f32| HandPair {
            width_px: 224,
            truth: vec![place([1.0, 2.0]), place([5.0, 2.0])],
            predicted: vec![place([x, 2.0]); 2],
        };
        assert_eq!(Alignment::of(&[one(3.0)]), None);
        assert_eq!(Alignment::of(&[one(f32::NAN)]), None);
        let mut hands = hands();
        hands.push(one(f32::NAN));
        assert!((Alignment::of(&hands).unwrap().scale - 0.8).abs() < 1e-6);
    }
}
