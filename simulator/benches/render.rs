//! Images per second on one core: `cargo bench -p simulator`.
#![allow(missing_docs)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use simulator::eye::{EyeConfig, EyeSampler, render};
use simulator::sample::{Eye, SampleId};
use std::hint::black_box;

fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("render");
    group.throughput(Throughput::Elements(1));
    for (preset, _) in EyeConfig::PRESETS {
        let Some(config) = EyeConfig::preset(preset) else { continue };
        let Ok(sampler) = EyeSampler::new(config, 1) else { continue };
        let mut id = 0;
        group.bench_function(*preset, |bencher| {
            bencher.iter(|| {
                id += 1;
                black_box(render::<Eye>(&sampler, SampleId(id)))
            });
        });
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
