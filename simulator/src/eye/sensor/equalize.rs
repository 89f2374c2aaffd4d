//! Equalised histograms, the last step of MPIIGaze's normalisation.

use super::tone::nearest;

/// Steps of a grey level that are told apart.
const FINE: usize = 8;

/// Grey levels from 0 to 255 to equalised bytes.
///
/// Resampled levels are no whole numbers, and they are equalised before they are rounded: the 60x36
/// patches of MPIIGaze hold 254 to 256 different levels, which equalising bytes could not give.
/// For whole levels it is the definition of OpenCV's `equalizeHist`.
pub(super) fn levels(plane: &[f32]) -> Vec<u8> {
    let bin = |level: f32| ((level * FINE as f32 + 0.5) as usize).min(255 * FINE);
    let mut count = [0u32; 255 * FINE + 1];
    for &level in plane {
        count[bin(level)] += 1;
    }
    // The darkest level that occurs maps to 0, so it takes no part in the range.
    let darkest = count.iter().position(|&n| n > 0).unwrap_or(0);
    let range = plane.len() as u32 - count[darkest];
    let mut bytes = vec![0u8; plane.len()];
    if range == 0 {
        // A constant image stays as it is.
        bytes.fill(plane.first().map_or(0, |level| (level + 0.5) as u8));
        return bytes;
    }
    let mut seen = [0.0f32; 255 * FINE + 1];
    let mut sum = 0;
    for (to, &n) in seen.iter_mut().zip(&count).skip(darkest + 1) {
        sum += n;
        *to = sum as f32;
    }
    let mut map = [0u8; 255 * FINE + 1];
    for (to, &seen) in map.iter_mut().zip(&seen) {
        *to = nearest(255.0 * seen / range as f32);
    }
    for (byte, &level) in bytes.iter_mut().zip(plane) {
        *byte = map[bin(level)];
    }
    bytes
}

/// Equalises the histogram of luma (ITU-R BT.601) of red, green and blue bytes; colour differences
/// stay.
pub(super) fn luma(pixels: &mut [u8]) {
    let (colors, _) = pixels.as_chunks_mut::<3>();
    let mut before = vec![0u8; colors.len()];
    for (level, p) in before.iter_mut().zip(&*colors) {
        let [red, green, blue] = [u32::from(p[0]), u32::from(p[1]), u32::from(p[2])];
        *level = ((19_595 * red + 38_470 * green + 7_471 * blue + 32_768) >> 16) as u8;
    }
    let mut after = before.clone();
    crate::sample::equalize(&mut after);
    for ((color, before), after) in colors.iter_mut().zip(before).zip(after) {
        let lift = i16::from(after) - i16::from(before);
        for c in color {
            *c = (i16::from(*c) + lift).clamp(0, 255) as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::sample::Frame;

    #[test]
    fn whole_levels_are_equalised_as_bytes_are_and_twice_is_once() {
        let bytes: Vec<u8> = (0..2000u32).map(|k| (20 + (k * k) % 173) as u8).collect();
        let once = levels(&bytes.iter().map(|&b| f32::from(b)).collect::<Vec<_>>());
        assert_eq!(once, Frame::new(50, 40, bytes).unwrap().equalized().pixels());
        assert_eq!(levels(&once.iter().map(|&b| f32::from(b)).collect::<Vec<_>>()), once);
        assert_eq!(levels(&[77.4; 9]), [77; 9]);
    }

    #[test]
    fn levels_between_whole_ones_spread_over_all_bytes() {
        let ramp: Vec<f32> = (0..2000).map(|k| 100.0 + k as f32 * 0.02).collect();
        let equalized = levels(&ramp);
        assert!(equalized.is_sorted());
        assert!((0..=255).all(|level| equalized.contains(&level)));
    }

    #[test]
    fn equalising_grey_colours_is_equalising_grey() {
        let mut pixels: Vec<u8> = [10u8, 20, 30, 40].iter().flat_map(|&v| [v; 3]).collect();
        luma(&mut pixels);
        assert_eq!(pixels, [0, 0, 0, 85, 85, 85, 170, 170, 170, 255, 255, 255]);
    }
}
