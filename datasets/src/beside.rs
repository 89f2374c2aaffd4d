//! Which of the files beside images labels them. What may hold labels and can't be used is an error, so
//! that no label is lost without a word.

use crate::account::Account;
use crate::columns::{Columns, Key, like_gaze};
use crate::contents::{Contents, ending};
use crate::error::Error;
use crate::labels;
use crate::table::Table;
use std::collections::HashSet;
use std::io::Read;
use std::path::{Path, PathBuf};

/// What the user says about labels.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LabelOptions {
    /// Which columns of a table are what.
    pub columns: Columns,
    /// Read images without labels: pass over all tables beside them.
    pub unlabelled: bool,
}

/// Rows that are looked at to see whether a table names images.
const LOOKED_AT: usize = 200;
/// Bytes of a text that are searched for names of images.
const SEARCHED: u64 = 1 << 20;
/// What the names of files with labels say.
const WORDS: [&str; 8] =
    ["label", "gaze", "annot", "joint", "landmark", "pupil", "metadata", "truth"];

/// The table that names images in this folder, if there is one; the rest goes to the account.
///
/// # Errors
/// If several tables name images, or something else beside them may hold their labels.
pub(crate) fn table(
    dir: &Path,
    contents: &Contents,
    options: &LabelOptions,
    account: &mut Account,
) -> Result<Option<Table>, Error> {
    let pass = |account: &mut Account, path: &PathBuf, why: &str| {
        account.pass_over(name_of(path), why);
    };
    let all = || contents.tables.iter().chain(&contents.texts).chain(&contents.opaque);
    if options.unlabelled {
        all().for_each(|path| pass(account, path, "passed over by --unlabelled"));
        return Ok(None);
    }
    let images: HashSet<&str> = contents.images.iter().map(String::as_str).collect();
    let mut naming = Vec::new();
    let mut others = Vec::new();
    for path in &contents.tables {
        let table = Table::read(path)?;
        match names_images(dir, &table, &options.columns, &images)? {
            true => naming.push(table),
            false => others.push(table),
        }
    }
    if naming.len() > 1 {
        let found = naming.iter().map(|table| table.path().to_owned()).collect();
        let what = "tables name images here";
        return Err(Error::Ambiguous { path: dir.to_owned(), what, found });
    }
    for table in others {
        other_table(&table, options, naming.is_empty() && !images.is_empty(), images.len())?;
        pass(account, &table.path().to_owned(), "a table that names no image here");
    }
    if naming.is_empty() && !images.is_empty() {
        refuse_labels(contents)?;
    }
    for path in contents.texts.iter().chain(&contents.opaque) {
        pass(account, path, "no image and no table that is read");
    }
    Ok(naming.pop())
}

/// Whether a table names images that are there.
fn names_images(
    dir: &Path,
    table: &Table,
    columns: &Columns,
    images: &HashSet<&str>,
) -> Result<bool, Error> {
    // Names of other tables' columns are no reason to refuse this one.
    let Ok(Some(file)) = columns.find(table, Key::File) else { return Ok(false) };
    Ok(table.rows().take(LOOKED_AT).any(|row| {
        let name = table.image(row, file);
        images.contains(name.as_str())
            || labels::downwards(&name).is_ok() && dir.join(&name).is_file()
    }))
}

/// Refuses a table that names no image here, if it may be about them all the same: where it is `alone`,
/// or says something of gaze or of as many rows as there are images.
fn other_table(
    table: &Table,
    options: &LabelOptions,
    alone: bool,
    images: usize,
) -> Result<(), Error> {
    let rows = table.rows().len();
    let has_file = options.columns.find(table, Key::File).ok().flatten();
    match has_file {
        _ if rows == 0 => Ok(()),
        None if alone || !like_gaze(table).is_empty() || rows == images => {
            Err(labels::unusable(table, &["file", "pitch", "yaw"]))
        }
        Some(file) if alone => {
            let first = table.image(0, file);
            labels::downwards(&first).map_err(|problem| table.wrong(0, file, problem))?;
            let problem = format!(
                "no image that it names is here, from {first:?} on: give paths from its own folder \
                 downwards, put the images there, or give --unlabelled to read images without labels"
            );
            Err(table.wrong(0, file, problem))
        }
        _ => Ok(()),
    }
}

/// Refuses texts and other files that seem to hold labels of these images.
fn refuse_labels(contents: &Contents) -> Result<(), Error> {
    let remedy = "save them as a metadata.csv with the columns file_name, pitch_rad and yaw_rad, or give \
                  --unlabelled to read the images without labels";
    let stem = |name: &str| Path::new(name).file_stem().map(|stem| stem.to_owned());
    let stems: HashSet<_> = contents.images.iter().filter_map(|name| stem(name)).collect();
    if let Some(path) = contents.opaque.first() {
        let problem = format!("it may hold labels, and {} is not read: {remedy}", ending(path));
        return Err(Error::Table { path: path.clone(), problem });
    }
    for path in &contents.texts {
        let of_one = path.file_stem().is_some_and(|stem| stems.contains(stem));
        let problem = match (of_one, mentions(path, &contents.images)) {
            (true, _) => format!("it has the name of an image, and no reader knows it: {remedy}"),
            (false, true) => format!("it seems to hold labels of the images here: {remedy}"),
            (false, false) => continue,
        };
        return Err(Error::Table { path: path.clone(), problem });
    }
    Ok(())
}

/// Whether a text says what labels say: the name of one of the images, or a word in its own name.
fn mentions(path: &Path, images: &[String]) -> bool {
    let name = name_of(path).to_lowercase();
    if ["readme", "licen", "citation", "changelog", "requirements"]
        .iter()
        .any(|w| name.starts_with(w))
    {
        return false;
    }
    let mut bytes = Vec::new();
    let read =
        crate::regular::open(path).and_then(|file| file.take(SEARCHED).read_to_end(&mut bytes));
    if read.is_err() || bytes.is_empty() {
        return false;
    }
    let text = String::from_utf8_lossy(&bytes);
    let step = images.len().div_ceil(LOOKED_AT).max(1);
    WORDS.iter().any(|word| name.contains(word))
        || images.iter().step_by(step).any(|image| text.contains(image.as_str()))
}

pub(crate) fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
