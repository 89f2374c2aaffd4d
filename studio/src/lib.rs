//! The pictures and pages a person looks at.
//!
//! This crate computes no measurement. It gets frames, samples and numbers, and shows them: what it
//! draws can be wrong only if what it was given is. So the judge (`eval`) can be tested without a
//! picture, and a picture can be changed without a doubt about a number.
//!
//! # Look at frames
//!
//! [`sheet`] enlarges frames and lays them side by side.
//!
//! ```
//! use simulator::sample::{Eye, Frame};
//! use studio::sheet;
//!
//! let rendered = [Frame::from_fn(60, 36, |x, _| 4 * x as u8)];
//! let refined = [Frame::from_fn(60, 36, |x, y| 4 * x as u8 + y as u8 / 4)];
//! let change = [sheet::difference(&rendered[0], &refined[0])?];
//! let sheet = sheet::columns::<Eye>(
//!     &[("rendered", &rendered), ("refined", &refined), ("change", &change)],
//!     3,
//! );
//! assert!(sheet.width() > 3 * 3 * 60);
//! # Ok::<(), studio::Error>(())
//! ```
//!
//! # Look at labels
//!
//! [`overlay::with_labels`] draws on a sample's image what its label says: ellipses, lids, gaze; bones.
//!
//! # Look at numbers
//!
//! [`chart`] makes SVG: curves, drift around zero, shares within an error, distributions, bars.
//!
//! ```
//! use studio::chart::{self, Axes, Values};
//!
//! let svg = chart::cdf(
//!     &Axes::new("angular error (°)", "share of images within (%)"),
//!     &[
//!         Values::new("trained on rendered", [12.1, 4.0, 9.3]),
//!         Values::new("trained on refined", [7.0, 3.1, 8.8]),
//!     ],
//! )?;
//! assert!(svg.starts_with("<svg") && svg.contains("trained on refined"));
//! # Ok::<(), studio::Error>(())
//! ```
//!
//! # Hand it on
//!
//! [`Page`] binds them into one HTML file that needs no other.
//!
//! ```
//! use studio::{Block, Page, Section, Verdict};
//!
//! let page = Page::new("Did refining help?", "Two networks, one trained on each data set.")
//!     .verdict(
//!         Verdict::new("Gaze error on real images", "Mean of three seeds.")
//!             .number("9.1°", "trained on rendered")
//!             .number("7.4°", "trained on refined"),
//!     )
//!     .fact("images", "1200")
//!     .section(Section::new("Caveats", "").block(Block::note("One person only.")));
//! assert!(page.render()?.contains("7.4°"));
//! # Ok::<(), studio::Error>(())
//! ```

mod block;
pub mod chart;
mod error;
mod ink;
mod letter;
pub mod overlay;
pub mod page;
pub mod sheet;

pub use block::{Block, Picture};
pub use error::Error;
pub use page::{Page, Section, Verdict, is_page};
