//! What a table says of eyes, row by row.

use crate::columns::{Columns, Key, hint, like_gaze};
use crate::error::Error;
use crate::plausible;
use crate::table::Table;
use nalgebra::Vector3;
use simulator::sample::{Domain, Gaze, HeadDirection, Side};
use std::collections::HashSet;
use std::path::{Component, Path};

/// What one row says.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Row {
    /// Its gaze, if it is known.
    pub(crate) gaze: Option<Gaze>,
    /// Whose eye it is, if it is known.
    pub(crate) subject: Option<String>,
    /// Where the head faces, if its yaw is known.
    pub(crate) head: Option<HeadDirection>,
    /// Which eye of its owner it is, if that is known.
    pub(crate) side: Option<Side>,
    /// Whether the image was mirrored so that it stands as a left eye, if that is known.
    pub(crate) mirrored: Option<bool>,
    /// Where its pixels come from, if the table says so.
    pub(crate) domain: Option<Domain>,
    /// What stands in the columns that nothing here is for.
    pub(crate) extra: Vec<String>,
}

/// The rows of a table, and what it has besides.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    /// The images' names and their rows, in order.
    pub(crate) rows: Vec<(String, Row)>,
    /// The names of the columns that nothing here is for.
    pub(crate) extra: Vec<String>,
}

/// Where what stands in a table.
struct Places {
    file: Option<usize>,
    gaze: GazePlaces,
    subject: Option<usize>,
    side: Option<usize>,
    mirrored: Option<usize>,
    head: [Option<usize>; 2],
    domain: Option<usize>,
    extra: Vec<usize>,
}

/// Where the gaze stands, and in which form.
enum GazePlaces {
    None,
    /// Pitch and yaw, and what one of their units is in radians.
    Angles([usize; 2], f32),
    /// Three numbers in one cell.
    Cell(usize),
    Vector([usize; 3]),
}

/// Whether a table has a column of images and says anything of the gaze.
pub(crate) fn has_gaze(table: &Table, columns: &Columns) -> bool {
    let file = columns.find(table, Key::File);
    let gaze = gaze_places(table, columns);
    matches!((file, gaze), (Ok(Some(_)), Ok(places)) if !matches!(places, GazePlaces::None))
}

/// Refuses a file name that leads out of the folder.
pub(crate) fn downwards(name: &str) -> Result<(), String> {
    let below = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
    let drive = name.as_bytes().get(1) == Some(&b':');
    let problem = || format!("{name:?} is no path from the table's folder downwards");
    (below && !drive && !name.is_empty()).then_some(()).ok_or_else(problem)
}

/// The rows of a table that names images, in order.
///
/// # Errors
/// If it names none, if it has what looks like a gaze and nobody can tell how it is meant, and for the
/// first row that can't be used.
pub(crate) fn read(table: &Table, columns: &Columns) -> Result<Rows, Error> {
    let places = places(table, columns)?;
    let Some(file) = places.file else {
        return Err(unusable(table, &["file", "pitch", "yaw"]));
    };
    let doubtful = like_gaze(table);
    if matches!(places.gaze, GazePlaces::None) && !doubtful.is_empty() {
        return Err(unusable(table, &["pitch", "yaw"]));
    }
    let mut seen = HashSet::new();
    let mut rows = Vec::new();
    for row in table.rows() {
        let name = table.image(row, file);
        downwards(&name).map_err(|problem| table.wrong(row, file, problem))?;
        if !seen.insert(name.clone()) {
            let problem = format!("{name:?} has a row already; remove one");
            return Err(table.wrong(row, file, problem));
        }
        rows.push((name, read_row(table, &places, row)?));
    }
    Ok(Rows { rows, extra: extra_names(table, &places) })
}

/// The rows of a table of images that came with it: it needs to name none. A gaze of which nobody can
/// tell how it is meant stays among the columns that nothing is for.
pub(crate) fn embedded(table: &Table, columns: &Columns) -> Result<Rows, Error> {
    let places = places(table, columns)?;
    let rows = table.rows().map(|row| Ok((String::new(), read_row(table, &places, row)?)));
    Ok(Rows { rows: rows.collect::<Result<_, Error>>()?, extra: extra_names(table, &places) })
}

fn extra_names(table: &Table, places: &Places) -> Vec<String> {
    places.extra.iter().filter_map(|&k| table.header().get(k)).map(str::to_owned).collect()
}

/// The error about a table whose labels can't be used.
pub(crate) fn unusable(table: &Table, missing: &[&str]) -> Error {
    Error::Table { path: table.path().to_owned(), problem: hint(table, missing) }
}

fn places(table: &Table, columns: &Columns) -> Result<Places, Error> {
    let find = |key| columns.find(table, key);
    let mut places = Places {
        file: find(Key::File)?,
        gaze: gaze_places(table, columns)?,
        subject: find(Key::Subject)?,
        side: find(Key::Side)?,
        mirrored: find(Key::Mirrored)?,
        head: [find(Key::HeadPitch)?, find(Key::HeadYaw)?],
        domain: find(Key::Domain)?,
        extra: Vec::new(),
    };
    let mut used: HashSet<usize> = match places.gaze {
        GazePlaces::None => HashSet::new(),
        GazePlaces::Angles(columns, _) => columns.into(),
        GazePlaces::Cell(column) => [column].into(),
        GazePlaces::Vector(columns) => columns.into(),
    };
    used.extend(
        [places.file, places.subject, places.side, places.mirrored, places.domain]
            .into_iter()
            .chain(places.head)
            .flatten(),
    );
    places.extra = (0..table.header().len()).filter(|column| !used.contains(column)).collect();
    Ok(places)
}

fn gaze_places(table: &Table, columns: &Columns) -> Result<GazePlaces, Error> {
    let find = |key| columns.find(table, key);
    if let Some(column) = find(Key::Gaze)? {
        return Ok(GazePlaces::Cell(column));
    }
    if let [Some(x), Some(y), Some(z)] = [find(Key::GazeX)?, find(Key::GazeY)?, find(Key::GazeZ)?] {
        return Ok(GazePlaces::Vector([x, y, z]));
    }
    let pairs = [(Key::Pitch, Key::Yaw, 1.0), (Key::PitchDeg, Key::YawDeg, 1f32.to_radians())];
    for (pitch, yaw, radians) in pairs {
        match (find(pitch)?, find(yaw)?) {
            (Some(pitch), Some(yaw)) => return Ok(GazePlaces::Angles([pitch, yaw], radians)),
            (None, None) => {}
            (Some(_), None) => return Err(unusable(table, &["yaw"])),
            (None, Some(_)) => return Err(unusable(table, &["pitch"])),
        }
    }
    Ok(GazePlaces::None)
}

fn read_row(table: &Table, places: &Places, row: usize) -> Result<Row, Error> {
    let text = |column: Option<usize>| {
        column.map(|column| table.cell(row, column)).filter(|text| !text.is_empty())
    };
    let number = |column: Option<usize>| column.map_or(Ok(None), |c| table.number(row, c));
    let head = |k: usize| -> Result<Option<f32>, Error> {
        let Some((value, column)) = number(places.head[k])?.zip(places.head[k]) else {
            return Ok(None);
        };
        plausible::head(value).map(Some).map_err(|problem| table.wrong(row, column, problem))
    };
    let pitch = head(0)?;
    let side = places.side.map_or(Ok(None), |column| side(table, row, column))?;
    let domain = match text(places.domain) {
        None => None,
        Some(name) => match Domain::from_name(&name.to_lowercase()) {
            None => {
                let problem = format!("{name:?} is none of synthetic, refined, real");
                return Err(table.wrong(row, places.domain.unwrap_or(0), problem));
            }
            domain => domain,
        },
    };
    Ok(Row {
        gaze: gaze(table, row, &places.gaze)?,
        subject: text(places.subject).map(str::to_owned),
        head: head(1)?.map(|yaw| HeadDirection { pitch, yaw }),
        side,
        mirrored: places.mirrored.map_or(Ok(None), |column| truth(table, row, column))?,
        domain,
        extra: places.extra.iter().map(|&column| table.cell(row, column).to_owned()).collect(),
    })
}

/// The gaze in a row; `None` where all of its cells are empty.
fn gaze(table: &Table, row: usize, places: &GazePlaces) -> Result<Option<Gaze>, Error> {
    let whole = |columns: &[usize]| -> Result<Option<Vec<f32>>, Error> {
        let numbers: Vec<Option<f32>> =
            columns.iter().map(|&column| table.number(row, column)).collect::<Result<_, _>>()?;
        if numbers.iter().all(Option::is_none) {
            return Ok(None);
        }
        let missing = numbers.iter().position(Option::is_none);
        let what = "it is empty and the other is not; give both, or none";
        missing.map_or(Ok(()), |k| Err(table.wrong(row, columns[k], what.to_owned())))?;
        Ok(Some(numbers.into_iter().flatten().collect()))
    };
    let checked = |column: usize, value: f32| {
        plausible::gaze(value).map_err(|problem| table.wrong(row, column, problem))
    };
    match *places {
        GazePlaces::None => Ok(None),
        GazePlaces::Angles(columns, radians) => {
            let Some(numbers) = whole(&columns)? else { return Ok(None) };
            let pitch = checked(columns[0], numbers[0] * radians)?;
            Ok(Some(Gaze { pitch, yaw: checked(columns[1], numbers[1] * radians)? }))
        }
        GazePlaces::Vector(columns) => {
            let Some(numbers) = whole(&columns)? else { return Ok(None) };
            direction([numbers[0], numbers[1], numbers[2]])
                .map(Some)
                .map_err(|problem| table.wrong(row, columns[2], problem))
        }
        GazePlaces::Cell(column) => {
            let text = table.cell(row, column);
            if text.is_empty() {
                return Ok(None);
            }
            vector(text).map(Some).map_err(|problem| table.wrong(row, column, problem))
        }
    }
}

/// Three numbers in one text, "[x, y, z]" or "x y z".
fn vector(text: &str) -> Result<Gaze, String> {
    let parts = text.split(|c: char| c.is_whitespace() || "[](),;".contains(c));
    let numbers: Result<Vec<f32>, _> =
        parts.filter(|part| !part.is_empty()).map(str::parse).collect();
    match numbers.as_deref() {
        Ok(&[x, y, z]) if [x, y, z].iter().all(|v| v.is_finite()) => direction([x, y, z]),
        _ => Err(format!("{text:?} is no direction of three numbers x, y, z")),
    }
}

fn direction([x, y, z]: [f32; 3]) -> Result<Gaze, String> {
    let vector = Vector3::new(x, y, z).map(f64::from);
    if vector.norm() == 0.0 {
        return Err("0, 0, 0 is no direction; leave out what is not known".to_owned());
    }
    if z >= 0.0 {
        return Err(format!(
            "a gaze with z = {z} looks away from the camera; x is right, y down, z forward, so z is \
             negative: turn the axes over"
        ));
    }
    Ok(Gaze::from_vector(vector))
}

/// Which eye a cell says; `None` where it is empty.
fn side(table: &Table, row: usize, column: usize) -> Result<Option<Side>, Error> {
    match table.cell(row, column).to_lowercase().as_str() {
        "" => Ok(None),
        "left" | "l" => Ok(Some(Side::Left)),
        "right" | "r" => Ok(Some(Side::Right)),
        text => {
            let problem = format!("{text:?} is no side; give left or right, or nothing");
            Err(table.wrong(row, column, problem))
        }
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

#[cfg(test)]
#[path = "labels_tests.rs"]
mod tests;
