//! How an eye looks, and what the camera makes of it.

use serde::{Deserialize, Serialize};

/// Classes of iris colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IrisColor {
    /// The most frequent one of the world.
    DarkBrown,
    /// Lighter than that.
    Brown,
    /// Between brown and green.
    Hazel,
    /// Green.
    Green,
    /// Blue.
    Blue,
    /// Blue without its colour.
    Grey,
}

/// How an eye looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Appearance {
    /// Volume fraction of melanin in the epidermis, 0 to 1.
    pub skin_melanin: f32,
    /// Volume fraction of haemoglobin in the dermis, 0 to 1.
    pub skin_haemoglobin: f32,
    /// Individual typology angle of the skin, radians: above 0.96 (55 degrees) very light, below
    /// -0.52 (-30 degrees) dark.
    pub skin_ita: f32,
    /// Class of the iris's colour.
    pub iris_color: IrisColor,
    /// Mean linear reflectance of the iris in red, green and blue, 0 to 1.
    pub iris_rgb: [f32; 3],
    /// Lashes of the upper lid.
    pub upper_lashes: u16,
    /// Lashes of the lower lid.
    pub lower_lashes: u16,
    /// Whether the eye is behind eyeglasses.
    pub glasses: bool,
}

/// What the camera did to the light.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exposure {
    /// Standard deviation of the optics' point spread, px.
    pub blur_px: f32,
    /// Radius of the disc that a point out of focus becomes, px; 0 is in focus.
    pub defocus_radius_px: f32,
    /// Motion of the image during the exposure, x and y, px. Labels of a moving eye hold for the
    /// middle of the exposure.
    pub motion_px: [f32; 2],
    /// Side of a pixel of the sensor, px of the image.
    pub pixel_pitch_px: f32,
    /// Sensor value (1 is white) that the metered light came to.
    pub exposure: f32,
    /// Factor from light (1 is about white skin in ambient light) to sensor values.
    pub gain: f32,
    /// Gains of red, green and blue by which the white balance is wrong; ones for one band.
    pub white_balance: [f32; 3],
    /// Shot noise: standard deviation at white, in units of white.
    pub shot_noise: f32,
    /// Read noise: standard deviation, in units of white.
    pub read_noise: f32,
    /// Standard deviation of the rows' offsets, in units of white.
    pub row_noise: f32,
    /// Exponent of the tone curve: output = input^(1/gamma).
    pub gamma: f32,
    /// Strength of the S-shaped contrast curve, 0 to 1.
    pub contrast: f32,
    /// JPEG quality, 1 to 100; `None` if the image was not compressed with loss.
    pub jpeg_quality: Option<u8>,
}
