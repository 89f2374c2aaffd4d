#![allow(clippy::unwrap_used)]
use super::*;
use crate::{PupilAugment, Silent};
use rand::RngExt;

fn config() -> PupilNetConfig {
    PupilNetConfig {
        side_px: 32,
        channels: [4, 8, 8],
        epochs: 12,
        batch_size: 8,
        learning_rate: 0.005,
        augment: PupilAugment { blur_px: 0.5, contrast: [0.6, 1.0], ..Default::default() },
        ..Default::default()
    }
}

/// Dark discs with a bright ring and a glint, on grey, in frames of several sizes; and their centres.
fn discs(n: usize) -> (Vec<Frame<u8>>, Vec<[f32; 2]>) {
    let mut rng = seed::rng(7, "test discs", 0);
    (0..n)
        .map(|i| {
            let side = [32, 40, 56][i % 3];
            let mut at = || side as f32 * rng.random_range(0.25..0.75f32);
            let (cx, cy) = (at(), at());
            let k = side as f32 / 32.0;
            let frame = Frame::from_fn(side, side, |x, y| {
                let r = (x as f32 - cx).hypot(y as f32 - cy) / k;
                if r < 3.0 {
                    20
                } else if r < 7.0 {
                    90
                } else {
                    170
                }
            });
            (frame, [cx, cy])
        })
        .unzip()
}

#[test]
fn it_finds_the_centre_of_unseen_discs_to_less_than_a_pixel() {
    let (frames, centers) = discs(240);
    let (train, test) = (0..192, 192..240);
    let net = PupilNet::train(
        &config(),
        &frames[train.clone()],
        &centers[train],
        &Device::cpu(),
        &mut Silent,
    )
    .unwrap();
    let found = net.predict(&frames[test.clone()]).unwrap();
    let errors = found.iter().zip(&centers[test]).map(|(a, b)| (a[0] - b[0]).hypot(a[1] - b[1]));
    let mean = errors.sum::<f32>() / 48.0;
    assert!(mean < 1.0, "mean error {mean} px");
}

#[test]
fn two_trainings_give_the_same_bits_and_another_seed_others() {
    let (frames, centers) = discs(24);
    let train = |seed| {
        let config = PupilNetConfig { seed, epochs: 2, ..config() };
        let device = Device::cpu();
        let net = PupilNet::train(&config, &frames, &centers, &device, &mut Silent).unwrap();
        net.predict(&frames).unwrap()
    };
    assert_eq!(train(1), train(1));
    assert_ne!(train(1), train(2));
}

#[test]
fn saved_and_loaded_it_predicts_the_same() {
    let (frames, centers) = discs(16);
    let config = PupilNetConfig { epochs: 1, ..config() };
    let device = Device::cpu();
    let net = PupilNet::train(&config, &frames, &centers, &device, &mut Silent).unwrap();
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path().join("pupil");
    net.save(&dir).unwrap();
    let back = PupilNet::load(&dir, &device).unwrap();
    assert_eq!(back.predict(&frames).unwrap(), net.predict(&frames).unwrap());
    assert_eq!((back.config(), back.parameters()), (&config, net.parameters()));
}

#[test]
fn what_does_not_fit_is_named() {
    let (frames, mut centers) = discs(4);
    let message = |frames: &[Frame<u8>], centers: &[[f32; 2]]| {
        let device = Device::cpu();
        PupilNet::train(&config(), frames, centers, &device, &mut Silent).unwrap_err().to_string()
    };
    assert!(message(&frames, &centers[..3]).contains("4 frames and 3 pupil centres"));
    assert!(message(&[], &[]).contains("at least one frame"));
    centers[2][0] = 60.0;
    assert!(message(&frames, &centers).contains("frame 2"));
    centers[2][0] = f32::NAN;
    assert!(message(&frames, &centers).contains("frame 2"));
}
