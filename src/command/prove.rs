//! The proof of slots, over whatever snapshot their files stand in.

use super::tables::rollup_schema;
use crate::error::Result;
use crate::focus::{COSTS, ControlTotals, MoneyBasis, Slot};
use crate::format::{self, Union};
use crate::lake::{Lake, SlotRecord, Snapshot};
use crate::reconcile::{
    Difference, Gate, ReportingProof, SlotProof, converted, cost_totals, prove, reporting_totals, rollup_totals,
};
use crate::transform::rollup::Rollup;
use polars::prelude::lit;

/// Sums the files of one slot of a snapshot and sets the stages side by side.
pub fn slot_proof(lake: &Lake, snapshot: &Snapshot, slot: &Slot, dimensions: &[String]) -> Result<SlotProof> {
    let alone = Snapshot {
        version: snapshot.version,
        slots: snapshot
            .slots
            .get_key_value(slot)
            .map(|(slot, record)| (slot.clone(), record.clone()))
            .into_iter()
            .collect(),
    };
    let record = alone.slots.get(slot);
    let cost = cost_totals(alone.cost(lake)?)?;
    let rolled_up = |table: Rollup| alone.rollup(lake, table.name(), &rollup_schema(table, dimensions));
    let expected = converted(slot, &cost.all, record.and_then(|record| record.reporting.as_ref()))?;
    let (mut rollups, mut reporting) = (Vec::new(), ReportingProof { expected, rollups: Vec::new() });
    for table in Rollup::ALL.into_iter().filter(|table| table.is_whole()) {
        rollups.push((table.name().to_string(), rollup_totals(rolled_up(table)?)?));
        reporting.rollups.push((table.name().to_string(), reporting_totals(rolled_up(table)?)?));
    }
    // It holds one charge category, and so has no column for it.
    let days = rolled_up(Rollup::ResourceDay)?.with_column(lit("Usage").alias("ChargeCategory"));
    let of = |field: fn(&SlotRecord) -> &ControlTotals| record.map(|r| field(r).clone()).unwrap_or_default();
    Ok(SlotProof {
        slot: slot.clone(),
        gates: record.map(gates).unwrap_or_default(),
        source: of(|r| &r.native),
        landed: of(|r| &r.landed),
        expected: of(|r| &r.expected),
        cost: cost.all,
        rollups,
        daily_usage: (cost.daily_usage, rollup_totals(days)?),
        reporting,
    })
}

/// The proof and what differs.
pub fn prove_slot(
    lake: &Lake,
    snapshot: &Snapshot,
    slot: &Slot,
    dimensions: &[String],
) -> Result<(SlotProof, Vec<Difference>)> {
    let proof = slot_proof(lake, snapshot, slot, dimensions)?;
    let differences = prove(&proof);
    Ok((proof, differences))
}

/// What the costs of a slot must add up to: the bill, or for a bill of several datasets what each of them says.
pub fn gates(record: &SlotRecord) -> Vec<Gate> {
    gates_of(&record.format, record.basis, &record.native)
}

/// The same of a delivery that is not published.
pub fn gates_of(format: &str, basis: MoneyBasis, native: &ControlTotals) -> Vec<Gate> {
    match format::find(format).and_then(|format| format.union) {
        Some(union) => union_gates(&union, native),
        None => vec![Gate { cost: COSTS[0].into(), column: bill_of(format, basis).into(), dataset: String::new() }],
    }
}

/// The gates of a bill of several datasets, by those that it has rows of.
pub fn union_gates(union: &Union, native: &ControlTotals) -> Vec<Gate> {
    let held = union.gates(native.cells.keys().map(|key| key.line_type.as_str()));
    let gate = |of: &&format::Gate| Gate { cost: of.cost.into(), column: of.column.into(), dataset: of.of.into() };
    held.iter().map(gate).collect()
}

/// The same, of a delivery that is not published.
pub fn bill_of(format: &str, basis: MoneyBasis) -> &'static str {
    let column = format::find(format).and_then(|format| match format.native.net_columns.first() {
        Some((_, net)) if basis == MoneyBasis::Net => Some(*net),
        _ => format.native.money.first().map(|money| money.name),
    });
    column.unwrap_or_default()
}
