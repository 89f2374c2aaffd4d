//! `Sample<Eye>` and `Sample<EyeRgb>` ⇄ columns: the tables of their label.

mod blank;
mod lights;
mod table;

use crate::columns::Columns;
use crate::label::{Cell, Group, Stored};
use crate::schema::{self, Column};
use simulator::sample::{Eye, EyeLabel, EyeRgb};

impl Stored for EyeLabel {
    const COLUMNS: &'static [Column] = schema::EYE;
    const TABLE: &'static [(&'static str, Cell<Self>)] = table::TABLE;
    const GROUPS: &'static [Group<Self>] = blank::GROUPS;
}

impl Columns for Eye {}
impl Columns for EyeRgb {}
