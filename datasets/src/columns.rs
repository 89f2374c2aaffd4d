//! Which column of a table is what: by its name, or as the user says.

use crate::error::Error;
use crate::table::Table;

/// What a column can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    File,
    Pitch,
    Yaw,
    PitchDeg,
    YawDeg,
    Gaze,
    GazeX,
    GazeY,
    GazeZ,
    Subject,
    Side,
    Mirrored,
    HeadPitch,
    HeadYaw,
    Domain,
}

/// Each key with its name in `--columns`, and the names of columns that stand for it by themselves.
const KEYS: [(Key, &str, &[&str]); 15] = [
    (Key::File, "file", &["file_name", "file"]),
    (Key::Pitch, "pitch", &["pitch_rad", "gaze_pitch_rad"]),
    (Key::Yaw, "yaw", &["yaw_rad", "gaze_yaw_rad"]),
    (Key::PitchDeg, "pitch_deg", &["pitch_deg", "gaze_pitch_deg"]),
    (Key::YawDeg, "yaw_deg", &["yaw_deg", "gaze_yaw_deg"]),
    // Whose y is up, and whose z, nobody can tell by a name.
    (Key::Gaze, "gaze", &[]),
    (Key::GazeX, "x", &[]),
    (Key::GazeY, "y", &[]),
    (Key::GazeZ, "z", &[]),
    (Key::Subject, "subject", &["subject", "person"]),
    (Key::Side, "side", &["side"]),
    (Key::Mirrored, "mirrored", &["mirrored"]),
    (Key::HeadPitch, "head_pitch", &["head_pitch_rad"]),
    (Key::HeadYaw, "head_yaw", &["head_yaw_rad"]),
    (Key::Domain, "domain", &["domain"]),
];

/// What the user says of columns: pairs of a key and the name of a column.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Columns(Vec<(&'static str, String)>);

impl Columns {
    /// These pairs of a key and a column's name. Keys are file, pitch, yaw (radians), pitch_deg, yaw_deg,
    /// gaze (three numbers in a cell) or x, y, z (from the eye to the target; x right, y down, z forward),
    /// subject, side, mirrored, head_pitch, head_yaw (radians) and domain.
    ///
    /// # Errors
    /// A message, if there is no such key, or it is given twice.
    pub fn new(pairs: &[(String, String)]) -> Result<Self, String> {
        let mut columns = Self::default();
        for (key, column) in pairs {
            let Some((_, name, _)) = KEYS.iter().find(|(_, name, _)| name == key) else {
                let keys: Vec<&str> = KEYS.iter().map(|(_, name, _)| *name).collect();
                return Err(format!(
                    "--columns {key}={column}: a key is one of {}",
                    keys.join(", ")
                ));
            };
            if columns.0.iter().any(|(known, _)| known == name) {
                return Err(format!("--columns names {key} twice"));
            }
            columns.0.push((name, column.clone()));
        }
        Ok(columns)
    }

    /// Whether the user said nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The name that the user gave to this.
    fn said(&self, key: Key) -> Option<&str> {
        let (_, name, _) = KEYS.iter().find(|(known, ..)| *known == key)?;
        self.0.iter().find(|(known, _)| known == name).map(|(_, column)| column.as_str())
    }

    /// Where this stands in a table; `None` if nowhere.
    ///
    /// # Errors
    /// If the user named a column that is not there.
    pub(crate) fn find(&self, table: &Table, key: Key) -> Result<Option<usize>, Error> {
        if let Some(column) = self.said(key) {
            return table.need(&[column]).map(Some);
        }
        let names =
            KEYS.iter().find(|(known, ..)| *known == key).map_or(&[][..], |(_, _, names)| names);
        Ok(table.find(names))
    }
}

/// What to say where a table can't be used: which columns it needs, and which of its own they may be.
pub(crate) fn hint(table: &Table, missing: &[&str]) -> String {
    let header = || table.header().iter();
    let like = |words: &[&str]| {
        header().find(|name| words.iter().any(|word| name.to_lowercase().contains(word)))
    };
    let guesses = [
        ("file", like(&["file", "image", "img", "path", "frame", "name"])),
        ("pitch", like(&["pitch", "theta", "elev", "vert"])),
        ("yaw", like(&["yaw", "phi", "azim", "horiz"])),
    ];
    let pair = |(key, column): &(&str, Option<&str>)| format!("{key}={}", column.unwrap_or("NAME"));
    let wanted = guesses.iter().filter(|(key, _)| missing.contains(key));
    let pairs: Vec<String> = wanted.map(pair).collect();
    let there: Vec<&str> = header().collect();
    format!(
        "there are the columns {}; needed are file_name (or file), and of labelled images pitch_rad and \
         yaw_rad: say which columns they are, for instance --columns {}, or give --unlabelled to read the \
         images without labels",
        there.join(", "),
        pairs.join(",")
    )
}

/// Columns that look like a gaze of which nobody says how it is meant.
pub(crate) fn like_gaze(table: &Table) -> Vec<&str> {
    let words = ["pitch", "yaw", "gaze", "look_"];
    let like = |name: &&str| {
        let name = name.to_lowercase();
        words.iter().any(|word| name.contains(word)) && !name.contains("head")
    };
    table.header().iter().filter(like).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::path::Path;

    fn columns(pairs: &[(&str, &str)]) -> Result<Columns, String> {
        let pairs: Vec<_> = pairs.iter().map(|(k, c)| ((*k).to_owned(), (*c).to_owned())).collect();
        Columns::new(&pairs)
    }

    #[test]
    fn what_the_user_says_comes_before_names() {
        let table = Table::parse(Path::new("t.csv"), b"file,Pitch_Rad,p\na,1,2\n").unwrap();
        let find = |columns: &Columns, key| columns.find(&table, key).unwrap();
        assert_eq!(find(&Columns::default(), Key::Pitch), Some(1));
        assert_eq!(find(&Columns::default(), Key::Yaw), None);
        assert_eq!(find(&columns(&[("pitch", "p")]).unwrap(), Key::Pitch), Some(2));
        let error = columns(&[("pitch", "q")]).unwrap().find(&table, Key::Pitch).unwrap_err();
        assert!(error.to_string().contains("there are: file, Pitch_Rad, p"), "{error}");
        assert!(columns(&[("tilt", "p")]).unwrap_err().contains("pitch, yaw"));
        assert!(columns(&[("yaw", "p"), ("yaw", "q")]).unwrap_err().contains("twice"));
    }

    #[test]
    fn a_hint_names_what_is_needed_and_what_may_be_it() {
        let table = Table::parse(Path::new("t.csv"), b"image,pitch,yaw\na,1,2\n").unwrap();
        let hint = hint(&table, &["file", "pitch", "yaw"]);
        assert!(hint.contains("--columns file=image,pitch=pitch,yaw=yaw"), "{hint}");
        assert_eq!(like_gaze(&table), ["pitch", "yaw"]);
    }
}
