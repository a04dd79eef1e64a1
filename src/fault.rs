//! Fault points: named places where a test ends the process as a crash would, and named
//! sabotages that a proof must notice. Armed once, by `main`; release builds have none.
//!
//! What is armed is a list: `lake.after_stage` strikes the first time it is passed,
//! `lake.after_stage@3` the third, `any@17` at the 17th point passed whatever its name. `trace`
//! strikes nowhere and tells every point on standard error. `lake.at_commit=/a/path` does not end the process: it says
//! that it is there in the pipe `/a/path.here` and waits for a byte in the pipe `/a/path.go`.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

static ARMED: OnceLock<Vec<Armed>> = OnceLock::new();

#[derive(Debug)]
struct Armed {
    name: String,
    pass: u32,
    /// Where a test waits for this process, and this process for the test.
    meeting: Option<String>,
    passed: AtomicU32,
}

impl Armed {
    fn parse(text: &str) -> Self {
        let (text, meeting) = text.split_once('=').map_or((text, None), |(text, at)| (text, Some(at.to_string())));
        let split = text.rsplit_once('@').and_then(|(name, pass)| Some((name, pass.parse().ok()?)));
        let (name, pass) = split.unwrap_or((text, 1));
        Self { name: name.into(), pass, meeting, passed: AtomicU32::new(0) }
    }

    /// Passes a point; is this the pass to strike at?
    fn strikes(&self, point: &str) -> bool {
        (self.name == point || self.name == "any") && self.passed.fetch_add(1, Ordering::SeqCst) + 1 == self.pass
    }
}

/// Arms fault points and sabotages, separated by commas, for the life of the process; a second
/// call changes nothing.
pub fn arm(names: Option<String>) {
    if let Some(names) = names.filter(|_| cfg!(debug_assertions)) {
        let _ = ARMED.set(names.split(',').map(Armed::parse).collect());
    }
}

/// Ends the process here, without a word and without clean-up, when this point is armed; or has it wait.
pub fn point(name: &str) {
    for armed in ARMED.get().into_iter().flatten() {
        if armed.name == "trace" {
            let _ = writeln!(std::io::stderr(), "fault point: {name}");
        } else if armed.strikes(name) {
            match &armed.meeting {
                // A test that cannot be met is no reason to go on as if it had been.
                Some(meeting) => meet(meeting).unwrap_or_else(|_| std::process::abort()),
                None => std::process::abort(),
            }
        }
    }
}

fn meet(at: &str) -> std::io::Result<()> {
    OpenOptions::new().write(true).open(format!("{at}.here"))?.write_all(b"here\n")?;
    File::open(format!("{at}.go"))?.read_exact(&mut [0])
}

/// Is this sabotage armed?
pub fn sabotage(name: &str) -> bool {
    ARMED.get().is_some_and(|armed| armed.iter().any(|armed| armed.name == name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_say_which_pass() {
        for (text, name, pass) in
            [("lake.after_stage", "lake.after_stage", 1), ("any@3", "any", 3), ("odd@name", "odd@name", 1)]
        {
            let armed = Armed::parse(text);
            assert_eq!((armed.name.as_str(), armed.pass, armed.meeting), (name, pass, None));
        }
        let armed = Armed::parse("lake.at_commit@2=/tmp/a");
        assert_eq!((armed.name.as_str(), armed.pass, armed.meeting.as_deref()), ("lake.at_commit", 2, Some("/tmp/a")));
    }

    #[test]
    fn any_counts_every_point_and_a_name_its_own() {
        let (any, one) = (Armed::parse("any@3"), Armed::parse("b@2"));
        let struck = |armed: &Armed| ["a", "b", "c", "b"].map(|point| armed.strikes(point));
        assert_eq!(struck(&any), [false, false, true, false]);
        assert_eq!(struck(&one), [false, false, false, true]);
    }
}
