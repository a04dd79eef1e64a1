//! Which billing periods are closed, by whom, and exactly what is frozen.

use super::Ledger;
use crate::error::{Error, Result};
use crate::focus::{BillingMonth, ControlTotals, PeriodState, Reporting};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const KIND: &str = "closing";

/// A billing period is closed, or opened again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClosingEvent {
    /// The whole billing period, of every source.
    pub period: BillingMonth,
    pub at: DateTime<Utc>,
    /// Who did it, in their own words.
    pub by: String,
    pub act: Act,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Act {
    Close(Box<Frozen>),
    Reopen { reason: String },
}

/// What a closing freezes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frozen {
    /// The version of `cost` that was published.
    pub version: i64,
    /// What the rules said of the period then; less than final where somebody insisted.
    pub state: PeriodState,
    pub note: String,
    /// By source.
    pub slots: BTreeMap<String, FrozenSlot>,
    /// The policy whose charges these are, as JSON: later deliveries are told apart by it.
    pub policy: String,
    pub pages: FrozenPages,
}

/// One slot of a closed period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrozenSlot {
    pub publication_key: String,
    /// The ids of its deliveries.
    pub delivery: String,
    /// SHA-256 of each file of `cost` and the roll-ups, by path in the lake.
    pub files: BTreeMap<String, String>,
    /// The totals of `cost`.
    pub control: ControlTotals,
    /// The rates that its roll-ups were converted with, each with its source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reporting: Option<Reporting>,
}

/// The reports that were issued with the closing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrozenPages {
    /// Where the lake keeps them, relative to its root.
    pub folder: String,
    /// The key of the month's `index.json`.
    pub key: String,
    /// SHA-256 by path below that folder.
    pub files: BTreeMap<String, String>,
}

/// A closing that holds.
#[derive(Debug, Clone, Copy)]
pub struct Closing<'a> {
    /// The number of its event: it names this closing among those of the period.
    pub number: u64,
    pub event: &'a ClosingEvent,
    pub frozen: &'a Frozen,
}

/// Every closing and re-opening, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Closings {
    events: Vec<(u64, ClosingEvent)>,
}

impl Closings {
    /// Reads the ledger.
    ///
    /// # Errors
    /// [`Error::Lake`] for a damaged event, or one that does not follow from those before it.
    pub fn read(ledger: &Ledger) -> Result<Self> {
        let events = ledger.events::<ClosingEvent>(KIND)?;
        let mut closed = BTreeSet::new();
        for (number, event) in &events {
            let follows = match &event.act {
                Act::Close(_) => closed.insert(event.period),
                Act::Reopen { .. } => closed.remove(&event.period),
            };
            if !follows {
                let what = format!("{} is closed twice, or opened while it was open", event.period);
                let remedy = "restore the ledger from its backup; it cannot be made again from the bill";
                return Err(Error::lake(format!("ledger, event {number}"), what, remedy));
            }
        }
        Ok(Self { events })
    }

    /// With one more that the ledger does not know yet.
    pub fn with(&self, event: ClosingEvent) -> Self {
        let number = self.events.last().map_or(1, |(number, _)| number + 1);
        Self { events: self.events.iter().cloned().chain([(number, event)]).collect() }
    }

    /// Records an event; its number.
    ///
    /// # Errors
    /// [`Error::Lake`] when another host wrote an event at the same time: nothing is recorded then.
    pub fn record(ledger: &Ledger, event: &ClosingEvent, temp: &Path) -> Result<u64> {
        ledger.append(KIND, event, temp)
    }

    /// The closing of a billing period, where it is closed now.
    pub fn closed(&self, period: BillingMonth) -> Option<Closing<'_>> {
        let (number, event) = self.of(period).last()?;
        match &event.act {
            Act::Close(frozen) => Some(Closing { number: *number, event, frozen }),
            Act::Reopen { .. } => None,
        }
    }

    /// The events of a billing period, oldest first.
    pub fn of(&self, period: BillingMonth) -> impl Iterator<Item = &(u64, ClosingEvent)> {
        self.events.iter().filter(move |(_, event)| event.period == period)
    }

    /// What was ever frozen, by closings that were opened again too.
    pub fn ever_frozen(&self) -> impl Iterator<Item = &Frozen> {
        self.events.iter().filter_map(|(_, event)| match &event.act {
            Act::Close(frozen) => Some(frozen.as_ref()),
            Act::Reopen { .. } => None,
        })
    }

    /// The billing periods that are closed now.
    pub fn closed_months(&self) -> BTreeSet<BillingMonth> {
        let months: BTreeSet<BillingMonth> = self.events.iter().map(|(_, event)| event.period).collect();
        months.into_iter().filter(|month| self.closed(*month).is_some()).collect()
    }

    /// The first billing period after this one that is not closed: what is found out later about this one is put
    /// right there.
    pub fn first_open_after(&self, period: BillingMonth) -> BillingMonth {
        let closed = self.closed_months();
        let mut next = period.plus(1);
        while closed.contains(&next) {
            next = next.plus(1);
        }
        next
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn close(period: &str) -> ClosingEvent {
        let frozen = Frozen {
            version: 3,
            state: PeriodState::Final,
            note: String::new(),
            slots: BTreeMap::new(),
            policy: "{}".into(),
            pages: FrozenPages { folder: String::new(), key: String::new(), files: BTreeMap::new() },
        };
        let at = "2026-10-12T08:00:00Z".parse().unwrap();
        let period = period.parse().unwrap();
        ClosingEvent { period, at, by: "anna".into(), act: Act::Close(Box::new(frozen)) }
    }

    pub fn reopen(period: &str) -> ClosingEvent {
        ClosingEvent { act: Act::Reopen { reason: "wrong".into() }, ..close(period) }
    }

    pub fn ledger(events: &[ClosingEvent]) -> (tempfile::TempDir, Ledger) {
        let root = tempfile::tempdir().unwrap();
        let ledger = Ledger::of_lake(root.path());
        for event in events {
            Closings::record(&ledger, event, root.path()).unwrap();
        }
        (root, ledger)
    }

    #[test]
    fn a_period_is_what_its_last_event_says() {
        let (_root, ledger) = ledger(&[close("2026-08"), close("2026-09"), reopen("2026-08")]);
        let closings = Closings::read(&ledger).unwrap();
        let month = |text: &str| text.parse::<BillingMonth>().unwrap();
        assert!(closings.closed(month("2026-08")).is_none() && closings.closed(month("2026-07")).is_none());
        assert_eq!(closings.closed(month("2026-09")).unwrap().number, 2);
        assert_eq!(closings.of(month("2026-08")).count(), 2);
        assert_eq!(closings.closed_months(), BTreeSet::from([month("2026-09")]));
        assert_eq!(closings.first_open_after(month("2026-07")), month("2026-08"));
        assert_eq!(closings.first_open_after(month("2026-08")), month("2026-10"));
    }

    #[test]
    fn events_follow_from_each_other() {
        for wrong in [vec![close("2026-08"), close("2026-08")], vec![reopen("2026-08")]] {
            let error = Closings::read(&ledger(&wrong).1).unwrap_err();
            assert!(error.to_string().contains("2026-08 is closed twice, or opened"), "{error}");
        }
    }
}
