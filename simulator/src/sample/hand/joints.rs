//! Which joints there are, and in which order.

use nalgebra::Vector3;
use serde::{Deserialize, Serialize};

use super::DepthCamera;

/// Whether a joint's place in the image shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum JointVisibility {
    /// Something nearer covers it.
    Hidden = 0,
    /// The surface over it is what the camera sees.
    Visible = 1,
    /// It lies beside the image.
    Outside = 2,
}

/// A joint: a point within the hand.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Joint {
    /// Its place, camera space, mm.
    pub place_mm: [f32; 3],
    /// Whether it is seen; `None` where the source does not say.
    pub visibility: Option<JointVisibility>,
}

impl Joint {
    /// Image point and depth: [u px, v px, depth mm].
    pub fn uvd(&self, camera: &DepthCamera) -> [f32; 3] {
        let [u, v] = camera.project(Vector3::from(self.place_mm.map(f64::from)));
        [u as f32, v as f32, self.place_mm[2]]
    }
}

/// The 36 joints of NYU's hand model in NYU's order (Tompson et al., ACM TOG 2014): of the little,
/// ring, middle and index finger, from the tip: `KNU3_A` (tip), `KNU3_B`, `KNU2_A`, `KNU2_B`,
/// `KNU1_A`, `KNU1_B`; of the thumb the same six; then `PALM_1` to `PALM_6`.
pub type JointsNyu = [Joint; 36];

/// The 14 of [`JointsNyu`] that everybody evaluates: tip and middle joint of the little, ring, middle
/// and index finger, tip, end joint and knuckle of the thumb, both sides of the wrist, palm.
pub const NYU_EVALUATED: [usize; 14] = [0, 3, 6, 9, 12, 15, 18, 21, 24, 25, 27, 30, 31, 32];

/// The 21 joints that most data sets share: wrist, then of thumb, index, middle, ring and little
/// finger four each, from the knuckle (of the thumb: from the wrist) to the tip.
pub type JointsCommon = [Joint; 21];
