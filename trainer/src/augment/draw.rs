//! Numbers from ranges, and what a range may be.

use crate::Error;
use crate::config::config_error;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// A number between these two.
pub(crate) fn between(rng: &mut ChaCha8Rng, low: f32, high: f32) -> f32 {
    low + (high - low) * rng.random::<f32>()
}

/// Checks pairs of a least and a greatest value, both above 0.
pub(crate) fn check_pairs(pairs: &[(&'static str, [f32; 2])]) -> Result<(), Error> {
    for &(field, [low, high]) in pairs {
        if !(low > 0.0 && low <= high && high.is_finite()) {
            let problem = format!("is [{low}, {high}]");
            let remedy = "write the smaller number first, both greater than 0";
            return Err(config_error(field, problem, remedy));
        }
    }
    Ok(())
}

/// Checks values that reach from 0 to a most; `remedy` says what to write.
pub(crate) fn check_limits(
    limits: &[(&'static str, f32, f32)],
    remedy: &'static str,
) -> Result<(), Error> {
    for &(field, value, most) in limits {
        if !(0.0..=most).contains(&value) {
            return Err(config_error(field, format!("is {value}"), remedy));
        }
    }
    Ok(())
}
