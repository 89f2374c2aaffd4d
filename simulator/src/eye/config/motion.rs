//! How eyes and lids move in a sequence: the settings.

use crate::Error;
use crate::eye::check::{normal, number, range, share};
use crate::eye::draw::{Normal, Range};
use serde::{Deserialize, Serialize};

/// How eyes and lids move in a sequence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MotionConfig {
    /// How long a fixation lasts, s.
    pub fixation_s: Normal,
    /// Share of glances that follow something that moves, 0 to 1.
    pub pursuit_share: f64,
    /// How long such a pursuit lasts, s.
    pub pursuit_s: Normal,
    /// How fast the eye turns in it, degrees a second.
    pub pursuit_deg_s: Range,
    /// Peak velocity that the largest saccades approach, degrees a second.
    pub saccade_peak_deg_s: f64,
    /// Amplitude at which a saccade reaches 63 % of that, degrees.
    pub saccade_knee_deg: f64,
    /// Drift during fixation: its standard deviation on each axis, degrees.
    pub drift_deg: f64,
    /// Microsaccades a second; 0 for none.
    pub microsaccade_rate_hz: f64,
    /// Their size (root mean square), degrees.
    pub microsaccade_deg: f64,
    /// Blinks a second; 0 for none (17 a minute at rest, Bentivoglio et al. 1997).
    pub blink_rate_hz: f64,
    /// How long the lid takes to come down, s.
    pub blink_closing_s: Normal,
    /// How long it stays down, s.
    pub blink_closed_s: Normal,
    /// How long it takes to rise again, s.
    pub blink_opening_s: Normal,
    /// Share of blinks that close the eye entirely; the others close it by half or more.
    pub blink_complete_share: f64,
    /// Slow waves of the pupil's radius: their standard deviation, mm.
    pub hippus_mm: f64,
    /// Share of images *outside* of sequences that are taken in the middle of a saccade, 0 to 1.
    /// Their label is where the eye looks at mid-exposure.
    pub saccade_share: f64,
}

impl Default for MotionConfig {
    /// Saccades: between the fits of Baloh et al. 1975 (551 degrees/s, 14 degrees) and those used
    /// by Dai et al. 2016 (600, 6). Blinks: about 0.25 s in all, closing at 1.4 to 1.5
    /// times the speed of opening (Sforza et al. 2008).
    fn default() -> Self {
        Self {
            fixation_s: Normal::new(0.35, 0.15, 0.12, 1.2),
            pursuit_share: 0.15,
            pursuit_s: Normal::new(0.9, 0.3, 0.4, 1.8),
            pursuit_deg_s: Range::new(4.0, 25.0),
            saccade_peak_deg_s: 520.0,
            saccade_knee_deg: 7.0,
            drift_deg: 0.08,
            microsaccade_rate_hz: 1.2,
            microsaccade_deg: 0.3,
            blink_rate_hz: 0.28,
            blink_closing_s: Normal::new(0.07, 0.01, 0.05, 0.095),
            blink_closed_s: Normal::new(0.02, 0.01, 0.005, 0.05),
            blink_opening_s: Normal::new(0.15, 0.02, 0.135, 0.21),
            blink_complete_share: 0.6,
            hippus_mm: 0.06,
            saccade_share: 0.01,
        }
    }
}

impl MotionConfig {
    /// Whether everything that these settings can draw can be rendered.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let s = self;
        normal("pose.motion.fixation_s", s.fixation_s, 0.05, 60.0)?;
        share("pose.motion.pursuit_share", s.pursuit_share)?;
        normal("pose.motion.pursuit_s", s.pursuit_s, 0.05, 60.0)?;
        range("pose.motion.pursuit_deg_s", s.pursuit_deg_s, 0.0, 100.0)?;
        number("pose.motion.saccade_peak_deg_s", s.saccade_peak_deg_s, 50.0, 1000.0)?;
        number("pose.motion.saccade_knee_deg", s.saccade_knee_deg, 1.0, 30.0)?;
        number("pose.motion.drift_deg", s.drift_deg, 0.0, 1.0)?;
        number("pose.motion.microsaccade_rate_hz", s.microsaccade_rate_hz, 0.0, 4.0)?;
        number("pose.motion.microsaccade_deg", s.microsaccade_deg, 0.0, 2.0)?;
        number("pose.motion.blink_rate_hz", s.blink_rate_hz, 0.0, 1.0)?;
        normal("pose.motion.blink_closing_s", s.blink_closing_s, 0.01, 0.2)?;
        normal("pose.motion.blink_closed_s", s.blink_closed_s, 0.0, 0.2)?;
        normal("pose.motion.blink_opening_s", s.blink_opening_s, 0.01, 0.4)?;
        share("pose.motion.blink_complete_share", s.blink_complete_share)?;
        number("pose.motion.hippus_mm", s.hippus_mm, 0.0, 0.5)?;
        share("pose.motion.saccade_share", s.saccade_share)
    }
}
