//! Which exit code a failure gets.
//!
//! 0 done · 2 wrong arguments · 130 stopped by Ctrl-C · 1 any other error. `render` and `refine` tell two
//! kinds of error apart for whoever starts them again and again: 75 (EX_TEMPFAIL) may pass, 42 will not.

use crate::args::{Command, RenderWhat};
use crate::interrupt;
use anyhow::Error;

/// May pass: another process at work, a full disk, a network that is away, a stop.
const RETRY: u8 = 75;
/// Will be the same next time: settings, rights, files that no repetition mends.
const PERMANENT: u8 = 42;
const FAILURE: u8 = 1;

/// The codes of a command.
pub struct Codes {
    stopped: u8,
    tells_kinds: bool,
}

impl Codes {
    /// Those of this command.
    pub fn of(command: &Command) -> Self {
        let shards = match command {
            Command::Render(args) => match &args.what {
                RenderWhat::Eyes(args) => args.common.shards,
                RenderWhat::Hands(args) => args.common.shards,
            },
            Command::Refine(args) => args.shards,
            _ => return Self { stopped: interrupt::EXIT_CODE, tells_kinds: false },
        };
        // What is cut into shards is run by a scheduler, which stops a task by SIGTERM to run it
        // elsewhere; 130 would read as a failure of the task.
        let stopped = if shards.is_some() { RETRY } else { interrupt::EXIT_CODE };
        Self { stopped, tells_kinds: true }
    }

    /// The code of this error.
    pub fn code(&self, error: &Error) -> u8 {
        if error.is::<interrupt::Interrupted>() {
            return self.stopped;
        }
        if !self.tells_kinds {
            return FAILURE;
        }
        let transient = error.chain().any(|cause| {
            let stored = cause.downcast_ref::<pipeline::Error>();
            let refused = cause.downcast_ref::<std::io::Error>();
            let locked = cause.downcast_ref::<durable::Error>();
            stored.is_some_and(pipeline::Error::is_transient)
                || matches!(locked, Some(durable::Error::Busy { .. }))
                || refused.is_some_and(pipeline::may_pass)
        });
        if transient { RETRY } else { PERMANENT }
    }
}
