//! The label itself.

use super::{Crop, Cube, DepthCamera, JointsCommon, JointsNyu};
use crate::sample::eye::named;
use crate::sample::{Frame, Refinement, Side};
use serde::{Deserialize, Serialize};

/// The label of a depth image of a hand. What is unknown is `None`, never zeros or NaN.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HandLabel {
    /// The camera of this image, after any crop.
    pub camera: Option<DepthCamera>,
    /// How the image was cut out of the sensor's.
    pub crop: Option<Crop>,
    /// The cube around the hand.
    pub cube: Option<Cube>,
    /// NYU's 36 joints.
    pub joints_nyu: Option<JointsNyu>,
    /// The common 21 joints.
    pub joints_common: Option<JointsCommon>,
    /// Where the common 21 are in the image, px, in sources that know no more than that.
    pub joints_common_px: Option<[[f32; 2]; 21]>,
    /// Depth before the sensor spoiled it, mm, as large as the image; 0 = nothing there.
    pub clean_mm: Option<Frame<u16>>,
    /// Part seen in each pixel ([`HandPart`] as a number), as large as the image.
    pub parts: Option<Frame<u8>>,
    /// Angles and place.
    pub pose: Option<HandPose>,
    /// Lengths and radii.
    pub shape: Option<HandShape>,
    /// Which hand.
    pub side: Option<Side>,
    /// Whether image and label were mirrored.
    pub mirrored: Option<bool>,
    /// The model of the sensor.
    pub sensor: Option<DepthSensor>,
    /// What the hand does: the sign, the grasp.
    pub gesture: Option<String>,
    /// Whose hand, where the source says so.
    pub subject: Option<String>,
    /// The file the image came from, relative to the folder that was read.
    pub source: Option<String>,
    /// The master seed that the image was rendered from.
    pub seed: Option<u64>,
    /// How well this refined image turned out. Other images have none.
    pub refinement: Option<Refinement>,
}

/// What a pixel shows, as the number stored in a mask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum HandPart {
    /// Nothing, or what stands behind the hand.
    Background = 0,
    /// Between wrist and knuckles, webs included.
    Palm = 1,
    /// From the wrist to the elbow.
    Forearm = 2,
    /// The thumb.
    Thumb = 3,
    /// The index finger.
    Index = 4,
    /// The middle finger.
    Middle = 5,
    /// The ring finger.
    Ring = 6,
    /// The little finger.
    Little = 7,
}

/// How a depth image came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DepthSensor {
    /// Exact depth, rounded to mm.
    Clean,
    /// Structured light: a pattern, its shadow, quantised disparity (Kinect v1).
    StructuredLight,
    /// Time of flight: flying pixels, multipath.
    TimeOfFlight,
}

/// Angles and place of a hand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HandPose {
    /// Joint angles, rad: of the thumb TMC flexion, TMC abduction, MCP flexion, IP flexion; of index,
    /// middle, ring and little finger MCP flexion, MCP abduction, PIP flexion, DIP flexion; then the
    /// arching of the palm at the ring's and the little finger's metacarpal.
    pub angles_rad: [f32; 22],
    /// Rotation from hand space to camera space, row by row.
    pub camera_from_hand: [f32; 9],
    /// The wrist, camera space, mm.
    pub wrist_mm: [f32; 3],
}

/// Lengths and radii of a hand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HandShape {
    /// Wrist to tip of the middle finger, mm.
    pub length_mm: f32,
    /// Across the knuckles, mm.
    pub breadth_mm: f32,
    /// Bones of thumb, index, middle, ring, little finger, from the metacarpal to the tip, four each,
    /// mm; of the thumb the third, which it has not, is 0.
    pub bones_mm: [f32; 20],
    /// Radius at each of the common 21 joints, mm.
    pub radii_mm: [f32; 21],
}

named!(HandPart {
    Background = "background",
    Palm = "palm",
    Forearm = "forearm",
    Thumb = "thumb",
    Index = "index",
    Middle = "middle",
    Ring = "ring",
    Little = "little",
});
named!(DepthSensor {
    Clean = "clean",
    StructuredLight = "structured-light",
    TimeOfFlight = "time-of-flight",
});
