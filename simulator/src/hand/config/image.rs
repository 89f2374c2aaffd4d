//! Camera and crop: the settings.

use crate::Error;
use crate::check::{normal, number, range};
use crate::draw::{Normal, Range};
use crate::sample::DepthCamera;
use serde::{Deserialize, Serialize};

/// The camera, and what is cut out of its image.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HandImageConfig {
    /// Width of the sensor, px.
    pub sensor_width: u32,
    /// Height of the sensor, px.
    pub sensor_height: u32,
    /// The sensor's pinhole.
    pub camera: DepthCamera,
    /// Side of the square that the cube around the hand is cut out as, px. 0: the whole sensor image,
    /// and what stands behind the hand stays in it.
    pub crop_px: u32,
    /// Side of the cube around the hand, mm; what lies outside of it in depth becomes background. It
    /// always holds all joints.
    pub cube_mm: f64,
    /// What the cube is centred on.
    pub center: CubeCenter,
    /// How far the cube's centre is off that along each axis, mm, as a detector's would be.
    pub cube_off_mm: Range,
    /// The box that a detector cut the hand out with before; none: nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detector: Option<HandDetectorConfig>,
}

/// What the cube around the hand is centred on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CubeCenter {
    /// The middle of the joints' box: known where joints are.
    Joints,
    /// The mean place and depth of what is seen, forearm included: what is left to do where nobody
    /// knows the joints. Importers of bare depth images do so.
    Seen,
}

/// A detector's box: above and on the thumb's side it is as tight as the hand allows, below and on the
/// other side it cuts the forearm off straight.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandDetectorConfig {
    /// From the hand's upper end to the box's lower edge, mm.
    pub height_mm: Normal,
    /// From the rightmost joint (in the image) to the box's right edge, mm.
    pub beside_mm: Normal,
}

impl Default for HandImageConfig {
    fn default() -> Self {
        Self {
            sensor_width: 640,
            sensor_height: 480,
            camera: DepthCamera::NYU,
            crop_px: 224,
            cube_mm: 300.0,
            center: CubeCenter::Joints,
            cube_off_mm: Range::new(-10.0, 10.0),
            detector: None,
        }
    }
}

impl HandImageConfig {
    pub(crate) fn check(&self) -> Result<(), Error> {
        let s = self;
        let sides =
            [("image.sensor_width", s.sensor_width), ("image.sensor_height", s.sensor_height)];
        for (field, side) in sides {
            number(field, f64::from(side), 64.0, 4096.0)?;
        }
        for focal_px in s.camera.focal_px {
            number("image.camera.focal_px", f64::from(focal_px), 50.0, 10_000.0)?;
        }
        for center_px in s.camera.center_px {
            number("image.camera.center_px", f64::from(center_px), -1e5, 1e5)?;
        }
        if s.crop_px != 0 {
            number("image.crop_px", f64::from(s.crop_px), 16.0, 1024.0)?;
        }
        // The largest hand that can be set is 230 mm long.
        number("image.cube_mm", s.cube_mm, 250.0, 1000.0)?;
        range("image.cube_off_mm", s.cube_off_mm, -100.0, 100.0)?;
        if let Some(detector) = &s.detector {
            normal("image.detector.height_mm", detector.height_mm, 30.0, 1000.0)?;
            normal("image.detector.beside_mm", detector.beside_mm, 5.0, 1000.0)?;
        }
        Ok(())
    }
}
