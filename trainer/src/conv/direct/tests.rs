//! The kernels against the definition of a convolution in f64, on every shape that the networks use.
#![allow(clippy::unwrap_used)]

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;

fn geometry(
    [batch, height, width]: [usize; 3],
    [channels_in, channels_out]: [usize; 2],
    [kernel, stride, padding]: [usize; 3],
) -> Geometry {
    Geometry { batch, height, width, channels_in, channels_out, kernel, stride, padding }
}

/// Layers of the refiner, the discriminator and the gaze network for eyes and hands, cut down in
/// batch and for hands in size; then odd ones.
fn geometries() -> Vec<Geometry> {
    vec![
        geometry([2, 35, 55], [1, 64], [3, 1, 1]),
        geometry([2, 35, 55], [64, 64], [3, 1, 1]),
        geometry([2, 36, 60], [64, 1], [1, 1, 0]),
        geometry([2, 35, 55], [1, 96], [3, 2, 1]),
        geometry([2, 36, 60], [1, 96], [3, 2, 1]),
        geometry([2, 18, 28], [96, 64], [3, 2, 1]),
        geometry([2, 17, 27], [96, 64], [3, 2, 0]),
        geometry([2, 7, 12], [64, 32], [3, 1, 1]),
        geometry([2, 7, 12], [32, 32], [1, 1, 0]),
        geometry([3, 7, 12], [32, 2], [1, 1, 0]),
        geometry([2, 35, 55], [1, 32], [3, 1, 0]),
        geometry([1, 33, 53], [32, 32], [3, 1, 0]),
        geometry([1, 31, 51], [32, 64], [3, 1, 0]),
        geometry([1, 14, 24], [64, 80], [3, 1, 0]),
        geometry([1, 12, 22], [80, 192], [3, 1, 0]),
        geometry([1, 40, 44], [1, 64], [7, 1, 3]),
        geometry([1, 40, 44], [1, 96], [7, 4, 3]),
        geometry([1, 15, 14], [96, 64], [5, 2, 2]),
        geometry([1, 9, 9], [64, 64], [7, 1, 3]),
        geometry([2, 5, 3], [3, 20], [5, 1, 4]),
        geometry([1, 2, 2], [5, 7], [7, 3, 3]),
        geometry([2, 6, 5], [2, 3], [1, 2, 0]),
        geometry([1, 1, 1], [1, 1], [1, 1, 0]),
        geometry([1, 4, 9], [3, 130], [3, 4, 1]),
    ]
}

/// Largest error allowed, relative to the root mean square of the result.
const TOLERANCE: f64 = 3e-5;

fn random(len: usize, seed: u64) -> Vec<f32> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..len).map(|_| rng.random_range(-1.0..1.0)).collect()
}

struct Case {
    x: Vec<f32>,
    weight: Vec<f32>,
    bias: Vec<f32>,
    dy: Vec<f32>,
}

fn case(geometry: Geometry) -> Case {
    Case {
        x: random(geometry.input_len(), 1),
        weight: random(geometry.weight_len(), 2),
        bias: random(geometry.channels_out, 3),
        dy: random(geometry.output_len(), 4),
    }
}

/// Calls `visit(output, input, weight)` with the indices of every product of a convolution.
fn products(g: &Geometry, mut visit: impl FnMut(usize, usize, usize)) {
    let (rows, columns) = (g.height_out(), g.width_out());
    for pixel in 0..g.batch * rows * columns {
        let (image, y, x) = (pixel / (rows * columns), pixel / columns % rows, pixel % columns);
        for tap in 0..g.kernel * g.kernel {
            let in_y = (y * g.stride + tap / g.kernel).wrapping_sub(g.padding);
            let in_x = (x * g.stride + tap % g.kernel).wrapping_sub(g.padding);
            if in_y >= g.height || in_x >= g.width {
                continue;
            }
            let input = ((image * g.height + in_y) * g.width + in_x) * g.channels_in;
            for to in 0..g.channels_out {
                for from in 0..g.channels_in {
                    let weight = (to * g.channels_in + from) * g.kernel * g.kernel + tap;
                    visit(pixel * g.channels_out + to, input + from, weight);
                }
            }
        }
    }
}

/// The largest difference, relative to the root mean square of `expected`.
fn error(actual: &[f32], expected: &[f64]) -> f64 {
    assert_eq!(actual.len(), expected.len());
    let square: f64 = expected.iter().map(|value| value * value).sum();
    let scale = (square / expected.len() as f64).sqrt().max(1e-30);
    let differences = actual.iter().zip(expected).map(|(&a, &e)| (f64::from(a) - e).abs());
    differences.fold(0.0, f64::max) / scale
}

#[test]
fn forward_follows_the_definition() {
    for geometry in geometries() {
        let Case { x, weight, bias, dy: add } = case(geometry);
        let mut expected: Vec<f64> = (0..geometry.output_len())
            .map(|index| f64::from(bias[index % geometry.channels_out]))
            .collect();
        products(&geometry, |o, i, w| expected[o] += f64::from(x[i]) * f64::from(weight[w]));
        let sum = expected.iter().zip(&add).map(|(value, &add)| value + f64::from(add));
        let expected_relu: Vec<f64> = sum.map(|value| value.max(0.0)).collect();
        for isa in Isa::available() {
            let plain = forward(isa, &geometry, &x, &weight, &bias, None, false);
            assert!(error(&plain, &expected) < TOLERANCE, "{geometry:?} {}", isa.name());
            let relu = forward(isa, &geometry, &x, &weight, &bias, Some(&add), true);
            assert!(error(&relu, &expected_relu) < TOLERANCE, "{geometry:?} {} relu", isa.name());
        }
    }
}

#[test]
fn gradients_follow_the_definition() {
    for geometry in geometries() {
        let Case { x, weight, dy, .. } = case(geometry);
        let (mut dx, mut dw) = (vec![0.0; x.len()], vec![0.0; weight.len()]);
        products(&geometry, |o, i, w| {
            dx[i] += f64::from(dy[o]) * f64::from(weight[w]);
            dw[w] += f64::from(dy[o]) * f64::from(x[i]);
        });
        let mut db = vec![0.0; geometry.channels_out];
        for (index, &value) in dy.iter().enumerate() {
            db[index % geometry.channels_out] += f64::from(value);
        }
        for isa in Isa::available() {
            let name = isa.name();
            let input = input_gradient(isa, &geometry, &weight, &dy, None, None);
            assert!(error(&input, &dx) < TOLERANCE, "{geometry:?} {name} input");
            let (weights, bias) = weight_gradient(isa, &geometry, &x, &dy);
            assert!(error(&weights, &dw) < TOLERANCE, "{geometry:?} {name} weights");
            assert!(error(&bias, &db) < TOLERANCE, "{geometry:?} {name} bias");
        }
    }
}

/// Shapes drawn at random, among them those with channels that fill vectors.
#[test]
fn random_shapes_follow_the_definition_forward_and_backward() {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let mut done = 0;
    while done < 60 {
        let mut draw = |from: usize, to: usize| rng.random_range(from..=to);
        let size = [draw(1, 3), draw(1, 13), draw(1, 13)];
        let channels = match draw(0, 2) {
            0 => [draw(1, 9), draw(1, 9)],
            _ => [8 * draw(1, 5), 8 * draw(1, 5)],
        };
        let steps = match draw(0, 2) {
            0 => [draw(1, 5), draw(1, 3), draw(0, 3)],
            _ => [3, 1, draw(0, 2)],
        };
        if size[1].min(size[2]) + 2 * steps[2] < steps[0] {
            continue;
        }
        done += 1;
        check_all(geometry(size, channels, steps));
    }
}

/// Everything that is computed of one shape, against the definition.
fn check_all(geometry: Geometry) {
    let Case { x, weight, bias, dy } = case(geometry);
    let (add, mask) = (random(x.len(), 5), random(x.len(), 6));
    let mut y: Vec<f64> = (0..dy.len()).map(|i| f64::from(bias[i % bias.len()])).collect();
    let mut dx: Vec<f64> = add.iter().map(|&value| f64::from(value)).collect();
    let mut dw = vec![0.0; weight.len()];
    products(&geometry, |o, i, w| {
        y[o] += f64::from(x[i]) * f64::from(weight[w]);
        dx[i] += f64::from(dy[o]) * f64::from(weight[w]);
        dw[w] += f64::from(dy[o]) * f64::from(x[i]);
    });
    let y: Vec<f64> = y.iter().zip(&dy).map(|(y, &add)| (y + f64::from(add)).max(0.0)).collect();
    let dx: Vec<f64> =
        dx.iter().zip(&mask).map(|(&dx, &mask)| if mask > 0.0 { dx } else { 0.0 }).collect();
    for isa in Isa::available() {
        let name = isa.name();
        let actual = forward(isa, &geometry, &x, &weight, &bias, Some(&dy), true);
        assert!(error(&actual, &y) < TOLERANCE, "{geometry:?} {name} forward");
        let actual = input_gradient(isa, &geometry, &weight, &dy, Some(&add), Some(&mask));
        assert!(error(&actual, &dx) < TOLERANCE, "{geometry:?} {name} input");
        let (actual, _) = weight_gradient(isa, &geometry, &x, &dy);
        assert!(error(&actual, &dw) < TOLERANCE, "{geometry:?} {name} weights");
    }
}

/// `<conv(x), dy> = <x, input_gradient(dy)> = <weight, weight_gradient(x, dy)>`, at the full size
/// of the paper's refiner, where the definition would take too long.
#[test]
fn gradients_are_adjoint_to_the_forward_pass() {
    let geometry = geometry([9, 35, 55], [64, 64], [3, 1, 1]);
    let Case { x, weight, bias, dy, .. } = case(geometry);
    let isa = Isa::best();
    let dot = |a: &[f32], b: &[f32]| -> f64 {
        a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum()
    };
    let (dw, db) = weight_gradient(isa, &geometry, &x, &dy);
    let along_bias = dot(&bias, &db);
    let forward = dot(&forward(isa, &geometry, &x, &weight, &bias, None, false), &dy) - along_bias;
    let backward = dot(&x, &input_gradient(isa, &geometry, &weight, &dy, None, None));
    assert!((forward - backward).abs() < 1e-4 * forward.abs(), "{forward} {backward}");
    assert!((forward - dot(&weight, &dw)).abs() < 1e-4 * forward.abs());
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let results = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let mut bits = Vec::new();
            for geometry in geometries() {
                let Case { x, weight, bias, dy, .. } = case(geometry);
                for isa in Isa::available() {
                    let (dw, db) = weight_gradient(isa, &geometry, &x, &dy);
                    let y = forward(isa, &geometry, &x, &weight, &bias, None, true);
                    let dx = input_gradient(isa, &geometry, &weight, &dy, None, None);
                    bits.extend([dw, db, y, dx].concat().into_iter().map(f32::to_bits));
                }
            }
            bits
        })
    };
    let one = results(1);
    assert!(one == results(2));
    assert!(one == results(3));
}

#[test]
fn not_a_number_is_passed_on() {
    let geometry = geometry([1, 4, 4], [1, 1], [3, 1, 1]);
    let mut x = vec![0.0; 16];
    x[0] = f32::NAN;
    for isa in Isa::available() {
        let y = forward(isa, &geometry, &x, &[1.0; 9], &[-1.0], None, true);
        assert!(y[0].is_nan() && y[5].is_nan() && y[2] == 0.0, "{}", isa.name());
    }
}

#[test]
fn relu_mask_keeps_gradients_of_positive_outputs() {
    let mut gradient = vec![1.0, 2.0, 3.0];
    mask_relu(&mut gradient, &[0.0, 0.5, -1.0]);
    assert_eq!(gradient, [0.0, 2.0, 0.0]);
}

#[test]
fn pooling_takes_the_largest_and_returns_to_the_first_of_equals() {
    let geometry =
        PoolGeometry { batch: 1, height: 3, width: 4, channels: 1, kernel: 2, stride: 1 };
    let x = [1.0, 5.0, 5.0, 0.0, 2.0, 3.0, 4.0, 0.0, 9.0, -1.0, -2.0, -3.0];
    assert_eq!(max_pool(&geometry, &x), [5.0, 5.0, 5.0, 9.0, 4.0, 4.0]);
    let dx = max_pool_gradient(&geometry, &x, &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0]);
    assert_eq!(dx, [0.0, 3.0, 4.0, 0.0, 0.0, 0.0, 48.0, 0.0, 8.0, 0.0, 0.0, 0.0]);
}
