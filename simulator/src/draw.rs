//! Distributions that settings are made of.

use crate::seed::{Stream, normal_quantile, normal_share};
use serde::{Deserialize, Serialize};

/// A normal distribution cut off at both ends.
///
/// In a file, `{ mean = 0.0, sd = 5.0, min = -9.0, max = 9.0 }`; without mean and sd, all between
/// the ends is equally likely.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "InFile", into = "InFile")]
pub struct Normal {
    /// Mean of the uncut distribution.
    pub mean: f64,
    /// Standard deviation of the uncut distribution; 0 means always the mean, infinity uniform.
    pub sd: f64,
    /// Nothing below this is drawn.
    pub min: f64,
    /// Nothing above this is drawn.
    pub max: f64,
}

impl Normal {
    /// All four numbers.
    pub const fn new(mean: f64, sd: f64, min: f64, max: f64) -> Self {
        Self { mean, sd, min, max }
    }

    /// Always this number.
    pub const fn always(value: f64) -> Self {
        Self { mean: value, sd: 0.0, min: value, max: value }
    }

    /// Everything between the ends is equally likely.
    pub const fn uniform(min: f64, max: f64) -> Self {
        Self { mean: 0.5 * (min + max), sd: f64::INFINITY, min, max }
    }

    /// One value, for exactly one random number: the quantile of a uniform number within the ends.
    pub(crate) fn draw(&self, stream: &mut Stream) -> f64 {
        self.quantile(stream.unit())
    }

    /// One value, of whose variance (before the cut) `share` comes from `common` and the rest from
    /// `own`: for exactly one random number of each.
    pub(crate) fn draw_shared(&self, own: &mut Stream, common: &mut Stream, share: f64) -> f64 {
        let z = (1.0 - share).sqrt() * own.normal() + share.sqrt() * common.normal();
        self.quantile(normal_share(z))
    }

    /// The value below which this share of the cut distribution lies.
    fn quantile(&self, u: f64) -> f64 {
        if self.sd == 0.0 {
            return self.mean.clamp(self.min, self.max);
        }
        if self.sd == f64::INFINITY {
            return self.min + (self.max - self.min) * u;
        }
        let low = normal_share((self.min - self.mean) / self.sd);
        let high = normal_share((self.max - self.mean) / self.sd);
        let p = (low + u * (high - low)).clamp(1e-12, 1.0 - 1e-12);
        (self.mean + self.sd * normal_quantile(p)).clamp(self.min, self.max)
    }
}

/// A [`Normal`] as it stands in a settings file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct InFile {
    #[serde(skip_serializing_if = "Option::is_none")]
    mean: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sd: Option<f64>,
    min: f64,
    max: f64,
}

impl TryFrom<InFile> for Normal {
    type Error = &'static str;

    fn try_from(file: InFile) -> Result<Self, Self::Error> {
        match (file.mean, file.sd) {
            (Some(_), Some(sd)) if sd.is_infinite() => {
                Err("`sd` is infinite; leave out `mean` and `sd` for a uniform distribution")
            }
            (Some(mean), Some(sd)) => Ok(Self::new(mean, sd, file.min, file.max)),
            (None, None) => Ok(Self::uniform(file.min, file.max)),
            _ => Err("give both `mean` and `sd`, or neither for a uniform distribution"),
        }
    }
}

impl From<Normal> for InFile {
    fn from(n: Normal) -> Self {
        let bell = n.sd != f64::INFINITY;
        Self { mean: bell.then_some(n.mean), sd: bell.then_some(n.sd), min: n.min, max: n.max }
    }
}

/// A uniform distribution.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// Lower end.
    pub min: f64,
    /// Upper end.
    pub max: f64,
}

impl Range {
    /// Both ends.
    pub const fn new(min: f64, max: f64) -> Self {
        Self { min, max }
    }

    /// Always this number.
    pub const fn always(value: f64) -> Self {
        Self { min: value, max: value }
    }

    /// One value, for exactly one random number.
    pub(crate) fn draw(&self, stream: &mut Stream) -> f64 {
        self.min + (self.max - self.min) * stream.unit()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::seed::Purpose;

    #[test]
    fn a_cut_normal_keeps_its_ends_and_its_mean() {
        let normal = Normal::new(-8.0, 7.0, -25.0, 9.0);
        let mut stream = Stream::new(0, 0, Purpose::Pose);
        let values: Vec<f64> = (0..20_000).map(|_| normal.draw(&mut stream)).collect();
        assert!(values.iter().all(|v| (-25.0..=9.0).contains(v)));
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        assert!((mean + 8.0).abs() < 0.2, "cut symmetrically, the mean stays: {mean}");
    }

    #[test]
    fn values_that_share_a_stream_are_alike_by_as_much_as_they_share() {
        let normal = Normal::new(3.0, 2.0, -3.0, 9.0);
        for share in [0.0, 0.5, 1.0] {
            let (mut sums, count) = ([0.0; 3], 20_000);
            for k in 0..count {
                let value = |own: u64| {
                    let own = &mut Stream::new(own, k, Purpose::Place);
                    let common = &mut Stream::new(9, k, Purpose::Person);
                    normal.draw_shared(own, common, share) - 3.0
                };
                let (a, b) = (value(1), value(2));
                sums = [sums[0] + a, sums[1] + a * a, sums[2] + a * b];
            }
            let [mean, square, product] = sums.map(|sum| sum / count as f64);
            assert!(mean.abs() < 0.05 && (square.sqrt() - 1.97).abs() < 0.05, "{share}: {square}");
            assert!((product / square - share).abs() < 0.03, "{share}: {}", product / square);
        }
    }

    #[test]
    fn a_draw_uses_one_number_whatever_its_settings() {
        let after = |normal: Normal| {
            let mut stream = Stream::new(3, 4, Purpose::Light);
            normal.draw(&mut stream);
            stream.word()
        };
        assert_eq!(after(Normal::always(2.0)), after(Normal::new(0.0, 5.0, -1.0, 0.5)));
        assert_eq!(after(Normal::always(2.0)), after(Normal::uniform(-1.0, 0.5)));
    }

    #[test]
    fn without_mean_and_sd_a_distribution_is_flat_and_with_one_of_them_it_is_refused() {
        let flat: Normal = toml::from_str("min = -2.0\nmax = 6.0").unwrap();
        assert_eq!(flat, Normal::uniform(-2.0, 6.0));
        assert_eq!(toml::from_str::<Normal>(&toml::to_string(&flat).unwrap()).unwrap(), flat);
        let error = toml::from_str::<Normal>("mean = 1.0\nmin = -2.0\nmax = 6.0").unwrap_err();
        assert!(error.to_string().contains("both `mean` and `sd`"), "{error}");
        // A quarter of the values in each quarter of the range.
        let mut stream = Stream::new(0, 0, Purpose::Pose);
        let mut counts = [0; 4];
        for _ in 0..8000 {
            counts[((flat.draw(&mut stream) + 2.0) / 2.0) as usize] += 1;
        }
        assert!(counts.iter().all(|c| (1850..2150).contains(c)), "{counts:?}");
    }
}
