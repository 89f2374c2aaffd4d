//! Python's readers of Parquet open a data set with no help from us; see `readers.py`.
#![allow(clippy::unwrap_used, clippy::print_stderr, missing_docs)]

mod support;

use pipeline::{ImageCodec, WriterOptions};
use std::path::Path;
use std::process::Command;
use support::{cut, sample, write};

/// Runs with the Python in SIMREAL_PYTHON, else `python3`. A reader that it lacks is skipped.
#[test]
fn python_opens_a_data_set() {
    let python = std::env::var_os("SIMREAL_PYTHON").unwrap_or_else(|| "python3".into());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/readers.py");
    let mut samples: Vec<_> = (0..10).map(sample).collect();
    // A row of which nothing is known.
    samples[9].label = Default::default();
    for image in [ImageCodec::Png, ImageCodec::Pgm] {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("eyes");
        write(&dir, &samples, WriterOptions { image, ..cut(3, 6) });
        let output =
            match Command::new(&python).arg(&script).arg(&dir).args(["10", "60", "36"]).output() {
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
