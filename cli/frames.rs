//! pipeline → trainer: the endless frames that a refiner learns from.

use crate::modality::Trainable;
use anyhow::Result;
use pipeline::Dataset;
use simulator::sample::{BoxError, Frame, Sample, SampleId};
use std::collections::{HashSet, VecDeque};
use trainer::Frames;

/// The endless shuffled frames of a data set, from any position on, but for those that are held out.
///
/// An image that shows nothing gives its place to the next one that does. So the frame at a position is
/// a function of it, as a training that goes on needs it.
pub fn shuffled<M: Trainable>(
    dataset: &Dataset<M>,
    seed: u64,
    left_out: HashSet<SampleId>,
) -> impl FnMut(u64) -> Result<Frames<M::Net>, BoxError> {
    let dataset = dataset.clone();
    move |start| {
        let samples = dataset.shuffled_without(seed, start, left_out.clone());
        let samples = samples.map(|sample| sample.map_err(BoxError::from));
        let most = dataset.len();
        Ok(Box::new(Seen::<M, _> { samples, ready: VecDeque::new(), most }) as Frames<M::Net>)
    }
}

/// As many frames as there are samples.
struct Seen<M: Trainable, S> {
    samples: S,
    /// The next frames.
    ready: VecDeque<Frame<M::Net>>,
    /// So many empty images in a row are all that there are.
    most: usize,
}

impl<M: Trainable, S: Iterator<Item = Result<Sample<M>, BoxError>>> Iterator for Seen<M, S> {
    type Item = Result<Frame<M::Net>, BoxError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(frame) = self.ready.pop_front() {
            return Some(Ok(frame));
        }
        for empty in 0..=self.most {
            match self.samples.next()?.and_then(|sample| Ok(M::to_network(&sample)?)) {
                Ok(Some(frame)) => {
                    self.ready.extend(std::iter::repeat_n(frame.clone(), empty));
                    return Some(Ok(frame));
                }
                Ok(None) => {}
                Err(error) => return Some(Err(error)),
            }
        }
        Some(Err("no image shows anything".into()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use simulator::sample::{Domain, Hand, HandLabel};

    fn depths(shown: &[u16]) -> Vec<Result<u16, String>> {
        let sample = |(id, &mm): (usize, &u16)| -> Result<Sample<Hand>, BoxError> {
            let frame =
                Frame::from_fn(2, 1, |x, _| if x == 0 { mm } else { mm.saturating_sub(50) });
            let id = SampleId(id as u64);
            Ok(Sample { id, domain: Domain::Real, frame, label: HandLabel::default() })
        };
        let samples = shown.iter().enumerate().map(sample);
        let seen: Seen<Hand, _> = Seen { samples, ready: VecDeque::new(), most: 3 };
        // The farther of the two is the middle of the range, 1000 mm to a picture; the other tells which.
        let nearer =
            |frame: Frame<trainer::RelativeDepth>| Hand::pictured(&frame).unwrap().get(1, 0);
        seen.map(|frame| frame.map(nearer).map_err(|error| error.to_string())).collect()
    }

    #[test]
    fn an_empty_image_gives_its_place_to_the_next_from_wherever_one_starts() {
        // Depths are relative, so tell images apart by their second pixel: 20 mm show it as 0.
        let all = depths(&[700, 0, 0, 20, 800]);
        let (two, one) = (Ok(950), Ok(0));
        assert_eq!(all, [two.clone(), one.clone(), one.clone(), one.clone(), two.clone()]);
        assert_eq!(depths(&[0, 20, 800]), all[2..]);
    }

    #[test]
    fn images_that_all_show_nothing_are_an_error_and_no_endless_search() {
        let found = depths(&[0, 0, 0, 0, 0]);
        assert!(found[0].as_ref().is_err_and(|problem| problem.contains("no image shows")));
    }
}
