//! Numbers that stop being finite.

#![allow(clippy::unwrap_used)]
use super::*;
use crate::config::SimGanConfig;
use crate::observer::{Observer, Outcome};
use crate::simgan::tests::{StopAfter, all_bits, config, new, photographs, renders};
use crate::{Device, Optimizer};

/// Notes the returns to a checkpoint.
#[derive(Default)]
struct Notes(Vec<Rollback>);

impl Observer for Notes {
    fn rolled_back(&mut self, rollback: &Rollback) {
        self.0.push(rollback.clone());
    }
}

fn exploding() -> SimGanConfig {
    SimGanConfig {
        optimizer: Optimizer::Sgd,
        refiner_learning_rate: 1e30,
        gradient_clip_norm: 0.0,
        ..config()
    }
}

#[test]
fn an_exploding_step_size_ends_with_a_report_after_so_many_returns() {
    let mut gan = new(exploding());
    let mut notes = Notes::default();
    let error = gan.train(&mut renders(), &mut photographs(), None, &mut notes).unwrap_err();
    let message = error.to_string();
    assert_eq!(notes.0.len(), 3);
    assert!(notes.0.iter().all(|r| r.to_step == 0), "{:?}", notes.0);
    for words in ["diverged", "3 returns", "12.5", "back to step 0", "refiner_learning_rate"] {
        assert!(message.contains(words), "{words}: {message}");
    }
}

#[test]
fn a_step_size_that_a_few_halvings_mend_ends_well() {
    let mut gan = new(SimGanConfig { rollback_rate: 1e-16, ..exploding() });
    let mut notes = Notes::default();
    let outcome = gan.train(&mut renders(), &mut photographs(), None, &mut notes).unwrap();
    assert_eq!(outcome, Outcome::Finished);
    assert!((1..=3).contains(&notes.0.len()), "{:?}", notes.0);
    assert_eq!(gan.rollbacks(), notes.0);
    assert!(gan.refine(&[renders()(0).unwrap().next().unwrap().unwrap()]).is_ok());
}

#[test]
fn an_image_that_is_no_number_changes_no_weight() {
    let mut gan = new(config());
    let rendered: Vec<_> = renders()(0).unwrap().take(4).map(Result::unwrap).collect();
    let before = all_bits(&gan);
    let fresh = gan.refine(&rendered).unwrap();
    let refined = gan.refined_half(&fresh, 4);
    let real = gan.images(&rendered) * f32::NAN;
    let (loss, adversarial) = gan.discriminator_loss(refined, real);
    let error = gan.update_discriminator(loss, adversarial).unwrap_err();
    assert!(matches!(error, Error::NotFinite { what: "the discriminator's loss", .. }), "{error}");
    assert_eq!(all_bits(&gan), before);
}

#[test]
fn a_poisoned_image_in_the_real_stream_costs_a_return_and_no_more() {
    // Checkpoints every 2 steps; image 25 comes in the second iteration.
    let config = SimGanConfig { checkpoint_every: 2, iterations: 6, ..config() };
    let run = |poisoned| {
        let mut gan = new(config.clone());
        gan.poisoned = poisoned;
        let mut notes = Notes::default();
        let outcome = gan.train(&mut renders(), &mut photographs(), None, &mut notes).unwrap();
        assert_eq!(outcome, Outcome::Finished);
        (gan, notes.0)
    };
    let (gan, returns) = run(Some(17));
    assert_eq!(returns.len(), 1);
    assert_eq!((returns[0].from_step, returns[0].to_step), (6, 6));
    assert!(returns[0].what.contains("discriminator"), "{:?}", returns);
    assert_eq!(gan.step(), 11, "it went on to its end");
    assert!((gan.rate() - 0.5).abs() < 1e-12);
    assert!(run(None).1.is_empty());
}

#[test]
fn a_run_that_was_stopped_goes_back_to_where_one_that_was_not_would() {
    // The poisoned image comes in step 9 (from 0); a run that was stopped after step 7 has a newer
    // checkpoint than that of step 5, which is the one to go back to.
    let config = SimGanConfig { checkpoint_every: 5, iterations: 9, ..config() };
    let poisoned = Some(4 * 3 + 4 * 4 + 1);
    let mut whole = new(config.clone());
    whole.poisoned = poisoned;
    whole.train(&mut renders(), &mut photographs(), None, &mut Notes::default()).unwrap();
    assert_eq!(whole.rollbacks()[0].to_step, 5);
    for stops in [vec![7], vec![6, 1, 1]] {
        let temp = tempfile::tempdir().unwrap();
        let mut gan = new(config.clone());
        for stop in stops {
            gan.poisoned = poisoned;
            let mut stopper = StopAfter(stop);
            gan.train(&mut renders(), &mut photographs(), Some(temp.path()), &mut stopper).unwrap();
            gan = SimGan::load(temp.path(), &Device::cpu()).unwrap();
        }
        gan.poisoned = poisoned;
        let mut notes = Notes::default();
        gan.train(&mut renders(), &mut photographs(), Some(temp.path()), &mut notes).unwrap();
        assert_eq!(gan.rollbacks(), whole.rollbacks());
        assert_eq!(all_bits(&gan), all_bits(&whole));
        assert_eq!(gan.progress, whole.progress);
    }
}
