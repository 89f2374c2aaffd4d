//! Directions, angles and the turn of a head.
//!
//! A direction is out of the eye, in a space with x right (in a head: towards the temple), y down
//! and z away from the camera (into the head). Its pitch is up positive, its yaw to the image's left
//! (towards the nose) positive, as in `Gaze`; here in degrees and f64.

use nalgebra::{Matrix3, Vector3};

/// A direction in degrees, as a unit vector.
pub(crate) fn direction(pitch_deg: f64, yaw_deg: f64) -> Vector3<f64> {
    let (pitch, yaw) = (pitch_deg.to_radians(), yaw_deg.to_radians());
    let flat = libm::cos(pitch);
    Vector3::new(-flat * libm::sin(yaw), -libm::sin(pitch), -flat * libm::cos(yaw))
}

/// Pitch and yaw of a vector, degrees.
pub(crate) fn angles(v: Vector3<f64>) -> (f64, f64) {
    let v = v.normalize();
    let pitch = libm::asin((-v.y).clamp(-1.0, 1.0));
    (pitch.to_degrees(), libm::atan2(-v.x, -v.z).to_degrees())
}

/// How fast pitch and yaw of a direction change that turns by `change` a second, rad/s.
pub(super) fn angular_velocity(v: Vector3<f64>, change: Vector3<f64>) -> [f64; 2] {
    let flat = v.x * v.x + v.z * v.z;
    [-change.y / flat.sqrt(), (v.z * change.x - v.x * change.z) / flat]
}

/// The angle between two directions in degrees (pitch, yaw), degrees.
pub(super) fn angle_between(a: [f64; 2], b: [f64; 2]) -> f64 {
    let (a, b) = (direction(a[0], a[1]), direction(b[0], b[1]));
    libm::atan2(a.cross(&b).norm(), a.dot(&b)).to_degrees()
}

/// Camera from head for a head that faces this way (camera space), without roll: the head's x axis
/// stays in the camera's x-z plane, as normalisation makes it.
pub(super) fn facing(forward: Vector3<f64>) -> Matrix3<f64> {
    let z = -forward.normalize();
    let x = Vector3::new(z.z, 0.0, -z.x).normalize();
    Matrix3::from_columns(&[x, z.cross(&x), z])
}

/// The other half of the world: x changes its sign.
pub(super) fn mirror() -> Matrix3<f64> {
    Matrix3::from_diagonal(&Vector3::new(-1.0, 1.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Gaze;

    #[test]
    fn a_head_that_faces_the_camera_is_not_turned_and_none_is_rolled() {
        let ahead = facing(direction(0.0, 0.0));
        assert!((ahead - Matrix3::identity()).norm() < 1e-12);
        let turned = facing(direction(12.0, -20.0));
        assert!((turned.determinant() - 1.0).abs() < 1e-12);
        assert_eq!(turned[(1, 0)], 0.0, "the line through the eyes stays level");
        let ahead = Gaze::from_vector(turned * -Vector3::z());
        assert!(ahead.angle_to(Gaze::from_degrees(12.0, -20.0)) < 1e-6);
    }

    #[test]
    fn angles_undo_direction_and_agree_with_gaze() {
        for (pitch, yaw) in [(0.0, 0.0), (-33.0, 12.0), (60.0, -95.0)] {
            let (p, y) = angles(direction(pitch, yaw) * 2.0);
            assert!((p - pitch).abs() < 1e-12 && (y - yaw).abs() < 1e-12, "{p} {y}");
            let gaze = Gaze::from_degrees(pitch as f32, yaw as f32).to_vector();
            assert!((gaze - direction(pitch, yaw)).norm() < 1e-6);
        }
        assert!((angle_between([0.0, 10.0], [0.0, -15.0]) - 25.0).abs() < 1e-9);
    }

    #[test]
    fn angular_velocity_is_the_change_of_the_angles() {
        let at = |t: f64| direction(12.0 + 30.0 * t, -25.0 - 70.0 * t);
        let h = 1e-6;
        let change = (at(h) - at(-h)) / (2.0 * h);
        let [pitch, yaw] = angular_velocity(at(0.0), change);
        assert!((pitch.to_degrees() - 30.0).abs() < 1e-4, "{pitch}");
        assert!((yaw.to_degrees() + 70.0).abs() < 1e-4, "{yaw}");
    }
}
