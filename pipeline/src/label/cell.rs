//! How one column and one part of a label are the same thing.

use crate::error::Error;
use arrow::array::{ArrayRef, ListArray};
use simulator::sample::{Frame, SampleId};

/// A label and whose it is, for errors.
pub type Row<'a, L> = (SampleId, &'a L);

/// Where a column's value stands in a label. Each part is read, and written into a label whose
/// groups are there already; `None` from the latter says that the group is not.
pub enum Cell<L> {
    /// Floats that lie beside each other.
    Floats {
        /// Where they are.
        get: fn(&L) -> Option<&[f32]>,
        /// Where they go.
        place: fn(&mut L) -> Option<&mut [f32]>,
    },
    /// Floats that lie scattered, or are computed from others.
    Gathered {
        /// Appends them, unless they are unknown.
        get: fn(&L, &mut Vec<f32>) -> Option<()>,
        /// Puts them into their places; of what is computed, nothing.
        set: fn(&mut L, &[f32]) -> Option<()>,
    },
    /// Flags, each a byte.
    Flags {
        /// Appends them, unless they are unknown.
        get: fn(&L, &mut Vec<u8>) -> Option<()>,
        /// Puts them into their places.
        set: fn(&mut L, &[u8]) -> Result<(), Problem>,
    },
    /// A whole number, or a truth value as 0 or 1.
    Number {
        /// The number.
        get: fn(&L) -> Option<u64>,
        /// Puts it into its place.
        set: fn(&mut L, u64) -> Option<()>,
    },
    /// A word.
    Text {
        /// The word.
        get: fn(&L) -> Option<&str>,
        /// Puts it into its place.
        set: fn(&mut L, &str) -> Result<(), Problem>,
    },
    /// A list of any length.
    List {
        /// The array of this column.
        encode: fn(&'static str, &[Row<'_, L>]) -> Result<ArrayRef, Error>,
        /// Puts what stands in this row of it into the label; `Err` says what is wrong with it.
        fill: fn(&'static str, &ListArray, usize, &mut L) -> Result<(), String>,
    },
    /// Bytes for the pixels of the image.
    Bytes {
        /// The picture.
        get: fn(&L) -> Option<&Frame<u8>>,
        /// Puts it into its place.
        set: fn(&mut L, Frame<u8>),
    },
    /// Numbers of 16 bits for the pixels of the image.
    Shorts {
        /// The picture.
        get: fn(&L) -> Option<&Frame<u16>>,
        /// Puts it into its place.
        set: fn(&mut L, Frame<u16>),
    },
}

/// Why a value can't be set.
pub enum Problem {
    /// It is none of those that may stand there.
    Unknown,
    /// The group that it belongs to is not there.
    NoGroup,
}

/// Plain numbers, in whatever nesting.
pub(crate) trait Numbers {
    fn numbers(&self) -> &[f32];
    fn numbers_mut(&mut self) -> &mut [f32];
}

impl Numbers for f32 {
    fn numbers(&self) -> &[f32] {
        std::slice::from_ref(self)
    }
    fn numbers_mut(&mut self) -> &mut [f32] {
        std::slice::from_mut(self)
    }
}

impl<const N: usize> Numbers for [f32; N] {
    fn numbers(&self) -> &[f32] {
        self
    }
    fn numbers_mut(&mut self) -> &mut [f32] {
        self
    }
}

impl<const N: usize, const M: usize> Numbers for [[f32; M]; N] {
    fn numbers(&self) -> &[f32] {
        self.as_flattened()
    }
    fn numbers_mut(&mut self) -> &mut [f32] {
        self.as_flattened_mut()
    }
}

/// A column of the floats at `label.group?.part`.
macro_rules! floats {
    ($name:literal, $group:ident) => {
        ($name, Cell::Floats {
            get: |l| Some(l.$group.as_ref()?.numbers()),
            place: |l| Some(l.$group.as_mut()?.numbers_mut()),
        })
    };
    ($name:literal, $group:ident, $($part:tt)+) => {
        ($name, Cell::Floats {
            get: |l| Some(l.$group.as_ref()?.$($part)+.numbers()),
            place: |l| Some(l.$group.as_mut()?.$($part)+.numbers_mut()),
        })
    };
}

/// A column of the floats at `label.group?.inner?`, or a part of that.
macro_rules! inner_floats {
    ($name:literal, $group:ident, $inner:ident $(, $part:ident)?) => {
        ($name, Cell::Floats {
            get: |l| Some(l.$group.as_ref()?.$inner.as_ref()?$(.$part)?.numbers()),
            place: |l| Some(l.$group.as_mut()?.$inner.as_mut()?$(.$part)?.numbers_mut()),
        })
    };
}

/// A column of the whole number at `label.group?.part`, of this type.
macro_rules! number {
    ($name:literal, $group:ident, $($part:ident).+: $type:ty) => {
        ($name, Cell::Number {
            get: |l| Some(l.$group.as_ref()?.$($part).+.into()),
            set: |l, n| {
                l.$group.as_mut()?.$($part).+ = n as $type;
                Some(())
            },
        })
    };
}

/// A column of an optional number of 64 bits in the label itself.
macro_rules! int_cell {
    ($name:literal, $part:ident) => {
        (
            $name,
            Cell::Number {
                get: |l| l.$part,
                set: |l, n| {
                    l.$part = Some(n);
                    Some(())
                },
            },
        )
    };
}

/// A column of an optional truth value in the label itself.
macro_rules! bool_cell {
    ($name:literal, $part:ident) => {
        (
            $name,
            Cell::Number {
                get: |l| l.$part.map(u64::from),
                set: |l, n| {
                    l.$part = Some(n != 0);
                    Some(())
                },
            },
        )
    };
}

/// A column of an optional enum in the label itself.
macro_rules! enum_cell {
    ($name:literal, $part:ident: $type:ty) => {
        (
            $name,
            Cell::Text {
                get: |l| Some(l.$part?.name()),
                set: |l, text| {
                    l.$part = Some(<$type>::from_name(text).ok_or(Problem::Unknown)?);
                    Ok(())
                },
            },
        )
    };
}

/// A column of an optional text in the label itself.
macro_rules! text {
    ($name:literal, $part:ident) => {
        (
            $name,
            Cell::Text {
                get: |l| l.$part.as_deref(),
                set: |l, text| {
                    l.$part = Some(text.to_owned());
                    Ok(())
                },
            },
        )
    };
}

pub(crate) use {bool_cell, enum_cell, floats, inner_floats, int_cell, number, text};
