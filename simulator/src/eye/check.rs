//! Settings are checked once, before anything is rendered.

use super::config::EyeConfig;
use super::draw::{Normal, Range};
use super::eyeball::{LIMBUS_MARGIN_MM, STEEPEST_LIMBUS};
use crate::Error;

fn refuse<T>(field: &'static str, value: T, problem: &'static str, remedy: String) -> Error
where
    T: std::fmt::Debug,
{
    Error::InvalidConfig { field, value: format!("{value:?}"), problem, remedy }
}

fn range(field: &'static str, r: Range, low: f64, high: f64) -> Result<(), Error> {
    let ordered = r.min <= r.max; // false for NaN
    if !ordered || r.min < low || r.max > high {
        let remedy = format!("set {low} <= min <= max <= {high}");
        return Err(refuse(field, r, "is no range within its limits", remedy));
    }
    Ok(())
}

fn normal(field: &'static str, n: Normal, low: f64, high: f64) -> Result<(), Error> {
    range(field, Range::new(n.min, n.max), low, high)?;
    if !n.mean.is_finite() || !n.sd.is_finite() || n.sd < 0.0 {
        let remedy = "set a finite mean and an sd of 0 or more".to_string();
        return Err(refuse(field, n, "is no normal distribution", remedy));
    }
    // A cut that lies in the far tail would pile all draws up at one end.
    if n.sd > 0.0 && (n.mean < n.min - 2.0 * n.sd || n.mean > n.max + 2.0 * n.sd) {
        let remedy = "move the mean between min and max".to_string();
        return Err(refuse(field, n, "is cut in its far tail", remedy));
    }
    Ok(())
}

fn share(field: &'static str, value: f64) -> Result<(), Error> {
    if !(0.0..=1.0).contains(&value) {
        return Err(refuse(field, value, "is no share", "set a number from 0 to 1".into()));
    }
    Ok(())
}

impl EyeConfig {
    /// Whether every eye that these settings can draw can be rendered.
    ///
    /// # Errors
    /// Names the first field that is out of its limits, and the limits.
    pub fn check(&self) -> Result<(), Error> {
        self.check_camera()?;
        self.check_pose()?;
        self.check_eyeball()?;
        self.check_lids()?;
        self.check_looks()?;
        self.check_sensor()
    }

    fn check_camera(&self) -> Result<(), Error> {
        let c = &self.camera;
        if !(1..=16).contains(&self.samples_across) {
            let remedy = "set 1 to 16 (4 is right for training images)".to_string();
            return Err(refuse(
                "samples_across",
                self.samples_across,
                "is too few or many",
                remedy,
            ));
        }
        for (field, side) in [("camera.width", c.width), ("camera.height", c.height)] {
            if !(8..=4096).contains(&side) {
                return Err(refuse(field, side, "is no image side", "set 8 to 4096 px".into()));
            }
        }
        if !(c.focal_px > 0.0 && c.focal_px.is_finite()) {
            let remedy = "set a focal length in px, such as 960".to_string();
            return Err(refuse("camera.focal_px", c.focal_px, "is not positive", remedy));
        }
        if !c.center_px.iter().all(|v| v.is_finite()) {
            let remedy = "set a point of the image in px".to_string();
            return Err(refuse("camera.center_px", c.center_px, "is not finite", remedy));
        }
        Ok(())
    }

    fn check_pose(&self) -> Result<(), Error> {
        let p = &self.pose;
        normal("pose.gaze_pitch_deg", p.gaze_pitch_deg, -60.0, 60.0)?;
        normal("pose.gaze_yaw_deg", p.gaze_yaw_deg, -60.0, 60.0)?;
        normal("pose.head_pitch_deg", p.head_pitch_deg, -45.0, 45.0)?;
        normal("pose.head_yaw_deg", p.head_yaw_deg, -45.0, 45.0)?;
        share("pose.head_follows_gaze", p.head_follows_gaze)?;
        if !(1.0..=45.0).contains(&p.eye_in_head_max_deg) {
            let remedy = "set 1 to 45 degrees".to_string();
            let field = "pose.eye_in_head_max_deg";
            return Err(refuse(field, p.eye_in_head_max_deg, "is no turn of an eye", remedy));
        }
        normal("pose.distance_mm", p.distance_mm, 60.0, 5000.0)?;
        normal("pose.shift_right_mm", p.shift_right_mm, -30.0, 30.0)?;
        normal("pose.shift_down_mm", p.shift_down_mm, -30.0, 30.0)
    }

    fn check_eyeball(&self) -> Result<(), Error> {
        let e = &self.eyeball;
        normal("eyeball.radius_mm", e.radius_mm, 9.0, 15.0)?;
        normal("eyeball.cornea_radius_mm", e.cornea_radius_mm, 6.5, 9.5)?;
        if !(1.0..=1.6).contains(&e.refractive_index) {
            let remedy = "set 1 (no refraction) to 1.6; 1.336 is usual".to_string();
            let field = "eyeball.refractive_index";
            return Err(refuse(field, e.refractive_index, "is no index of the eye", remedy));
        }
        normal("eyeball.iris_radius_mm", e.iris_radius_mm, 4.0, 7.0)?;
        normal("eyeball.iris_depth_mm", e.iris_depth_mm, 2.0, 4.5)?;
        normal("eyeball.pupil_radius_mm", e.pupil_radius_mm, 0.5, 4.2)?;
        normal("eyeball.pupil_nasal_mm", e.pupil_nasal_mm, -0.6, 0.6)?;
        normal("eyeball.kappa_nasal_deg", e.kappa_nasal_deg, -15.0, 15.0)?;
        normal("eyeball.kappa_up_deg", e.kappa_up_deg, -15.0, 15.0)?;
        range("eyeball.sclera_albedo", e.sclera_albedo, 0.0, 1.0)?;
        // The cornea's sphere must reach around the iris, and the iris around the pupil.
        let limbus = e.iris_radius_mm.max + LIMBUS_MARGIN_MM;
        if limbus > STEEPEST_LIMBUS * e.cornea_radius_mm.min {
            let largest = STEEPEST_LIMBUS * e.cornea_radius_mm.min - LIMBUS_MARGIN_MM;
            let remedy =
                format!("set iris_radius_mm.max to at most {largest:.2}, or a flatter cornea");
            let problem = "is too wide for the steepest cornea";
            return Err(refuse("eyeball.iris_radius_mm", e.iris_radius_mm, problem, remedy));
        }
        let reach =
            e.pupil_radius_mm.max + e.pupil_nasal_mm.max.abs().max(e.pupil_nasal_mm.min.abs());
        if reach > e.iris_radius_mm.min - 0.3 {
            let remedy =
                format!("keep radius and shift below {:.2} mm", e.iris_radius_mm.min - 0.3);
            let problem = "does not fit into the smallest iris";
            return Err(refuse("eyeball.pupil_radius_mm", e.pupil_radius_mm, problem, remedy));
        }
        Ok(())
    }

    fn check_lids(&self) -> Result<(), Error> {
        let l = &self.lids;
        normal("lids.fissure_width_mm", l.fissure_width_mm, 18.0, 40.0)?;
        normal("lids.canthi_temporal_mm", l.canthi_temporal_mm, -6.0, 6.0)?;
        normal("lids.canthi_height_mm", l.canthi_height_mm, -5.0, 4.0)?;
        normal("lids.canthal_tilt_deg", l.canthal_tilt_deg, -15.0, 20.0)?;
        normal("lids.upper_offset_mm", l.upper_offset_mm, -6.0, 5.0)?;
        normal("lids.lower_offset_mm", l.lower_offset_mm, -4.0, 4.0)?;
        normal("lids.upper_peak", l.upper_peak, 0.25, 0.75)?;
        normal("lids.lower_peak", l.lower_peak, 0.25, 0.75)?;
        normal("lids.roundness", l.roundness, 1.2, 5.0)?;
        normal("lids.caruncle_mm", l.caruncle_mm, 0.5, 8.0)?;
        normal("lids.squint_mm", l.squint_mm, -2.0, 4.0)?;
        share("lids.blink_share", l.blink_share)?;
        normal("lids.crease_height_mm", l.crease_height_mm, 0.5, 10.0)?;
        normal("lids.crease_depth_mm", l.crease_depth_mm, 0.0, 2.0)?;
        share("lids.second_crease_share", l.second_crease_share)?;
        range("lids.lash_line_mm", l.lash_line_mm, 0.05, 3.0)?;
        range("lids.lash_line_darkness", l.lash_line_darkness, 0.0, 1.0)?;
        range("lids.wet_rim", l.wet_rim, 0.0, 3.0)
    }

    fn check_looks(&self) -> Result<(), Error> {
        let (i, f, h, l) = (&self.iris, &self.face, &self.lashes, &self.light);
        let total: f64 = i.color_weights.iter().sum();
        if !(total > 0.0 && total.is_finite()) || i.color_weights.iter().any(|&w| w < 0.0) {
            let remedy = "set four numbers of 0 or more, not all 0".to_string();
            return Err(refuse(
                "iris.color_weights",
                i.color_weights,
                "has no frequencies",
                remedy,
            ));
        }
        if !i.color_albedo.iter().all(|v| (0.0..=1.0).contains(v)) {
            let remedy = "set four numbers from 0 to 1".to_string();
            return Err(refuse("iris.color_albedo", i.color_albedo, "has no reflectances", remedy));
        }
        range("iris.texture_contrast", i.texture_contrast, 0.0, 1.0)?;
        range("iris.limbal_ring", i.limbal_ring, 0.0, 1.0)?;
        range("iris.limbus_width_mm", i.limbus_width_mm, 0.0, 1.2)?;
        range("face.skin_albedo", f.skin_albedo, 0.0, 1.0)?;
        range("face.skin_contrast", f.skin_contrast, 0.0, 1.0)?;
        normal("face.nose_mm", f.nose_mm, 0.0, 25.0)?;
        normal("face.brow_mm", f.brow_mm, 0.0, 15.0)?;
        normal("face.bag_mm", f.bag_mm, 0.0, 3.0)?;
        range("face.orbit_darkness", f.orbit_darkness, 0.0, 1.0)?;
        share("face.eyebrow_share", f.eyebrow_share)?;
        normal("face.eyebrow_height_mm", f.eyebrow_height_mm, 6.0, 30.0)?;
        range("lashes.count", h.count, 0.0, 400.0)?;
        normal("lashes.length_mm", h.length_mm, 0.0, 15.0)?;
        range("lashes.thickness_mm", h.thickness_mm, 0.0, 0.5)?;
        range("lashes.opacity", h.opacity, 0.0, 1.0)?;
        range("light.ambient_directed", l.ambient_directed, 0.0, 1.0)?;
        range("light.key_strength", l.key_strength, 0.0, 50.0)?;
        normal("light.key_pitch_deg", l.key_pitch_deg, -90.0, 90.0)?;
        normal("light.key_yaw_deg", l.key_yaw_deg, -90.0, 90.0)?;
        range("light.fill_strength", l.fill_strength, 0.0, 50.0)?;
        range("light.shadow", l.shadow, 0.0, 1.0)?;
        normal("light.falloff", l.falloff, -3.0, 3.0)?;
        range("light.glint_strength", l.glint_strength, 0.0, 20.0)?;
        range("light.glint_size_deg", l.glint_size_deg, 0.2, 30.0)?;
        range("light.haze", l.haze, 0.0, 1.0)
    }

    fn check_sensor(&self) -> Result<(), Error> {
        let s = &self.sensor;
        range("sensor.blur_px", s.blur_px, 0.0, 20.0)?;
        range("sensor.pixel_pitch_px", s.pixel_pitch_px, 1.0, 6.0)?;
        range("sensor.exposure", s.exposure, 0.02, 10.0)?;
        range("sensor.gamma", s.gamma, 0.5, 4.0)?;
        range("sensor.contrast", s.contrast, 0.0, 1.0)?;
        range("sensor.shot_noise", s.shot_noise, 0.0, 1.0)?;
        range("sensor.read_noise", s.read_noise, 0.0, 1.0)?;
        share("sensor.grainy_share", s.grainy_share)?;
        range("sensor.vignette", s.vignette, 0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

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
        assert!(message(|c| c.lids.blink_share = 1.5).contains("lids.blink_share"));
        assert!(message(|c| c.camera.width = 0).contains("camera.width"));
        assert!(message(|c| c.iris.color_weights = [0.0; 4]).contains("iris.color_weights"));
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
}
