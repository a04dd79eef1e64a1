//! `costmill history`: every publication of a billing period, and what the ledger says of it in between.

use super::books::Books;
use super::console::Console;
use super::period::{Published, metric, money, printed, publications, text, time};
use super::versions::Cause;
use crate::cli::History;
use crate::error::Result;
use crate::focus::{Figures, Money, Slot};
use crate::lake::{Lake, SlotRecord};
use crate::ledger::Act;
use crate::settings::Settings;
use crate::transform::{Cell, CellKind};
use std::collections::{BTreeMap, BTreeSet};

const COLUMNS: [(&str, CellKind, &str); 12] = [
    ("x_Version", CellKind::Integer, "The version of the lake"),
    ("x_At", CellKind::Time, "When, by the clock of the host that did it, UTC"),
    ("x_Event", CellKind::Text, "What happened"),
    ("x_SourceId", CellKind::Text, "The configured source"),
    ("x_Delivery", CellKind::Text, "The ids of its deliveries"),
    ("x_Rows", CellKind::Integer, "Charges"),
    ("BillingCurrency", CellKind::Text, "as FOCUS defines it"),
    ("BilledCost", CellKind::Money, "as FOCUS defines it"),
    ("x_BilledCostChange", CellKind::Money, "BilledCost less that of the publication before"),
    ("EffectiveCost", CellKind::Money, "as FOCUS defines it"),
    ("x_EffectiveCostChange", CellKind::Money, "EffectiveCost less that of the publication before"),
    ("x_Note", CellKind::Text, "Who, and why"),
];

pub fn run(settings: &Settings, history: &History, console: Console) -> Result<u8> {
    let lake = Lake::open(&settings.lake)?;
    let books = Books::read(&lake)?;
    let published = publications(&lake, history.period, history.source.as_deref())?;
    // Rows by version, what the ledger says after what the version published, in its order.
    let mut rows: BTreeMap<(i64, usize), Vec<Vec<Cell>>> = BTreeMap::new();
    let mut before: BTreeMap<Slot, SlotRecord> = BTreeMap::new();
    for publication in &published {
        for slot in &publication.replaced {
            if let Some(record) = publication.slots.get(slot) {
                let earlier = before.insert(slot.clone(), record.clone());
                rows.entry((publication.version, 0)).or_default().extend(lines(
                    publication,
                    slot,
                    earlier.as_ref(),
                    record,
                ));
            }
        }
    }
    let mut version = published.first().map_or(0, |first| first.version);
    let mut moved: BTreeMap<_, Figures> = BTreeMap::new();
    for (at, (number, event)) in books.closings.of(history.period).enumerate() {
        let (word, note) = match &event.act {
            Act::Close(frozen) => {
                version = frozen.version;
                let force = format!("it was {}", frozen.state);
                ("closed", [format!("by {}", event.by), force, frozen.note.clone()].join("; "))
            }
            Act::Reopen { reason } => ("reopened", format!("by {}; {reason}", event.by)),
        };
        let note = note.trim_end_matches("; ").to_string();
        let place = rows.entry((version, 1 + at)).or_default();
        place.push(row(version, Some(event.at.timestamp_millis()), word, &note));
        for adjustment in books.adjustments.of_closing(*number) {
            if history.source.as_ref().is_some_and(|source| *source != adjustment.slot.source) {
                continue;
            }
            // An event has all that its period carries; a row what moved.
            let carried = adjustment.figures();
            let key = (*number, adjustment.slot.clone(), adjustment.carrier);
            let figures = carried.minus(&moved.insert(key, carried.clone()).unwrap_or_default());
            let (billed, effective) = (figures.by_currency(0), figures.by_currency(1));
            let note = format!("{} carries it, from the run of {} on", adjustment.carrier, adjustment.on);
            let mut cells = row(version, None, "adjustment", &note);
            (cells[3], cells[4]) = (text(&adjustment.slot.source), text(&adjustment.delivery));
            if billed.is_empty() {
                place.push(cells.clone());
            }
            for (currency, sum) in &billed {
                cells[6] = text(currency);
                cells[8] = money(*sum);
                cells[10] = money(effective.get(currency).copied().unwrap_or_default());
                place.push(cells.clone());
            }
        }
    }
    let rows = rows.into_values().flatten().collect();
    console.answer(&printed(&metric("history", &COLUMNS, rows), history.format)?)?;
    Ok(0)
}

/// A row without figures.
fn row(version: i64, at: Option<i64>, event: &str, note: &str) -> Vec<Cell> {
    let mut cells = vec![Cell::Null; COLUMNS.len()];
    (cells[0], cells[1], cells[2]) = (Cell::Integer(version), time(at), text(event));
    cells[11] = if note.is_empty() { Cell::Null } else { text(note) };
    cells
}

/// One row per currency of what was published of a slot.
fn lines(publication: &Published, slot: &Slot, before: Option<&SlotRecord>, record: &SlotRecord) -> Vec<Vec<Cell>> {
    let of =
        |record: Option<&SlotRecord>, cost| record.map(|record| record.control.by_currency(cost)).unwrap_or_default();
    let (billed, effective) = (of(Some(record), "BilledCost"), of(Some(record), "EffectiveCost"));
    let (billed_before, effective_before) = (of(before, "BilledCost"), of(before, "EffectiveCost"));
    let currencies: BTreeSet<&String> = billed.keys().chain(billed_before.keys()).collect();
    let word = Cause::of(before, Some(record)).in_words();
    let line = |currency: &String| {
        let sum = |sums: &BTreeMap<String, Money>| sums.get(currency).copied().unwrap_or_default();
        let change = |now, then| if before.is_some() { money(sum(now) - sum(then)) } else { Cell::Null };
        let mut cells = row(publication.version, publication.at, word, "");
        (cells[3], cells[4]) = (text(&slot.source), text(&record.delivery));
        cells[5] = Cell::Integer(i64::try_from(record.rows).unwrap_or(i64::MAX));
        (cells[6], cells[7], cells[9]) = (text(currency), money(sum(&billed)), money(sum(&effective)));
        (cells[8], cells[10]) = (change(&billed, &billed_before), change(&effective, &effective_before));
        cells
    };
    currencies.into_iter().map(line).collect()
}
