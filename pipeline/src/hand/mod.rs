//! `Sample<Hand>` ⇄ columns: the tables of its label.

mod blank;
mod joints;
mod table;

use crate::columns::Columns;
use crate::label::{Cell, Group, Stored};
use crate::schema::{self, Column};
use simulator::sample::{Hand, HandLabel};

impl Stored for HandLabel {
    const COLUMNS: &'static [Column] = schema::HAND;
    const TABLE: &'static [(&'static str, Cell<Self>)] = table::TABLE;
    const GROUPS: &'static [Group<Self>] = blank::GROUPS;
}

impl Columns for Hand {}
