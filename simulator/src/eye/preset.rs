//! The settings that have a name. The defaults of every group are those of "mpiigaze".

use super::config::*;
use super::draw::{Normal, Range};
use crate::sample::PinholeCamera;

impl EyeConfig {
    /// Name and one line on each preset.
    pub const PRESETS: &'static [(&'static str, &'static str)] = &[
        ("mpiigaze", "60x36 and histogram-equalised, like MPIIGaze's normalised patches"),
        ("simgan", "55x35 out of the middle of the same, as in the SimGAN paper"),
        ("demo", "60x36, a plain studio render: even light, little blur, hardly any noise"),
        ("simulated-real", "60x36, a hidden second camera in harsh light: the demo's real side"),
        ("clean", "60x36, without noise, blur and equalisation: for measuring geometry"),
        ("wide", "60x36 like mpiigaze, with gaze spread evenly to 40 degrees each way, head to 20"),
    ];

    /// The settings of this name.
    pub fn preset(name: &str) -> Option<Self> {
        let base = Self::default();
        Some(match name {
            "mpiigaze" => base,
            "simgan" => Self { camera: PinholeCamera::SIMGAN, ..base },
            "demo" => demo(base),
            "simulated-real" => simulated_real(base),
            "clean" => clean(base),
            "wide" => wide(base),
            _ => return None,
        })
    }
}

/// Geometry and anatomy as ever, the picture as plain as it can be.
fn demo(base: EyeConfig) -> EyeConfig {
    EyeConfig {
        lashes: LashConfig { opacity: Range::always(0.0), ..base.lashes },
        light: LightConfig {
            key_strength: Range::new(0.1, 0.5),
            fill_strength: Range::new(0.0, 0.2),
            falloff: Normal::new(0.0, 0.15, -0.4, 0.4),
            glint_strength: Range::always(0.0),
            haze: Range::new(0.0, 0.02),
            ..base.light
        },
        face: FaceConfig {
            skin_albedo: Range::new(0.42, 0.6),
            skin_contrast: Range::new(0.0, 0.05),
            orbit_darkness: Range::new(0.1, 0.25),
            eyebrow_share: 0.0,
            ..base.face
        },
        eyeball: EyeballConfig { sclera_albedo: Range::new(0.6, 0.75), ..base.eyeball },
        iris: IrisConfig { color_weights: [0.25, 0.25, 0.25, 0.25], ..base.iris },
        sensor: SensorConfig {
            blur_px: Range::new(0.3, 0.4),
            pixel_pitch_px: Range::always(1.0),
            exposure: Range::new(0.8, 0.95),
            contrast: Range::always(0.0),
            shot_noise: Range::always(0.004),
            read_noise: Range::always(0.002),
            grainy_share: 0.0,
            vignette: Range::always(0.0),
            ..base.sensor
        },
        ..base
    }
}

/// Another world: another sensor, another room, other people.
fn simulated_real(base: EyeConfig) -> EyeConfig {
    EyeConfig {
        people: 40,
        pose: PoseConfig {
            gaze_pitch_deg: Normal::new(-9.0, 6.0, -24.0, 8.0),
            gaze_yaw_deg: Normal::new(0.0, 9.0, -22.0, 22.0),
            head_pitch_deg: Normal::new(-7.0, 6.0, -28.0, 15.0),
            ..base.pose
        },
        iris: IrisConfig {
            color_weights: [0.7, 0.25, 0.05, 0.0],
            texture_contrast: Range::new(0.0, 0.2),
            ..base.iris
        },
        eyeball: EyeballConfig { sclera_albedo: Range::new(0.4, 0.55), ..base.eyeball },
        lids: LidConfig {
            upper_offset_mm: Normal::new(-0.5, 0.7, -2.5, 1.0),
            crease_height_mm: Normal::new(4.0, 0.8, 1.5, 6.0),
            lash_line_darkness: Range::new(0.7, 0.95),
            ..base.lids
        },
        face: FaceConfig {
            skin_albedo: Range::new(0.22, 0.45),
            skin_contrast: Range::new(0.1, 0.25),
            orbit_darkness: Range::new(0.4, 0.7),
            eyebrow_share: 0.6,
            ..base.face
        },
        lashes: LashConfig { opacity: Range::new(0.7, 0.95), ..base.lashes },
        light: LightConfig {
            key_strength: Range::new(1.5, 4.5),
            key_pitch_deg: Normal::new(25.0, 20.0, -20.0, 65.0),
            key_yaw_deg: Normal::new(0.0, 50.0, -80.0, 80.0),
            falloff: Normal::new(0.0, 0.6, -1.4, 1.4),
            shadow: Range::new(0.6, 0.9),
            glint_strength: Range::new(0.5, 4.0),
            ..base.light
        },
        sensor: SensorConfig {
            blur_px: Range::new(0.6, 1.1),
            pixel_pitch_px: Range::new(1.2, 2.0),
            exposure: Range::new(0.8, 1.25),
            gamma: Range::new(1.6, 2.4),
            contrast: Range::new(0.1, 0.5),
            shot_noise: Range::new(0.01, 0.03),
            read_noise: Range::new(0.006, 0.015),
            grainy_share: 0.2,
            vignette: Range::new(0.0, 0.4),
            ..base.sensor
        },
        ..base
    }
}

/// What is left when everything but shape and shading is switched off.
fn clean(base: EyeConfig) -> EyeConfig {
    EyeConfig {
        sensor: SensorConfig {
            blur_px: Range::always(0.0),
            pixel_pitch_px: Range::always(1.0),
            shot_noise: Range::always(0.0),
            read_noise: Range::always(0.0),
            grainy_share: 0.0,
            vignette: Range::always(0.0),
            equalize: false,
            ..base.sensor
        },
        ..base
    }
}

/// A uniform prior: a normal of huge spread is flat between its ends.
fn wide(base: EyeConfig) -> EyeConfig {
    let even = |end: f64| Normal::new(0.0, 1000.0, -end, end);
    EyeConfig {
        pose: PoseConfig {
            gaze_pitch_deg: even(40.0),
            gaze_yaw_deg: even(40.0),
            head_pitch_deg: even(20.0),
            head_yaw_deg: even(20.0),
            head_follows_gaze: 0.3,
            ..base.pose
        },
        ..base
    }
}

impl Default for EyeConfig {
    fn default() -> Self {
        Self {
            samples_across: 4,
            people: 0,
            camera: PinholeCamera::MPIIGAZE,
            pose: PoseConfig::default(),
            eyeball: EyeballConfig::default(),
            iris: IrisConfig::default(),
            lids: LidConfig::default(),
            face: FaceConfig::default(),
            lashes: LashConfig::default(),
            light: LightConfig::default(),
            sensor: SensorConfig::default(),
        }
    }
}

impl Default for PoseConfig {
    /// Gaze: the other MPIIGaze people's mean and spread (pitch -8.9 ± 5.2, yaw 0.1 ± 8.6),
    /// somewhat widened.
    fn default() -> Self {
        Self {
            gaze_pitch_deg: Normal::new(-8.0, 7.0, -25.0, 15.0),
            gaze_yaw_deg: Normal::new(0.0, 10.0, -25.0, 25.0),
            head_pitch_deg: Normal::new(-8.0, 6.0, -28.0, 15.0),
            head_yaw_deg: Normal::new(-3.0, 9.0, -35.0, 30.0),
            head_follows_gaze: 0.2,
            eye_in_head_max_deg: 35.0,
            distance_mm: Normal::new(600.0, 35.0, 500.0, 720.0),
            shift_right_mm: Normal::new(-0.4, 0.9, -3.0, 3.0),
            shift_down_mm: Normal::new(0.7, 0.9, -2.5, 4.0),
        }
    }
}

impl Default for EyeballConfig {
    fn default() -> Self {
        Self {
            radius_mm: Normal::new(12.0, 0.3, 11.2, 12.8),
            cornea_radius_mm: Normal::new(7.8, 0.2, 7.4, 8.4),
            refractive_index: 1.336,
            iris_radius_mm: Normal::new(5.7, 0.2, 5.2, 6.1),
            iris_depth_mm: Normal::new(3.6, 0.12, 3.2, 3.9),
            pupil_radius_mm: Normal::new(1.8, 0.5, 0.9, 3.6),
            pupil_nasal_mm: Normal::new(0.15, 0.08, 0.0, 0.4),
            kappa_nasal_deg: Normal::new(5.4, 2.0, 0.0, 11.0),
            kappa_up_deg: Normal::new(2.5, 2.0, -3.0, 8.0),
            sclera_albedo: Range::new(0.26, 0.52),
        }
    }
}

impl Default for IrisConfig {
    fn default() -> Self {
        Self {
            color_weights: [0.5, 0.22, 0.14, 0.14],
            color_albedo: [0.025, 0.06, 0.12, 0.2],
            texture_contrast: Range::new(0.1, 0.4),
            limbal_ring: Range::new(0.1, 0.6),
            limbus_width_mm: Range::new(0.5, 1.1),
        }
    }
}

impl Default for LidConfig {
    fn default() -> Self {
        Self {
            fissure_width_mm: Normal::new(29.5, 1.8, 25.0, 34.0),
            canthi_temporal_mm: Normal::new(0.0, 0.8, -2.0, 2.0),
            canthi_height_mm: Normal::new(-2.8, 0.7, -4.8, -0.8),
            canthal_tilt_deg: Normal::new(3.5, 2.5, -3.0, 10.0),
            upper_offset_mm: Normal::new(0.1, 0.9, -2.6, 2.2),
            lower_offset_mm: Normal::new(-0.3, 0.5, -1.7, 1.2),
            upper_peak: Normal::new(0.46, 0.04, 0.36, 0.56),
            lower_peak: Normal::new(0.55, 0.04, 0.45, 0.66),
            roundness: Normal::new(2.2, 0.25, 1.7, 3.0),
            caruncle_mm: Normal::new(3.5, 0.8, 1.5, 5.5),
            squint_mm: Normal::new(0.3, 0.5, -0.6, 1.8),
            blink_share: 0.03,
            crease_height_mm: Normal::new(3.4, 1.1, 0.8, 6.5),
            crease_depth_mm: Normal::new(0.6, 0.35, 0.0, 1.4),
            second_crease_share: 0.3,
            lash_line_mm: Range::new(0.6, 1.5),
            lash_line_darkness: Range::new(0.35, 0.9),
            wet_rim: Range::new(0.85, 1.25),
        }
    }
}

impl Default for FaceConfig {
    fn default() -> Self {
        Self {
            skin_albedo: Range::new(0.28, 0.58),
            skin_contrast: Range::new(0.02, 0.14),
            nose_mm: Normal::new(9.0, 3.0, 2.0, 17.0),
            brow_mm: Normal::new(7.0, 2.5, 1.0, 13.0),
            bag_mm: Normal::new(0.3, 0.25, 0.0, 1.1),
            orbit_darkness: Range::new(0.15, 0.6),
            eyebrow_share: 0.3,
            eyebrow_height_mm: Normal::new(14.0, 2.5, 9.0, 20.0),
        }
    }
}

impl Default for LashConfig {
    fn default() -> Self {
        Self {
            count: Range::new(60.0, 130.0),
            length_mm: Normal::new(7.0, 1.5, 3.5, 11.0),
            thickness_mm: Range::new(0.05, 0.11),
            opacity: Range::new(0.4, 0.95),
        }
    }
}

impl Default for LightConfig {
    fn default() -> Self {
        Self {
            ambient_directed: Range::new(0.1, 0.7),
            key_strength: Range::new(0.2, 2.5),
            key_pitch_deg: Normal::new(20.0, 25.0, -30.0, 70.0),
            key_yaw_deg: Normal::new(0.0, 45.0, -85.0, 85.0),
            fill_strength: Range::new(0.0, 0.8),
            shadow: Range::new(0.3, 0.9),
            falloff: Normal::new(0.0, 0.4, -1.2, 1.2),
            glint_strength: Range::new(0.0, 3.0),
            glint_size_deg: Range::new(1.0, 7.0),
            haze: Range::new(0.0, 0.08),
        }
    }
}

impl Default for SensorConfig {
    fn default() -> Self {
        Self {
            blur_px: Range::new(0.45, 1.0),
            pixel_pitch_px: Range::new(1.0, 1.6),
            exposure: Range::new(0.5, 1.12),
            gamma: Range::new(1.4, 2.4),
            contrast: Range::new(0.0, 0.4),
            shot_noise: Range::new(0.0, 0.015),
            read_noise: Range::new(0.0, 0.008),
            grainy_share: 0.18,
            vignette: Range::new(0.0, 0.15),
            equalize: true,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_preset_exists_is_valid_and_survives_a_file() {
        for (name, _) in EyeConfig::PRESETS {
            let config = EyeConfig::preset(name).unwrap();
            config.check().unwrap();
            let text = toml::to_string(&config).unwrap();
            assert_eq!(toml::from_str::<EyeConfig>(&text).unwrap(), config, "{name}");
        }
        assert_eq!(EyeConfig::preset("no such"), None);
    }

    #[test]
    fn a_file_may_name_one_setting_and_no_unknown_one() {
        let config: EyeConfig = toml::from_str("[sensor]\nequalize = false").unwrap();
        assert!(!config.sensor.equalize);
        assert_eq!(config.lids, LidConfig::default());
        let error = toml::from_str::<EyeConfig>("[sensor]\nequalise = false").unwrap_err();
        assert!(error.to_string().contains("equalise"), "{error}");
    }
}
