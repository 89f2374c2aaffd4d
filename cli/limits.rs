//! What the system ends a process for, as an error of the call instead.

/// A file that would grow beyond the limit (`ulimit -f`) is an error that names it, as a full disk is, and
/// no signal that ends the program without a word.
#[cfg(unix)]
pub fn ignore_file_size_signal() {
    // SAFETY: no handler is installed, so nothing runs in one.
    unsafe { libc::signal(libc::SIGXFSZ, libc::SIG_IGN) };
}

/// Elsewhere there is no such signal.
#[cfg(not(unix))]
pub fn ignore_file_size_signal() {}
