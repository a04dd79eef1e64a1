//! Fault points: named places where a test ends the process as a crash would, and named
//! sabotages that a proof must notice. Armed once, by `main`; release builds have none.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

static ARMED: OnceLock<Armed> = OnceLock::new();
static PASSED: AtomicU32 = AtomicU32::new(0);

/// `lake.after_stage` strikes the first time it is reached, `lake.after_stage@3` the third.
#[derive(Debug, PartialEq, Eq)]
struct Armed {
    name: String,
    pass: u32,
}

impl Armed {
    fn parse(text: &str) -> Self {
        let split = text.rsplit_once('@').and_then(|(name, pass)| Some((name, pass.parse().ok()?)));
        let (name, pass) = split.unwrap_or((text, 1));
        Self { name: name.into(), pass }
    }
}

/// Arms one fault point or sabotage for the life of the process; a second call changes nothing.
pub fn arm(name: Option<String>) {
    if let Some(name) = name.filter(|_| cfg!(debug_assertions)) {
        let _ = ARMED.set(Armed::parse(&name));
    }
}

/// Ends the process here, without a word and without clean-up, when this point is armed.
pub fn point(name: &str) {
    if let Some(armed) = ARMED.get().filter(|armed| armed.name == name)
        && PASSED.fetch_add(1, Ordering::SeqCst) + 1 == armed.pass
    {
        std::process::abort();
    }
}

/// Is this sabotage armed?
pub fn sabotage(name: &str) -> bool {
    ARMED.get().is_some_and(|armed| armed.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_say_which_pass() {
        assert_eq!(Armed::parse("lake.after_stage"), Armed { name: "lake.after_stage".into(), pass: 1 });
        assert_eq!(Armed::parse("lake.after_stage@3"), Armed { name: "lake.after_stage".into(), pass: 3 });
        assert_eq!(Armed::parse("odd@name"), Armed { name: "odd@name".into(), pass: 1 });
    }
}
