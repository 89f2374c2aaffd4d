//! Frames from outside, counted.

use crate::Error;
use crate::batch;
use crate::pixel::Pixel;
use simulator::sample::{BoxError, Frame};

/// An endless iterator of frames.
pub type Frames<P = u8> = Box<dyn Iterator<Item = Result<Frame<P>, BoxError>> + Send>;

/// Opens a stream of frames at a position, counted in frames from 0. Frame number p must be a
/// function of p, so that a resumed run sees what the first one would have seen.
pub type OpenFrames<'a, P = u8> = &'a mut dyn FnMut(u64) -> Result<Frames<P>, BoxError>;

/// One open stream, and how far it has been read.
pub(crate) struct FrameStream<P> {
    name: &'static str,
    what: &'static str,
    frames: Frames<P>,
    position: u64,
    size: (usize, usize),
}

impl<P: Pixel> FrameStream<P> {
    /// `name` is "synthetic" or "real".
    pub(crate) fn open(
        name: &'static str,
        open: &mut (dyn FnMut(u64) -> Result<Frames<P>, BoxError> + '_),
        position: u64,
        size: (usize, usize),
    ) -> Result<Self, Error> {
        let what = if name == "real" { "real frame" } else { "synthetic frame" };
        let frames =
            open(position).map_err(|source| Error::Source { stream: name, position, source })?;
        Ok(Self { name, what, frames, position, size })
    }

    /// The next `count` frames.
    pub(crate) fn take(&mut self, count: usize) -> Result<Vec<Frame<P>>, Error> {
        let (stream, first) = (self.name, self.position);
        let mut frames = Vec::with_capacity(count);
        for _ in 0..count {
            let position = self.position;
            let frame = self.frames.next().ok_or(Error::SourceEnded { stream, position })?;
            frames.push(frame.map_err(|source| Error::Source { stream, position, source })?);
            self.position += 1;
        }
        batch::check_sizes(&frames, self.size, self.what, first)?;
        Ok(frames)
    }

    /// Frames read so far since position 0.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn numbers(from: u64, to: u64) -> Frames {
        Box::new((from..to).map(|i| Ok(Frame::from_fn(2, 1, |_, _| i as u8))))
    }

    #[test]
    fn it_starts_where_it_is_told_and_counts() {
        let mut stream =
            FrameStream::open("real", &mut |start| Ok(numbers(start, 100)), 7, (2, 1)).unwrap();
        assert_eq!(stream.take(3).unwrap()[0].get(0, 0), 7);
        assert_eq!(stream.take(1).unwrap()[0].get(0, 0), 10);
        assert_eq!(stream.position(), 11);
    }

    #[test]
    fn an_end_an_error_and_a_wrong_size_name_stream_and_position() {
        let message = |mut open: Box<dyn FnMut(u64) -> Result<Frames, BoxError>>| {
            let mut stream = FrameStream::open("synthetic", &mut open, 5, (2, 1)).unwrap();
            stream.take(4).unwrap_err().to_string()
        };
        let ended = message(Box::new(|start| Ok(numbers(start, 7))));
        assert!(ended.contains("synthetic frames ended at position 7"), "{ended}");
        let failed = message(Box::new(|_| Ok(Box::new(std::iter::once(Err("torn file".into()))))));
        assert!(failed.contains("synthetic frames failed at position 5"), "{failed}");
        let sized = message(Box::new(|start| {
            Ok(Box::new(
                (start..).map(|i| Ok(Frame::from_fn(2, if i == 6 { 3 } else { 1 }, |_, _| 0))),
            ))
        }));
        assert!(sized.contains("synthetic frame 6 is 2x3"), "{sized}");
    }
}
