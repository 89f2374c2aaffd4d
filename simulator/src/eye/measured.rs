//! Gaze that was measured: whether a list of it can be drawn from, and the distribution that is like it.

use super::check::refuse;
use super::config::EyeConfig;
use super::draw::Normal;
use crate::Error;
use crate::sample::Gaze;

/// Standard deviations at which a distribution that is like a list is cut off.
const REACH_SD: f64 = 3.0;

impl EyeConfig {
    /// With normal distributions of gaze of the mean and the standard deviation of this list.
    ///
    /// # Errors
    /// An empty list, and a gaze that no eye before a camera has.
    pub fn with_gaze_like(mut self, gazes: &[Gaze]) -> Result<Self, Error> {
        check(gazes)?;
        let like = |angle: fn(&Gaze) -> f32| {
            let count = gazes.len() as f64;
            let degrees = || gazes.iter().map(|gaze| f64::from(angle(gaze)).to_degrees());
            let mean = degrees().sum::<f64>() / count;
            let sd = (degrees().map(|d| (d - mean).powi(2)).sum::<f64>() / count).sqrt();
            Normal::new(mean, sd, mean - REACH_SD * sd, mean + REACH_SD * sd)
        };
        self.pose.gaze_pitch_deg = like(|gaze| gaze.pitch);
        self.pose.gaze_yaw_deg = like(|gaze| gaze.yaw);
        Ok(self)
    }
}

/// Whether samples can be drawn from this list of gazes.
pub(super) fn check(gazes: &[Gaze]) -> Result<(), Error> {
    let field = "measured gaze";
    if gazes.is_empty() {
        let remedy = "give at least one row, or none of the list".to_string();
        return Err(refuse(field, gazes.len(), "is a list without a gaze", remedy));
    }
    for (row, gaze) in gazes.iter().enumerate() {
        let largest = gaze.pitch.abs().max(gaze.yaw.abs());
        if gaze.pitch.is_nan() || gaze.yaw.is_nan() || largest > LARGEST_GAZE_RAD {
            let remedy = format!(
                "correct or remove entry {row}: pitch and yaw are radians, at most {LARGEST_GAZE_RAD}"
            );
            return Err(refuse(field, gaze, "turns away from the camera", remedy));
        }
    }
    Ok(())
}

/// Largest pitch and yaw of a measured gaze, rad (80 degrees).
const LARGEST_GAZE_RAD: f32 = 1.396;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_distribution_has_the_list_s_mean_and_deviation_and_a_wrong_list_is_refused() {
        let list = [(-10.0, 3.0), (-6.0, 3.0), (-8.0, 9.0), (-8.0, -3.0)]
            .map(|(pitch, yaw)| Gaze::from_degrees(pitch, yaw));
        let pose = EyeConfig::default().with_gaze_like(&list).unwrap().pose;
        assert!((pose.gaze_pitch_deg.mean + 8.0).abs() < 1e-5);
        assert!((pose.gaze_pitch_deg.sd - 2f64.sqrt()).abs() < 1e-5);
        assert!((pose.gaze_yaw_deg.mean - 3.0).abs() < 1e-5);
        assert!((pose.gaze_yaw_deg.sd - 18f64.sqrt()).abs() < 1e-5);
        assert!(EyeConfig::default().with_gaze_like(&[]).is_err());
        assert!(EyeConfig::default().with_gaze_like(&[Gaze { pitch: 12.0, yaw: 0.0 }]).is_err());
    }
}
