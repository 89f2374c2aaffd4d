#![allow(clippy::unwrap_used)]
use super::*;
use crate::{Control, EpochReport, GazeAugment, Schedule, Silent};
use rand::RngExt;

fn config() -> GazeNetConfig {
    GazeNetConfig {
        channels: [4, 4, 4, 4, 8],
        hidden: 16,
        epochs: 20,
        batch_size: 8,
        learning_rate: 0.003,
        schedule: Schedule::Cosine,
        ..Default::default()
    }
}

/// Dark discs on grey, whose place says where they look.
fn eyes(n: usize) -> (Vec<Frame<u8>>, Vec<Gaze>) {
    let mut rng = seed::rng(7, "test eyes", 0);
    (0..n)
        .map(|_| {
            let (cx, cy) = (rng.random_range(6.0..18.0f32), rng.random_range(6.0..14.0f32));
            let frame = Frame::from_fn(24, 20, |x, y| {
                if (x as f32 - cx).hypot(y as f32 - cy) < 3.5 { 20u8 } else { 160 }
            });
            let gaze = Gaze { pitch: (10.0 - cy) * 0.06, yaw: (12.0 - cx) * 0.06 };
            (frame, gaze)
        })
        .unzip()
}

fn mean_error(truth: &[Gaze], predicted: &[Gaze]) -> f64 {
    truth.iter().zip(predicted).map(|(a, b)| a.angle_to(*b)).sum::<f64>() / truth.len() as f64
}

#[test]
fn it_learns_where_a_disc_looks_and_generalises_to_unseen_ones() {
    let (frames, gazes) = eyes(256);
    let (train, test) = (0..192, 192..256);
    let net = GazeNet::train(
        &config(),
        &frames[train.clone()],
        &gazes[train],
        &Device::cpu(),
        &mut Silent,
    )
    .unwrap();
    let truth = &gazes[test.clone()];
    let error = mean_error(truth, &net.predict(&frames[test]).unwrap());
    let ahead = mean_error(truth, &[Gaze { pitch: 0.0, yaw: 0.0 }; 64]);
    assert!(error < ahead / 2.5, "{error} rad against {ahead} for always looking ahead");
}

#[test]
fn two_trainings_give_the_same_bits_and_another_seed_others() {
    let (frames, gazes) = eyes(24);
    let train = |seed, jitter| {
        let config = GazeNetConfig { seed, epochs: 2, contrast_jitter: jitter, ..config() };
        let net = GazeNet::train(&config, &frames, &gazes, &Device::cpu(), &mut Silent).unwrap();
        net.predict(&frames).unwrap()
    };
    assert_eq!(train(1, 0.0), train(1, 0.0));
    assert_eq!(train(1, 0.2), train(1, 0.2));
    assert_ne!(train(1, 0.0), train(2, 0.0));
    assert_ne!(train(1, 0.0), train(1, 0.2));
}

#[test]
fn saved_and_loaded_it_predicts_the_same() {
    let (frames, gazes) = eyes(16);
    let config = GazeNetConfig { epochs: 1, standardize: true, ..config() };
    let device = Device::cpu();
    let net = GazeNet::train(&config, &frames, &gazes, &device, &mut Silent).unwrap();
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path().join("gaze");
    net.save(&dir).unwrap();
    let back = GazeNet::load(&dir, &device).unwrap();
    assert_eq!(back.predict(&frames).unwrap(), net.predict(&frames).unwrap());
    assert_eq!(back.config(), &config);
}

#[test]
fn what_does_not_fit_is_named() {
    let (frames, mut gazes) = eyes(4);
    let message = |frames: &[Frame<u8>], gazes: &[Gaze]| {
        let device = Device::cpu();
        GazeNet::train(&config(), frames, gazes, &device, &mut Silent).unwrap_err().to_string()
    };
    assert!(message(&frames, &gazes[..3]).contains("4 frames and 3 gazes"));
    assert!(message(&[], &[]).contains("at least one frame"));
    gazes[2].yaw = f32::NAN;
    assert!(message(&frames, &gazes).contains("frame 2"));
    let mut mixed = frames.clone();
    mixed[1] = Frame::from_fn(25, 20, |_, _| 0);
    gazes[2].yaw = 0.0;
    assert!(message(&mixed, &gazes).contains("frame 1 is 25x20"));
}

#[test]
fn a_diverging_run_ends_with_an_error_that_names_the_loss() {
    let (frames, gazes) = eyes(32);
    let config = GazeNetConfig {
        optimizer: crate::Optimizer::Sgd,
        learning_rate: 1e30,
        schedule: Schedule::Constant,
        ..config()
    };
    let error = GazeNet::train(&config, &frames, &gazes, &Device::cpu(), &mut Silent).unwrap_err();
    assert!(error.to_string().contains("gaze network's loss"), "{error}");
}

/// Some of everything.
fn varied() -> GazeAugment {
    GazeAugment {
        shift_px: 1.0,
        scale: 0.05,
        rotation_deg: 5.0,
        gamma: [0.8, 1.2],
        shading: 0.1,
        reflections: 2,
        blur_px: 0.8,
        noise: 3.0,
        jpeg_quality: 50,
    }
}

fn predictions(config: &GazeNetConfig) -> Vec<Gaze> {
    let (frames, gazes) = eyes(40);
    let net = GazeNet::train(config, &frames, &gazes, &Device::cpu(), &mut Silent).unwrap();
    net.predict(&frames).unwrap()
}

#[test]
fn varied_frames_and_an_average_give_the_same_bits_on_any_number_of_threads() {
    let config = GazeNetConfig { augment: varied(), average: 0.9, epochs: 2, ..config() };
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| predictions(&config))
    };
    assert_eq!(on(1), on(3));
}

#[test]
fn each_of_variation_loss_and_average_changes_what_is_learned() {
    let plain = GazeNetConfig { epochs: 2, ..config() };
    let before = predictions(&plain);
    for other in [
        GazeNetConfig { augment: varied(), ..plain.clone() },
        GazeNetConfig { loss: GazeLoss::Absolute, ..plain.clone() },
        GazeNetConfig { average: 0.9, ..plain.clone() },
    ] {
        assert_ne!(predictions(&other), before, "{other:?}");
    }
    // An average that keeps next to nothing is the last weights.
    let last = predictions(&GazeNetConfig { average: 1e-9, ..plain });
    assert!(mean_error(&before, &last) < 1e-5);
}

#[test]
fn a_variation_is_a_function_of_seed_epoch_and_frame() {
    let (mut frames, mut gazes) = eyes(6);
    // Two frames that are alike are not varied alike.
    (frames[4], gazes[4]) = (frames[1].clone(), gazes[1]);
    let draw = |seed, i, epoch| {
        let config = GazeNetConfig { seed, augment: varied(), ..config() };
        let device = Device::cpu();
        let training = Training::new(&config, &frames, &gazes, &device).unwrap();
        training.varied(i, epoch)
    };
    assert_eq!(draw(1, 1, 0), draw(1, 1, 0));
    for other in [draw(2, 1, 0), draw(1, 4, 0), draw(1, 1, 1)] {
        assert_ne!(draw(1, 1, 0), other);
    }
}

/// Remembers the loss of each epoch.
#[derive(Default)]
struct Losses(Vec<f32>);

impl EpochObserver for Losses {
    fn epoch(&mut self, report: &EpochReport) -> Control {
        self.0.push(report.loss);
        Control::Continue
    }
}

#[test]
fn the_loss_is_the_mean_over_images_of_the_sum_over_components() {
    let (frames, gazes) = eyes(8);
    for loss in [GazeLoss::Squared, GazeLoss::Absolute] {
        // With steps of size 0 the first weights stay.
        let config = GazeNetConfig { loss, learning_rate: 0.0, epochs: 1, ..config() };
        let mut seen = Losses::default();
        GazeNet::train(&config, &frames, &gazes, &Device::cpu(), &mut seen).unwrap();
        let device = burn::tensor::Device::flex();
        let images: Vec<&Frame<u8>> = frames.iter().collect();
        let module = GazeModule::new(&config, (24, 20), &device);
        let said = module.forward(batch::to_tensor(&images, scale(&config), &device)).into_data();
        let said: Vec<f64> = said.iter::<f32>().map(f64::from).collect();
        let truth = gazes.iter().flat_map(|gaze| gaze.to_vector().data.0[0]);
        let off = said.iter().zip(truth).map(|(a, b)| match loss {
            GazeLoss::Squared => (a - b).powi(2),
            GazeLoss::Absolute => (a - b).abs(),
        });
        let expected = off.sum::<f64>() / 8.0;
        assert!((f64::from(seen.0[0]) / expected - 1.0).abs() < 1e-4, "{loss:?}: {:?}", seen.0);
    }
}
