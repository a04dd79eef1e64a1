//! What later deliveries of closed billing periods say differently, and which period's statements carry it.
//!
//! A closed period keeps its figures F. When its provider delivers L, the difference L − F is carried by the
//! first billing period that is not closed. A further delivery L′ replaces what an open period carries; what a period
//! that has been closed since carries stays, and the rest goes to the next one. So at any time
//! F + Σ adjustments = the latest delivery, cell by cell.

use super::{Closings, Ledger};
use crate::error::Result;
use crate::focus::{BillingMonth, ChangeCell, ChangeKey, ControlTotals, Figures, Slot};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

const KIND: &str = "adjustment";

/// What one billing period carries for a slot of a closed one, from this event on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Adjustment {
    /// The number of the closing whose figures this adjusts.
    pub closing: u64,
    pub slot: Slot,
    /// The ids of the deliveries that said so.
    pub delivery: String,
    /// The billing period whose statements carry it.
    pub carrier: BillingMonth,
    /// The day the run spoke for.
    pub on: NaiveDate,
    /// Sorted; none that comes to nothing. All of what `carrier` carries, not what is new.
    pub cells: Vec<(ChangeKey, ChangeCell)>,
    /// The totals of the latest delivery, as they would stand in `cost`.
    pub latest: ControlTotals,
}

impl Adjustment {
    pub fn figures(&self) -> Figures {
        Figures(self.cells.iter().cloned().collect())
    }
}

/// What the latest delivery of a slot of a closed period says.
#[derive(Debug, Clone)]
pub struct Later {
    pub slot: Slot,
    pub delivery: String,
    /// The latest delivery less what is frozen.
    pub difference: Figures,
    pub latest: ControlTotals,
}

/// Every adjustment, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Adjustments {
    events: Vec<Adjustment>,
}

impl Adjustments {
    /// Reads the ledger.
    ///
    /// # Errors
    /// `Lake` for a damaged event.
    pub fn read(ledger: &Ledger) -> Result<Self> {
        Ok(Self { events: ledger.events::<Adjustment>(KIND)?.into_iter().map(|(_, event)| event).collect() })
    }

    /// All of them, oldest first.
    pub fn all(&self) -> &[Adjustment] {
        &self.events
    }

    /// Records an adjustment.
    pub fn record(ledger: &Ledger, adjustment: &Adjustment, temp: &Path) -> Result<()> {
        ledger.append(KIND, adjustment, temp).map(|_| ())
    }

    /// With one more, that the ledger does not know yet.
    pub fn push(&mut self, adjustment: Adjustment) {
        self.events.push(adjustment);
    }

    /// The events under a closing, oldest first.
    pub fn of_closing(&self, closing: u64) -> impl Iterator<Item = &Adjustment> {
        self.events.iter().filter(move |event| event.closing == closing)
    }

    /// The last event of a slot under a closing: which delivery is accounted for.
    pub fn last(&self, closing: u64, slot: &Slot) -> Option<&Adjustment> {
        self.events.iter().rfind(|event| event.closing == closing && event.slot == *slot)
    }

    /// What each billing period carries for a slot under a closing.
    pub fn carried(&self, closing: u64, slot: &Slot) -> BTreeMap<BillingMonth, &Adjustment> {
        let of_slot = self.events.iter().filter(|event| event.closing == closing && event.slot == *slot);
        of_slot.map(|event| (event.carrier, event)).collect()
    }

    /// Everything that holds: what each period carries for each slot that is closed now.
    pub fn holding(&self, closings: &Closings) -> Vec<&Adjustment> {
        let holds = |event: &&Adjustment| {
            closings.closed(event.slot.month).is_some_and(|closing| closing.number == event.closing)
        };
        let mut last: BTreeMap<(Slot, BillingMonth), &Adjustment> = BTreeMap::new();
        for event in self.events.iter().filter(holds) {
            last.insert((event.slot.clone(), event.carrier), event);
        }
        last.into_values().filter(|event| !event.cells.is_empty()).collect()
    }

    /// The event that makes the record say what a later delivery says; `None` where it says so already. The period
    /// that carries it is the latest open one that carries something of the slot already, else the first open one
    /// after it.
    pub fn next(&self, closing: u64, later: &Later, closings: &Closings, on: NaiveDate) -> Option<Adjustment> {
        let carried = self.carried(closing, &later.slot);
        let open = carried.keys().rev().find(|month| closings.closed(**month).is_none());
        let carrier = open.copied().unwrap_or_else(|| closings.first_open_after(later.slot.month));
        let elsewhere = carried.iter().filter(|(month, _)| **month != carrier);
        let elsewhere = elsewhere.fold(Figures::default(), |sum, (_, event)| sum.plus(&event.figures()));
        let next = Adjustment {
            closing,
            slot: later.slot.clone(),
            delivery: later.delivery.clone(),
            carrier,
            on,
            cells: later.difference.minus(&elsewhere).0.into_iter().collect(),
            latest: later.latest.clone(),
        };
        let same = |last: &Adjustment| {
            let carries = carried.get(&carrier).map_or(&[][..], |event| &event.cells);
            last.delivery == next.delivery && last.latest == next.latest && carries == next.cells
        };
        match self.last(closing, &later.slot) {
            Some(last) if same(last) => None,
            _ => Some(next),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::closing::tests::{close, ledger};
    use super::*;
    use crate::focus::Money;

    fn slot() -> Slot {
        Slot { source: "aws".into(), month: "2026-08".parse().unwrap() }
    }

    fn figures(cost: i128) -> Figures {
        let key = ChangeKey {
            billing_account: "b".into(),
            sub_account: "s".into(),
            currency: "USD".into(),
            charge_category: "Usage".into(),
            service: "Engine".into(),
            team: "maps".into(),
        };
        Figures::default().plus(&Figures(BTreeMap::from([(key, ChangeCell { rows: 0, costs: [Money(cost); 5] })])))
    }

    fn later(delivery: &str, difference: i128) -> Later {
        let latest = ControlTotals::new(vec![format!("{difference}")]);
        Later { slot: slot(), delivery: delivery.into(), difference: figures(difference), latest }
    }

    fn closings(months: &[&str]) -> Closings {
        let events: Vec<_> = months.iter().map(|month| close(month)).collect();
        Closings::read(&ledger(&events).1).unwrap()
    }

    /// What each month carries, in units of the 18th decimal.
    fn carries(adjustments: &Adjustments, closings: &Closings) -> Vec<(String, i128)> {
        let cost = |event: &&Adjustment| event.figures().by_currency(0)["USD"].0;
        adjustments.holding(closings).iter().map(|event| (event.carrier.to_string(), cost(event))).collect()
    }

    fn take(adjustments: &mut Adjustments, closings: &Closings, later: &Later) -> bool {
        let next = adjustments.next(1, later, closings, "2026-10-20".parse().unwrap());
        let is_new = next.is_some();
        adjustments.events.extend(next);
        is_new
    }

    #[test]
    fn a_later_delivery_replaces_what_an_open_month_carries() {
        let (mut adjustments, closings) = (Adjustments::default(), closings(&["2026-08"]));
        assert!(take(&mut adjustments, &closings, &later("two", 5)));
        assert!(!take(&mut adjustments, &closings, &later("two", 5)));
        assert_eq!(carries(&adjustments, &closings), [("2026-09".into(), 5)]);
        assert!(take(&mut adjustments, &closings, &later("three", 7)));
        assert_eq!(carries(&adjustments, &closings), [("2026-09".into(), 7)]);
        // Back to what is frozen: nothing is carried, and that is known.
        assert!(take(&mut adjustments, &closings, &later("one", 0)));
        assert!(!take(&mut adjustments, &closings, &later("one", 0)));
        assert_eq!(carries(&adjustments, &closings), []);
    }

    #[test]
    fn what_a_closed_month_carries_stays_and_the_rest_goes_on() {
        let mut adjustments = Adjustments::default();
        take(&mut adjustments, &closings(&["2026-08"]), &later("two", 5));
        let both = closings(&["2026-08", "2026-09"]);
        assert!(!take(&mut adjustments, &both, &later("two", 5)), "the same delivery again says nothing new");
        assert!(take(&mut adjustments, &both, &later("three", 4)));
        assert_eq!(carries(&adjustments, &both), [("2026-09".into(), 5), ("2026-10".into(), -1)]);
        take(&mut adjustments, &both, &later("four", 9));
        assert_eq!(carries(&adjustments, &both), [("2026-09".into(), 5), ("2026-10".into(), 4)]);
        let all = closings(&["2026-08", "2026-09", "2026-10"]);
        take(&mut adjustments, &all, &later("five", 9));
        assert_eq!(carries(&adjustments, &all), [("2026-09".into(), 5), ("2026-10".into(), 4)]);
    }

    #[test]
    fn adjustments_of_another_closing_hold_no_more() {
        let (mut adjustments, closings) = (Adjustments::default(), closings(&["2026-09", "2026-08"]));
        // Closing 1 is that of September; August's is 2.
        take(&mut adjustments, &closings, &later("two", 5));
        assert_eq!(carries(&adjustments, &closings), []);
    }
}
