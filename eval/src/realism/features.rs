//! What fixed random convolutions see of an image.

use super::Level;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use simulator::sample::Frame;

/// Filters of the first layer: 5x5, stride 2, each with sum 0 and length 1, so that none answers to
/// brightness alone.
const FIRST: usize = 24;
const FIRST_SIDE: usize = 5;
/// Filters of the second layer: 3x3 over all of the first, stride 2.
const SECOND: usize = 32;
const SECOND_SIDE: usize = 3;
const STRIDE: usize = 2;
/// The smallest image side from which something comes out, px.
pub const SMALLEST_PX: usize = 9;
/// Numbers an image: the mean and the deviation of each filter's answers, of both layers.
pub const LENGTH: usize = 2 * (FIRST + SECOND);

/// The features of one image.
pub type Features = [f64; LENGTH];

/// A layer's answers: filter after filter, each row by row.
struct Map {
    width: usize,
    height: usize,
    values: Vec<f32>,
}

struct Filters {
    side: usize,
    /// `[filter][channel][row][column]`
    weights: Vec<f32>,
    channels: usize,
    count: usize,
}

/// Both layers' filters: always the same.
fn filters() -> [Filters; 2] {
    let mut rng = ChaCha8Rng::seed_from_u64(0x7265_616c);
    let mut draw = |count: usize, channels: usize, side: usize| {
        let length = channels * side * side;
        let weights = (0..count).flat_map(|_| {
            let filter: Vec<f64> = (0..length).map(|_| rng.random_range(-1.0..1.0)).collect();
            let mean = filter.iter().sum::<f64>() / length as f64;
            let norm = filter.iter().map(|w| (w - mean).powi(2)).sum::<f64>().sqrt();
            filter.into_iter().map(move |w| ((w - mean) / norm) as f32).collect::<Vec<_>>()
        });
        Filters { side, weights: weights.collect(), channels, count }
    };
    [draw(FIRST, 1, FIRST_SIDE), draw(SECOND, FIRST, SECOND_SIDE)]
}

/// The features of each of these frames, on all cores.
pub fn of<L: Level>(frames: &[Frame<L>]) -> Vec<Features> {
    let [first, second] = filters();
    frames
        .par_iter()
        .map(|frame| {
            let (width, height) = frame.size();
            let values = frame.pixels().iter().map(|&p| p.into() / 127.5 - 1.0).collect();
            let one = answers(&Map { width, height, values }, &first);
            let two = answers(&one, &second);
            let mut features = [0.0; LENGTH];
            let pooled = pooled(&one, FIRST).chain(pooled(&two, SECOND));
            features.iter_mut().zip(pooled).for_each(|(feature, value)| *feature = value);
            features
        })
        .collect()
}

/// Convolution without padding, and a ReLU.
fn answers(x: &Map, filters: &Filters) -> Map {
    let side = filters.side;
    let (width, height) = ((x.width - side) / STRIDE + 1, (x.height - side) / STRIDE + 1);
    let mut values = Vec::with_capacity(filters.count * width * height);
    for filter in filters.weights.chunks_exact(filters.channels * side * side) {
        for y in 0..height {
            for column in 0..width {
                let mut sum = 0.0;
                for (channel, kernel) in filter.chunks_exact(side * side).enumerate() {
                    let plane = channel * x.width * x.height;
                    for (row, weights) in kernel.chunks_exact(side).enumerate() {
                        let from = plane + (STRIDE * y + row) * x.width + STRIDE * column;
                        let pixels = &x.values[from..from + side];
                        sum += weights.iter().zip(pixels).map(|(w, p)| w * p).sum::<f32>();
                    }
                }
                values.push(sum.max(0.0));
            }
        }
    }
    Map { width, height, values }
}

/// Mean and deviation of each filter's answers.
fn pooled(map: &Map, filters: usize) -> impl Iterator<Item = f64> + '_ {
    map.values.chunks_exact(map.values.len() / filters).flat_map(|answers| {
        let n = answers.len() as f64;
        let mean = answers.iter().map(|&a| f64::from(a)).sum::<f64>() / n;
        let square = answers.iter().map(|&a| (f64::from(a) - mean).powi(2)).sum::<f64>() / n;
        [mean, square.sqrt()]
    })
}

/// Mean and deviation of each feature over a set of images.
#[derive(Debug, Clone)]
pub struct Standard {
    mean: Features,
    deviation: Features,
}

impl Standard {
    /// Of these images.
    pub fn of(features: &[Features]) -> Self {
        let n = features.len() as f64;
        let mean = std::array::from_fn(|i| features.iter().map(|f| f[i]).sum::<f64>() / n);
        let deviation = std::array::from_fn(|i| {
            let square = features.iter().map(|f| (f[i] - mean[i]).powi(2)).sum::<f64>() / n;
            square.sqrt().max(1e-6)
        });
        Self { mean, deviation }
    }

    /// Features in units of the deviation, from the mean.
    pub fn apply(&self, features: &[Features]) -> Vec<Features> {
        let standard =
            |f: &Features| std::array::from_fn(|i| (f[i] - self.mean[i]) / self.deviation[i]);
        features.iter().map(standard).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(level: u8, grain: u64) -> Frame<u8> {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        Frame::from_fn(20, 14, |_, _| level + rng.random_range(0..=grain) as u8)
    }

    #[test]
    fn brightness_alone_is_not_seen_and_texture_is() {
        let [dark, bright, rough] =
            <[Features; 3]>::try_from(of(&[noise(40, 30), noise(140, 30), noise(40, 60)]))
                .unwrap_or([[0.0; LENGTH]; 3]);
        let distance = |a: &Features, b: &Features| {
            a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
        };
        assert!(distance(&dark, &bright) < 1e-4, "{}", distance(&dark, &bright));
        assert!(distance(&dark, &rough) > 0.1, "{}", distance(&dark, &rough));
    }

    #[test]
    fn the_smallest_image_has_features_and_each_is_a_number() {
        let frame = Frame::from_fn(SMALLEST_PX, SMALLEST_PX, |x, y| (x * y * 3) as u8);
        let features = of(&[frame]);
        assert!(features[0].iter().all(|f| f.is_finite()));
        assert!(features[0].iter().any(|f| *f > 0.0));
    }

    #[test]
    fn standardised_features_have_mean_0_and_deviation_1() {
        let frames: Vec<_> = (0..9).map(|i| noise(10 * i, 20 + 10 * u64::from(i))).collect();
        let features = of(&frames);
        let standard = Standard::of(&features).apply(&features);
        let again = Standard::of(&standard);
        for i in 0..LENGTH {
            assert!(again.mean[i].abs() < 1e-9);
            let deviation = again.deviation[i];
            assert!((deviation - 1.0).abs() < 1e-6 || deviation < 1e-5, "{i}: {deviation}");
        }
    }
}
