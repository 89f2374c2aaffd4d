//! Samples one by one, while files are decoded on all threads.

use crate::error::Error;
use rayon::prelude::*;
use simulator::sample::{Modality, Sample};
use std::path::PathBuf;
use std::vec;

/// Images that are decoded at once.
pub(crate) const CHUNK: usize = 256;

/// A sample and the file that it came from.
pub(crate) type Loaded<M> = Result<(PathBuf, Sample<M>), Error>;

/// The samples of many files, in order, all of one size; ends with its first error.
pub struct Samples<M: Modality> {
    count: usize,
    load: Box<dyn Fn(usize) -> Loaded<M> + Send + Sync>,
    next: usize,
    ready: vec::IntoIter<Sample<M>>,
    first: Option<(PathBuf, (usize, usize))>,
}

impl<M: Modality> Samples<M> {
    /// So many samples, each loaded by its number.
    pub(crate) fn new(
        count: usize,
        load: impl Fn(usize) -> Loaded<M> + Send + Sync + 'static,
    ) -> Self {
        let ready = Vec::new().into_iter();
        Self { count, load: Box::new(load), next: 0, ready, first: None }
    }

    /// Decodes the next images on all threads, in order.
    fn refill(&mut self) -> Result<(), Error> {
        let end = self.count.min(self.next + CHUNK);
        let loaded: Vec<(PathBuf, Sample<M>)> =
            (self.next..end).into_par_iter().map(&self.load).collect::<Result<_, _>>()?;
        let mut samples = Vec::with_capacity(loaded.len());
        for (path, sample) in loaded {
            let found = sample.frame.size();
            match &self.first {
                None => self.first = Some((path, found)),
                Some((first, expected)) if found != *expected => {
                    let (first, expected) = (first.clone(), *expected);
                    return Err(Error::Size { path, found, first, expected });
                }
                Some(_) => {}
            }
            samples.push(sample);
        }
        self.next = end;
        self.ready = samples.into_iter();
        Ok(())
    }
}

impl<M: Modality> Iterator for Samples<M> {
    type Item = Result<Sample<M>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ready.len() == 0
            && self.next < self.count
            && let Err(error) = self.refill()
        {
            self.next = self.count;
            return Some(Err(error));
        }
        self.ready.next().map(Ok)
    }
}
