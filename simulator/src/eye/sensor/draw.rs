//! One exposure's numbers, drawn from the settings.

use super::super::config::{Metering, SensorConfig};
use super::color;
use crate::seed::Stream;

/// What the camera did to one image: the numbers that were drawn, for the label.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExposureLabel {
    /// Factor from light (1 is about white skin in ambient light) to sensor values (1 is white).
    pub gain: f32,
    /// Sensor value that the metered light came to, auto-exposure's error included.
    pub exposure: f32,
    /// Exponent of the tone curve, output = input^(1/gamma).
    pub gamma: f32,
    /// Strength of the S-shaped contrast curve, 0 to 1.
    pub contrast: f32,
    /// Standard deviation of shot noise at white, relative to white.
    pub shot_noise: f32,
    /// Standard deviation of read noise, relative to white.
    pub read_noise: f32,
    /// Standard deviation of the rows' offsets, relative to white.
    pub row_noise: f32,
    /// Blur of the optics (sigma of a Gaussian), px.
    pub psf_sigma_px: f32,
    /// Radius of the disc that a point out of focus becomes, px; 0: in focus.
    pub defocus_radius_px: f32,
    /// Motion of the image during the exposure (x right, y down), px. The label of a moving eye
    /// holds for the middle of the exposure.
    pub motion_px: [f32; 2],
    /// Side of a sensor pixel, px of the image.
    pub pixel_pitch_px: f32,
    /// Quality of the JPEG compression, 1 to 100; 0: none.
    pub jpeg_quality: u8,
    /// Gains of red, green and blue by which the white balance is wrong; ones for one band.
    pub white_balance: [f32; 3],
}

/// The numbers of one exposure, before it is metered.
#[derive(Debug, Clone)]
pub(super) struct Draw {
    pub vignette: f64,
    /// Share of the metered light that is spread evenly.
    pub flare: f64,
    pub blur: f64,
    /// Radius of defocus, px; 0: in focus.
    pub defocus: f64,
    /// Motion during the exposure, px.
    pub motion: [f64; 2],
    /// Value that the metered light shall come to.
    pub exposure: f64,
    pub pitch: f64,
    /// Where the sensor's grid lies against the crop's, px.
    pub phase: [f64; 2],
    pub white_balance: [f64; 3],
    /// Shot, read and row noise (standard deviations, relative to white).
    pub shot: f64,
    pub read: f64,
    pub row: f64,
    pub gamma: f64,
    pub contrast: f64,
    /// 0: not compressed.
    pub jpeg_quality: u8,
    /// Where the crop begins in a block of the compression, px (0 to 15).
    pub jpeg_phase: [usize; 2],
}

impl Draw {
    /// Every setting uses up the same random numbers whatever its value. `motion` is added to what
    /// the settings draw.
    pub fn new(config: &SensorConfig, stream: &mut Stream, motion: [f64; 2], bands: usize) -> Self {
        let blur = config.blur_px.draw(stream);
        let pitch = config.pixel_pitch_px.draw(stream);
        let phase = [stream.unit(), stream.unit()];
        let exposure = config.exposure.draw(stream);
        let gamma = config.gamma.draw(stream);
        let contrast = config.contrast.draw(stream);
        let shot = config.shot_noise.draw(stream);
        let read = config.read_noise.draw(stream);
        let vignette = config.vignette.draw(stream);
        let grain = if stream.unit() < config.grainy_share { 3.0 } else { 1.0 };
        let row = config.row_noise.draw(stream);
        let metering_error = libm::exp(config.exposure_error * stream.normal());
        let mut shared = |share: f64, drawn: crate::eye::Range| {
            let (chosen, value) = (stream.unit() < share, drawn.draw(stream));
            if chosen { value } else { 0.0 }
        };
        let defocus = shared(config.defocus_share, config.defocus_radius_px);
        let shake = shared(config.motion_share, config.motion_px);
        let quality = shared(config.jpeg_share, config.jpeg_quality);
        let direction = std::f64::consts::PI * stream.unit();
        let jpeg_phase = [(); 2].map(|()| (16.0 * stream.unit()) as usize);
        let mut cast = || libm::exp(config.white_balance_error * stream.normal());
        let (red, blue) = (cast(), cast());
        let flare = config.flare.draw(stream);
        Self {
            vignette,
            flare,
            blur,
            defocus,
            motion: [
                motion[0] + shake * libm::cos(direction),
                motion[1] + shake * libm::sin(direction),
            ],
            exposure: exposure * metering_error,
            pitch,
            phase,
            white_balance: if bands == color::BANDS { [red, 1.0, blue] } else { [1.0; 3] },
            shot: grain * shot,
            read: grain * read,
            row: grain * row,
            gamma,
            contrast,
            jpeg_quality: quality.round() as u8,
            jpeg_phase,
        }
    }

    /// The label of this exposure, once its gain is metered.
    pub fn label(&self, gain: f32) -> ExposureLabel {
        ExposureLabel {
            gain,
            exposure: self.exposure as f32,
            gamma: self.gamma as f32,
            contrast: self.contrast as f32,
            shot_noise: self.shot as f32,
            read_noise: self.read as f32,
            row_noise: self.row as f32,
            psf_sigma_px: self.blur as f32,
            defocus_radius_px: self.defocus as f32,
            motion_px: self.motion.map(|v| v as f32),
            pixel_pitch_px: self.pitch as f32,
            jpeg_quality: self.jpeg_quality,
            white_balance: self.white_balance.map(|v| v as f32),
        }
    }
}

/// The gain that brings the metered light to `exposure`.
pub(super) fn meter(luminance: &[f32], metering: Metering, exposure: f64) -> f32 {
    let metered = match metering {
        Metering::Highlights => quantile(luminance, 0.98),
        Metering::Mean => mean(luminance),
        Metering::Median => quantile(luminance, 0.5),
    };
    exposure as f32 / metered.max(1e-6)
}

/// In f64 and four sums, whose order is fixed.
fn mean(values: &[f32]) -> f32 {
    let mut sums = [0.0f64; 4];
    for (k, &v) in values.iter().enumerate() {
        sums[k % 4] += f64::from(v);
    }
    (sums.iter().sum::<f64>() / values.len() as f64) as f32
}

/// The value that a share of the values does not exceed; values below 0 count as 0.
///
/// Bits of floats that are not negative are ordered as they are, so their upper bits count into
/// buckets; only one bucket has to be sorted.
fn quantile(values: &[f32], share: f64) -> f32 {
    const SHIFT: u32 = 20;
    let bits = |v: f32| v.max(0.0).to_bits();
    let mut count = [0u32; 1 << (32 - SHIFT)];
    for &v in values {
        count[(bits(v) >> SHIFT) as usize] += 1;
    }
    let mut rank = ((values.len() - 1) as f64 * share).round() as usize;
    let mut bucket = 0;
    while rank >= count[bucket] as usize {
        rank -= count[bucket] as usize;
        bucket += 1;
    }
    let mut inside = Vec::with_capacity(count[bucket] as usize);
    for &v in values {
        if (bits(v) >> SHIFT) as usize == bucket {
            inside.push(v);
        }
    }
    *inside.select_nth_unstable_by(rank, f32::total_cmp).1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quantile_is_that_of_the_sorted_values() {
        let mut values: Vec<f32> = (0..997).map(|k| ((k * 619) % 997) as f32 * 0.003).collect();
        let found = [0.0, 0.5, 0.98, 1.0].map(|share| quantile(&values, share));
        values.sort_unstable_by(f32::total_cmp);
        assert_eq!(found, [0.0, 0.5, 0.98, 1.0].map(|s: f64| values[(996.0 * s).round() as usize]));
        assert_eq!(quantile(&[-1.0, -0.0, 0.25], 1.0), 0.25);
    }

    #[test]
    fn metering_brings_mean_and_highlights_to_the_value_asked_for() {
        let light: Vec<f32> = (0..200).map(|k| k as f32 * 0.01).collect();
        let gain = meter(&light, Metering::Mean, 0.18);
        assert!((mean(&light) * gain - 0.18).abs() < 1e-6);
        let gain = meter(&light, Metering::Highlights, 0.9);
        assert_eq!(light.iter().filter(|&&p| p * gain > 0.9001).count(), 4, "2 % are brighter");
        let gain = meter(&light, Metering::Median, 0.5);
        assert_eq!(light.iter().filter(|&&p| p * gain > 0.5001).count(), 99, "half are brighter");
    }
}
