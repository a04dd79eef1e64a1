//! The proof of slots, over whatever snapshot their files stand in.

use super::tables::rollup_schema;
use crate::error::Result;
use crate::focus::{ControlTotals, MoneyBasis, Slot};
use crate::format;
use crate::lake::{Lake, Snapshot};
use crate::reconcile::{Difference, SlotProof, cost_totals, prove, rollup_totals};
use crate::transform::rollup::Rollup;

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
    let mut rollups = Vec::new();
    for table in Rollup::ALL {
        let frame = alone.rollup(lake, table.name(), &rollup_schema(table, dimensions))?;
        rollups.push((table.name().to_string(), rollup_totals(frame)?));
    }
    let of =
        |field: fn(&crate::lake::SlotRecord) -> &ControlTotals| record.map(|r| field(r).clone()).unwrap_or_default();
    let net = record.is_some_and(|record| record.basis == MoneyBasis::Net);
    let native = record.and_then(|record| format::find(&record.format)).map(|format| &format.native);
    let column = native.and_then(|native| match native.net_columns.first() {
        Some((_, column)) if net => Some(*column),
        _ => native.money.first().map(|money| money.name),
    });
    Ok(SlotProof {
        slot: slot.clone(),
        bill: column.unwrap_or_default().to_string(),
        source: of(|r| &r.native),
        landed: of(|r| &r.landed),
        expected: of(|r| &r.expected),
        cost,
        rollups,
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
