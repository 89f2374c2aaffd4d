//! Random numbers: a generator for each (seed, id, purpose), and draws that use up exactly one
//! number each.
//!
//! Two things follow. A sample can be rendered alone, on any thread, and comes out the same; and a
//! changed knob changes nothing but what it names, because no draw moves the draws after it.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// What the numbers are for. The name is part of the key.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    Identity,
    Pose,
    Pupil,
    Lids,
    Light,
    Lashes,
    Looks,
    Person,
    Camera,
    Noise,
    Side,
    Place,
    Target,
    Eyes,
    Measured,
    Age,
    Luminance,
    Blink,
    Motion,
    Path,
    Drift,
    Microsaccade,
    Hippus,
    Glasses,
    HandShape,
    HandPose,
    HandView,
    HandCube,
    DepthNoise,
    PlaceOfPerson,
}

/// The stream of random numbers for one purpose of one sample.
pub(crate) struct Stream(ChaCha8Rng);

impl Stream {
    /// ChaCha is a keyed function of position, so (seed, id, purpose) is simply its key.
    pub(crate) fn new(seed: u64, id: u64, purpose: Purpose) -> Self {
        let mut key = [0u8; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&id.to_le_bytes());
        key[16] = purpose as u8;
        key[24..].copy_from_slice(b"eye draw");
        Self(ChaCha8Rng::from_seed(key))
    }

    /// A whole number, for seeding hash noise.
    pub(crate) fn word(&mut self) -> u32 {
        self.0.next_u32()
    }

    /// Uniform in (0, 1), never an end.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.0.next_u32() as f64 + 0.5) / 4_294_967_296.0
    }

    /// A waiting time of this mean: exponential.
    pub(crate) fn wait(&mut self, mean: f64) -> f64 {
        -mean * libm::log(self.unit())
    }

    /// Standard normal, from one 32-bit number.
    pub(crate) fn normal(&mut self) -> f64 {
        normal_quantile(self.unit())
    }
}

/// The standard normal's quantile function: Acklam's rational approximation, relative error below
/// 1.2e-9.
pub(crate) fn normal_quantile(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 5] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 4] = [
        7.784_695_709_041_462e-3,
        3.224_671_290_700_398e-1,
        2.445_134_137_142_996,
        3.754_408_661_907_416,
    ];
    let tail = |p: f64| {
        let q = (-2.0 * libm::log(p)).sqrt();
        (((((C[0] * q + C[1]) * q + C[2]) * q + C[3]) * q + C[4]) * q + C[5])
            / ((((D[0] * q + D[1]) * q + D[2]) * q + D[3]) * q + 1.0)
    };
    if p < 0.02425 {
        tail(p)
    } else if p > 1.0 - 0.02425 {
        -tail(1.0 - p)
    } else {
        let q = p - 0.5;
        let r = q * q;
        (((((A[0] * r + A[1]) * r + A[2]) * r + A[3]) * r + A[4]) * r + A[5]) * q
            / (((((B[0] * r + B[1]) * r + B[2]) * r + B[3]) * r + B[4]) * r + 1.0)
    }
}

/// The standard normal's distribution function (Abramowitz and Stegun 26.2.17, error below 1e-7).
pub(crate) fn normal_share(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * x.abs());
    let poly = t
        * (0.319_381_530
            + t * (-0.356_563_782
                + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
    let upper = libm::exp(-0.5 * x * x) / (2.0 * std::f64::consts::PI).sqrt() * poly;
    if x >= 0.0 { 1.0 - upper } else { upper }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantile_and_share_undo_each_other() {
        for x in [-3.5, -2.0, -0.7, 0.0, 0.31, 1.5, 3.0] {
            assert!((normal_quantile(normal_share(x)) - x).abs() < 1e-4, "{x}");
        }
        assert!((normal_quantile(0.975) - 1.959_964).abs() < 1e-6);
    }

    #[test]
    fn a_stream_depends_on_each_part_of_its_key() {
        let first = |seed, id, purpose| Stream::new(seed, id, purpose).word();
        let base = first(1, 2, Purpose::Pose);
        assert_eq!(base, first(1, 2, Purpose::Pose));
        assert_ne!(base, first(2, 2, Purpose::Pose));
        assert_ne!(base, first(1, 3, Purpose::Pose));
        assert_ne!(base, first(1, 2, Purpose::Light));
    }
}
