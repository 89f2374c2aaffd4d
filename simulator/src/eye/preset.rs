//! The settings that have a name. The defaults of every group, beside its struct in `config`, are those of
//! "mpiigaze".

mod infrared;

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
        (
            "unityeyes",
            "60x36 in UnityEyes' ranges: head to 20 and 40 degrees, eye in it to 30 each way",
        ),
        (
            "near-eye-nir",
            "400x400, a head-mounted camera 36 mm before the cornea, looking up at it",
        ),
        (
            "remote-nir",
            "84x84 with brow and cheek, a near-infrared camera in front of a driver or user",
        ),
        ("close-up", "640x480 of one eye's surroundings, 65 mm wide: for looking at"),
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
            "unityeyes" => unityeyes(base),
            "near-eye-nir" => infrared::near_eye(base),
            "remote-nir" => infrared::remote(base),
            "close-up" => close_up(base),
            _ => return None,
        })
    }
}

/// Geometry and anatomy as ever, the picture as plain as it can be.
fn demo(base: EyeConfig) -> EyeConfig {
    EyeConfig {
        lashes: LashConfig { opacity: Range::always(0.0), ..base.lashes },
        glasses: GlassesConfig { share: 0.0, ..base.glasses },
        light: LightConfig {
            key_strength: Range::new(0.1, 0.5),
            fill_strength: Range::new(0.0, 0.2),
            falloff: Normal::new(0.0, 0.15, -0.4, 0.4),
            glint_strength: Range::always(0.0),
            haze: Range::new(0.0, 0.02),
            ..base.light
        },
        face: FaceConfig {
            melanin: Range::new(0.005, 0.03),
            skin_contrast: Range::new(0.0, 0.05),
            orbit_darkness: Range::new(0.1, 0.25),
            eyebrow_hairs: Range::always(0.0),
            ..base.face
        },
        eyeball: EyeballConfig { sclera_albedo: Range::new(0.6, 0.75), ..base.eyeball },
        iris: IrisConfig { color_weights: [1.0; 6], ..base.iris },
        sensor: SensorConfig {
            blur_px: Range::new(0.3, 0.4),
            pixel_pitch_px: Range::always(1.0),
            exposure: Range::new(0.8, 0.95),
            contrast: Range::always(0.0),
            shot_noise: Range::always(0.004),
            read_noise: Range::always(0.002),
            grainy_share: 0.0,
            defocus_share: 0.0,
            motion_share: 0.0,
            jpeg_share: 0.0,
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
        glasses: GlassesConfig { share: 0.0, ..base.glasses },
        pose: PoseConfig {
            gaze_pitch_deg: Normal::new(-9.0, 6.0, -24.0, 8.0),
            gaze_yaw_deg: Normal::new(0.0, 9.0, -22.0, 22.0),
            head_pitch_deg: Normal::new(-7.0, 6.0, -28.0, 15.0),
            place_person_share: 0.0,
            ..base.pose
        },
        iris: IrisConfig {
            color_weights: [0.7, 0.25, 0.05, 0.0, 0.0, 0.0],
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
            melanin: Range::new(0.03, 0.2),
            skin_contrast: Range::new(0.1, 0.25),
            orbit_darkness: Range::new(0.4, 0.7),
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
        glasses: GlassesConfig { share: 0.0, ..base.glasses },
        sensor: SensorConfig {
            blur_px: Range::always(0.0),
            pixel_pitch_px: Range::always(1.0),
            shot_noise: Range::always(0.0),
            read_noise: Range::always(0.0),
            grainy_share: 0.0,
            defocus_share: 0.0,
            motion_share: 0.0,
            jpeg_share: 0.0,
            vignette: Range::always(0.0),
            equalize: false,
            ..base.sensor
        },
        ..base
    }
}

/// A uniform prior.
fn wide(base: EyeConfig) -> EyeConfig {
    let even = |end: f64| Normal::uniform(-end, end);
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

/// UnityEyes' defaults: the camera moves 20 and 40 degrees around the head, the eye turns 30 in it.
fn unityeyes(base: EyeConfig) -> EyeConfig {
    let even = |end: f64| Normal::uniform(-end, end);
    EyeConfig {
        glasses: GlassesConfig { share: 0.0, ..base.glasses },
        pose: PoseConfig {
            gaze_relative_to: GazeFrame::Head,
            gaze_pitch_deg: even(30.0),
            gaze_yaw_deg: even(30.0),
            head_pitch_deg: even(20.0),
            head_yaw_deg: even(40.0),
            eye_in_head_max_deg: 43.0,
            ..base.pose
        },
        ..base
    }
}

/// The eye as in the other presets, with ten times the pixels: 9.85 px a millimetre.
fn close_up(base: EyeConfig) -> EyeConfig {
    EyeConfig {
        camera: PinholeCamera {
            width: 640,
            height: 480,
            focal_px: 5908.0,
            center_px: [319.5, 239.5],
        },
        ..clean(base)
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
