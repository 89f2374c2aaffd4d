//! Depth hands per second on one core, with the sensor's faults and without:
//! `cargo bench -p simulator --bench hand`.
#![allow(missing_docs)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use simulator::hand::{HandConfig, HandSampler, render};
use simulator::sample::{DepthSensor, SampleId};
use std::hint::black_box;

fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("hand");
    group.throughput(Throughput::Elements(1));
    for (preset, _) in HandConfig::PRESETS {
        let Some(config) = HandConfig::preset(preset) else { continue };
        let mut clean = config.clone();
        clean.sensor.model = DepthSensor::Clean;
        for (name, config) in [(preset.to_string(), config), (format!("{preset}, clean"), clean)] {
            let Ok(sampler) = HandSampler::new(config, 1) else { continue };
            let mut id = 0;
            group.bench_function(name, |bencher| {
                bencher.iter(|| {
                    id += 1;
                    black_box(render(&sampler, SampleId(id)))
                });
            });
        }
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(std::time::Duration::from_millis(500))
        .measurement_time(std::time::Duration::from_secs(3))
        .sample_size(30);
    targets = bench
}
criterion_main!(benches);
