//! Many pieces of work at once, their results one after the other.

use rayon::Yield;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};

/// Runs `work` on each job, on all threads of the current rayon pool, and hands the results to `take`
/// in the order of the jobs, here. Not more than `ahead` results are unfinished or wait, so memory is
/// bounded whatever the number of jobs.
///
/// Ends early, with `false`, when `take` says `false`, and with the first error. A panic of `work`
/// goes on here.
pub(crate) fn in_order<J: Send, T: Send, E: Send>(
    jobs: impl IntoIterator<Item = J>,
    ahead: usize,
    work: &(impl Fn(J) -> Result<T, E> + Sync),
    mut take: impl FnMut(T) -> Result<bool, E>,
) -> Result<bool, E> {
    let stopped = AtomicBool::new(false);
    rayon::in_place_scope(|scope| {
        let stopped = &stopped;
        let mut jobs = jobs.into_iter();
        let mut waiting: VecDeque<Receiver<Result<T, E>>> = VecDeque::new();
        let mut run = || loop {
            while waiting.len() < ahead.max(1)
                && let Some(job) = jobs.next()
            {
                let (done, result) = sync_channel(1);
                scope.spawn(move |_| {
                    if !stopped.load(Ordering::Relaxed) {
                        // Nobody listens any more if an earlier result was an error.
                        let _ = done.send(work(job));
                    }
                });
                waiting.push_back(result);
            }
            let Some(result) = waiting.pop_front() else { return Ok(true) };
            // Without a result, `work` has panicked, and the scope passes that on.
            let Some(result) = wait(&result) else { return Ok(false) };
            if !take(result?)? {
                return Ok(false);
            }
        };
        let ended = run();
        stopped.store(true, Ordering::Relaxed);
        ended
    })
}

/// Waits for a result. A thread of the pool works on other things meanwhile.
fn wait<T>(result: &Receiver<T>) -> Option<T> {
    loop {
        match result.try_recv() {
            Ok(value) => return Some(value),
            Err(TryRecvError::Disconnected) => return None,
            Err(TryRecvError::Empty) => match rayon::yield_now() {
                None => return result.recv().ok(),
                Some(Yield::Executed) => {}
                Some(Yield::Idle) => std::thread::yield_now(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::sync::atomic::AtomicUsize;
    use std::time::Duration;

    fn pool(threads: usize) -> rayon::ThreadPool {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap()
    }

    /// Later jobs are done sooner.
    fn late(job: usize) -> Result<usize, String> {
        std::thread::sleep(Duration::from_millis(12_usize.saturating_sub(job) as u64));
        Ok(job)
    }

    #[test]
    fn results_come_in_order_on_any_number_of_threads_also_from_within_the_pool() {
        for threads in [1, 2, 7] {
            let mut results = Vec::new();
            let all = pool(threads).install(|| {
                in_order(0..12, 4, &late, |job| {
                    results.push(job);
                    Ok(true)
                })
            });
            assert_eq!((all, results), (Ok(true), (0..12).collect()), "{threads} threads");
        }
    }

    #[test]
    fn no_more_is_begun_than_asked_for_and_nothing_after_a_stop() {
        let begun = AtomicUsize::new(0);
        let work = |job: usize| -> Result<usize, String> {
            begun.fetch_add(1, Ordering::SeqCst);
            Ok(job)
        };
        let taken = in_order(0..1000, 3, &work, |job| {
            std::thread::sleep(Duration::from_millis(5));
            assert!(begun.load(Ordering::SeqCst) <= job + 3);
            Ok(job < 5)
        });
        assert_eq!(taken, Ok(false));
        assert!(begun.load(Ordering::SeqCst) <= 8);
    }

    #[test]
    fn the_first_error_ends_it() {
        let work = |job: usize| if job == 4 { Err("four".to_owned()) } else { Ok(job) };
        let mut last = None;
        let ended = in_order(0..100, 3, &work, |job| {
            last = Some(job);
            Ok(true)
        });
        assert_eq!((ended, last), (Err("four".to_owned()), Some(3)));
    }
}
