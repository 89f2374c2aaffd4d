//! The labels of a folder: `metadata.csv`, or `labels.csv` where images lie in folders below.

use crate::error::Error;
use crate::table::Table;
use simulator::sample::Gaze;
use std::collections::HashSet;
use std::path::{Component, Path};

/// The table of the images in a folder.
pub(crate) const FILE: &str = "metadata.csv";
/// The table that itself says which images there are, as other tools leave it beside their folders.
const LISTING: &str = "labels.csv";
/// Names for the column of the images.
const NAME: [&str; 2] = ["file_name", "file"];
/// The columns of the gaze.
const ANGLES: [&str; 2] = ["pitch_rad", "yaw_rad"];

/// What one row says.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Row {
    /// Its gaze, if it is known.
    pub(crate) gaze: Option<Gaze>,
    /// Whose eye it is, if it is known.
    pub(crate) subject: Option<String>,
}

/// The rows with their file names, each of which must be among `names`. No table, no rows.
pub(crate) fn read(dir: &Path, names: &[String]) -> Result<Vec<(String, Row)>, Error> {
    let path = dir.join(FILE);
    if !path.exists() {
        return Ok(Vec::new());
    }
    let names: HashSet<&str> = names.iter().map(String::as_str).collect();
    parse(&Table::read(&path)?, &|name| {
        let known = names.contains(name);
        let remedy = "add it, or remove the row";
        known
            .then_some(())
            .ok_or_else(|| format!("there is no image {name:?} in the folder; {remedy}"))
    })
}

/// The rows of a `labels.csv` with a gaze, where there is no `metadata.csv`: they say which images
/// there are, by their paths from `dir`. `None` if it is no such folder.
pub(crate) fn listing(dir: &Path) -> Result<Option<Vec<(String, Row)>>, Error> {
    let path = dir.join(LISTING);
    if dir.join(FILE).exists() || !path.exists() {
        return Ok(None);
    }
    let table = Table::read(&path)?;
    if table.find(&NAME).is_none() || ANGLES.iter().any(|name| table.find(&[name]).is_none()) {
        return Ok(None);
    }
    let rows = parse(&table, &|name| {
        let below = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
        let problem = || format!("{name:?} is no path from the table's folder downwards");
        (below && !name.is_empty()).then_some(()).ok_or_else(problem)
    })?;
    Ok(Some(rows))
}

/// The rows in order; `check` says what is wrong with a file name.
fn parse(
    table: &Table,
    check: &dyn Fn(&str) -> Result<(), String>,
) -> Result<Vec<(String, Row)>, Error> {
    let file = table.need(&NAME)?;
    let [pitch, yaw] = [table.need(&[ANGLES[0]])?, table.need(&[ANGLES[1]])?];
    let subject = table.find(&["subject"]);
    let mut seen = HashSet::new();
    let mut rows = Vec::new();
    for row in table.rows() {
        let gaze = match (table.number(row, pitch)?, table.number(row, yaw)?) {
            (Some(pitch), Some(yaw)) => Some(Gaze { pitch, yaw }),
            (None, None) => None,
            (None, Some(_)) => return Err(table.wrong(row, pitch, one_missing())),
            (Some(_), None) => return Err(table.wrong(row, yaw, one_missing())),
        };
        let name = table.cell(row, file);
        check(name).map_err(|problem| table.wrong(row, file, problem))?;
        if !seen.insert(name) {
            let problem = format!("{name:?} has a row already; remove one");
            return Err(table.wrong(row, file, problem));
        }
        let subject = subject.map(|column| table.cell(row, column)).filter(|s| !s.is_empty());
        rows.push((name.to_owned(), Row { gaze, subject: subject.map(str::to_owned) }));
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

    fn table(text: &str) -> Result<Vec<(String, Row)>, String> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), text).unwrap();
        let names = ["a.png".to_owned(), "b.png".to_owned()];
        let place = format!("{}/", folder.path().display());
        read(folder.path(), &names).map_err(|e| e.to_string().replace(&place, ""))
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
        let b = Row { gaze, subject: Some("p07".into()) };
        assert_eq!(rows, [("b.png".to_owned(), b), ("a.png".to_owned(), Row::default())]);
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

    #[test]
    fn a_listing_is_a_labels_csv_with_angles_and_points_downwards() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path();
        let write = |text: &str| std::fs::write(dir.join(LISTING), text).unwrap();
        assert_eq!(listing(dir).unwrap(), None);
        write("file,screen_x_px\na.png,3\n");
        assert_eq!(listing(dir).unwrap(), None);
        write("id,file,pitch_rad,yaw_rad\n1,b/2.png,0.1,0.2\n2,b/1.png,,\n");
        let rows = listing(dir).unwrap().unwrap();
        let gaze = Some(Gaze { pitch: 0.1, yaw: 0.2 });
        assert_eq!(rows[0], ("b/2.png".to_owned(), Row { gaze, subject: None }));
        assert_eq!(rows[1], ("b/1.png".to_owned(), Row::default()));
        for bad in ["../a.png", "/a.png", ""] {
            write(&format!("file,pitch_rad,yaw_rad\n{bad},0,0\n"));
            let error = listing(dir).unwrap_err().to_string();
            assert!(error.contains("labels.csv:2: field `file`"), "{error}");
        }
    }
}
