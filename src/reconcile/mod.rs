//! Control totals of every stage side by side: a figure ties to its source, or the cell is named.
//!
//! source (native, summed while reading) = landed (native, read again) → crosswalk → `cost` =
//! roll-ups = the report's own numbers. Rows and all money columns, cell by cell, to the last digit.
//! The roll-up of days holds usage of at most a day, and ties with that of `cost`. Converted costs tie with each cell of
//! `cost` times its rate.

mod change;
mod compare;
mod cross;
mod external;
mod reporting;
mod totals;

pub use change::figures;
pub use compare::{Difference, compare};
pub use cross::{CrossCell, CrossDifference, CrossKey, CrossTotals, cross};
pub use external::{ExternalCheck, Verdict, external};
pub use reporting::{ReportingProof, converted, reporting_totals};
pub use totals::{CostTotals, bounds, cost_totals, is_daily_usage, rollup_totals};

use crate::focus::{ControlKey, ControlTotals, Slot};

/// One of the four costs, and the native column whose sum it must have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// `BilledCost`.
    pub cost: String,
    pub column: String,
    /// The dataset whose rows are summed; empty for every row: the bill.
    pub dataset: String,
}

/// The totals of one slot at every stage.
#[derive(Debug, Clone)]
pub struct SlotProof {
    pub slot: Slot,
    /// What costs must add up to, whatever the line types.
    pub gates: Vec<Gate>,
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
    /// The same in the reporting currency; empty without one.
    pub reporting: ReportingProof,
}

/// Every cell in which two neighbouring stages differ.
pub fn prove(proof: &SlotProof) -> Vec<Difference> {
    let mut found = compare(&proof.slot, ("source", &proof.source), ("landed", &proof.landed));
    found.extend(compare(&proof.slot, ("landed", &proof.expected), ("cost", &proof.cost)));
    found.extend(through_gates(&proof.slot, &proof.gates, &proof.source, &proof.cost));
    for (name, totals) in &proof.rollups {
        found.extend(compare(&proof.slot, ("cost", &proof.cost), (name, totals)));
    }
    let (usage, rolled_up) = &proof.daily_usage;
    found.extend(compare(&proof.slot, ("the daily usage of cost", usage), ("resource_day", rolled_up)));
    for (name, totals) in &proof.reporting.rollups {
        found.extend(compare(&proof.slot, ("cost × rate", &proof.reporting.expected), (name, totals)));
    }
    found
}

/// The accounts and currencies in which a cost is not what a gate wants.
pub fn through_gates(slot: &Slot, gates: &[Gate], source: &ControlTotals, cost: &ControlTotals) -> Vec<Difference> {
    let differs = |gate: &Gate| {
        let name = if gate.dataset.is_empty() { "bill".into() } else { format!("the {} dataset", gate.dataset) };
        let native = summed(&source.of_dataset(&gate.dataset), &gate.column, &gate.cost);
        compare(slot, (&name, &native), ("cost", &summed(cost, &gate.cost, &gate.cost)))
    };
    gates.iter().flat_map(differs).collect()
}

/// One money column by accounts and currency alone, under the name of a cost: no mapping and no crosswalk
/// stands between the source's and that of `cost`.
fn summed(totals: &ControlTotals, column: &str, cost: &str) -> ControlTotals {
    let mut sums = ControlTotals::new(vec![cost.to_string()]);
    let at = totals.columns.iter().position(|name| name == column);
    for (key, cell) in &totals.cells {
        let key = ControlKey { line_type: "all charges".into(), ..key.clone() };
        let sum = at.map(|at| cell.sums[at]).unwrap_or_default();
        // Rows are compared elsewhere; here a residual is a row more.
        let _ = sums.add(&key, 0, &[sum]);
    }
    sums
}
