//! The state of every slot at each version of the lake, and at the one that a run is about to commit.

use crate::error::Result;
use crate::focus::{BillingMonth, Figures, Slot};
use crate::lake::{self, Lake, Publication, SlotRecord};
use crate::reconcile::figures;
use crate::transform::rollup::Rollup;
use std::collections::{BTreeMap, BTreeSet};

/// What stands for a slot's record: a name, or what is staged.
#[derive(Debug, Clone)]
enum Known {
    Stored(String),
    Staged(Box<SlotRecord>),
}

/// One version. The last may not be committed yet.
#[derive(Debug, Clone)]
struct State {
    slots: BTreeMap<Slot, Known>,
}

/// Every version, oldest first.
pub struct Versions<'a> {
    lake: &'a Lake,
    states: Vec<State>,
}

/// How one slot differs between two versions.
#[derive(Debug, Clone)]
pub struct SlotChange {
    pub slot: Slot,
    pub cause: Cause,
    /// Later less earlier.
    pub moved: Figures,
}

/// Why a slot was published again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The slot was not there before.
    Source,
    Delivery,
    /// The same deliveries: the policy or the program reads them otherwise.
    Reading,
    /// The same deliveries, converted at other rates. No cost of the bill moves by it.
    Rates,
}

impl Cause {
    pub fn of(before: Option<&SlotRecord>, after: Option<&SlotRecord>) -> Self {
        match (before, after) {
            (Some(before), Some(after)) if before.delivery == after.delivery => {
                if before.reporting == after.reporting {
                    Self::Reading
                } else {
                    Self::Rates
                }
            }
            (Some(_), _) => Self::Delivery,
            (None, _) => Self::Source,
        }
    }

    pub fn in_words(self) -> &'static str {
        match self {
            Self::Source => "first published",
            Self::Delivery => "another delivery",
            Self::Reading => "policy or program",
            Self::Rates => "rates of the reporting currency",
        }
    }
}

impl<'a> Versions<'a> {
    /// `staged` is what a run is about to publish; nothing where it publishes nothing.
    pub fn new(lake: &'a Lake, staged: &BTreeMap<Slot, SlotRecord>) -> Result<Self> {
        let stored = |publication: Publication| State {
            slots: publication.records.into_iter().map(|(slot, name)| (slot, Known::Stored(name))).collect(),
        };
        let mut states: Vec<State> = lake.history()?.into_iter().map(stored).collect();
        if !staged.is_empty() {
            let mut next = states.last().cloned().unwrap_or(State { slots: BTreeMap::new() });
            next.slots
                .extend(staged.iter().map(|(slot, record)| (slot.clone(), Known::Staged(Box::new(record.clone())))));
            states.push(next);
        }
        Ok(Self { lake, states })
    }

    /// What moved in earlier billing periods while `month` was the newest one: from the version before its first
    /// charges to that before the first of a later month, so that each change belongs to one month. A period
    /// that appears in between counts from then on.
    pub fn earlier_months_moved(&self, month: BillingMonth) -> Result<Vec<SlotChange>> {
        let reaches = |state: &State, month: BillingMonth| state.slots.keys().any(|slot| slot.month >= month);
        let Some(first) = self.states.iter().position(|state| reaches(state, month)) else { return Ok(Vec::new()) };
        let next = self.states.iter().position(|state| reaches(state, month.plus(1)));
        let last = next.unwrap_or(self.states.len()).saturating_sub(1);
        if last < first {
            return Ok(Vec::new());
        }
        let to = &self.states[last];
        let earlier: BTreeSet<BillingMonth> =
            to.slots.keys().map(|slot| slot.month).filter(|other| *other < month).collect();
        let mut found = Vec::new();
        for period in earlier {
            let has = |state: &&State| state.slots.keys().any(|slot| slot.month == period);
            let before = first.checked_sub(1).map(|at| &self.states[at]).filter(has);
            let Some(from) = before.or_else(|| self.states[first..=last].iter().find(has)) else { continue };
            for slot in to.slots.keys().filter(|slot| slot.month == period) {
                let (before, after) = (self.record(from, slot)?, self.record(to, slot)?);
                let same =
                    before.as_ref().zip(after.as_ref()).is_some_and(|(a, b)| a.publication_key == b.publication_key);
                if same {
                    continue;
                }
                let moved = figures_of(self.lake, after.as_ref())?.minus(&figures_of(self.lake, before.as_ref())?);
                if !moved.is_empty() {
                    let cause = match Cause::of(before.as_ref(), after.as_ref()) {
                        Cause::Rates => Cause::Reading,
                        cause => cause,
                    };
                    found.push(SlotChange { slot: slot.clone(), cause, moved });
                }
            }
        }
        Ok(found)
    }

    fn record(&self, state: &State, slot: &Slot) -> Result<Option<SlotRecord>> {
        match state.slots.get(slot) {
            None => Ok(None),
            Some(Known::Staged(record)) => Ok(Some((**record).clone())),
            Some(Known::Stored(name)) => self.lake.record(name).map(Some),
        }
    }
}

/// The figures of a slot as a record has them; none without one.
pub fn figures_of(lake: &Lake, record: Option<&SlotRecord>) -> Result<Figures> {
    match record.and_then(|record| record.rollups.get(Rollup::CostDaily.name())) {
        Some(file) => figures(lake::scan_parquet(&[lake.file(file)?])?),
        None => Ok(Figures::default()),
    }
}
