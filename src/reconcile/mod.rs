//! Control totals of every stage side by side: a figure ties to its source, or the cell is named.
//!
//! source (native, summed while reading) = landed (native, read again) → crosswalk → `cost` =
//! roll-ups = the report's own numbers. Rows and all money columns, cell by cell, to the last digit.
//! The roll-up of days holds usage of at most a day, and ties with that of `cost`.

mod change;
mod compare;
mod cross;
mod totals;

pub use change::figures;
pub use compare::{Difference, compare};
pub use cross::{CrossCell, CrossDifference, CrossKey, CrossTotals, cross};
pub use totals::{CostTotals, bounds, cost_totals, is_daily_usage, rollup_totals};

use crate::focus::{COSTS, ControlKey, ControlTotals, Slot};

/// The totals of one slot at every stage.
#[derive(Debug, Clone)]
pub struct SlotProof {
    pub slot: Slot,
    /// The native column that is the bill: what BilledCost must add up to, whatever the line types.
    pub bill: String,
    /// By native line type.
    pub source: ControlTotals,
    /// By native line type.
    pub landed: ControlTotals,
    /// By charge category: what the crosswalk makes of landed.
    pub expected: ControlTotals,
    /// By charge category.
    pub cost: ControlTotals,
    /// By charge category, per roll-up that holds every charge.
    pub rollups: Vec<(String, ControlTotals)>,
    /// The daily usage of `cost`, and the roll-up that holds it.
    pub daily_usage: (ControlTotals, ControlTotals),
}

/// Every cell in which two neighbouring stages differ.
pub fn prove(proof: &SlotProof) -> Vec<Difference> {
    let mut found = compare(&proof.slot, ("source", &proof.source), ("landed", &proof.landed));
    found.extend(compare(&proof.slot, ("landed", &proof.expected), ("cost", &proof.cost)));
    found.extend(compare(
        &proof.slot,
        ("bill", &bill(&proof.source, &proof.bill)),
        ("cost", &bill(&proof.cost, COSTS[0])),
    ));
    for (name, totals) in &proof.rollups {
        found.extend(compare(&proof.slot, ("cost", &proof.cost), (name, totals)));
    }
    let (usage, rolled_up) = &proof.daily_usage;
    found.extend(compare(&proof.slot, ("the daily usage of cost", usage), ("resource_day", rolled_up)));
    found
}

/// One money column by accounts and currency alone: no mapping and no crosswalk stands between
/// the source's and that of `cost`.
fn bill(totals: &ControlTotals, column: &str) -> ControlTotals {
    let mut bill = ControlTotals::new(vec![COSTS[0].to_string()]);
    let at = totals.columns.iter().position(|name| name == column);
    for (key, cell) in &totals.cells {
        let key = ControlKey { line_type: "all charges".into(), ..key.clone() };
        let sum = at.map(|at| cell.sums[at]).unwrap_or_default();
        // Rows are compared elsewhere; here a residual is a row more.
        let _ = bill.add(&key, 0, &[sum]);
    }
    bill
}
