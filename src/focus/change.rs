//! What a billing period's figures moved by, in the cells that people ask about.

use super::control::{ControlKey, ControlTotals};
use super::money::Money;
use std::collections::BTreeMap;

/// The costs of a cell, in this order.
pub const CHANGE_COSTS: [&str; 5] = ["BilledCost", "EffectiveCost", "ListCost", "ContractedCost", "x_SplitCost"];

/// Where a difference stands: fine enough for every level that a change is shown by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct ChangeKey {
    pub billing_account: String,
    pub sub_account: String,
    pub currency: String,
    pub charge_category: String,
    pub service: String,
    /// The team that owns the charges.
    pub team: String,
}

/// Charges and costs of a cell, or the difference of two.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ChangeCell {
    /// Charges; negative where a difference took some away.
    pub rows: i64,
    /// In the order of [`CHANGE_COSTS`].
    pub costs: [Money; 5],
}

/// Figures by cell. A difference holds only the cells that differ.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures(pub BTreeMap<ChangeKey, ChangeCell>);

impl ChangeCell {
    fn add(&mut self, other: &Self, sign: i64) {
        self.rows += sign * other.rows;
        for (sum, cost) in self.costs.iter_mut().zip(other.costs) {
            *sum = if sign < 0 { *sum - cost } else { *sum + cost };
        }
    }

    fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

impl Figures {
    /// Adds a cell.
    pub fn add(&mut self, key: &ChangeKey, cell: &ChangeCell) {
        self.0.entry(key.clone()).or_default().add(cell, 1);
    }

    /// These figures and others together; cells that come to nothing are left out.
    pub fn plus(&self, other: &Self) -> Self {
        self.with(other, 1)
    }

    /// These figures less others.
    pub fn minus(&self, other: &Self) -> Self {
        self.with(other, -1)
    }

    fn with(&self, other: &Self, sign: i64) -> Self {
        let mut cells = self.0.clone();
        for (key, cell) in &other.0 {
            cells.entry(key.clone()).or_default().add(cell, sign);
        }
        cells.retain(|_, cell| !cell.is_nothing());
        Self(cells)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Σ of a cost (by its place in [`CHANGE_COSTS`]) by currency.
    pub fn by_currency(&self, cost: usize) -> BTreeMap<String, Money> {
        let mut totals: BTreeMap<String, Money> = BTreeMap::new();
        for (key, cell) in &self.0 {
            *totals.entry(key.currency.clone()).or_default() += cell.costs[cost];
        }
        totals
    }

    /// The cells of a proof, signed: by billing account, sub account, currency and charge category. Those that come
    /// to nothing are left out.
    pub fn control(&self) -> BTreeMap<ControlKey, ChangeCell> {
        let mut cells: BTreeMap<ControlKey, ChangeCell> = BTreeMap::new();
        for (key, cell) in &self.0 {
            let control = ControlKey {
                billing_account: key.billing_account.clone(),
                sub_account: key.sub_account.clone(),
                currency: key.currency.clone(),
                line_type: key.charge_category.clone(),
            };
            cells.entry(control).or_default().add(cell, 1);
        }
        cells.retain(|_, cell| !cell.is_nothing());
        cells
    }
}

/// Control totals of `cost` as signed cells, to be set beside [`Figures::control`].
pub fn signed(totals: &ControlTotals) -> BTreeMap<ControlKey, ChangeCell> {
    let at = CHANGE_COSTS.map(|name| totals.columns.iter().position(|column| column == name));
    let cells = totals.cells.iter().map(|(key, cell)| {
        let costs = at.map(|at| at.and_then(|at| cell.sums.get(at).copied()).unwrap_or_default());
        (key.clone(), ChangeCell { rows: i64::try_from(cell.rows).unwrap_or(i64::MAX), costs })
    });
    cells.filter(|(_, cell)| !cell.is_nothing()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(cells: &[(&str, &str, i64, i128)]) -> Figures {
        let mut figures = Figures::default();
        for (service, team, rows, cost) in cells {
            let key = ChangeKey {
                billing_account: "b".into(),
                sub_account: "s".into(),
                currency: "USD".into(),
                charge_category: "Usage".into(),
                service: (*service).into(),
                team: (*team).into(),
            };
            figures.add(&key, &ChangeCell { rows: *rows, costs: [Money(*cost); 5] });
        }
        figures
    }

    #[test]
    fn a_difference_added_again_is_what_it_was_taken_from() {
        let (old, new) =
            (figures(&[("a", "x", 2, 5), ("b", "x", 1, 7)]), figures(&[("a", "y", 2, 6), ("b", "x", 1, 7)]));
        let moved = new.minus(&old);
        assert_eq!(moved, figures(&[("a", "x", -2, -5), ("a", "y", 2, 6)]));
        assert_eq!(old.plus(&moved), new);
        assert_eq!(moved.by_currency(0)["USD"], Money(1));
        assert!(new.minus(&new).is_empty());
    }

    #[test]
    fn the_cells_of_a_proof_sum_services_and_teams() {
        let control = figures(&[("a", "x", 1, 5), ("b", "y", 1, 2)]).control();
        assert_eq!(control.len(), 1);
        assert_eq!(control.values().next().unwrap(), &ChangeCell { rows: 2, costs: [Money(7); 5] });
        // What was moved between teams is nothing to the bill.
        assert!(figures(&[("a", "x", 1, 5), ("a", "y", -1, -5)]).control().is_empty());
    }
}
