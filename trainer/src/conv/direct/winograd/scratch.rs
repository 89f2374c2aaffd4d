//! Buffers that a thread keeps from one convolution to the next.

use std::cell::RefCell;

use super::super::aligned::Aligned;

thread_local! {
    static SCRATCH: RefCell<Vec<Aligned>> = const { RefCell::new(Vec::new()) };
}

/// Calls `work` with buffers of these lengths, aligned to cache lines, that hold anything.
pub(super) fn with_scratch<const N: usize, R>(
    lens: [usize; N],
    work: impl FnOnce([&mut [f32]; N]) -> R,
) -> R {
    // Taken out while in use, so that work inside of work would get buffers of its own.
    let mut kept = SCRATCH.take();
    kept.resize_with(kept.len().max(N), || Aligned::zeros(0));
    let mut buffers = kept.iter_mut();
    let result = work(lens.map(|len| {
        let buffer = buffers.next().expect("there are at least N buffers");
        if buffer.len() < len {
            *buffer = Aligned::zeros(len);
        }
        &mut buffer[..len]
    }));
    SCRATCH.set(kept);
    result
}
