//! What the user sees while a command runs. Progress goes to stderr, results to stdout.
//!
//! All lines go through [`out`] and [`tell`]: a reader that has gone away or a log on a full disk ends no
//! run.

use indicatif::{HumanDuration, MultiProgress, ProgressBar, ProgressStyle};
use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// How often a line is printed where stderr is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(20);

/// All bars, so that those of stations that run beside each other stand below each other.
static BARS: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);

/// One station of a command: a bar on a terminal, a line now and then in a log.
pub struct Progress {
    bar: ProgressBar,
    name: String,
    total: u64,
    started: Instant,
    printed: Instant,
    /// The first count that was heard of, and when.
    first: Option<(u64, Instant)>,
}

impl Progress {
    /// Starts a station of `total` steps, each called a `unit` ("images", "steps").
    pub fn start(name: &str, total: u64, unit: &str) -> Self {
        let template = format!("{{prefix:>10}} {{bar:28}} {{pos}}/{{len}} {unit}  {{msg}}");
        let style = ProgressStyle::with_template(&template)
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .progress_chars("━╸ ");
        let bar = ProgressBar::new(total).with_style(style).with_prefix(name.to_owned());
        let bar = BARS.add(bar);
        let now = Instant::now();
        Self { bar, name: name.to_owned(), total, started: now, printed: now, first: None }
    }

    /// `done` steps are done; `message` says how it goes.
    pub fn set(&mut self, done: u64, message: &str) {
        let pace = self.pace(done);
        self.show(done, &pace, message);
    }

    /// As [`Self::set`]; on a terminal `lines` stand under the bar, and the message in a log alone.
    pub fn set_live(&mut self, done: u64, message: &str, lines: impl FnOnce() -> Vec<String>) {
        let pace = self.pace(done);
        match self.bar.is_hidden() {
            true => self.show(done, &pace, message),
            false => self.show(done, &pace, &format!("\n{}", lines().join("\n"))),
        }
    }

    fn show(&mut self, done: u64, pace: &str, message: &str) {
        self.bar.set_position(done);
        self.bar.set_message(format!("{pace}{message}"));
        if !std::io::stderr().is_terminal() && self.printed.elapsed() >= LINE_EVERY {
            self.printed = Instant::now();
            tell(format_args!("{:>10} {done}/{}  {pace}{message}", self.name, self.total));
        }
    }

    /// Steps a second and the time left, as soon as there are two looks to compare: the first may be
    /// at the steps of an earlier run. Over the whole station, because work comes in blocks, between
    /// which a shorter mean would jump.
    fn pace(&mut self, done: u64) -> String {
        let (first, since) = *self.first.get_or_insert((done, Instant::now()));
        let rate = done.saturating_sub(first) as f64 / since.elapsed().as_secs_f64().max(1e-3);
        if rate == 0.0 {
            return String::new();
        }
        let left = self.total.saturating_sub(done) as f64 / rate;
        let left = HumanDuration(Duration::from_secs(left.min(1e9) as u64));
        let digits = if rate < 10.0 { 1 } else { 0 };
        format!("{rate:.digits$}/s  {left} left  ")
    }

    /// A line that stays, beside the bar.
    pub fn note(&self, name: &str, text: &str) {
        BARS.suspend(|| note(name, text));
    }

    /// The station is over; `result` says in a line what it made.
    pub fn finish(self, result: &str) {
        self.bar.finish_and_clear();
        BARS.remove(&self.bar);
        let seconds = self.started.elapsed().as_secs_f64();
        BARS.suspend(|| tell(format_args!("{:>10} {result} ({seconds:.1} s)", self.name)));
    }
}

/// A line about a station that has nothing to do or takes no time.
pub fn note(name: &str, text: &str) {
    tell(format_args!("{name:>10} {text}"));
}

/// Prints lines of a result on stdout.
pub fn out(text: fmt::Arguments<'_>) {
    print(&mut io::stdout().lock(), text);
}

/// Prints lines about how it goes on stderr.
pub fn tell(text: fmt::Arguments<'_>) {
    print(&mut io::stderr().lock(), text);
}

/// As `println!`, which panics where nobody listens.
macro_rules! say {
    ($($text:tt)*) => { $crate::console::out(format_args!($($text)*)) };
}
pub(crate) use say;

fn print(out: &mut impl Write, text: fmt::Arguments<'_>) {
    let line = format!("{}\n", plain(&text.to_string()));
    // There is nobody to tell.
    let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush());
}

/// A text whose control characters are written out: names of files may hold sequences that command a
/// terminal.
fn plain(text: &str) -> String {
    let shown = |c: char| match c.is_control() && c != '\n' && c != '\t' {
        true => c.escape_unicode().to_string(),
        false => c.to_string(),
    };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_commands_a_terminal_is_written_out() {
        assert_eq!(plain("a\u{1b}[2Jb\r\n\tc°\u{9b}"), "a\\u{1b}[2Jb\\u{d}\n\tc°\\u{9b}");
    }

    /// A disk that is full.
    struct Full;

    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::StorageFull.into())
        }
    }

    #[test]
    fn printing_to_a_full_disk_is_no_error() {
        print(&mut Full, format_args!("lost"));
    }
}
