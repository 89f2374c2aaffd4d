//! What the user sees while a command runs. Progress goes to stderr, results to stdout.

use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// How often a line is printed where stderr is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(20);

/// One station of a command: a bar on a terminal, a line now and then in a log.
pub struct Progress {
    bar: ProgressBar,
    name: String,
    total: u64,
    started: Instant,
    printed: Instant,
}

impl Progress {
    /// Starts a station of `total` steps, each called a `unit` ("images", "steps").
    pub fn start(name: &str, total: u64, unit: &str) -> Self {
        let template = format!(
            "{{prefix:>10}} {{bar:28}} {{pos}}/{{len}} {unit}  {{per_sec}}  {{eta}} left  {{msg}}"
        );
        let style = ProgressStyle::with_template(&template)
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .progress_chars("━╸ ");
        let bar = ProgressBar::new(total).with_style(style).with_prefix(name.to_owned());
        let now = Instant::now();
        Self { bar, name: name.to_owned(), total, started: now, printed: now }
    }

    /// `done` steps are done; `message` says how it goes.
    pub fn set(&mut self, done: u64, message: &str) {
        self.bar.set_position(done);
        self.bar.set_message(message.to_owned());
        if !std::io::stderr().is_terminal() && self.printed.elapsed() >= LINE_EVERY {
            self.printed = Instant::now();
            eprintln!("{:>10} {done}/{} {message}", self.name, self.total);
        }
    }

    /// The station is over; `result` says in a line what it made.
    pub fn finish(self, result: &str) {
        self.bar.finish_and_clear();
        let seconds = self.started.elapsed().as_secs_f64();
        eprintln!("{:>10} {result} ({seconds:.1} s)", self.name);
    }
}

/// A line about a station that has nothing to do or takes no time.
pub fn note(name: &str, text: &str) {
    eprintln!("{name:>10} {text}");
}
