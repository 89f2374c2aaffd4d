//! Where hands are and how they are turned: the settings.

use crate::Error;
use crate::check::{normal, share};
use crate::draw::Normal;
use serde::{Deserialize, Serialize};

/// The distribution of places and directions. A hand that is not turned shows the camera its palm,
/// fingers up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HandViewConfig {
    /// Share of left hands. They do in mirror image what right hands do.
    pub left_share: f64,
    /// Depth of the middle of the palm, mm.
    pub distance_mm: Normal,
    /// How far the middle of the palm is to the right of the camera's axis, mm; of a left hand as well.
    pub right_mm: Normal,
    /// How far it is below the camera's axis, mm.
    pub down_mm: Normal,
    /// How far the fingers lean in the image, towards the side that the thumb is on in a palm seen from
    /// its front, degrees.
    pub roll_deg: Normal,
    /// How far the fingers are tilted towards the camera, degrees.
    pub pitch_deg: Normal,
    /// How far the hand is turned about its long axis, its thumb's side towards the camera, degrees; 180
    /// shows its back.
    pub turn_deg: Normal,
    /// How far the wrist is bent to the palm's side, degrees.
    pub wrist_flexion_deg: Normal,
    /// How far the wrist is bent to the thumb's side, degrees.
    pub wrist_deviation_deg: Normal,
}

impl Default for HandViewConfig {
    /// Moments of the poses of NYU's 8,252 test frames, from their labels; of the frames no more than
    /// these numbers is in here.
    fn default() -> Self {
        Self {
            left_share: 0.0,
            distance_mm: Normal::new(909.0, 111.0, 650.0, 1107.0),
            right_mm: Normal::new(-67.0, 88.0, -260.0, 150.0),
            down_mm: Normal::new(66.0, 60.0, -100.0, 220.0),
            roll_deg: Normal::new(13.0, 50.0, -90.0, 150.0),
            pitch_deg: Normal::new(25.0, 21.5, -25.0, 78.0),
            turn_deg: Normal::new(-43.0, 58.0, -170.0, 105.0),
            wrist_flexion_deg: Normal::new(0.0, 18.0, -45.0, 45.0),
            wrist_deviation_deg: Normal::new(-3.0, 9.0, -25.0, 18.0),
        }
    }
}

impl HandViewConfig {
    pub(crate) fn check(&self) -> Result<(), Error> {
        let s = self;
        share("view.left_share", s.left_share)?;
        normal("view.distance_mm", s.distance_mm, 250.0, 4000.0)?;
        normal("view.right_mm", s.right_mm, -1000.0, 1000.0)?;
        normal("view.down_mm", s.down_mm, -1000.0, 1000.0)?;
        normal("view.roll_deg", s.roll_deg, -180.0, 180.0)?;
        normal("view.pitch_deg", s.pitch_deg, -90.0, 90.0)?;
        normal("view.turn_deg", s.turn_deg, -180.0, 180.0)?;
        normal("view.wrist_flexion_deg", s.wrist_flexion_deg, -70.0, 75.0)?;
        normal("view.wrist_deviation_deg", s.wrist_deviation_deg, -35.0, 25.0)
    }
}
