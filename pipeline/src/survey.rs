//! What the columns of a data set hold: the values of each, over all rows or over an even part of
//! them.

use crate::columns::Columns;
use crate::dataset::Dataset;
use crate::error::Error;
use crate::schema::Column;
use crate::table::Cells;
use std::collections::BTreeMap;

/// What the columns hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Survey {
    /// How many rows were read.
    pub rows: usize,
    /// Each column of the schema, in its order.
    pub columns: Vec<ColumnSurvey>,
}

/// What one column holds.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnSurvey {
    /// Name.
    pub name: &'static str,
    /// Unit, "" for none.
    pub unit: &'static str,
    /// What it is.
    pub meaning: &'static str,
    /// Rows in which it is known.
    pub known: usize,
    /// Its values.
    pub values: Found,
}

/// The values of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// Of a column with one number a row, or always so many: the values of each place.
    Numbers(Vec<Vec<f64>>),
    /// Of a column with any number of them a row: how many, and all together.
    Lists {
        /// How many a row has.
        lengths: Vec<f64>,
        /// All of them.
        values: Vec<f64>,
    },
    /// How often each text occurs. After [`MAX_TEXTS`] different ones, no new ones are counted.
    Texts(BTreeMap<String, usize>),
    /// Of a column of files: their lengths, bytes.
    Files(Vec<f64>),
}

/// Most different texts that are told apart in one column.
pub const MAX_TEXTS: usize = 10_000;

impl Found {
    /// The place for what a column of this kind holds.
    fn start(column: &Column, cells: &Cells) -> Self {
        match cells {
            Cells::Text(_) => Self::Texts(BTreeMap::new()),
            Cells::Files(_) => Self::Files(Vec::new()),
            Cells::Numbers(_) => match column.places() {
                Some(places) => Self::Numbers(vec![Vec::new(); places]),
                None => Self::Lists { lengths: Vec::new(), values: Vec::new() },
            },
        }
    }

    /// Adds the cells of a row group; how many are known.
    fn add(&mut self, cells: Cells) -> usize {
        let mut known = 0;
        match (self, cells) {
            (Self::Texts(counts), Cells::Text(texts)) => {
                for text in texts.into_iter().flatten() {
                    known += 1;
                    if let Some(count) = counts.get_mut(&text) {
                        *count += 1;
                    } else if counts.len() < MAX_TEXTS {
                        counts.insert(text, 1);
                    }
                }
            }
            (Self::Files(lengths), Cells::Files(files)) => {
                for file in files.into_iter().flatten() {
                    known += 1;
                    lengths.push(file.len() as f64);
                }
            }
            (Self::Numbers(places), Cells::Numbers(rows)) => {
                for row in rows.into_iter().flatten() {
                    known += 1;
                    places.iter_mut().zip(row).for_each(|(place, value)| place.push(value));
                }
            }
            (Self::Lists { lengths, values }, Cells::Numbers(rows)) => {
                for row in rows.into_iter().flatten() {
                    known += 1;
                    lengths.push(row.len() as f64);
                    values.extend(row);
                }
            }
            // A column keeps its type from row group to row group.
            _ => {}
        }
        known
    }
}

impl<M: Columns> Dataset<M> {
    /// Reads the columns of about this many rows, in row groups that are spread evenly over all.
    ///
    /// # Errors
    /// Those of reading: [`Error::Damaged`], [`Error::Io`], [`Error::Parquet`].
    pub fn survey(&self, rows: usize) -> Result<Survey, Error> {
        let mut survey = Survey { rows: 0, columns: Vec::new() };
        for table in self.spread_tables(rows) {
            let table = table?;
            survey.rows += table.len();
            for (k, column) in Self::columns().enumerate() {
                let cells = table.cells(column);
                if survey.columns.len() == k {
                    let &Column { name, unit, meaning, .. } = column;
                    let values = Found::start(column, &cells);
                    survey.columns.push(ColumnSurvey { name, unit, meaning, known: 0, values });
                }
                let found = &mut survey.columns[k];
                found.known += found.values.add(cells);
            }
        }
        Ok(survey)
    }
}
