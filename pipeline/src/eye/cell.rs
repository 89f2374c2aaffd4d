//! How one column and one part of a label are the same thing.

use simulator::sample::{EyeLabel, Visibility};

/// Where a column's value stands in a label. Each part is read, and written into a label whose
/// groups are there already; `None` from the latter says that the group is not.
#[derive(Clone, Copy)]
pub(super) enum Cell {
    /// Floats that lie beside each other.
    Floats { get: fn(&EyeLabel) -> Option<&[f32]>, place: fn(&mut EyeLabel) -> Option<&mut [f32]> },
    /// Flags that lie beside each other.
    Flags {
        get: fn(&EyeLabel) -> Option<&[Visibility]>,
        place: fn(&mut EyeLabel) -> Option<&mut [Visibility]>,
    },
    /// A whole number, or a truth value as 0 or 1.
    Number { get: fn(&EyeLabel) -> Option<u64>, set: fn(&mut EyeLabel, u64) -> Option<()> },
    /// A word; `Err` if it is not one of those that may stand here.
    Text { get: fn(&EyeLabel) -> Option<&str>, set: fn(&mut EyeLabel, &str) -> Result<(), Problem> },
    /// The lights' part of this name; see [`super::lights`].
    Lights,
    /// The mask; see [`super::mask`].
    Mask,
}

/// Why a word can't be set.
pub(super) enum Problem {
    /// It is none of the words that may stand there.
    Unknown,
    /// The group that it belongs to is not there.
    NoGroup,
}

/// Plain numbers, in whatever nesting.
pub(super) trait Numbers {
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

/// A column of the flags of `label.landmarks?.part`.
macro_rules! flags {
    ($name:literal, $part:ident) => {
        (
            $name,
            Cell::Flags {
                get: |l| Some(&l.landmarks.as_ref()?.$part.visibility),
                place: |l| Some(&mut l.landmarks.as_mut()?.$part.visibility),
            },
        )
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

/// A column of an optional enum in the label itself.
macro_rules! word {
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

pub(super) use {flags, floats, number, text, word};
