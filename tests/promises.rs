//! No data lost and nothing overwritten: two processes on one folder, files of the user's in the way, a
//! best checkpoint that is gone, nobody who listens, no room.

use crate::support::{TINY_GAZE, TINY_SIMGAN, simreal};
use durable::FolderLock;
use predicates::prelude::*;
use predicates::str::contains;
use std::fs;
use std::path::Path;
use std::process::Stdio;

fn ok(folder: &Path, args: &[&str]) {
    simreal(folder).args(args).assert().success();
}

/// The words of a command that must fail with this code.
fn fails(folder: &Path, args: &[&str], code: i32) -> String {
    let assert = simreal(folder).args(args).assert().code(code);
    String::from_utf8(assert.get_output().stderr.clone()).unwrap()
}

/// 60 renders, 60 real images, and settings of trainings of a second that keep a best checkpoint.
fn prepared(folder: &Path) {
    let measured = "every = 3\nheld_out = 20\nkeep_best = true\ndrift_limit_px = 0.0";
    fs::write(folder.join("simgan.toml"), TINY_SIMGAN.replace("every = 0", measured)).unwrap();
    fs::write(folder.join("gaze.toml"), TINY_GAZE).unwrap();
    let render = ["render", "eyes", "--count", "60", "--out"];
    ok(folder, &[&render[..], &["rendered"]].concat());
    ok(folder, &[&render[..], &["real", "--preset", "simulated-real", "--seed", "2"]].concat());
}

const TRAIN: [&str; 9] = [
    "train",
    "--rendered",
    "rendered",
    "--real",
    "real",
    "--config",
    "simgan.toml",
    "--iterations",
    "8",
];

/// Every command that writes into a folder that may hold an earlier run of it, without its --out.
fn commands() -> Vec<Vec<&'static str>> {
    vec![
        TRAIN.to_vec(),
        vec!["gaze", "--train", "rendered", "--test", "real", "--config", "gaze.toml"],
        vec!["pupil", "--train", "rendered", "--test", "real"],
        vec!["drift", "--rendered", "rendered", "--refined", "rendered"],
        vec!["ablate", "--rendered", "rendered", "--real", "real"],
        vec!["demo"],
        vec!["experiment", "--real", "real", "--test", "real"],
    ]
}

#[test]
fn where_a_process_is_at_work_every_other_one_says_so_and_touches_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    prepared(folder);
    let out = folder.join("out");
    let _lock = FolderLock::take(&out).unwrap();
    let before = fs::read_dir(&out).unwrap().count();
    for command in commands() {
        let error = fails(folder, &[&command[..], &["--out", "out"]].concat(), 1);
        let words = "another process is at work here; wait for it, or choose another --out";
        assert!(error.contains("out: ") && error.contains(words), "{command:?}: {error}");
        assert_eq!(fs::read_dir(&out).unwrap().count(), before, "{command:?}");
    }
}

#[test]
fn two_trainings_in_one_folder_end_as_one() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    prepared(folder);
    let train = [&TRAIN[..], &["--out", "two"]].concat();
    let start = || {
        let mut command = std::process::Command::new(crate::support::program());
        let command = command.current_dir(folder).args(&train);
        command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    };
    for _ in 0..3 {
        let _ = fs::remove_dir_all(folder.join("two"));
        let both = [start(), start()].map(|child| child.wait_with_output().unwrap());
        assert!(both.iter().any(|output| output.status.success()));
        for output in both.iter().filter(|output| !output.status.success()) {
            let words = String::from_utf8_lossy(&output.stderr);
            assert!(words.contains("another process is at work here"), "{words}");
        }
        ok(folder, &train);
        assert!(folder.join("two/checkpoints/best/checkpoint.json").is_file());
        let names = fs::read_dir(folder.join("two")).unwrap();
        let hidden = names.flatten().find(|e| e.file_name().to_string_lossy().starts_with('.'));
        assert!(hidden.is_none(), "{hidden:?}");
    }
}

#[test]
fn a_best_checkpoint_that_is_damaged_or_gone_is_told_and_never_replaced_in_silence() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    prepared(folder);
    let train = [&TRAIN[..], &["--out", "t"]].concat();
    ok(folder, &train);
    let refine =
        |training, out| ["refine", "--rendered", "rendered", "--training", training, "--out", out];
    let weights = folder.join("t/checkpoints/best/refiner.bpk");
    let whole = fs::read(&weights).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    fs::write(&weights, flipped).unwrap();
    let remedy = "--training DIR/checkpoints/final";
    for (args, code) in [(&train[..], 1), (&refine("t", "r"), 42)] {
        let error = fails(folder, args, code);
        assert!(error.contains("best/refiner.bpk") && error.contains(remedy), "{error}");
    }

    fs::rename(folder.join("t/checkpoints/best"), folder.join("kept")).unwrap();
    let export = ["export", "--format", "safetensors", "--training", "t", "--out", "r.st"];
    for (args, code) in [(&train[..], 1), (&refine("t", "r"), 42), (&export, 1)] {
        let error = fails(folder, args, code);
        let words = ["t/checkpoints/best: it is missing", "--training t/checkpoints/final"];
        assert!(words.iter().all(|word| error.contains(word)), "{error}");
    }
    // Whoever asks for another one gets it.
    ok(folder, &refine("t/checkpoints/final", "r"));
    // And with the best back in its place all goes on.
    fs::write(folder.join("kept/refiner.bpk"), whole).unwrap();
    fs::rename(folder.join("kept"), folder.join("t/checkpoints/best")).unwrap();
    ok(folder, &train);
    ok(folder, &refine("t", "of-the-best"));
}

#[test]
fn files_of_the_users_stay_and_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    prepared(folder);
    let names = [
        "metrics.csv",
        "gaze.json",
        "pupil-seed-1.json",
        "drift.json",
        "ablation.html",
        "report.html",
        "test",
    ];
    for (command, name) in commands().into_iter().zip(names) {
        let out = folder.join(command[0]);
        fs::create_dir(&out).unwrap();
        fs::write(out.join(name), "mine").unwrap();
        let error = fails(folder, &[&command[..], &["--out", command[0]]].concat(), 1);
        assert!(error.contains(name) && error.contains("something here already"), "{error}");
        assert_eq!(fs::read(out.join(name)).unwrap(), b"mine");
        assert_eq!(fs::read_dir(&out).unwrap().count(), 1, "{name}");
    }
    fs::write(folder.join("rendered.html"), "mine").unwrap();
    let error = fails(folder, &["inspect", "rendered"], 1);
    assert!(error.contains("rendered.html"), "{error}");
    assert_eq!(fs::read(folder.join("rendered.html")).unwrap(), b"mine");
    // Its own pages it replaces.
    ok(folder, &["inspect", "rendered", "--out", "page.html"]);
    ok(folder, &["inspect", "rendered", "--out", "page.html"]);
    let drift = ["drift", "--rendered", "rendered", "--refined", "rendered", "--out", "ours"];
    ok(folder, &drift);
    ok(folder, &drift);
}

#[cfg(unix)]
#[test]
fn a_folder_beside_the_new_one_stays_and_links_are_followed_or_refused_at_once() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    ok(folder, &["render", "eyes", "--count", "4", "--out", "rendered"]);
    let export = ["export", "--format", "imagefolder", "--dataset", "rendered", "--out", "out"];
    fs::create_dir(folder.join(".out.partial")).unwrap();
    fs::write(folder.join(".out.partial/precious"), "mine").unwrap();
    let error = fails(folder, &export, 1);
    assert!(error.contains(".out.partial"), "{error}");
    assert_eq!(fs::read(folder.join(".out.partial/precious")).unwrap(), b"mine");
    fs::remove_dir_all(folder.join(".out.partial")).unwrap();

    symlink(folder.join("big"), folder.join("out")).unwrap();
    assert!(fails(folder, &export, 1).contains("follow the link"));
    fs::create_dir(folder.join("big")).unwrap();
    ok(folder, &export);
    assert!(folder.join("out").is_symlink() && folder.join("big/metadata.csv").is_file());
}

#[cfg(unix)]
#[test]
fn nobody_who_listens_changes_no_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let shell = |line: &str| {
        let mut command = assert_cmd::Command::new("sh");
        let line = line.replace("simreal", crate::support::program());
        command.current_dir(folder).args(["-c", &line]).assert()
    };
    ok(folder, &["render", "eyes", "--count", "4", "--out", "rendered"]);
    let full = Path::new("/dev/full").exists();
    for into in ["| true", "2>&1 | true", ">&- 2>&-", "> /dev/full 2>&1"] {
        if into.contains("full") && !full {
            continue;
        }
        let code = |command: &str, out: &str| {
            let line = format!("(simreal {command}; echo $? > code) {into}");
            let _ = fs::remove_file(folder.join("code"));
            shell(&line);
            // A pipe's reader may end before its writer.
            let code = fs::read_to_string(folder.join("code")).unwrap();
            let _ = fs::remove_dir_all(folder.join(out));
            code.trim().to_owned()
        };
        // So that the reader is gone before anything is printed.
        let render = "render eyes --count 300 --out new";
        assert_eq!(code(render, "new"), "0", "{into}");
        assert_eq!(code("inspect rendered", "none"), "0", "{into}");
        assert_eq!(code("render eyes --count 0 --out new", "new"), "42", "{into}");
        assert_eq!(code("inspect nothing", "none"), "1", "{into}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_limit_on_the_size_of_files_is_an_error_that_names_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    // In blocks of 512 bytes or of 1 kB: some 10 kB.
    let line =
        format!("ulimit -f 20; exec {} render eyes --count 300 --out a", crate::support::program());
    let mut command = assert_cmd::Command::new("sh");
    let assert = command.current_dir(folder).args(["-c", &line]).assert().code(75);
    assert.stderr(contains("part-00000.parquet").and(contains("arge")));
    // Without the limit the same command ends well, and nothing else is left.
    ok(folder, &["render", "eyes", "--count", "300", "--out", "a"]);
    assert_eq!(fs::read_dir(folder.join("a/data")).unwrap().count(), 1);
}

#[test]
fn numbers_without_bounds_are_refused_with_the_file_the_field_and_the_bounds() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    prepared(folder);
    let text = |text: &str| fs::write(folder.join("c.toml"), text).unwrap();
    let train = ["train", "--rendered", "rendered", "--real", "real", "--config", "c.toml"];
    let gaze = ["gaze", "--train", "rendered", "--test", "real", "--config", "c.toml"];
    let eyes = ["render", "eyes", "--count", "2", "--config", "c.toml"];
    let hands = ["render", "hands", "--count", "2", "--config", "c.toml"];
    let cases: [(&[&str], &str, &str); 14] = [
        (&train, "refiner.features = 100000", "refiner.features"),
        (&train, "refiner.blocks = 9223372036854775807", "refiner.blocks"),
        (&train, "discriminator.channels = [4, 100000, 4, 4]", "discriminator.channels"),
        (&train, "pictures = 100000", "pictures"),
        (&train, "batch_size = 2147483648", "batch_size"),
        (&train, "iterations = 9223372036854775807", "iterations"),
        (&gaze, "channels = [100000, 4, 4, 4, 4]", "channels"),
        (&gaze, "hidden = 9223372036854775807", "hidden"),
        (&gaze, "channels = [4096, 4096, 4096, 4096, 4096]\nhidden = 60000", "hidden"),
        (&eyes, "pose.gaze_yaw_deg.sd = inf", "sd"),
        (&eyes, "eyeball.cornea_asphericity = { mean = -1e30, sd = 0.0 }", "cornea_asphericity"),
        (&eyes, "lids.blink_share = 2.0", "lids.blink_share"),
        (&hands, "image.camera.center_px = [1e30, 240.0]", "image.camera.center_px"),
        (&hands, "sensor.wall_mm = -1.0", "sensor.wall_mm"),
    ];
    for (command, settings, field) in cases {
        text(settings);
        let code = if command[0] == "render" { 42 } else { 1 };
        let error = fails(folder, &[command, &["--out", "out"]].concat(), code);
        assert!(error.contains("c.toml") && error.contains(field), "{settings}: {error}");
        assert!(!folder.join("out").exists(), "{settings}");
    }
    let count = (1_u64 << 63).to_string();
    let error = fails(folder, &["render", "eyes", "--count", &count, "--out", "out"], 42);
    assert!(error.contains("number of samples") && error.contains(&count), "{error}");
    let threads = ["render", "eyes", "--threads", "100000", "--count", "2", "--out", "out"];
    assert!(fails(folder, &threads, 2).contains("1 to 4096"));
    assert!(!folder.join("out").exists());
}
