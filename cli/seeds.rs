//! The same training again and again, with another seed each time.

use crate::console::note;
use crate::report;
use anyhow::{Context, Result, bail};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::Cell;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, LazyLock, Mutex, PoisonError};

/// Trainings that run beside each other, at most: one keeps little more than a core busy, and each holds
/// its frames and tensors in memory.
const AT_ONCE: usize = 4;

/// The report of each seed. Each goes to `out/NAME-seed-N.json`, and what `once` saves to the path it is
/// given, `out/NAME-seed-N`; a seed whose report is there is passed by. Several run beside each other
/// where there are cores for them, which changes no result.
pub fn each<R: Serialize + DeserializeOwned>(
    station: &str,
    name: &str,
    seeds: &[u64],
    out: &Path,
    once: impl Fn(u64, &Path) -> Result<R> + Sync,
) -> Result<Vec<R>> {
    distinct(seeds)?;
    durable::create_folder(out)?;
    let file = |seed: u64| out.join(format!("{name}-seed-{seed}.json"));
    let (done, missing): (Vec<u64>, Vec<u64>) = seeds.iter().partition(|&&s| file(s).is_file());
    for seed in done {
        note(station, &format!("{} is there already", file(seed).display()));
    }
    beside_each_other(&missing, |seed| {
        let found = once(seed, &out.join(format!("{name}-seed-{seed}")))?;
        report::write_json(&found, &file(seed))
    })?;
    // Also what was made just now is read back: JSON may lose the last bit of a number, and a run that
    // goes on ends with the same figures as one that was not stopped.
    let read = |&seed: &u64| {
        let file = file(seed);
        let text = std::fs::read(&file)
            .with_context(|| format!("could not read the report {}", file.display()))?;
        serde_json::from_slice(&text).with_context(|| {
            format!("{} is no {station} report; delete it to train again", file.display())
        })
    };
    seeds.iter().map(read).collect()
}

/// The names in a folder of what [`each`] and those that call it write there.
pub fn names(name: &str, seeds: &[u64]) -> Vec<String> {
    let of = |seed: &u64| ["", ".json", ".csv"].map(|end| format!("{name}-seed-{seed}{end}"));
    seeds.iter().flat_map(of).collect()
}

/// Does this for each seed; the first error in the order of the seeds. Those that run at the same time share
/// the cores out between them: a pool of its own for each, because two trainings in one pool wait for
/// each other at every layer.
pub fn beside_each_other(seeds: &[u64], once: impl Fn(u64) -> Result<()> + Sync) -> Result<()> {
    let slots = &*SLOTS;
    if slots.size <= 1 || (seeds.len() == 1 && !TOGETHER.get()) {
        return seeds.iter().try_for_each(|&seed| once(seed));
    }
    let next = AtomicUsize::new(0);
    let results: Vec<Mutex<Option<Result<()>>>> = seeds.iter().map(|_| Mutex::new(None)).collect();
    let work = || {
        loop {
            // Whoever waits for its turn has taken no seed yet: another may be first to fail.
            let _slot = slots.take();
            let Some((k, &seed)) = take(&next, seeds) else { return };
            let pool = rayon::ThreadPoolBuilder::new().num_threads(slots.threads).build();
            let pool = pool.context("could not start the threads of a training");
            let result = pool.and_then(|pool| pool.install(|| once(seed)));
            let failed = result.is_err();
            if let Ok(mut slot) = results[k].lock() {
                *slot = Some(result);
            }
            if failed {
                // Whatever stopped this one would stop the others.
                next.store(seeds.len(), Ordering::SeqCst);
            }
        }
    };
    std::thread::scope(|scope| {
        (1..seeds.len().min(slots.size)).for_each(|_| drop(scope.spawn(work)));
        work();
    });
    let in_order = results.into_iter().filter_map(|slot| slot.into_inner().ok().flatten());
    in_order.collect::<Result<Vec<()>>>().map(|_| ())
}

/// A piece of work that trains for several seeds.
pub type Job<'a, T> = Box<dyn FnOnce() -> Result<T> + Send + 'a>;

/// Does all of these, so that no core waits while any of them has a training left; the first error in
/// their order. What the others make meanwhile is kept.
pub fn together<T: Send>(jobs: Vec<Job<'_, T>>) -> Result<Vec<T>> {
    std::thread::scope(|scope| {
        let run = |job: Job<'_, T>| {
            TOGETHER.set(true);
            job()
        };
        let running: Vec<_> = jobs.into_iter().map(|job| scope.spawn(move || run(job))).collect();
        let done = running.into_iter().map(|thread| match thread.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        // All have ended before the first error is told.
        done.collect::<Vec<Result<T>>>().into_iter().collect()
    })
}

thread_local! {
    /// Whether this thread is one of several that train.
    static TOGETHER: Cell<bool> = const { Cell::new(false) };
}

/// The trainings that may run now, and the threads of each.
static SLOTS: LazyLock<Slots> = LazyLock::new(|| {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let size = cores.min(AT_ONCE);
    Slots { size, threads: cores / size, free: Mutex::new(size), freed: Condvar::new() }
});

struct Slots {
    size: usize,
    threads: usize,
    free: Mutex<usize>,
    freed: Condvar,
}

impl Slots {
    /// Waits for a slot; it is free again when what comes back is dropped.
    fn take(&self) -> Slot<'_> {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        while *free == 0 {
            free = self.freed.wait(free).unwrap_or_else(PoisonError::into_inner);
        }
        *free -= 1;
        Slot(self)
    }
}

struct Slot<'a>(&'a Slots);

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.freed.notify_one();
    }
}

/// The next seed and its place.
fn take<'a>(next: &AtomicUsize, seeds: &'a [u64]) -> Option<(usize, &'a u64)> {
    let k = next.fetch_add(1, Ordering::SeqCst);
    Some((k, seeds.get(k)?))
}

/// Refuses a seed that is given twice: a second training of it would be the same.
pub fn distinct(seeds: &[u64]) -> Result<()> {
    if let Some(twice) = seeds.iter().find(|s| seeds.iter().filter(|t| t == s).count() > 1) {
        bail!("the seed {twice} is given twice; a second training of it would be the same");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn each_seed_is_done_once_and_the_reports_keep_their_order() {
        let folder = tempfile::tempdir().unwrap();
        let run = || {
            each("test", "net", &[7, 3, 9, 1, 2], folder.path(), |seed, stem| {
                // A second time there would be such a file.
                std::fs::File::create_new(stem).unwrap();
                Ok(10 * seed)
            })
        };
        assert_eq!(run().unwrap(), [70, 30, 90, 10, 20]);
        assert_eq!(run().unwrap(), [70, 30, 90, 10, 20], "what is there is passed by");
    }

    #[test]
    fn several_jobs_share_the_cores_and_keep_their_order_and_all_end_before_an_error_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let job = |name: &'static str, fails: bool| -> Job<'_, Vec<u64>> {
            let (now, most, folder) = (&now, &most, folder.path());
            Box::new(move || {
                each("test", name, &[1, 2, 3], folder, |seed, _| {
                    most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    std::thread::sleep(std::time::Duration::from_millis(3));
                    now.fetch_sub(1, Ordering::SeqCst);
                    if fails { bail!("{name} fails") } else { Ok(10 * seed) }
                })
            })
        };
        let names = ["a", "b", "c", "d"];
        let all = together(names.map(|name| job(name, false)).into()).unwrap();
        assert_eq!(all, vec![vec![10, 20, 30]; 4]);
        assert!(most.load(Ordering::SeqCst) <= SLOTS.size);
        let jobs = vec![job("e", true), job("f", false), job("g", true)];
        assert_eq!(together(jobs).unwrap_err().to_string(), "e fails");
        assert!(folder.path().join("f-seed-3.json").is_file());
    }

    #[test]
    fn an_error_ends_it_and_what_was_done_before_stays() {
        let folder = tempfile::tempdir().unwrap();
        let seeds: Vec<u64> = (0..50).collect();
        let error = each::<u64>("test", "net", &seeds, folder.path(), |seed, _| {
            if seed == 5 { bail!("seed five") } else { Ok(seed) }
        });
        assert_eq!(error.unwrap_err().to_string(), "seed five");
        assert!(folder.path().join("net-seed-0.json").is_file());
        assert!(!folder.path().join("net-seed-49.json").is_file());
        assert!(each::<u64>("test", "net", &[1, 1], folder.path(), |seed, _| Ok(seed)).is_err());
    }
}
