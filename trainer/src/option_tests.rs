//! Every option of the method: it does what it says, and a run with it resumes to the bit.

use super::*;
use crate::config::{
    AdversarialLoss, InputConfig, MeasureConfig, Output, Padding, Psi, RegularizationConfig, Scope,
};
use crate::judge::{HeldOut, Verdict};
use crate::{Rollback, Warning};

/// A tiny run with one option each, by name.
fn options() -> Vec<(&'static str, SimGanConfig)> {
    let psi = |psi| SimGanConfig {
        self_regularization: RegularizationConfig { psi, feature_channels: 3, feature_steps: 3 },
        ..config()
    };
    let discriminator = |discriminator| SimGanConfig { discriminator, ..config() };
    let shape = config().discriminator;
    vec![
        ("no history", SimGanConfig { history_capacity: 0, ..config() }),
        (
            "adaptive",
            SimGanConfig { refiner_updates: 1, refiner_updates_max: 3, iterations: 15, ..config() },
        ),
        ("budget", SimGanConfig { update_budget: 12, iterations: 1000, ..config() }),
        ("channel mean", psi(Psi::ChannelMean)),
        ("derivatives", psi(Psi::Derivatives)),
        ("features", psi(Psi::Features)),
        ("global", discriminator(DiscriminatorConfig { scope: Scope::Global, ..shape.clone() })),
        ("batch norm", discriminator(DiscriminatorConfig { batch_norm: true, ..shape.clone() })),
        (
            "spectral norm",
            discriminator(DiscriminatorConfig { spectral_norm: true, ..shape.clone() }),
        ),
        (
            "border",
            SimGanConfig {
                refiner: RefinerConfig {
                    padding: Padding::Border,
                    output: Output::Linear,
                    ..config().refiner
                },
                discriminator: DiscriminatorConfig { padding: Padding::Border, ..shape },
                ..config()
            },
        ),
        (
            "least squares",
            SimGanConfig {
                adversarial_loss: AdversarialLoss::LeastSquares,
                label_smoothing: 0.1,
                ..config()
            },
        ),
        ("hinge", SimGanConfig { adversarial_loss: AdversarialLoss::Hinge, ..config() }),
        ("average", SimGanConfig { refiner_average: 0.9, ..config() }),
        (
            "discriminator's input",
            SimGanConfig {
                discriminator_input: InputConfig {
                    shift_px: 1,
                    brightness: 0.1,
                    contrast: 0.1,
                    noise: 0.1,
                    noise_iterations: 3,
                },
                ..config()
            },
        ),
        ("gradient penalty", SimGanConfig { gradient_penalty: 1.0, ..config() }),
        ("slack", at_chance(8.0)),
        (
            "measured",
            SimGanConfig {
                measure: MeasureConfig {
                    every: 2,
                    held_out: 20,
                    keep_best: true,
                    patience: 4,
                    ..Default::default()
                },
                iterations: 20,
                ..config()
            },
        ),
    ]
}

/// Judges by the mean grey level, and can stop a run after so many steps.
struct Watcher {
    rendered: Vec<Frame<u8>>,
    real: Vec<Frame<u8>>,
    steps_left: u64,
    best: Vec<u64>,
    rollbacks: Vec<Rollback>,
    warnings: Vec<Warning>,
}

impl Watcher {
    fn new(steps_left: u64) -> Self {
        let (rendered, real) = (frames(renders(), 20), frames(photographs(), 20));
        let (best, rollbacks, warnings) = Default::default();
        Self { rendered, real, steps_left, best, rollbacks, warnings }
    }
}

impl HeldOut for Watcher {
    fn rendered(&self) -> &[Frame<u8>] {
        &self.rendered
    }
    fn real(&self) -> &[Frame<u8>] {
        &self.real
    }
    fn judge(&mut self, refined: &[Frame<u8>]) -> Result<Verdict, BoxError> {
        let mean = |frames: &[Frame<u8>]| {
            let sum: f64 = frames.iter().flat_map(|f| f.pixels()).map(|&p| f64::from(p)).sum();
            sum / (frames.len() * SIZE.0 * SIZE.1) as f64
        };
        Ok(Verdict {
            kernel_distance: Some((mean(refined) - mean(&self.real)).abs() as f32),
            drift_px: Some(0.1),
            drift_coverage: Some(1.0),
            ..Default::default()
        })
    }
}

impl Observer for Watcher {
    fn poll(&mut self) -> Control {
        if self.steps_left == 0 {
            return Control::Stop;
        }
        self.steps_left -= 1;
        Control::Continue
    }
    fn held_out(&mut self) -> Option<&mut dyn HeldOut> {
        Some(self)
    }
    fn measured(&mut self, measured: &Measured, best: bool) {
        if best {
            self.best.push(measured.iteration);
        }
    }
    fn rolled_back(&mut self, rollback: &Rollback) {
        self.rollbacks.push(rollback.clone());
    }
    fn warning(&mut self, warning: Warning, _step: u64) {
        self.warnings.push(warning);
    }
}

const ALL: u64 = u64::MAX;

/// Everything that two equal runs have in common.
fn whole_state(gan: &SimGan) -> impl PartialEq + std::fmt::Debug {
    let average = gan.average.as_ref().map(bits);
    let psi = match &gan.psi {
        Some(crate::psi::PsiMap::Features(encoder)) => bits(encoder.as_ref()),
        _ => Vec::new(),
    };
    let rest = (
        gan.pace.clone(),
        gan.slack.clone(),
        gan.progress,
        gan.rollbacks.clone(),
        gan.choice.clone(),
    );
    (all_bits(gan), average, psi, gan.history.clone(), rest, gan.measures.clone())
}

#[test]
fn a_run_with_any_option_resumes_to_the_bit() {
    for (name, config) in options() {
        let mut whole = new(config.clone());
        train(&mut whole, None, &mut Watcher::new(ALL));
        for stop in [1, 4, 7] {
            let temp = tempfile::tempdir().unwrap();
            train(&mut new(config.clone()), Some(temp.path()), &mut Watcher::new(stop));
            let mut second: SimGan = SimGan::load(temp.path(), &Device::cpu()).unwrap();
            assert_eq!(second.step(), stop, "{name}");
            train(&mut second, Some(temp.path()), &mut Watcher::new(ALL));
            assert!(whole_state(&second) == whole_state(&whole), "{name}, stopped after {stop}");
        }
    }
}

/// Verdicts that a spectral norm and a steep penalty keep at chance.
fn at_chance(discriminator_slack: f64) -> SimGanConfig {
    SimGanConfig {
        discriminator: DiscriminatorConfig { spectral_norm: true, ..config().discriminator },
        gradient_penalty: 100.0,
        discriminator_slack,
        iterations: 60,
        ..config()
    }
}

#[test]
fn a_discriminator_at_chance_gets_slack_where_it_may() {
    let last = |slack| {
        let mut gan = new(at_chance(slack));
        train(&mut gan, None, &mut Watcher::new(ALL));
        gan.curves().last().unwrap().discriminator_slack
    };
    assert_eq!(last(1.0), Some(1.0));
    assert!(last(8.0) >= Some(2.0));
}

#[test]
fn slack_is_a_factor_on_every_score() {
    let mut gan = new(config());
    (0..20).for_each(|_| gan.slack.note(1.0, 2.0));
    assert_eq!(gan.slack.factor(), 2.0);
    let (rendered, real) = (frames(renders(), 4), frames(photographs(), 4));
    let (refined, real) = (gan.images(&gan.refine(&rendered).unwrap()), gan.images(&real));
    let logits = |x: &Tensor<4>| gan.discriminator.forward(x.clone()) * 2.0;
    let loss = gan.config.adversarial_loss;
    let expected = loss.discriminator(logits(&refined), logits(&real), 0.0).into_scalar::<f32>();
    let found = gan.discriminator_loss(refined, real).1.into_scalar::<f32>();
    assert!((found - expected).abs() < 1e-6, "{found} is not {expected}");
}

/// Frames that a gaze network can read.
fn wide(grey: u64) -> impl FnMut(u64) -> Result<Frames, BoxError> {
    move |start| {
        let level =
            move |p: u64, x: usize, y: usize| grey + (p * 7 + (x * x + 3 * y) as u64 * 5) % 90;
        Ok(Box::new(
            (start..).map(move |p| Ok(Frame::from_fn(20, 19, |x, y| level(p, x, y) as u8))),
        ))
    }
}

fn with_task(limit_deg: f64) -> SimGan {
    let task = crate::TaskConfig { limit_deg, ..Default::default() };
    let config = SimGanConfig { task, iterations: 8, lambda: 0.0, ..config() };
    let network = crate::GazeNetConfig { channels: [2; 5], hidden: 5, ..Default::default() };
    let frames: Vec<Frame<u8>> = wide(60)(0).unwrap().take(16).map(Result::unwrap).collect();
    let gaze = |i: usize| simulator::sample::Gaze { pitch: 0.1 * i as f32 - 0.8, yaw: 0.3 };
    let gazes: Vec<_> = (0..frames.len()).map(gaze).collect();
    let device = Device::cpu();
    let mut gan = SimGan::new(config, (20, 19), &device).unwrap();
    if limit_deg > 0.0 {
        let error = gan.train(&mut wide(60), &mut wide(150), None, &mut Silent).unwrap_err();
        assert!(error.to_string().contains("task.limit_deg"), "{error}");
        let network =
            crate::GazeNet::train(&network, &frames, &gazes, &device, &mut Silent).unwrap();
        gan.set_task(crate::Task::gaze(network).unwrap()).unwrap();
    }
    gan
}

#[test]
fn a_run_with_a_task_term_resumes_to_the_bit_and_another_limit_is_another_run() {
    let train = |gan: &mut SimGan, folder: Option<&Path>, steps| {
        gan.train(&mut wide(60), &mut wide(150), folder, &mut Watcher::new(steps)).unwrap();
    };
    let whole = |limit_deg| {
        let mut gan = with_task(limit_deg);
        train(&mut gan, None, ALL);
        gan
    };
    let run = whole(0.5);
    for stop in [3, 7] {
        let temp = tempfile::tempdir().unwrap();
        train(&mut with_task(0.5), Some(temp.path()), stop);
        let mut second: SimGan = SimGan::load(temp.path(), &Device::cpu()).unwrap();
        assert!(!second.needs_task());
        train(&mut second, Some(temp.path()), ALL);
        let same = whole_state(&second) == whole_state(&run);
        assert!(same && second.task_weight == run.task_weight, "stopped after {stop}");
    }
    let change = |gan: &SimGan| gan.curves().last().unwrap().task_change;
    assert!(change(&run).is_some() && change(&whole(0.0)).is_none());
    assert!(whole(5.0).task_weight.get() < run.task_weight.get());
}

#[test]
fn an_estimator_for_other_frames_is_refused() {
    let mut small = new(config());
    let Some(task) = with_task(1.0).task else { panic!("it was given one") };
    let message = small.set_task(task).unwrap_err().to_string();
    assert!(message.contains("20x19") && message.contains("10x8"), "{message}");
}

#[test]
fn every_option_changes_what_is_learned() {
    let weights = |config: SimGanConfig| {
        let mut gan = new(SimGanConfig { iterations: 4, ..config });
        train(&mut gan, None, &mut Watcher::new(ALL));
        bits(&gan.refiner)
    };
    let plain = weights(config());
    // The average is beside the weights, measures only look; of grey, the mean is the image.
    let same = ["average", "measured", "channel mean"];
    for (name, config) in options() {
        // What follows a loss needs more steps than these.
        let same = same.contains(&name);
        assert_eq!(weights(config) == plain, same, "{name}");
    }
}

#[test]
fn without_a_history_every_refined_image_is_fresh() {
    let mut gan = new(SimGanConfig { history_capacity: 0, ..config() });
    train(&mut gan, None, &mut Silent);
    assert!(gan.history.is_empty());
    assert_eq!(gan.fresh_per_step(), 4);
    // Seven discriminator steps of 4 renders, beside 2 + 4 · 2 of the refiner.
    assert_eq!(gan.progress.synthetic_position, 4 * 7 + 4 * 10);
}

#[test]
fn a_budget_of_updates_ends_a_run() {
    let mut gan = new(SimGanConfig { update_budget: 12, iterations: 1000, ..config() });
    assert_eq!(train(&mut gan, None, &mut Silent), Outcome::Finished);
    // Five in the warm-ups, then three an iteration: the first sum of at least 12.
    assert_eq!(gan.updates(), (2 + 3 * 2, 3 + 3));
}

#[test]
fn adaptive_updates_grow_while_the_discriminator_wins() {
    let mut gan = new(SimGanConfig {
        refiner_updates: 1,
        refiner_updates_max: 3,
        refiner_learning_rate: 0.0,
        discriminator_warmup_steps: 20,
        iterations: 30,
        ..config()
    });
    train(&mut gan, None, &mut Silent);
    let updates: Vec<usize> = gan.curves().iter().map(|r| r.refiner_updates).collect();
    assert_eq!((updates.first(), updates.last()), (Some(&1), Some(&3)), "{updates:?}");
    assert!(updates.is_sorted());
}

#[test]
fn the_average_lags_behind_the_refiner_and_is_what_refines() {
    let mut gan = new(SimGanConfig { refiner_average: 0.9, iterations: 20, ..config() });
    let temp = tempfile::tempdir().unwrap();
    train(&mut gan, Some(temp.path()), &mut Silent);
    let average = gan.average.as_ref().unwrap();
    assert_ne!(bits(average), bits(&gan.refiner));
    let rendered = frames(renders(), 3);
    let loaded = Refiner::load(temp.path(), &Device::cpu()).unwrap();
    let refined = loaded.refine(&rendered).unwrap();
    assert_eq!(refined, gan.refiner().refine(&rendered).unwrap());
    assert_ne!(refined, gan.refine(&rendered).unwrap());
}

#[test]
fn the_best_checkpoint_is_kept_with_its_reason_and_refines() {
    let (_, config) = options().pop().unwrap();
    let temp = tempfile::tempdir().unwrap();
    let mut gan = new(config);
    let mut watcher = Watcher::new(ALL);
    let outcome = train(&mut gan, Some(temp.path()), &mut watcher);
    let best = gan.best().unwrap();
    assert_eq!(Some(&best.measured.iteration), watcher.best.last());
    let saved = checkpoint::inspect(&temp.path().join("best")).unwrap();
    assert_eq!(saved.step, best.measured.step);
    assert_eq!(saved.best.as_ref(), Some(best));
    assert!(best.reason.contains("kernel distance"), "{}", best.reason);
    // The folder's refiner is the best one's, its run the newest.
    let rendered = frames(renders(), 3);
    let refine = |path: &Path| Refiner::load(path, &Device::cpu()).unwrap().refine(&rendered);
    assert_eq!(refine(temp.path()).unwrap(), refine(&temp.path().join("best")).unwrap());
    assert_eq!(checkpoint::inspect(temp.path()).unwrap().step, gan.step());
    assert_eq!(checkpoint::measures(temp.path()).unwrap(), gan.measures());
    // Every two iterations, before the first and after the last.
    let at: Vec<u64> = gan.measures().iter().map(|m| m.iteration).collect();
    assert!(at.iter().enumerate().all(|(i, &at)| at == 2 * i as u64), "{at:?}");
    // It ran to its end, or stopped after four measurements without a better one.
    let since = gan.measures().iter().filter(|m| m.step > best.measured.step).count();
    match outcome {
        Outcome::StoppedEarly => assert_eq!(since, 4),
        Outcome::Finished => assert!(since < 4 && gan.iteration() == 20),
        Outcome::Stopped => panic!("nobody stopped it"),
    }
}

#[test]
fn a_run_whose_patience_is_at_its_end_says_so_and_stays_ended() {
    let (_, config) = options().pop().unwrap();
    // Nothing learns, so nothing gets better than the first measurement.
    let config =
        SimGanConfig { refiner_learning_rate: 0.0, discriminator_learning_rate: 0.0, ..config };
    let temp = tempfile::tempdir().unwrap();
    let mut gan = new(config);
    let outcome = train(&mut gan, Some(temp.path()), &mut Watcher::new(ALL));
    assert_eq!((outcome, gan.iteration()), (Outcome::StoppedEarly, 8));
    let mut again: SimGan = SimGan::load(temp.path(), &Device::cpu()).unwrap();
    let outcome = train(&mut again, Some(temp.path()), &mut Watcher::new(ALL));
    assert_eq!((outcome, again.iteration()), (Outcome::StoppedEarly, 8));
}

#[test]
fn keeping_the_best_needs_somebody_who_measures() {
    let (_, config) = options().pop().unwrap();
    let error = new(config)
        .train(&mut renders(), &mut photographs(), None, &mut Silent)
        .unwrap_err()
        .to_string();
    assert!(error.contains("held-out") && error.contains("measure.every"), "{error}");
}

#[test]
fn colour_is_learned_end_to_end() {
    let coloured = |kind: &'static str, rgb: [f32; 3]| {
        move |start: u64| -> Result<Frames<[u8; 3]>, BoxError> {
            Ok(Box::new((start..).map(move |position| {
                let mut rng = seed::rng(5, kind, position);
                Ok(Frame::from_fn(SIZE.0, SIZE.1, |_, _| {
                    rgb.map(|level| (level + rng.random_range(-40.0..40.0f32)) as u8)
                }))
            })))
        }
    };
    let mut rendered = coloured("renders", [120.0, 120.0, 120.0]);
    let mut real = coloured("photographs", [180.0, 120.0, 60.0]);
    // The brightness has to stay, the colours may go.
    let config = SimGanConfig {
        refiner: RefinerConfig { residual: true, ..config().refiner },
        self_regularization: RegularizationConfig { psi: Psi::ChannelMean, ..Default::default() },
        lambda: 5.0,
        batch_size: 8,
        refiner_warmup_steps: 0,
        discriminator_warmup_steps: 20,
        iterations: 60,
        history_capacity: 100,
        ..config()
    };
    let temp = tempfile::tempdir().unwrap();
    let mut gan: SimGan<[u8; 3]> = SimGan::new(config, SIZE, &Device::cpu()).unwrap();
    gan.train(&mut rendered, &mut real, Some(temp.path()), &mut Silent).unwrap();
    let before: Vec<_> = rendered(0).unwrap().take(8).map(Result::unwrap).collect();
    let after = Refiner::load(temp.path(), &Device::cpu()).unwrap().refine(&before).unwrap();
    let mean = |frames: &[Frame<[u8; 3]>], channel: usize| {
        let pixels = frames.iter().flat_map(|f| f.pixels());
        pixels.map(|p| f64::from(p[channel])).sum::<f64>() / (frames.len() * 80) as f64
    };
    let change = [0, 1, 2].map(|channel| mean(&after, channel) - mean(&before, channel));
    assert!(change[0] > 15.0 && change[2] < -15.0, "{change:?}");
    assert!(change.iter().sum::<f64>().abs() / 3.0 < 10.0, "{change:?}");
    // A run in colour is no run in grey.
    let message = SimGan::<u8>::load(temp.path(), &Device::cpu()).unwrap_err().to_string();
    assert!(message.contains("the frames are grey"), "{message}");
}

#[test]
fn depth_is_learned_end_to_end_and_its_background_is_left_alone() {
    use crate::{DepthRange, RelativeDepth};
    const RANGE: DepthRange = DepthRange { center_mm: 900.0, half_mm: 150.0 };
    // A rough plane with nothing on its right; the real one is nearer by 30 mm.
    let plane = |kind: &'static str, mm: f32| {
        move |start: u64| -> Result<Frames<RelativeDepth>, BoxError> {
            Ok(Box::new((start..).map(move |position| {
                let mut rng = seed::rng(5, kind, position);
                let frame = Frame::from_fn(SIZE.0, SIZE.1, |x, _| {
                    let mm = (mm + rng.random_range(-10.0..10.0f32)) as u16;
                    if x < 6 { mm } else { 0 }
                });
                Ok(RelativeDepth::from_mm(&frame, RANGE)?)
            })))
        }
    };
    let (mut rendered, mut real) = (plane("renders", 900.0), plane("photographs", 870.0));
    let config = SimGanConfig {
        refiner: RefinerConfig { residual: true, keep_background: true, ..config().refiner },
        lambda: 0.2,
        batch_size: 8,
        refiner_warmup_steps: 0,
        discriminator_warmup_steps: 20,
        iterations: 60,
        history_capacity: 100,
        ..config()
    };
    let temp = tempfile::tempdir().unwrap();
    let mut gan: SimGan<RelativeDepth> = SimGan::new(config, SIZE, &Device::cpu()).unwrap();
    gan.train(&mut rendered, &mut real, Some(temp.path()), &mut Silent).unwrap();
    let before: Vec<_> = rendered(0).unwrap().take(8).map(Result::unwrap).collect();
    let after = Refiner::load(temp.path(), &Device::cpu()).unwrap().refine(&before).unwrap();
    let nothing = |f: &Frame<RelativeDepth>| f.pixels().iter().map(|d| d.is_background()).collect();
    let (a, b): (Vec<Vec<bool>>, Vec<Vec<bool>>) =
        (before.iter().map(nothing).collect(), after.iter().map(nothing).collect());
    assert_eq!(a, b, "background stays and the surface too");
    let mean_mm = |frames: &[Frame<RelativeDepth>]| {
        let mm = frames.iter().map(|f| RelativeDepth::to_mm(f, RANGE).unwrap());
        let sum: f64 = mm.flat_map(Frame::into_pixels).map(f64::from).sum();
        sum / (frames.len() * 6 * SIZE.1) as f64
    };
    let change = mean_mm(&after) - mean_mm(&before);
    assert!((-60.0..-8.0).contains(&change), "nearer by {change} mm");
    // Saved and read back, history and all, it goes on as it was; and it is no run in grey.
    let back = SimGan::<RelativeDepth>::load(temp.path(), &Device::cpu()).unwrap();
    assert_eq!(back.history(), gan.history());
    let message = SimGan::<u8>::load(temp.path(), &Device::cpu()).unwrap_err().to_string();
    assert!(
        message.contains("the frames are grey and the refiner learned from depth"),
        "{message}"
    );
    assert!(SimGan::<[u8; 3]>::load(temp.path(), &Device::cpu()).is_err());
}
