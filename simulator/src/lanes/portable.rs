//! Eight floats without any instructions beyond those that every machine of its kind has.

use super::{Real, hash_unit, hash_word};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// Four floats: what a register of the baseline holds.
#[cfg(target_arch = "x86_64")]
type Four = super::sse2::Four;
#[cfg(not(target_arch = "x86_64"))]
type Four = super::four::Four;

/// Eight floats, as two times four.
#[derive(Clone, Copy)]
pub(crate) struct Portable(Four, Four);

macro_rules! operator {
    ($trait:ident, $method:ident) => {
        impl $trait for Portable {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self(self.0.$method(other.0), self.1.$method(other.1))
            }
        }
    };
}
operator!(Add, add);
operator!(Sub, sub);
operator!(Mul, mul);
operator!(Div, div);

impl Neg for Portable {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Self(self.0.neg(), self.1.neg())
    }
}

impl Portable {
    #[inline(always)]
    fn lanes(self) -> [f32; 8] {
        let ([a, b, c, d], [e, f, g, h]) = (self.0.to_array(), self.1.to_array());
        [a, b, c, d, e, f, g, h]
    }

    #[inline(always)]
    fn of([a, b, c, d, e, f, g, h]: [f32; 8]) -> Self {
        Self(Four::from_array([a, b, c, d]), Four::from_array([e, f, g, h]))
    }
}

impl Real for Portable {
    type Mask = [Four; 2];
    const LANES: usize = 8;

    #[inline(always)]
    fn splat(value: f32) -> Self {
        Self(Four::splat(value), Four::splat(value))
    }

    #[inline(always)]
    fn load(from: &[f32]) -> Self {
        let mut lanes = [0.0; 8];
        lanes.copy_from_slice(&from[..8]);
        Self::of(lanes)
    }

    #[inline(always)]
    fn store(self, to: &mut [f32]) {
        to[..8].copy_from_slice(&self.lanes());
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        Self(self.0.sqrt(), self.1.sqrt())
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        Self(self.0.min(other.0), self.1.min(other.1))
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Self(self.0.max(other.0), self.1.max(other.1))
    }

    #[inline(always)]
    fn abs(self) -> Self {
        Self(self.0.abs(), self.1.abs())
    }

    #[inline(always)]
    fn floor(self) -> Self {
        Self(self.0.floor(), self.1.floor())
    }

    #[inline(always)]
    fn less_than(self, other: Self) -> [Four; 2] {
        [self.0.less_than(other.0), self.1.less_than(other.1)]
    }

    #[inline(always)]
    fn select(mask: [Four; 2], yes: Self, no: Self) -> Self {
        Self(Four::select(mask[0], yes.0, no.0), Four::select(mask[1], yes.1, no.1))
    }

    #[inline(always)]
    fn and(a: [Four; 2], b: [Four; 2]) -> [Four; 2] {
        [a[0].and(b[0]), a[1].and(b[1])]
    }

    #[inline(always)]
    fn and_not(a: [Four; 2], b: [Four; 2]) -> [Four; 2] {
        [a[0].and_not(b[0]), a[1].and_not(b[1])]
    }

    #[inline(always)]
    fn count(mask: [Four; 2]) -> u32 {
        mask[0].count() + mask[1].count()
    }

    // No vector instructions here: called, not inlined, so that the code stays small.

    fn rows(table: &[[f32; 4]], index: Self) -> [Self; 4] {
        let last = table.len() - 1;
        let rows = index.lanes().map(|k| table[(k as usize).min(last)]);
        std::array::from_fn(|n| Self::of(rows.map(|row| row[n])))
    }

    fn square(grid: &[f32], index: Self, up: usize) -> [Self; 4] {
        let last = grid.len() - up - 2;
        let at = index.lanes().map(|k| (k as usize).min(last));
        [0, 1, up, up + 1].map(|step| Self::of(at.map(|at| grid[at + step])))
    }

    fn hash(seed: u32, x: Self, y: Self) -> Self {
        let (x, y) = (x.lanes(), y.lanes());
        Self::of(std::array::from_fn(|k| hash_unit(hash_word(seed, x[k] as i32, y[k] as i32))))
    }

    #[inline(always)]
    fn sum(self) -> f32 {
        super::sum8(self.lanes())
    }
}
