//! From light to 8-bit numbers: the settings.

use crate::Error;
use crate::eye::check::{range, refuse, share};
use crate::eye::draw::Range;
use serde::{Deserialize, Serialize};

/// What the exposure is set by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Metering {
    /// The brightest 2 % of the scene come to `exposure`.
    Highlights,
    /// The scene's mean comes to `exposure`.
    Mean,
    /// The scene's median comes to `exposure`, whatever lamps are mirrored in it.
    Median,
}

/// The way from light to 8 bits, in this order: vignette, optics, defocus, motion, exposure, a
/// sensor of larger pixels, white balance, noise, tone, 8 bits, JPEG, the crop's resampling,
/// equalisation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SensorConfig {
    /// Darkening towards the crop's corners, 0 to 1.
    pub vignette: Range,
    /// Stray light and black level: the share of the metered light that is spread evenly over the image.
    pub flare: Range,
    /// Blur of the optics (sigma of a Gaussian), px of the crop.
    pub blur_px: Range,
    /// Share of images that are out of focus, 0 to 1.
    pub defocus_share: f64,
    /// Radius of the disc that a point out of focus becomes, px of the crop.
    pub defocus_radius_px: Range,
    /// Share of images in which camera or head moved during the exposure, 0 to 1.
    pub motion_share: f64,
    /// Length of that motion, px of the crop; its direction is even over the circle.
    pub motion_px: Range,
    /// What the exposure is set by: "highlights", "mean" or "median".
    pub metering: Metering,
    /// Value of the metered light before clipping at 1: highlights above 1 clip.
    pub exposure: Range,
    /// Auto-exposure's error: standard deviation of the logarithm of the factor; 0.69 is a stop.
    pub exposure_error: f64,
    /// Side of a sensor pixel, px of the crop; at 1 there is no resampling.
    pub pixel_pitch_px: Range,
    /// White balance's error in red and blue: standard deviation of the gains' logarithm (colour).
    pub white_balance_error: f64,
    /// Rows make red, green and blue from the sensor's (colour). Rows that sum to 1 keep grey.
    pub color_matrix: [[f64; 3]; 3],
    /// Shot noise: its standard deviation at white, relative to white.
    pub shot_noise: Range,
    /// Read noise: its standard deviation relative to white.
    pub read_noise: Range,
    /// Noise of whole rows, as cheap sensors have it: its standard deviation relative to white.
    pub row_noise: Range,
    /// Share of images whose noise is three times as strong (dim rooms), 0 to 1.
    pub grainy_share: f64,
    /// Exponent of the tone curve, output = input^(1/gamma).
    pub gamma: Range,
    /// Strength of an S-shaped contrast curve, 0 to 1.
    pub contrast: Range,
    /// Share of images that were compressed as JPEG, 0 to 1.
    pub jpeg_share: f64,
    /// Quality of that compression, 1 to 100 (the Independent JPEG Group's scale).
    pub jpeg_quality: Range,
    /// Equalise the histogram (colour: of luma) at the end, as MPIIGaze's normalisation does.
    pub equalize: bool,
}

impl Default for SensorConfig {
    fn default() -> Self {
        Self {
            vignette: Range::new(0.0, 0.15),
            flare: Range::always(0.0),
            blur_px: Range::new(0.3, 0.8),
            defocus_share: 0.1,
            defocus_radius_px: Range::new(0.7, 2.0),
            motion_share: 0.1,
            motion_px: Range::new(0.5, 3.0),
            metering: Metering::Highlights,
            exposure: Range::new(0.5, 1.03),
            exposure_error: 0.0,
            pixel_pitch_px: Range::new(1.0, 1.6),
            white_balance_error: 0.06,
            color_matrix: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
            shot_noise: Range::new(0.0, 0.012),
            read_noise: Range::new(0.0, 0.006),
            row_noise: Range::always(0.0),
            grainy_share: 0.18,
            gamma: Range::new(1.4, 2.4),
            contrast: Range::new(0.0, 0.4),
            jpeg_share: 0.6,
            jpeg_quality: Range::new(60.0, 95.0),
            equalize: true,
        }
    }
}

impl SensorConfig {
    /// Whether everything that these settings can draw can be rendered.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let s = self;
        range("sensor.vignette", s.vignette, 0.0, 1.0)?;
        range("sensor.flare", s.flare, 0.0, 0.95)?;
        range("sensor.blur_px", s.blur_px, 0.0, 20.0)?;
        share("sensor.defocus_share", s.defocus_share)?;
        range("sensor.defocus_radius_px", s.defocus_radius_px, 0.0, 20.0)?;
        share("sensor.motion_share", s.motion_share)?;
        range("sensor.motion_px", s.motion_px, 0.0, 60.0)?;
        range("sensor.exposure", s.exposure, 0.02, 10.0)?;
        spread("sensor.exposure_error", s.exposure_error)?;
        range("sensor.pixel_pitch_px", s.pixel_pitch_px, 1.0, 6.0)?;
        spread("sensor.white_balance_error", s.white_balance_error)?;
        if !s.color_matrix.as_flattened().iter().all(|m| m.abs() <= 10.0) {
            let remedy = "set nine numbers from -10 to 10".to_string();
            return Err(refuse("sensor.color_matrix", s.color_matrix, "is too strong", remedy));
        }
        range("sensor.shot_noise", s.shot_noise, 0.0, 1.0)?;
        range("sensor.read_noise", s.read_noise, 0.0, 1.0)?;
        range("sensor.row_noise", s.row_noise, 0.0, 1.0)?;
        share("sensor.grainy_share", s.grainy_share)?;
        range("sensor.gamma", s.gamma, 0.5, 4.0)?;
        range("sensor.contrast", s.contrast, 0.0, 1.0)?;
        share("sensor.jpeg_share", s.jpeg_share)?;
        range("sensor.jpeg_quality", s.jpeg_quality, 1.0, 100.0)
    }
}

/// A standard deviation of a logarithm.
fn spread(field: &'static str, value: f64) -> Result<(), Error> {
    if !(0.0..=2.0).contains(&value) {
        return Err(refuse(field, value, "is no spread", "set a number from 0 to 2".into()));
    }
    Ok(())
}
