//! The settings that have a name. The defaults of every group, beside its struct in `config`, are those
//! of "nyu".
//!
//! Distances, places and directions are fitted to data sets; nothing but these numbers is taken over.

use super::config::*;
use super::sensor::{HandSensorConfig, StructuredLightConfig};
use crate::draw::{Normal, Range};
use crate::sample::{DepthCamera, DepthSensor};

impl HandConfig {
    /// Name and one line on each preset.
    pub const PRESETS: &'static [(&'static str, &'static str)] = &[
        (
            "nyu",
            "224x224 of a right hand 0.65 to 1.1 m before NYU's Kinect, in all poses and views",
        ),
        (
            "icvl",
            "224x224 of a left hand 0.27 to 0.43 m before ICVL's 320x240 time-of-flight camera",
        ),
        ("kinect", "224x224 of a left hand making letters 0.65 to 0.9 m before a Kinect"),
    ];

    /// The settings of this name.
    pub fn preset(name: &str) -> Option<Self> {
        let base = Self::default();
        Some(match name {
            "nyu" => base,
            "icvl" => icvl(base),
            "kinect" => kinect(base),
            _ => return None,
        })
    }
}

/// Moments of the labels of ICVL's 1,596 test frames.
fn icvl(base: HandConfig) -> HandConfig {
    HandConfig {
        image: HandImageConfig {
            sensor_width: 320,
            sensor_height: 240,
            camera: DepthCamera::ICVL,
            ..base.image
        },
        view: HandViewConfig {
            left_share: 1.0,
            distance_mm: Normal::new(361.0, 44.0, 271.0, 430.0),
            right_mm: Normal::new(14.0, 35.0, -62.0, 77.0),
            down_mm: Normal::new(27.0, 11.0, 0.0, 77.0),
            roll_deg: Normal::new(18.0, 14.0, -5.0, 57.0),
            pitch_deg: Normal::new(13.0, 12.0, -12.0, 45.0),
            turn_deg: Normal::new(8.0, 11.0, -20.0, 30.0),
            ..base.view
        },
        sensor: HandSensorConfig { model: DepthSensor::TimeOfFlight, ..base.sensor },
        ..base
    }
}

/// One person's letters before a mirroring Kinect: right hands look like left ones. Distances, boxes and
/// noise are those of real frames.
fn kinect(base: HandConfig) -> HandConfig {
    const LETTERS: &str = "abcdehikmnopqrstuvx";
    HandConfig {
        image: HandImageConfig {
            // Nobody marked joints in the frames, so their cubes are centred on what is seen.
            center: CubeCenter::Seen,
            cube_off_mm: Range::new(-3.0, 3.0),
            detector: Some(HandDetectorConfig {
                height_mm: Normal::new(188.0, 16.0, 150.0, 215.0),
                beside_mm: Normal::new(40.0, 30.0, 10.0, 90.0),
            }),
            ..base.image
        },
        shape: HandShapeConfig {
            length_mm: Normal::new(175.0, 4.0, 165.0, 186.0),
            breadth_per_length: Normal::new(0.47, 0.012, 0.44, 0.50),
            thickness: Normal::new(1.04, 0.04, 0.95, 1.15),
            // The detector's box cuts it.
            forearm_mm: Normal::always(250.0),
            ..base.shape
        },
        pose: HandPoseConfig {
            gesture_weight: 0.9,
            between_weight: 0.1,
            synergy_weight: 0.0,
            uniform_weight: 0.0,
            gestures: LETTERS.chars().map(|letter| (letter.to_string(), 1.0)).collect(),
            jitter_deg: 5.0,
            signed: true,
        },
        view: HandViewConfig {
            left_share: 1.0,
            distance_mm: Normal::new(803.0, 39.0, 680.0, 890.0),
            right_mm: Normal::new(0.0, 60.0, -150.0, 150.0),
            down_mm: Normal::new(0.0, 50.0, -120.0, 120.0),
            roll_deg: Normal::new(7.0, 8.0, -15.0, 32.0),
            pitch_deg: Normal::new(4.0, 12.0, -25.0, 35.0),
            turn_deg: Normal::new(-10.0, 12.0, -45.0, 20.0),
            wrist_flexion_deg: Normal::new(-10.0, 11.0, -40.0, 20.0),
            wrist_deviation_deg: Normal::new(-5.0, 7.0, -25.0, 12.0),
        },
        sensor: HandSensorConfig {
            // Fitted to real frames: the residual of a pixel from a plane through its 25 neighbours is 0.46,
            // 0.64 and 1.04 mm there (10, 50 and 90 %), here 0.47, 0.62 and 1.12; holes 0.04 % and 0.07 %.
            structured_light: StructuredLightConfig {
                axial: 0.2,
                lateral: 0.2,
                window_px: 11,
                agree_px: 4.0,
                near_share: 0.33,
                grazing_deg: 89.0,
                ..base.sensor.structured_light
            },
            ..base.sensor
        },
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_preset_passes_its_check_and_comes_back_from_a_file() {
        for (name, _) in HandConfig::PRESETS {
            let config = HandConfig::preset(name).unwrap();
            config.check().unwrap();
            let text = toml::to_string(&config).unwrap();
            assert_eq!(toml::from_str::<HandConfig>(&text).unwrap(), config, "{name}");
        }
        assert_eq!(HandConfig::preset("vulcan"), None);
    }

    #[test]
    fn errors_name_field_and_remedy() {
        let message = |change: &dyn Fn(&mut HandConfig)| {
            let mut config = HandConfig::default();
            change(&mut config);
            config.check().unwrap_err().to_string()
        };
        let text = message(&|c| c.pose.gestures = [("vulcan".to_string(), 1.0)].into());
        assert!(text.contains("pose.gestures") && text.contains("fist"), "{text}");
        let text = message(&|c| c.image.cube_mm = 200.0);
        assert!(text.contains("image.cube_mm") && text.contains("set 250"), "{text}");
        let text = message(&|c| c.image.cube_mm = 260.0);
        assert!(text.contains("shape.length_mm"), "{text}");
        let text = message(&|c| c.sensor.time_of_flight.spill = 0.4);
        assert!(text.contains("sensor.time_of_flight.spill"), "{text}");
        let text = message(&|c| c.view.distance_mm.min = 10.0);
        assert!(text.contains("view.distance_mm"), "{text}");
        let text = toml::from_str::<HandConfig>("[view]\ndistance = 3").unwrap_err().to_string();
        assert!(text.contains("distance_mm"), "{text}");
    }
}
