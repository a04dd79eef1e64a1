//! `costmill schedule`: units for the configured jobs, printed for those who install them. The same configuration
//! gives the same text.

mod cron;
mod kubernetes;
mod systemd;

use super::console::Console;
use crate::cli::{Cli, Schedule, ScheduleAs};
use crate::error::{Error, Result};
use crate::settings::{Job, Settings, UNITS_CACHES};
use std::path::Path;

/// A service's own folder of caches.
const CACHE: &str = "costmill";

/// A job, and what of the configuration its units name. All paths are absolute.
struct Planned<'a> {
    job: &'a Job,
    config: String,
    /// The folders that it writes to, and that are there: lake and output.
    writes: Vec<String>,
    /// Those of deliveries, which a run makes.
    delivers: Vec<String>,
    /// The cache of a lake in a store, where the configuration names none: in the folder that systemd keeps for services.
    cache: Option<String>,
    /// The configuration's folder.
    home: String,
    /// In bytes.
    memory_limit: u64,
}

impl Planned<'_> {
    /// What is run, word by word. What it says is problems alone: cron mails it.
    fn words(&self) -> Vec<&str> {
        let start = [self.job.program.as_str(), "--config", self.config.as_str(), "--quiet"];
        start.into_iter().chain(self.job.command.iter().map(String::as_str).filter(|word| *word != "--quiet")).collect()
    }

    /// Bytes above which the job is ended: half more than it is told to keep to.
    fn most_memory(&self) -> u64 {
        self.memory_limit / 2 * 3
    }
}

/// Prints the units.
///
/// Fails with `Error::Settings` where there is no such job, or its command is none of costmill's.
pub fn run(settings: &Settings, schedule: &Schedule, console: Console) -> Result<u8> {
    let jobs: Vec<&Job> =
        settings.jobs.iter().filter(|job| schedule.job.as_ref().is_none_or(|wanted| *wanted == job.id)).collect();
    let config = settings.config.display().to_string();
    if jobs.is_empty() {
        let known: Vec<&str> = settings.jobs.iter().map(|job| job.id.as_str()).collect();
        return Err(match (&schedule.job, known.as_slice()) {
            (Some(wanted), [_, ..]) => {
                let remedy = format!("there are: {}", known.join(", "));
                Error::settings(config, format!("there is no [[job]] `{wanted}`"), remedy)
            }
            _ => Error::settings(
                config,
                "has no [[job]]",
                "add one: id = \"nightly\", at = \"03:30\"; see docs/schedule.md",
            ),
        });
    }
    let planned = jobs.into_iter().map(|job| plan(settings, job)).collect::<Result<Vec<_>>>()?;
    let text = match schedule.target {
        ScheduleAs::Systemd => planned.iter().map(systemd::units).collect::<Vec<_>>().join("\n"),
        ScheduleAs::Cron => cron::file(&planned),
        ScheduleAs::Kubernetes => {
            let each =
                planned.iter().map(|planned| kubernetes::cron_job(planned, settings)).collect::<Result<Vec<_>>>()?;
            each.join("---\n")
        }
    };
    console.answer(&text)?;
    Ok(0)
}

/// Why a job's command is no command line of costmill's; `None` where it is one.
pub fn refused(job: &Job) -> Option<String> {
    let own = ["--config", "--lake", "--output"];
    if let Some(flag) = job.command.iter().find(|word| own.iter().any(|own| word.starts_with(own))) {
        return Some(format!("{flag} does not belong in a job: its unit names the configuration"));
    }
    Cli::refuses(&job.command)
}

fn plan<'a>(settings: &Settings, job: &'a Job) -> Result<Planned<'a>> {
    if let Some(why) = refused(job) {
        let place = format!("{}, job {}", settings.config.display(), job.id);
        return Err(Error::settings(place, why, "correct `command` of the job; `costmill help` lists what there is"));
    }
    let config = absolute(&settings.config)?;
    let home = Path::new(&config).parent().map(|folder| folder.display().to_string()).unwrap_or_default();
    let lake = absolute(&settings.lake.folder)?;
    let is_units = settings.lake.store.is_some() && Path::new(&lake).starts_with(Path::new(UNITS_CACHES).join(CACHE));
    let (cache, mut writes) = if is_units { (Some(lake), Vec::new()) } else { (None, vec![lake]) };
    writes.push(absolute(&settings.output)?);
    let folders = settings.deliver.iter().filter(|deliver| deliver.store.is_none());
    let delivers = folders.map(|deliver| absolute(&deliver.to)).collect::<Result<Vec<_>>>()?;
    Ok(Planned { job, config, writes, delivers, cache, home, memory_limit: settings.memory_limit })
}

/// As the file system knows it, or, of what is not there yet, as it is written.
fn absolute(path: &Path) -> Result<String> {
    let found = std::fs::canonicalize(path).or_else(|_| std::path::absolute(path));
    let found = found.map_err(|error| {
        Error::settings(path.display().to_string(), format!("has no absolute path: {error}"), "name it from `/` on")
    })?;
    match found.to_str() {
        Some(text) if !text.contains(char::is_control) => Ok(text.to_string()),
        _ => Err(Error::settings(path.display().to_string(), "is not UTF-8 on one line", "move it to a plainer path")),
    }
}
