//! Ctrl-C: the first asks the running station to stop at its next safe point, the second ends the
//! program at once.

use anyhow::{Context, Result};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};

static ASKED: AtomicBool = AtomicBool::new(false);

/// The exit code of a program that was stopped by SIGINT, by convention of shells.
pub const EXIT_CODE: u8 = 130;

/// Listens for Ctrl-C and SIGTERM from now on.
pub fn listen() -> Result<()> {
    ctrlc::set_handler(|| {
        if ASKED.swap(true, Ordering::SeqCst) {
            std::process::exit(EXIT_CODE.into());
        }
        crate::console::tell(format_args!(
            "\nstopping at the next safe point; press Ctrl-C again to end at once"
        ));
    })
    .context("could not listen for Ctrl-C")
}

/// Whether a stop was asked for.
pub fn asked() -> bool {
    ASKED.load(Ordering::SeqCst)
}

/// Ends the command here if a stop was asked for.
pub fn check() -> Result<()> {
    if asked() { Err(Interrupted.into()) } else { Ok(()) }
}

/// The command was stopped by the user; what it had finished stays.
#[derive(Debug)]
pub struct Interrupted;

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("stopped; the same command goes on where this one was")
    }
}

impl std::error::Error for Interrupted {}
