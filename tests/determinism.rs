//! A sample is a function of (config, seed, id); `shards` shows that the file it stands in is one too.

use crate::support::eyes;
use simulator::eye::{EyeConfig, EyeSampler, render};
use simulator::sample::SampleId;

#[test]
fn one_sample_alone_is_the_one_of_a_run() {
    let run = eyes("mpiigaze", 5, 40);
    let sampler = EyeSampler::new(EyeConfig::preset("mpiigaze").unwrap(), 5).unwrap();
    assert_eq!(render(&sampler, SampleId(37)), run[37]);
}
