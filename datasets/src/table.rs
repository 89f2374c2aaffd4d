//! A CSV table whose columns are found by name, and errors that say where in it.

use crate::error::Error;
use csv::StringRecord;
use std::fs;
use std::path::{Path, PathBuf};

/// A table, read whole.
pub(crate) struct Table {
    path: PathBuf,
    header: StringRecord,
    rows: Vec<StringRecord>,
}

impl Table {
    /// Reads a CSV file. Cells are trimmed.
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        let bytes = crate::regular::read(path).map_err(Error::io(path, "read the table"))?;
        Self::parse(path, &bytes)
    }

    /// The table in these bytes of a file.
    pub(crate) fn parse(path: &Path, bytes: &[u8]) -> Result<Self, Error> {
        // Spreadsheets put a byte order mark in front of the first column's name.
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let unreadable = |e: csv::Error| Error::Label {
            path: path.to_owned(),
            line: e.position().map_or(1, csv::Position::line),
            field: "all".to_owned(),
            problem: format!("{e}; save the table as UTF-8 CSV"),
        };
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
        let header = reader.headers().map_err(unreadable)?.clone();
        let rows = reader.records().collect::<Result<_, _>>().map_err(unreadable)?;
        Ok(Self { path: path.to_owned(), header, rows })
    }

    /// Where a column stands that has one of these names.
    pub(crate) fn find(&self, names: &[&str]) -> Option<usize> {
        self.header.iter().position(|name| names.contains(&name))
    }

    /// As [`Table::find`], or an error that says which columns there are.
    pub(crate) fn need(&self, names: &[&str]) -> Result<usize, Error> {
        self.find(names).ok_or_else(|| {
            let there: Vec<&str> = self.header.iter().collect();
            Error::Label {
                path: self.path.clone(),
                line: 1,
                field: names.first().copied().unwrap_or_default().to_owned(),
                problem: format!("there is no such column (there are: {})", there.join(", ")),
            }
        })
    }

    /// The rows, from 0.
    pub(crate) fn rows(&self) -> std::ops::Range<usize> {
        0..self.rows.len()
    }

    /// What stands in a cell; nothing where the row is too short.
    pub(crate) fn cell(&self, row: usize, column: usize) -> &str {
        self.rows[row].get(column).unwrap_or("")
    }

    /// The finite number in a cell; `None` where it is empty.
    pub(crate) fn number(&self, row: usize, column: usize) -> Result<Option<f32>, Error> {
        match (self.cell(row, column), self.cell(row, column).parse::<f32>()) {
            ("", _) => Ok(None),
            (_, Ok(value)) if value.is_finite() => Ok(Some(value)),
            (text, _) => {
                let unit = match self.header.get(column) {
                    Some(name) if name.ends_with("_rad") => "radians",
                    _ => "a number of px",
                };
                let problem = format!("{text:?} is not a finite number; give {unit}, or nothing");
                Err(self.wrong(row, column, problem))
            }
        }
    }

    /// Checks that the columns `width` and `height`, if there are any, say the size of the image: labels
    /// of another resolution would be wrong without a sign of it.
    pub(crate) fn check_size(
        &self,
        row: usize,
        source: &str,
        (width, height): (usize, usize),
    ) -> Result<(), Error> {
        for (name, side) in [("width", width), ("height", height)] {
            let Some(column) = self.find(&[name]) else { continue };
            match self.number(row, column)? {
                Some(said) if said != side as f32 => {
                    let problem =
                        format!("it is {said}, and {source} has {side} px; scale the labels");
                    return Err(self.wrong(row, column, problem));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The one table in a folder that has all these columns; `what` it is a table with.
    pub(crate) fn only(
        dir: &Path,
        columns: &[&str],
        what: &'static str,
        expected: &'static str,
    ) -> Result<PathBuf, Error> {
        let mut found = Vec::new();
        for entry in fs::read_dir(dir).map_err(Error::io(dir, "read the folder"))? {
            let path = entry.map_err(Error::io(dir, "read the folder"))?.path();
            if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv")) && path.is_file() {
                let table = Table::read(&path)?;
                if columns.iter().all(|name| table.find(&[name]).is_some()) {
                    found.push(path);
                }
            }
        }
        found.sort();
        match found.len() {
            0 => Err(Error::Empty { path: dir.to_owned(), expected }),
            1 => Ok(found.remove(0)),
            _ => Err(Error::Ambiguous { path: dir.to_owned(), what, found }),
        }
    }

    /// An error about a cell.
    pub(crate) fn wrong(&self, row: usize, column: usize, problem: String) -> Error {
        Error::Label {
            path: self.path.clone(),
            line: self.rows[row].position().map_or(0, csv::Position::line),
            field: self.header.get(column).unwrap_or_default().to_owned(),
            problem,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn cells_are_found_by_name_and_trimmed_and_a_mark_in_front_is_no_part_of_a_name() {
        let table = Table::parse(Path::new("t.csv"), b"\xef\xbb\xbfa, b \n1.5 , x\n,2\n").unwrap();
        let (a, b) = (table.need(&["a"]).unwrap(), table.need(&["c", "b"]).unwrap());
        assert_eq!((table.rows(), table.cell(0, b)), (0..2, "x"));
        assert_eq!(table.number(0, a).unwrap(), Some(1.5));
        assert_eq!(table.number(1, a).unwrap(), None);
        let error = table.number(0, b).unwrap_err().to_string();
        assert_eq!(
            error,
            "t.csv:2: field `b`: \"x\" is not a finite number; give a number of px, or nothing"
        );
        let error = table.need(&["c"]).unwrap_err().to_string();
        assert_eq!(error, "t.csv:1: field `c`: there is no such column (there are: a, b)");
    }
}
