//! The labels of a folder: `metadata.csv`.

use crate::error::Error;
use simulator::sample::Gaze;
use std::collections::HashMap;
use std::fs;
use std::path::Path;

/// The file's name.
pub(crate) const FILE: &str = "metadata.csv";

/// What one row says.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Row {
    /// Its gaze, if it is known.
    pub(crate) gaze: Option<Gaze>,
    /// Whose eye it is, if it is known.
    pub(crate) subject: Option<String>,
}

/// The rows by file name, each of which must be among `names`. No table, no rows.
pub(crate) fn read(dir: &Path, names: &[String]) -> Result<HashMap<String, Row>, Error> {
    let path = dir.join(FILE);
    if !path.exists() {
        return Ok(HashMap::new());
    }
    let bytes = fs::read(&path).map_err(Error::io(&path, "read the table"))?;
    // Spreadsheets put a byte order mark in front of the first column's name.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    parse(&path, bytes, names)
}

fn parse(path: &Path, bytes: &[u8], names: &[String]) -> Result<HashMap<String, Row>, Error> {
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
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);

    // Find the columns.
    let header = reader.headers().map_err(unreadable)?.clone();
    let find = |field: &str| header.iter().position(|name| name == field);
    let need = |field: &'static str| {
        find(field).ok_or_else(|| {
            let found: Vec<_> = header.iter().collect();
            wrong(1, field, format!("there is no such column (there are: {})", found.join(", ")))
        })
    };
    let (file, pitch, yaw) = (need("file_name")?, need("pitch_rad")?, need("yaw_rad")?);
    let subject = find("subject");

    // Read the rows.
    let mut rows = HashMap::new();
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |column: usize| record.get(column).unwrap_or("");
        let angle = |column: usize, field: &str| match (cell(column), cell(column).parse::<f32>()) {
            ("", _) => Ok(None),
            (_, Ok(value)) if value.is_finite() => Ok(Some(value)),
            (text, _) => {
                let problem = format!("{text:?} is not a finite number; give radians, or nothing");
                Err(wrong(line, field, problem))
            }
        };
        let gaze = match (angle(pitch, "pitch_rad")?, angle(yaw, "yaw_rad")?) {
            (Some(pitch), Some(yaw)) => Some(Gaze { pitch, yaw }),
            (None, None) => None,
            (None, Some(_)) => return Err(wrong(line, "pitch_rad", one_missing())),
            (Some(_), None) => return Err(wrong(line, "yaw_rad", one_missing())),
        };
        let name = cell(file);
        if names.binary_search_by(|n| n.as_str().cmp(name)).is_err() {
            let problem =
                format!("there is no image {name:?} in the folder; add it, or remove the row");
            return Err(wrong(line, "file_name", problem));
        }
        let subject = subject.map(cell).filter(|s| !s.is_empty()).map(str::to_owned);
        if rows.insert(name.to_owned(), Row { gaze, subject }).is_some() {
            let problem = format!("{name:?} has a row already; remove one");
            return Err(wrong(line, "file_name", problem));
        }
    }
    Ok(rows)
}

fn one_missing() -> String {
    "it is empty and the other angle is not; give both, or none".to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn table(text: &str) -> Result<HashMap<String, Row>, String> {
        let names = ["a.png".to_owned(), "b.png".to_owned()];
        parse(Path::new("metadata.csv"), text.as_bytes(), &names).map_err(|e| e.to_string())
    }

    #[test]
    fn columns_are_found_by_name_and_others_passed_over() {
        let rows = table(
            "yaw_rad,note,file_name,subject,pitch_rad\n\
             -0.25,\"blinks, a bit\",b.png,p07,1e-3\n\
             ,,a.png,,\n",
        )
        .unwrap();
        let gaze = Some(Gaze { pitch: 1e-3, yaw: -0.25 });
        assert_eq!(rows["b.png"], Row { gaze, subject: Some("p07".into()) });
        assert_eq!(rows["a.png"], Row::default());
    }

    #[test]
    fn errors_name_line_field_and_remedy() {
        let head = "file_name,pitch_rad,yaw_rad\n";
        let cases = [
            (
                "a,b\n",
                "metadata.csv:1: field `file_name`: there is no such column (there are: a, b)",
            ),
            ("file_name,pitch_rad\n", "metadata.csv:1: field `yaw_rad`"),
            ("b.png,0,0\na.png,0.1,left\n", "metadata.csv:3: field `yaw_rad`: \"left\" is not"),
            ("a.png,inf,0\n", "metadata.csv:2: field `pitch_rad`: \"inf\" is not a finite number"),
            ("a.png,NaN,0\n", "metadata.csv:2: field `pitch_rad`: \"NaN\" is not a finite number"),
            ("a.png,0.1,\n", "metadata.csv:2: field `yaw_rad`: it is empty and the other"),
            ("c.png,0,0\n", "metadata.csv:2: field `file_name`: there is no image \"c.png\""),
            ("../a.png,0,0\n", "metadata.csv:2: field `file_name`: there is no image"),
            (
                "a.png,0,0\na.png,0,0\n",
                "metadata.csv:3: field `file_name`: \"a.png\" has a row already",
            ),
            ("a.png,0\n", "metadata.csv:2: field `all`"),
        ];
        for (k, (rows, expected)) in cases.into_iter().enumerate() {
            let text = if k < 2 { rows.to_owned() } else { format!("{head}{rows}") };
            let error = table(&text).unwrap_err();
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
