//! What a run does, noted while it does it: the run's record.

use super::console::{About, Console};
use super::gaps::{self, Gap};
use super::timings::Timings;
use crate::cli::Run;
use crate::error::Error;
use crate::focus::{BillingMonth, Slot};
use crate::lake::SlotRecord;
use crate::ledger::{
    ApiCalls, Delivered, GapTold, HookTold, NewFindings, PublishedSlot, RUN_FORMAT, RunRecord, SourceRun,
};
use crate::settings::Settings;
use chrono::{DateTime, NaiveDate, Utc};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// The record of a run in the making.
pub struct Recorder {
    /// The one look at the clock that a run's day comes from.
    pub started: DateTime<Utc>,
    pub as_of: NaiveDate,
    pub offline: bool,
    /// APIs are asked whatever they have answered today.
    pub ask_again: bool,
    pub timings: Timings,
    periods: Vec<BillingMonth>,
    noted: RefCell<Noted>,
}

#[derive(Default)]
struct Noted {
    version: Option<i64>,
    published: Vec<PublishedSlot>,
    sources: Vec<SourceRun>,
    gaps: Vec<GapTold>,
    calls: BTreeMap<String, (u64, u64)>,
    new_findings: NewFindings,
    delivered: Vec<Delivered>,
    hooks: Vec<HookTold>,
}

impl Recorder {
    pub fn start(settings: &Settings, asked: &Run) -> Self {
        let started = Utc::now();
        Self {
            started,
            as_of: settings.as_of.unwrap_or_else(|| started.date_naive()),
            offline: asked.offline,
            ask_again: asked.ask_again,
            timings: Timings::default(),
            periods: settings.periods.clone(),
            noted: RefCell::default(),
        }
    }

    /// What came of a source.
    pub fn source(&self, source: SourceRun) {
        self.noted.borrow_mut().sources.push(source);
    }

    /// An API was asked: how often, and how many of the calls the provider charges for.
    pub fn asked(&self, api: &str, calls: u64, billed: u64) {
        let mut noted = self.noted.borrow_mut();
        let sum = noted.calls.entry(api.to_string()).or_default();
        *sum = (sum.0 + calls, sum.1 + billed);
    }

    pub fn published(&self, version: Option<i64>, slots: &BTreeMap<Slot, SlotRecord>) {
        let mut noted = self.noted.borrow_mut();
        noted.version = version;
        noted.published.extend(slots.iter().map(|(slot, record)| PublishedSlot {
            source: slot.source.clone(),
            billing_period: slot.month,
            rows: record.rows,
            billed_cost: record.control.by_currency("BilledCost"),
        }));
    }

    /// The gaps of the night, which are told as errors: those of feeds that are behind are late data.
    pub fn gaps(&self, gaps: &[Gap], console: Console) {
        for gap in gaps {
            let about = About { source: Some(gap.source.clone()), month: Some(gap.month), late: gap.kind.is_late() };
            console.know(&gaps::error(gap), about);
        }
        self.noted.borrow_mut().gaps.extend(gaps.iter().map(gap_told));
    }

    pub fn new_findings(&self, new: &NewFindings) {
        self.noted.borrow_mut().new_findings = new.clone();
    }

    pub fn delivered(&self, delivered: Delivered) {
        self.noted.borrow_mut().delivered.push(delivered);
    }

    pub fn hook(&self, hook: HookTold) {
        self.noted.borrow_mut().hooks.push(hook);
    }

    /// The record as far as it is known now.
    pub fn record(&self, status: u8, console: Console) -> RunRecord {
        let noted = self.noted.borrow();
        let sum = |of: fn(&SourceRun) -> u64| noted.sources.iter().map(of).sum();
        let calls = noted.calls.iter();
        RunRecord {
            format: RUN_FORMAT,
            costmill: env!("CARGO_PKG_VERSION").into(),
            started: self.started,
            ended: Utc::now(),
            as_of: self.as_of,
            offline: self.offline,
            periods: self.periods.clone(),
            status,
            outcome: outcome(status).into(),
            version: noted.version,
            published: noted.published.clone(),
            sources: noted.sources.clone(),
            stages: self.timings.stages(),
            bytes_fetched: sum(|source| source.bytes_fetched),
            bytes_read: sum(|source| source.bytes_read),
            rows_landed: sum(|source| source.rows_landed),
            rows_published: noted.published.iter().map(|slot| slot.rows).sum(),
            told: console.heard(),
            gaps: noted.gaps.clone(),
            calls: calls
                .map(|(api, (calls, billed))| ApiCalls { api: api.clone(), calls: *calls, billed: *billed })
                .collect(),
            new_findings: noted.new_findings.clone(),
            delivered: noted.delivered.clone(),
            hooks: noted.hooks.clone(),
            peak_memory_bytes: peak_memory(),
        }
    }
}

/// Marks what is not there yet.
pub fn know_late(error: &Error, source: &str, months: &[BillingMonth], console: Console) {
    let month = if let [month] = months { Some(*month) } else { None };
    console.know(error, About { source: Some(source.to_string()), month, late: true });
}

/// The words of the table in `--help`.
pub fn outcome(status: u8) -> &'static str {
    match status {
        0 => "all done",
        2 => "the command line, the configuration or the catalogue is wrong",
        3 => "published, with inputs skipped or late",
        4 => "totals do not tie",
        _ => "failed, nothing new published",
    }
}

fn gap_told(gap: &Gap) -> GapTold {
    GapTold {
        source: gap.source.clone(),
        sub_account: (!gap.sub_account.is_empty()).then(|| gap.sub_account.clone()),
        gap: gap.kind.name().into(),
        first_day: gap.from,
        last_day: gap.to,
        billing_period: gap.month,
        reason: gaps::in_words(gap),
    }
}

/// The peak of the process's resident memory in bytes, where the system tells: Linux, in `VmHWM` of
/// [proc_pid_status(5)](https://man7.org/linux/man-pages/man5/proc_pid_status.5.html), in KiB.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kib| kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_has_a_peak() {
        assert!(peak_memory().is_some_and(|bytes| bytes > 1 << 20), "{:?}", peak_memory());
    }
}
