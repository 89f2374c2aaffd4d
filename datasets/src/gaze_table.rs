//! Measured gaze without images: tables to draw the gaze of renders from.

use crate::error::Error;
use simulator::sample::Gaze;
use std::fs;
use std::path::{Path, PathBuf};

/// Gaze that was measured, and which files it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct GazeTable {
    /// One direction a row, in the order of files and rows.
    pub gaze: Vec<Gaze>,
    /// BLAKE3 of the content of all files, one after the other.
    pub blake3: String,
}

/// Most that an angle can be, rad: a quarter turn.
const MAX_RAD: f32 = std::f32::consts::FRAC_PI_2;

/// Reads a CSV with the columns `pitch_rad` and `yaw_rad` ([`Gaze`]'s), or all of a folder, by name.
/// Other columns are passed over.
///
/// # Errors
/// [`Error::Label`] for a row that can't be used, [`Error::Empty`] without a row.
pub fn read(path: &Path) -> Result<GazeTable, Error> {
    let mut gaze = Vec::new();
    let mut hasher = blake3::Hasher::new();
    for file in files(path)? {
        let bytes = crate::regular::read(&file).map_err(Error::io(&file, "read the table"))?;
        hasher.update(&bytes);
        parse(&file, &bytes, &mut gaze)?;
    }
    if gaze.is_empty() {
        return Err(Error::Empty { path: path.to_owned(), expected: "row of gaze (a CSV)" });
    }
    Ok(GazeTable { gaze, blake3: hasher.finalize().to_string() })
}

fn files(path: &Path) -> Result<Vec<PathBuf>, Error> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(Error::io(path, "read the folder"))? {
        let file = entry.map_err(Error::io(path, "read the folder"))?.path();
        if file.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv")) {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

fn parse(path: &Path, bytes: &[u8], gaze: &mut Vec<Gaze>) -> Result<(), Error> {
    let wrong = |line: u64, field: &str, problem: String| Error::Label {
        path: path.to_owned(),
        line,
        field: field.to_owned(),
        problem,
    };
    let unreadable = |e: csv::Error| {
        let line = e.position().map_or(1, csv::Position::line);
        wrong(line, "all", format!("{e}; save the table as UTF-8 CSV"))
    };
    // Spreadsheets put a byte order mark in front of the first column's name.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
    let header = reader.headers().map_err(unreadable)?.clone();
    let column = |field: &'static str| {
        header.iter().position(|name| name == field).ok_or_else(|| {
            let found: Vec<_> = header.iter().collect();
            wrong(1, field, format!("there is no such column (there are: {})", found.join(", ")))
        })
    };
    let (pitch, yaw) = (column("pitch_rad")?, column("yaw_rad")?);
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let line = record.position().map_or(0, csv::Position::line);
        let angle = |column: usize, field: &str| {
            let text = record.get(column).unwrap_or("");
            let value = text.parse().ok().filter(|value: &f32| value.abs() <= MAX_RAD);
            let limits = "is no angle from -1.5708 to 1.5708; give radians, or remove the row";
            value.ok_or_else(|| wrong(line, field, format!("{text:?} {limits}")))
        };
        gaze.push(Gaze { pitch: angle(pitch, "pitch_rad")?, yaw: angle(yaw, "yaw_rad")? });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_folder_of_tables_is_read_by_name_and_its_hash_is_that_of_the_content() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path();
        fs::write(dir.join("b.csv"), "yaw_rad,day,pitch_rad\n0.3,1,0.2\n").unwrap();
        fs::write(dir.join("a.csv"), "pitch_rad,yaw_rad\n-0.1,0\n0.4,0.5\n").unwrap();
        fs::write(dir.join("notes.txt"), "no table").unwrap();
        let table = read(dir).unwrap();
        let gaze = |pitch, yaw| Gaze { pitch, yaw };
        assert_eq!(table.gaze, [gaze(-0.1, 0.0), gaze(0.4, 0.5), gaze(0.2, 0.3)]);
        assert_eq!(read(&dir.join("a.csv")).unwrap().gaze.len(), 2);
        fs::write(dir.join("b.csv"), "yaw_rad,day,pitch_rad\n0.3,2,0.2\n").unwrap();
        assert_ne!(read(dir).unwrap().blake3, table.blake3);
    }

    #[test]
    fn a_bad_row_is_named_by_file_line_and_column() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("g.csv");
        let error = |text: &str| {
            fs::write(&file, text).unwrap();
            read(&file).unwrap_err().to_string()
        };
        for bad in ["", "x", "NaN", "inf", "12.5"] {
            let text = error(&format!("pitch_rad,yaw_rad\n0,0\n0.1,{bad}\n"));
            assert!(
                text.contains("g.csv:3: field `yaw_rad`") && text.contains("radians"),
                "{text}"
            );
        }
        assert!(error("pitch,yaw_rad\n0,0\n").contains("g.csv:1: field `pitch_rad`"));
        assert!(error("pitch_rad,yaw_rad\n").contains("no row"));
    }
}
