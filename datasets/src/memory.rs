//! A limit on what all images in work take together.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Most bytes that images take while they are decoded, all threads together.
pub(crate) const WORK_BYTES: u64 = 512 << 20;
/// Most bytes of finished images that wait to be handed on.
pub(crate) const READY_BYTES: usize = 128 << 20;

/// What is left of a number of bytes.
struct Budget {
    free: Mutex<u64>,
    more: Condvar,
}

static WORK: Budget = Budget { free: Mutex::new(WORK_BYTES), more: Condvar::new() };

/// Bytes that are in use until this is dropped.
pub(crate) struct Claim(u64);

/// Waits until so many bytes are free, and takes them. What is larger than all waits for all.
/// Nothing that holds a claim may ask for another one.
pub(crate) fn claim(bytes: u64) -> Claim {
    let bytes = bytes.min(WORK_BYTES);
    let mut free = locked(&WORK);
    while *free < bytes {
        free = WORK.more.wait(free).unwrap_or_else(PoisonError::into_inner);
    }
    *free -= bytes;
    Claim(bytes)
}

fn locked(budget: &Budget) -> MutexGuard<'_, u64> {
    // A number is whole whoever held it.
    budget.free.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Claim {
    fn drop(&mut self) {
        *locked(&WORK) += self.0;
        WORK.more.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

    #[test]
    fn never_more_than_the_limit_is_in_use_and_all_come_through() {
        let (now, most, done) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for k in 1..9u64 {
                let (now, most, done) = (&now, &most, &done);
                scope.spawn(move || {
                    for _ in 0..50 {
                        let bytes = k * WORK_BYTES / 6;
                        let held = claim(bytes);
                        most.fetch_max(now.fetch_add(held.0, SeqCst) + held.0, SeqCst);
                        now.fetch_sub(held.0, SeqCst);
                        drop(held);
                        done.fetch_add(1, SeqCst);
                    }
                });
            }
        });
        assert_eq!(done.load(SeqCst), 400);
        assert!(most.load(SeqCst) <= WORK_BYTES);
    }
}
