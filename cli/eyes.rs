//! A data set of eyes, grey or in colour.

use anyhow::Result;
use pipeline::{Dataset, Error};
use simulator::eye::EyeImage;
use simulator::sample::{Eye, EyeLabel, EyeRgb, Frame, Modality};
use std::path::Path;
use studio::overlay::Shown;

/// What a refiner can be trained on and be judged in.
pub trait Trainable:
    pipeline::Columns + Shown + Modality<Label = EyeLabel, Pixel: trainer::Pixel>
{
    /// The frame in grey, as the judge sees it.
    fn grey(frame: &Frame<Self::Pixel>) -> Frame<u8>;
}

impl Trainable for Eye {
    fn grey(frame: &Frame<u8>) -> Frame<u8> {
        frame.clone()
    }
}

impl Trainable for EyeRgb {
    fn grey(frame: &Frame<[u8; 3]>) -> Frame<u8> {
        let (width, height) = frame.size();
        Frame::from_fn(width, height, |x, y| Eye::from_rgb(frame.get(x, y)))
    }
}

/// A data set of one of the modalities.
pub enum Eyes {
    Grey(Dataset<Eye>),
    Rgb(Dataset<EyeRgb>),
}

impl Eyes {
    /// Opens the data set in `dir`, of whichever modality it is.
    pub fn open(dir: &Path) -> Result<Self> {
        match Dataset::open(dir) {
            Err(Error::Modality { .. }) => Ok(Self::Rgb(Dataset::open(dir)?)),
            grey => Ok(Self::Grey(grey?)),
        }
    }
}
