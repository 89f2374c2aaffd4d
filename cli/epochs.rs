//! A training in epochs, on the console.

use crate::console::Progress;
use crate::interrupt;
use trainer::{Control, EpochObserver, EpochReport};

/// The progress of a training that runs in epochs; Ctrl-C stops it.
pub struct Epochs(Progress);

impl Epochs {
    /// Starts a training of this many epochs.
    pub fn start(stage: &str, epochs: usize) -> Self {
        Self(Progress::start(stage, epochs as u64, "epochs"))
    }

    /// The training is over; `result` says in a line what it gave.
    pub fn finish(self, result: &str) {
        self.0.finish(result);
    }
}

impl EpochObserver for Epochs {
    fn poll(&mut self) -> Control {
        if interrupt::asked() { Control::Stop } else { Control::Continue }
    }

    fn epoch(&mut self, report: &EpochReport) -> Control {
        let (loss, rate) = (report.loss, report.images_per_second);
        self.0.set(report.epoch as u64, &format!("loss {loss:.4}, {rate:.0} images/s"));
        Control::Continue
    }
}
