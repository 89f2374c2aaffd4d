//! Images of 16-bit grey with depth in mm, or in steps of [`HandOptions::depth_unit_mm`]: in a folder, or
//! named by a table. What is no 16-bit grey in the folder is passed over.
//!
//! A table is a CSV with a column `file` (or `file_name`), the image's path from the table's folder.
//! Known columns: `letter` (or `gesture`), `subject`, and the common 21 joints in px of the image,
//! `u0`, `v0` to `u20`, `v20`, from the wrist over the thumb to the little finger. Where a column
//! `reliability` says anything but `ok`, the row's joints are passed over. `width` and `height` must
//! be the image's. Other columns are passed over.

use super::{HandOptions, frame};
use crate::account::Account;
use crate::beside::{self, LabelOptions};
use crate::chunks::{Loaded, Samples};
use crate::contents::{Contents, extension};
use crate::error::Error;
use crate::labels::downwards;
use crate::table::Table;
use crate::{image, plausible};
use rayon::prelude::*;
use simulator::sample::{Domain, Hand, HandLabel, Sample, SampleId, Side};
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

/// Images whose heads are looked at to see whether there is depth.
const LOOKED_AT: usize = 64;
/// Names for the column of the images.
const FILE: [&str; 2] = ["file", "file_name"];
/// Names for the column of what the hand does.
const GESTURE: [&str; 2] = ["gesture", "letter"];

/// Names for the column of whose hand it is.
const SUBJECT: [&str; 2] = ["subject", "person"];

/// What a table says of one image.
#[derive(Debug, Clone, Default)]
struct Row {
    name: String,
    gesture: Option<String>,
    subject: Option<String>,
    joints_px: Option<[[f32; 2]; 21]>,
    side: Option<Side>,
    /// The row in the table, from 0.
    number: Option<usize>,
}

/// What says that this is a folder of 16-bit depth images, or a table that names some, or a folder with
/// such a table; `None` if nothing does.
pub(crate) fn evidence(path: &Path, contents: &Contents) -> Option<String> {
    let named = |table: &Path| {
        let read = Table::read(table).ok()?;
        let (file, row) = (read.find(&FILE)?, read.rows().next()?);
        let image = read.image(row, file);
        let deep = image::is_deep_grey(&folder_of(table).join(&image)) == Some(true);
        deep.then(|| format!("{} names {image}, which is 16-bit grey", beside::name_of(table)))
    };
    if path.is_file() {
        return is_table(path).then(|| named(path)).flatten();
    }
    // Depth and colour may take turns, so look at many.
    let step = contents.images.len().div_ceil(LOOKED_AT).max(1);
    let some = contents.images.iter().step_by(step).chain(contents.images.last());
    let deep = some.into_iter().find(|name| image::is_deep_grey(&path.join(name)) == Some(true));
    match deep {
        Some(name) => Some(format!("{name} is 16-bit grey")),
        None => contents.tables.iter().find_map(|table| named(table)),
    }
}

fn is_table(path: &Path) -> bool {
    ["csv", "tsv", "jsonl"].contains(&extension(path).as_str())
}

/// Reads the images of a table in its order, of the one table in a folder, or, in a folder with images,
/// all of them by name, with what a table beside them says of them. Images of other kinds are passed
/// over. Ids count from 0.
///
/// # Errors
/// [`Error::Empty`] without images, [`Error::Ambiguous`] with several tables, [`Error::Label`] or
/// [`Error::Table`] for a wrong one; the iterator yields [`Error::Image`] or [`Error::Binary`] for a file
/// that can't be read, and goes on, and [`Error::Size`] where images differ in size and are to stay whole.
pub fn read(path: &Path, options: &HandOptions) -> Result<Samples<Hand>, Error> {
    image::check_size(options.size)?;
    let options = *options;
    let mut account = Account::of("depth images of hands");
    let (dir, table, names) = match path.is_dir() {
        true => in_folder(path, &options, &mut account)?,
        false => (folder_of(path), Some(Table::read(path)?), Vec::new()),
    };
    let rows = match &table {
        Some(table) => merged(rows(table)?, names),
        None => merged(Vec::new(), names),
    };
    let wanted: HashSet<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    account.passed_over.retain(|passed| !wanted.contains(passed.file.as_str()));
    if rows.is_empty() {
        let expected = "16-bit depth image, and no table that names some,";
        return Err(Error::Empty { path: path.to_owned(), expected });
    }
    if let Some(table) = &table {
        keep_extra(table, &rows, &mut account);
        let unnamed = rows.iter().filter(|row| row.number.is_none()).count();
        if unnamed > 0 {
            let table = beside::name_of(table.path());
            account.notes.push(format!("{unnamed} images have no row in {table}"));
        }
    }
    Ok(Samples::new(rows.len(), account, move |k| {
        sample(&dir, table.as_ref(), &rows[k], k, &options)
    }))
}

/// Keeps what a table tells in columns that nothing here is for.
fn keep_extra(table: &Table, rows: &[Row], account: &mut Account) {
    let is_joint = |name: &str| {
        let number = name.strip_prefix(['u', 'v']).and_then(|rest| rest.parse::<usize>().ok());
        number.is_some_and(|number| number < 21)
    };
    let known = [&FILE[..], &GESTURE, &SUBJECT, &["side", "width", "height"]].concat();
    let used: Vec<usize> = known.iter().filter_map(|name| table.find(&[name])).collect();
    let is_extra = |(k, name): &(usize, &str)| !used.contains(k) && !is_joint(name);
    let extra: Vec<(usize, &str)> = table.header().iter().enumerate().filter(is_extra).collect();
    account.extra_columns = extra.iter().map(|(_, name)| (*name).to_owned()).collect();
    for (k, row) in rows.iter().enumerate() {
        let Some(number) = row.number else { continue };
        let cells = extra.iter().map(|(column, _)| table.cell(number, *column).to_owned());
        account.extra.insert(SampleId(k as u64), cells.collect());
    }
}

/// The folder of the images, their table, and the depth images among them.
type Found = (PathBuf, Option<Table>, Vec<String>);

fn in_folder(dir: &Path, options: &HandOptions, account: &mut Account) -> Result<Found, Error> {
    let mut contents = Contents::read(dir)?;
    account.pass_over_rest(&contents);
    let deep: Vec<Option<bool>> =
        contents.images.par_iter().map(|name| image::is_deep_grey(&dir.join(name))).collect();
    let mut names = Vec::new();
    for (name, deep) in std::mem::take(&mut contents.images).into_iter().zip(deep) {
        match deep {
            Some(false) => account.pass_over(name, "no 16-bit grey, so no depth"),
            // What can't be read at all is named where it is opened.
            _ => names.push(name),
        }
    }
    contents.images = names.clone();
    let labels = LabelOptions { unlabelled: options.unlabelled, ..LabelOptions::default() };
    let table = beside::table(dir, &contents, &labels, account)?;
    Ok((dir.to_owned(), table, names))
}

/// The rows of a table, in its order where there are no other images, else all by name.
fn merged(rows: Vec<Row>, names: Vec<String>) -> Vec<Row> {
    if names.is_empty() {
        return rows;
    }
    let mut by_name: BTreeMap<String, Row> =
        rows.into_iter().map(|row| (row.name.clone(), row)).collect();
    for name in names {
        by_name.entry(name.clone()).or_insert_with(|| Row { name, ..Row::default() });
    }
    by_name.into_values().collect()
}

fn folder_of(table: &Path) -> PathBuf {
    table.parent().unwrap_or(Path::new("")).to_owned()
}

fn rows(table: &Table) -> Result<Vec<Row>, Error> {
    let file = table.need(&FILE)?;
    let places: Vec<[Option<usize>; 2]> =
        (0..21).map(|k| ["u", "v"].map(|axis| table.find(&[&format!("{axis}{k}")]))).collect();
    let text = |row, names: &[&str]| {
        let cell = table.find(names).map(|column| table.cell(row, column));
        cell.filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let (mut rows, mut seen) = (Vec::new(), HashSet::new());
    for number in table.rows() {
        let name = table.image(number, file);
        downwards(&name).map_err(|problem| table.wrong(number, file, problem))?;
        if !seen.insert(name.clone()) {
            let problem = format!("{name:?} has a row already; remove one");
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
            name,
            gesture: text(number, &GESTURE),
            subject: text(number, &SUBJECT),
            side: text(number, &["side"]).and_then(|name| Side::from_name(&name.to_lowercase())),
            joints_px: joints.try_into().ok(),
            number: Some(number),
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
    let mut depth = frame::load(&path, options.depth_unit_mm.unwrap_or(1.0))?;
    if let Some((table, number)) = table.zip(row.number) {
        table.check_size(number, &row.name, depth.size())?;
        if let (Some(joints), Some(column)) = (&row.joints_px, table.find(&["u0"])) {
            plausible::joints(joints, depth.size())
                .map_err(|problem| table.wrong(number, column, problem))?;
        }
    }
    if let (None, Some(front)) = (options.depth_unit_mm, frame::front(&depth)) {
        plausible::hand(front).map_err(|problem| Error::NotRead { path: path.clone(), problem })?;
    }
    let mut label = HandLabel {
        joints_common_px: row.joints_px,
        gesture: row.gesture.clone(),
        subject: row.subject.clone(),
        side: row.side,
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
