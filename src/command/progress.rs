//! Progress: a bar on a terminal, plain lines elsewhere.

use super::console::Console;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;

/// The progress of one step of a run.
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// A step of `length` units (bytes where `bytes`, else parts). Silent when quiet.
    pub fn start(console: Console, what: &str, length: u64, bytes: bool) -> Self {
        if !console.draws() || !std::io::stderr().is_terminal() {
            console.say(what);
            return Self { bar: ProgressBar::hidden() };
        }
        let template = if bytes {
            "{msg} [{bar:30}] {bytes}/{total_bytes} {bytes_per_sec} {eta}"
        } else {
            "{msg} [{bar:30}] {pos}/{len} {eta}"
        };
        let bar = ProgressBar::new(length).with_message(what.to_string());
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        Self { bar }
    }

    pub fn advance(&self, by: u64) {
        self.bar.inc(by);
    }

    /// Ends the step and takes the bar away.
    pub fn done(self) {
        self.bar.finish_and_clear();
    }
}
