//! The one place where pixels become tensors, and tensors become pixels.
//!
//! A tensor of images is `[batch, height, width, channels]` (channels last), black -1, white 1: one
//! channel of grey, or red, green and blue; or one of depth, near -1, far and nothing 1. Which number
//! a pixel becomes, [`Pixel`] says.

use crate::Error;
use crate::pixel::{Pixel, frame_of};
use burn::tensor::{Device, Tensor, TensorData};
use simulator::sample::Frame;

/// How levels become numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scale {
    /// As [`Pixel::value`] says: the whole range of a pixel becomes -1 to 1.
    Range,
    /// Each image by itself to mean 0 and standard deviation 1; a flat image becomes 0.
    PerImage,
}

/// Frames of one size to `[batch, height, width, channels]`.
///
/// # Panics
/// If there are none, or their sizes differ: callers check with [`check_sizes`].
pub(crate) fn to_tensor<P: Pixel>(
    frames: &[&Frame<P>],
    scale: Scale,
    device: &Device,
) -> Tensor<4> {
    let (width, height) = frames[0].size();
    let mut values = Vec::with_capacity(frames.len() * width * height * P::CHANNELS);
    for frame in frames {
        assert_eq!(frame.size(), (width, height), "sizes are checked before");
        let levels = P::levels(frame.pixels());
        match scale {
            Scale::Range => values.extend(levels.map(P::value)),
            Scale::PerImage => {
                let levels: Vec<f64> = levels.map(Into::into).collect();
                let (mean, std) = mean_and_std(&levels);
                let factor = if std > 0.0 { 1.0 / std } else { 0.0 };
                values.extend(levels.iter().map(|level| ((level - mean) * factor) as f32));
            }
        }
    }
    Tensor::from_data(TensorData::new(values, [frames.len(), height, width, P::CHANNELS]), device)
}

/// `[batch, height, width, channels]` in [-1, 1] to frames, each value rounded to the nearest level.
/// `None` if a value is not finite.
pub(crate) fn to_frames<P: Pixel>(images: Tensor<4>) -> Option<Vec<Frame<P>>> {
    let [_, height, width, channels] = images.dims();
    assert_eq!(channels, P::CHANNELS, "a network keeps the number of its channels");
    let values: Vec<f32> = images.into_data().iter::<f32>().collect();
    if !values.iter().all(|v| v.is_finite()) {
        return None;
    }
    let frame =
        |v: &[f32]| frame_of((width, height), v.iter().map(|&value| P::nearest(value)).collect());
    Some(values.chunks_exact(width * height * channels).map(frame).collect())
}

/// Checks that all frames have the size that is needed.
pub(crate) fn check_sizes<P: Copy>(
    frames: &[Frame<P>],
    expected: (usize, usize),
    what: &'static str,
    first_position: u64,
) -> Result<(), Error> {
    match frames.iter().position(|frame| frame.size() != expected) {
        None => Ok(()),
        Some(i) => {
            let (size, position) = (frames[i].size(), first_position + i as u64);
            Err(Error::FrameSize { what, position, size, expected })
        }
    }
}

fn mean_and_std(levels: &[f64]) -> (f64, f64) {
    let n = levels.len() as f64;
    let mean = levels.iter().sum::<f64>() / n;
    let variance = levels.iter().map(|level| (level - mean).powi(2)).sum::<f64>() / n;
    (mean, variance.sqrt())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_grey_level_survives_the_round_trip() {
        let ramp = Frame::from_fn(32, 8, |x, y| (y * 32 + x) as u8);
        let flipped = ramp.mirrored();
        let tensor = to_tensor(&[&ramp, &flipped], Scale::Range, &Device::flex());
        assert_eq!(tensor.dims(), [2, 8, 32, 1]);
        assert_eq!(tensor.clone().min().into_scalar::<f32>(), -1.0);
        assert_eq!(tensor.clone().max().into_scalar::<f32>(), 1.0);
        assert_eq!(to_frames::<u8>(tensor).unwrap(), [ramp, flipped]);
    }

    #[test]
    fn colours_stand_beside_each_other_and_survive_the_round_trip() {
        let colours = Frame::from_fn(3, 2, |x, y| [x as u8, 100 + y as u8, 255]);
        let tensor = to_tensor(&[&colours], Scale::Range, &Device::flex());
        assert_eq!(tensor.dims(), [1, 2, 3, 3]);
        let blue = tensor.clone().narrow(3, 2, 1);
        assert_eq!(blue.min().into_scalar::<f32>(), 1.0);
        assert_eq!(to_frames::<[u8; 3]>(tensor).unwrap(), [colours]);
    }

    #[test]
    fn what_is_not_finite_is_no_frame() {
        let tensor = Tensor::<4>::full([1, 2, 2, 1], f32::NAN, &Device::flex());
        assert!(to_frames::<u8>(tensor).is_none());
    }

    #[test]
    fn a_standardised_image_has_mean_0_and_deviation_1_and_a_flat_one_is_0() {
        let ramp = Frame::from_fn(16, 4, |x, _| (x * 9 + 3) as u8);
        let flat = Frame::from_fn(16, 4, |_, _| 77);
        let values = to_tensor(&[&ramp, &flat], Scale::PerImage, &Device::flex()).into_data();
        let values: Vec<f32> = values.iter::<f32>().collect();
        let (mean, square) =
            values[..64].iter().fold((0.0, 0.0), |(m, s), v| (m + v / 64.0, s + v * v / 64.0));
        assert!(mean.abs() < 1e-5 && (square - 1.0).abs() < 1e-5);
        assert!(values[64..].iter().all(|&v| v == 0.0));
    }
}
