#![allow(clippy::unwrap_used)]
use super::*;
use crate::hand::{HandSampler, render};
use crate::sample::JointVisibility;
use nalgebra::Vector3;

/// A preset without noise, in the crop or in the whole sensor image.
fn clean(preset: &str, crop_px: u32) -> HandConfig {
    let mut config = HandConfig::preset(preset).unwrap();
    config.sensor.model = DepthSensor::Clean;
    config.image.crop_px = crop_px;
    config
}

/// Joints in the middle of a bone's flesh: PIP and DIP of the fingers, end joint of the thumb. Knuckles
/// are covered by webs, tips end in balls.
const IN_THE_FINGER: [usize; 9] = [3, 6, 7, 10, 11, 14, 15, 18, 19];

#[test]
fn the_surface_over_a_joint_is_its_radius_nearer() {
    let config = clean("nyu", 224);
    let (mut seen, mut worst) = (0, 0.0f64);
    for id in 0..200 {
        let scene = Scene::of(&config, 3, id);
        let surface = Surface::of(&scene.posed);
        for i in IN_THE_FINGER {
            let (joint, radius) = (scene.posed.joints_mm[i], scene.posed.radii_mm[i]);
            // A camera whose middle pixel looks exactly at the joint.
            let [u, v] = scene.camera.project(joint);
            let mut camera = scene.camera;
            camera.center_px = [camera.center_px[0] - u as f32, camera.center_px[1] - v as f32];
            let Some(depth) = cast(&surface, &camera, [1, 1]).depth_mm(0, 0) else {
                panic!("{id}: nothing covers joint {i}");
            };
            // The ball around the joint, seen along the ray to its centre, and no nearer flesh.
            let near = joint.z * (1.0 - radius / joint.norm());
            let off = f64::from(depth) - near;
            assert!(off < 0.05, "{id} joint {i}: the surface lies {off} mm too deep");
            if off > -0.3 * radius {
                seen += 1;
                worst = worst.max(off.abs());
            }
        }
    }
    assert!(seen > 800, "{seen} joints are seen");
    assert!(worst < 5.0, "{worst} mm");
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
        let (mut same, mut all) = (0, 0);
        for (y, x) in (0..480).flat_map(|y| (0..640).map(move |x| (y, x))) {
            let depth = whole.frame.get(x, y);
            let at = [x, y].map(|px| px as f32);
            let [u, v] = [0, 1].map(|i| to_crop.scale[i] * at[i] + to_crop.shift_px[i]);
            let inside = [u, v].iter().all(|c| (1.0..222.0).contains(c));
            if depth > 0 && inside {
                all += 1;
                let seen = crop.frame.get(u.round() as usize, v.round() as usize);
                same += usize::from(seen.abs_diff(depth) <= 3);
            }
        }
        // The rest lies on edges, or in depth outside of the cube.
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
