//! Axes and head in camera space, and in the spaces that MPIIGaze normalises to.

use crate::eye::scene::Scene;
use crate::sample::{Axes, Gaze, HeadPose, NormalizedGaze};
use nalgebra::{Matrix3, Vector3};

/// Distance of the normalised camera, mm.
const NORMALIZED_MM: f64 = 600.0;
/// Mean distance of the eyes of adults, mm (Dodgson 2004).
const INTERPUPILLARY_MM: f64 = 63.0;

pub(super) fn narrow(v: Vector3<f64>) -> [f32; 3] {
    v.map(|c| c as f32).into()
}

fn rows(m: &Matrix3<f64>) -> [f32; 9] {
    std::array::from_fn(|k| m[(k / 3, k % 3)] as f32)
}

pub(super) fn axes(scene: &Scene) -> Axes {
    let visual = scene.gaze.to_vector();
    Axes {
        optical: narrow(scene.camera_from_head * scene.eyeball.axis),
        visual: narrow(visual),
        fovea: narrow(-visual),
    }
}

/// How far the visual axis stands nasally of and above the optical one, radians.
pub(super) fn kappa(scene: &Scene) -> (f64, f64) {
    let visual = scene.camera_from_head.transpose() * scene.gaze.to_vector();
    let angles = |v: Vector3<f64>| (libm::asin(-v.y), libm::atan2(-v.x, -v.z));
    let ((up, nasal), (optical_up, optical_nasal)) = (angles(visual), angles(scene.eyeball.axis));
    (nasal - optical_nasal, up - optical_up)
}

pub(super) fn head(scene: &Scene, interpupillary_mm: Option<f64>) -> HeadPose {
    let r = &scene.camera_from_head;
    let apart = interpupillary_mm.unwrap_or(INTERPUPILLARY_MM);
    // A left eye stands half that distance along x.
    let origin = scene.to_camera(Vector3::new(-0.5 * apart, 0.0, 0.0));
    HeadPose {
        rotation: rows(r),
        rotation_vector: narrow(rotation_vector(r)),
        origin_mm: narrow(origin),
        roll: libm::atan2(r[(1, 0)], r[(0, 0)]) as f32,
        interpupillary_mm: apart as f32,
    }
}

/// Axis times angle of a rotation by less than half a turn.
fn rotation_vector(r: &Matrix3<f64>) -> Vector3<f64> {
    // Twice the sine of the angle, along the axis.
    let v = Vector3::new(r[(2, 1)] - r[(1, 2)], r[(0, 2)] - r[(2, 0)], r[(1, 0)] - r[(0, 1)]);
    let double_sin = v.norm();
    if double_sin < 1e-12 {
        return v * 0.5;
    }
    v * (libm::atan2(double_sin, r.trace() - 1.0) / double_sin)
}

/// The normalisation of Zhang et al. about a point between the corners of the eye (camera space).
pub(super) fn normalized(scene: &Scene, corners: Vector3<f64>) -> NormalizedGaze {
    let distance = corners.norm();
    let z = corners / distance;
    let y = z.cross(&scene.camera_from_head.column(0)).normalize();
    let x = y.cross(&z);
    let rotation = Matrix3::from_rows(&[x.transpose(), y.transpose(), z.transpose()]);
    let scale = NORMALIZED_MM / distance;
    let gaze = rotation * scene.gaze.to_vector();
    NormalizedGaze {
        gaze_2018: Gaze::from_vector(gaze),
        gaze_2015: Gaze::from_vector(Vector3::new(gaze.x, gaze.y, gaze.z * scale)),
        head: Gaze::from_vector(rotation * -scene.camera_from_head.column(2)),
        rotation: rows(&rotation),
        scale: scale as f32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::Rotation3;

    #[test]
    fn a_rotation_vector_is_axis_times_angle() {
        for v in [[0.3, -0.2, 0.1], [0.0, 1.5, 0.0], [-2.0, 1.0, 0.5], [1e-9, 0.0, 0.0]] {
            let v = Vector3::from(v);
            let found = rotation_vector(Rotation3::from_scaled_axis(v).matrix());
            assert!((found - v).norm() < 1e-12, "{v:?} {found:?}");
        }
    }
}
