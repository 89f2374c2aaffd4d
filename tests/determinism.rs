//! A sample is a function of (config, seed, id), and so is the file it stands in.

use crate::support::{eyes, simreal};
use simulator::eye::{EyeConfig, EyeSampler, render};
use simulator::sample::SampleId;
use std::fs;

#[test]
fn one_sample_alone_is_the_one_of_a_run() {
    let run = eyes("mpiigaze", 5, 40);
    let sampler = EyeSampler::new(EyeConfig::preset("mpiigaze").unwrap(), 5).unwrap();
    assert_eq!(render(&sampler, SampleId(37)), run[37]);
}

#[test]
fn data_sets_are_byte_identical_with_one_and_with_seven_threads() {
    let folder = tempfile::tempdir().unwrap();
    for threads in ["1", "7"] {
        simreal(folder.path())
            .env("RAYON_NUM_THREADS", threads)
            .args(["render", "eyes", "--count", "300", "--seed", "9", "--out", threads])
            .assert()
            .success();
    }
    let bytes = |threads: &str| {
        fs::read(folder.path().join(threads).join("data/part-00000.parquet")).unwrap()
    };
    assert_eq!(bytes("1"), bytes("7"));
}
