//! A table whose columns are found by name, and errors that say where in it: CSV with commas, semicolons
//! (then with decimal commas) or tabs, or JSON lines.

mod dialect;

use crate::contents::extension;
use crate::error::Error;
use csv::StringRecord;
use std::path::{Path, PathBuf};

/// A table, read whole.
pub(crate) struct Table {
    path: PathBuf,
    header: StringRecord,
    rows: Vec<StringRecord>,
    decimal_comma: bool,
}

impl Table {
    /// Reads a CSV file. Cells are trimmed.
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        let bytes = crate::regular::read(path).map_err(Error::io(path, "read the table"))?;
        Self::parse(path, &bytes)
    }

    /// The table in these bytes of a file.
    pub(crate) fn parse(path: &Path, bytes: &[u8]) -> Result<Self, Error> {
        let unreadable = |(line, problem): dialect::Fault| Error::Label {
            path: path.to_owned(),
            line,
            field: "all".to_owned(),
            problem,
        };
        let text = dialect::text(bytes).map_err(unreadable)?;
        let cells = match extension(path).as_str() {
            "jsonl" => dialect::json_lines(&text),
            _ => dialect::csv(&text),
        };
        let (header, rows, decimal_comma) = cells.map_err(unreadable)?;
        let table = Self { path: path.to_owned(), header, rows, decimal_comma };
        table.check_header()?;
        Ok(table)
    }

    /// Two columns of one name: nobody can tell which is meant.
    fn check_header(&self) -> Result<(), Error> {
        let mut names: Vec<&str> = self.header.iter().filter(|name| !name.is_empty()).collect();
        names.sort_unstable();
        match names.windows(2).find(|pair| pair[0] == pair[1]) {
            None => Ok(()),
            Some(pair) => Err(Error::Label {
                path: self.path.clone(),
                line: 1,
                field: pair[0].to_owned(),
                problem: "there are two such columns; remove one".to_owned(),
            }),
        }
    }

    /// A table made of cells that were read elsewhere, row by row, each with its line.
    pub(crate) fn of_cells(path: &Path, header: &[String], rows: Vec<Vec<String>>) -> Self {
        let row = |(k, cells): (usize, Vec<String>)| {
            let mut record: StringRecord = cells.into();
            let mut place = csv::Position::new();
            place.set_line(k as u64 + 1);
            record.set_position(Some(place));
            record
        };
        let rows = rows.into_iter().enumerate().map(row).collect();
        let header = header.iter().map(String::as_str).collect();
        Self { path: path.to_owned(), header, rows, decimal_comma: false }
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The names of the columns.
    pub(crate) fn header(&self) -> &StringRecord {
        &self.header
    }

    /// Where a column stands that has one of these names: as they are, or else in other letters
    /// (`Pitch_Rad`, `pitch rad`).
    pub(crate) fn find(&self, names: &[&str]) -> Option<usize> {
        let plain = |name: &str| name.to_lowercase().replace([' ', '-'], "_");
        let exact = self.header.iter().position(|name| names.contains(&name));
        exact.or_else(|| self.header.iter().position(|name| names.contains(&plain(name).as_str())))
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

    /// The path of an image in a cell, with `/` between folders and no `./` in front.
    pub(crate) fn image(&self, row: usize, column: usize) -> String {
        let path = self.cell(row, column).replace('\\', "/");
        let mut rest = path.as_str();
        while let Some(shorter) = rest.strip_prefix("./") {
            rest = shorter.trim_start_matches('/');
        }
        rest.to_owned()
    }

    /// The finite number in a cell; `None` where it is empty, or says that there is none.
    pub(crate) fn number(&self, row: usize, column: usize) -> Result<Option<f32>, Error> {
        let text = self.cell(row, column);
        let is_none =
            ["", "nan", "na", "n/a", "null", "none"].contains(&text.to_lowercase().as_str());
        let point = match self.decimal_comma && !text.contains('.') {
            true => text.replacen(',', ".", 1),
            false => text.to_owned(),
        };
        match (text, point.parse::<f32>()) {
            _ if is_none => Ok(None),
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
        for entry in std::fs::read_dir(dir).map_err(Error::io(dir, "read the folder"))? {
            let path = entry.map_err(Error::io(dir, "read the folder"))?.path();
            let hidden =
                path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
            if extension(&path) == "csv" && !hidden && path.is_file() {
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

    fn numbers(name: &str, bytes: &[u8]) -> Vec<Option<f32>> {
        let table = Table::parse(Path::new(name), bytes).unwrap();
        let (file, a) = (table.need(&["file"]).unwrap(), table.need(&["a_rad"]).unwrap());
        assert!(table.rows().all(|row| table.image(row, file) == "d/x.png"), "{name}");
        table.rows().map(|row| table.number(row, a).unwrap()).collect()
    }

    #[test]
    fn the_dialects_of_programs_say_the_same() {
        let expected = [Some(0.5), None, Some(-2.0)];
        let commas = "file,a_rad\nd/x.png,0.5\n./d/x.png,nan\nd\\x.png,-2\n";
        for text in [
            commas.to_owned(),
            commas.replace(',', "\t"),
            "file;a_rad\nd/x.png;0,5\n./d/x.png;nan\nd\\x.png;-2\n".to_owned(),
            commas.replace("a_rad", "A-Rad").replace("file", "\"File\""),
            commas.replace('\n', "\r\n"),
        ] {
            assert_eq!(numbers("t.csv", text.as_bytes()), expected, "{text}");
            assert_eq!(numbers("t.csv", &[b"\xef\xbb\xbf", text.as_bytes()].concat()), expected);
            let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert_eq!(numbers("t.csv", &[b"\xff\xfe", &wide[..]].concat()), expected);
        }
        let lines = "{\"file\": \"d/x.png\", \"a_rad\": 0.5}\n{\"file\": \"d/x.png\", \"a_rad\": null}\n\n\
                     {\"a_rad\": -2, \"file\": \"./d/x.png\", \"more\": [1, 2]}\n";
        assert_eq!(numbers("t.jsonl", lines.as_bytes()), expected);
    }

    #[test]
    fn a_table_of_no_known_dialect_is_named_with_the_line() {
        let error = |name: &str, bytes: &[u8]| {
            Table::parse(Path::new(name), bytes).err().unwrap().to_string()
        };
        assert!(error("t.csv", b"a,b\n1,2\n\xfc,3\n").contains("t.csv:3: field `all`"));
        assert!(error("t.csv", b"a,b\n1,2,3\n").contains("t.csv:2"));
        assert!(error("t.csv", b"a,a\n1,2\n").contains("two such columns"));
        assert!(error("t.jsonl", b"{}\n[1]\n").contains("t.jsonl:2"));
        // A point and a comma in one number: which one is the decimal?
        let table = Table::parse(Path::new("t.csv"), b"a;b\n1.234,5;2\n").unwrap();
        assert!(table.number(0, 0).is_err());
    }

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
