//! Checkpoints that a training replaces and deletes while others read them.

#![allow(clippy::unwrap_used)]
use super::*;
use crate::run_folder;
use crate::simgan::tests::{config, new, renders};
use crate::{SimGan, SimGanConfig};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

fn run(seed: u64) -> SimGan {
    new(SimGanConfig { seed, ..config() })
}

/// What a pair does: grey levels and scores.
fn deeds(pair: &Pair) -> (Vec<u8>, Vec<f32>) {
    let rendered: Vec<_> = renders()(0).unwrap().take(2).map(Result::unwrap).collect();
    let refined = pair.refiner.refine(&rendered).unwrap();
    let levels = refined.iter().flat_map(|frame| frame.pixels().to_vec()).collect();
    (levels, pair.critic.scores(&rendered).unwrap())
}

/// Reads again and again while `write` is called in another thread, until `enough`.
fn while_writing(write: impl FnMut() + Send, mut read: impl FnMut(), enough: impl Fn() -> bool) {
    struct Done<'a>(&'a AtomicBool);
    impl Drop for Done<'_> {
        fn drop(&mut self) {
            self.0.store(true, Relaxed);
        }
    }
    let (done, started, mut write) = (AtomicBool::new(false), Instant::now(), write);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Relaxed) {
                write();
            }
        });
        let _done = Done(&done);
        while !enough() {
            read();
            assert!(started.elapsed() < Duration::from_secs(120), "the writer came to nothing");
        }
    });
}

#[test]
fn a_best_checkpoint_that_is_replaced_while_it_is_read_is_one_or_the_other() {
    let temp = tempfile::tempdir().unwrap();
    let best = temp.path().join("best");
    let known: BTreeMap<String, _> = [1, 2]
        .map(|seed| {
            run(seed).save(&best).unwrap();
            let pair = Pair::load(temp.path(), &Device::cpu()).unwrap();
            (pair.weights.refiner.clone(), (pair.weights.discriminator.clone(), deeds(&pair)))
        })
        .into();
    assert_eq!(known.len(), 2);
    let changes = std::cell::Cell::new(0);
    let last = std::cell::RefCell::new(String::new());
    let mut turn = 0;
    let folder = best.clone();
    let write = move || {
        turn = 3 - turn.max(1);
        run(turn).save(&folder).unwrap();
    };
    let read = || {
        let pair = Pair::load(temp.path(), &Device::cpu()).unwrap();
        let (discriminator, done) = &known[&pair.weights.refiner];
        assert_eq!(&pair.weights.discriminator, discriminator);
        assert_eq!(&deeds(&pair), done, "what was loaded is what the hash says");
        if *last.borrow() != pair.weights.refiner {
            changes.set(changes.get() + 1);
        }
        *last.borrow_mut() = pair.weights.refiner;
    };
    while_writing(write, read, || changes.get() >= 30);
}

#[test]
fn the_newest_checkpoint_is_read_whole_while_older_ones_are_deleted() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path().to_owned();
    let mut gan = run(1);
    run_folder::save_numbered(&gan, &folder, false).unwrap();
    let step = std::cell::Cell::new(0);
    let write = move || {
        gan.progress.step += 1;
        run_folder::save_numbered(&gan, &folder, false).unwrap();
    };
    let read = || {
        let pair = Pair::load(temp.path(), &Device::cpu()).unwrap();
        assert!(pair.weights.step >= step.get(), "{} after {}", pair.weights.step, step.get());
        step.set(pair.weights.step);
    };
    while_writing(write, read, || step.get() >= 30);
}

#[test]
fn what_is_damaged_and_not_replaced_is_named() {
    let temp = tempfile::tempdir().unwrap();
    let best = temp.path().join("best");
    run(1).save(&best).unwrap();
    std::fs::write(best.join("discriminator.bpk"), "").unwrap();
    let message = Pair::load(temp.path(), &Device::cpu()).unwrap_err().to_string();
    assert!(message.contains("discriminator.bpk") && message.contains("BLAKE3"), "{message}");
    std::fs::remove_file(best.join("discriminator.bpk")).unwrap();
    let message = Pair::load(temp.path(), &Device::cpu()).unwrap_err().to_string();
    assert!(message.contains("could not read"), "{message}");
}
