//! What public SimGANs have got wrong, checked: see each test's name.

#![allow(clippy::unwrap_used)]
use super::*;
use crate::config::{DiscriminatorConfig, RefinerConfig};
use crate::observer::{Control, Observer, Outcome, Pictures, Silent};
use crate::stream::Frames;
use crate::{Optimizer, batch, seed};
use burn::module::{ModuleVisitor, Param};
use burn::optim::GradientsParams;
use burn::tensor::Tensor;
use rand::RngExt;
use simulator::sample::{BoxError, Frame};
use std::path::PathBuf;

#[path = "option_tests.rs"]
mod options;

const SIZE: (usize, usize) = (10, 8);

pub(crate) fn config() -> SimGanConfig {
    SimGanConfig {
        refiner: RefinerConfig { features: 4, blocks: 1, ..Default::default() },
        discriminator: DiscriminatorConfig { channels: [4; 4], ..Default::default() },
        batch_size: 4,
        refiner_updates: 2,
        discriminator_updates: 1,
        refiner_warmup_steps: 2,
        discriminator_warmup_steps: 3,
        iterations: 4,
        history_capacity: 7,
        optimizer: Optimizer::Adam,
        refiner_learning_rate: 0.01,
        discriminator_learning_rate: 0.01,
        sum_over_patches: false,
        gradient_clip_norm: 5.0,
        pictures: 2,
        report_every: 2,
        checkpoint_every: 0,
        ..Default::default()
    }
}

/// Noise around a grey level; frame p is a function of p.
fn noise(kind: &'static str, grey: f32) -> impl FnMut(u64) -> Result<Frames, BoxError> {
    move |start| {
        Ok(Box::new((start..).map(move |position| {
            let mut rng = seed::rng(5, kind, position);
            Ok(Frame::from_fn(SIZE.0, SIZE.1, |_, _| {
                (grey + rng.random_range(-40.0..40.0f32)) as u8
            }))
        })))
    }
}

pub(crate) fn renders() -> impl FnMut(u64) -> Result<Frames, BoxError> {
    noise("renders", 70.0)
}

pub(crate) fn photographs() -> impl FnMut(u64) -> Result<Frames, BoxError> {
    noise("photographs", 170.0)
}

fn frames(mut open: impl FnMut(u64) -> Result<Frames, BoxError>, n: usize) -> Vec<Frame<u8>> {
    open(0).unwrap().take(n).map(Result::unwrap).collect()
}

fn train(gan: &mut SimGan, dir: Option<&Path>, observer: &mut dyn Observer) -> Outcome {
    gan.train(&mut renders(), &mut photographs(), dir, observer).unwrap()
}

pub(crate) fn new(config: SimGanConfig) -> SimGan {
    SimGan::new(config, SIZE, &Device::cpu()).unwrap()
}

/// The bits of all parameters.
fn bits<M: Module>(module: &M) -> Vec<u32> {
    struct Bits(Vec<u32>);
    impl ModuleVisitor for Bits {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            self.0.extend(param.val().into_data().iter::<f32>().map(f32::to_bits));
        }
    }
    let mut bits = Bits(Vec::new());
    module.visit(&mut bits);
    bits.0
}

pub(crate) fn all_bits(gan: &SimGan) -> (Vec<u32>, Vec<u32>) {
    (bits(&gan.refiner), bits(&gan.discriminator))
}

fn loss_value(loss: Tensor<1>) -> f32 {
    loss.into_scalar::<f32>()
}

#[test]
fn the_discriminator_s_step_leaves_the_refiner_alone() {
    let mut gan = new(config());
    let (rendered, real) = (frames(renders(), 4), frames(photographs(), 4));
    // Not one gradient reaches it.
    let fresh = gan.refine(&rendered).unwrap();
    let refined = gan.refined_half(&fresh, 4);
    let real_images = gan.images(&real);
    let mut grads = gan.discriminator_loss(refined, real_images).0.backward();
    assert!(GradientsParams::from_module(&mut grads, &gan.refiner).is_empty());
    assert_eq!(GradientsParams::from_module(&mut grads, &gan.discriminator).len(), 10);
    // And not one bit of it moves, while the discriminator's do.
    let before = all_bits(&gan);
    gan.discriminator_step(&rendered, &real).unwrap();
    assert_eq!(bits(&gan.refiner), before.0);
    assert_ne!(bits(&gan.discriminator), before.1);
}

#[test]
fn the_refiner_s_step_leaves_the_discriminator_alone() {
    let mut gan = new(config());
    let rendered = frames(renders(), 4);
    let realism = gan.refiner_loss(&rendered).realism;
    let mut grads = realism.backward();
    assert!(GradientsParams::from_module(&mut grads, &gan.discriminator).is_empty());
    assert_eq!(GradientsParams::from_module(&mut grads, &gan.refiner).len(), 8);
    let before = all_bits(&gan);
    gan.refiner_step(&rendered).unwrap();
    assert_ne!(bits(&gan.refiner), before.0);
    assert_eq!(bits(&gan.discriminator), before.1);
    // Frozen for that step only: it learns again afterwards.
    gan.discriminator_step(&rendered, &frames(photographs(), 4)).unwrap();
    assert_ne!(bits(&gan.discriminator), before.1);
}

#[test]
fn half_of_the_refined_images_come_from_the_history() {
    let mut gan = new(config());
    assert_eq!(gan.fresh_per_step(), 4, "an empty history gives none");
    // A history of black images, which no refiner makes of grey ones.
    let black = || Frame::from_fn(SIZE.0, SIZE.1, |_, _| 0u8);
    gan.remember(vec![black(), black()]);
    assert_eq!(gan.fresh_per_step(), 2);
    let fresh = gan.refine(&frames(renders(), 2)).unwrap();
    let seen: Vec<Frame<u8>> = batch::to_frames(gan.refined_half(&fresh, 4).inner()).unwrap();
    assert_eq!(seen.len(), 4);
    assert_eq!(seen[..2], fresh[..]);
    assert_eq!(seen[2..], [black(), black()]);
}

#[test]
fn the_history_fills_and_each_iteration_replaces_half_a_batch() {
    let mut gan = new(config());
    // Three discriminator warm-ups of b/2 = 2 fill six of seven places.
    let counts: Vec<usize> = (1..=9)
        .map(|steps| {
            let mut gan = new(config());
            gan.config.iterations = 0;
            gan.config.refiner_warmup_steps = steps.min(2);
            gan.config.discriminator_warmup_steps = steps.saturating_sub(2).min(3);
            gan.config.iterations = steps.saturating_sub(5);
            train(&mut gan, None, &mut Silent);
            gan.history.len()
        })
        .collect();
    assert_eq!(counts, [0, 0, 2, 4, 6, 7, 7, 7, 7]);
    // Once full, an iteration leaves five of seven and brings two.
    train(&mut gan, None, &mut Silent);
    let before = gan.history.frames().to_vec();
    gan.config.iterations += 1;
    train(&mut gan, None, &mut Silent);
    let kept = gan.history.frames().iter().filter(|frame| before.contains(frame)).count();
    assert_eq!((gan.history.len(), kept), (7, 5));
}

#[test]
fn every_step_sees_new_images_and_there_are_as_many_steps_as_the_settings_say() {
    let mut gan = new(SimGanConfig { discriminator_updates: 3, ..config() });
    train(&mut gan, None, &mut Silent);
    // Warm-ups: 2 x 4 renders; 3 discriminator steps, the first without history. Then four
    // iterations of two refiner steps (4) and three discriminator steps (2 renders, 4 real).
    assert_eq!(gan.progress.synthetic_position, 8 + (4 + 2 + 2) + 4 * (2 * 4 + 3 * 2));
    assert_eq!(gan.progress.real_position, 3 * 4 + 4 * 3 * 4);
}

#[test]
fn a_doubled_batch_gives_the_same_losses_and_the_same_gradient() {
    for sum_over_patches in [false, true] {
        a_doubled_batch_changes_nothing(&mut new(SimGanConfig { sum_over_patches, ..config() }));
    }
}

fn a_doubled_batch_changes_nothing(gan: &mut SimGan) {
    let rendered = frames(renders(), 4);
    let doubled: Vec<Frame<u8>> = rendered.iter().chain(&rendered).cloned().collect();
    let mut gradient = |frames: &[Frame<u8>]| {
        let crate::steps::RefinerLoss {
            whole: loss, realism, self_regularization: closeness, ..
        } = gan.refiner_loss(frames);
        let values = [loss.clone(), realism, closeness].map(|loss| loss_value(loss.inner()));
        let grads = GradientsParams::from_grads(loss.backward(), &gan.refiner);
        let mut flat = Vec::new();
        struct Collect<'a>(&'a GradientsParams, &'a mut Vec<f32>);
        impl ModuleVisitor for Collect<'_> {
            fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
                let grad = self.0.get::<D>(param.id).unwrap();
                self.1.extend(grad.into_data().iter::<f32>());
            }
        }
        gan.refiner.visit(&mut Collect(&grads, &mut flat));
        (values, flat)
    };
    let (losses, gradient_once) = gradient(&rendered);
    let (doubled_losses, gradient_twice) = gradient(&doubled);
    for (a, b) in losses.iter().zip(doubled_losses) {
        assert!((a - b).abs() < 1e-5 * a.abs().max(1.0), "{a} became {b}");
    }
    assert!(gradient_once.iter().any(|g| g.abs() > 1e-3));
    for (a, b) in gradient_once.iter().zip(&gradient_twice) {
        assert!((a - b).abs() < 1e-5 * a.abs().max(1.0), "{a} became {b}");
    }
}

#[test]
fn the_refiner_moves_renders_towards_the_photographs() {
    let mean = |frames: &[Frame<u8>]| {
        let pixels = frames.iter().flat_map(|f| f.pixels());
        pixels.map(|&p| p as f64).sum::<f64>() / (frames.len() * 80) as f64
    };
    let mut gan = new(SimGanConfig {
        refiner: RefinerConfig { residual: true, ..config().refiner },
        lambda: 0.1,
        batch_size: 8,
        refiner_warmup_steps: 0,
        discriminator_warmup_steps: 20,
        iterations: 60,
        history_capacity: 100,
        ..config()
    });
    let rendered = frames(renders(), 16);
    let refined = |gan: &SimGan| mean(&gan.refiner().refine(&rendered).unwrap());
    assert!((refined(&gan) - 70.0).abs() < 3.0, "it starts as the identity");
    train(&mut gan, None, &mut Silent);
    let after = refined(&gan);
    assert!(after > 110.0, "70 should have become something nearer 170, and is {after}");
    // The curves say so too: the discriminator had it easy at the end of its warm-up.
    let warm = gan.curves().iter().rfind(|r| r.phase == Phase::DiscriminatorWarmup).unwrap();
    assert!(warm.refined_accuracy.unwrap() > 0.9 && warm.real_accuracy.unwrap() > 0.9);
    assert!(warm.refiner_adversarial.is_none() && warm.self_regularization.is_none());
}

#[test]
fn a_large_lambda_keeps_the_refiner_at_its_input() {
    let distance = |lambda| {
        let mut gan = new(SimGanConfig { lambda, iterations: 40, ..config() });
        gan.config.refiner = RefinerConfig { residual: true, ..config().refiner };
        let mut gan = new(gan.config.clone());
        train(&mut gan, None, &mut Silent);
        gan.curves().last().unwrap().self_regularization.unwrap()
    };
    let (loose, tight) = (distance(0.0), distance(100.0));
    assert!(tight < loose / 3.0, "λ = 100 moved pixels by {tight}, λ = 0 by {loose}");
}

#[test]
fn two_runs_are_the_same_to_the_bit_and_another_seed_is_not() {
    let run = |seed| {
        let mut gan = new(SimGanConfig { seed, ..config() });
        assert_eq!(train(&mut gan, None, &mut Silent), Outcome::Finished);
        (all_bits(&gan), gan.history.clone())
    };
    assert_eq!(run(3), run(3));
    assert_ne!(run(3).0, run(4).0);
}

/// Stops when so many steps are done.
pub(crate) struct StopAfter(pub(crate) u64);

impl Observer for StopAfter {
    fn poll(&mut self) -> Control {
        if self.0 == 0 {
            return Control::Stop;
        }
        self.0 -= 1;
        Control::Continue
    }
}

#[test]
fn a_run_that_was_stopped_and_resumed_ends_with_the_same_bits() {
    for optimizer in [Optimizer::Adam, Optimizer::Sgd] {
        let config = SimGanConfig { optimizer, sgd_momentum: 0.9, ..config() };
        let mut whole = new(config.clone());
        train(&mut whole, None, &mut Silent);
        // Within each phase, and on both borders between them.
        for stop in [1, 2, 4, 5, 7] {
            let temp = tempfile::tempdir().unwrap();
            let mut first = new(config.clone());
            let outcome = train(&mut first, Some(temp.path()), &mut StopAfter(stop));
            assert_eq!((outcome, first.step()), (Outcome::Stopped, stop));
            let mut second = SimGan::load(temp.path(), &Device::cpu()).unwrap();
            assert_eq!(second.step(), stop);
            assert_eq!(train(&mut second, Some(temp.path()), &mut Silent), Outcome::Finished);
            assert_eq!(all_bits(&second), all_bits(&whole), "stopped after step {stop}");
            assert_eq!(second.history, whole.history);
            assert_eq!(second.progress, whole.progress);
        }
    }
}

/// Notes what it is told.
#[derive(Default)]
struct Notes {
    saved: Vec<(PathBuf, u64)>,
    pictures: Vec<u64>,
    steps: Vec<u64>,
}

impl Observer for Notes {
    fn step(&mut self, report: &StepReport) -> Control {
        self.steps.push(report.step);
        Control::Continue
    }
    fn pictures(&mut self, pictures: &Pictures<'_>) {
        assert_eq!(pictures.rendered, frames(renders(), 2));
        assert_eq!(pictures.real, frames(photographs(), 2));
        assert_eq!(pictures.refined.len(), 2);
        self.pictures.push(pictures.iteration);
    }
    fn checkpoint(&mut self, path: &Path, step: u64) {
        assert!(path.join("checkpoint.json").exists());
        self.saved.push((path.into(), step));
    }
}

#[test]
fn the_last_two_checkpoints_and_the_final_one_are_kept_and_the_newest_is_loaded() {
    let temp = tempfile::tempdir().unwrap();
    let mut gan = new(SimGanConfig { checkpoint_every: 2, picture_every: 2, ..config() });
    let mut notes = Notes::default();
    train(&mut gan, Some(temp.path()), &mut notes);
    assert_eq!(notes.saved.iter().map(|s| s.1).collect::<Vec<_>>(), [2, 4, 6, 8, 9]);
    assert_eq!(notes.pictures, [0, 2, 4]);
    assert_eq!(notes.steps, [2, 4, 5, 6, 8, 9], "every two, at each phase's end and at the end");
    let mut kept: Vec<String> = std::fs::read_dir(temp.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    kept.sort();
    assert_eq!(kept, ["final", "step-00000006", "step-00000008"]);
    let info = checkpoint::inspect(temp.path()).unwrap();
    assert_eq!((info.step, info.frame_size), (9, SIZE));
    assert_eq!(checkpoint::curves(temp.path()).unwrap(), gan.curves);
    // The refiner of the final checkpoint is the one that was trained.
    let rendered = frames(renders(), 3);
    let loaded = Refiner::load(temp.path(), &Device::cpu()).unwrap();
    assert_eq!(loaded.refine(&rendered).unwrap(), gan.refiner().refine(&rendered).unwrap());
}

#[test]
fn a_damaged_checkpoint_is_named_and_a_missing_one_too() {
    let temp = tempfile::tempdir().unwrap();
    let mut gan = new(SimGanConfig { refiner_average: 0.9, iterations: 1, ..config() });
    let dir = temp.path().join("step-00000006");
    train(&mut gan, None, &mut Silent);
    gan.save(&dir).unwrap();
    let files: Vec<PathBuf> =
        std::fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 9);
    for path in files {
        let whole = std::fs::read(&path).unwrap();
        for at in [0, whole.len() / 2, whole.len() - 1] {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            std::fs::write(&path, bytes).unwrap();
            let message = SimGan::<u8>::load(temp.path(), &Device::cpu()).unwrap_err().to_string();
            let name = path.file_name().unwrap().to_str().unwrap();
            assert!(message.contains(name) && message.contains("delete"), "{message}");
        }
        std::fs::write(&path, whole).unwrap();
    }
    SimGan::<u8>::load(temp.path(), &Device::cpu()).unwrap();
    let message =
        SimGan::<u8>::load(&temp.path().join("none"), &Device::cpu()).unwrap_err().to_string();
    assert!(message.contains("no checkpoint"), "{message}");
}
