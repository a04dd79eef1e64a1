//! Which findings were there on which night: first seen, and nights in a row.

use super::Ledger;
use crate::error::{Error, Result};
use crate::focus::BillingMonth;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const KIND: &str = "findings";

/// What one night changed. A night that changed nothing is an event too, so that nights can be
/// counted.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FindingNight {
    /// The day that the night stood for.
    pub as_of: NaiveDate,
    /// The billing period whose findings these are: the newest of that night.
    pub billing_period: BillingMonth,
    /// Finding ids, sorted.
    pub appeared: BTreeSet<String>,
    pub gone: BTreeSet<String>,
}

/// Since when a finding has been there without a break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Age {
    pub first_seen: NaiveDate,
    /// Nights in a row, this one included.
    pub nights: i64,
}

/// Every recorded night.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FindingHistory {
    nights: Vec<FindingNight>,
}

impl FindingHistory {
    /// Reads the ledger.
    ///
    /// # Errors
    /// [`Error::Lake`] for a damaged event, or one that does not follow from those before it.
    pub fn read(ledger: &Ledger) -> Result<Self> {
        let mut history = Self::default();
        let mut present = BTreeSet::new();
        for (number, night) in ledger.events::<FindingNight>(KIND)? {
            let earlier = history.nights.last().is_some_and(|last| last.as_of > night.as_of);
            let unknown = night.gone.iter().any(|id| !present.remove(id));
            let known = night.appeared.iter().any(|id| !present.insert(id.clone()));
            if earlier || unknown || known {
                let what = "the night does not follow from those before it";
                let remedy = "restore the ledger from its backup; it cannot be made again from the bill";
                return Err(Error::lake(format!("ledger, event {number}"), what, remedy));
            }
            history.nights.push(night);
        }
        Ok(history)
    }

    /// The age that each of these findings has on the night of `as_of`. What that night itself or
    /// later ones recorded does not count, so that the same night again says the same.
    pub fn ages<'a>(&self, as_of: NaiveDate, found: impl IntoIterator<Item = &'a str>) -> BTreeMap<&'a str, Age> {
        let before = self.streaks(as_of);
        let age = |id: &str| match before.get(id) {
            Some(age) => Age { nights: age.nights + 1, ..*age },
            None => Age { first_seen: as_of, nights: 1 },
        };
        found.into_iter().map(|id| (id, age(id))).collect()
    }

    /// The event that makes the record say what was found on the night of `as_of`; `None` where it
    /// says so already, and for a night earlier than the last recorded one.
    pub fn next(&self, as_of: NaiveDate, month: BillingMonth, found: &BTreeSet<String>) -> Option<FindingNight> {
        let last = self.nights.last().map(|night| night.as_of);
        if last.is_some_and(|last| as_of < last) {
            return None;
        }
        let mut present = BTreeSet::new();
        for night in &self.nights {
            present.retain(|id| !night.gone.contains(id));
            present.extend(night.appeared.iter().cloned());
        }
        let appeared: BTreeSet<String> = found.difference(&present).cloned().collect();
        let gone: BTreeSet<String> = present.difference(found).cloned().collect();
        let changes = !appeared.is_empty() || !gone.is_empty() || last != Some(as_of);
        changes.then_some(FindingNight { as_of, billing_period: month, appeared, gone })
    }

    /// Records a night.
    pub fn record(ledger: &Ledger, night: &FindingNight, temp: &Path) -> Result<()> {
        ledger.append(KIND, night, temp).map(|_| ())
    }

    /// What was there at the end of the last night before `day`, with its age then. Several events
    /// of one day are one night: only the state at its end counts.
    fn streaks(&self, day: NaiveDate) -> BTreeMap<&str, Age> {
        let mut streaks: BTreeMap<&str, Age> = BTreeMap::new();
        let events: Vec<&FindingNight> = self.nights.iter().take_while(|night| night.as_of < day).collect();
        for of_one_day in events.chunk_by(|a, b| a.as_of == b.as_of) {
            let mut present: BTreeSet<&str> = streaks.keys().copied().collect();
            for night in of_one_day {
                present.retain(|id| !night.gone.contains(*id));
                present.extend(night.appeared.iter().map(String::as_str));
            }
            let age = |id: &str| match streaks.get(id) {
                Some(age) => Age { nights: age.nights + 1, ..*age },
                None => Age { first_seen: of_one_day[0].as_of, nights: 1 },
            };
            streaks = present.into_iter().map(|id| (id, age(id))).collect();
        }
        streaks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 8, day).unwrap()
    }

    fn set(ids: &[&str]) -> BTreeSet<String> {
        ids.iter().map(|id| (*id).to_string()).collect()
    }

    /// Runs nights on a ledger on disk, as `run` does, and returns the history.
    fn after(nights: &[(u32, &[&str])]) -> (tempfile::TempDir, FindingHistory) {
        let root = tempfile::tempdir().unwrap();
        let ledger = Ledger::of_lake(root.path());
        let month = "2026-08".parse().unwrap();
        for (number, found) in nights {
            let history = FindingHistory::read(&ledger).unwrap();
            if let Some(night) = history.next(day(*number), month, &set(found)) {
                FindingHistory::record(&ledger, &night, root.path()).unwrap();
            }
        }
        let history = FindingHistory::read(&ledger).unwrap();
        (root, history)
    }

    fn age(history: &FindingHistory, on: u32, id: &str) -> (u32, i64) {
        use chrono::Datelike;
        let age = history.ages(day(on), [id])[id];
        (age.first_seen.day(), age.nights)
    }

    #[test]
    fn nights_in_a_row_count_nights_not_days() {
        let (_root, history) = after(&[(1, &["a"]), (2, &["a", "b"]), (5, &["a"])]);
        // Three nights were recorded; the one of the 6th is the fourth.
        assert_eq!(age(&history, 6, "a"), (1, 4));
        // b was gone on the 5th: seen again, it begins anew.
        assert_eq!(age(&history, 6, "b"), (6, 1));
        assert_eq!(age(&history, 6, "c"), (6, 1));
    }

    #[test]
    fn the_same_night_again_writes_nothing_and_says_the_same() {
        let (_root, history) = after(&[(1, &["a"]), (2, &["a"]), (2, &["a"]), (2, &["a"])]);
        assert_eq!(history.nights.len(), 2);
        assert_eq!(age(&history, 2, "a"), (1, 2));
    }

    /// In the morning a was not found, in the evening of that day it was: its row is unbroken.
    #[test]
    fn a_night_that_changes_its_mind_counts_as_it_ended() {
        let (_root, history) = after(&[(1, &["a"]), (2, &[]), (2, &["a"])]);
        assert_eq!(history.nights.len(), 3);
        assert_eq!(age(&history, 3, "a"), (1, 3));
        let (_root, history) = after(&[(1, &["a"]), (2, &["a"]), (2, &[])]);
        assert_eq!(age(&history, 3, "a"), (3, 1));
    }

    #[test]
    fn an_earlier_day_reads_history_up_to_it_and_records_nothing() {
        let (_root, history) = after(&[(1, &["a"]), (2, &["a"]), (9, &["b"]), (2, &["x", "y"])]);
        assert_eq!(history.nights.len(), 3);
        assert_eq!(age(&history, 2, "a"), (1, 2));
        assert_eq!(age(&history, 9, "b"), (9, 1));
    }

    #[test]
    fn a_night_that_does_not_follow_is_refused() {
        let (root, history) = after(&[(3, &["a"])]);
        let ledger = Ledger::of_lake(root.path());
        let mut night = history.nights[0].clone();
        FindingHistory::record(&ledger, &night, root.path()).unwrap();
        let error = FindingHistory::read(&ledger).unwrap_err();
        assert!(error.to_string().contains("ledger, event 2: the night does not follow"), "{error}");
        night.as_of = day(1);
        night.appeared.clear();
        let (root, _) = after(&[(3, &["a"])]);
        let ledger = Ledger::of_lake(root.path());
        FindingHistory::record(&ledger, &night, root.path()).unwrap();
        FindingHistory::read(&ledger).unwrap_err();
    }
}
