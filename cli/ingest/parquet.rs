//! Parquet of other people: pipeline reads the rows, datasets knows what they mean.

use super::store::Source;
use anyhow::Result;
use datasets::embedded::{self, Row, Rows};
use datasets::folder::FolderOptions;
use datasets::{Account, Error};
use pipeline::ForeignRows;
use simulator::sample::{Domain, Eye, Sample};
use std::path::{Path, PathBuf};
use std::vec;

/// The samples in all Parquet files of a path.
pub struct ParquetSamples {
    files: vec::IntoIter<PathBuf>,
    open: Option<(PathBuf, ForeignRows)>,
    options: FolderOptions,
    next_id: u64,
    ready: vec::IntoIter<Result<Sample<Eye>, Error>>,
    account: Account,
}

/// Opens them, and reads the first rows.
pub fn read(source: &Path, options: FolderOptions) -> Result<ParquetSamples> {
    let mut samples = ParquetSamples {
        files: datasets::parquet_files(source).into_iter(),
        open: None,
        options,
        next_id: 0,
        ready: Vec::new().into_iter(),
        account: embedded::account(),
    };
    samples.refill()?;
    Ok(samples)
}

impl ParquetSamples {
    /// Where the pixels come from, as the first row says.
    pub fn domain(&self) -> Domain {
        let mut read = self.ready.as_slice().iter().flatten();
        read.next().map_or(Domain::Real, |sample| sample.domain)
    }

    /// The next rows; none at the end.
    fn refill(&mut self) -> Result<()> {
        loop {
            if self.open.is_none() {
                let Some(path) = self.files.next() else { return Ok(()) };
                let rows = ForeignRows::open(&path)?;
                for column in rows.left_out() {
                    let note =
                        format!("{}: column {column} is no text and left out", path.display());
                    self.account.notes.push(note);
                }
                self.open = Some((path, rows));
            }
            let Some((path, foreign)) = &mut self.open else { return Ok(()) };
            let Some(rows) = foreign.next() else {
                self.open = None;
                continue;
            };
            let rows = rows?.into_iter();
            let rows: Vec<Row> =
                rows.map(|r| Row { image: r.image, name: r.name, cells: r.cells }).collect();
            let (first, count) = (self.next_id, rows.len() as u64);
            let rows = Rows { columns: foreign.columns(), rows };
            let samples = embedded::samples(path, rows, first, &self.options, &mut self.account)?;
            self.next_id += count;
            self.ready = samples.into_iter();
            return Ok(());
        }
    }
}

impl Iterator for ParquetSamples {
    type Item = Result<Sample<Eye>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ready.len() == 0
            && let Err(error) = self.refill()
        {
            // What pipeline says of its file is of all of it.
            let (path, problem) = match &self.open {
                Some((path, _)) => (path.clone(), error.to_string()),
                None => (PathBuf::new(), error.to_string()),
            };
            self.files = Vec::new().into_iter();
            self.open = None;
            return Some(Err(Error::Table { path, problem }));
        }
        self.ready.next()
    }
}

impl Source<Eye> for ParquetSamples {
    fn account(&self) -> &Account {
        &self.account
    }
}
