//! Where something stands in the config file, and which known name a wrong one was meant to be.

use crate::Error;
use std::ops::Range;
use std::path::PathBuf;

/// The text of a config file with its name, to turn byte ranges into lines.
pub(super) struct ConfigText {
    pub path: PathBuf,
    pub text: String,
}

impl ConfigText {
    /// A settings error at a byte range: `costmill.toml:12`.
    pub fn error(&self, at: &Range<usize>, what: impl Into<String>, remedy: impl Into<String>) -> Error {
        Error::settings(format!("{}:{}", self.path.display(), self.line(at)), what, remedy)
    }

    /// A settings error about the file as a whole.
    pub fn error_in_file(&self, what: impl Into<String>, remedy: impl Into<String>) -> Error {
        Error::settings(self.path.display().to_string(), what, remedy)
    }

    /// The line of a byte range's start; the first line is 1.
    pub fn line(&self, at: &Range<usize>) -> usize {
        1 + self.text.as_bytes().iter().take(at.start).filter(|byte| **byte == b'\n').count()
    }
}

/// The known name that a wrong one resembles most, if any does.
pub(super) fn nearest<'a>(wrong: &str, known: &[&'a str]) -> Option<&'a str> {
    let likeness = |name: &str| strsim::jaro_winkler(&wrong.to_lowercase(), &name.to_lowercase());
    let best = known.iter().copied().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(best) > 0.75).then_some(best)
}

/// "did you mean `lake`?", or the whole list when nothing comes near.
pub(super) fn suggestion(wrong: &str, known: &[&str]) -> String {
    match nearest(wrong, known) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("use one of {}", backticked(known)),
    }
}

fn backticked(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_or_all_of_them() {
        let known = ["lake", "output", "memory_limit"];
        assert_eq!(suggestion("memory-limit", &known), "did you mean `memory_limit`?");
        assert_eq!(suggestion("Lake", &known), "did you mean `lake`?");
        assert_eq!(suggestion("zzz", &known), "use one of `lake`, `output`, `memory_limit`");
    }

    #[test]
    fn lines_count_from_one() {
        let config = ConfigText { path: "c.toml".into(), text: "a\nb\nc".into() };
        assert_eq!((config.line(&(0..1)), config.line(&(2..3)), config.line(&(4..5))), (1, 2, 3));
    }
}
