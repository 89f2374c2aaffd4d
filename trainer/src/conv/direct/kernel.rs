//! The two register tiles: everything else only prepares pointers for them.
#![expect(clippy::needless_range_loop, reason = "the loops over a tile are counted in its sizes")]

use super::simd::Simd;

/// Where a [`tile`] writes, and what it does before.
pub(super) struct TileEnd<const T: usize> {
    /// The pixels to write.
    pub to: [*mut f32; T],
    /// What is added to the pixels, if `adds`.
    pub add: [*const f32; T],
    pub adds: bool,
    /// Channels to write, at most `N * LANES`.
    pub channels: usize,
    /// Pixels to write, at most `T`.
    pub pixels: usize,
    /// Whether negative results become zero.
    pub relu: bool,
}

/// `to[t][n] = bias[n] + sum over r, j of windows[r][t][j] * weights[r * run + j][n] + add[t][n]`
/// for `T` pixels and `N` vectors of channels, all sums held in registers.
///
/// # Safety
///
/// The CPU has the instructions of `S`. Each window pointer is readable for `run` numbers,
/// `weights` for `windows.len() * run * N * LANES`, `bias` for `N * LANES`, and of the first
/// `end.pixels` pointers each of `to` is writable and, if `end.adds`, each of `add` readable for
/// `end.channels` numbers.
#[inline(always)]
pub(super) unsafe fn tile<S: Simd, const T: usize, const N: usize>(
    windows: &[[*const f32; T]],
    run: usize,
    mut weights: *const f32,
    bias: *const f32,
    end: &TileEnd<T>,
) {
    // SAFETY: see the contract above; every offset stays inside the sizes named there.
    unsafe {
        let mut sums = [[S::splat(0.0); N]; T];
        for n in 0..N {
            let start = S::load(bias.add(n * S::LANES));
            for sum in &mut sums {
                sum[n] = start;
            }
        }
        for window in windows {
            let pixels = *window;
            for j in 0..run {
                let mut weight = [S::splat(0.0); N];
                for n in 0..N {
                    weight[n] = S::load(weights.add(n * S::LANES));
                }
                weights = weights.add(N * S::LANES);
                for t in 0..T {
                    let value = S::splat(*pixels[t].add(j));
                    for n in 0..N {
                        sums[t][n] = S::multiply_add(value, weight[n], sums[t][n]);
                    }
                }
            }
        }
        let whole = end.channels == N * S::LANES;
        for t in 0..T {
            if t < end.pixels {
                if whole {
                    finish::<S, N>(&mut sums[t], end.to[t], end.add[t], end.adds, end.relu);
                } else {
                    finish_part::<S, T, N>(&mut sums[t], t, end);
                }
            }
        }
    }
}

/// Writes one pixel.
///
/// # Safety
///
/// The CPU has the instructions of `S`, `to` is writable and, if `adds`, `add` readable for
/// `N * LANES` numbers.
#[inline(always)]
unsafe fn finish<S: Simd, const N: usize>(
    sums: &mut [S::Vector; N],
    to: *mut f32,
    add: *const f32,
    adds: bool,
    relu: bool,
) {
    // SAFETY: passed on.
    unsafe {
        if adds {
            for n in 0..N {
                sums[n] = S::add(sums[n], S::load(add.add(n * S::LANES)));
            }
        }
        if relu {
            for n in 0..N {
                sums[n] = S::relu(sums[n]);
            }
        }
        for n in 0..N {
            S::store(to.add(n * S::LANES), sums[n]);
        }
    }
}

/// Writes the pixel `t` whose channels end before those of the last vector.
///
/// # Safety
///
/// As for [`tile`], with `t < end.pixels`.
#[inline(always)]
unsafe fn finish_part<S: Simd, const T: usize, const N: usize>(
    sums: &mut [S::Vector; N],
    t: usize,
    end: &TileEnd<T>,
) {
    const { assert!(N * S::LANES <= 64) };
    let (mut add, mut to) = ([0.0f32; 64], [0.0f32; 64]);
    // SAFETY: the buffers have room for `N * LANES` numbers, of which `channels` are the caller's.
    unsafe {
        if end.adds {
            add.as_mut_ptr().copy_from_nonoverlapping(end.add[t], end.channels);
        }
        finish::<S, N>(sums, to.as_mut_ptr(), add.as_ptr(), end.adds, end.relu);
        end.to[t].copy_from_nonoverlapping(to.as_ptr(), end.channels);
    }
}

/// `sums[t][n] += sum over p of windows[p][t] * gradients[p][n]`
/// for `T` weights of a run and `N` vectors of output channels, all sums held in registers.
///
/// # Safety
///
/// The CPU has the instructions of `S`. Each window pointer is readable for `T` numbers from
/// `offset` on, `gradients` for `windows.len() * N * LANES` numbers, and `sums` is readable and
/// writable for `T * N * LANES` numbers.
#[inline(always)]
pub(super) unsafe fn outer<S: Simd, const T: usize, const N: usize>(
    windows: &[*const f32],
    offset: usize,
    mut gradients: *const f32,
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
            gradients = gradients.add(N * S::LANES);
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
    mut gradients: *const f32,
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
            gradients = gradients.add(N * S::LANES);
        }
        for n in 0..N {
            S::store(sums.add(n * S::LANES), held[n]);
        }
    }
}
