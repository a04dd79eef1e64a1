//! Control totals of every stage side by side: a figure ties to its source, or the cell is named.
//!
//! source (native, summed while reading) = landed (native, read again) → crosswalk → `cost` =
//! roll-ups = the report's own numbers. Rows and all money columns, cell by cell, to the last digit.

mod compare;
mod totals;

pub use compare::{Difference, compare};
pub use totals::{bounds, cost_totals, rollup_totals};

use crate::focus::{ControlTotals, Slot};

/// The totals of one slot at every stage.
#[derive(Debug, Clone)]
pub struct SlotProof {
    pub slot: Slot,
    /// By native line type.
    pub source: ControlTotals,
    /// By native line type.
    pub landed: ControlTotals,
    /// By charge category: what the crosswalk makes of landed.
    pub expected: ControlTotals,
    /// By charge category.
    pub cost: ControlTotals,
    /// By charge category, per roll-up.
    pub rollups: Vec<(String, ControlTotals)>,
}

/// Every cell in which two neighbouring stages differ.
pub fn prove(proof: &SlotProof) -> Vec<Difference> {
    let mut found = compare(&proof.slot, ("source", &proof.source), ("landed", &proof.landed));
    found.extend(compare(&proof.slot, ("landed", &proof.expected), ("cost", &proof.cost)));
    for (name, totals) in &proof.rollups {
        found.extend(compare(&proof.slot, ("cost", &proof.cost), (name, totals)));
    }
    found
}
