//! External control totals: told on open periods, a gate on final ones.

use super::books::Books;
use super::console::Console;
use super::table;
use crate::error::{Error, Result};
use crate::focus::{BillingMonth, ControlTotals, PeriodState, Slot};
use crate::lake::{SlotRecord, Snapshot};
use crate::reconcile::{ExternalCheck, Verdict, external};
use crate::report::TieLine;
use crate::settings::Settings;
use crate::transform::{ControlTotalRow, control_total_frame};
use chrono::NaiveDate;
use polars::prelude::DataFrame;
use std::collections::BTreeMap;

/// What a difference means, by how settled the period is.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// Of open and provisional periods: the two were taken at other times.
    pub warnings: Vec<Error>,
    /// Of final periods, with the slots that are not published for it.
    pub gates: Vec<(Error, Vec<Slot>)>,
    /// Of closed periods, which nothing unpublishes.
    pub closed: Vec<Error>,
}

/// The totals of a billing period beside what the snapshot has of it.
pub fn checks<'a>(settings: &'a Settings, snapshot: &Snapshot, month: BillingMonth) -> Vec<ExternalCheck<'a>> {
    let slots: Vec<(&Slot, &ControlTotals)> =
        snapshot.slots.iter().map(|(slot, record)| (slot, &record.control)).collect();
    let mut checks = external(&settings.control_totals, &slots);
    checks.retain(|check| check.total.part.month == month);
    checks
}

/// Every difference of a billing period, by what it means.
pub fn differences(
    settings: &Settings,
    snapshot: &Snapshot,
    (books, month, as_of): (&Books, BillingMonth, NaiveDate),
) -> Told {
    let mut told = Told::default();
    for check in checks(settings, snapshot, month).iter().filter(|check| check.verdict() == Verdict::Differs) {
        // As settled as the least settled of what was added up.
        let states = check.slots.iter().filter_map(|slot| {
            let record = snapshot.slots.get(slot)?;
            Some(books.slot_state(settings, slot, record, as_of).0)
        });
        let state = states.min().unwrap_or(PeriodState::Open);
        let part = check.total.part.in_words();
        let error = |remedy: &str| Error::tie(&part, format!("{}; the period is {state}", check.in_words()), remedy);
        match state {
            PeriodState::Open | PeriodState::Provisional => {
                told.warnings.push(error("nothing yet: on a final period it stops the publication"));
            }
            // Who says so may still change it, or said it of an earlier delivery.
            PeriodState::Final | PeriodState::Closed if !check.total.is_settled => {
                told.warnings.push(error("nothing yet: the figure is not settled, and stops nothing"));
            }
            PeriodState::Final => {
                let remedy = match check.total.place.api() {
                    None => "find out which is wrong; the period is not published, what was published before stays",
                    Some(_) => {
                        "find out which is wrong, or ask once more with --ask-again; the period is not published, what was \
                         published before stays"
                    }
                };
                told.gates.push((error(remedy), check.slots.clone()));
            }
            PeriodState::Closed => {
                told.closed.push(error("what is closed stays: correct the total, or reopen the period"));
            }
        }
    }
    told
}

/// Takes the slots of final periods that do not tie out of what is to be published, and tells every difference.
/// What differs in a closed period goes to `beside`.
pub fn gate(
    (settings, books, as_of): (&Settings, &Books, NaiveDate),
    base: &Snapshot,
    staged: &mut BTreeMap<Slot, SlotRecord>,
    (ties, beside): (&mut Vec<Error>, &mut Vec<Error>),
    console: Console,
) {
    for month in super::run::months(settings, &base.staged(staged)) {
        // What is taken out moves the totals of what stays: they are asked again until nothing more goes.
        loop {
            let told = differences(settings, &base.staged(staged), (books, month, as_of));
            let before = staged.len();
            for (error, slots) in told.gates {
                staged.retain(|slot, _| !slots.contains(slot));
                if !ties.contains(&error) {
                    ties.push(error);
                }
            }
            if staged.len() == before {
                told.warnings.iter().for_each(|warning| console.warning(&warning.to_string()));
                beside.extend(told.closed);
                break;
            }
        }
    }
}

/// The derived table of a billing period.
pub fn frame(settings: &Settings, snapshot: &Snapshot, month: BillingMonth) -> Result<DataFrame> {
    let checks = checks(settings, snapshot, month);
    let rows: Vec<ControlTotalRow> = checks
        .iter()
        .map(|check| ControlTotalRow {
            total: check.total,
            found: Some(check.found).filter(|_| !check.slots.is_empty()),
            rounded: Some(check.rounded()).filter(|_| !check.slots.is_empty()),
            rows: check.rows,
            tolerance: check.tolerance(),
            verdict: check.verdict().to_string(),
        })
        .collect();
    control_total_frame(&rows)
}

/// The lines of the proof on the pages: what is told, and whether it ties. An API tells every account: those that tie
/// stand in the section of external control totals alone.
pub fn tie_lines(settings: &Settings, snapshot: &Snapshot, month: BillingMonth) -> Vec<TieLine> {
    let compared = checks(settings, snapshot, month).into_iter().filter_map(|check| {
        let is_account = check.total.place.api().is_some() && check.total.part.sub_account.is_some();
        if is_account && check.verdict() == Verdict::Ties {
            return None;
        }
        let (told, part) = (check.total.amount().filter(|_| !check.slots.is_empty())?, &check.total.part);
        let narrower = [&part.billing_account, &part.sub_account, &part.charge_category].into_iter().flatten();
        let stage = [check.total.by()].into_iter().chain(narrower.cloned()).collect::<Vec<_>>().join(", ");
        Some(TieLine {
            source: part.source.clone().unwrap_or_else(|| "all sources".into()),
            stage,
            rows: check.rows,
            currency: part.currency.clone(),
            sums: vec![(part.metric.clone(), told)],
            ties: check.verdict() == Verdict::Ties,
        })
    });
    compared.collect()
}

/// The totals of a period as `costmill reconcile` prints them; empty without one.
pub fn text(checks: &[ExternalCheck]) -> String {
    if checks.is_empty() {
        return String::new();
    }
    let header = ["told by", "of", "column", "told", "in cost", "told − in cost", "tolerance", ""].map(str::to_string);
    let amount = |check: &ExternalCheck| match check.total.amount() {
        Some(told) => told.to_string(),
        None => check.total.foreign(),
    };
    let rows: Vec<Vec<String>> = checks
        .iter()
        .map(|check| {
            vec![
                check.total.by(),
                check.total.part.in_words(),
                check.total.part.metric.clone(),
                amount(check),
                check.found.to_string(),
                check.difference().map(|by| by.to_string()).unwrap_or_default(),
                check.tolerance().to_string(),
                check.verdict().to_string(),
            ]
        })
        .collect();
    let right = [false, false, false, true, true, true, true, false];
    format!("external control totals\n{}", table::grid(&header, &rows, &right))
}
