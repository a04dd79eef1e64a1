//! `[retention]`: how long what stays in the lake.

use super::file::FileRetention;
use super::place::ConfigText;
use crate::Result;
use toml::Spanned;

const UNREFERENCED_DAYS: u16 = 7;
const FETCHED_DAYS: u16 = 30;
/// A year of nights and some more.
const RUN_RECORDS: usize = 400;
const MOST_RECORDS: i64 = 100_000;
/// Ten years.
const MOST_DAYS: i64 = 3660;

/// Ages, in days of 24 hours. What a closed billing period needs, and the newest version, stay whatever their age.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Of files that no version and no closing names; from 1 on, so that those of a run at work, here or on another
    /// host, are safe.
    pub unreferenced_days: u16,
    /// Of versions of the lake; `None`: all stay.
    pub history_days: Option<u16>,
    /// Of landed deliveries that are no longer what is published; `None`: all stay.
    pub landed_days: Option<u16>,
    /// Of what is fetched and did not land.
    pub fetched_days: u16,
    /// Records of runs, the newest ones.
    pub run_records: usize,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            unreferenced_days: UNREFERENCED_DAYS,
            history_days: None,
            landed_days: None,
            fetched_days: FETCHED_DAYS,
            run_records: RUN_RECORDS,
        }
    }
}

/// Fails with `Error::Settings`, naming the line, on an age that is none.
pub(super) fn resolve_retention(config: &ConfigText, written: Option<FileRetention>) -> Result<Retention> {
    let Some(FileRetention { unreferenced_days, history_days, landed_days, fetched_days, run_records }) = written
    else {
        return Ok(Retention::default());
    };
    let days = |name: &str, value: Option<Spanned<i64>>| value.map(|days| age(config, name, &days)).transpose();
    let standard = Retention::default();
    Ok(Retention {
        unreferenced_days: days("unreferenced_days", unreferenced_days)?.unwrap_or(standard.unreferenced_days),
        history_days: days("history_days", history_days)?,
        landed_days: days("landed_days", landed_days)?,
        fetched_days: days("fetched_days", fetched_days)?.unwrap_or(standard.fetched_days),
        run_records: run_records.map_or(Ok(standard.run_records), |count| records(config, &count))?,
    })
}

fn age(config: &ConfigText, name: &str, days: &Spanned<i64>) -> Result<u16> {
    u16::try_from(*days.get_ref()).ok().filter(|_| (1..=MOST_DAYS).contains(days.get_ref())).ok_or_else(|| {
        let remedy = format!("use 1 to {MOST_DAYS} days: a run at work needs what it just wrote");
        config.error(&days.span(), format!("{name} = {} is impossible", days.get_ref()), remedy)
    })
}

fn records(config: &ConfigText, count: &Spanned<i64>) -> Result<usize> {
    usize::try_from(*count.get_ref()).ok().filter(|_| (1..=MOST_RECORDS).contains(count.get_ref())).ok_or_else(|| {
        let remedy = format!("use 1 to {MOST_RECORDS} records: the newest one says how the last run ended");
        config.error(&count.span(), format!("run_records = {} is impossible", count.get_ref()), remedy)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::file::parse;

    fn retention(text: &str) -> std::result::Result<Retention, String> {
        let text = ConfigText { path: "c.toml".into(), text: text.into() };
        let (text, parsed) = parse(text).map_err(|error| error.to_string())?;
        resolve_retention(&text, parsed.retention).map_err(|error| error.to_string())
    }

    #[test]
    fn history_stays_unless_an_age_is_given() {
        let standard = Retention {
            unreferenced_days: 7,
            history_days: None,
            landed_days: None,
            fetched_days: 30,
            run_records: 400,
        };
        assert_eq!(retention(""), Ok(standard));
        let text = "[retention]\nhistory_days = 400\nlanded_days = 90\n";
        let expected = Retention { history_days: Some(400), landed_days: Some(90), ..standard };
        assert_eq!(retention(text), Ok(expected));
        for days in ["0", "-1", "3661"] {
            let message = retention(&format!("[retention]\nunreferenced_days = {days}\n")).unwrap_err();
            assert!(message.contains("c.toml:2: unreferenced_days ="), "{message}");
        }
        assert_eq!(retention("[retention]\nrun_records = 30\n").unwrap().run_records, 30);
        for count in ["0", "-1", "100001"] {
            let message = retention(&format!("[retention]\nrun_records = {count}\n")).unwrap_err();
            assert!(message.contains("c.toml:2: run_records ="), "{message}");
        }
    }
}
