//! The two register tiles: everything else only prepares pointers for them.
#![expect(clippy::needless_range_loop, reason = "the loops over a tile are counted in its sizes")]

use super::simd::Simd;

/// Weights and bias of one block of channels, as a [`tile`] reads them.
#[derive(Clone, Copy)]
pub(super) struct TileWeights {
    /// `[row][number of the run][channel]`.
    pub weights: *const f32,
    /// `[channel]`.
    pub bias: *const f32,
    /// Rows of a window.
    pub rows: usize,
    /// Numbers in a row of a window.
    pub run: usize,
}

/// Where a [`tile`] writes, and what it does before.
#[derive(Clone, Copy)]
pub(super) struct TileEnd {
    /// Added to an index to get the place of a pixel's first channel.
    pub to: *mut f32,
    /// Added to an index to get what is added to the pixel; null for nothing.
    pub add: *const f32,
    /// Channels to write, at most `N * LANES`.
    pub channels: usize,
    /// Whether negative results become zero.
    pub relu: bool,
}

/// `to[t][n] = bias[n] + sum over r, j of windows[t][r][j] * weights[r][j][n] + add[t][n]`
/// for `T` pixels and `N` vectors of channels, all sums held in registers.
///
/// # Safety
///
/// The CPU has the instructions of `S`. There are `T` windows of `rows` pointers, each readable
/// for `run` numbers, `rows * run * N * LANES` weights and a bias of `N * LANES`; and of the first
/// `pixels <= T` pixels, `to` is writable and, if not null, `add` readable for `channels` numbers
/// at the index of the pixel.
#[inline(always)]
pub(super) unsafe fn tile<S: Simd, const T: usize, const N: usize>(
    windows: *const *const f32,
    with: &TileWeights,
    end: &TileEnd,
    indices: *const usize,
    pixels: usize,
) {
    // SAFETY: see the contract above; every offset stays inside the sizes named there.
    unsafe {
        let mut sums = [[S::splat(0.0); N]; T];
        for n in 0..N {
            let start = S::load(with.bias.add(n * S::LANES));
            for sum in &mut sums {
                sum[n] = start;
            }
        }
        let mut weights = with.weights;
        for row in 0..with.rows {
            let mut seen = [std::ptr::null(); T];
            for t in 0..T {
                seen[t] = *windows.add(t * with.rows + row);
            }
            // Two at a time: the counting of a shorter loop takes ports from the multiplications.
            let mut j = 0;
            while j + 2 <= with.run {
                multiply::<S, T, N>(&mut sums, &seen, j, weights);
                multiply::<S, T, N>(&mut sums, &seen, j + 1, weights.add(N * S::LANES));
                weights = weights.add(2 * N * S::LANES);
                j += 2;
            }
            if j < with.run {
                multiply::<S, T, N>(&mut sums, &seen, j, weights);
                weights = weights.add(N * S::LANES);
            }
        }
        if pixels == T && end.channels == N * S::LANES {
            for t in 0..T {
                finish::<S, N>(sums[t], end, *indices.add(t));
            }
        } else {
            finish_part::<S, T, N>(&sums, end, indices, pixels);
        }
    }
}

/// `sums[t][n] += seen[t][j] * weights[n]`.
///
/// # Safety
///
/// The CPU has the instructions of `S`, `seen` is readable at `j`, and `weights` for `N * LANES`.
#[inline(always)]
unsafe fn multiply<S: Simd, const T: usize, const N: usize>(
    sums: &mut [[S::Vector; N]; T],
    seen: &[*const f32; T],
    j: usize,
    weights: *const f32,
) {
    // SAFETY: passed on.
    unsafe {
        let mut weight = [S::splat(0.0); N];
        for n in 0..N {
            weight[n] = S::load(weights.add(n * S::LANES));
        }
        for t in 0..T {
            let value = S::splat(*seen[t].add(j));
            for n in 0..N {
                sums[t][n] = S::multiply_add(value, weight[n], sums[t][n]);
            }
        }
    }
}

/// Writes one pixel.
///
/// # Safety
///
/// The CPU has the instructions of `S`, and at `index` `to` is writable and, if not null, `add`
/// readable for `N * LANES` numbers.
#[inline(always)]
unsafe fn finish<S: Simd, const N: usize>(mut sums: [S::Vector; N], end: &TileEnd, index: usize) {
    // SAFETY: passed on.
    unsafe {
        if !end.add.is_null() {
            for n in 0..N {
                sums[n] = S::add(sums[n], S::load(end.add.add(index + n * S::LANES)));
            }
        }
        if end.relu {
            for n in 0..N {
                sums[n] = S::relu(sums[n]);
            }
        }
        for n in 0..N {
            S::store(end.to.add(index + n * S::LANES), sums[n]);
        }
    }
}

/// Writes the first `pixels` pixels, and of each the first `end.channels` channels.
///
/// # Safety
///
/// As for [`tile`].
#[inline(always)]
unsafe fn finish_part<S: Simd, const T: usize, const N: usize>(
    sums: &[[S::Vector; N]; T],
    end: &TileEnd,
    indices: *const usize,
    pixels: usize,
) {
    const { assert!(N * S::LANES <= 64) };
    let (mut add, mut to) = ([0.0f32; 64], [0.0f32; 64]);
    let whole = TileEnd { to: to.as_mut_ptr(), ..*end };
    // SAFETY: the buffers have room for `N * LANES` numbers, of which `channels` are the caller's.
    unsafe {
        for t in 0..T {
            if t < pixels {
                let index = *indices.add(t);
                let mut whole = whole;
                if !end.add.is_null() {
                    add.as_mut_ptr().copy_from_nonoverlapping(end.add.add(index), end.channels);
                    whole.add = add.as_ptr();
                }
                finish::<S, N>(sums[t], &whole, 0);
                end.to.add(index).copy_from_nonoverlapping(whole.to, end.channels);
            }
        }
    }
}
/// `sums[t][n] += sum over p of windows[p][t] * gradients[p][n]`
/// for `T` weights of a run and `N` vectors of output channels, all sums held in registers.
///
/// # Safety
///
/// The CPU has the instructions of `S`. Each window pointer is readable for `T` numbers from
/// `offset` on, `gradients` for `N * LANES` numbers at `windows.len()` multiples of the stride, and
/// `sums` is readable and writable for `T * N * LANES` numbers.
#[inline(always)]
pub(super) unsafe fn outer<S: Simd, const T: usize, const N: usize>(
    windows: &[*const f32],
    offset: usize,
    (mut gradients, stride): (*const f32, usize),
    sums: *mut f32,
) {
    // SAFETY: see the contract above; every offset stays inside the sizes named there.
    unsafe {
        let mut held = [[S::splat(0.0); N]; T];
        for t in 0..T {
            for n in 0..N {
                held[t][n] = S::load(sums.add((t * N + n) * S::LANES));
            }
        }
        for window in windows {
            let values = window.add(offset);
            let mut gradient = [S::splat(0.0); N];
            for n in 0..N {
                gradient[n] = S::load(gradients.add(n * S::LANES));
            }
            gradients = gradients.wrapping_add(stride);
            for t in 0..T {
                let value = S::splat(*values.add(t));
                for n in 0..N {
                    held[t][n] = S::multiply_add(value, gradient[n], held[t][n]);
                }
            }
        }
        for t in 0..T {
            for n in 0..N {
                S::store(sums.add((t * N + n) * S::LANES), held[t][n]);
            }
        }
    }
}

/// `sums[n] += sum over p of gradients[p][n]` for `N` vectors of channels.
///
/// # Safety
///
/// As for [`outer`], with `pixels` in place of the windows and `T = 1`.
#[inline(always)]
pub(super) unsafe fn total<S: Simd, const N: usize>(
    pixels: usize,
    (mut gradients, stride): (*const f32, usize),
    sums: *mut f32,
) {
    // SAFETY: see the contract above.
    unsafe {
        let mut held = [S::splat(0.0); N];
        for n in 0..N {
            held[n] = S::load(sums.add(n * S::LANES));
        }
        for _ in 0..pixels {
            for n in 0..N {
                held[n] = S::add(held[n], S::load(gradients.add(n * S::LANES)));
            }
            gradients = gradients.wrapping_add(stride);
        }
        for n in 0..N {
            S::store(sums.add(n * S::LANES), held[n]);
        }
    }
}
