//! The speed of the direct convolution, beside Burn's own on the same tensors.
//!
//! `cargo bench -p trainer --bench conv`. Criterion reports multiplications per second
//! ("elem/s"); a multiplication and its addition are two floating-point operations.

use std::hint::black_box;

use burn::nn::PaddingConfig2d;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Distribution, Tensor};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use trainer::conv::direct::{Geometry, Isa, forward, input_gradient, weight_gradient};
use trainer::conv::{Activation, conv2d, conv2d_add};

/// As in the program: glibc returns large buffers to the system after every layer.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The 3x3 layer that nine tenths of the refiner's work is made of.
fn kernels(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("conv 3x3 64->64 35x55");
    group.sample_size(10);
    for batch in [16, 32] {
        let geometry = Geometry {
            batch,
            height: 35,
            width: 55,
            channels_in: 64,
            channels_out: 64,
            kernel: 3,
            stride: 1,
            padding: 1,
        };
        let numbers = |len: usize| -> Vec<f32> {
            (0..len).map(|index| (index * 7919 % 1013) as f32 / 1013.0 - 0.5).collect()
        };
        let (x, dy) = (numbers(geometry.input_len()), numbers(geometry.output_len()));
        let (weight, bias) = (numbers(geometry.weight_len()), numbers(geometry.channels_out));
        group.throughput(Throughput::Elements(geometry.multiplications() as u64));
        for isa in Isa::available().into_iter().take(2) {
            let id = |name| BenchmarkId::new(format!("{name} {}", isa.name()), batch);
            group.bench_function(id("forward"), |bencher| {
                bencher.iter(|| forward(isa, &geometry, &x, &weight, &bias, None, true));
            });
            group.bench_function(id("input gradient"), |bencher| {
                bencher.iter(|| input_gradient(isa, &geometry, &weight, &dy, None, None));
            });
            group.bench_function(id("weight gradient"), |bencher| {
                bencher.iter(|| weight_gradient(isa, &geometry, &x, &dy));
            });
        }
    }
    group.finish();
}

/// The layers of the paper's refiner.
struct Refiner {
    stem: Conv2d,
    blocks: Vec<[Conv2d; 2]>,
    head: Conv2d,
}

impl Refiner {
    fn new(device: &Device) -> Self {
        let conv = |channels, kernel, padding| {
            Conv2dConfig::new(channels, [kernel; 2])
                .with_padding(PaddingConfig2d::Explicit(padding, padding, padding, padding))
                .init(device)
        };
        Self {
            stem: conv([1, 64], 3, 1),
            blocks: (0..4).map(|_| [conv([64, 64], 3, 1), conv([64, 64], 3, 1)]).collect(),
            head: conv([64, 1], 1, 0),
        }
    }

    fn direct(&self, x: Tensor<4>) -> Tensor<4> {
        let mut x = conv2d(x, &self.stem, Activation::Relu);
        for [first, second] in &self.blocks {
            let inner = conv2d(x.clone(), first, Activation::Relu);
            x = conv2d_add(inner, second, x, Activation::Relu);
        }
        conv2d(x, &self.head, Activation::None)
    }

    /// In Burn's own layout from end to end.
    fn burn(&self, x: Tensor<4>) -> Tensor<4> {
        let mut x = relu(self.stem.forward(x));
        for [first, second] in &self.blocks {
            let inner = relu(first.forward(x.clone()));
            x = relu(second.forward(inner) + x);
        }
        self.head.forward(x)
    }
}

fn refiner(criterion: &mut Criterion) {
    const BATCH: usize = 16;
    let mut group = criterion.benchmark_group("refiner 35x55, batch 16");
    group.sample_size(10);
    group.throughput(Throughput::Elements(BATCH as u64));
    let device = Device::flex();
    let frames = |shape: [usize; 4], device: &Device| {
        Tensor::<4>::random(shape, Distribution::Uniform(-1.0, 1.0), device)
    };
    let layers = Refiner::new(&device);
    let nhwc = frames([BATCH, 35, 55, 1], &device);
    let nchw = frames([BATCH, 1, 35, 55], &device);
    group.bench_function("forward, direct", |bencher| {
        bencher.iter(|| black_box(layers.direct(nhwc.clone()).into_data()));
    });
    group.bench_function("forward, burn", |bencher| {
        bencher.iter(|| black_box(layers.burn(nchw.clone()).into_data()));
    });

    let device = device.autodiff();
    let layers = Refiner::new(&device);
    let nhwc = frames([BATCH, 35, 55, 1], &device);
    let nchw = frames([BATCH, 1, 35, 55], &device);
    group.bench_function("forward and gradients, direct", |bencher| {
        bencher.iter(|| black_box(layers.direct(nhwc.clone()).abs().mean().backward()));
    });
    group.bench_function("forward and gradients, burn", |bencher| {
        bencher.iter(|| black_box(layers.burn(nchw.clone()).abs().mean().backward()));
    });
    group.finish();
}

criterion_group!(benches, kernels, refiner);
criterion_main!(benches);
