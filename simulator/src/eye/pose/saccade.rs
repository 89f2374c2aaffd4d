//! Saccades: how long one takes and where the eye is in it.
//!
//! Peak velocity follows the main sequence V = Vmax (1 - exp(-A / A0)) of the amplitude A (Bahill,
//! Clark and Stark 1975; this form in Baloh et al. 1975 and in Dai et al. 2016, "A parametric model
//! for saccadic eye movement"). Position follows the minimum-jerk polynomial, whose velocity is the
//! observed bell; its peak is 15/8 of the mean, which makes the duration 15/8 A / V.

use crate::eye::config::MotionConfig;

/// Peak over mean velocity of [`progress`].
pub(super) const PEAK_OVER_MEAN: f64 = 1.875;

/// Peak velocity of a saccade of this amplitude, degrees a second.
pub(super) fn peak_deg_s(motion: &MotionConfig, amplitude_deg: f64) -> f64 {
    -motion.saccade_peak_deg_s * libm::expm1(-amplitude_deg / motion.saccade_knee_deg)
}

/// Duration of a saccade of this amplitude, s; nothing takes no time.
pub(super) fn duration_s(motion: &MotionConfig, amplitude_deg: f64) -> f64 {
    if amplitude_deg < 1e-6 {
        return 0.0;
    }
    PEAK_OVER_MEAN * amplitude_deg / peak_deg_s(motion, amplitude_deg)
}

/// Share of the way made after this share of the time, with rest at both ends.
pub(super) fn progress(u: f64) -> f64 {
    let u = u.clamp(0.0, 1.0);
    u * u * u * (10.0 + u * (6.0 * u - 15.0))
}

/// The derivative of [`progress`].
pub(super) fn pace(u: f64) -> f64 {
    let u = u.clamp(0.0, 1.0);
    30.0 * u * u * (1.0 - u) * (1.0 - u)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peak_velocity_is_the_main_sequence_s() {
        let motion = MotionConfig::default();
        for amplitude in [0.3, 2.0, 10.0, 30.0] {
            let duration = duration_s(&motion, amplitude);
            let fastest = (0..=2000)
                .map(|k| amplitude * pace(k as f64 / 2000.0) / duration)
                .fold(0.0, f64::max);
            let peak = peak_deg_s(&motion, amplitude);
            assert!((fastest / peak - 1.0).abs() < 1e-6, "{amplitude}: {fastest} {peak}");
        }
        assert!((peak_deg_s(&motion, 1e3) - motion.saccade_peak_deg_s).abs() < 1e-9);
    }

    #[test]
    fn durations_are_near_carpenter_s_line() {
        // 2.2 ms a degree + 21 ms (Carpenter 1988).
        let motion = MotionConfig::default();
        for amplitude in [2.0, 5.0, 10.0, 15.0, 20.0] {
            let (ours, line) = (duration_s(&motion, amplitude), 0.0022 * amplitude + 0.021);
            assert!((ours / line - 1.0).abs() < 0.2, "{amplitude}: {ours} s, {line} s");
        }
    }

    #[test]
    fn the_way_begins_and_ends_at_rest_and_its_pace_is_its_slope() {
        assert_eq!((progress(0.0), progress(1.0), progress(0.5)), (0.0, 1.0, 0.5));
        assert_eq!((pace(0.0), pace(1.0), pace(0.5)), (0.0, 0.0, PEAK_OVER_MEAN));
        for u in [0.1, 0.4, 0.8] {
            let slope = (progress(u + 1e-6) - progress(u - 1e-6)) / 2e-6;
            assert!((slope - pace(u)).abs() < 1e-6);
        }
    }
}
