//! The label of a rendered hand.

use super::scene::Scene;
use crate::sample::{DepthSensor, Frame, HandLabel, Joint, JointVisibility};
use nalgebra::Vector3;

/// Besides a quarter of a joint's radius, so much nearer than the flesh around it may the surface be that
/// is still its own, mm: webs and the palm's cushions.
const OWN_MM: f64 = 3.0;

/// Everything that is known of the image of this scene, given its exact depth (mm, 0 = nothing) and parts.
pub(crate) fn of(
    scene: &Scene,
    seed: u64,
    sensor: DepthSensor,
    clean_mm: Frame<u16>,
    parts: Frame<u8>,
) -> HandLabel {
    let joint = |place: &Vector3<f64>, radius_mm: f64| Joint {
        place_mm: place.map(|mm| mm as f32).into(),
        visibility: Some(visibility(scene.camera.project(*place), place.z, radius_mm, &clean_mm)),
    };
    let common = &scene.posed;
    let joints_common = std::array::from_fn(|i| joint(&common.joints_mm[i], common.radii_mm[i]));
    let joints_nyu = std::array::from_fn(|i| joint(&scene.joints_nyu_mm[i], scene.radii_nyu_mm[i]));
    HandLabel {
        camera: Some(scene.camera),
        crop: scene.crop,
        cube: Some(scene.cube),
        joints_nyu: Some(joints_nyu),
        joints_common: Some(joints_common),
        joints_common_px: Some(common.joints_mm.map(|p| scene.camera.project(p).map(|v| v as f32))),
        clean_mm: Some(clean_mm),
        parts: Some(parts),
        pose: Some(scene.pose.clone()),
        shape: Some(scene.shape.clone()),
        side: Some(common.side),
        mirrored: Some(false),
        sensor: Some(sensor),
        gesture: Some(scene.gesture.clone()),
        subject: None,
        source: None,
        seed: Some(seed),
        refinement: None,
    }
}

/// Whether a joint at this image point and depth is covered by anything but the flesh around it.
fn visibility(
    [u, v]: [f64; 2],
    z_mm: f64,
    radius_mm: f64,
    clean_mm: &Frame<u16>,
) -> JointVisibility {
    let (width, height) = clean_mm.size();
    let (x, y) = (libm::round(u), libm::round(v));
    if !(0.0..width as f64).contains(&x) || !(0.0..height as f64).contains(&y) {
        return JointVisibility::Outside;
    }
    // Nothing there (0) covers nothing: the end of a finger may lie on its very edge.
    let surface = f64::from(clean_mm.get(x as usize, y as usize));
    if surface > 0.0 && surface < z_mm - 1.25 * radius_mm - OWN_MM {
        JointVisibility::Hidden
    } else {
        JointVisibility::Visible
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nearer_than_the_flesh_hides_a_joint() {
        let seen = |surface: u16, u: f64| {
            visibility([u, 1.2], 800.0, 8.0, &Frame::from_fn(4, 3, |_, _| surface))
        };
        assert_eq!(seen(792, 2.0), JointVisibility::Visible, "its own flesh");
        assert_eq!(seen(780, 2.0), JointVisibility::Hidden, "another finger");
        assert_eq!(seen(0, 2.0), JointVisibility::Visible, "nothing there");
        assert_eq!(seen(900, 2.0), JointVisibility::Visible, "what is behind");
        assert_eq!(seen(792, 3.6), JointVisibility::Outside);
        assert_eq!(seen(792, -0.4), JointVisibility::Visible, "still the first pixel");
        assert_eq!(seen(792, -0.6), JointVisibility::Outside);
    }
}
