//! UnityEyes: pairs `N.jpg`, `N.json` (Wood et al. 2016), read and written.
//!
//! | key | meaning, and what the export puts there |
//! | --- | --- |
//! | `interior_margin_2d` | 16 points around the opening of the lids, from the inner corner over the upper margin (point 8 is the outer corner) |
//! | `caruncle_2d` | 7 points around the caruncle; where a label has none, the lines of the inner corner |
//! | `iris_2d` | 32 points of the limbus without the cornea's refraction, hidden ones included, from the nasal end upwards |
//! | `eye_details.look_vec` | the eyeball's axis of symmetry, x right, **y up**, z forward: (0, 0, -1) looks into the camera |
//! | `eye_details.gaze_vec` | ours alone: the visual axis in the same frame |
//! | `eye_details.pupil_size`, `iris_size` | no unit in UnityEyes; from us the pupil's radius in mm, and the iris's radius over 6 mm |
//! | `head_pose` | Euler angles of the camera in degrees, 0 to 360; (0, 180, 0) sees a face from the front |
//! | `lighting_details`, `eye_region_details` | of Unity's scene; from us neutral values |
//!
//! Points are texts "(x, y, z)": x and y in px from the **lower left corner** of the image (its first
//! pixel's centre is at 0.5), y up; z is the distance from the camera's plane in cm. Readers turn it
//! over by `y = height - y`, which counts from the upper left corner; [`simulator::sample`] counts from
//! the centre of the upper left pixel, half a pixel less.

//!
//! Two public readers (GazeML, and gaze-estimation after it) load what is exported, and take the middle
//! of the image for the eyeball's centre and 71.76 px for its radius whatever the files say. That holds
//! for images of UnityEyes' own camera: 800x600 px, 5.98 px a mm, the eyeball in the middle.

mod file;
mod read;
mod write;

pub(crate) use read::evidence;
pub use read::{UnityEyesOptions, read};
pub use write::{Picture, write};
