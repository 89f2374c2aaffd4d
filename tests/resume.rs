//! SIGKILL in the middle of training, then the same command again: the weights end bit-equal to
//! those of a run that nobody disturbed.

use crate::support::{TINY_SIMGAN, eyes, program, simreal, store};
use simulator::sample::Domain;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Steps of the run: enough that a kill after the first checkpoint is in the middle.
const ITERATIONS: &str = "400";

fn train(folder: &Path, out: &str) -> Command {
    let mut command = Command::new(program());
    command
        .current_dir(folder)
        .args(["train", "--rendered", "rendered", "--real", "real", "--config", "tiny.toml"])
        .args(["--iterations", ITERATIONS, "--out", out])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// The numbered checkpoints of a run.
fn checkpoints(folder: &Path, out: &str) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder.join(out).join("checkpoints")) else { return vec![] };
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with("step-")).collect()
}

#[test]
fn a_killed_training_goes_on_to_the_same_weights() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    store(&eyes("clean", 1, 24), Domain::Synthetic, &folder.join("rendered"));
    store(&eyes("simulated-real", 2, 24), Domain::Synthetic, &folder.join("real"));
    fs::write(folder.join("tiny.toml"), TINY_SIMGAN).unwrap();
    assert!(train(folder, "whole").status().unwrap().success());

    // Kill it as soon as a checkpoint lies there, and once more after the next.
    let mut kills = 0;
    for _ in 0..2 {
        let before = checkpoints(folder, "killed");
        let mut run = train(folder, "killed").spawn().unwrap();
        let started = Instant::now();
        while checkpoints(folder, "killed") == before && started.elapsed() < Duration::from_secs(60)
        {
            std::thread::sleep(Duration::from_millis(1));
        }
        kills += usize::from(run.try_wait().unwrap().is_none());
        run.kill().unwrap();
        run.wait().unwrap();
    }
    assert_eq!(kills, 2, "the run was still going when it was killed");
    assert!(!folder.join("killed/checkpoints/final").exists());

    assert!(train(folder, "killed").status().unwrap().success());
    for file in ["refiner.bpk", "discriminator.bpk"] {
        let weights = |out: &str| fs::read(folder.join(out).join("checkpoints/final").join(file));
        assert_eq!(weights("killed").unwrap(), weights("whole").unwrap(), "{file}");
    }
}

#[test]
fn ctrl_c_leaves_a_state_that_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    store(&eyes("clean", 1, 24), Domain::Synthetic, &folder.join("rendered"));
    store(&eyes("simulated-real", 2, 24), Domain::Synthetic, &folder.join("real"));
    fs::write(folder.join("tiny.toml"), TINY_SIMGAN).unwrap();
    let mut run = train(folder, "run").spawn().unwrap();
    let started = Instant::now();
    while checkpoints(folder, "run").is_empty() && started.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(1));
    }
    let signal = Command::new("kill").args(["-INT", &run.id().to_string()]).status().unwrap();
    assert!(signal.success());
    assert_eq!(run.wait().unwrap().code(), Some(130), "told from an error by its exit code");
    assert!(!folder.join("run/checkpoints/final").exists(), "it stopped before the end");
    assert!(folder.join("run/curves.json").exists(), "what it had learned is told");
    assert!(train(folder, "run").status().unwrap().success());
    assert!(folder.join("run/checkpoints/final").exists());
}

#[test]
fn a_run_does_not_go_on_with_other_settings() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    store(&eyes("clean", 1, 8), Domain::Synthetic, &folder.join("rendered"));
    fs::write(folder.join("tiny.toml"), TINY_SIMGAN).unwrap();
    let train = |iterations: &str| {
        let mut command = simreal(folder);
        command.args(["train", "--rendered", "rendered", "--real", "rendered", "--out", "run"]);
        command.args(["--config", "tiny.toml", "--iterations", iterations]);
        command.assert()
    };
    train("1").success();
    train("2").failure().stderr(predicates::str::contains("iterations = 1"));
}

#[test]
fn a_damaged_checkpoint_is_named_and_without_it_the_run_ends_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    store(&eyes("clean", 1, 8), Domain::Synthetic, &folder.join("rendered"));
    fs::write(folder.join("tiny.toml"), TINY_SIMGAN).unwrap();
    let train = || {
        let mut command = simreal(folder);
        command.args(["train", "--rendered", "rendered", "--real", "rendered", "--out", "run"]);
        command.args(["--config", "tiny.toml", "--iterations", "5"]);
        command.assert()
    };
    train().success();
    let last = folder.join("run/checkpoints/final");
    let weights = || fs::read(last.join("refiner.bpk")).unwrap();
    let before = weights();
    for file in ["refiner.bpk", "history.bin", "checkpoint.json"] {
        let whole = fs::read(last.join(file)).unwrap();
        let mut bytes = whole.clone();
        bytes[whole.len() / 2] ^= 1;
        fs::write(last.join(file), bytes).unwrap();
        train()
            .failure()
            .stderr(predicates::str::contains(file))
            .stderr(predicates::str::contains("delete this folder"));
        fs::write(last.join(file), whole).unwrap();
    }
    fs::remove_dir_all(&last).unwrap();
    train().success().stderr(predicates::str::contains("goes on at step 8"));
    assert_eq!(weights(), before);
}

#[test]
fn an_exploding_step_size_ends_with_a_report() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    store(&eyes("clean", 1, 8), Domain::Synthetic, &folder.join("rendered"));
    let explosive = "optimizer = \"sgd\"\nrefiner_learning_rate = 1e30\ngradient_clip_norm = 0.0\n";
    fs::write(folder.join("tiny.toml"), format!("{explosive}{TINY_SIMGAN}")).unwrap();
    let mut command = simreal(folder);
    command.args(["train", "--rendered", "rendered", "--real", "rendered", "--out", "run"]);
    let assert = command.args(["--config", "tiny.toml"]).assert().code(1);
    let output = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
    for words in ["training diverged", "3 returns to a checkpoint", "refiner_learning_rate"] {
        assert!(output.contains(words), "{words}: {output}");
    }
}
