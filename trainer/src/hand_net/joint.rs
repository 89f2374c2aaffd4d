//! Joints as the pose estimator learns and finds them.

use crate::DepthRange;
use nalgebra::Vector3;
use simulator::sample::{DepthCamera, Joint};

/// A joint in a depth frame whose pixels are relative to a range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HandJoint {
    /// Its place in the frame, px.
    pub px: [f32; 2],
    /// Its depth from the range's middle, in halves of the range (as the pixels, so -1 to 1 within
    /// it); `None` where that is not known.
    pub depth: Option<f32>,
}

impl HandJoint {
    /// A joint of camera space in the image of this camera, relative to this range.
    pub fn new(joint: &Joint, camera: &DepthCamera, range: DepthRange) -> Self {
        let [u, v, z_mm] = joint.uvd(camera);
        Self { px: [u, v], depth: Some((z_mm - range.center_mm) / range.half_mm) }
    }

    /// Its place in camera space, mm, if its depth is known.
    pub fn to_mm(&self, camera: &DepthCamera, range: DepthRange) -> Option<[f32; 3]> {
        let z_mm = range.center_mm + self.depth? * range.half_mm;
        let p: Vector3<f64> = camera.unproject(self.px.map(f64::from), f64::from(z_mm));
        Some([p.x as f32, p.y as f32, p.z as f32])
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn from_camera_space_and_back_is_the_identity() {
        let range = DepthRange { center_mm: 910.0, half_mm: 150.0 };
        for place_mm in [[-67.0, 66.0, 909.0], [20.0, -40.0, 1020.5]] {
            let joint = Joint { place_mm, visibility: None };
            let found = HandJoint::new(&joint, &DepthCamera::NYU, range);
            let back = found.to_mm(&DepthCamera::NYU, range).unwrap();
            assert!(back.iter().zip(place_mm).all(|(a, b)| (a - b).abs() < 1e-3), "{back:?}");
        }
        let far = Joint { place_mm: [0.0, 0.0, 1060.0], visibility: None };
        assert_eq!(HandJoint::new(&far, &DepthCamera::NYU, range).depth, Some(1.0));
        assert_eq!(HandJoint { px: [1.0, 2.0], depth: None }.to_mm(&DepthCamera::NYU, range), None);
    }
}
