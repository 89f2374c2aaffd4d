//! Every number of the renderer of hands that is drawn or chosen, by name and unit.
//!
//! A settings file may hold any part of it; what it leaves out keeps the value of
//! [`HandConfig::default`], which is the preset "nyu". Angles are in degrees here because people read
//! and write them; everything inside is in radians.

mod image;
mod pose;
mod shape;
mod view;

pub use image::{CubeCenter, HandDetectorConfig, HandImageConfig};
pub use pose::HandPoseConfig;
pub use shape::HandShapeConfig;
pub use view::HandViewConfig;

use super::sensor::HandSensorConfig;
use crate::Error;
use crate::check::refuse;
use serde::{Deserialize, Serialize};

/// The distribution of hands, and the camera that sees them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HandConfig {
    /// Camera and crop.
    pub image: HandImageConfig,
    /// Lengths and thicknesses.
    pub shape: HandShapeConfig,
    /// What the hand does.
    pub pose: HandPoseConfig,
    /// Where it is, and how it is turned.
    pub view: HandViewConfig,
    /// From exact depth to the sensor's.
    pub sensor: HandSensorConfig,
}

impl HandConfig {
    /// Whether every hand that these settings can draw can be rendered.
    ///
    /// # Errors
    /// Names the first field that is out of its limits, and the limits.
    pub fn check(&self) -> Result<(), Error> {
        self.image.check()?;
        self.shape.check()?;
        self.pose.check()?;
        self.view.check()?;
        self.sensor.check()?;
        // Bones may all turn out a tenth longer, and joints keep a distance to the cube's faces.
        let least = 1.1 * self.shape.length_mm.max + 30.0;
        if self.image.cube_mm < least {
            let remedy = format!("set at least {least:.0} mm, or a smaller `shape.length_mm`");
            let problem = "does not hold every hand";
            return Err(refuse("image.cube_mm", self.image.cube_mm, problem, remedy));
        }
        Ok(())
    }
}
