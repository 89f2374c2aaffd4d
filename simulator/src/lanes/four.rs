//! Four floats for machines other than x86-64, left to the compiler.

/// Four floats, or four masks (a mask's lane is 1 or 0).
#[derive(Clone, Copy)]
pub(crate) struct Four([f32; 4]);

macro_rules! binary {
    ($($method:ident |$a:ident, $b:ident| $value:expr),* $(,)?) => {
        $(#[inline(always)]
        pub(super) fn $method(self, other: Self) -> Self {
            Self(std::array::from_fn(|k| {
                let ($a, $b) = (self.0[k], other.0[k]);
                $value
            }))
        })*
    };
}

impl Four {
    binary!(
        add | a,
        b | a + b,
        sub | a,
        b | a - b,
        mul | a,
        b | a * b,
        div | a,
        b | a / b,
        min | a,
        b | if a < b { a } else { b },
        max | a,
        b | if a > b { a } else { b },
        less_than | a,
        b | if a < b { 1.0 } else { 0.0 },
        and | a,
        b | if a != 0.0 && b != 0.0 { 1.0 } else { 0.0 },
        and_not | a,
        b | if a != 0.0 && b == 0.0 { 1.0 } else { 0.0 },
    );

    #[inline(always)]
    pub(super) fn splat(value: f32) -> Self {
        Self([value; 4])
    }

    #[inline(always)]
    pub(super) fn from_array(lanes: [f32; 4]) -> Self {
        Self(lanes)
    }

    #[inline(always)]
    pub(super) fn to_array(self) -> [f32; 4] {
        self.0
    }

    #[inline(always)]
    pub(super) fn neg(self) -> Self {
        Self(self.0.map(|a| -a))
    }

    #[inline(always)]
    pub(super) fn abs(self) -> Self {
        Self(self.0.map(f32::abs))
    }

    #[inline(always)]
    pub(super) fn sqrt(self) -> Self {
        Self(self.0.map(f32::sqrt))
    }

    #[inline(always)]
    pub(super) fn floor(self) -> Self {
        Self(self.0.map(|a| a.floor() + 0.0))
    }

    #[inline(always)]
    pub(super) fn select(mask: Self, yes: Self, no: Self) -> Self {
        Self(std::array::from_fn(|k| if mask.0[k] != 0.0 { yes.0[k] } else { no.0[k] }))
    }

    #[inline(always)]
    pub(super) fn count(self) -> u32 {
        self.0.iter().map(|&a| u32::from(a != 0.0)).sum()
    }
}
