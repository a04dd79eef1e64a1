//! What the process says: answers and progress on standard output, problems on standard error.

use crate::{Error, Result};
use std::io::{ErrorKind, Write, stderr, stdout};

/// The two streams of the process. A reader that went away (`costmill query … | head`) is no error.
#[derive(Debug, Clone, Copy)]
pub struct Console {
    /// Say only answers and problems.
    pub quiet: bool,
}

impl Console {
    /// A line about what is being done; left out when quiet. That it cannot be written stops nothing.
    pub fn say(self, line: &str) {
        if !self.quiet {
            let _ = writeln!(stdout().lock(), "{line}");
        }
    }

    /// What was asked for, written as it is. Fails when standard output does, a closed pipe excepted.
    pub fn answer(self, text: &str) -> Result<()> {
        let mut stream = stdout().lock();
        match stream.write_all(text.as_bytes()).and_then(|()| stream.flush()) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Error::lake(
                "standard output",
                format!("cannot be written: {error}"),
                "check the disk or the program that standard output goes to",
            )),
            _ => Ok(()),
        }
    }

    /// `error: …` with place and remedy.
    pub fn problem(self, error: &Error) {
        let _ = writeln!(stderr().lock(), "error: {error}");
    }

    /// `warning: …`, for what a run goes on past.
    pub fn warning(self, line: &str) {
        let _ = writeln!(stderr().lock(), "warning: {line}");
    }
}
