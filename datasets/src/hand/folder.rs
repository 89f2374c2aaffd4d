//! 16-bit grey PNG files with depth in mm: in a folder, or named by a table.
//!
//! A table is a CSV with a column `file` (or `file_name`), the image's path from the table's folder.
//! Known columns: `letter` (or `gesture`), `subject`, and the common 21 joints in px of the image,
//! `u0`, `v0` to `u20`, `v20`, from the wrist over the thumb to the little finger. Where a column
//! `reliability` says anything but `ok`, the row's joints are passed over. `width` and `height` must
//! be the image's. Other columns are passed over.

use super::{HandOptions, frame};
use crate::chunks::{Loaded, Samples};
use crate::error::Error;
use crate::folder::image_names;
use crate::image;
use crate::table::Table;
use simulator::sample::{Domain, Hand, HandLabel, Sample, SampleId};
use std::path::{Component, Path, PathBuf};

/// Names for the column of the images.
const FILE: [&str; 2] = ["file", "file_name"];
/// Names for the column of what the hand does.
const GESTURE: [&str; 2] = ["gesture", "letter"];

/// What a table says of one image.
#[derive(Debug, Clone, Default)]
struct Row {
    name: String,
    gesture: Option<String>,
    subject: Option<String>,
    joints_px: Option<[[f32; 2]; 21]>,
    /// The row in the table, from 0.
    number: usize,
}

/// Whether this is a folder of 16-bit depth images, or a table that names some, or a folder with such
/// a table.
pub fn is_layout(path: &Path) -> bool {
    if path.is_file() {
        let named = |table: &Table| {
            let file = table.find(&FILE)?;
            let row = table.rows().next()?;
            Some(folder_of(path).join(table.cell(row, file)))
        };
        let csv = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv"));
        let table = csv.then(|| Table::read(path).ok()).flatten();
        return table.as_ref().and_then(named).is_some_and(|image| frame::is_depth(&image));
    }
    match image_names(path).ok().as_deref() {
        Some([first, ..]) => frame::is_depth(&path.join(first)),
        _ => tables(path).iter().any(|table| is_layout(table)),
    }
}

/// Reads the images of a table in its order, of the one table in a folder, or, in a folder with
/// images, all of them by name. Ids count from 0.
///
/// # Errors
/// [`Error::Empty`] without images, [`Error::Ambiguous`] with several tables, [`Error::Label`] for a
/// wrong table; the iterator yields [`Error::Image`] or [`Error::Binary`] for a file that can't be
/// read, [`Error::Size`] where images differ in size and are to stay whole.
pub fn read(path: &Path, options: &HandOptions) -> Result<Samples<Hand>, Error> {
    image::check_size(options.size)?;
    let (path, options) = (path.to_owned(), *options);
    if path.is_dir() {
        let names = image_names(&path)?;
        if !names.is_empty() {
            let row = |name| Row { name, ..Row::default() };
            let rows: Vec<Row> = names.into_iter().map(row).collect();
            return Ok(Samples::new(rows.len(), move |k| {
                sample(&path, None, &rows[k], k, &options)
            }));
        }
    }
    let path = if path.is_dir() { only_table(&path)? } else { path };
    let table = Table::read(&path)?;
    let rows = rows(&table)?;
    if rows.is_empty() {
        return Err(Error::Empty { path, expected: "row with a depth image" });
    }
    let dir = folder_of(&path);
    Ok(Samples::new(rows.len(), move |k| sample(&dir, Some(&table), &rows[k], k, &options)))
}

fn folder_of(table: &Path) -> PathBuf {
    table.parent().unwrap_or(Path::new("")).to_owned()
}

/// The tables in a folder, by name.
fn tables(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let csv = |path: &PathBuf| path.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv"));
    let mut tables: Vec<_> = entries.map(|entry| entry.path()).filter(csv).collect();
    tables.sort();
    tables
}

fn only_table(dir: &Path) -> Result<PathBuf, Error> {
    let mut found = tables(dir);
    found.retain(|table| is_layout(table));
    match found.len() {
        0 => {
            let expected = "16-bit depth image, and no table that names some,";
            Err(Error::Empty { path: dir.to_owned(), expected })
        }
        1 => Ok(found.remove(0)),
        _ => {
            let (path, what) = (dir.to_owned(), "tables of depth images");
            Err(Error::Ambiguous { path, what, found })
        }
    }
}

fn rows(table: &Table) -> Result<Vec<Row>, Error> {
    let file = table.need(&FILE)?;
    let places: Vec<[Option<usize>; 2]> =
        (0..21).map(|k| ["u", "v"].map(|axis| table.find(&[&format!("{axis}{k}")]))).collect();
    let text = |row, names: &[&str]| {
        let cell = table.find(names).map(|column| table.cell(row, column));
        cell.filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let mut rows = Vec::new();
    for number in table.rows() {
        let name = table.cell(number, file);
        let below = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
        if !below || name.is_empty() {
            let problem = format!("{name:?} is no path from the table's folder downwards");
            return Err(table.wrong(number, file, problem));
        }
        let reliable = text(number, &["reliability"]).is_none_or(|said| said == "ok");
        let mut joints = Vec::new();
        for columns in places.iter().filter(|_| reliable) {
            let [Some(u), Some(v)] = *columns else { break };
            match (table.number(number, u)?, table.number(number, v)?) {
                (Some(u), Some(v)) => joints.push([u, v]),
                _ => break,
            }
        }
        rows.push(Row {
            name: name.to_owned(),
            gesture: text(number, &GESTURE),
            subject: text(number, &["subject"]),
            joints_px: joints.try_into().ok(),
            number,
        });
    }
    Ok(rows)
}

fn sample(
    dir: &Path,
    table: Option<&Table>,
    row: &Row,
    index: usize,
    options: &HandOptions,
) -> Loaded<Hand> {
    let path = dir.join(&row.name);
    let mut depth = frame::load(&path)?;
    if let Some(table) = table {
        table.check_size(row.number, &row.name, depth.size())?;
    }
    let mut label = HandLabel {
        joints_common_px: row.joints_px,
        gesture: row.gesture.clone(),
        subject: row.subject.clone(),
        source: Some(row.name.clone()),
        ..HandLabel::default()
    };
    if let Some(size) = options.size {
        let hand = frame::foreground(&depth, options.foreground_mm);
        let Some((middle_px, depth_mm)) = frame::middle(&hand) else {
            let problem = "it holds no depth at all".to_owned();
            return Err(Error::Image { path, problem });
        };
        let focal_px = [options.focal_px; 2];
        let crop = frame::crop_of_cube(options.cube_mm, middle_px, depth_mm, focal_px, size);
        depth = frame::cut(&hand, &crop, size);
        label.joints_common_px =
            label.joints_common_px.map(|all| all.map(|p| frame::moved(&crop, p)));
        label.crop = Some(crop);
    }
    Ok((path, Sample { id: SampleId(index as u64), domain: Domain::Real, frame: depth, label }))
}
