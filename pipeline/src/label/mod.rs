//! Labels ⇄ columns: what every modality shares.
//!
//! A label is described by three tables ([`Stored`]): its columns, which part of it stands in each,
//! and which parts are there or not as a whole. Reading and writing know no more of it than that.

mod cell;
mod decode;
mod encode;
mod picture;

pub(crate) use cell::{
    Cell, Numbers, Problem, Row, bool_cell, enum_cell, floats, inner_floats, int_cell, number, text,
};
pub use decode::LabelColumns;
pub(crate) use encode::labels;

use crate::schema::Column;

/// The column that says whether a group is known, and the group to fill in: it begins with zeros,
/// which never leave the reader, because a group whose columns are not all there is an error.
pub type Group<L> = (&'static str, fn(&mut L));

/// A label that can be stored.
pub trait Stored: Default + Send + Sync + 'static {
    /// Its columns, in file order.
    const COLUMNS: &'static [Column];
    /// The part of the label in each of them, in the same order.
    const TABLE: &'static [(&'static str, Cell<Self>)];
    /// Parts that are there or not as a whole; one within another comes after it.
    const GROUPS: &'static [Group<Self>];
}
