//! What is known of a depth image of a hand.
//!
//! Spaces: *camera* space is OpenCV's (x right, y down, z forward, mm), for hands as for eyes; files
//! with y up are converted where they are read and written. *Image* is px with the centre of the top
//! left pixel at (0, 0). Depth is z, not the length of the ray.

mod camera;
mod joints;
mod label;

pub use camera::{Crop, Cube, DepthCamera};
pub use joints::{Joint, JointVisibility, JointsCommon, JointsNyu, NYU_EVALUATED};
pub use label::{DepthSensor, HandLabel, HandPart, HandPose, HandShape};

use super::Modality;

/// Depth images of a hand: z in mm in 16 bits, 0 where nothing came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hand;

impl Modality for Hand {
    type Pixel = u16;
    type Label = HandLabel;
    const NAME: &'static str = "hand";
}
