//! Rays of sight in head space.

use crate::lanes::{Real, V3, narrow};
use crate::sample::PinholeCamera;
use nalgebra::{Matrix3, Vector3};

/// A camera before an eye. Rays start on the plane through the eyeball's centre that faces the
/// camera, because single precision is exact enough near the eye and not at the pinhole.
#[derive(Debug, Clone)]
pub(crate) struct View {
    /// The pinhole, mm.
    pub observer: [f32; 3],
    /// Point of the plane seen at image point (0, 0), and its change per px right and down.
    points: [[f32; 3]; 3],
    /// Direction of the ray through image point (0, 0), and its change per px right and down.
    directions: [[f32; 3]; 3],
    /// Rows of the projection from head space: image x and y, and depth, each times depth.
    rows: [[f32; 4]; 3],
    /// Whether parts of the face may hide others: seen from far aside, or from very near.
    pub steep: bool,
}

/// A face that is turned by more than this, or nearer than this, may hide parts of itself.
const STEEP_RAD: f64 = 0.65;
const NEAR_MM: f64 = 150.0;

impl View {
    pub(crate) fn new(
        camera: &PinholeCamera,
        camera_from_head: &Matrix3<f64>,
        eye_center: Vector3<f64>,
    ) -> Self {
        let head_from_camera = camera_from_head.transpose();
        let first = camera.unproject([0.0, 0.0]);
        let right = camera.unproject([1.0, 0.0]) - first;
        let down = camera.unproject([0.0, 1.0]) - first;
        let directions = [first, right, down].map(|d| head_from_camera * d);
        let depth = eye_center.z;
        let origin = head_from_camera * (first * depth - eye_center);
        let observer = head_from_camera * -eye_center;
        let aside = libm::acos(-observer.z / observer.norm());
        let f = camera.focal_px as f64;
        let row = |k: usize| {
            let m = camera_from_head;
            [m[(k, 0)], m[(k, 1)], m[(k, 2)], eye_center[k]]
        };
        let shifted = |k: usize| -> [f32; 4] {
            let c = camera.center_px[k] as f64;
            std::array::from_fn(|i| (f * row(k)[i] + c * row(2)[i]) as f32)
        };
        Self {
            rows: [shifted(0), shifted(1), row(2).map(|v| v as f32)],
            observer: narrow(observer),
            points: [origin, directions[1] * depth, directions[2] * depth].map(narrow),
            directions: directions.map(narrow),
            steep: aside > STEEP_RAD || observer.norm() < NEAR_MM,
        }
    }

    /// The image point of a point in head space, px.
    #[inline(always)]
    pub(crate) fn project(&self, p: [f32; 3]) -> [f32; 2] {
        let [x, y, z] = self.rows.map(|[a, b, c, d]| a * p[0] + b * p[1] + c * p[2] + d);
        [x / z, y / z]
    }

    /// A point of the ray through an image point, near the eye, and the ray's direction (of any
    /// length).
    #[inline(always)]
    pub(crate) fn ray<R: Real>(&self, px: R, py: R) -> (V3<R>, V3<R>) {
        (at(&self.points, px, py), at(&self.directions, px, py))
    }
}

/// A vector that changes evenly over the image.
#[inline(always)]
fn at<R: Real>([first, right, down]: &[[f32; 3]; 3], px: R, py: R) -> V3<R> {
    V3::splat(*first) + V3::splat(*right) * px + V3::splat(*down) * py
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rays_pass_through_their_pixels() {
        let camera = PinholeCamera::MPIIGAZE;
        let turn = nalgebra::Rotation3::from_euler_angles(0.2, -0.3, 0.0).into_inner();
        let center = Vector3::new(3.0, -2.0, 610.0);
        let view = View::new(&camera, &turn, center);
        for pixel in [[0.0, 0.0], [59.0, 35.0], [31.5, 12.25]] {
            let (o, d) = view.ray(pixel[0], pixel[1]);
            for t in [-20.0, 0.0, 30.0] {
                let p = o + d * t;
                let [x, y] = camera.project(turn * Vector3::new(p.x, p.y, p.z) + center);
                assert!((x - pixel[0]).hypot(y - pixel[1]) < 1e-4, "{pixel:?} {x} {y}");
                let [x, y] = view.project([p.x as f32, p.y as f32, p.z as f32]);
                assert!((x as f64 - pixel[0]).hypot(y as f64 - pixel[1]) < 1e-3, "{x} {y}");
            }
            assert!(o.x.hypot(o.y) < 40.0, "rays start near the eye");
        }
    }
}
