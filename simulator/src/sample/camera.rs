//! The camera model.

use nalgebra::Vector3;
use serde::{Deserialize, Serialize};

/// A pinhole camera. Camera space is OpenCV's: x right, y down, z forward, right-handed, mm.
///
/// It has no lens distortion, and no pose: everything that is rendered is placed in its space.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PinholeCamera {
    /// Image width, px.
    pub width: u32,
    /// Image height, px.
    pub height: u32,
    /// Focal length, px; the same in x and y.
    pub focal_px: f32,
    /// Principal point, px (pixel centres at integers).
    pub center_px: [f32; 2],
}

impl PinholeCamera {
    /// MPIIGaze's normalised camera: f 960 px, 60x36, principal point (30, 18). The eye centre
    /// stands 600 mm in front of it, which makes 1.6 px a millimetre.
    pub const MPIIGAZE: Self =
        Self { width: 60, height: 36, focal_px: 960.0, center_px: [30.0, 18.0] };

    /// The 55x35 crop that SimGAN used, out of the middle of [`Self::MPIIGAZE`].
    pub const SIMGAN: Self =
        Self { width: 55, height: 35, focal_px: 960.0, center_px: [27.0, 17.0] };

    /// The image point (px) of a point in camera space (mm, z > 0).
    pub fn project(&self, p: Vector3<f64>) -> [f64; 2] {
        let f = self.focal_px as f64;
        [self.center_px[0] as f64 + f * p.x / p.z, self.center_px[1] as f64 + f * p.y / p.z]
    }

    /// The direction in camera space, not normalised (z = 1), of the ray through an image point.
    pub fn unproject(&self, pixel: [f64; 2]) -> Vector3<f64> {
        let f = self.focal_px as f64;
        Vector3::new(
            (pixel[0] - self.center_px[0] as f64) / f,
            (pixel[1] - self.center_px[1] as f64) / f,
            1.0,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_millimetre_at_600_mm_is_1_6_px() {
        let camera = PinholeCamera::MPIIGAZE;
        let [x, y] = camera.project(Vector3::new(1.0, -2.0, 600.0));
        assert!((x - 31.6).abs() < 1e-9 && (y - 14.8).abs() < 1e-9);
    }

    #[test]
    fn projecting_undoes_unprojecting() {
        let camera = PinholeCamera::SIMGAN;
        for pixel in [[0.0, 0.0], [54.0, 34.0], [12.25, 30.5]] {
            let [x, y] = camera.project(camera.unproject(pixel) * 431.0);
            assert!((x - pixel[0]).abs() < 1e-9 && (y - pixel[1]).abs() < 1e-9);
        }
    }
}
