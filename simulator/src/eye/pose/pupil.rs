//! How wide the pupil is.

use crate::eye::config::{EyeConfig, PupilFrom};
use crate::seed::{Purpose, Stream};
use std::f64::consts::TAU;

/// The pupil of a moment, and what made it so wide.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Pupil {
    /// Radius of the pupil itself, mm.
    pub radius_mm: f64,
    /// How much farther nasally its centre stands than the person's pupil of mean size, mm.
    pub nasal_change_mm: f64,
    /// Age of the person, years.
    pub age_years: f64,
    /// Luminance that the eye is adapted to, cd/m2.
    pub luminance_cd_m2: f64,
}

/// Diameter of a light-adapted pupil, mm: the unified formula of Watson and Yellott 2012 (Journal
/// of Vision 12(10):12, equation 21) for a field of `field_deg` diameter seen with both eyes.
/// It was fitted to ages 20 to 83; younger and older people are taken for those.
pub(super) fn diameter_mm(luminance_cd_m2: f64, field_deg: f64, age_years: f64) -> f64 {
    let area_deg2 = std::f64::consts::PI * 0.25 * field_deg * field_deg;
    let f = libm::pow(luminance_cd_m2 * area_deg2 / 846.0, 0.41);
    let young = 7.75 - 5.75 * f / (f + 2.0);
    young + (age_years.clamp(20.0, 83.0) - 28.58) * (0.02132 - 0.009562 * young)
}

/// The pupil of a person at a moment, `time_s` into its sequence.
pub(super) fn draw(
    config: &EyeConfig,
    seed: u64,
    person: u64,
    moment: u64,
    time_s: Option<f64>,
) -> Pupil {
    let (p, limits) = (&config.pupil, config.eyeball.pupil_radius_mm);
    let whose = &mut Stream::new(seed, person, Purpose::Age);
    let age_years = p.age_years.draw(whose);
    let residual = p.residual_mm.draw(whose);
    let log = p.luminance_log10_cd_m2.draw(&mut Stream::new(seed, moment, Purpose::Luminance));
    let luminance_cd_m2 = libm::pow(10.0, log);
    let radius = match p.from {
        PupilFrom::Luminance => {
            0.5 * (diameter_mm(luminance_cd_m2, p.field_deg, age_years) + residual)
        }
        PupilFrom::Range => limits.draw(&mut Stream::new(seed, moment, Purpose::Pupil)),
    };
    let wave = time_s.map_or(0.0, |t| hippus(config.pose.motion.hippus_mm, seed, moment, t));
    let radius_mm = (radius + wave).clamp(limits.min, limits.max);
    let nasal_change_mm = p.nasal_per_mm * (limits.mean - radius_mm);
    Pupil { radius_mm, nasal_change_mm, age_years, luminance_cd_m2 }
}

/// Waves of the radius, mm: three, of 0.05 to 0.5 Hz.
fn hippus(deviation_mm: f64, seed: u64, moment: u64, time_s: f64) -> f64 {
    let mut stream = Stream::new(seed, moment, Purpose::Hippus);
    let waves: f64 = (0..3)
        .map(|_| {
            let (frequency_hz, phase) = (0.05 + 0.45 * stream.unit(), stream.unit());
            libm::sin(TAU * (frequency_hz * time_s + phase))
        })
        .sum();
    deviation_mm * (2.0f64 / 3.0).sqrt() * waves
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn watson_and_yellott_s_table() {
        for (luminance, expected) in [(1.0, 5.3), (10.0, 3.9), (100.0, 2.9), (1000.0, 2.4)] {
            let d = diameter_mm(luminance, 60.0, 25.0);
            assert!((d - expected).abs() < 0.05, "{luminance} cd/m2: {d} mm");
        }
        // At the reference age it is Stanley and Davies' formula: half-way at F = 2.
        let half = 846.0 * libm::pow(2.0, 1.0 / 0.41) / (std::f64::consts::PI * 900.0);
        assert!((diameter_mm(half, 60.0, 28.58) - (7.75 - 5.75 / 2.0)).abs() < 1e-12);
        assert!(diameter_mm(1.0, 60.0, 75.0) < diameter_mm(1.0, 60.0, 25.0) - 1.0);
    }

    #[test]
    fn a_pupil_keeps_its_limits_and_its_person() {
        let config = EyeConfig::default();
        for id in 0..2000 {
            let pupil = draw(&config, 1, id % 7, id, None);
            let limits = config.eyeball.pupil_radius_mm;
            assert!((limits.min..=limits.max).contains(&pupil.radius_mm));
            assert_eq!(pupil.age_years, draw(&config, 1, id % 7, id + 1, None).age_years);
            let expected = config.pupil.nasal_per_mm * (limits.mean - pupil.radius_mm);
            assert_eq!(pupil.nasal_change_mm, expected);
        }
    }

    #[test]
    fn a_range_overrides_the_light_and_the_light_is_still_told() {
        let mut config = EyeConfig::default();
        let (dim, bright) = (0.5, 3.0);
        let mut radius = |from, log| {
            config.pupil.from = from;
            config.pupil.luminance_log10_cd_m2 = crate::eye::Normal::always(log);
            let pupil = draw(&config, 1, 4, 4, None);
            assert!((pupil.luminance_cd_m2 / libm::pow(10.0, log) - 1.0).abs() < 1e-12);
            pupil.radius_mm
        };
        assert_eq!(radius(PupilFrom::Range, dim), radius(PupilFrom::Range, bright));
        assert!(radius(PupilFrom::Luminance, dim) > radius(PupilFrom::Luminance, bright) + 0.5);
    }

    #[test]
    fn hippus_is_slow_and_as_strong_as_set() {
        let (mut sum, mut n) = (0.0f64, 0.0);
        for moment in 0..200 {
            for k in 0..50 {
                let t = k as f64 * 0.2;
                let wave = hippus(0.06, 1, moment, t);
                sum += wave * wave;
                n += 1.0;
                let step = hippus(0.06, 1, moment, t + 0.01) - wave;
                assert!(step.abs() < 3.0 * 0.06 * TAU * 0.5 * 0.01, "{step} mm in 10 ms");
            }
        }
        let deviation: f64 = (sum / n).sqrt();
        assert!((deviation / 0.06 - 1.0).abs() < 0.1, "{deviation}");
    }
}
