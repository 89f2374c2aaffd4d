//! Runs one kind of training work as often as it is told, for `compare_pytorch.py`.
//!
//! `pace WORK BATCH [adam]`, with WORK one of `refiner-forward`, `refiner-step`,
//! `discriminator-step`; `forward`, `input-gradient` and `weight-gradient` of one 3x3 layer of the
//! refiner; `gemm`, of side BATCH, and `fma`. Every line on standard input is a number of
//! repetitions; the answer is the seconds that each of them took on average, and for all but the
//! first three GFLOP/s. At the end of the input comes the largest memory of the process in MiB.
#![allow(clippy::print_stdout, reason = "a program for the command line")]

use std::error::Error;
use std::hint::black_box;
use std::io::{BufRead, Write};
use std::time::Instant;

use burn::tensor::{Distribution, Tensor};
use simulator::sample::Frame;
use trainer::conv::direct::{
    Geometry, Isa, forward, input_gradient, multiply_adds, multiply_adds_per_round, weight_gradient,
};
use trainer::{Device, Optimizer, RefinerConfig, SimGan, SimGanConfig};

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [work, batch, rest @ ..] = &arguments[..] else {
        return Err("pace WORK BATCH [adam]: see the top of pace.rs".into());
    };
    let batch: usize = batch.parse()?;
    let optimizer =
        if rest.iter().any(|word| word == "adam") { Optimizer::Adam } else { Optimizer::Sgd };
    let config = SimGanConfig {
        batch_size: batch,
        optimizer,
        ..SimGanConfig::preset("paper").ok_or("paper")?
    };
    match work.as_str() {
        "refiner-forward" => {
            let refiner = SimGan::<u8>::new(config, (55, 35), &Device::cpu())?.refiner();
            let frames = frames(batch);
            serve(|repetitions| {
                seconds(repetitions, || {
                    black_box(refiner.refine(&frames)?);
                    Ok(())
                })
            })
        }
        "refiner-step" => {
            let mut gan = SimGan::<u8>::new(config, (55, 35), &Device::cpu())?;
            let frames = frames(batch);
            serve(|repetitions| {
                seconds(repetitions, || {
                    gan.refiner_step(&frames)?;
                    Ok(())
                })
            })
        }
        "discriminator-step" => {
            // The refiner of this work is as small as can be: the discriminator's step is meant.
            let refiner = RefinerConfig { features: 4, blocks: 1, ..config.refiner };
            let mut gan =
                SimGan::<u8>::new(SimGanConfig { refiner, ..config }, (55, 35), &Device::cpu())?;
            let frames = frames(batch);
            serve(|repetitions| {
                seconds(repetitions, || {
                    gan.discriminator_step(&frames, &frames)?;
                    Ok(())
                })
            })
        }
        "forward" | "input-gradient" | "weight-gradient" => {
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
            let (x, weight) = (numbers(geometry.input_len()), numbers(geometry.weight_len()));
            let (bias, isa) = (numbers(64), Isa::best());
            serve(|repetitions| {
                let once = || {
                    match work.as_str() {
                        "forward" => {
                            drop(forward(isa, &geometry, &x, &weight, &bias, None, true));
                        }
                        "input-gradient" => {
                            drop(input_gradient(isa, &geometry, &weight, &x, None, None))
                        }
                        _ => drop(weight_gradient(isa, &geometry, &x, &x)),
                    }
                    Ok(())
                };
                Ok(2.0 * geometry.multiplications() as f64 / seconds(repetitions, once)? / 1e9)
            })
        }
        "gemm" => {
            let side = [batch, batch];
            let device = burn::tensor::Device::flex();
            let random = || Tensor::<2>::random(side, Distribution::Uniform(-1.0, 1.0), &device);
            let (a, b) = (random(), random());
            serve(|repetitions| {
                let product = || {
                    black_box(a.clone().matmul(b.clone()).into_data());
                    Ok(())
                };
                Ok(2.0 * (batch as f64).powi(3) / seconds(repetitions, product)? / 1e9)
            })
        }
        "fma" => serve(|repetitions| {
            let (isa, rounds) = (Isa::best(), repetitions * 10_000_000);
            let each = rounds * multiply_adds_per_round(isa) * rayon::current_num_threads();
            let start = Instant::now();
            black_box(multiply_adds(isa, rounds));
            let time = start.elapsed().as_secs_f64();
            Ok(2.0 * each as f64 / time / 1e9)
        }),
        _ => Err(format!("no work is called {work}").into()),
    }
}

/// Answers each number of repetitions on standard input.
fn serve(
    mut answer: impl FnMut(usize) -> Result<f64, Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    for line in std::io::stdin().lock().lines() {
        println!("{:.6}", answer(line?.trim().parse()?)?);
        std::io::stdout().flush()?;
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak_kib = peak.and_then(|rest| rest.trim_end_matches("kB").trim().parse::<f64>().ok());
    println!("{:.0}", peak_kib.unwrap_or(f64::NAN) / 1024.0);
    Ok(())
}

/// Seconds that one of the repetitions takes.
fn seconds(
    repetitions: usize,
    mut work: impl FnMut() -> Result<(), Box<dyn Error>>,
) -> Result<f64, Box<dyn Error>> {
    let start = Instant::now();
    for _ in 0..repetitions {
        work()?;
    }
    Ok(start.elapsed().as_secs_f64() / repetitions as f64)
}

fn numbers(len: usize) -> Vec<f32> {
    (0..len).map(|index| (index * 7919 % 1013) as f32 / 1013.0 - 0.5).collect()
}

fn frames(count: usize) -> Vec<Frame<u8>> {
    (0..count)
        .map(|i| Frame::from_fn(55, 35, |x, y| (x * 4 + y * 3 + i * 17 + (x * y) % 13) as u8))
        .collect()
}
