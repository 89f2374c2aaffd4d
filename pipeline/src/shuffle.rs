//! An endless stream in random order, from any position, in bounded memory.
//!
//! An epoch is laid out in two steps. The row groups are permuted and cut into windows of at most
//! [`WINDOW_GROUPS`]; the rows of a window are permuted among each other. So a batch draws from up
//! to 64 x 1024 rows that lie anywhere in the data set, and memory holds these rows, images still
//! compressed (about 90 MB of eyes). A data set of one window is permuted fully.
//!
//! Both permutations come from a hash of (seed, epoch, window): to start at any position, only its
//! own window has to be read.

use crate::columns::{Columns, Rows};
use crate::dataset::Dataset;
use crate::error::Error;
use rand::Rng;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use simulator::sample::Sample;
use std::vec;

/// Row groups that are mixed with each other. Where the data are sorted by label, the mean of a batch
/// of 256 then varies (in variance) 3 to 5 times as much as that of independent draws; with 16 it
/// would be 18 times. Where they are not sorted, as in renders, it is 1 in any case.
const WINDOW_GROUPS: usize = 64;

/// Samples that are decoded at once.
const CHUNK: usize = 512;

/// The generator of one decision, from what is decided.
fn generator(seed: u64, epoch: u64, window: Option<usize>) -> ChaCha8Rng {
    let mut hasher = blake3::Hasher::new_derive_key("simreal pipeline shuffle 1");
    hasher.update(&seed.to_le_bytes());
    hasher.update(&epoch.to_le_bytes());
    // The order of the row groups is window 0, the rows of the first window are window 1.
    hasher.update(&window.map_or(0, |w| w as u64 + 1).to_le_bytes());
    ChaCha8Rng::from_seed(*hasher.finalize().as_bytes())
}

/// A random permutation (Fisher and Yates). Written out because the order of a run must not change
/// with a release of a library.
fn permute<T>(items: &mut [T], rng: &mut ChaCha8Rng) {
    for last in (1..items.len()).rev() {
        // A number below last + 1, with a bias below 2^-32 for any data set that fits a disk.
        let chosen = (u128::from(rng.next_u64()) * (last as u128 + 1)) >> 64;
        items.swap(last, chosen as usize);
    }
}

/// The row groups of an epoch in their windows.
fn windows(group_count: usize, seed: u64, epoch: u64) -> Vec<Vec<usize>> {
    let mut groups: Vec<usize> = (0..group_count).collect();
    permute(&mut groups, &mut generator(seed, epoch, None));
    // Windows of even size, because a short last one would be mixed badly.
    let count = group_count.div_ceil(WINDOW_GROUPS);
    let bounds = |w: usize| w * group_count / count..(w + 1) * group_count / count;
    (0..count).map(|w| groups[bounds(w)].to_vec()).collect()
}

/// The rows of one window, in their order.
struct Window<M: Columns> {
    groups: Vec<(usize, Rows<M>)>,
    /// (which of `groups`, row within it)
    order: Vec<(u32, u32)>,
    next: usize,
}

impl<M: Columns> Window<M> {
    /// The next few samples, decoded on all threads, in order.
    fn decode(&mut self, dataset: &Dataset<M>) -> Result<Vec<Sample<M>>, Error> {
        let end = self.order.len().min(self.next + CHUNK);
        let chunk = &self.order[self.next..end];
        self.next = end;
        chunk
            .par_iter()
            .map(|&(group, row)| {
                let (index, rows) = &self.groups[group as usize];
                rows.sample(row as usize).map_err(|problem| Error::Row {
                    path: dataset.group_path(*index),
                    row: row as usize,
                    problem,
                })
            })
            .collect()
    }
}

/// An endless stream in random order; see [`Dataset::shuffled`].
pub struct Shuffled<M: Columns> {
    dataset: Dataset<M>,
    seed: u64,
    /// Position of the next sample that is not decoded yet.
    position: u64,
    window: Option<Window<M>>,
    ready: vec::IntoIter<Sample<M>>,
    failed: bool,
}

impl<M: Columns> Shuffled<M> {
    pub(crate) fn new(dataset: Dataset<M>, seed: u64, start: u64) -> Self {
        let ready = Vec::new().into_iter();
        Self { dataset, seed, position: start, window: None, ready, failed: false }
    }

    /// Reads the window that holds the current position.
    fn load(&self) -> Result<Window<M>, Error> {
        let rows_of: Vec<usize> = self.dataset.group_rows().collect();
        let length = self.dataset.len() as u64;
        let (epoch, mut skip) = (self.position / length, (self.position % length) as usize);

        // Find the window, and how far into it.
        let windows = windows(rows_of.len(), self.seed, epoch);
        let mut number = 0;
        loop {
            let rows: usize = windows[number].iter().map(|&group| rows_of[group]).sum();
            if skip < rows {
                break;
            }
            skip -= rows;
            number += 1;
        }

        // Order its rows, then read them.
        let groups = &windows[number];
        let rows = groups.iter().enumerate();
        let mut order: Vec<(u32, u32)> = rows
            .flat_map(|(g, &group)| (0..rows_of[group]).map(move |row| (g as u32, row as u32)))
            .collect();
        permute(&mut order, &mut generator(self.seed, epoch, Some(number)));
        let groups: Result<Vec<_>, Error> =
            groups.par_iter().map(|&group| Ok((group, self.dataset.group(group)?))).collect();
        Ok(Window { groups: groups?, order, next: skip })
    }

    /// Decodes the next chunk, from the next window if this one is used up.
    fn refill(&mut self) -> Result<(), Error> {
        let mut window = match self.window.take() {
            Some(window) if window.next < window.order.len() => window,
            // The old window is freed before the new one is read.
            used_up => {
                drop(used_up);
                self.load()?
            }
        };
        let chunk = window.decode(&self.dataset)?;
        self.position += chunk.len() as u64;
        self.ready = chunk.into_iter();
        self.window = Some(window);
        Ok(())
    }
}

impl<M: Columns> Iterator for Shuffled<M> {
    type Item = Result<Sample<M>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        if self.ready.len() == 0
            && let Err(error) = self.refill()
        {
            self.failed = true;
            return Some(Err(error));
        }
        self.ready.next().map(Ok)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn windows_hold_every_group_once_are_even_and_change_each_epoch() {
        for count in [1, 63, 64, 65, 129, 1000] {
            let windows = windows(count, 7, 3);
            let sizes: Vec<_> = windows.iter().map(Vec::len).collect();
            let (low, high) = (*sizes.iter().min().unwrap(), *sizes.iter().max().unwrap());
            assert!(high <= WINDOW_GROUPS && high - low <= 1, "{sizes:?}");
            let mut all: Vec<_> = windows.concat();
            all.sort_unstable();
            assert!(all.iter().copied().eq(0..count));
        }
        assert_ne!(windows(100, 7, 3), windows(100, 7, 4));
        assert_ne!(windows(100, 7, 3), windows(100, 8, 3));
    }

    #[test]
    fn every_place_is_equally_likely() {
        // 4! = 24 orders, 24,000 draws: each comes about 1000 times (standard deviation 31).
        let mut counts = std::collections::HashMap::new();
        let mut rng = generator(1, 2, None);
        for _ in 0..24_000 {
            let mut items = [0, 1, 2, 3];
            permute(&mut items, &mut rng);
            *counts.entry(items).or_insert(0) += 1;
        }
        assert_eq!(counts.len(), 24);
        assert!(counts.values().all(|n| (850..1150).contains(n)), "{counts:?}");
    }

    #[test]
    fn the_order_is_frozen() {
        // What the first release drew: a checkpoint of it must resume in the same order.
        let mut items: Vec<u32> = (0..8).collect();
        permute(&mut items, &mut generator(1, 0, None));
        assert_eq!(items, [2, 6, 3, 4, 1, 5, 7, 0]);
    }
}
