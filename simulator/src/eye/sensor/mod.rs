//! From light to 8-bit numbers.
//!
//! A webcam's pixels are often larger than the normalised crop's, and its noise is made before the
//! crop is resampled: so grain is sharp where pixels match and blotchy where they were stretched.
//! JPEG, too, sees the sensor's pixels and not the crop's.

mod color;
mod compress;
mod draw;
mod equalize;
mod grid;
mod jpeg;
mod kernel;
mod noise;
mod optics;
mod tone;

#[cfg(test)]
mod tests;

pub use draw::ExposureLabel;

use super::config::SensorConfig;
use super::render::Radiance;
use crate::seed::{Purpose, Stream};
use compress::Compression;
use draw::Draw;
use grid::Grid;
use noise::Noise;
use tone::Tone;

/// An image as the camera gives it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Exposed {
    /// Row by row, a pixel's bands beside each other.
    pub pixels: Vec<u8>,
    /// What the camera did.
    pub exposure: ExposureLabel,
}

/// Exposes, digitises and resamples. `motion_px` is how far the image moved (x right, y down)
/// while the shutter was open; motion that the settings draw adds to it.
pub(crate) fn expose(
    radiance: Radiance,
    config: &SensorConfig,
    seed: u64,
    id: u64,
    motion_px: [f64; 2],
) -> Exposed {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the machine has AVX2.
        return unsafe { expose_avx2(radiance, config, (seed, id), motion_px) };
    }
    expose_with(radiance, config, (seed, id), motion_px)
}

/// The same loops, as the compiler makes them of wider instructions; it neither fuses nor reorders
/// what is computed, so the bits are the same.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn expose_avx2(
    radiance: Radiance,
    config: &SensorConfig,
    of: (u64, u64),
    motion_px: [f64; 2],
) -> Exposed {
    expose_with(radiance, config, of, motion_px)
}

#[inline(always)]
fn expose_with(
    radiance: Radiance,
    config: &SensorConfig,
    (seed, id): (u64, u64),
    motion_px: [f64; 2],
) -> Exposed {
    let Radiance { width, height, bands, mut pixels } = radiance;
    let area = width * height;
    let draw = Draw::new(config, &mut Stream::new(seed, id, Purpose::Camera), motion_px, bands);

    // Optics: vignette, blur, defocus and motion.
    let disc = (draw.defocus > 0.0).then(|| kernel::disc(draw.defocus));
    let line = (draw.motion != [0.0; 2]).then(|| kernel::line(draw.motion));
    for plane in pixels.chunks_exact_mut(area) {
        optics::vignette(plane, width, height, draw.vignette as f32);
        optics::blur(plane, width, height, draw.blur);
        for kernel in disc.iter().chain(&line) {
            kernel::convolve(plane, width, height, kernel);
        }
    }
    // Exposure.
    let gain = draw::meter(&color::luminance(&pixels, area), config.metering, draw.exposure);
    let (image, veil) = (gain * (1.0 - draw.flare) as f32, (draw.flare * draw.exposure) as f32);
    for p in &mut pixels {
        *p = *p * image + veil;
    }
    // Gather the light on the sensor's pixels.
    let grid = (draw.pitch > 1.0).then(|| Grid::new(&draw, width, height));
    let [columns, rows] = grid.as_ref().map_or([width, height], |grid| grid.size);
    let mut sensed = match &grid {
        Some(grid) => {
            let mut sensed = Vec::with_capacity(bands * columns * rows);
            pixels.chunks_exact(area).for_each(|plane| grid.gather(plane, &mut sensed));
            sensed
        }
        None => pixels,
    };
    color::correct(&mut sensed, columns * rows, draw.white_balance, &config.color_matrix);
    // Noise, tone and 8 bits.
    let key = Stream::new(seed, id, Purpose::Noise).word();
    let noise = Noise::new(key, draw.shot, draw.read, draw.row);
    let tone = Tone::new(draw.gamma, draw.contrast);
    for (k, row) in sensed.chunks_exact_mut(columns).enumerate() {
        noise.add(row, k / rows, k % rows);
        tone.digitize(row);
    }
    let compression = Compression { quality: draw.jpeg_quality, phase: draw.jpeg_phase, shared: 2 };
    compression.apply(&mut sensed, columns, rows);
    // Back to the crop's pixels.
    let planes = match &grid {
        Some(grid) => {
            let mut planes = Vec::with_capacity(bands * area);
            sensed.chunks_exact(columns * rows).for_each(|p| grid.spread(p, &mut planes));
            planes
        }
        None => sensed,
    };
    let pixels = match (config.equalize, bands) {
        (true, 1) => equalize::levels(&planes),
        (true, color::BANDS) => {
            let mut pixels = interleaved(&planes, area, bands);
            equalize::luma(&mut pixels);
            pixels
        }
        _ => interleaved(&planes, area, bands),
    };
    Exposed { pixels, exposure: draw.label(gain) }
}

/// Bytes of grey levels from 0 to 255, the bands of a pixel beside each other.
fn interleaved(planes: &[f32], area: usize, bands: usize) -> Vec<u8> {
    let mut bytes = vec![0; planes.len()];
    if bands == 1 {
        for (p, level) in bytes.iter_mut().zip(planes) {
            *p = (level + 0.5) as u8;
        }
    } else {
        for (k, pixel) in bytes.chunks_exact_mut(bands).enumerate() {
            for (band, p) in pixel.iter_mut().enumerate() {
                *p = (planes[band * area + k] + 0.5) as u8;
            }
        }
    }
    bytes
}

/// The camera alone, for benchmarks: `bands` planes of linear light (1 is about white skin in
/// ambient light), each row by row, to interleaved bytes.
///
/// # Panics
/// If there are not `width * height * bands` pixels, or none.
#[doc(hidden)]
pub fn expose_planes(
    (width, height, bands): (usize, usize, usize),
    pixels: Vec<f32>,
    config: &SensorConfig,
    (seed, id): (u64, u64),
) -> (Vec<u8>, ExposureLabel) {
    assert!(width * height * bands > 0 && pixels.len() == width * height * bands);
    let radiance = Radiance { width, height, bands, pixels };
    let Exposed { pixels, exposure } = expose(radiance, config, seed, id, [0.0; 2]);
    (pixels, exposure)
}
