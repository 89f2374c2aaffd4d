//! The power spectra of images, and how far two sets are apart in them.

use super::Level;
use rayon::prelude::*;
use simulator::sample::Frame;
use std::f64::consts::TAU;

/// Rings of frequencies, from 0 to 0.5 cycles a pixel.
pub const RINGS: usize = 16;

/// Mean power of a set of images in each ring of frequencies. The mean level of an image is taken
/// out, and its border faded (Hann window), so that it does not look like an edge.
#[derive(Debug, Clone, PartialEq)]
pub struct Spectrum {
    /// dB; `None` for a ring in which images of this size have no frequency.
    rings_db: [Option<f64>; RINGS],
}

impl Spectrum {
    /// Of these frames, all of one size; on all cores.
    pub fn of<L: Level>(frames: &[Frame<L>]) -> Self {
        let Some(size) = frames.first().map(Frame::size) else {
            return Self { rings_db: [None; RINGS] };
        };
        let transform = Transform::new(size);
        let powers: Vec<Vec<f64>> = frames.par_iter().map(|frame| transform.power(frame)).collect();
        // Mean over images and over the frequencies of a ring.
        let mut sums = [(0.0, 0usize); RINGS];
        for power in &powers {
            for (&ring, power) in transform.rings.iter().zip(power) {
                if let Some(ring) = ring {
                    sums[ring].0 += power;
                    sums[ring].1 += 1;
                }
            }
        }
        let db = |(sum, count): (f64, usize)| {
            (count > 0).then(|| 10.0 * (sum / count as f64).max(1e-12).log10())
        };
        Self { rings_db: sums.map(db) }
    }

    /// Mean power in each ring, dB.
    pub fn rings_db(&self) -> &[Option<f64>; RINGS] {
        &self.rings_db
    }

    /// Root of the mean squared difference over the rings, dB.
    pub fn distance_db(&self, other: &Self) -> f64 {
        let both = self.rings_db.iter().zip(&other.rings_db);
        let squares: Vec<f64> =
            both.filter_map(|(a, b)| Some((a.as_ref()? - b.as_ref()?).powi(2))).collect();
        (squares.iter().sum::<f64>() / squares.len().max(1) as f64).sqrt()
    }
}

/// A discrete Fourier transform of one image size: along rows, then along columns. Of a real image
/// half of the columns are enough.
struct Transform {
    size: (usize, usize),
    columns: usize,
    window: Vec<f64>,
    /// Cosine and sine of each multiple of a full turn's part.
    turns: [Vec<(f64, f64)>; 2],
    /// Ring of each frequency, row by row.
    rings: Vec<Option<usize>>,
}

impl Transform {
    fn new((width, height): (usize, usize)) -> Self {
        let hann = |i: usize, n: usize| 0.5 - 0.5 * (TAU * (i as f64 + 0.5) / n as f64).cos();
        let columns = width / 2 + 1;
        let turns = [width, height].map(|n| {
            (0..n).map(|i| TAU * i as f64 / n as f64).map(|a| (a.cos(), -a.sin())).collect()
        });
        let frequency = |k: usize, n: usize| k.min(n - k) as f64 / n as f64;
        let ring = |i: usize| {
            let (fx, fy) = (frequency(i % columns, width), frequency(i / columns, height));
            let f = fx.hypot(fy);
            (i > 0 && f <= 0.5).then(|| ((2.0 * f * RINGS as f64) as usize).min(RINGS - 1))
        };
        Self {
            size: (width, height),
            columns,
            window: (0..width * height)
                .map(|i| hann(i % width, width) * hann(i / width, height))
                .collect(),
            turns,
            rings: (0..columns * height).map(ring).collect(),
        }
    }

    /// Power at each frequency of half the plane, row by row.
    fn power<L: Level>(&self, frame: &Frame<L>) -> Vec<f64> {
        let (width, height) = self.size;
        let n = (width * height) as f64;
        let level = |p: L| f64::from(p.into());
        let mean = frame.pixels().iter().map(|&p| level(p)).sum::<f64>() / n;
        let faded: Vec<f64> =
            frame.pixels().iter().zip(&self.window).map(|(&p, w)| (level(p) - mean) * w).collect();
        // Along the rows.
        let mut half = vec![(0.0, 0.0); self.columns * height];
        for (row, pixels) in faded.chunks_exact(width).enumerate() {
            for k in 0..self.columns {
                let sum = &mut half[row * self.columns + k];
                for (x, p) in pixels.iter().enumerate() {
                    let (cos, sin) = self.turns[0][k * x % width];
                    *sum = (sum.0 + p * cos, sum.1 + p * sin);
                }
            }
        }
        // Along the columns.
        let mut power = vec![0.0; self.columns * height];
        for k in 0..self.columns {
            for l in 0..height {
                let mut sum = (0.0, 0.0);
                for y in 0..height {
                    let (re, im) = half[y * self.columns + k];
                    let (cos, sin) = self.turns[1][l * y % height];
                    sum = (sum.0 + re * cos - im * sin, sum.1 + re * sin + im * cos);
                }
                power[l * self.columns + k] = (sum.0 * sum.0 + sum.1 * sum.1) / n;
            }
        }
        power
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    fn noise(seed: u64, amplitude: i16) -> Vec<Frame<u8>> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        (0..60)
            .map(|_| {
                Frame::from_fn(30, 22, |_, _| {
                    (128 + rng.random_range(-amplitude..=amplitude)) as u8
                })
            })
            .collect()
    }

    #[test]
    fn a_wave_has_its_power_in_the_ring_of_its_frequency() {
        // 0.2 cycles a pixel, to the right: ring 6 of 16 (0.1875 to 0.21875).
        let wave = Frame::from_fn(60, 36, |x, _| {
            (128.0 + 90.0 * (TAU * 0.2 * x as f64).cos()).round() as u8
        });
        let spectrum = Spectrum::of(&[wave]);
        let rings: Vec<f64> = spectrum.rings_db().iter().map(|ring| ring.unwrap()).collect();
        let strongest = (0..RINGS).max_by(|&a, &b| rings[a].total_cmp(&rings[b])).unwrap();
        assert_eq!(strongest, 6);
        assert!(rings[6] > rings[12] + 30.0);
    }

    #[test]
    fn white_noise_is_white_with_the_variance_that_is_left_by_the_window() {
        let spectrum = Spectrum::of(&noise(1, 40));
        // Variance of a whole number from -40 to 40, times the window's mean square, (3/8)².
        let expected = 10.0 * (40.0 * 41.0 / 3.0 * (3.0f64 / 8.0).powi(2)).log10();
        for (ring, db) in spectrum.rings_db().iter().enumerate().skip(2) {
            assert!((db.unwrap() - expected).abs() < 0.7, "ring {ring}: {db:?}, not {expected}");
        }
    }

    #[test]
    fn twice_the_amplitude_is_six_db_away_everywhere() {
        let (soft, loud) = (Spectrum::of(&noise(1, 40)), Spectrum::of(&noise(2, 80)));
        assert!((soft.distance_db(&loud) - 6.0).abs() < 0.5, "{}", soft.distance_db(&loud));
        assert!(soft.distance_db(&soft) == 0.0);
        assert!(soft.distance_db(&Spectrum::of(&noise(3, 40))) < 0.4);
    }

    #[test]
    fn brightness_is_not_power() {
        let flat = |level: u8| Frame::from_fn(20, 12, |_, _| level);
        let (dark, bright) = (Spectrum::of(&[flat(10)]), Spectrum::of(&[flat(240)]));
        assert_eq!(dark, bright);
    }
}
