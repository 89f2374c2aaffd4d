//! The depth camera, and the cube that a hand is cut out with.

use nalgebra::Vector3;
use serde::{Deserialize, Serialize};

/// A pinhole camera without distortion; the size of its image is the frame's.
///
/// Unlike [`PinholeCamera`](crate::sample::PinholeCamera) its pixels need not be square, because
/// NYU's are not.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DepthCamera {
    /// Focal length in x and y, px.
    pub focal_px: [f32; 2],
    /// Principal point, px (pixel centres at integers).
    pub center_px: [f32; 2],
}

impl DepthCamera {
    /// NYU's Kinect, 640x480 (Tompson et al., ACM TOG 2014).
    pub const NYU: Self = Self { focal_px: [588.03, 587.07], center_px: [320.0, 240.0] };

    /// The Intel Creative of ICVL and MSRA, 320x240.
    pub const ICVL: Self = Self { focal_px: [241.42, 241.42], center_px: [160.0, 120.0] };

    /// The image point (px) of a point in camera space (mm, z > 0).
    pub fn project(&self, p: Vector3<f64>) -> [f64; 2] {
        [0, 1].map(|i| f64::from(self.center_px[i]) + f64::from(self.focal_px[i]) * p[i] / p.z)
    }

    /// The point in camera space (mm) that is seen at this image point (px) in this depth (mm).
    pub fn unproject(&self, pixel: [f64; 2], depth_mm: f64) -> Vector3<f64> {
        let [x, y] = [0, 1].map(|i| {
            (pixel[i] - f64::from(self.center_px[i])) / f64::from(self.focal_px[i]) * depth_mm
        });
        Vector3::new(x, y, depth_mm)
    }

    /// The camera of an image that was cut out of this one's and resized.
    pub fn cropped(&self, crop: &Crop) -> Self {
        let along = |i: usize| crop.scale[i];
        Self {
            focal_px: [0, 1].map(|i| self.focal_px[i] * along(i)),
            center_px: [0, 1].map(|i| self.center_px[i] * along(i) + crop.shift_px[i]),
        }
    }
}

/// Where an image was cut out of a larger one: `image = scale * sensor + shift`, px on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Crop {
    /// Pixels of the image for one of the sensor, in x and y.
    pub scale: [f32; 2],
    /// Where the sensor's pixel (0, 0) lies in the image, px.
    pub shift_px: [f32; 2],
}

/// The cube that a hand is cut out with, its sides along the axes of camera space.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Cube {
    /// Its centre, camera space, mm.
    pub center_mm: [f32; 3],
    /// Its side, mm.
    pub side_mm: f32,
}

impl Cube {
    /// Whether a point of camera space (mm) lies within.
    pub fn contains(&self, point_mm: [f32; 3]) -> bool {
        (0..3).all(|i| 2.0 * (point_mm[i] - self.center_mm[i]).abs() <= self.side_mm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn projecting_undoes_unprojecting_in_the_whole_image_and_in_a_crop() {
        let crop = Crop { scale: [0.7, 0.9], shift_px: [-31.5, 12.0] };
        let p = Vector3::new(-67.0, 66.0, 909.0);
        for camera in [DepthCamera::NYU, DepthCamera::NYU.cropped(&crop)] {
            assert!((camera.unproject(camera.project(p), p.z) - p).norm() < 1e-9);
        }
        let [u, v] = DepthCamera::NYU.project(p);
        let [x, y] = DepthCamera::NYU.cropped(&crop).project(p);
        assert!((x - (0.7 * u - 31.5)).abs() < 1e-4 && (y - (0.9 * v + 12.0)).abs() < 1e-4);
    }
}
