//! Every number of the renderer that is drawn or chosen, by name and unit.
//!
//! A settings file may hold any part of it; what it leaves out keeps the value of
//! [`EyeConfig::default`], which is the preset "mpiigaze". Angles are in degrees here because
//! people read and write them; everything inside is in radians.

mod eyeball;
mod face;
mod glasses;
mod iris;
mod lashes;
mod lids;
mod light;
mod motion;
mod pose;
mod pupil;
mod sensor;

pub use eyeball::EyeballConfig;
pub use face::FaceConfig;
pub use glasses::GlassesConfig;
pub use iris::IrisConfig;
pub use lashes::LashConfig;
pub use lids::LidConfig;
pub use light::LightConfig;
pub use motion::MotionConfig;
pub use pose::{CameraMount, GazeFrame, PoseConfig};
pub use pupil::{PupilConfig, PupilFrom};
pub use sensor::{Metering, SensorConfig};

use super::check::refuse;
use crate::Error;
use crate::sample::PinholeCamera;
use crate::sample::Spectrum;
use serde::{Deserialize, Serialize};

/// The distribution of eyes, and the camera that sees them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EyeConfig {
    /// What the camera sees.
    pub spectrum: Spectrum,
    /// Number of different people; their eye's shape and colour are the same in all their images.
    /// 0: every image shows somebody else.
    pub people: u32,
    /// The camera.
    pub camera: PinholeCamera,
    /// Gaze, head and place.
    pub pose: PoseConfig,
    /// The eyeball.
    pub eyeball: EyeballConfig,
    /// How wide the pupil is.
    pub pupil: PupilConfig,
    /// Iris and pupil colour.
    pub iris: IrisConfig,
    /// Lid margins, canthi, crease.
    pub lids: LidConfig,
    /// Skin and the shape of the face around the eye.
    pub face: FaceConfig,
    /// Lashes.
    pub lashes: LashConfig,
    /// Eyeglasses.
    pub glasses: GlassesConfig,
    /// Light.
    pub light: LightConfig,
    /// From light to 8-bit numbers.
    pub sensor: SensorConfig,
}

impl Default for EyeConfig {
    fn default() -> Self {
        Self {
            spectrum: Spectrum::Grey,
            people: 0,
            camera: PinholeCamera::MPIIGAZE,
            pose: PoseConfig::default(),
            eyeball: EyeballConfig::default(),
            pupil: PupilConfig::default(),
            iris: IrisConfig::default(),
            lids: LidConfig::default(),
            face: FaceConfig::default(),
            lashes: LashConfig::default(),
            glasses: GlassesConfig::default(),
            light: LightConfig::default(),
            sensor: SensorConfig::default(),
        }
    }
}

/// A principal point may lie outside of a cut image, px.
const FARTHEST_CENTER_PX: f32 = 1e5;

impl EyeConfig {
    /// Whether every eye that these settings can draw can be rendered.
    ///
    /// # Errors
    /// Names the first field that is out of its limits, and the limits.
    pub fn check(&self) -> Result<(), Error> {
        self.check_camera()?;
        self.pose.check()?;
        self.eyeball.check()?;
        self.pupil.check(&self.eyeball)?;
        self.iris.check()?;
        self.lids.check()?;
        self.face.check()?;
        self.lashes.check()?;
        self.glasses.check()?;
        self.light.check()?;
        self.sensor.check()
    }

    fn check_camera(&self) -> Result<(), Error> {
        let c = &self.camera;
        for (field, side) in [("camera.width", c.width), ("camera.height", c.height)] {
            if !(8..=4096).contains(&side) {
                return Err(refuse(field, side, "is no image side", "set 8 to 4096 px".into()));
            }
        }
        if !(1.0..=1e6).contains(&c.focal_px) {
            let remedy = "set 1 to 1000000 px, such as 960".to_string();
            return Err(refuse("camera.focal_px", c.focal_px, "is no focal length", remedy));
        }
        if !c.center_px.iter().all(|v| v.abs() <= FARTHEST_CENTER_PX) {
            let remedy = format!("set a point in px, at most {FARTHEST_CENTER_PX} from the image");
            return Err(refuse("camera.center_px", c.center_px, "is nowhere near it", remedy));
        }
        Ok(())
    }
}
