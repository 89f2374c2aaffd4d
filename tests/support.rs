//! Tiny data sets, temporary folders, and the program.

use assert_cmd::Command;
use pipeline::{Columns, Dataset, DatasetWriter, Origin};
use predicates::str::contains;
use simulator::eye::{EyeConfig, EyeSampler};
use simulator::sample::{Domain, Eye, Sample};
use std::path::{Path, PathBuf};

/// The program, in this folder.
pub fn simreal(folder: &Path) -> Command {
    let mut command = Command::new(program());
    command.current_dir(folder);
    command
}

/// The path of the program.
pub fn program() -> &'static str {
    env!("CARGO_BIN_EXE_simreal")
}

/// Runs a command that must succeed.
pub fn ok(folder: &Path, args: &[&str]) {
    simreal(folder).args(args).assert().success();
}

/// Runs a command that must fail and say all of these; some say that trying again is no use.
pub fn fails(folder: &Path, args: &[&str], words: &[&str]) {
    let code = if ["render", "refine"].contains(&args[0]) { 42 } else { 1 };
    let mut assert = simreal(folder).args(args).assert().code(code);
    for word in words {
        assert = assert.stderr(contains(*word));
    }
}

/// Renders so many eyes.
pub fn eyes(preset: &str, seed: u64, count: u64) -> Vec<Sample<Eye>> {
    let sampler = EyeSampler::new(EyeConfig::preset(preset).unwrap(), seed).unwrap();
    sampler.render_range(0..count)
}

/// Writes samples to a new data set.
pub fn store<M: Columns>(samples: &[Sample<M>], domain: Domain, folder: &Path) -> Dataset<M> {
    let origin =
        Origin { domain, made_by: "test".to_owned(), config: serde_json::Value::Null, seed: None };
    let mut writer = DatasetWriter::create(folder, origin).unwrap();
    for sample in samples {
        writer.write(sample).unwrap();
    }
    writer.finish().unwrap()
}

/// Settings of a training that takes a second.
pub const TINY_SIMGAN: &str = "\
batch_size = 4
refiner_updates = 2
refiner_warmup_steps = 3
discriminator_warmup_steps = 3
history_capacity = 16
refiner_average = 0.0
report_every = 1
picture_every = 5
pictures = 4
checkpoint_every = 4
[measure]
every = 0
[refiner]
features = 4
blocks = 1
kernel = 3
residual = true
[discriminator]
channels = [4, 4, 4, 4]
";

/// Settings of a gaze training that takes a second.
pub const TINY_GAZE: &str = "\
channels = [4, 4, 4, 4, 4]
hidden = 8
epochs = 2
batch_size = 8
";

/// [`TINY_SIMGAN`] as the part of a plan.
pub fn tiny_simgan_of_a_plan() -> String {
    ["measure", "refiner", "discriminator"].iter().fold(TINY_SIMGAN.to_owned(), |text, part| {
        text.replace(&format!("[{part}]"), &format!("[simgan.{part}]"))
    })
}

/// The folder of real images, or a message that names it.
///
/// `SIMREAL_DATA` says where it is; else it is looked for beside the project.
pub fn real_data(part: &str) -> Option<PathBuf> {
    let root = std::env::var_os("SIMREAL_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"),
        PathBuf::from,
    );
    let folder = root.join(part);
    if !folder.exists() {
        eprintln!("skipped: needs the real images in {} (set SIMREAL_DATA)", folder.display());
        return None;
    }
    Some(folder)
}
