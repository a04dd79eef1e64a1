//! What each run did. A second series beside the other events, `runs/<number>-run.json`, with numbers of its own: it
//! grows by a file a night, is read from its end, and its oldest may be deleted.

use super::Ledger;
use crate::error::Result;
use crate::focus::{BillingMonth, Money};
use crate::store::Home;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

const KIND: &str = "run";

/// The version of the record's form. It is a closed one: another key is another version.
pub const RUN_FORMAT: u32 = 1;

/// One run, from its start to its end. Written once; hooks are given the same, as far as it is known by then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunRecord {
    /// [`RUN_FORMAT`].
    pub format: u32,
    /// The version of the program.
    pub costmill: String,
    pub started: DateTime<Utc>,
    pub ended: DateTime<Utc>,
    /// The UTC day that the run spoke for.
    pub as_of: NaiveDate,
    /// Did it use what had landed, and look at no source?
    pub offline: bool,
    /// The billing periods that were asked for; empty means every one found.
    pub periods: Vec<BillingMonth>,
    /// The exit status, and in words what it means.
    pub status: u8,
    pub outcome: String,
    /// The version of `cost` that this run committed; none where nothing was published.
    pub version: Option<i64>,
    pub published: Vec<PublishedSlot>,
    /// By id, in the order of the configuration.
    pub sources: Vec<SourceRun>,
    /// In the order in which they first came.
    pub stages: Vec<Stage>,
    /// Bytes that came over the network.
    pub bytes_fetched: u64,
    /// Bytes of export files that were read to be landed.
    pub bytes_read: u64,
    pub rows_landed: u64,
    pub rows_published: u64,
    /// What was told on standard error, in its order and its words.
    pub told: Vec<Told>,
    pub gaps: Vec<GapTold>,
    pub calls: Vec<ApiCalls>,
    pub new_findings: NewFindings,
    /// By `[[deliver]]`, in the order of the configuration.
    pub delivered: Vec<Delivered>,
    /// The hooks that were told, in the order of the configuration.
    pub hooks: Vec<HookTold>,
    /// The most memory that the process had at a time, in bytes; none where the system does not tell.
    pub peak_memory_bytes: Option<u64>,
}

/// A slot that was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedSlot {
    pub source: String,
    pub billing_period: BillingMonth,
    pub rows: u64,
    /// Σ BilledCost by BillingCurrency, exact.
    #[serde(rename = "BilledCost")]
    pub billed_cost: BTreeMap<String, Money>,
}

/// What came of one source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceRun {
    pub source: String,
    /// Deliveries that its location holds, those that cannot be taken included.
    pub deliveries: u64,
    pub landed: u64,
    /// Those that had landed before.
    pub unchanged: u64,
    pub refused: u64,
    /// Those that change while they are read, or are not complete yet.
    pub waiting: u64,
    pub bytes_fetched: u64,
    pub bytes_read: u64,
    pub rows_landed: u64,
}

/// The time of one stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    pub stage: String,
    /// User and system time of all threads.
    pub processor_ms: u64,
    pub wall_ms: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Error,
    Warning,
}

/// One thing that was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    pub level: Level,
    /// Who can put it right: settings, source, catalogue, lake, tie, bug. None of a warning that is only a line.
    pub kind: Option<String>,
    /// Empty of a warning that is only a line.
    pub place: String,
    pub what: String,
    pub remedy: String,
    /// Where they are known.
    pub source: Option<String>,
    pub billing_period: Option<BillingMonth>,
    /// Is it that something due is not there yet?
    pub late: bool,
}

/// A gap, as `status` tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GapTold {
    pub source: String,
    /// None where the whole source is meant.
    pub sub_account: Option<String>,
    pub gap: String,
    pub first_day: NaiveDate,
    /// None while it goes on.
    pub last_day: Option<NaiveDate>,
    pub billing_period: BillingMonth,
    pub reason: String,
}

/// Calls of one API in one run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiCalls {
    pub api: String,
    pub calls: u64,
    /// Those of them that the provider charges for.
    pub billed: u64,
}

/// Findings that the ledger did not know before this run, without the suppressed ones.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewFindings {
    pub count: u64,
    /// The realisable saving of a month of 30.44 days by BillingCurrency, of those that totals add up: an estimate, to
    /// two decimals.
    pub monthly_saving: BTreeMap<String, String>,
}

/// What one `[[deliver]]` did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivered {
    pub to: String,
    pub audience: Option<String>,
    pub written: u64,
    pub unchanged: u64,
    pub removed: u64,
    pub bytes: u64,
    /// False where it failed or was left out; the next run takes it up.
    pub done: bool,
}

/// A hook that was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HookTold {
    /// The program, or the webhook's host.
    pub hook: String,
    /// Of what it was told.
    pub on: Vec<String>,
    pub done: bool,
}

/// The records of the runs of a lake.
#[derive(Debug, Clone)]
pub struct Runs {
    ledger: Ledger,
}

impl Runs {
    /// Opening it reads and writes nothing.
    pub fn of_lake(home: impl Into<Home>) -> Self {
        Self { ledger: Ledger::of_runs(home) }
    }

    /// Adds a record, durably; its number. `temp` is a folder on the lake's file system.
    ///
    /// # Errors
    /// `Lake` from the disk.
    pub fn record(&self, record: &RunRecord, temp: &Path) -> Result<u64> {
        self.ledger.append(KIND, record, temp)
    }

    /// The newest records with their numbers, newest first: no others are read. One that does not read is its error.
    ///
    /// # Errors
    /// `Lake` where the series does not list.
    pub fn newest(&self, count: usize) -> Result<Vec<(u64, Result<RunRecord>)>> {
        self.ledger.newest(KIND, count)
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub fn record(status: u8) -> RunRecord {
        let at: DateTime<Utc> = "2026-11-20T03:30:00Z".parse().unwrap();
        RunRecord {
            format: RUN_FORMAT,
            costmill: "0.1.0".into(),
            started: at,
            ended: at + chrono::Duration::milliseconds(12_345),
            as_of: at.date_naive(),
            offline: false,
            periods: Vec::new(),
            status,
            outcome: "all done".into(),
            version: Some(3),
            published: vec![PublishedSlot {
                source: "aws".into(),
                billing_period: "2026-10".parse().unwrap(),
                rows: 45,
                billed_cost: BTreeMap::from([("USD".into(), Money(12))]),
            }],
            sources: vec![SourceRun {
                source: "aws".into(),
                deliveries: 2,
                landed: 1,
                unchanged: 1,
                ..SourceRun::default()
            }],
            stages: vec![Stage { stage: "land".into(), processor_ms: 20, wall_ms: 30 }],
            bytes_fetched: 0,
            bytes_read: 900,
            rows_landed: 45,
            rows_published: 45,
            told: vec![Told {
                level: Level::Error,
                kind: Some("source".into()),
                place: "aws 2026-11".into(),
                what: "is late".into(),
                remedy: "wait".into(),
                source: Some("aws".into()),
                billing_period: "2026-11".parse().ok(),
                late: true,
            }],
            gaps: Vec::new(),
            calls: vec![ApiCalls { api: "ce".into(), calls: 3, billed: 3 }],
            new_findings: NewFindings { count: 1, monthly_saving: BTreeMap::from([("USD".into(), "10.50".into())]) },
            delivered: Vec::new(),
            hooks: Vec::new(),
            peak_memory_bytes: Some(1 << 28),
        }
    }

    #[test]
    fn the_newest_come_first_and_older_ones_may_be_gone() {
        let root = tempfile::tempdir().unwrap();
        let runs = Runs::of_lake(root.path());
        assert!(runs.newest(3).unwrap().is_empty());
        for status in [0, 3, 4, 1] {
            runs.record(&record(status), root.path()).unwrap();
        }
        // Damage and loss before the newest are not looked at.
        std::fs::remove_file(root.path().join("runs/00000001-run.json")).unwrap();
        std::fs::write(root.path().join("runs/00000002-run.json"), "{").unwrap();
        let newest = runs.newest(2).unwrap();
        let told: Vec<_> = newest.iter().map(|(number, run)| (*number, run.as_ref().unwrap().status)).collect();
        assert_eq!(told, [(4, 1), (3, 4)]);
        assert_eq!(*newest[0].1.as_ref().unwrap(), record(1));
        assert!(runs.newest(3).unwrap()[2].1.is_err());
        assert_eq!(runs.record(&record(0), root.path()).unwrap(), 5);
    }

    /// The form is closed: a key that this version does not know is not passed over.
    #[test]
    fn a_record_of_another_form_is_told() {
        let root = tempfile::tempdir().unwrap();
        let runs = Runs::of_lake(root.path());
        runs.record(&record(0), root.path()).unwrap();
        let path = root.path().join("runs/00000001-run.json");
        let text = std::fs::read_to_string(&path).unwrap().replace("\"as_of\"", "\"on\"");
        std::fs::write(&path, text).unwrap();
        let error = runs.newest(1).unwrap().remove(0).1.unwrap_err();
        assert!(error.to_string().contains("00000001-run.json: the event is damaged"), "{error}");
    }
}
