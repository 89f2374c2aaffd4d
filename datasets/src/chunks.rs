//! Samples one by one, while files are decoded on all threads.

use crate::account::Account;
use crate::error::Error;
use crate::memory::READY_BYTES;
use rayon::prelude::*;
use simulator::sample::{Modality, Sample};
use std::path::PathBuf;
use std::vec;

/// Most images that are decoded at once; fewer where they are large.
pub(crate) const CHUNK: usize = 256;

/// A sample and the file that it came from.
pub(crate) type Loaded<M> = Result<(PathBuf, Sample<M>), Error>;

/// The samples of many files, in order, all of one size. An image that can't be read is an error in its
/// place, and the next one follows; the first of another size ends it.
pub struct Samples<M: Modality> {
    count: usize,
    load: Box<dyn Fn(usize) -> Loaded<M> + Send + Sync>,
    next: usize,
    ready: vec::IntoIter<Result<Sample<M>, Error>>,
    first: Option<(PathBuf, (usize, usize))>,
    account: Account,
}

impl<M: Modality> Samples<M> {
    /// So many samples, each loaded by its number.
    pub(crate) fn new(
        count: usize,
        account: Account,
        load: impl Fn(usize) -> Loaded<M> + Send + Sync + 'static,
    ) -> Self {
        let ready = Vec::new().into_iter();
        let account = Account { total: Some(count), ..account };
        Self { count, load: Box::new(load), next: 0, ready, first: None, account }
    }

    /// What was taken for what, and what was passed over.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// How many images memory holds at once: one, until their size is known.
    fn chunk(&self) -> usize {
        let Some((_, (width, height))) = self.first else { return 1 };
        let bytes = (width * height * size_of::<M::Pixel>()).max(1);
        (READY_BYTES / bytes).clamp(1, CHUNK)
    }

    /// Decodes the next images on all threads, in order.
    fn refill(&mut self) {
        let end = self.count.min(self.next + self.chunk());
        let (load, expected) = (&self.load, self.first.as_ref());
        let sized = |k: usize| -> Loaded<M> {
            let (path, sample) = load(k)?;
            let found = sample.frame.size();
            match expected {
                Some((first, expected)) if found != *expected => {
                    Err(Error::Size { path, found, first: first.clone(), expected: *expected })
                }
                _ => Ok((path, sample)),
            }
        };
        let loaded: Vec<Loaded<M>> = (self.next..end).into_par_iter().map(sized).collect();
        self.next = end;
        let mut ready = Vec::with_capacity(loaded.len());
        for one in loaded {
            match one {
                Ok((path, sample)) => {
                    self.first.get_or_insert_with(|| (path, sample.frame.size()));
                    ready.push(Ok(sample));
                }
                Err(error) => {
                    let ends = matches!(error, Error::Size { .. });
                    ready.push(Err(error));
                    if ends {
                        self.next = self.count;
                        break;
                    }
                }
            }
        }
        self.ready = ready.into_iter();
    }
}

impl<M: Modality> Iterator for Samples<M> {
    type Item = Result<Sample<M>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ready.len() == 0 && self.next < self.count {
            self.refill();
        }
        self.ready.next()
    }
}
