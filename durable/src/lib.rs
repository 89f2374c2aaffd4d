//! Files and folders that are there whole or not at all, whatever happens to the program that writes
//! them or to the machine.
//!
//! | what | how |
//! | --- | --- |
//! | one file, replaced or made | [`write`], [`StagedFile`] |
//! | one file that must say the same as before | [`create`] |
//! | a new folder of any files | [`StagedFolder`] |
//! | a folder that takes the place of an older one | [`replace_folder`] |
//! | one process at a time in a folder | [`FolderLock`] |
//! | a text that knows whether it was changed | [`seal`] |
//!
//! What is written grows under a hidden name beside its place and is renamed into it. Files, and the
//! folders that name them, are flushed to the disk by the very calls that put them into place, so no
//! caller can forget it. What grows is locked: the operating system lets go of a lock when its process
//! ends, however it ends, so the next run knows what a killed one left, takes it over or removes it,
//! and leaves alone what it does not know.
//!
//! ```
//! let folder = tempfile::tempdir()?;
//! let report = folder.path().join("report.json");
//! durable::write(&report, b"{}")?;
//!
//! // One process at a time.
//! let lock = durable::FolderLock::take(&folder.path().join("run"))?;
//! let second = durable::FolderLock::take(&folder.path().join("run"));
//! assert!(second.is_err_and(|error| error.to_string().contains("another process is at work")));
//! drop(lock);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Some network file systems have no locks. There, each process works under names of its own, and what
//! killed ones leave has to be deleted by hand.

mod error;
mod file;
mod folder;
mod lock;
mod names;
mod read;
mod replace;
pub mod seal;
mod sync;

pub use error::Error;
pub use file::{Created, StagedFile, create, write};
pub use folder::StagedFolder;
pub use lock::FolderLock;
pub use names::clear_leftovers;
pub use read::{open, read, read_text};
pub use replace::{discard, folders, remove_folder, replace_folder, standing, tidy};
pub use sync::create_folder;
