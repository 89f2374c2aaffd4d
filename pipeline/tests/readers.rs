//! Python's readers of Parquet open a data set with no help from us; see `readers.py`.
#![allow(clippy::unwrap_used, clippy::print_stderr, missing_docs)]

mod support;

use pipeline::{Columns, ImageCodec, WriterOptions};
use simulator::sample::Sample;
use std::path::Path;
use std::process::Command;
use support::{cut, hand, sample, write};

/// Runs with the Python in SIMREAL_PYTHON, else `python3`. A reader that it lacks is skipped.
#[test]
fn python_opens_a_data_set_of_eyes() {
    let mut samples: Vec<_> = (0..10).map(sample).collect();
    // A row of which nothing is known.
    samples[9].label = Default::default();
    python_opens(&samples);
}

#[test]
fn python_opens_a_data_set_of_hands() {
    let mut samples: Vec<_> = (0..10).map(hand).collect();
    samples[9].label = Default::default();
    python_opens(&samples);
}

fn python_opens<M: Columns>(samples: &[Sample<M>]) {
    let python = std::env::var_os("SIMREAL_PYTHON").unwrap_or_else(|| "python3".into());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/readers.py");
    let (width, height) = samples[0].frame.size();
    for image in [ImageCodec::Png, ImageCodec::Pgm] {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("samples");
        write(&dir, samples, WriterOptions { image, ..cut(3, 6) });
        let numbers = [samples.len(), width, height].map(|n| n.to_string());
        let mut command = Command::new(&python);
        let output = match command.arg(&script).arg(&dir).args(numbers).arg(M::NAME).output() {
            Ok(output) => output,
            Err(error) => {
                eprintln!("skipped: {python:?} does not start ({error}); set SIMREAL_PYTHON");
                return;
            }
        };
        eprint!("{image:?}: {}", String::from_utf8_lossy(&output.stdout));
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{image:?}: {errors}");
    }
}
