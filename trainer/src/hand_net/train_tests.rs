#![allow(clippy::unwrap_used)]
use super::*;
use crate::{DepthRange, HandAugment, Silent};
use rand::RngExt;

const RANGE: DepthRange = DepthRange { center_mm: 900.0, half_mm: 150.0 };

fn config() -> HandNetConfig {
    HandNetConfig {
        side_px: 32,
        map_px: 16,
        depth: 2,
        features: 12,
        epochs: 10,
        batch_size: 8,
        learning_rate: 0.005,
        augment: HandAugment { shift: 0.05, ..HandAugment::default() },
        ..Default::default()
    }
}

/// A large ball and a small one, both joints with the depth of their centres, in front of nothing.
fn hands(n: usize) -> (Vec<Frame<RelativeDepth>>, Vec<Vec<HandJoint>>) {
    let mut rng = seed::rng(7, "test hands", 0);
    (0..n)
        .map(|i| {
            let side = [32, 40][i % 2];
            let k = side as f32 / 32.0;
            let mut ball = |radius: f32| {
                let mut at = || side as f32 * rng.random_range(0.25..0.75f32);
                let (x, y) = (at(), at());
                (x, y, rng.random_range(840.0..960.0f32), radius)
            };
            let balls = [ball(7.0), ball(3.5)];
            let mm = Frame::from_fn(side, side, |x, y| {
                let depth = balls.iter().filter_map(|&(bx, by, z, radius)| {
                    let r = (x as f32 - bx).hypot(y as f32 - by) / k;
                    // 3 mm a px.
                    (r < radius).then(|| z - 3.0 * (radius * radius - r * r).sqrt())
                });
                depth.min_by(f32::total_cmp).map_or(0, |mm| mm as u16)
            });
            let joint = |&(x, y, z, _): &(f32, f32, f32, f32)| HandJoint {
                px: [x, y],
                depth: Some((z - 900.0) / 150.0),
            };
            let joints = balls.iter().map(joint).collect();
            (RelativeDepth::from_mm(&mm, RANGE).unwrap(), joints)
        })
        .unzip()
}

#[test]
fn it_finds_place_and_depth_of_unseen_balls() {
    let (frames, hands) = hands(320);
    let (train, test) = (0..288, 288..320);
    let (learned, device) = (&hands[train.clone()], Device::cpu());
    let net = HandNet::train(&config(), &frames[train], learned, &device, &mut Silent).unwrap();
    let found = net.predict(&frames[test.clone()]).unwrap();
    let pairs = || found.iter().flatten().zip(hands[test.clone()].iter().flatten());
    let mean = |off: &dyn Fn(&HandJoint, &HandJoint) -> f32| {
        pairs().map(|(a, b)| off(a, b)).sum::<f32>() / pairs().count() as f32
    };
    let px = mean(&|a, b| (a.px[0] - b.px[0]).hypot(a.px[1] - b.px[1]));
    let mm = mean(&|a, b| 150.0 * (a.depth.unwrap() - b.depth.unwrap()).abs());
    // The mean place is about 7 px off, the mean depth 30 mm.
    assert!(px < 2.0 && mm < 15.0, "{px} px, {mm} mm");
}

#[test]
fn two_trainings_give_the_same_bits_and_another_seed_others() {
    let (frames, hands) = hands(16);
    let train = |seed| {
        let config = HandNetConfig { seed, epochs: 2, ..config() };
        let device = Device::cpu();
        let net = HandNet::train(&config, &frames, &hands, &device, &mut Silent).unwrap();
        net.predict(&frames).unwrap()
    };
    assert_eq!(train(1), train(1));
    assert_ne!(train(1), train(2));
}

#[test]
fn saved_and_loaded_it_predicts_the_same() {
    let (frames, hands) = hands(8);
    let config = HandNetConfig { epochs: 1, ..config() };
    let device = Device::cpu();
    let net = HandNet::train(&config, &frames, &hands, &device, &mut Silent).unwrap();
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path().join("hand");
    net.save(&dir).unwrap();
    let back = HandNet::load(&dir, &device).unwrap();
    assert_eq!(back.predict(&frames).unwrap(), net.predict(&frames).unwrap());
    assert_eq!((back.config(), back.joints()), (&config, 2));
}

#[test]
fn a_turned_frame_has_its_joints_turned_with_it() {
    // With a variation of the view alone, the small ball is still where its joint is: its surface is
    // what the view shows there.
    let (frames, hands) = hands(12);
    let augment = HandAugment { rotation_deg: 180.0, zoom: [0.9, 1.1], shift: 0.1 };
    let config = HandNetConfig { augment, side_px: 64, map_px: 32, ..config() };
    for (frame, hand) in frames.iter().zip(&hands) {
        for draw in 0..5 {
            let mut rng = seed::rng(3, "test", draw);
            let view = config.augment.view(frame.size(), config.side_px, &mut rng);
            let seen = view.nearest(frame, RelativeDepth::BACKGROUND);
            let at = view.to_view(hand[1].px).map(|c| c.round());
            let there = hand[1].px.map(|c| c.round() as usize);
            if seen.contains(at) && at.iter().all(|c| (0.0..64.0).contains(c)) {
                let value = seen.get(at[0] as usize, at[1] as usize).value();
                let expected = frame.get(there[0], there[1]).value();
                assert!((value - expected).abs() < 0.1, "{value} {expected}");
            }
        }
    }
}

#[test]
fn joints_beside_the_frame_or_without_a_depth_train_to_finite_weights() {
    let (frames, mut hands) = hands(8);
    hands[0][0].px = [500.0, 10.0];
    hands[1][1].depth = None;
    let config = HandNetConfig { epochs: 1, ..config() };
    let net = HandNet::train(&config, &frames, &hands, &Device::cpu(), &mut Silent).unwrap();
    assert_eq!(net.predict(&frames).unwrap().len(), 8);
}

#[test]
fn what_does_not_fit_is_named() {
    let (frames, mut hands) = hands(4);
    let message = |frames: &[Frame<RelativeDepth>], hands: &[Vec<HandJoint>]| {
        HandNet::train(&config(), frames, hands, &Device::cpu(), &mut Silent)
            .unwrap_err()
            .to_string()
    };
    assert!(message(&frames, &hands[..3]).contains("4 frames and 3 hands of 2 joints"));
    assert!(message(&[], &[]).contains("at least one frame"));
    hands[2][0].px[0] = f32::NAN;
    assert!(message(&frames, &hands).contains("hand 2 is not finite"));
    hands[2].pop();
    assert!(message(&frames, &hands).contains("hand 2 has 1 joints"));
}
