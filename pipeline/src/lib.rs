//! Samples in Parquet: written whole, read in order or shuffled.
//!
//! A data set is a folder: Parquet files in `data/`, a `manifest.json` that says what made them and
//! holds a hash of every stretch of them, and a `README.md`. pandas, Polars, DuckDB and PyArrow open
//! it with no plug-in, and `datasets.load_dataset(folder)` shows its `image` column as images. The
//! columns stand in one table, [`schema`].
//!
//! The one design decision: **nothing is half there, and nothing is read unchecked.** A data set
//! grows beside its place and is renamed into it at the end, so whatever a killed run leaves is no
//! data set. Each row group is hashed before it is parsed, because the Parquet library that we use
//! writes no checksums and would hand out a flipped bit as a pixel.
//!
//! # Write
//!
//! ```
//! use pipeline::{DatasetWriter, Origin};
//! use simulator::sample::{Domain, Eye, EyeLabel, Frame, Gaze, Sample, SampleId};
//!
//! # let folder = tempfile::tempdir()?;
//! # let dir = folder.path().join("eyes");
//! let origin = Origin {
//!     domain: Domain::Real,
//!     made_by: "my camera".into(),
//!     config: serde_json::Value::Null,
//!     seed: None,
//! };
//! let mut writer = DatasetWriter::<Eye>::create(&dir, origin)?;
//! for id in 0..100 {
//!     let frame = Frame::from_fn(60, 36, |x, y| (x + y + id as usize) as u8);
//!     let gaze = Some(Gaze { pitch: 0.001 * id as f32, yaw: 0.0 });
//!     let label = EyeLabel { gaze, ..EyeLabel::default() };
//!     writer.write(&Sample { id: SampleId(id), domain: Domain::Real, frame, label })?;
//! }
//! let dataset = writer.finish()?;
//! assert_eq!(dataset.len(), 100);
//!
//! // # Read in order of id
//! let ids: Vec<u64> = dataset.samples().map(|sample| Ok(sample?.id.0)).collect::<Result<_, pipeline::Error>>()?;
//! assert!(ids.iter().copied().eq(0..100));
//!
//! // # Read shuffled, endlessly, from any position
//! let seed = 7;
//! let tenth = dataset.shuffled(seed, 0).nth(10).expect("endless")?;
//! let resumed = dataset.shuffled(seed, 10).next().expect("endless")?;
//! assert_eq!(tenth, resumed);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Check
//!
//! [`Dataset::verify`] reads all bytes against the hashes, for instance after a copy.

mod agreement;
mod cells;
mod columns;
mod dataset;
mod error;
mod eye;
mod hand;
mod image;
mod in_order;
mod label;
mod manifest;
mod pin;
mod readme;
pub mod schema;
mod shard;
mod shard_writer;
mod sharded;
mod shuffle;
mod survey;
mod table;
mod without;
mod writer;

pub use columns::Columns;
pub use dataset::{Dataset, Samples};
pub use error::{Error, may_pass};
pub use image::{ImageCodec, MAX_SIDE_PX};
pub use manifest::{Manifest, Origin, RowGroup, Shard};
pub use pin::{Pinned, pin};
pub use schema::Column;
pub use sharded::{Job, ShardedWriter};
pub use shuffle::Shuffled;
pub use survey::{ColumnSurvey, Found, MAX_TEXTS, Survey};
pub use table::{Cells, Table};
pub use writer::{DatasetWriter, WriterOptions};
