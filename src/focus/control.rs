//! Control totals: rows and money per cell, the currency of every proof.

use super::money::Money;
use std::collections::BTreeMap;

/// A cell of the proof. The period and the source stand outside, in the slot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct ControlKey {
    pub billing_account: String,
    pub sub_account: String,
    pub currency: String,
    /// The provider's own line type on the source's side (`SavingsPlanNegation`); the
    /// ChargeCategory from `cost` on.
    pub line_type: String,
}

impl ControlKey {
    /// The dataset of a native line type: the first word of its qualifier, `amortized` of
    /// `Usage/amortized commitment`; empty where it has none.
    pub fn dataset(&self) -> &str {
        dataset_of(&self.line_type)
    }
}

/// See [`ControlKey::dataset`].
pub fn dataset_of(line_type: &str) -> &str {
    let qualifier = line_type.split_once('/').map_or("", |(_, qualifier)| qualifier);
    qualifier.split(' ').next().unwrap_or_default()
}

/// An account without the path that one export of a bill writes before it and another does not:
/// `/subscriptions/<id>` and `<id>` are the same.
pub fn bare_account(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}

/// Rows, and one exact sum per money column, in the order of [`ControlTotals::columns`].
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ControlCell {
    pub rows: u64,
    pub sums: Vec<Money>,
}

/// The totals of one slot at one stage.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ControlTotals {
    /// The money columns summed: the provider's own names for source and landed, the four costs
    /// and `x_SplitCost` from `cost` on.
    pub columns: Vec<String>,
    #[serde(with = "cells")]
    pub cells: BTreeMap<ControlKey, ControlCell>,
}

impl ControlTotals {
    pub fn new(columns: Vec<String>) -> Self {
        Self { columns, cells: BTreeMap::new() }
    }

    /// Adds `rows` and `sums` (in the order of `columns`) to a cell. `false` when a sum leaves 38 digits.
    #[must_use]
    pub fn add(&mut self, key: &ControlKey, rows: u64, sums: &[Money]) -> bool {
        debug_assert_eq!(sums.len(), self.columns.len());
        let width = self.columns.len();
        let cell = match self.cells.get_mut(key) {
            Some(cell) => cell,
            None => {
                self.cells.entry(key.clone()).or_insert_with(|| ControlCell { rows: 0, sums: vec![Money::ZERO; width] })
            }
        };
        cell.rows += rows;
        for (total, add) in cell.sums.iter_mut().zip(sums) {
            match total.checked_add(*add) {
                Some(sum) => *total = sum,
                None => return false,
            }
        }
        true
    }

    /// The cells of one dataset alone; all of them where it has no name.
    pub fn of_dataset(&self, dataset: &str) -> Self {
        let mut part = self.clone();
        part.cells.retain(|key, _| dataset.is_empty() || key.dataset() == dataset);
        part
    }

    pub fn rows(&self) -> u64 {
        self.cells.values().map(|cell| cell.rows).sum()
    }

    /// Σ of one column by currency.
    pub fn by_currency(&self, column: &str) -> BTreeMap<String, Money> {
        let mut totals = BTreeMap::new();
        if let Some(at) = self.columns.iter().position(|name| name == column) {
            for (key, cell) in &self.cells {
                *totals.entry(key.currency.clone()).or_insert(Money::ZERO) += cell.sums[at];
            }
        }
        totals
    }
}

/// JSON has no structured keys: a map travels as a list of pairs.
mod cells {
    use super::{BTreeMap, ControlCell, ControlKey};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(map: &BTreeMap<ControlKey, ControlCell>, s: S) -> Result<S::Ok, S::Error> {
        map.iter().collect::<Vec<_>>().serialize(s)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<BTreeMap<ControlKey, ControlCell>, D::Error> {
        Ok(Vec::<(ControlKey, ControlCell)>::deserialize(d)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_type_says_its_dataset() {
        assert_eq!(dataset_of("Usage/amortized commitment"), "amortized");
        assert_eq!(
            (dataset_of("Usage/actual"), dataset_of("Usage"), dataset_of("Fee/reservation")),
            ("actual", "", "reservation")
        );
    }
}
