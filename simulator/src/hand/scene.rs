//! All that is drawn for one sample: who, what, where, and the camera that sees it.

use super::config::HandConfig;
use super::framing::{Window, cube, image, into_image};
use super::nyu;
use super::pose::Pose;
use super::posed::PosedHand;
use super::shape::Shape;
use super::view::View;
use crate::sample::{Crop, Cube, DepthCamera, HandPose, HandShape};
use crate::seed::{Purpose, Stream};
use nalgebra::Vector3;

type V = Vector3<f64>;

/// One hand before one camera.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scene {
    /// What the surface is made from.
    pub posed: PosedHand,
    /// NYU's joints, camera space, mm.
    pub joints_nyu_mm: [V; 36],
    /// Radius of the hand around each of them, mm.
    pub radii_nyu_mm: [f64; 36],
    /// The camera of the image, after any crop.
    pub camera: DepthCamera,
    /// Width and height of the image, px.
    pub size_px: [usize; 2],
    /// How it is cut out of the sensor's; `None` if it is the sensor's.
    pub crop: Option<Crop>,
    /// The cube around the hand.
    pub cube: Cube,
    /// The part of this image that a detector's box lets through.
    pub window: Window,
    /// As it stands in the label.
    pub pose: HandPose,
    /// As it stands in the label.
    pub shape: HandShape,
    /// What the hand does.
    pub gesture: String,
}

impl Scene {
    /// The scene of this sample.
    pub(crate) fn of(config: &HandConfig, seed: u64, id: u64) -> Self {
        let shape = Shape::of(&config.shape, seed, id);
        let pose = Pose::of(&config.pose, &shape, seed, id);
        let view = View::of(&config.view, pose.view_deg, seed, id);
        let turn = view.camera_from_anatomy();
        let hand = &pose.skeleton;
        let wrist = view.palm_mm - turn * nyu::palm_mm(hand, &shape);
        let wrist = wrist + into_image(&config.image, hand.joints_mm.map(|j| wrist + turn * j));
        let joints_mm = hand.joints_mm.map(|joint| wrist + turn * joint);
        let joints_nyu_mm = nyu::joints_mm(hand, &shape).map(|joint| wrist + turn * joint);
        let posed = PosedHand {
            joints_mm,
            radii_mm: shape.radii_mm,
            dorsal: turn * V::z(),
            radial: turn * V::x(),
            elbow_mm: wrist + turn * view.forearm * shape.forearm_mm,
            wrist_half_mm: shape.wrist_half_mm(),
            side: view.side,
        };
        let all = joints_mm.iter().chain(&joints_nyu_mm);
        let stream = &mut Stream::new(seed, id, Purpose::HandCube);
        let (cube, window) = cube(&config.image, &posed, all, stream);
        let (camera, size_px, crop) = image(&config.image, &cube);
        let rotation = view.camera_from_hand.transpose();
        Self {
            posed,
            joints_nyu_mm,
            radii_nyu_mm: nyu::radii_mm(&shape),
            camera,
            size_px,
            crop,
            cube,
            window: window.cropped(crop.as_ref()),
            pose: HandPose {
                angles_rad: pose.angles.map(|angle| angle as f32),
                // Column by column of the transposed is row by row.
                camera_from_hand: std::array::from_fn(|i| rotation[i] as f32),
                wrist_mm: wrist.map(|mm| mm as f32).into(),
            },
            shape: shape.label(),
            gesture: pose.gesture,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn scenes(preset: &str) -> impl Iterator<Item = Scene> {
        let config = HandConfig::preset(preset).unwrap();
        (0..300).map(move |id| Scene::of(&config, 11, id))
    }

    #[test]
    fn the_cube_holds_all_joints_of_all_presets() {
        for (name, _) in HandConfig::PRESETS {
            for (id, scene) in scenes(name).enumerate() {
                for joint in scene.posed.joints_mm.iter().chain(&scene.joints_nyu_mm) {
                    assert!(scene.cube.contains(joint.map(|mm| mm as f32).into()), "{name} {id}");
                }
            }
        }
    }

    #[test]
    fn the_cubes_middle_plane_fills_the_crop() {
        for scene in scenes("nyu") {
            let [x, y, z] = scene.cube.center_mm.map(f64::from);
            let half = 0.5 * f64::from(scene.cube.side_mm);
            let [left, top] = scene.camera.project(V::new(x - half, y - half, z));
            let [right, bottom] = scene.camera.project(V::new(x + half, y + half, z));
            for (is, wanted) in [(left, -0.5), (top, -0.5), (right, 223.5), (bottom, 223.5)] {
                assert!((is - wanted).abs() < 0.01, "{is} is not {wanted}");
            }
        }
    }

    #[test]
    fn the_pose_in_the_label_leads_to_the_joints() {
        for scene in scenes("kinect").take(20) {
            let r = scene.pose.camera_from_hand.map(f64::from);
            let rotation = nalgebra::Matrix3::from_row_slice(&r);
            let [side, up] = [scene.posed.radial, -scene.posed.dorsal];
            // x of hand space is the little finger's side in a right hand, the thumb's in a left one.
            let right = scene.posed.side == crate::sample::Side::Right;
            let x = if right { -side } else { side };
            assert!((rotation * V::x() - x).norm() < 1e-5);
            assert!((rotation * V::z() + up).norm() < 1e-5);
            assert!((scene.posed.joints_mm[0].x - f64::from(scene.pose.wrist_mm[0])).abs() < 1e-3);
        }
    }

    #[test]
    fn palms_are_where_nyus_are() {
        let palms: Vec<V> = scenes("nyu").map(|scene| scene.joints_nyu_mm[32]).collect();
        let mean = palms.iter().sum::<V>() / palms.len() as f64;
        // 8,252 test frames: -67 ± 88, 66 ± 60, 909 ± 111 mm.
        for (i, (wanted, sd)) in [(-67.0, 88.0), (66.0, 60.0), (909.0, 111.0)].iter().enumerate() {
            assert!((mean[i] - wanted).abs() < 0.25 * sd, "axis {i}: {}", mean[i]);
        }
    }
}
