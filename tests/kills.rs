//! SIGKILL again and again, at random moments and while a checkpoint is being written: every run goes
//! on, and ends with the same bits as one that nobody disturbed.
//!
//! A few kills of each set of options; fifty in all with SIMREAL_KILLS=10, in about a minute:
//! `SIMREAL_KILLS=10 cargo test --release --test journey -- kills --nocapture`. The moments are drawn from a
//! seed that is printed first, so also where the test fails; SIMREAL_KILLS_SEED=SEED draws the same again.

use crate::support::{TINY_SIMGAN, eyes, program, store};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use simulator::sample::Domain;
use std::collections::BTreeMap;
use std::fs;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Kills of each set of options, unless SIMREAL_KILLS says otherwise.
const KILLS: usize = 3;

/// Sets of options that hold all kinds of state between them.
fn options() -> [(&'static str, String); 5] {
    let tiny = || TINY_SIMGAN.to_owned();
    let adaptive = |text: String| {
        let text = text.replace("refiner_updates = 2", "refiner_updates = 1");
        let text = text.replace("refiner_average = 0.0", "refiner_average = 0.9");
        format!("refiner_updates_max = 3\n{text}")
    };
    let measured = |text: String| {
        let table = "every = 3\nheld_out = 20\nkeep_best = true\ndrift_limit_px = 0.0";
        text.replace("every = 0", table)
    };
    let features = |text: String| {
        let table = "[self_regularization]\npsi = \"features\"\nfeature_channels = 3\n";
        format!("{text}batch_norm = true\n{table}feature_steps = 3\n")
    };
    [
        ("plain", tiny()),
        ("measured", measured(tiny())),
        ("adaptive, average", adaptive(tiny())),
        (
            "spectral norm, hinge, penalty, a checkpoint every step",
            format!(
                "adversarial_loss = \"hinge\"\ngradient_penalty = 1.0\n{}spectral_norm = true\n",
                tiny().replace("checkpoint_every = 4", "checkpoint_every = 1")
            ),
        ),
        ("all of it", features(adaptive(measured(tiny())))),
    ]
}

fn train(folder: &Path, out: &str) -> Child {
    Command::new(program())
        .current_dir(folder)
        .args(["train", "--rendered", "rendered", "--real", "real", "--config", "options.toml"])
        .args(["--iterations", "120", "--out", out])
        .stdout(Stdio::null())
        .stderr(fs::File::create(folder.join("stderr")).unwrap())
        .spawn()
        .unwrap()
}

fn to_the_end(folder: &Path, out: &str) {
    let status = train(folder, out).wait().unwrap();
    assert!(status.success(), "{}", fs::read_to_string(folder.join("stderr")).unwrap());
}

/// Names in a run's folder of checkpoints.
fn names(checkpoints: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(checkpoints) else { return Vec::new() };
    entries.flatten().map(|entry| entry.file_name().into_string().unwrap()).collect()
}

/// Whether something is being written, or was.
fn is_writing(checkpoints: &Path) -> bool {
    names(checkpoints).iter().any(|name| name.starts_with('.'))
}

fn newest(checkpoints: &Path) -> Option<String> {
    names(checkpoints).into_iter().filter(|name| name.starts_with("step-")).max()
}

/// All of a checkpoint that two equal runs have in common. Times are in the curves, and in the hash of
/// them; Burn writes an optimiser's tensors in an order that chance makes, and what is in them shows in
/// the weights that follow.
fn state(checkpoint: &Path) -> BTreeMap<String, Vec<u8>> {
    let Ok(entries) = fs::read_dir(checkpoint) else { return BTreeMap::new() };
    let files = entries.map(|entry| entry.unwrap().path()).map(|path| {
        let mut bytes = fs::read(&path).unwrap();
        if path.ends_with("checkpoint.json") {
            let mut json: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            let map = json.as_object_mut().unwrap();
            assert!(map.remove("files").is_some() && map.remove("seal").is_some());
            bytes = json.to_string().into_bytes();
        }
        (path.file_name().unwrap().to_str().unwrap().to_owned(), bytes)
    });
    files.filter(|(name, _)| name != "curves.json" && !name.ends_with("optimizer.bpk")).collect()
}

/// When runs are killed.
struct Moments(ChaCha8Rng);

impl Moments {
    /// Those of the seed in this text; where there is none, of a new seed. Prints the seed.
    fn of(seed: Option<&str>) -> Self {
        let seed = seed.map_or_else(
            || RandomState::new().build_hasher().finish(),
            |seed| seed.parse().expect("SIMREAL_KILLS_SEED is a whole number"),
        );
        println!("SIMREAL_KILLS_SEED={seed}");
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// From nothing to `range`.
    fn within(&mut self, range: Duration) -> Duration {
        range.mul_f64(self.0.random())
    }
}

#[test]
fn a_seed_draws_the_same_moments_again() {
    let draw = |seed: Option<&str>| {
        let mut moments = Moments::of(seed);
        [(); 8].map(|()| moments.within(Duration::from_secs(1)))
    };
    assert_eq!(draw(Some("17")), draw(Some("17")));
    assert_ne!(draw(Some("17")), draw(Some("18")));
    assert_ne!(draw(None), draw(None));
    assert!(draw(None).iter().all(|moment| *moment <= Duration::from_secs(1)));
}

/// Lets a run go on for a while and kills it. Whether it was still going.
fn kill(
    folder: &Path,
    out: &str,
    at_a_write: bool,
    whole: Duration,
    moments: &mut Moments,
) -> bool {
    let checkpoints = folder.join(out).join("checkpoints");
    let mut run = train(folder, out);
    std::thread::sleep(moments.within(whole / 4));
    while at_a_write && !is_writing(&checkpoints) && run.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_micros(50));
    }
    if at_a_write {
        std::thread::sleep(moments.within(Duration::from_millis(8)));
    }
    let going = run.try_wait().unwrap().is_none();
    run.kill().unwrap();
    run.wait().unwrap();
    going
}

#[test]
fn kills_at_any_moment_change_no_bit() {
    let most = std::env::var("SIMREAL_KILLS").map_or(KILLS, |kills| kills.parse().unwrap());
    let mut moments = Moments::of(std::env::var("SIMREAL_KILLS_SEED").ok().as_deref());
    for (name, options) in options() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        store(&eyes("clean", 1, 60), Domain::Synthetic, &folder.join("rendered"));
        store(&eyes("simulated-real", 2, 60), Domain::Synthetic, &folder.join("real"));
        fs::write(folder.join("options.toml"), options).unwrap();
        let started = Instant::now();
        to_the_end(folder, "whole");
        let whole = started.elapsed();
        let (mut kills, mut while_writing, mut runs) = (0, 0, 0);
        while kills < most {
            runs += 1;
            let out = format!("killed-{runs}");
            let checkpoints = folder.join(&out).join("checkpoints");
            // Kill it until it ends before its kill, or has been killed often enough.
            while kills < most {
                let before = newest(&checkpoints);
                if !kill(folder, &out, kills % 2 == 1, whole, &mut moments) {
                    break;
                }
                kills += 1;
                while_writing += usize::from(is_writing(&checkpoints));
                assert!(newest(&checkpoints) >= before, "{name}: a checkpoint was lost");
            }
            to_the_end(folder, &out);
            assert!(!is_writing(&checkpoints), "{name}: {:?}", names(&checkpoints));
            for checkpoint in ["final", "best"] {
                let of = |out: &str| state(&folder.join(out).join("checkpoints").join(checkpoint));
                let (killed, undisturbed) = (of(&out), of("whole"));
                assert!(checkpoint == "best" || killed.len() >= 5);
                assert!(killed.keys().eq(undisturbed.keys()), "{name}, {checkpoint}");
                for (file, bytes) in &undisturbed {
                    assert!(&killed[file] == bytes, "{name}: {checkpoint}/{file} differs");
                }
            }
        }
        println!(
            "{name}: {kills} kills ({while_writing} of them in the middle of a write) in {runs} runs \
             of {:.1} s, all bit-equal",
            whole.as_secs_f64()
        );
    }
}
