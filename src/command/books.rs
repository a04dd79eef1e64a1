//! What the ledger says of billing periods: which are closed, and what later deliveries of those say.

use super::rests_on::of_month;
use crate::error::{Error, Result};
use crate::fault;
use crate::focus::closing::{Settling, state_of};
use crate::focus::{BillingMonth, Figures, PeriodState, Policy, Slot};
use crate::lake::{Lake, SlotRecord, Snapshot};
use crate::ledger::{Act, Adjustment, Adjustments, Closing, Closings, FrozenSlot, Ledger};
use crate::settings::Settings;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// The closings and the adjustments.
#[derive(Debug, Clone, Default)]
pub struct Books {
    pub closings: Closings,
    pub adjustments: Adjustments,
}

impl Books {
    /// # Errors
    /// `Lake` for a damaged ledger.
    pub fn read(lake: &Lake) -> Result<Self> {
        let ledger = Ledger::of_lake(lake.home());
        Ok(Self { closings: Closings::read(&ledger)?, adjustments: Adjustments::read(&ledger)? })
    }

    pub fn is_closed(&self, month: BillingMonth) -> bool {
        self.closings.closed(month).is_some()
    }

    /// The state of a slot, and why.
    pub fn slot_state(
        &self,
        settings: &Settings,
        slot: &Slot,
        record: &SlotRecord,
        as_of: NaiveDate,
    ) -> (PeriodState, String) {
        match self.closings.closed(slot.month) {
            Some(closing) => (PeriodState::Closed, closed_in_words(closing)),
            None => {
                let settling = Settling { invoicing: record.invoicing, newest_charge_end: record.newest_charge_end };
                state_of(slot.month, as_of, settling, settings.final_rule(&slot.source))
            }
        }
    }

    /// The state of a billing period: that of its least settled slot, and why.
    pub fn month_state(
        &self,
        settings: &Settings,
        snapshot: &Snapshot,
        month: BillingMonth,
        as_of: NaiveDate,
    ) -> (PeriodState, String) {
        if let Some(closing) = self.closings.closed(month) {
            return (PeriodState::Closed, closed_in_words(closing));
        }
        let states = of_month(snapshot, month)
            .map(|(slot, record)| (slot.source.as_str(), self.slot_state(settings, slot, record, as_of)));
        let states: Vec<(&str, (PeriodState, String))> = states.collect();
        let state = states.iter().map(|(_, (state, _))| *state).min().unwrap_or(PeriodState::Open);
        let mut sources: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (source, (_, reason)) in states.iter().filter(|(_, (of, _))| *of == state) {
            sources.entry(reason).or_default().push(source);
        }
        let reasons = match sources.len() {
            // All of the period: the reason is the period's own.
            1 if sources.values().next().is_some_and(|of| of.len() == states.len()) => {
                sources.into_keys().map(str::to_string).collect::<Vec<_>>()
            }
            _ => sources.into_iter().map(|(reason, of)| format!("{}: {reason}", of.join(", "))).collect(),
        };
        (state, reasons.join("; "))
    }

    /// The policy that the slots of a billing period are published with.
    ///
    /// # Errors
    /// `Lake` for a closing in another costmill's words.
    pub fn policy_of(&self, settings: &Settings, month: BillingMonth) -> Result<Policy> {
        self.closings.closed(month).map_or_else(|| Ok(settings.policy.clone()), frozen_policy)
    }

    /// The figures of all adjustments that a billing period's statements carry.
    pub fn carried_by(&self, month: BillingMonth) -> Figures {
        let carried = self.adjustments.holding(&self.closings).into_iter().filter(|event| event.carrier == month);
        carried.fold(Figures::default(), |sum, event| sum.plus(&event.figures()))
    }

    /// What a reader of a period's pages must know of what was issued before.
    pub fn notes(&self, month: BillingMonth) -> Vec<String> {
        let mut notes = Vec::new();
        let events: Vec<_> = self.closings.of(month).map(|(_, event)| event).collect();
        for pair in events.windows(2) {
            if let (Act::Close(_), Act::Reopen { reason }) = (&pair[0].act, &pair[1].act) {
                notes.push(format!(
                    "{month} was closed on {} by {} and reopened on {} by {}: {reason}. These pages replace those issued on {}.",
                    pair[0].at.date_naive(),
                    pair[0].by,
                    pair[1].at.date_naive(),
                    pair[1].by,
                    pair[0].at.date_naive(),
                ));
            }
        }
        notes
    }

    /// Closed periods are published as they were closed.
    ///
    /// # Errors
    /// `Tie` that names the slot: somebody published it since, by a costmill that knew nothing of the closing or
    /// beside it.
    pub fn check(&self, snapshot: &Snapshot) -> Result<()> {
        for month in self.closings.closed_months() {
            let Some(closing) = self.closings.closed(month) else { continue };
            let published: BTreeMap<&str, &SlotRecord> =
                of_month(snapshot, month).map(|(slot, record)| (slot.source.as_str(), record)).collect();
            let names: BTreeSet<&str> =
                published.keys().copied().chain(closing.frozen.slots.keys().map(String::as_str)).collect();
            for source in names {
                let same = match (closing.frozen.slots.get(source), published.get(source)) {
                    (Some(frozen), Some(record)) => *frozen == frozen_slot(record),
                    _ => false,
                };
                if !same {
                    let what = format!("is not what was closed on {}", closing.event.at.date_naive());
                    let remedy = format!(
                        "restore the lake to version {} of its table, or `costmill reopen --period {month}`",
                        closing.frozen.version
                    );
                    return Err(Error::tie(format!("{source} {month}"), what, remedy));
                }
            }
        }
        Ok(())
    }

    /// Records adjustments. A run that dies here finds the rest again.
    pub fn record(&self, lake: &Lake, adjustments: &[Adjustment]) -> Result<()> {
        let ledger = Ledger::of_lake(lake.home());
        for adjustment in adjustments {
            fault::point("run.before_adjustment");
            Adjustments::record(&ledger, adjustment, &lake.temp()?)?;
        }
        Ok(())
    }

    /// Slots of closed periods that were published over stand again as they were closed; `known` is a snapshot that has
    /// them so. Another host may close a period between this one's last look at the ledger and its commit.
    ///
    /// # Errors
    /// `Lake`, from the disk or the store.
    pub fn give_back(lake: &Lake, known: &Snapshot) -> Result<Vec<Slot>> {
        let mut tried = false;
        loop {
            let (books, now) = (Self::read(lake)?, lake.snapshot()?);
            let back = books.published_over(known, &now);
            if back.is_empty() {
                return Ok(Vec::new());
            }
            let slots = back.keys().cloned().collect();
            for record in back.values() {
                lake.files(record.cost.iter().chain(record.rollups.values()))?;
            }
            match lake.commit(&now, back) {
                Ok(_) => return Ok(slots),
                // The other host gives it back as well.
                Err(_) if !tried => tried = true,
                Err(error) => return Err(error),
            }
        }
    }

    /// What `known` has as it was closed, and `now` has otherwise.
    fn published_over(&self, known: &Snapshot, now: &Snapshot) -> BTreeMap<Slot, SlotRecord> {
        let closings =
            self.closings.closed_months().into_iter().filter_map(|month| Some((month, self.closings.closed(month)?)));
        let frozen = closings.flat_map(|(month, closing)| {
            closing.frozen.slots.iter().map(move |(source, frozen)| (Slot { source: source.clone(), month }, frozen))
        });
        let back = frozen.filter_map(|(slot, frozen)| {
            let as_closed = |snapshot: &Snapshot| {
                snapshot.slots.get(&slot).filter(|record| frozen_slot(record) == *frozen).cloned()
            };
            match as_closed(now) {
                Some(_) => None,
                None => as_closed(known).map(|record| (slot.clone(), record)),
            }
        });
        back.collect()
    }

    /// Nothing that was built is of a period that has been closed meanwhile.
    ///
    /// # Errors
    /// `Lake` that names the period.
    pub fn refuse_closed<'a>(lake: &Lake, mut built: impl Iterator<Item = &'a Slot>) -> Result<()> {
        let now = Self::read(lake)?;
        match built.find(|slot| now.is_closed(slot.month)) {
            None => Ok(()),
            Some(slot) => {
                let what = "was closed while this run was at work: nothing was published";
                Err(Error::lake(slot.to_string(), what, "run again"))
            }
        }
    }
}

/// `closed on 2026-10-12 by anna`.
pub fn closed_in_words(closing: Closing) -> String {
    let early = match closing.frozen.state {
        PeriodState::Open | PeriodState::Provisional => format!(", while it was {}", closing.frozen.state),
        _ => String::new(),
    };
    let note = if closing.frozen.note.is_empty() { String::new() } else { format!(": {}", closing.frozen.note) };
    format!("closed on {} by {}{early}{note}", closing.event.at.date_naive(), closing.event.by)
}

/// The policy under which a period was closed: who owned what then.
pub fn frozen_policy(closing: Closing) -> Result<Policy> {
    serde_json::from_str(&closing.frozen.policy).map_err(|error| {
        let what = format!("its policy is in another costmill's words: {error}");
        Error::lake(
            format!("ledger, event {}", closing.number),
            what,
            "use the costmill that closed the period, or a newer one",
        )
    })
}

/// What a closing keeps of a slot.
pub fn frozen_slot(record: &SlotRecord) -> FrozenSlot {
    let files = record.cost.iter().chain(record.rollups.values());
    FrozenSlot {
        publication_key: record.publication_key.clone(),
        delivery: record.delivery.clone(),
        files: files.map(|file| (file.path.clone(), file.sha256.clone())).collect(),
        control: record.control.clone(),
        reporting: record.reporting.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{ClosingEvent, Frozen, FrozenPages};

    fn close(lake: &Lake, period: &str) {
        let frozen = Frozen {
            version: 0,
            state: PeriodState::Final,
            note: String::new(),
            slots: BTreeMap::new(),
            policy: "{}".into(),
            pages: FrozenPages { folder: String::new(), key: String::new(), files: BTreeMap::new() },
        };
        let at = "2026-10-12T08:00:00Z".parse().unwrap();
        let act = Act::Close(Box::new(frozen));
        let event = ClosingEvent { period: period.parse().unwrap(), at, by: "anna".into(), act };
        Closings::record(&Ledger::of_lake(lake.home()), &event, &lake.temp().unwrap()).unwrap();
    }

    /// As when another host closes a period while this run builds it.
    #[test]
    fn what_was_closed_meanwhile_is_not_published() {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::open(&folder.path().join("lake")).unwrap();
        let slots = ["2026-08", "2026-09"].map(|month| Slot { source: "aws".into(), month: month.parse().unwrap() });
        Books::refuse_closed(&lake, slots.iter()).unwrap();
        close(&lake, "2026-09");
        Books::refuse_closed(&lake, slots[..1].iter()).unwrap();
        let error = Books::refuse_closed(&lake, slots.iter()).unwrap_err();
        assert!(error.to_string().contains("aws 2026-09: was closed while this run was at work"), "{error}");
    }
}
