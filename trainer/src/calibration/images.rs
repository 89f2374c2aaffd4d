//! Images on both sides, and what was measured of them.

use super::measure::{self, LOOKS, PLACES};
use super::network::MeasuringNet;
use crate::Error;
use nalgebra::DMatrix;
use simulator::eye::EyeConfig;
use simulator::sample::Frame;

/// Longest side at which images are measured, px; larger ones are shrunk by a whole factor.
const LARGEST_PX: usize = 96;

/// Measurements of images, for those who compare them.
#[derive(Debug, Clone, PartialEq)]
pub struct Measurements {
    /// Where things are, in each image; the names are [`Calibrated::place_names`](super::Calibrated::place_names).
    pub places: Vec<Vec<f64>>,
    /// How they look there.
    pub looks: Vec<Vec<f64>>,
}

/// So many of the frames, evenly out of all, shrunk.
pub(super) fn chosen(
    real: &[Frame<u8>],
    count: usize,
    eye: &EyeConfig,
) -> Result<Vec<Frame<u8>>, Error> {
    if real.len() < super::LEAST_REAL {
        let problem = format!("there are {} real images", real.len());
        return Err(Error::Data { problem, remedy: "give at least 50, better some hundred" });
    }
    let size = (eye.camera.width as usize, eye.camera.height as usize);
    crate::batch::check_sizes(real, size, "real frame", 0)?;
    let count = count.min(real.len());
    Ok((0..count).map(|k| shrunk(&real[k * real.len() / count])).collect())
}

/// A frame whose longer side is at most [`LARGEST_PX`], by means over blocks.
pub(super) fn shrunk(frame: &Frame<u8>) -> Frame<u8> {
    let factor = frame.width().max(frame.height()).div_ceil(LARGEST_PX);
    if factor == 1 {
        return frame.clone();
    }
    Frame::from_fn(frame.width() / factor, frame.height() / factor, |x, y| {
        let block = (0..factor).flat_map(|j| (0..factor).map(move |i| (i, j)));
        let sum: usize =
            block.map(|(i, j)| usize::from(frame.get(x * factor + i, y * factor + j))).sum();
        (sum / (factor * factor)) as u8
    })
}

/// Places and looks of each image.
pub(super) struct Measured {
    pub(super) places: Vec<[f64; PLACES]>,
    pub(super) looks: Vec<[f64; LOOKS]>,
}

pub(super) fn measured(network: &MeasuringNet, frames: &[Frame<u8>]) -> Measured {
    let all: Vec<&Frame<u8>> = frames.iter().collect();
    let places = network.measure(&all);
    let looks = frames.iter().zip(&places).map(|(f, p)| measure::looks(f, p)).collect();
    Measured { places, looks }
}

impl Measured {
    /// A column an image.
    pub(super) fn columns(&self) -> DMatrix<f64> {
        let rows = self.places.iter().zip(&self.looks);
        let values = rows.flat_map(|(places, looks)| places.iter().chain(looks).copied());
        DMatrix::from_vec(PLACES + LOOKS, self.places.len(), values.collect())
    }

    pub(super) fn told(&self) -> Measurements {
        Measurements {
            places: self.places.iter().map(|p| p.to_vec()).collect(),
            looks: self.looks.iter().map(|l| l.to_vec()).collect(),
        }
    }
}
