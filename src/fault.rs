//! Fault points: named places where a test ends the process as a crash would, and named
//! sabotages that a proof must notice. Armed once, by `main`; release builds have none.
//!
//! What is armed is a list: `lake.after_stage` strikes the first time it is passed,
//! `lake.after_stage@3` the third, `any@17` at the 17th point passed whatever its name. `trace`
//! strikes nowhere and tells every point on standard error.

use std::io::Write;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

static ARMED: OnceLock<Vec<Armed>> = OnceLock::new();

#[derive(Debug)]
struct Armed {
    name: String,
    pass: u32,
    passed: AtomicU32,
}

impl Armed {
    fn parse(text: &str) -> Self {
        let split = text.rsplit_once('@').and_then(|(name, pass)| Some((name, pass.parse().ok()?)));
        let (name, pass) = split.unwrap_or((text, 1));
        Self { name: name.into(), pass, passed: AtomicU32::new(0) }
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

/// Ends the process here, without a word and without clean-up, when this point is armed.
pub fn point(name: &str) {
    for armed in ARMED.get().into_iter().flatten() {
        if armed.name == "trace" {
            let _ = writeln!(std::io::stderr(), "fault point: {name}");
        } else if armed.strikes(name) {
            std::process::abort();
        }
    }
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
            assert_eq!((armed.name.as_str(), armed.pass), (name, pass));
        }
    }

    #[test]
    fn any_counts_every_point_and_a_name_its_own() {
        let (any, one) = (Armed::parse("any@3"), Armed::parse("b@2"));
        let struck = |armed: &Armed| ["a", "b", "c", "b"].map(|point| armed.strikes(point));
        assert_eq!(struck(&any), [false, false, true, false]);
        assert_eq!(struck(&one), [false, false, false, true]);
    }
}
