//! Which images there are, and what is said of each, before one is decoded.

use super::account;
use crate::account::Account;
use crate::beside::{self, LabelOptions, name_of};
use crate::contents::Contents;
use crate::error::Error;
use crate::labels::{self, Row, Rows};
use crate::table::Table;
use simulator::sample::{Domain, SampleId};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

/// What is to be read.
#[derive(Debug)]
pub(crate) struct Plan {
    /// Where names count from.
    pub(crate) dir: PathBuf,
    /// The images, in order, with what is said of each.
    pub(crate) images: Vec<(String, Row)>,
    /// Where their pixels come from.
    pub(crate) domain: Domain,
    pub(crate) account: Account,
}

/// Names of the folders that data sets are split into.
const SPLITS: [&str; 11] = [
    "train",
    "training",
    "trainval",
    "test",
    "testing",
    "val",
    "valid",
    "validation",
    "dev",
    "eval",
    "evaluation",
];

/// Whether a folder is one of those that data sets are split into.
pub(crate) fn is_split(folder: &Path) -> bool {
    SPLITS.contains(&name_of(folder).to_lowercase().as_str())
}

/// What there is to read in a folder, or by a table.
pub(crate) fn plan(source: &Path, options: &LabelOptions) -> Result<Plan, Error> {
    let (dir, found) = match source.is_file() {
        true => by_table(source, options)?,
        false => (source.to_owned(), in_folder(source, options)?),
    };
    let Found { rows, mut account } = found;
    if rows.rows.is_empty() {
        let expected = "image (png, jpg, pgm, ppm, bmp, webp, tif), and no table with a column file_name \
                        or file that names some,";
        return Err(Error::Empty { path: source.to_owned(), expected });
    }
    let domain = one_domain(source, &rows)?;
    account.total = Some(rows.rows.len());
    account.extra_columns = rows.extra;
    for (k, (_, row)) in rows.rows.iter().enumerate() {
        if row.extra.iter().any(|cell| !cell.is_empty()) {
            account.extra.insert(SampleId(k as u64), row.extra.clone());
        }
    }
    let right = rows.rows.iter().filter(|(_, row)| {
        row.side == Some(simulator::sample::Side::Right) && row.mirrored != Some(true)
    });
    let right = right.count();
    if right > 0 {
        account.notes.push(format!(
            "{right} right eyes are not said to be mirrored: if their inner corner is on the right of the \
             image, read them apart with --mirror"
        ));
    }
    Ok(Plan { dir, images: rows.rows, domain, account })
}

/// Images with their rows, and what was passed over.
struct Found {
    rows: Rows,
    account: Account,
}

/// What a table in the place of a folder names: from its own folder, or from the one beside it that has
/// its name, if only there its first image is.
fn by_table(path: &Path, options: &LabelOptions) -> Result<(PathBuf, Found), Error> {
    let rows = labels::read(&Table::read(path)?, &options.columns)?;
    let (own, of_its_name) = (path.parent().unwrap_or(Path::new("")), path.with_extension(""));
    let is_in = |dir: &Path| rows.rows.first().is_some_and(|(name, _)| dir.join(name).is_file());
    let dir = if !is_in(own) && is_in(&of_its_name) { of_its_name } else { own.to_owned() };
    Ok((dir, Found { rows, account: account() }))
}

fn in_folder(dir: &Path, options: &LabelOptions) -> Result<Found, Error> {
    let contents = Contents::read(dir)?;
    let mut account = account();
    account.pass_over_rest(&contents);
    let table = beside::table(dir, &contents, options, &mut account)?;
    if table.is_none() && contents.images.is_empty() {
        return splits(&contents, options, account);
    }
    let rows = match &table {
        None => Rows { rows: unlabelled(contents.images), extra: Vec::new() },
        Some(table) => labelled(dir, contents.images, table, options, &mut account)?,
    };
    let named: HashSet<&str> =
        rows.rows.iter().filter_map(|(name, _)| name.split_once('/')).map(|(top, _)| top).collect();
    for folder in contents.folders.iter().filter(|path| !named.contains(name_of(path).as_str())) {
        account.pass_over(format!("{}/", name_of(folder)), "a folder below");
    }
    // A table of its name beside the folder may say more.
    let beside = dir.with_extension("csv");
    if table.is_none() && dir.extension().is_none() && beside.is_file() {
        account
            .notes
            .push(format!("{} may say more: give it in the place of the folder", beside.display()));
    }
    Ok(Found { rows, account })
}

fn unlabelled(names: Vec<String>) -> Vec<(String, Row)> {
    names.into_iter().map(|name| (name, Row::default())).collect()
}

/// The images of a folder and those that its table names; of a `labels.csv` with a gaze those alone, in
/// its order.
fn labelled(
    dir: &Path,
    images: Vec<String>,
    table: &Table,
    options: &LabelOptions,
    account: &mut Account,
) -> Result<Rows, Error> {
    let rows = labels::read(table, &options.columns)?;
    let name = name_of(table.path());
    let stem = table.path().file_stem().map(|stem| stem.to_string_lossy().to_lowercase());
    let lists = stem.as_deref() == Some("labels") && labels::has_gaze(table, &options.columns);
    let mut by_name: HashMap<String, Row> = rows.rows.iter().cloned().collect();
    account.passed_over.retain(|passed| !by_name.contains_key(&passed.file));
    let mut unnamed: BTreeSet<String> = images.into_iter().collect();
    // Images in the folders below that a table names are its too.
    let below: BTreeSet<&str> =
        rows.rows.iter().filter_map(|(name, _)| Some(name.rsplit_once('/')?.0)).collect();
    let mut unnamed_below = Vec::new();
    for folder in below {
        let Ok(contents) = Contents::read(&dir.join(folder)) else { continue };
        let names = contents.images.into_iter().map(|name| format!("{folder}/{name}"));
        unnamed_below.extend(names.filter(|name| !by_name.contains_key(name)));
    }
    let why = format!("without a row in {name}");
    unnamed_below.into_iter().for_each(|name| account.pass_over(name, &why));
    unnamed.retain(|image| !by_name.contains_key(image));
    if lists {
        unnamed.into_iter().for_each(|name| account.pass_over(name, &why));
        return Ok(rows);
    }
    if !unnamed.is_empty() {
        account.notes.push(format!("{} images have no row in {name}", unnamed.len()));
    }
    let mut names: BTreeSet<String> = by_name.keys().cloned().collect();
    names.extend(unnamed);
    let blank = || Row { extra: vec![String::new(); rows.extra.len()], ..Row::default() };
    let rows_of = |name: String| {
        let row = by_name.remove(&name).unwrap_or_else(blank);
        (name, row)
    };
    Ok(Rows { rows: names.into_iter().map(rows_of).collect(), extra: rows.extra })
}

/// The images of folders `train`, `test` and the like, which become a column.
fn splits(
    contents: &Contents,
    options: &LabelOptions,
    mut account: Account,
) -> Result<Found, Error> {
    let mut all = Rows::default();
    for folder in &contents.folders {
        let name = name_of(folder);
        if !is_split(folder) {
            account.pass_over(format!("{name}/"), "a folder below");
            continue;
        }
        let Found { rows, account: below } = in_folder(folder, options)?;
        for passed in below.passed_over {
            account.pass_over(format!("{name}/{}", passed.file), &passed.why);
        }
        account.notes.extend(below.notes);
        // Tables may differ in what they have besides.
        let columns: Vec<String> =
            std::iter::once("split".to_owned()).chain(rows.extra.iter().cloned()).collect();
        for column in &columns {
            if !all.extra.contains(column) {
                all.extra.push(column.clone());
            }
        }
        for (image, mut row) in rows.rows {
            let cells = std::iter::once(name.clone()).chain(std::mem::take(&mut row.extra));
            let by_column: HashMap<&String, String> = columns.iter().zip(cells).collect();
            row.extra =
                all.extra.iter().map(|c| by_column.get(c).cloned().unwrap_or_default()).collect();
            all.rows.push((format!("{name}/{image}"), row));
        }
    }
    let width = all.extra.len();
    all.rows.iter_mut().for_each(|(_, row)| row.extra.resize(width, String::new()));
    Ok(Found { rows: all, account })
}

/// The one domain that all rows say, or a camera's.
fn one_domain(source: &Path, rows: &Rows) -> Result<Domain, Error> {
    let said: BTreeSet<&str> =
        rows.rows.iter().map(|(_, row)| row.domain.unwrap_or(Domain::Real).name()).collect();
    let mut said = said.into_iter();
    match (said.next(), said.next()) {
        (Some(one), None) => Ok(Domain::from_name(one).unwrap_or(Domain::Real)),
        (Some(one), Some(other)) => Err(Error::NotRead {
            path: source.to_owned(),
            problem: format!(
                "some images are {one} and others {other} (column domain): a data set is of one kind, so \
                 put them into two folders"
            ),
        }),
        _ => Ok(Domain::Real),
    }
}

/// What an error about a missing image says more: a file whose name differs in its letters alone.
pub(super) fn hinted(error: Error, path: &Path) -> Error {
    let Error::Io { source, .. } = &error else { return error };
    if source.kind() != std::io::ErrorKind::NotFound {
        return error;
    }
    let wanted = name_of(path).to_lowercase();
    let contents = path.parent().and_then(|dir| Contents::read(dir).ok()).unwrap_or_default();
    let like = contents.images.iter().find(|name| name.to_lowercase() == wanted);
    let problem = match like {
        Some(name) => {
            format!("it is not there, but {name:?} is: mind capital letters in the table")
        }
        None => "it is not there: get it, or remove its row".to_owned(),
    };
    Error::NotRead { path: path.to_owned(), problem }
}
