//! Places on a screen that were looked at, image by image, in a table.
//!
//! A CSV with the columns `file` (or `file_name`), an image's path, and `screen_x_px`, `screen_y_px`, the
//! place in px of the screen, to the right and down. Rows without a place are passed over, and so are other
//! columns.

use crate::error::Error;
use crate::table::Table;
use std::collections::HashMap;
use std::path::Path;

/// Names for the column of the images.
const FILE: [&str; 2] = ["file", "file_name"];

/// Where somebody looked, by image.
#[derive(Debug, Clone, PartialEq)]
pub struct Places(HashMap<String, [f32; 2]>);

impl Places {
    /// Reads the table.
    ///
    /// # Errors
    /// If it cannot be read or understood, gives one image two places, or no place at all.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let table = Table::read(path)?;
        let file = table.need(&FILE)?;
        let [x, y] = [table.need(&["screen_x_px"])?, table.need(&["screen_y_px"])?];
        let mut places = HashMap::new();
        for row in table.rows() {
            let (Some(right), Some(down)) = (table.number(row, x)?, table.number(row, y)?) else {
                continue;
            };
            let place = [right, down];
            if places
                .insert(name(table.cell(row, file)).to_owned(), place)
                .is_some_and(|p| p != place)
            {
                let problem =
                    "this file has another place further up; file names must differ".to_owned();
                return Err(table.wrong(row, file, problem));
            }
        }
        if places.is_empty() {
            let expected = "row with a screen_x_px and a screen_y_px";
            return Err(Error::Empty { path: path.to_owned(), expected });
        }
        Ok(Self(places))
    }

    /// The place that was looked at in the image of this file, [right, down], px of the screen. Folders
    /// don't count: the table may have been written from another one.
    pub fn of(&self, source: &str) -> Option<[f32; 2]> {
        self.0.get(name(source)).copied()
    }

    /// Images with a place.
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

/// The file's name without its folders.
pub(crate) fn name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(text: &str) -> Result<Places, Error> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("labels.csv");
        std::fs::write(&file, text).unwrap();
        Places::read(&file)
    }

    #[test]
    fn a_place_is_found_by_the_file_s_name_whatever_its_folder() {
        let places =
            read("file,screen_x_px,screen_y_px,burst\nimg/a.png,0,720,1\nb.png,,,2\n").unwrap();
        assert_eq!(places.count(), 1);
        assert_eq!(places.of("C:\\eyes\\a.png"), Some([0.0, 720.0]));
        assert_eq!(places.of("b.png"), None);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        for (text, expected) in [
            ("file,screen_x_px\na.png,3\n", "field `screen_y_px`: there is no such column"),
            ("file,screen_x_px,screen_y_px\na.png,left,3\n", ":2: field `screen_x_px`: \"left\""),
            ("file,screen_x_px,screen_y_px\n1/a.png,1,3\n2/a.png,1,4\n", ":3: field `file`"),
            ("file,screen_x_px,screen_y_px\na.png,,\n", "no row with a screen_x_px"),
        ] {
            let message = read(text).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        }
    }
}
