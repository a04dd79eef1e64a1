//! How machines were used, as an API told it: kept night by night, so that a night asks for what is new.
//!
//! In a folder of the lake: one file of the contract (`docs/utilisation.md`) for every night that brought hours, and
//! `index.json`, which names them and says per machine and metric up to which day all is known. It is written last and in
//! one step: a file that it does not name is of a night that was cut off, and is taken away.

use super::days::Days;
use super::unseen::{SURELY, must_show};
use crate::error::{Error, Result};
use crate::focus::Api;
use crate::focus::utilisation::{HourOfUse, Machine, USE_COLUMNS, UseMetric};
use crate::lake;
use chrono::NaiveDate;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const INDEX: &str = "index.json";
/// Files whose hours are all older are taken away: no open billing period looks at them.
const DAYS_KEPT: u64 = 400;
/// Machines that nobody asked about for so many days are forgotten: the bill has them no more.
const DAYS_KNOWN: u64 = 70;

/// What is kept of one API.
#[derive(Debug)]
pub struct KeptUse {
    folder: PathBuf,
    index: Index,
}

/// What of a machine is not known yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    pub machine: Machine,
    pub metric: UseMetric,
    pub days: Days,
    /// Was something of its sub account and region answered within a week?
    pub is_heard: bool,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Index {
    files: Vec<KeptFile>,
    /// The first day that is not known yet, by machine and metric.
    known_until: BTreeMap<String, BTreeMap<String, NaiveDay>>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct KeptFile {
    name: String,
    first: NaiveDay,
    last: NaiveDay,
}

/// A day as it stands in the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct NaiveDay(NaiveDate);

impl TryFrom<String> for NaiveDay {
    type Error = String;

    fn try_from(text: String) -> std::result::Result<Self, String> {
        text.parse().map(Self).map_err(|_| format!("`{text}` is no day"))
    }
}

impl From<NaiveDay> for String {
    fn from(day: NaiveDay) -> Self {
        day.0.to_string()
    }
}

impl KeptUse {
    /// Opens a folder, which need not be there. An index that does not read is as none: all is asked for again.
    ///
    /// # Errors
    /// `Lake`, for the disk.
    pub fn open(folder: &Path) -> Result<Self> {
        lake::create_folder(folder)?;
        let index = std::fs::read(folder.join(INDEX)).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Ok(Self { folder: folder.to_path_buf(), index: index.unwrap_or_default() })
    }

    /// What an API is to be asked of the machines that it knows, and how much of it is known already. `scopes` are sub
    /// accounts.
    pub fn wanted(
        &self,
        api: &Api,
        machines: &[Machine],
        window: Days,
        is_machine: fn(&str) -> bool,
    ) -> (Vec<Wanted>, u64) {
        let metrics: Vec<UseMetric> = UseMetric::ALL.into_iter().filter(|metric| api.asks(metric.name())).collect();
        let asked = |machine: &&Machine| {
            let scopes = &api.scopes;
            is_machine(&machine.resource) && (scopes.is_empty() || scopes.contains(&machine.sub_account))
        };
        let (mut wanted, mut known) = (Vec::new(), 0);
        let mut heard: BTreeMap<String, bool> = BTreeMap::new();
        for machine in machines.iter().filter(asked) {
            let place = place(machine);
            let is_heard = *heard.entry(place).or_insert_with_key(|place| self.is_heard(place, window.end));
            for metric in &metrics {
                let days = self.new_days(machine, *metric, window);
                match days.count() {
                    0 => known += 1,
                    _ => wanted.push(Wanted { machine: machine.clone(), metric: *metric, days, is_heard }),
                }
            }
        }
        (wanted, known)
    }

    /// The days of a window that are not known of this machine and metric yet.
    pub fn new_days(&self, machine: &Machine, metric: UseMetric, window: Days) -> Days {
        let known = self.index.known_until.get(&key(machine)).and_then(|metrics| metrics.get(metric.name()));
        let first = known.map_or(window.first, |day| day.0.max(window.first));
        Days { first: first.min(window.end), end: window.end }
    }

    fn is_heard(&self, place: &str, until: NaiveDate) -> bool {
        let since = until.checked_sub_days(chrono::Days::new(SURELY)).unwrap_or(NaiveDate::MIN);
        let of_place = self.index.known_until.range(place.to_string()..).take_while(|(key, _)| key.starts_with(place));
        let mut known = of_place.flat_map(|(_, metrics)| metrics);
        known.any(|(metric, day)| UseMetric::find(metric).is_some_and(must_show) && day.0 > since)
    }

    /// Adds what a night brought: the hours, and which machines and metrics are known up to a day now. Takes away what
    /// is old.
    ///
    /// # Errors
    /// `Lake`, for the disk.
    pub fn keep(&mut self, hours: &[HourOfUse], known: &[(Machine, UseMetric)], until: NaiveDate) -> Result<()> {
        if let (Some(first), Some(last)) =
            (hours.iter().map(|hour| hour.hour).min(), hours.iter().map(|hour| hour.hour).max())
        {
            let bytes = contract(hours)?;
            let name = format!("{until}-{}.csv.gz", &lake::bytes_hash(&bytes)[..16]);
            lake::put_file(&self.folder.join("tmp"), &self.folder.join(&name), &bytes)?;
            let file = KeptFile { name, first: NaiveDay(first.date_naive()), last: NaiveDay(last.date_naive()) };
            self.index.files.retain(|known| known.name != file.name);
            self.index.files.push(file);
        }
        for (machine, metric) in known {
            let metrics = self.index.known_until.entry(key(machine)).or_default();
            metrics.insert(metric.name().into(), NaiveDay(until));
        }
        let before = |days| until.checked_sub_days(chrono::Days::new(days)).unwrap_or(NaiveDate::MIN);
        self.index.files.retain(|file| file.last.0 >= before(DAYS_KEPT));
        let recent = before(DAYS_KNOWN);
        self.index.known_until.retain(|_, metrics| metrics.values().any(|day| day.0 >= recent));
        self.write()?;
        self.sweep()
    }

    /// The files with hours of these days, in the order of their nights.
    pub fn files(&self, days: Days) -> Vec<PathBuf> {
        let within = |file: &&KeptFile| file.first.0 < days.end && file.last.0 >= days.first;
        self.index.files.iter().filter(within).map(|file| self.folder.join(&file.name)).collect()
    }

    fn write(&self) -> Result<()> {
        let bytes = serde_json::to_vec_pretty(&self.index).map_err(|error| Error::bug(INDEX, error.to_string()))?;
        lake::put_file(&self.folder.join("tmp"), &self.folder.join(INDEX), &bytes)
    }

    /// Files that the index does not name.
    fn sweep(&self) -> Result<()> {
        let named: BTreeSet<&str> = self.index.files.iter().map(|file| file.name.as_str()).collect();
        let Ok(entries) = std::fs::read_dir(&self.folder) else { return Ok(()) };
        for path in entries.flatten().map(|entry| entry.path()) {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if name.ends_with(".csv.gz") && !named.contains(name.as_str()) {
                std::fs::remove_file(&path).map_err(|error| {
                    let what = format!("cannot be removed: {error}");
                    Error::lake(path.display().to_string(), what, "check the folder's permissions")
                })?;
            }
        }
        Ok(())
    }
}

fn key(machine: &Machine) -> String {
    format!("{}{}", place(machine), machine.resource)
}

fn place(machine: &Machine) -> String {
    format!("{}/{}/", machine.sub_account, machine.region)
}

/// The hours as a file of the contract. The same hours are the same bytes.
fn contract(hours: &[HourOfUse]) -> Result<Vec<u8>> {
    let bug = |what: String| Error::bug("a file of utilisation", what);
    let mut writer = csv::Writer::from_writer(GzEncoder::new(Vec::new(), Compression::new(6)));
    writer.write_record(USE_COLUMNS).map_err(|error| bug(error.to_string()))?;
    for hour in hours {
        writer.write_record(hour.cells()).map_err(|error| bug(error.to_string()))?;
    }
    let packed = writer.into_inner().map_err(|error| bug(error.to_string()))?;
    packed.finish().map_err(|error| bug(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::focus::utilisation::Measured;
    use std::io::Read;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn days(first: &str, end: &str) -> Days {
        Days { first: day(first), end: day(end) }
    }

    fn machine(id: &str) -> Machine {
        Machine { sub_account: "1".into(), region: "r".into(), resource: id.into(), ran_until: None }
    }

    fn hour(id: &str, time: &str) -> HourOfUse {
        let machine = machine(id);
        HourOfUse {
            sub_account: machine.sub_account,
            resource: machine.resource,
            hour: time.parse().unwrap(),
            metric: UseMetric::Network,
            measured: Measured::Bytes(7),
        }
    }

    fn names(kept: &KeptUse, window: Days) -> usize {
        kept.files(window).len()
    }

    #[test]
    fn a_night_asks_for_what_is_new() {
        let folder = tempfile::tempdir().unwrap();
        let mut kept = KeptUse::open(folder.path()).unwrap();
        let window = days("2026-10-01", "2026-11-05");
        assert_eq!(kept.new_days(&machine("a"), UseMetric::Network, window), window);
        let known = [(machine("a"), UseMetric::Network)];
        kept.keep(&[hour("a", "2026-11-04T23:00:00Z")], &known, window.end).unwrap();
        let mut kept = KeptUse::open(folder.path()).unwrap();
        let next = days("2026-10-02", "2026-11-06");
        assert_eq!(kept.new_days(&machine("a"), UseMetric::Network, next), days("2026-11-05", "2026-11-06"));
        assert_eq!(kept.new_days(&machine("a"), UseMetric::Cpu, next), next);
        assert_eq!(kept.new_days(&machine("b"), UseMetric::Network, next), next);
        // Nothing but that it is known: no file. And long after, the window is the limit.
        kept.keep(&[], &known, next.end).unwrap();
        assert_eq!(names(&kept, next), 1);
        let later = days("2027-02-01", "2027-03-08");
        assert_eq!(kept.new_days(&machine("a"), UseMetric::Network, later), later);
        // The clock went back: nothing is asked.
        assert_eq!(kept.new_days(&machine("a"), UseMetric::Network, days("2026-10-01", "2026-11-01")).count(), 0);
    }

    #[test]
    fn a_night_that_was_cut_off_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("2026-11-05-0123.csv.gz"), "half").unwrap();
        let mut kept = KeptUse::open(folder.path()).unwrap();
        kept.keep(&[hour("a", "2026-11-04T23:00:00Z")], &[], day("2026-11-05")).unwrap();
        let files = kept.files(days("2026-11-04", "2026-11-05"));
        assert_eq!(files.len(), 1);
        assert!(!folder.path().join("2026-11-05-0123.csv.gz").exists());
        let mut text = String::new();
        flate2::read::GzDecoder::new(std::fs::File::open(&files[0]).unwrap()).read_to_string(&mut text).unwrap();
        assert_eq!(
            text,
            "SubAccountId,ResourceId,Hour,Metric,Bins,Maximum,Count,Bytes\n1,a,2026-11-04T23:00:00Z,network,,,,7\n"
        );
        // A damaged index is as none.
        std::fs::write(folder.path().join(INDEX), "{").unwrap();
        assert_eq!(names(&KeptUse::open(folder.path()).unwrap(), days("2026-01-01", "2027-01-01")), 0);
    }

    /// A machine that shows nothing, beside others of its place that do, is no sign of a place that nobody sees.
    #[test]
    fn a_place_is_heard_for_a_week() {
        let folder = tempfile::tempdir().unwrap();
        let mut kept = KeptUse::open(folder.path()).unwrap();
        let known =
            [(machine("a"), UseMetric::Cpu), (Machine { region: "r2".into(), ..machine("a") }, UseMetric::Disk)];
        kept.keep(&[], &known, day("2026-11-05")).unwrap();
        assert!(kept.is_heard("1/r/", day("2026-11-11")) && !kept.is_heard("1/r/", day("2026-11-12")));
        // A disk proves nothing.
        assert!(!["1/r2/", "2/r/"].into_iter().any(|place| kept.is_heard(place, day("2026-11-05"))));
    }

    #[test]
    fn what_is_old_goes() {
        let folder = tempfile::tempdir().unwrap();
        let mut kept = KeptUse::open(folder.path()).unwrap();
        kept.keep(&[hour("a", "2026-01-04T23:00:00Z")], &[(machine("a"), UseMetric::Cpu)], day("2026-01-05")).unwrap();
        kept.keep(&[hour("a", "2026-11-04T23:00:00Z")], &[], day("2026-11-05")).unwrap();
        assert_eq!(names(&kept, days("2026-01-01", "2027-01-01")), 2);
        assert_eq!(names(&kept, days("2026-11-01", "2027-01-01")), 1);
        assert!(kept.index.known_until.is_empty());
        kept.keep(&[], &[], day("2027-03-01")).unwrap();
        assert_eq!(names(&kept, days("2026-01-01", "2027-01-01")), 1);
    }
}
