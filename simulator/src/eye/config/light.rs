//! Light: the settings.

use crate::Error;
use crate::eye::check::{normal, range, refuse, share};
use crate::eye::draw::{Normal, Range};
use serde::{Deserialize, Serialize};

/// Light: a sky, up to two lamps, and what the cornea mirrors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LightConfig {
    /// Directedness of the ambient light: 0 is the same from everywhere, 1 is none from behind.
    pub ambient_directed: Range,
    /// Irradiance by the first lamp relative to the ambient light.
    pub key_strength: Range,
    /// Height of the first lamp above the camera's axis, degrees.
    pub key_pitch_deg: Normal,
    /// Side of the first lamp, image left positive, degrees.
    pub key_yaw_deg: Normal,
    /// Irradiance by the second lamp relative to the ambient light.
    pub fill_strength: Range,
    /// Colour temperature of the ambient light after the camera's white balance, kelvin; 6500 is white.
    pub ambient_kelvin: Range,
    /// Colour temperature of the lamps, kelvin.
    pub lamp_kelvin: Range,
    /// Places of near-infrared LEDs in camera space, mm (x right, y down, z forward); they light and
    /// are mirrored as points.
    pub leds_mm: Vec<[f64; 3]>,
    /// How far each LED stands from its place, across and down, mm: mounts and users differ.
    pub led_shift_mm: Normal,
    /// Radius of an LED or of a cluster of them, mm: its mirror images are as large as physics says.
    pub led_radius_mm: Range,
    /// Irradiance by all LEDs together relative to the ambient light.
    pub led_strength: Range,
    /// Share of images that a further LED lights from the camera's own place, as bright as all others
    /// together, 0 to 1: the pupil is bright.
    pub coaxial_share: f64,
    /// Darkness of shadows that nose, brow and lid cast, 0 to 1.
    pub shadow: Range,
    /// Change of the illumination across the crop, as log of the ratio side to side.
    pub falloff: Normal,
    /// Brightness of the lamps' reflections relative to white skin.
    pub glint_strength: Range,
    /// Half the size at which a lamp or window is seen from the eye, degrees.
    pub glint_size_deg: Range,
    /// Brightness of the room mirrored in the cornea relative to white skin.
    pub haze: Range,
}

impl Default for LightConfig {
    fn default() -> Self {
        Self {
            ambient_directed: Range::new(0.1, 0.7),
            key_strength: Range::new(0.2, 2.5),
            key_pitch_deg: Normal::new(20.0, 25.0, -30.0, 70.0),
            key_yaw_deg: Normal::new(0.0, 45.0, -85.0, 85.0),
            fill_strength: Range::new(0.0, 0.8),
            ambient_kelvin: Range::new(5200.0, 8500.0),
            lamp_kelvin: Range::new(4200.0, 6800.0),
            leds_mm: Vec::new(),
            led_shift_mm: Normal::always(0.0),
            led_radius_mm: Range::always(2.0),
            led_strength: Range::always(0.0),
            coaxial_share: 0.0,
            shadow: Range::new(0.3, 0.9),
            falloff: Normal::new(0.0, 0.4, -1.2, 1.2),
            glint_strength: Range::new(0.0, 3.0),
            glint_size_deg: Range::new(1.0, 7.0),
            haze: Range::new(0.0, 0.08),
        }
    }
}

impl LightConfig {
    /// Whether everything that these settings can draw can be rendered.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let s = self;
        range("light.ambient_directed", s.ambient_directed, 0.0, 1.0)?;
        range("light.key_strength", s.key_strength, 0.0, 50.0)?;
        normal("light.key_pitch_deg", s.key_pitch_deg, -90.0, 90.0)?;
        normal("light.key_yaw_deg", s.key_yaw_deg, -90.0, 90.0)?;
        range("light.fill_strength", s.fill_strength, 0.0, 50.0)?;
        range("light.ambient_kelvin", s.ambient_kelvin, 1500.0, 20_000.0)?;
        range("light.lamp_kelvin", s.lamp_kelvin, 1500.0, 20_000.0)?;
        normal("light.led_shift_mm", s.led_shift_mm, -500.0, 500.0)?;
        range("light.led_radius_mm", s.led_radius_mm, 0.05, 200.0)?;
        range("light.led_strength", s.led_strength, 0.0, 50.0)?;
        share("light.coaxial_share", s.coaxial_share)?;
        if s.leds_mm.len() > 32 || s.leds_mm.iter().flatten().any(|v| !(v.abs() <= 1e5)) {
            let remedy =
                "set up to 32 places of three numbers from -100000 to 100000, mm".to_string();
            return Err(refuse("light.leds_mm", &s.leds_mm, "cannot be placed", remedy));
        }
        range("light.shadow", s.shadow, 0.0, 1.0)?;
        normal("light.falloff", s.falloff, -3.0, 3.0)?;
        range("light.glint_strength", s.glint_strength, 0.0, 20.0)?;
        range("light.glint_size_deg", s.glint_size_deg, 0.2, 30.0)?;
        range("light.haze", s.haze, 0.0, 1.0)
    }
}
