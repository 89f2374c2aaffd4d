//! Ellipses of pupils and irises that somebody drew, image by image, in a table.
//!
//! A CSV with the columns `file` (or `file_name`), an image's path, and of the pupil, the iris or both the
//! centre `pupil_x`, `pupil_y` (or `pupil_x_px`, ...), px, where pixel (0, 0) has its centre at (0, 0). Where
//! there are radii as well, they are called `pupil_rx`, `pupil_ry` and the angle of the first of them
//! `pupil_theta` (or `pupil_semi_major_px`, `pupil_semi_minor_px`, `pupil_orientation_rad`), px and radians,
//! from +x towards +y. Empty cells are unknown; other columns are passed over.
//!
//! Images may have been brought to another size since. Which size a row means say its columns `width` and
//! `height`, else the image itself, where it still lies where the table says.

use crate::error::Error;
use crate::image;
use crate::places::name;
use crate::table::Table;
use simulator::sample::Ellipse;
use std::collections::HashMap;
use std::path::Path;

/// Names for the column of the images.
const FILE: [&str; 2] = ["file", "file_name"];

/// A pupil or an iris as it was drawn, px.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drawn {
    /// Its centre.
    pub center: [f32; 2],
    /// Its ellipse, where there are radii.
    pub ellipse: Option<Ellipse>,
}

/// What was drawn in one image.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DrawnEye {
    /// The pupil.
    pub pupil: Option<Drawn>,
    /// The iris.
    pub iris: Option<Drawn>,
    /// Width and height of the image it was drawn in, px.
    size: (usize, usize),
}

impl DrawnEye {
    /// Where it is in the image after `ingest` brought it to this size, and mirrored it if it did: the middle
    /// in the new shape, scaled.
    pub fn brought_to(self, size: (usize, usize), mirrored: bool) -> Self {
        let moved = |drawn: Drawn| {
            let (x, y, width, height) = image::middle(self.size, size);
            let (across, down) = (size.0 as f32 / width as f32, size.1 as f32 / height as f32);
            let place = |[px, py]: [f32; 2]| {
                let right = (px - x as f32 + 0.5) * across - 0.5;
                let right = if mirrored { size.0 as f32 - 1.0 - right } else { right };
                [right, (py - y as f32 + 0.5) * down - 0.5]
            };
            // Both scales agree but for a pixel that rounding leaves out.
            let scale = (across * down).sqrt();
            let ellipse = drawn.ellipse.map(|e| {
                let turn = if mirrored { -e.orientation } else { e.orientation };
                Ellipse::new(place(e.center), e.semi_major * scale, e.semi_minor * scale, turn)
            });
            Drawn { center: place(drawn.center), ellipse }
        };
        Self { pupil: self.pupil.map(moved), iris: self.iris.map(moved), size }
    }
}

/// Ellipses by image.
#[derive(Debug, Clone, PartialEq)]
pub struct DrawnEyes(HashMap<String, DrawnEye>);

impl DrawnEyes {
    /// Reads the table.
    ///
    /// # Errors
    /// If it cannot be read or understood, names one file twice, holds no ellipse, or does not let the size
    /// of an image be known.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let table = Table::read(path)?;
        let file = table.need(&FILE)?;
        let [pupil, iris] = ["pupil", "iris"].map(|what| Columns::find(&table, what));
        let (pupil, iris) = (pupil?, iris?);
        if pupil.is_none() && iris.is_none() {
            table.need(&["iris_x"])?;
        }
        let dir = path.parent().unwrap_or(Path::new(""));
        let mut eyes = HashMap::new();
        for row in table.rows() {
            let drawn = |columns: &Option<Columns>| match columns {
                Some(columns) => columns.drawn(&table, row),
                None => Ok(None),
            };
            let (pupil, iris) = (drawn(&pupil)?, drawn(&iris)?);
            if pupil.is_none() && iris.is_none() {
                continue;
            }
            let size = size_of(&table, row, &dir.join(table.cell(row, file)))?;
            let eye = DrawnEye { pupil, iris, size };
            let key = name(table.cell(row, file)).to_owned();
            if eyes.insert(key, eye).is_some_and(|other| other != eye) {
                let problem = "this file has another row further up; file names must differ";
                return Err(table.wrong(row, file, problem.to_owned()));
            }
        }
        if eyes.is_empty() {
            let expected = "row with the centre of a pupil or an iris";
            return Err(Error::Empty { path: path.to_owned(), expected });
        }
        Ok(Self(eyes))
    }

    /// What was drawn in the image of this file. Folders don't count: the table may have been written from
    /// another one.
    pub fn of(&self, source: &str) -> Option<DrawnEye> {
        self.0.get(name(source)).copied()
    }

    /// Images with a pupil or an iris.
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

/// Where a feature stands in a table.
struct Columns {
    center: [usize; 2],
    radii: Option<[usize; 2]>,
    angle: Option<usize>,
}

impl Columns {
    /// Those of `pupil` or `iris`; `None` without its centre.
    fn find(table: &Table, what: &str) -> Result<Option<Self>, Error> {
        let names = |endings: [&str; 2]| endings.map(|ending| format!("{what}_{ending}"));
        let find = |endings| {
            let names = names(endings);
            table.find(&[names[0].as_str(), names[1].as_str()])
        };
        let need = |endings| {
            let names = names(endings);
            table.need(&[names[0].as_str(), names[1].as_str()])
        };
        let pair =
            |first: [&'static str; 2], second: [&'static str; 2]| match (find(first), find(second))
            {
                (None, None) => Ok(None),
                _ => Ok::<_, Error>(Some([need(first)?, need(second)?])),
            };
        let Some(center) = pair(["x", "x_px"], ["y", "y_px"])? else { return Ok(None) };
        let radii = pair(["rx", "semi_major_px"], ["ry", "semi_minor_px"])?;
        Ok(Some(Self { center, radii, angle: find(["theta", "orientation_rad"]) }))
    }

    fn drawn(&self, table: &Table, row: usize) -> Result<Option<Drawn>, Error> {
        let Some(center) = both(table, row, self.center)? else { return Ok(None) };
        let angle = self.angle.map_or(Ok(None), |column| table.number(row, column))?;
        let radii = match self.radii {
            Some(columns) => both(table, row, columns)?,
            None => None,
        };
        if let (Some([a, b]), Some([first, second])) = (radii, self.radii)
            && a.min(b) <= 0.0
        {
            let column = if a <= 0.0 { first } else { second };
            let problem = "a radius is more than 0 px; correct it, or leave both empty".to_owned();
            return Err(table.wrong(row, column, problem));
        }
        let ellipse = radii.map(|[a, b]| Ellipse::new(center, a, b, angle.unwrap_or(0.0)));
        Ok(Some(Drawn { center, ellipse }))
    }
}

/// The numbers in two cells; `None` where both are empty.
fn both(table: &Table, row: usize, columns: [usize; 2]) -> Result<Option<[f32; 2]>, Error> {
    match (table.number(row, columns[0])?, table.number(row, columns[1])?) {
        (Some(first), Some(second)) => Ok(Some([first, second])),
        (None, None) => Ok(None),
        (first, _) => {
            let missing = if first.is_none() { columns[0] } else { columns[1] };
            let problem = "it is empty and the other is not; give both, or none".to_owned();
            Err(table.wrong(row, missing, problem))
        }
    }
}

/// The size of the image that a row is about.
fn size_of(table: &Table, row: usize, image: &Path) -> Result<(usize, usize), Error> {
    let side = |name: &str| table.find(&[name]).map_or(Ok(None), |at| table.number(row, at));
    match (side("width")?, side("height")?) {
        (Some(width), Some(height)) if width >= 1.0 && height >= 1.0 => {
            Ok((width as usize, height as usize))
        }
        _ => image::size(image),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use ::image::{GrayImage, Luma};

    /// Reads this table, beside an image `img/a.png` of 120x80 px.
    fn read(text: &str) -> Result<DrawnEyes, Error> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("img")).unwrap();
        let image = GrayImage::from_pixel(120, 80, Luma([9]));
        image.save(folder.path().join("img/a.png")).unwrap();
        let file = folder.path().join("drawn.csv");
        std::fs::write(&file, text).unwrap();
        DrawnEyes::read(&file)
    }

    #[test]
    fn ellipses_and_centres_are_found_by_the_file_s_name() {
        let eyes = read(
            "file_name,iris_x,iris_y,iris_rx,iris_ry,iris_theta,pupil_x_px,pupil_y_px\n\
             img/a.png,50,40,20,10,0.5,51,41\nimg/gone.png,,,,,,,\n",
        )
        .unwrap();
        assert_eq!((eyes.count(), eyes.of("gone.png")), (1, None));
        let eye = eyes.of("elsewhere/a.png").unwrap();
        assert_eq!(eye.pupil, Some(Drawn { center: [51.0, 41.0], ellipse: None }));
        let iris = Ellipse::new([50.0, 40.0], 20.0, 10.0, 0.5);
        assert_eq!(eye.iris, Some(Drawn { center: [50.0, 40.0], ellipse: Some(iris) }));
        assert_eq!(eye.brought_to((120, 80), false), eye);
    }

    #[test]
    fn labels_follow_the_image_to_another_size_and_into_the_mirror() {
        let eyes = read(
            "file,width,height,iris_x,iris_y,iris_rx,iris_ry,iris_theta\n\
             b.png,100,50,19.5,9.5,8,4,0.3\n",
        )
        .unwrap();
        let eye = eyes.of("b.png").unwrap();
        // 50x50 in the middle of 100x50, then half of that: 25 px are cut off on the left.
        let small = eye.brought_to((25, 25), false).iris.unwrap();
        assert_eq!(small.center, [-3.0, 4.5]);
        let (before, after) = (eye.iris.unwrap().ellipse.unwrap(), small.ellipse.unwrap());
        assert!((after.semi_major - before.semi_major / 2.0).abs() < 1e-5);
        // A point of the ellipse is mirrored with it, and twice is not at all.
        let mirrored = eye.brought_to((100, 50), true);
        let there = mirrored.iris.unwrap().ellipse.unwrap();
        let point = before.point(0.7);
        let other = [99.0 - point[0], point[1]];
        let near = (0..6284).map(|k| there.point(k as f32 * 1e-3));
        let least = near.map(|p| (p[0] - other[0]).hypot(p[1] - other[1])).fold(9.0, f32::min);
        assert!(least < 0.02, "{least}");
        let back = mirrored.brought_to((100, 50), true).iris.unwrap().ellipse.unwrap();
        assert!((back.orientation - before.orientation).sin().abs() < 1e-5);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        for (text, expected) in [
            ("file,x\na.png,3\n", "field `iris_x`: there is no such column"),
            ("file,iris_x\na.png,3\n", "field `iris_y`: there is no such column"),
            ("file,iris_x,iris_y\nimg/a.png,3,\n", ":2: field `iris_y`: it is empty"),
            ("file,iris_x,iris_y\nimg/a.png,left,3\n", "field `iris_x`: \"left\" is not"),
            ("file,iris_x,iris_y\nimg/a.png,,\n", "no row with the centre"),
            ("file,iris_x,iris_y\nb.png,3,4\n", "b.png: could not open the image"),
            (
                "file,width,height,iris_x,iris_y,iris_rx,iris_ry\nb.png,9,9,3,4,0,2\n",
                "field `iris_rx`: a radius is more than 0 px",
            ),
            (
                "file,width,height,iris_x,iris_y\n1/b.png,9,9,3,4\n2/b.png,9,9,3,5\n",
                ":3: field `file`: this file has another row",
            ),
        ] {
            let message = read(text).unwrap_err().to_string();
            assert!(message.contains(expected), "{message} does not say {expected}");
        }
    }
}
