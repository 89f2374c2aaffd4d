//! A direction of gaze.

use nalgebra::Vector3;
use serde::{Deserialize, Serialize};

/// A direction in camera space, from the eye outwards, in radians.
///
/// ```text
///            pitch > 0                 camera space: x right, y down, z away from the camera
///                ▲
///   yaw > 0 ◄────●────► yaw < 0        (0, 0) looks straight into the camera: g = (0, 0, -1)
///                ▼
///            pitch < 0                 as seen in the image
/// ```
///
/// This is MPIIGaze's convention (Zhang et al., CVPR 2015) and the only place where it is defined:
/// `pitch = asin(-g.y)`, `yaw = atan2(-g.x, -g.z)`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Gaze {
    /// Upwards positive, radians.
    pub pitch: f32,
    /// Towards the left of the image positive, radians.
    pub yaw: f32,
}

impl Gaze {
    /// From angles in degrees: for people and reports only.
    pub fn from_degrees(pitch: f32, yaw: f32) -> Self {
        Self { pitch: pitch.to_radians(), yaw: yaw.to_radians() }
    }

    /// From a direction in camera space, of any length but zero.
    pub fn from_vector(g: Vector3<f64>) -> Self {
        let g = g.normalize();
        let pitch = libm::asin((-g.y).clamp(-1.0, 1.0));
        let yaw = libm::atan2(-g.x, -g.z);
        Self { pitch: pitch as f32, yaw: yaw as f32 }
    }

    /// The unit vector in camera space.
    pub fn to_vector(self) -> Vector3<f64> {
        let (pitch, yaw) = (self.pitch as f64, self.yaw as f64);
        let flat = libm::cos(pitch);
        Vector3::new(-flat * libm::sin(yaw), -libm::sin(pitch), -flat * libm::cos(yaw))
    }

    /// The angle to another direction, radians, 0 to π.
    ///
    /// By atan2 of cross and dot product, because arccos loses everything below 0.02 degrees.
    pub fn angle_to(self, other: Self) -> f64 {
        let (a, b) = (self.to_vector(), other.to_vector());
        libm::atan2(a.cross(&b).norm(), a.dot(&b))
    }

    /// As seen in a mirrored image: yaw changes its sign.
    pub fn mirrored(self) -> Self {
        Self { pitch: self.pitch, yaw: -self.yaw }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_looks_into_the_camera_and_the_signs_are_mpiigaze_s() {
        let ahead = Gaze { pitch: 0.0, yaw: 0.0 };
        assert_eq!(ahead.to_vector(), Vector3::new(0.0, 0.0, -1.0));
        assert!(Gaze::from_degrees(10.0, 0.0).to_vector().y < 0.0, "positive pitch is up");
        assert!(Gaze::from_degrees(0.0, 10.0).to_vector().x < 0.0, "positive yaw is image left");
    }

    #[test]
    fn angles_and_vectors_round_trip() {
        for pitch in [-80.0, -13.0, 0.0, 0.5, 60.0] {
            for yaw in [-170.0, -20.0, 0.0, 3.0, 90.0] {
                let gaze = Gaze::from_degrees(pitch, yaw);
                let back = Gaze::from_vector(gaze.to_vector() * 3.0);
                assert!(gaze.angle_to(back) < 1e-6, "{gaze:?} became {back:?}");
            }
        }
    }

    #[test]
    fn a_small_angle_is_measured_exactly() {
        let a = Gaze { pitch: 0.1, yaw: 0.0 };
        let b = Gaze { pitch: 0.1 + 1e-5, yaw: 0.0 };
        assert!((a.angle_to(b) - 1e-5).abs() < 1e-8);
    }
}
