//! A hand in a pose: all that its surface is made from.

use crate::sample::Side;
use nalgebra::Vector3;

/// A hand in a pose, camera space, mm.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PosedHand {
    /// The common 21 joints: wrist, then of thumb, index, middle, ring and little finger four each,
    /// from the knuckle (of the thumb: from the wrist) to the tip. A tip's joint is the centre of the ball that ends
    /// the finger.
    pub joints_mm: [Vector3<f64>; 21],
    /// Radius of the hand around each of them.
    pub radii_mm: [f64; 21],
    /// Unit vector out of the back of the hand.
    pub dorsal: Vector3<f64>,
    /// Unit vector across the palm, from the little finger's side to the thumb's.
    pub radial: Vector3<f64>,
    /// Where the forearm ends that is drawn.
    pub elbow_mm: Vector3<f64>,
    /// Half width and half thickness of the wrist.
    pub wrist_half_mm: [f64; 2],
    /// Which hand.
    pub side: Side,
}
