//! The labels of a folder: `metadata.csv`, or `labels.csv` where images lie in folders below; or any
//! table that names images, where it is asked for itself.

use crate::error::Error;
use crate::table::Table;
use simulator::sample::{Gaze, HeadDirection};
use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};

/// The table of the images in a folder.
pub(crate) const FILE: &str = "metadata.csv";
/// The table that itself says which images there are, as other tools leave it beside their folders.
const LISTING: &str = "labels.csv";
/// Names for the column of the images.
const NAME: [&str; 2] = ["file_name", "file"];
/// The columns of the gaze.
const ANGLES: [&str; 2] = ["pitch_rad", "yaw_rad"];
/// Names for the column of whose eye it is.
const PERSON: [&str; 2] = ["subject", "person"];

/// What one row says.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Row {
    /// Its gaze, if it is known.
    pub(crate) gaze: Option<Gaze>,
    /// Whose eye it is, if it is known.
    pub(crate) subject: Option<String>,
    /// Where the head faces, if its yaw is known.
    pub(crate) head: Option<HeadDirection>,
    /// Whether the image was mirrored so that it stands as a left eye, if that is known.
    pub(crate) mirrored: Option<bool>,
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
    Ok(Some(parse(&table, &downwards)?))
}

/// The rows of this table, with or without gaze, and the folder from which it names its images: its own,
/// or the one beside it that has its name, if only there its first image is.
pub(crate) fn named(path: &Path) -> Result<(PathBuf, Vec<(String, Row)>), Error> {
    let rows = parse(&Table::read(path)?, &downwards)?;
    let (own, of_its_name) = (path.parent().unwrap_or(Path::new("")), path.with_extension(""));
    let is_in = |dir: &Path| rows.first().is_some_and(|(name, _)| dir.join(name).is_file());
    let dir = if !is_in(own) && is_in(&of_its_name) { of_its_name } else { own.to_owned() };
    Ok((dir, rows))
}

/// Refuses a file name that leads out of the folder.
fn downwards(name: &str) -> Result<(), String> {
    let below = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
    let problem = || format!("{name:?} is no path from the table's folder downwards");
    (below && !name.is_empty()).then_some(()).ok_or_else(problem)
}

/// The rows in order; `check` says what is wrong with a file name.
fn parse(
    table: &Table,
    check: &dyn Fn(&str) -> Result<(), String>,
) -> Result<Vec<(String, Row)>, Error> {
    let file = table.need(&NAME)?;
    let angles = angles(table)?;
    let [subject, head_pitch, head_yaw, mirrored] =
        [&PERSON[..], &["head_pitch_rad"], &["head_yaw_rad"], &["mirrored"]]
            .map(|names| table.find(names));
    let number = |row, column: Option<usize>| column.map_or(Ok(None), |c| table.number(row, c));
    let mut seen = HashSet::new();
    let mut rows = Vec::new();
    for row in table.rows() {
        let gaze = angles.map_or(Ok(None), |columns| gaze(table, row, columns))?;
        let name = table.cell(row, file);
        check(name).map_err(|problem| table.wrong(row, file, problem))?;
        if !seen.insert(name) {
            let problem = format!("{name:?} has a row already; remove one");
            return Err(table.wrong(row, file, problem));
        }
        let subject = subject.map(|column| table.cell(row, column)).filter(|s| !s.is_empty());
        let pitch = number(row, head_pitch)?;
        let head = number(row, head_yaw)?.map(|yaw| HeadDirection { pitch, yaw });
        let mirrored = mirrored.map_or(Ok(None), |column| truth(table, row, column))?;
        let subject = subject.map(str::to_owned);
        rows.push((name.to_owned(), Row { gaze, subject, head, mirrored }));
    }
    Ok(rows)
}

/// The columns of the gaze: both, or none where there is no gaze in the table.
fn angles(table: &Table) -> Result<Option<[usize; 2]>, Error> {
    if ANGLES.iter().all(|name| table.find(&[name]).is_none()) {
        return Ok(None);
    }
    Ok(Some([table.need(&[ANGLES[0]])?, table.need(&[ANGLES[1]])?]))
}

/// The gaze in a row; `None` where both cells are empty.
fn gaze(table: &Table, row: usize, [pitch, yaw]: [usize; 2]) -> Result<Option<Gaze>, Error> {
    match (table.number(row, pitch)?, table.number(row, yaw)?) {
        (Some(pitch), Some(yaw)) => Ok(Some(Gaze { pitch, yaw })),
        (None, None) => Ok(None),
        (None, Some(_)) => Err(table.wrong(row, pitch, one_missing())),
        (Some(_), None) => Err(table.wrong(row, yaw, one_missing())),
    }
}

/// The truth value in a cell; `None` where it is empty.
fn truth(table: &Table, row: usize, column: usize) -> Result<Option<bool>, Error> {
    match table.cell(row, column).to_lowercase().as_str() {
        "" => Ok(None),
        "1" | "true" => Ok(Some(true)),
        "0" | "false" => Ok(Some(false)),
        text => {
            let problem =
                format!("{text:?} is no truth value; give 1 or 0, true or false, or nothing");
            Err(table.wrong(row, column, problem))
        }
    }
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
        let b = Row { gaze, subject: Some("p07".into()), ..Row::default() };
        assert_eq!(rows, [("b.png".to_owned(), b), ("a.png".to_owned(), Row::default())]);
    }

    #[test]
    fn person_head_and_mirror_are_read_with_gaze_and_without() {
        let rows = table(
            "file_name,pitch_rad,yaw_rad,person,head_yaw_rad,mirrored\n\
             a.png,-0.17,0.09,c0013,-0.26,1\nb.png,0.1,0.2,,,\n",
        )
        .unwrap();
        let head = |pitch| Some(HeadDirection { pitch, yaw: -0.26 });
        let gaze = Some(Gaze { pitch: -0.17, yaw: 0.09 });
        let subject = Some("c0013".to_owned());
        let a = Row { gaze, subject: subject.clone(), head: head(None), mirrored: Some(true) };
        assert_eq!(rows[0].1, a);
        let b = Row { gaze: Some(Gaze { pitch: 0.1, yaw: 0.2 }), ..Row::default() };
        assert_eq!(rows[1].1, b);

        let rows = table(
            "file_name,subject,head_pitch_rad,head_yaw_rad,mirrored\na.png,c0013,0.05,-0.26,false\n",
        )
        .unwrap();
        let mirrored = Some(false);
        assert_eq!(rows[0].1, Row { gaze: None, subject, head: head(Some(0.05)), mirrored });
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
            (
                "file_name,mirrored\na.png,maybe\n",
                "metadata.csv:2: field `mirrored`: \"maybe\" is no truth value",
            ),
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
            let text = if k < 3 { rows.to_owned() } else { format!("{head}{rows}") };
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
        assert_eq!(rows[0], ("b/2.png".to_owned(), Row { gaze, ..Row::default() }));
        assert_eq!(rows[1], ("b/1.png".to_owned(), Row::default()));
        for bad in ["../a.png", "/a.png", ""] {
            write(&format!("file,pitch_rad,yaw_rad\n{bad},0,0\n"));
            let error = listing(dir).unwrap_err().to_string();
            assert!(error.contains("labels.csv:2: field `file`"), "{error}");
        }
    }
}
