//! Images that lie within a table, as files in cells: Hugging Face's Parquet. Who reads the table is not
//! known here; rows come in.

use crate::account::Account;
use crate::columns::like_gaze;
use crate::error::Error;
use crate::folder::{FolderOptions, sample};
use crate::table::Table;
use crate::{image, labels};
use rayon::prelude::*;
use simulator::sample::{Domain, Eye, Sample, SampleId};
use std::path::Path;

/// Rows of a table with an image in each.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rows {
    /// The names of the columns beside the image.
    pub columns: Vec<String>,
    /// An image file, its name as far as it is known, and the cells.
    pub rows: Vec<Row>,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row {
    /// The bytes of an image file.
    pub image: Vec<u8>,
    /// Its name.
    pub name: Option<String>,
    /// The cells of the other columns, as they would stand in a CSV.
    pub cells: Vec<String>,
}

/// The samples of these rows of `path`, whose ids count from `first`; the account of the columns that a
/// data set has no place for grows with them.
///
/// # Errors
/// [`Error::Label`] for a cell that can't be used; in the list [`Error::Image`] or [`Error::Binary`] for
/// an image that can't be read.
pub fn samples(
    path: &Path,
    rows: Rows,
    first: u64,
    options: &FolderOptions,
    account: &mut Account,
) -> Result<Vec<Result<Sample<Eye>, Error>>, Error> {
    image::check_size(options.size)?;
    let (cells, images): (Vec<_>, Vec<_>) =
        rows.rows.into_iter().map(|row| (row.cells, (row.name, row.image))).unzip();
    let table = Table::of_cells(path, &rows.columns, cells);
    let labels::Rows { rows, extra } = labels::embedded(&table, &options.labels.columns)?;
    let doubtful = like_gaze(&table);
    let untold = rows.iter().all(|(_, row)| row.gaze.is_none()) && !doubtful.is_empty();
    if first == 0 && untold {
        account.notes.push(format!(
            "nobody tells the unit of the columns {}, so no image has a gaze: if they are radians, give \
             --columns pitch=NAME,yaw=NAME; if degrees, pitch_deg=NAME,yaw_deg=NAME",
            doubtful.join(", ")
        ));
    }
    if first == 0 {
        account.extra_columns = extra;
    }
    for (k, (_, row)) in rows.iter().enumerate() {
        account.extra.insert(SampleId(first + k as u64), row.extra.clone());
    }
    let load = |(k, ((name, bytes), (_, row))): (usize, (_, (_, labels::Row)))| {
        let (name, bytes): (Option<String>, Vec<u8>) = (name, bytes);
        let id = SampleId(first + k as u64);
        let name = name.unwrap_or_else(|| format!("{}#{id}", crate::beside::name_of(path)));
        if image::is_deep_grey_bytes(&bytes) {
            let problem = "it is 16-bit grey, as depth is: depth hands in Parquet are not read; save them as \
                           PNG files, or eyes in 8 bits";
            let path = path.join(&name);
            return Err(Error::Image { path, problem: problem.to_owned() });
        }
        let frame = image::load_bytes(&path.join(&name), &bytes, options.size)?;
        let domain = row.domain.unwrap_or(Domain::Real);
        Ok(Sample { id, domain, ..sample(frame, row, &name, options) })
    };
    Ok(images
        .into_iter()
        .zip(rows)
        .enumerate()
        .collect::<Vec<_>>()
        .into_par_iter()
        .map(load)
        .collect())
}

/// An account of a table of images.
pub fn account() -> Account {
    Account::of("images in Parquet")
}
