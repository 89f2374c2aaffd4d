//! The 36 joints of NYU's hand model.

use super::shape::Shape;
use super::skeleton::Skeleton;
use nalgebra::Vector3;

/// From the wrist to NYU's palm joint in the hand of 182.4 mm: 0.377 of the hand's length, as in both
/// testers.
const PALM_MM: f64 = 69.5;

/// Half of what is between NYU's two joints of the wrist: 0.166 of the hand's length in both testers.
const WRIST_HALF_MM: f64 = 15.1;

/// From the thumb's tip to NYU's `TH_KNU3_B`: 0.113 of the hand's length, so it lies on the last bone.
const THUMB_END_MM: f64 = 20.6;

/// Where the palm joint is, in anatomical coordinates, mm: below the middle finger's knuckle.
pub(crate) fn palm_mm(hand: &Skeleton, shape: &Shape) -> Vector3<f64> {
    hand.joints_mm[9].normalize() * (PALM_MM * shape.scale)
}

/// All 36 in NYU's order, in anatomical coordinates, mm.
///
/// Measured against NYU's labels are the 14 of [`NYU_EVALUATED`](crate::sample::NYU_EVALUATED): a tip is
/// the end of the finger, not the centre of its ball, and `KNU2_B` is the PIP. NYU does not say where in
/// the flesh the others are. Here `KNU3_B` is the DIP, `KNU1_B` the knuckle, `KNU2_A` and `KNU1_A` lie a
/// radius before the next joint, `PALM_4` in the ball of the thumb, `PALM_5` and `PALM_6` between the
/// knuckles of index and middle, ring and little finger.
pub(crate) fn joints_mm(hand: &Skeleton, shape: &Shape) -> [Vector3<f64>; 36] {
    let j = &hand.joints_mm;
    let mut nyu = [Vector3::zeros(); 36];
    // Little finger first, the thumb last.
    for (k, digit) in [4, 3, 2, 1, 0].into_iter().enumerate() {
        let knuckle = 1 + 4 * digit;
        let [a, b, c, tip] = [0, 1, 2, 3].map(|i| j[knuckle + i]);
        let end = tip + hand.ends[digit] * shape.radii_mm[knuckle + 3];
        let before = |to: usize| {
            let (from, to_mm) = (j[to - 1], j[to]);
            to_mm - (to_mm - from).normalize() * shape.radii_mm[to]
        };
        let last = if digit == 0 { end - hand.ends[0] * (THUMB_END_MM * shape.scale) } else { c };
        let joints = [end, last, before(knuckle + 2), b, before(knuckle + 1), a];
        nyu[6 * k..6 * k + 6].copy_from_slice(&joints);
    }
    let half = Vector3::x() * (WRIST_HALF_MM * shape.scale);
    let between = |a: usize, b: usize| (j[a] + j[b]) * 0.5;
    nyu[30..].copy_from_slice(&[
        -half,
        half,
        palm_mm(hand, shape),
        j[1] * 0.5 + j[2] * 0.5,
        between(5, 9),
        between(13, 17),
    ]);
    nyu
}

/// Radius of the hand around each of them, mm.
pub(crate) fn radii_mm(shape: &Shape) -> [f64; 36] {
    let r = &shape.radii_mm;
    let mut nyu = [0.0; 36];
    for (k, digit) in [4, 3, 2, 1, 0].into_iter().enumerate() {
        let [a, b, c, tip] = [0, 1, 2, 3].map(|i| r[1 + 4 * digit + i]);
        nyu[6 * k..6 * k + 6].copy_from_slice(&[tip, c, c, b, b, a]);
    }
    let palm = 0.5 * (r[0] + r[9]);
    nyu[30..].copy_from_slice(&[r[0], r[0], palm, r[1], r[5], r[17]]);
    nyu
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hand::config::HandConfig;
    use crate::hand::pose::Pose;

    /// Between joints of NYU's order, in shares of the hand's length; the mean of both testers of the
    /// test set (213 and 177 mm long, after which all six agree).
    const MEASURED: [(usize, usize, f64, &str); 10] = [
        (0, 3, 0.197, "little finger's tip to PIP"),
        (6, 9, 0.237, "ring finger's tip to PIP"),
        (12, 15, 0.265, "middle finger's tip to PIP"),
        (18, 21, 0.242, "index finger's tip to PIP"),
        (24, 25, 0.113, "thumb's tip to its end joint"),
        (25, 27, 0.220, "thumb's end joint to knuckle"),
        (30, 31, 0.166, "across the wrist"),
        (30, 32, 0.382, "wrist, little finger's side, to palm"),
        (31, 32, 0.382, "wrist, thumb's side, to palm"),
        (32, 27, 0.334, "palm to the thumb's knuckle"),
    ];

    #[test]
    fn distances_are_nyus_to_a_tenth() {
        let config = HandConfig::default();
        let mut sums = [0.0; MEASURED.len()];
        let hands = 400;
        let mut farthest = 0.0f64;
        for id in 0..hands {
            let shape = Shape::of(&config.shape, 2, id);
            let hand = Pose::of(&config.pose, &shape, 2, id).skeleton;
            let nyu = joints_mm(&hand, &shape);
            for (sum, (a, b, ..)) in sums.iter_mut().zip(MEASURED) {
                *sum += (nyu[a] - nyu[b]).norm() / f64::from(shape.label().length_mm);
            }
            for i in crate::sample::NYU_EVALUATED {
                farthest = farthest.max((nyu[i] - nyu[32]).norm());
            }
        }
        let mut wrong = String::new();
        for (sum, (_, _, measured, name)) in sums.iter().zip(MEASURED) {
            let mean = sum / hands as f64;
            if (mean / measured - 1.0).abs() > 0.1 {
                wrong += &format!("{name}: {mean:.3}, NYU {measured}; ");
            }
        }
        assert!(wrong.is_empty(), "{wrong}");
        // NYU's farthest is 141 mm, of a hand of 213 mm.
        assert!((110.0..165.0).contains(&farthest), "{farthest}");
    }
}
