//! What the process says: answers and progress on standard output, problems on standard error; or, for programs, all
//! but the answers as one JSON object a line on standard error.

use crate::cli::LogFormat;
use crate::focus::BillingMonth;
use crate::ledger::{Level, Told};
use crate::{Error, Result};
use std::io::{ErrorKind, Write, stderr, stdout};
use std::sync::{Mutex, OnceLock, PoisonError};

/// The two streams of the process. A reader that went away (`costmill query … | head`) is no error.
#[derive(Debug, Clone, Copy)]
pub struct Console {
    /// Say only answers and problems.
    pub quiet: bool,
    log: LogFormat,
    heard: &'static Heard,
}

/// What was told so far, and what is known of what will be.
#[derive(Debug, Default)]
struct Heard {
    told: Mutex<Vec<Told>>,
    about: Mutex<Vec<(Error, About)>>,
    sources: OnceLock<Vec<String>>,
}

/// What an error is about, where its words do not say it.
#[derive(Debug, Clone, Default)]
pub struct About {
    pub source: Option<String>,
    pub month: Option<BillingMonth>,
    /// Something due is not there yet.
    pub late: bool,
}

impl Console {
    /// One for a process: what it hears is kept to the end.
    pub fn new(quiet: bool, log: LogFormat) -> Self {
        Self { quiet, log, heard: Box::leak(Box::default()) }
    }

    /// May a bar be drawn on standard error?
    pub fn draws(self) -> bool {
        !self.quiet && self.log == LogFormat::Text
    }

    /// A line about what is being done; left out when quiet. That it cannot be written stops nothing.
    pub fn say(self, line: &str) {
        match self.log {
            _ if self.quiet => {}
            LogFormat::Text => {
                let _ = writeln!(stdout().lock(), "{line}");
            }
            LogFormat::Json => self.log("info", &line_of(line)),
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
        let told = self.told_of(error);
        match self.log {
            LogFormat::Text => {
                let _ = writeln!(stderr().lock(), "error: {error}");
            }
            LogFormat::Json => self.log("error", &told),
        }
        lock(&self.heard.told).push(told);
    }

    /// `warning: …`, for what a run goes on past.
    pub fn warning(self, line: &str) {
        let told = line_of(line);
        match self.log {
            LogFormat::Text => {
                let _ = writeln!(stderr().lock(), "warning: {line}");
            }
            LogFormat::Json => self.log("warning", &told),
        }
        lock(&self.heard.told).push(told);
    }

    /// Notes what an error is about that will be told, or that nobody tells because it stops nothing.
    pub fn know(self, error: &Error, about: About) {
        lock(&self.heard.about).push((error.clone(), about));
    }

    /// The ids of the configured sources: a place names one of these or none.
    pub fn know_sources(self, ids: impl Iterator<Item = String>) {
        let _ = self.heard.sources.set(ids.collect());
    }

    /// All that was told, in its order.
    pub fn heard(self) -> Vec<Told> {
        lock(&self.heard.told).clone()
    }

    fn told_of(self, error: &Error) -> Told {
        let problem = error.problem();
        let known = lock(&self.heard.about).iter().rfind(|(known, _)| known == error).map(|(_, about)| about.clone());
        let About { source, month, late } = known.unwrap_or_default();
        let (named, named_month) = named_slot(&problem.place);
        Told {
            level: Level::Error,
            kind: Some(kind(error).into()),
            place: problem.place.clone(),
            what: problem.what.clone(),
            remedy: problem.remedy.clone(),
            source: source.or(named.filter(|id| self.heard.sources.get().is_some_and(|ids| ids.contains(id)))),
            billing_period: month.or(named_month),
            late,
        }
    }

    /// The only clock of a log line is the process's own: no data depends on it.
    fn log(self, level: &str, told: &Told) {
        let time = chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
        let mut line = serde_json::json!({ "time": time, "level": level, "message": told.what });
        let texts = [("place", &told.place), ("remedy", &told.remedy)];
        for (key, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
            line[key] = serde_json::json!(text);
        }
        for (key, text) in [("kind", &told.kind), ("source", &told.source)] {
            if let Some(text) = text {
                line[key] = serde_json::json!(text);
            }
        }
        if let Some(month) = told.billing_period {
            line["period"] = serde_json::json!(month);
        }
        let _ = writeln!(stderr().lock(), "{line}");
    }
}

/// Who can put an error right, in one word.
pub fn kind(error: &Error) -> &'static str {
    match error {
        Error::Settings(_) => "settings",
        Error::Source(_) => "source",
        Error::Catalogue(_) => "catalogue",
        Error::Lake(_) => "lake",
        Error::Tie(_) => "tie",
        Error::Bug(_) => "bug",
    }
}

fn line_of(line: &str) -> Told {
    Told {
        level: Level::Warning,
        kind: None,
        place: String::new(),
        what: line.to_string(),
        remedy: String::new(),
        source: None,
        billing_period: None,
        late: false,
    }
}

/// The slot that a place begins with: `aws 2026-10, sub account …`, or a billing period alone.
fn named_slot(place: &str) -> (Option<String>, Option<BillingMonth>) {
    let mut words = place.split([' ', ',', ':']);
    let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    match (first.parse(), second.parse()) {
        (Ok(month), _) => (None, Some(month)),
        (_, Ok(month)) => (Some(first.to_string()), Some(month)),
        _ => (None, None),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_says_whose_it_is_where_it_begins_with_a_slot() {
        let month = |text: &str| text.parse::<BillingMonth>().ok();
        for (place, source, period) in [
            ("aws 2026-10, sub account 1, USD", Some("aws"), "2026-10"),
            ("aws 2026-10: /lake/part", Some("aws"), "2026-10"),
            ("2026-10, sub account 1, USD", None, "2026-10"),
            ("exports/2026-10/x.csv, row 2", None, ""),
            ("costmill.toml, line 3", None, ""),
            ("", None, ""),
        ] {
            assert_eq!(named_slot(place), (source.map(str::to_string), month(period)), "{place}");
        }
    }

    #[test]
    fn what_is_known_of_an_error_goes_with_it() {
        let console = Console::new(true, LogFormat::Text);
        let error = Error::source("s3://bills/m.json", "is not there yet", "wait");
        console.know(&error, About { source: Some("aws".into()), month: "2026-11".parse().ok(), late: true });
        let told = console.told_of(&error);
        assert_eq!((told.source.as_deref(), told.late, told.kind.as_deref()), (Some("aws"), true, Some("source")));
        assert!(!console.told_of(&Error::source("s3://bills/m.json", "is gone", "")).late);
        console.know_sources(["aws".to_string()].into_iter());
        let source = |place: &str| console.told_of(&Error::settings(place, "is wrong", "")).source;
        assert_eq!((source("--period 2026-11"), source("aws 2026-11").as_deref()), (None, Some("aws")));
    }
}
