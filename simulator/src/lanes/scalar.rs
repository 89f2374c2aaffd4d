//! One number in double precision: the reference.

use super::{Real, hash_unit, hash_word};

impl Real for f64 {
    type Mask = bool;
    const LANES: usize = 1;

    #[inline(always)]
    fn splat(value: f32) -> Self {
        value as f64
    }

    #[inline(always)]
    fn load(from: &[f32]) -> Self {
        from[0] as f64
    }

    #[inline(always)]
    fn store(self, to: &mut [f32]) {
        to[0] = self as f32;
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        f64::sqrt(self)
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        if self < other { self } else { other }
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        if self > other { self } else { other }
    }

    #[inline(always)]
    fn abs(self) -> Self {
        f64::abs(self)
    }

    #[inline(always)]
    fn floor(self) -> Self {
        f64::floor(self)
    }

    #[inline(always)]
    fn less_than(self, other: Self) -> bool {
        self < other
    }

    #[inline(always)]
    fn select(mask: bool, yes: Self, no: Self) -> Self {
        if mask { yes } else { no }
    }

    #[inline(always)]
    fn and(a: bool, b: bool) -> bool {
        a & b
    }

    #[inline(always)]
    fn and_not(a: bool, b: bool) -> bool {
        a & !b
    }

    #[inline(always)]
    fn count(mask: bool) -> u32 {
        u32::from(mask)
    }

    #[inline(always)]
    fn rows(table: &[[f32; 4]], index: Self) -> [Self; 4] {
        table[index as usize].map(f64::from)
    }

    #[inline(always)]
    fn square(grid: &[f32], index: Self, up: usize) -> [Self; 4] {
        let at = index as usize;
        [grid[at], grid[at + 1], grid[at + up], grid[at + up + 1]].map(f64::from)
    }

    #[inline(always)]
    fn hash(seed: u32, x: Self, y: Self) -> Self {
        hash_unit(hash_word(seed, x as i32, y as i32)) as f64
    }

    #[inline(always)]
    fn sum(self) -> f32 {
        self as f32
    }
}
