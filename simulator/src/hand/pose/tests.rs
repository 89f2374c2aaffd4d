use super::*;
use crate::hand::collide::deepest_mm;
use crate::hand::config::{HandConfig, HandShapeConfig};

fn shape(id: u64) -> Shape {
    Shape::of(&HandShapeConfig::default(), 8, id)
}

#[test]
fn no_drawn_hand_goes_through_itself_and_all_stand_in_their_limits() {
    for (name, _) in HandConfig::PRESETS {
        let Some(config) = HandConfig::preset(name) else { panic!("{name}") };
        for id in 0..600 {
            let shape = Shape::of(&config.shape, 8, id);
            let pose = Pose::of(&config.pose, &shape, 5, id);
            let deep = deepest_mm(&pose.skeleton, &shape.radii_mm);
            assert!(deep <= 3.0, "{name} {id} {}: {deep} mm", pose.gesture);
            let again = within(pose.angles);
            assert!(again.iter().zip(pose.angles).all(|(a, b)| (a - b).abs() < 1e-9));
        }
    }
}

#[test]
fn the_open_hand_is_free_of_itself_in_all_shapes() {
    for id in 0..500 {
        let shape = shape(id);
        let deep = deepest_mm(&Skeleton::of(&shape, &open()), &shape.radii_mm);
        assert!(deep < 3.0, "{id}: {deep} mm");
    }
}

#[test]
fn every_gesture_is_free_of_itself_in_an_average_hand() {
    let config = HandShapeConfig { bone_jitter: 0.0, ..HandShapeConfig::default() };
    let mut wrong = String::new();
    for gesture in Gesture::ALL {
        let deep: f64 = (0..20)
            .map(|id| {
                let shape = Shape::of(&config, 8, id);
                deepest_mm(&Skeleton::of(&shape, &gesture.angles()), &shape.radii_mm)
            })
            .sum::<f64>()
            / 20.0;
        if deep > 3.0 {
            wrong += &format!("{} {deep:.1} mm; ", gesture.name);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn weights_decide_what_is_drawn() {
    let config = HandPoseConfig {
        gestures: [("fist".to_string(), 3.0), ("open".to_string(), 1.0)].into(),
        between_weight: 0.0,
        synergy_weight: 0.0,
        uniform_weight: 0.0,
        ..HandPoseConfig::default()
    };
    let names: Vec<String> =
        (0..400).map(|id| Pose::of(&config, &shape(id), 5, id).gesture).collect();
    let fists = names.iter().filter(|name| *name == "fist").count();
    assert!((270..330).contains(&fists), "{fists} of 400");
    assert!(names.iter().all(|name| name == "fist" || name == "open"));
}

#[test]
fn dip_follows_pip_in_uniform_poses() {
    let stream = &mut Stream::new(1, 2, Purpose::HandPose);
    for _ in 0..200 {
        let angles = uniform(stream).map(f64::to_degrees);
        assert!((angles[7] - DIP_PER_PIP * angles[6]).abs() < 30.0);
    }
}
