//! The same few images, picture after picture.

use crate::Error;
use crate::observer::{Observer, Pictures};
use crate::pixel::Pixel;
use crate::simgan::SimGan;
use crate::stream::{FrameStream, OpenFrames};
use simulator::sample::Frame;

/// The first images of both streams, shown at every picture.
pub(crate) struct Probe<P> {
    rendered: Vec<Frame<P>>,
    real: Vec<Frame<P>>,
}

impl<P: Pixel> Probe<P> {
    pub(crate) fn read(
        gan: &SimGan<P>,
        synthetic: OpenFrames<'_, P>,
        real: OpenFrames<'_, P>,
    ) -> Result<Self, Error> {
        let count = gan.config.pictures;
        Ok(Self {
            rendered: FrameStream::open("synthetic", synthetic, 0, gan.size)?.take(count)?,
            real: FrameStream::open("real", real, 0, gan.size)?.take(count)?,
        })
    }

    pub(crate) fn show(
        &self,
        gan: &SimGan<P>,
        observer: &mut dyn Observer<P>,
    ) -> Result<(), Error> {
        let refined = gan.refiner().refine(&self.rendered)?;
        let (iteration, rendered, real) = (gan.iteration(), &self.rendered[..], &self.real[..]);
        observer.pictures(&Pictures { iteration, rendered, refined, real });
        Ok(())
    }
}
