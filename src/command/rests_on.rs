//! What the figures of a page rest on: the deliveries, the proof, and what a reader must know of them.

use super::books::Books;
use super::external;
use super::full_days::full_days;
use super::prove::gates;
use crate::focus::{BillingMonth, COSTS, ControlTotals, MoneyBasis};
use crate::format;
use crate::lake::{SlotRecord, Snapshot};
use crate::reconcile::Gate;
use crate::report::{DeliveryLine, PageContext, TieLine};
use crate::settings::Settings;
use crate::transform::policy::showback_in_words;
use crate::transform::rollup::Rollup;
use std::collections::{BTreeMap, BTreeSet};

/// `gross` or `net`; empty for a format whose exports carry one kind of costs only.
fn basis(record: &SlotRecord) -> String {
    let chosen = format::find(&record.format).is_some_and(|format| !format.native.net_columns.is_empty());
    match record.basis {
        _ if !chosen => String::new(),
        MoneyBasis::Gross => "gross".into(),
        MoneyBasis::Net => "net".into(),
    }
}

/// Rows of one currency.
pub fn rows_in(totals: &crate::focus::ControlTotals, currency: &str) -> u64 {
    totals.cells.iter().filter(|(key, _)| key.currency == currency).map(|(_, cell)| cell.rows).sum()
}

/// The ids of a slot's deliveries; of many only how many.
fn shown(ids: &str) -> String {
    match ids.split('+').collect::<Vec<_>>().as_slice() {
        [first, .., _] if ids.matches('+').count() > 3 => format!("{first} and {} more", ids.matches('+').count()),
        _ => ids.to_string(),
    }
}

/// The slots of a billing month.
pub fn of_month(snapshot: &Snapshot, month: BillingMonth) -> impl Iterator<Item = (&crate::focus::Slot, &SlotRecord)> {
    snapshot.slots.iter().filter(move |(slot, _)| slot.month == month)
}

/// What the figures of a page rest on.
pub fn context(
    settings: &Settings,
    snapshot: &Snapshot,
    (books, month, as_of): (&Books, BillingMonth, chrono::NaiveDate),
    notes: &[String],
) -> PageContext {
    let (state, state_reason) = books.month_state(settings, snapshot, month, as_of);
    let up_to: BTreeSet<BillingMonth> =
        snapshot.slots.keys().map(|slot| slot.month).filter(|of| *of <= month).collect();
    let states = up_to.into_iter().map(|of| (of, books.month_state(settings, snapshot, of, as_of).0.to_string()));
    let (mut deliveries, mut ties, mut notes) = (Vec::new(), Vec::new(), notes.to_vec());
    let mut sizes: BTreeMap<String, i128> = BTreeMap::new();
    for (slot, record) in of_month(snapshot, month) {
        deliveries.push(DeliveryLine {
            source: slot.source.clone(),
            format: record.format.clone(),
            delivery_id: shown(&record.delivery),
            basis: basis(record),
            files: record.files,
            rows: record.rows,
            newest_charge_end: record.newest_charge_end.and_then(chrono::DateTime::from_timestamp_micros),
        });
        let (native, costs) = (record.native == record.landed, record.expected == record.control);
        let stages = [
            ("source", &record.native, native),
            ("landed", &record.landed, native),
            ("crosswalk", &record.expected, costs),
            ("cost", &record.control, costs),
        ];
        // Roll-ups that differed from `cost` were not published.
        let whole = |name: &&String| Rollup::ALL.iter().any(|table| table.name() == *name && table.is_whole());
        let rollups = record.rollups.keys().filter(whole).map(|name| (name.as_str(), &record.control, costs));
        for (stage, totals, ties_here) in stages.into_iter().chain(rollups) {
            let is_native = stage == "source" || stage == "landed";
            // Each dataset of a bill of several is a line of its own.
            let lines: Vec<(String, ControlTotals, Vec<String>)> = match is_native {
                true => gates(record).iter().map(|gate| native_line(stage, totals, gate)).collect(),
                false => vec![(stage.into(), totals.clone(), COSTS.map(String::from).to_vec())],
            };
            for (stage, totals, columns) in lines {
                for (currency, sum) in totals.by_currency(&columns[0]) {
                    let sums = columns.iter().map(|name| {
                        let of = totals.by_currency(name).get(&currency).copied().unwrap_or_default();
                        (name.clone(), of)
                    });
                    if stage == "cost" {
                        *sizes.entry(currency.clone()).or_default() += sum.0.abs();
                    }
                    ties.push(TieLine {
                        source: slot.source.clone(),
                        stage: stage.clone(),
                        rows: rows_in(&totals, &currency),
                        sums: sums.collect(),
                        currency,
                        ties: ties_here,
                    });
                }
            }
        }
        notes.extend(record_notes(&slot.source, record));
    }
    ties.extend(external::tie_lines(settings, snapshot, month));
    notes.extend(books.notes(month));
    notes.extend(full_days(snapshot, month).notes);
    let mut currencies: Vec<String> = sizes.keys().cloned().collect();
    currencies.sort_by_key(|currency| (std::cmp::Reverse(sizes[currency]), currency.clone()));
    PageContext {
        month,
        state: state.to_string(),
        state_reason,
        states: states.collect(),
        as_of,
        showback: settings.policy.showback.basis.column().into(),
        policy: showback_in_words(settings.policy.showback),
        coverage_target: settings.policy.coverage_target,
        currencies,
        deliveries,
        ties,
        notes,
    }
}

/// The line of a native stage that a cost must equal: its name, totals and column.
fn native_line(stage: &str, totals: &ControlTotals, gate: &Gate) -> (String, ControlTotals, Vec<String>) {
    let name = if gate.dataset.is_empty() { stage.to_string() } else { format!("{stage}, {}", gate.dataset) };
    (name, totals.of_dataset(&gate.dataset), vec![gate.column.clone()])
}

/// What a reader of a slot's figures must know.
pub fn record_notes(source: &str, record: &SlotRecord) -> Vec<String> {
    let mut notes = Vec::new();
    for (month, rows) in &record.strays {
        notes.push(format!(
            "{source}: {rows} charges name the billing period {month} and are billed in this delivery's."
        ));
    }
    for (column, residual) in &record.residuals {
        let residual = crate::focus::money::decimal_text(residual.parse().unwrap_or_default(), 36);
        notes.push(format!("{source}: rounding {column} to 18 decimals took {residual} in all."));
    }
    if let Some(union) = crate::format::find(&record.format).and_then(|format| format.union) {
        let held = |name: &str| record.native.cells.keys().any(|key| key.dataset() == name);
        let alone = union.datasets.iter().filter(|dataset| held(dataset.alone));
        notes.extend(alone.map(|dataset| format!("{source}: {}.", dataset.says)));
    }
    let residuals = record.control.rows().saturating_sub(record.landed.rows());
    if residuals > 0 {
        notes.push(format!("{source}: {residuals} charges of `cost` are no lines of the export: what lines that offset each other leave over, kept visible."));
    }
    if !record.drift.is_empty() {
        notes.push(format!("{source}: columns unknown to the format, kept as delivered: {}.", record.drift.join(", ")));
    }
    notes
}
