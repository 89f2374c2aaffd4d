//! How a training frame is varied before the pose estimator sees it: turned and cut anew.

use super::draw::{check_limits, check_pairs};
use crate::Error;
use crate::view::{Variation, View};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// Ranges from which each frame's variation is drawn, anew in every epoch. Paper: rotations of up to
/// 20 degrees and random crops, of a size that it does not state; the other numbers are ours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HandAugment {
    /// Largest turn, degrees.
    pub rotation_deg: f32,
    /// Least and greatest side of the crop, as a share of the frame's longer side.
    pub zoom: [f32; 2],
    /// Largest move of the crop's middle each way, as a share of the frame's longer side.
    pub shift: f32,
}

impl Default for HandAugment {
    fn default() -> Self {
        Self { rotation_deg: 20.0, zoom: [0.8, 1.15], shift: 0.06 }
    }
}

impl HandAugment {
    /// No variation: the whole frame as it is.
    pub fn none() -> Self {
        Self { rotation_deg: 0.0, zoom: [1.0, 1.0], shift: 0.0 }
    }

    pub(crate) fn validate(&self) -> Result<(), Error> {
        check_pairs(&[("augment.zoom", self.zoom)])?;
        check_limits(
            &[
                ("augment.rotation_deg", self.rotation_deg, 180.0),
                ("augment.shift", self.shift, 1.0),
            ],
            "write 0 or more; at most 1 for shift, 180 for rotation_deg",
        )
    }

    /// A view of a frame of this width and height, px.
    pub(crate) fn view(&self, size: (usize, usize), side: usize, rng: &mut ChaCha8Rng) -> View {
        let Self { rotation_deg, zoom, shift } = *self;
        // A mirrored right hand is a left one.
        View::varied(size, side, Variation { zoom, shift, rotation_deg, mirror: false }, rng)
    }
}
