//! Two stages, cell by cell.

use crate::error::Error;
use crate::focus::{ControlCell, ControlTotals, Money, Slot};
use std::fmt;

/// One cell that differs between two stages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Source, billing period, billing account, sub account, currency and line type or category.
    pub cell: String,
    /// `rows`, or the money column.
    pub measure: String,
    pub left: (String, String),
    pub right: (String, String),
    /// right − left.
    pub by: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cell, measure, left, right, by } = self;
        write!(f, "{cell}: {measure} is {} in {} and {} in {} (by {by})", left.1, left.0, right.1, right.0)
    }
}

impl Difference {
    pub fn error(&self) -> Error {
        let what = format!(
            "{} is {} in {} and {} in {} (by {})",
            self.measure, self.left.1, self.left.0, self.right.1, self.right.0, self.by
        );
        Error::tie(&self.cell, what, "the period is not published; what was published before stays")
    }
}

/// The cells in which `right` differs from `left`, in key order, rows before money.
pub fn compare(slot: &Slot, left: (&str, &ControlTotals), right: (&str, &ControlTotals)) -> Vec<Difference> {
    let mut found = Vec::new();
    if left.1.columns != right.1.columns {
        found.push(Difference {
            cell: slot.to_string(),
            measure: "the set of money columns".into(),
            left: (left.0.into(), left.1.columns.join(" ")),
            right: (right.0.into(), right.1.columns.join(" ")),
            by: "names".into(),
        });
        return found;
    }
    let nothing = ControlCell { rows: 0, sums: vec![Money::ZERO; left.1.columns.len()] };
    let mut keys: Vec<_> = left.1.cells.keys().chain(right.1.cells.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    for key in keys {
        let (a, b) = (left.1.cells.get(key).unwrap_or(&nothing), right.1.cells.get(key).unwrap_or(&nothing));
        if a == b {
            continue;
        }
        let cell = format!(
            "{slot}, billing account {}, sub account {}, {}, {}",
            key.billing_account, key.sub_account, key.currency, key.line_type
        );
        let mut differ = |measure: &str, a: String, b: String, by: String| {
            found.push(Difference {
                cell: cell.clone(),
                measure: measure.into(),
                left: (left.0.into(), a),
                right: (right.0.into(), b),
                by,
            });
        };
        if a.rows != b.rows {
            differ(
                "rows",
                a.rows.to_string(),
                b.rows.to_string(),
                (i128::from(b.rows) - i128::from(a.rows)).to_string(),
            );
        }
        for (at, column) in left.1.columns.iter().enumerate().filter(|(at, _)| a.sums[*at] != b.sums[*at]) {
            differ(column, a.sums[at].to_string(), b.sums[at].to_string(), (b.sums[at] - a.sums[at]).to_string());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::focus::ControlKey;

    fn totals(rows: u64, amount: &str) -> ControlTotals {
        let mut totals = ControlTotals::new(vec!["BilledCost".into()]);
        let key = ControlKey {
            billing_account: "1".into(),
            sub_account: "2".into(),
            currency: "USD".into(),
            line_type: "Usage".into(),
        };
        assert!(totals.add(&key, rows, &[amount.parse().unwrap_or_default()]));
        totals
    }

    #[test]
    fn a_difference_in_the_last_digit_is_named() {
        let slot = Slot { source: "aws".into(), month: "2026-09".parse().unwrap() };
        assert_eq!(compare(&slot, ("landed", &totals(2, "1.5")), ("cost", &totals(2, "1.5"))), []);
        let found = compare(&slot, ("landed", &totals(2, "1.5")), ("cost", &totals(3, "1.500000000000000001")));
        let texts: Vec<_> = found.iter().map(Difference::to_string).collect();
        assert_eq!(
            texts,
            [
                "aws 2026-09, billing account 1, sub account 2, USD, Usage: rows is 2 in landed and 3 in cost (by 1)",
                "aws 2026-09, billing account 1, sub account 2, USD, Usage: BilledCost is 1.5 in landed and \
                 1.500000000000000001 in cost (by 0.000000000000000001)"
            ]
        );
    }

    #[test]
    fn a_lost_cell_is_a_difference() {
        let slot = Slot { source: "aws".into(), month: "2026-09".parse().unwrap() };
        let empty = ControlTotals::new(vec!["BilledCost".into()]);
        assert_eq!(compare(&slot, ("cost", &totals(1, "0")), ("cost_daily", &empty)).len(), 1);
    }
}
