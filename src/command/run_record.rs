//! The record of a run: kept in the lake, written where it is asked for, and told by `status`.

use super::console::Console;
use super::table;
use crate::error::{Error, Result};
use crate::lake::{Lake, RunLock};
use crate::ledger::{Level, RunRecord, Runs, Told};
use crate::settings::Settings;
use std::path::Path;

/// Runs that `status` shows.
const SHOWN: usize = 5;
/// Runs that `status --format json` has.
const LISTED: usize = 20;

/// Keeps a record in the lake that the run held, or, where it came to none, in the lake that is there and that nobody
/// else holds. A lake is not made for it.
///
/// # Errors
/// `Lake`, for the disk.
pub fn keep(settings: &Settings, held: Option<&(Lake, RunLock)>, record: &RunRecord) -> Result<()> {
    let keep = |lake: &Lake| Runs::of_lake(lake.home()).record(record, &lake.temp()?).map(|_| ());
    match held {
        Some((lake, _)) => keep(lake),
        None if settings.lake.folder.join("lake.json").is_file() => {
            let Ok(lake) = Lake::open(&settings.lake) else { return Ok(()) };
            let Ok(_lock) = lake.lock() else { return Ok(()) };
            keep(&lake)
        }
        None => Ok(()),
    }
}

/// Writes a record as JSON to a file, or to standard output for `-`.
///
/// # Errors
/// `Lake`, for the file.
pub fn write(path: &Path, record: &RunRecord, console: Console) -> Result<()> {
    let json = serde_json::to_string_pretty(record).map_err(|error| Error::bug("run record", error.to_string()))?;
    if path == Path::new("-") {
        return console.answer(&format!("{json}\n"));
    }
    std::fs::write(path, format!("{json}\n")).map_err(|error| {
        let what = format!("the record of the run cannot be written: {error}");
        Error::lake(path.display().to_string(), what, "name another file with --record")
    })
}

/// The last runs, a line each, and what the newest told.
pub fn lines(lake: &Lake) -> Result<String> {
    let newest = Runs::of_lake(lake.home()).newest(SHOWN)?;
    if newest.is_empty() {
        return Ok(String::new());
    }
    let header = ["run", "started", "took", "as of", "status", "published", "told", "late", "new findings"];
    let right = [true, false, true, false, true, true, true, true, true];
    let rows: Vec<Vec<String>> = newest.iter().map(|(number, run)| row(*number, run)).collect();
    let mut text = format!("\n{}", table::grid(&header.map(str::to_string), &rows, &right));
    if let Some((number, Ok(run))) = newest.first() {
        text += &format!("run {number}: status {}, {}\n", run.status, run.outcome);
        text.extend(run.told.iter().map(line));
        let left = run.delivered.iter().filter(|delivered| !delivered.done);
        text.extend(left.map(|delivered| format!("  not delivered: {}\n", delivered.to)));
    }
    Ok(text)
}

/// The last runs as JSON, newest first.
pub fn json(lake: &Lake) -> Result<Vec<serde_json::Value>> {
    let value = |(number, run): (u64, Result<RunRecord>)| {
        let run = match run {
            Ok(run) => serde_json::to_value(run),
            Err(error) => Ok(serde_json::json!({ "unreadable": error.to_string() })),
        };
        let mut run = run.map_err(|error| Error::bug("run record", error.to_string()))?;
        run["run"] = serde_json::json!(number);
        Ok(run)
    };
    Runs::of_lake(lake.home()).newest(LISTED)?.into_iter().map(value).collect()
}

fn row(number: u64, run: &Result<RunRecord>) -> Vec<String> {
    let Ok(run) = run else {
        let mut row = vec![number.to_string(), "its record does not read".to_string()];
        row.resize(9, String::new());
        return row;
    };
    let time = run.started.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let seconds = (run.ended - run.started).num_seconds();
    let late = run.told.iter().filter(|told| told.late).count();
    vec![
        number.to_string(),
        if run.offline { format!("{time} offline") } else { time },
        format!("{seconds} s"),
        run.as_of.to_string(),
        run.status.to_string(),
        run.published.len().to_string(),
        run.told.len().to_string(),
        late.to_string(),
        run.new_findings.count.to_string(),
    ]
}

fn line(told: &Told) -> String {
    let level = match (told.late, told.level) {
        (true, _) => "late",
        (false, Level::Error) => "error",
        (false, Level::Warning) => "warning",
    };
    let place = if told.place.is_empty() { String::new() } else { format!("{}: ", told.place) };
    format!("  {level}: {place}{}\n", told.what)
}
