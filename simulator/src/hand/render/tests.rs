#![allow(clippy::unwrap_used)]
use super::super::cast::cast;
use super::super::surface::{Cone, Face};
use super::*;
use crate::hand::{HandSampler, render};
use crate::sample::{HandPart, JointVisibility};
use nalgebra::Vector3;

type V = Vector3<f64>;

/// A preset without noise, in the crop or in the whole sensor image.
fn clean(preset: &str, crop_px: u32) -> HandConfig {
    let mut config = HandConfig::preset(preset).unwrap();
    config.sensor.model = DepthSensor::Clean;
    config.image.crop_px = crop_px;
    config
}

/// What of a surface belongs to a ball of a joint, and all the rest of it.
fn apart(surface: &Surface, joint: V, radius_mm: f64) -> (Surface, Surface) {
    let ends = |cone: &&Cone| cone.ends.iter().any(|end| (end.center_mm - joint).norm() < 1e-9);
    let touches = |face: &&Face| {
        face.corners_mm.iter().any(|p| ((p - joint).norm() - radius_mm).abs() < 1e-6)
    };
    let (own_cones, cones) = surface.cones.iter().partition::<Vec<_>, _>(ends);
    let (own_faces, faces) = surface.faces.iter().partition::<Vec<_>, _>(touches);
    (Surface { cones: own_cones, faces: own_faces }, Surface { cones, faces })
}

/// Whether the point of a joint's ball that faces the camera is on the hull of that ball and each that a
/// cone leads to: the hull's point of normal n is on the ball if n · axis is no more than the radii differ.
/// Ten degrees more cover a ball of 10 mm by 0.15 mm.
fn shows(own: &Surface, joint: V) -> bool {
    let to_camera = -joint.normalize();
    own.cones.iter().all(|cone| {
        let [a, b] = cone.ends;
        let (this, other) = if (a.center_mm - joint).norm() < 1e-9 { (a, b) } else { (b, a) };
        let axis = other.center_mm - joint;
        to_camera.dot(&axis) <= this.radius_mm - other.radius_mm + 0.17 * axis.norm()
    })
}

#[test]
fn the_surface_over_a_joint_that_nothing_covers_is_its_radius_nearer() {
    let config = clean("nyu", 224);
    let (mut seen, mut all) = (0, 0);
    for id in 0..400 {
        let scene = Scene::of(&config, 3, id);
        let surface = Surface::of(&scene.posed);
        // All but the wrist, which is two balls side by side.
        for i in 1..21 {
            all += 1;
            let (joint, radius) = (scene.posed.joints_mm[i], scene.posed.radii_mm[i]);
            let (own, rest) = apart(&surface, joint, radius);
            // A camera whose middle pixel looks exactly at the joint.
            let [u, v] = scene.camera.project(joint);
            let mut camera = scene.camera;
            camera.center_px = [camera.center_px[0] - u as f32, camera.center_px[1] - v as f32];
            let depth = |surface: &Surface| cast(surface, &camera, [1, 1]).depth_mm(0, 0);
            // The ball around the joint, seen along the ray to its centre.
            let near = joint.z * (1.0 - radius / joint.norm());
            let Some(is) = depth(&surface).map(f64::from) else {
                panic!("{id}: nothing covers joint {i}");
            };
            assert!(is - near < 0.05, "{id} joint {i}: the surface lies {} mm too deep", is - near);
            let covered = depth(&rest).is_some_and(|z| f64::from(z) < near);
            if !covered && shows(&own, joint) {
                seen += 1;
                let off = (is - near).abs();
                assert!(off < 0.5, "{id} joint {i}: {is} mm and not {near}");
            }
        }
    }
    assert!(seen * 4 > all, "{seen} of {all} joints show their ball");
}

#[test]
fn one_thread_renders_what_many_do_and_a_sample_alone_is_the_same() {
    for (preset, _) in HandConfig::PRESETS {
        let sampler = HandSampler::new(HandConfig::preset(preset).unwrap(), 5).unwrap();
        let pool = |n| rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
        let one = pool(1).install(|| sampler.render_range(100..112));
        let four = pool(4).install(|| sampler.render_range(100..112));
        assert_eq!(one, four, "{preset}");
        assert_eq!(render(&sampler, SampleId(107)), one[7], "{preset}");
        assert_ne!(one[7].frame, one[8].frame, "{preset}");
    }
}

#[test]
fn the_sensor_leaves_the_label_alone_and_stays_near_the_truth() {
    for (preset, _) in HandConfig::PRESETS {
        let noisy = HandSampler::new(HandConfig::preset(preset).unwrap(), 5).unwrap();
        let exact = HandSampler::new(clean(preset, 224), 5).unwrap();
        for id in 0..12 {
            let [noisy, exact] = [&noisy, &exact].map(|s| render(s, SampleId(id)));
            assert_eq!(noisy.label.clean_mm.as_ref(), Some(&exact.frame));
            assert_eq!(noisy.label.joints_nyu, exact.label.joints_nyu);
            let mut off: Vec<u16> = noisy
                .frame
                .pixels()
                .iter()
                .zip(exact.frame.pixels())
                .filter(|(a, b)| **a > 0 && **b > 0)
                .map(|(a, b)| a.abs_diff(*b))
                .collect();
            assert!(off.len() > 2000, "{preset} {id}: {} pixels of the hand", off.len());
            off.sort_unstable();
            assert!(off[off.len() / 2] <= 6, "{preset} {id}: median error {}", off[off.len() / 2]);
        }
    }
}

#[test]
fn a_crop_shows_what_the_whole_image_does() {
    for id in 0..8 {
        let [whole, crop] = [0, 224].map(|crop_px| {
            render(&HandSampler::new(clean("nyu", crop_px), 9).unwrap(), SampleId(id))
        });
        assert_eq!(whole.frame.size(), (640, 480));
        assert_eq!(whole.label.crop, None);
        let to_crop = crop.label.crop.unwrap();
        let cube = crop.label.cube.unwrap();
        let (mut same, mut all) = (0, 0);
        for (y, x) in (0..480).flat_map(|y| (0..640).map(move |x| (y, x))) {
            let depth = whole.frame.get(x, y);
            let at = [x, y].map(|px| px as f32);
            let [u, v] = [0, 1].map(|i| to_crop.scale[i] * at[i] + to_crop.shift_px[i]);
            let inside = [u, v].iter().all(|c| (1.0..222.0).contains(c));
            let deep = 2.0 * (f32::from(depth) - cube.center_mm[2]).abs() > cube.side_mm;
            if depth > 0 && inside && !deep {
                all += 1;
                let seen = crop.frame.get(u.round() as usize, v.round() as usize);
                same += usize::from(seen.abs_diff(depth) <= 3);
            }
        }
        // The rest lies on edges.
        assert!(same * 10 > all * 8, "{id}: {same} of {all}");
    }
}

#[test]
fn visible_joints_have_flesh_over_them_and_hidden_ones_something_nearer() {
    let sampler = HandSampler::new(clean("nyu", 224), 9).unwrap();
    let mut counts = [0; 3];
    for sample in sampler.render_range(0..60) {
        let (label, frame) = (&sample.label, &sample.frame);
        let camera = label.camera.unwrap();
        let radii = label.shape.as_ref().unwrap().radii_mm;
        for (joint, radius) in label.joints_common.unwrap().iter().zip(radii) {
            let visibility = joint.visibility.unwrap();
            counts[visibility as usize] += 1;
            let [u, v] = camera.project(Vector3::from(joint.place_mm.map(f64::from)));
            if visibility == JointVisibility::Hidden {
                let surface = f32::from(frame.get(u.round() as usize, v.round() as usize));
                assert!(surface > 0.0 && surface < joint.place_mm[2] - radius);
            }
        }
    }
    assert!(counts[1] > 2 * counts[0] / 3 && counts[0] > 50, "{counts:?}");
}

#[test]
fn parts_are_where_the_depth_is() {
    let sampler = HandSampler::new(clean("kinect", 224), 9).unwrap();
    for sample in sampler.render_range(0..12) {
        let parts = sample.label.parts.as_ref().unwrap();
        let pairs = parts.pixels().iter().zip(sample.frame.pixels());
        assert!(pairs.clone().all(|(part, depth)| (*part > 0) == (*depth > 0)));
        let palm = pairs.filter(|(part, _)| **part == HandPart::Palm as u8).count();
        assert!(palm > 500, "{}: {palm} pixels of palm", sample.id);
    }
}
