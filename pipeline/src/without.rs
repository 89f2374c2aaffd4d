//! A shuffled stream that leaves some samples out, so that others may be judged on them.

use crate::columns::Columns;
use crate::dataset::Dataset;
use crate::error::Error;
use simulator::sample::{Sample, SampleId};
use std::collections::HashSet;

impl<M: Columns> Dataset<M> {
    /// As [`Dataset::shuffled`], without the samples of these ids, all of which must be in it.
    ///
    /// Each epoch is a permutation of all others, and the element at a position is a function of
    /// (`seed`, position, ids). To start within an epoch, that much of it is read and dropped. With
    /// nothing left, the stream is empty.
    pub fn shuffled_without(
        &self,
        seed: u64,
        start: u64,
        left_out: HashSet<SampleId>,
    ) -> impl Iterator<Item = Result<Sample<M>, Error>> + Send + use<M> {
        let length = self.len() as u64;
        let left = length.saturating_sub(left_out.len() as u64);
        // Where all are left out, the filter would look for another one for ever.
        let (epoch, skip) = (start / left.max(1), start % left.max(1));
        let taken = if left == 0 { 0 } else { usize::MAX };
        self.shuffled(seed, epoch * length)
            .take(taken)
            .filter(move |sample| {
                sample.as_ref().map_or(true, |sample| !left_out.contains(&sample.id))
            })
            .skip(skip as usize)
    }
}
