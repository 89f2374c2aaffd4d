//! Refined images of the past, so that the discriminator does not forget them (paper, section 2.3).

use crate::pixel::{self, Level, Pixel};
use crate::{Error, seed};
use rand::seq::index;
use simulator::sample::Frame;
use std::path::Path;

/// A fixed number of refined images, which the discriminator sees beside the newest ones.
///
/// They are kept as integers, as the real images are: a checkpoint is two to four times smaller,
/// and rounding is no hint to the discriminator, which gets its fresh images rounded as well.
///
/// Every draw comes from (seed, number of draws so far), so the buffer's random state is a counter.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryBuffer<P: Pixel = u8> {
    capacity: usize,
    frames: Vec<Frame<P>>,
    seed: u64,
    draws: u64,
}

impl<P: Pixel> HistoryBuffer<P> {
    /// An empty buffer for `capacity` images; with 0 it stays empty.
    pub fn new(capacity: usize, seed: u64) -> Self {
        Self { capacity, frames: Vec::new(), seed, draws: 0 }
    }

    /// Images it holds.
    pub fn len(&self) -> usize {
        self.frames.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// Images it can hold.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// The images, in no particular order.
    pub fn frames(&self) -> &[Frame<P>] {
        &self.frames
    }

    /// `count` different images at random, or `None` while it holds fewer.
    pub fn sample(&mut self, count: usize) -> Option<Vec<&Frame<P>>> {
        if self.frames.len() < count {
            return None;
        }
        let chosen = index::sample(&mut self.next_rng(), self.frames.len(), count);
        Some(chosen.iter().map(|i| &self.frames[i]).collect())
    }

    /// Puts these images in: free places first, then each in the place of a different random one.
    pub fn insert(&mut self, fresh: Vec<Frame<P>>) {
        if self.capacity == 0 {
            return;
        }
        let mut fresh = fresh.into_iter();
        let free = self.capacity - self.frames.len();
        self.frames.extend(fresh.by_ref().take(free));
        let count = fresh.len().min(self.frames.len());
        let places = index::sample(&mut self.next_rng(), self.frames.len(), count);
        for (place, frame) in places.into_iter().zip(fresh) {
            self.frames[place] = frame;
        }
    }

    fn next_rng(&mut self) -> rand_chacha::ChaCha8Rng {
        self.draws += 1;
        seed::rng(self.seed, "history", self.draws)
    }

    /// Number of draws so far: with the seed, the whole random state.
    pub(crate) fn draws(&self) -> u64 {
        self.draws
    }

    /// All pixels, image by image.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let levels = self.frames.iter().flat_map(|frame| P::levels(frame.pixels()));
        levels.for_each(|level| level.write(&mut bytes));
        bytes
    }

    /// The buffer whose [`Self::to_bytes`] and [`Self::draws`] these are.
    pub(crate) fn from_bytes(
        capacity: usize,
        seed: u64,
        draws: u64,
        (width, height): (usize, usize),
        bytes: &[u8],
        path: &Path,
    ) -> Result<Self, Error> {
        let size = width * height * P::CHANNELS * P::Level::BYTES;
        if !bytes.len().is_multiple_of(size) || bytes.len() / size > capacity {
            return Err(Error::Saved {
                path: path.into(),
                problem: format!(
                    "{} bytes are no history of at most {capacity} images of {width}x{height} px",
                    bytes.len()
                ),
                remedy: "load another checkpoint",
            });
        }
        let frames = bytes
            .chunks_exact(size)
            .map(|frame| {
                let levels = frame.chunks_exact(P::Level::BYTES).map(P::Level::read);
                pixel::frame_of((width, height), levels.collect())
            })
            .collect();
        Ok(Self { capacity, frames, seed, draws })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::collections::HashSet;

    /// An image that says its number.
    fn frame(number: usize) -> Frame<u8> {
        Frame::new(2, 1, vec![(number / 256) as u8, (number % 256) as u8]).unwrap()
    }

    fn number(frame: &Frame<u8>) -> usize {
        frame.get(0, 0) as usize * 256 + frame.get(1, 0) as usize
    }

    fn held(buffer: &HistoryBuffer) -> HashSet<usize> {
        buffer.frames().iter().map(number).collect()
    }

    #[test]
    fn it_fills_and_then_stays_full() {
        let mut buffer = HistoryBuffer::new(10, 1);
        for round in 0..6 {
            buffer.insert((0..4).map(|i| frame(round * 4 + i)).collect());
            assert_eq!(buffer.len(), (4 * (round + 1)).min(10));
        }
    }

    #[test]
    fn a_buffer_for_nothing_stays_empty() {
        let mut buffer = HistoryBuffer::new(0, 1);
        buffer.insert(vec![frame(1)]);
        assert!(buffer.is_empty() && buffer.sample(1).is_none());
        assert_eq!(buffer.draws(), 0);
    }

    #[test]
    fn nothing_is_lost_while_it_fills() {
        let mut buffer = HistoryBuffer::new(10, 1);
        buffer.insert((0..4).map(frame).collect());
        buffer.insert((4..8).map(frame).collect());
        assert_eq!(held(&buffer), (0..8).collect());
    }

    #[test]
    fn a_full_buffer_has_exactly_as_many_images_replaced_as_come_in() {
        let mut buffer = HistoryBuffer::new(50, 1);
        buffer.insert((0..50).map(frame).collect());
        for round in 1..20 {
            let before = held(&buffer);
            let fresh: HashSet<usize> = (0..16).map(|i| 100 * round + i).collect();
            buffer.insert(fresh.iter().map(|&i| frame(i)).collect());
            let after = held(&buffer);
            assert!(fresh.is_subset(&after), "all that came in is there");
            assert_eq!(before.intersection(&after).count(), 34, "16 old ones went");
        }
    }

    #[test]
    fn replacement_reaches_every_place() {
        let mut buffer = HistoryBuffer::new(20, 3);
        buffer.insert((0..20).map(frame).collect());
        for round in 0..40 {
            buffer.insert((0..4).map(|i| frame(1000 + round * 4 + i)).collect());
        }
        assert!(held(&buffer).iter().all(|&n| n >= 1000), "an old image was never replaced");
    }

    #[test]
    fn a_sample_is_of_different_images_and_other_ones_each_time() {
        let mut buffer = HistoryBuffer::new(100, 1);
        buffer.insert((0..100).map(frame).collect());
        let draw = |buffer: &mut HistoryBuffer| {
            buffer.sample(16).unwrap().into_iter().map(number).collect::<HashSet<usize>>()
        };
        let (first, second) = (draw(&mut buffer), draw(&mut buffer));
        assert_eq!((first.len(), second.len()), (16, 16));
        assert_ne!(first, second);
    }

    #[test]
    fn it_gives_no_sample_before_it_holds_enough() {
        let mut buffer = HistoryBuffer::new(10, 1);
        buffer.insert((0..3).map(frame).collect());
        assert!(buffer.sample(4).is_none());
        assert_eq!(buffer.sample(3).unwrap().len(), 3);
    }

    #[test]
    fn saved_and_read_back_it_draws_the_same() {
        let mut buffer = HistoryBuffer::new(30, 9);
        buffer.insert((0..30).map(frame).collect());
        buffer.sample(5).unwrap();
        let bytes = buffer.to_bytes();
        let path = Path::new("history.bin");
        let mut back =
            HistoryBuffer::from_bytes(30, 9, buffer.draws(), (2, 1), &bytes, path).unwrap();
        assert_eq!(buffer, back);
        assert_eq!(buffer.sample(5).unwrap(), back.sample(5).unwrap());
        assert!(HistoryBuffer::<u8>::from_bytes(30, 9, 0, (2, 1), &bytes[1..], path).is_err());
    }
}
