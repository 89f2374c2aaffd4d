//! Vectors of three numbers.

use super::Real;
use nalgebra::Vector3;
use std::ops::{Add, Mul, Neg, Sub};

/// A point or direction.
#[derive(Clone, Copy)]
pub(crate) struct V3<R> {
    pub x: R,
    pub y: R,
    pub z: R,
}

impl<R: Real> V3<R> {
    #[inline(always)]
    pub(crate) fn new(x: R, y: R, z: R) -> Self {
        Self { x, y, z }
    }

    /// The same vector in all lanes.
    #[inline(always)]
    pub(crate) fn splat(v: [f32; 3]) -> Self {
        Self { x: R::splat(v[0]), y: R::splat(v[1]), z: R::splat(v[2]) }
    }

    #[inline(always)]
    pub(crate) fn dot(self, o: Self) -> R {
        self.x * o.x + self.y * o.y + self.z * o.z
    }

    #[inline(always)]
    pub(crate) fn cross(self, o: Self) -> Self {
        Self {
            x: self.y * o.z - self.z * o.y,
            y: self.z * o.x - self.x * o.z,
            z: self.x * o.y - self.y * o.x,
        }
    }

    /// Of length 1.
    #[inline(always)]
    pub(crate) fn unit(self) -> Self {
        self * (R::splat(1.0) / self.dot(self).max(R::splat(1e-20)).sqrt())
    }

    /// `yes` where the mask is set, else `no`.
    #[inline(always)]
    pub(crate) fn select(mask: R::Mask, yes: Self, no: Self) -> Self {
        Self {
            x: R::select(mask, yes.x, no.x),
            y: R::select(mask, yes.y, no.y),
            z: R::select(mask, yes.z, no.z),
        }
    }
}

impl<R: Real> Add for V3<R> {
    type Output = Self;
    #[inline(always)]
    fn add(self, o: Self) -> Self {
        Self { x: self.x + o.x, y: self.y + o.y, z: self.z + o.z }
    }
}

impl<R: Real> Sub for V3<R> {
    type Output = Self;
    #[inline(always)]
    fn sub(self, o: Self) -> Self {
        Self { x: self.x - o.x, y: self.y - o.y, z: self.z - o.z }
    }
}

impl<R: Real> Neg for V3<R> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Self { x: -self.x, y: -self.y, z: -self.z }
    }
}

impl<R: Real> Mul<R> for V3<R> {
    type Output = Self;
    #[inline(always)]
    fn mul(self, k: R) -> Self {
        Self { x: self.x * k, y: self.y * k, z: self.z * k }
    }
}

/// A vector in single precision.
pub(crate) fn narrow(v: Vector3<f64>) -> [f32; 3] {
    [v.x as f32, v.y as f32, v.z as f32]
}
