//! Settings are checked once, before anything is rendered.

use super::draw::{Normal, Range};
use crate::Error;

/// The greatest standard deviation, in widths of what a number may be: beyond it, a draw is as uniform
/// as can be, and beyond 1e6 of them the share between the ends is rounded.
const WIDEST: f64 = 1e4;

pub(crate) fn refuse<T>(
    field: &'static str,
    value: T,
    problem: &'static str,
    remedy: String,
) -> Error
where
    T: std::fmt::Debug,
{
    Error::InvalidConfig { field, value: format!("{value:?}"), problem, remedy }
}

pub(crate) fn range(field: &'static str, r: Range, low: f64, high: f64) -> Result<(), Error> {
    let ordered = r.min <= r.max; // false for NaN
    if !ordered || r.min < low || r.max > high {
        let remedy = format!("set {low} <= min <= max <= {high}");
        return Err(refuse(field, r, "is no range within its limits", remedy));
    }
    Ok(())
}

pub(crate) fn normal(field: &'static str, n: Normal, low: f64, high: f64) -> Result<(), Error> {
    range(field, Range::new(n.min, n.max), low, high)?;
    if !n.mean.is_finite() || n.sd.is_nan() || n.sd < 0.0 {
        let remedy = "set a finite mean and an sd of 0 or more".to_string();
        return Err(refuse(field, n, "is no normal distribution", remedy));
    }
    if n.sd == 0.0 && !(n.min..=n.max).contains(&n.mean) {
        let remedy = "move the mean between min and max".to_string();
        return Err(refuse(field, n, "is always a number that it may not be", remedy));
    }
    if n.sd.is_finite() && n.sd > WIDEST * (high - low) {
        let remedy = format!("set an sd of at most {}", WIDEST * (high - low));
        return Err(refuse(field, n, "is so wide that rounding decides what is drawn", remedy));
    }
    // A cut that lies in the far tail would pile all draws up at one end.
    if n.sd > 0.0
        && n.sd.is_finite()
        && (n.mean < n.min - 2.0 * n.sd || n.mean > n.max + 2.0 * n.sd)
    {
        let remedy = "move the mean between min and max".to_string();
        return Err(refuse(field, n, "is cut in its far tail", remedy));
    }
    Ok(())
}

pub(crate) fn share(field: &'static str, value: f64) -> Result<(), Error> {
    if !(0.0..=1.0).contains(&value) {
        return Err(refuse(field, value, "is no share", "set a number from 0 to 1".into()));
    }
    Ok(())
}

pub(crate) fn number(field: &'static str, value: f64, low: f64, high: f64) -> Result<(), Error> {
    if !(low..=high).contains(&value) {
        return Err(refuse(field, value, "is out of its limits", format!("set {low} to {high}")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::eye::EyeConfig;

    fn message(change: impl FnOnce(&mut EyeConfig)) -> String {
        let mut config = EyeConfig::default();
        change(&mut config);
        config.check().unwrap_err().to_string()
    }

    #[test]
    fn errors_name_field_value_and_remedy() {
        let text = message(|c| c.sensor.blur_px = Range::new(1.0, 0.5));
        assert!(text.contains("sensor.blur_px") && text.contains("0.5"), "{text}");
        assert!(text.contains("set 0 <= min <= max <= 20"), "{text}");
        assert!(message(|c| c.pose.distance_mm.sd = f64::NAN).contains("pose.distance_mm"));
        assert!(message(|c| c.pose.distance_mm.sd = 1e30).contains("pose.distance_mm"));
        assert!(message(|c| c.camera.center_px = [1e30, 18.0]).contains("camera.center_px"));
        assert!(message(|c| c.camera.focal_px = 1e30).contains("camera.focal_px"));
        let text = message(|c| c.eyeball.cornea_asphericity = Normal::new(-1e30, 0.0, -0.5, 0.0));
        assert!(text.contains("eyeball.cornea_asphericity"), "{text}");
        assert!(message(|c| c.lids.blink_share = 1.5).contains("lids.blink_share"));
        assert!(message(|c| c.camera.width = 0).contains("camera.width"));
        assert!(message(|c| c.iris.color_weights = [0.0; 6]).contains("iris.color_weights"));
    }

    #[test]
    fn anatomy_that_does_not_fit_together_is_refused() {
        let text = message(|c| c.eyeball.cornea_radius_mm = Normal::always(6.6));
        assert!(text.contains("eyeball.iris_radius_mm") && text.contains("cornea"), "{text}");
        let text = message(|c| {
            c.eyeball.pupil_radius_mm = Normal::always(4.2);
            c.eyeball.iris_radius_mm = Normal::always(4.4);
        });
        assert!(text.contains("eyeball.pupil_radius_mm"), "{text}");
    }

    #[test]
    fn poses_and_pupils_that_nobody_has_are_refused() {
        let text = message(|c| c.pose.sequence_frames = 36_001);
        assert!(text.contains("pose.sequence_frames") && text.contains("at most 36000"), "{text}");
        assert!(message(|c| c.pose.frame_rate_hz = 0.0).contains("pose.frame_rate_hz"));
        assert!(message(|c| c.pose.right_share = -0.1).contains("pose.right_share"));
        let text = message(|c| c.pose.interpupillary_mm = Normal::always(6.3));
        assert!(text.contains("pose.interpupillary_mm"), "{text}");
        let text = message(|c| c.pose.motion.blink_rate_hz = 17.0);
        assert!(
            text.contains("pose.motion.blink_rate_hz") && text.contains("set 0 to 1"),
            "{text}"
        );
        let text = message(|c| c.pose.motion.fixation_s.min = 0.0);
        assert!(text.contains("pose.motion.fixation_s"), "{text}");
        assert!(message(|c| c.pupil.field_deg = f64::NAN).contains("pupil.field_deg"));
        let text = message(|c| {
            c.eyeball.pupil_radius_mm.max = 4.2;
            c.pupil.nasal_per_mm = -0.3;
        });
        assert!(text.contains("pupil.nasal_per_mm"), "{text}");
    }
}
