//! `costmill doctor`: everything that a run needs, looked at; nothing is changed, here or there.
//!
//! A check is a function in a file of its own, and a line in [`CHECKS`].

mod api;
mod clock;
mod configuration;
mod deliver;
mod disk;
mod finding;
mod hook;
mod lake;
mod output;
mod schedule;
mod sources;

use super::console::Console;
use super::deliveries::location;
use crate::cli::{Doctor, DoctorFormat};
use crate::error::Result;
use crate::extract::{Examined, examine};
use crate::format;
use crate::lake::Lake;
use crate::settings::{Settings, Source};
use chrono::{DateTime, Utc};
use finding::{Findings, State};

/// Looks at one thing, and tells what it found.
type Check = fn(&Patient, &mut Findings);

/// Every check with its name, in the order in which they are told.
const CHECKS: [(&str, Check); 10] = [
    ("configuration", configuration::check),
    ("source", sources::check),
    ("clock", clock::check),
    ("lake", lake::check),
    ("output", output::check),
    ("disk", disk::check),
    ("api", api::check),
    ("deliver", deliver::check),
    ("hook", hook::check),
    ("schedule", schedule::check),
];

/// What is looked at.
struct Patient<'a> {
    settings: &'a Settings,
    now: DateTime<Utc>,
    /// Every source, looked at once for all checks.
    sources: Vec<(&'a Source, Result<Examined>)>,
    /// The lake, opened once; `None` where there is none yet.
    lake: Result<Option<Lake>>,
}

impl<'a> Patient<'a> {
    fn of(settings: &'a Settings) -> Self {
        let look = |source: &'a Source| {
            let format = format::find(&source.format)?;
            Some((source, examine(&location(source), format)))
        };
        let sources = settings.sources.iter().filter_map(look).collect();
        // It is there, so opening it makes nothing but, of one in a store, its cache.
        let lake = match Lake::exists(&settings.lake) {
            Ok(true) => Lake::open(&settings.lake).map(Some),
            Ok(false) => Ok(None),
            Err(error) => Err(error),
        };
        Self { settings, now: Utc::now(), sources, lake }
    }

    /// Those that could be asked at all.
    fn examined(&self) -> impl Iterator<Item = (&'a Source, &Examined)> {
        self.sources.iter().filter_map(|(source, examined)| Some((*source, examined.as_ref().ok()?)))
    }
}

/// Tells everything that was found. A configuration that does not read is the one thing that is told then.
pub fn run(settings: Result<Settings>, doctor: &Doctor, console: Console) -> Result<u8> {
    let mut findings = Findings::default();
    match &settings {
        Ok(settings) => {
            let patient = Patient::of(settings);
            for (name, check) in CHECKS {
                findings.begin(name);
                check(&patient, &mut findings);
            }
        }
        Err(error) => {
            findings.begin("configuration");
            findings.error(State::Failed, "", error);
        }
    }
    console.answer(&match doctor.format {
        DoctorFormat::Text => findings.text(),
        DoctorFormat::Json => findings.json()?,
    })?;
    Ok(match findings.state() {
        State::Ok => 0,
        State::Warning => 3,
        State::Failed => 1,
    })
}
