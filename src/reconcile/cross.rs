//! A second export of the same bill against what is published: the four costs and rows by service, sub
//! account, charge category and currency.

use super::totals::SUMS;
use crate::error::{Error, Result};
use crate::focus::control::bare_account;
use crate::focus::{COSTS, ControlKey, ControlTotals, Money};
use crate::lake;
use polars::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

const KEYS: [&str; 5] = ["BillingAccountId", "SubAccountId", "ServiceName", "ChargeCategory", "BillingCurrency"];

/// A cell of the comparison.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CrossKey {
    pub billing_account: String,
    pub sub_account: String,
    pub service_name: String,
    pub charge_category: String,
    pub currency: String,
}

/// Rows, the four costs and x_SplitCost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrossCell {
    pub rows: u64,
    pub costs: [Money; 5],
}

/// The totals of one slot.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrossTotals {
    pub cells: Vec<(CrossKey, CrossCell)>,
}

impl CrossTotals {
    /// Adds the rows of a frame of FOCUS rows; memory follows the cells, not the rows.
    pub fn add(&mut self, rows: LazyFrame) -> Result<()> {
        let mut aggregates = vec![len().cast(DataType::Int64).alias("rows")];
        aggregates.extend(SUMS.iter().map(|name| col(*name).sum()));
        let frame = lake::collect(rows.group_by(KEYS.map(col)).agg(aggregates))?;
        let bug = |error: PolarsError| Error::bug("cross totals", error.to_string());
        let mut keys = Vec::new();
        for name in KEYS {
            keys.push(frame.column(name).and_then(|column| column.str().cloned()).map_err(bug)?);
        }
        let rows = frame.column("rows").and_then(|column| column.i64().cloned()).map_err(bug)?;
        let mut sums = Vec::new();
        for name in SUMS {
            sums.push(frame.column(name).map_err(bug)?.decimal().map_err(bug)?.physical().clone());
        }
        let mut cells: BTreeMap<CrossKey, CrossCell> = std::mem::take(&mut self.cells).into_iter().collect();
        for at in 0..frame.height() {
            let text = |column: usize| keys[column].get(at).unwrap_or_default().to_string();
            let [billing_account, sub_account, service_name, charge_category, currency] = [0, 1, 2, 3, 4].map(text);
            let key = CrossKey { billing_account, sub_account, service_name, charge_category, currency };
            let mut costs = [Money::ZERO; 5];
            for (cost, sum) in costs.iter_mut().zip(&sums) {
                *cost = Money(sum.get(at).unwrap_or(0));
            }
            let cell = CrossCell { rows: rows.get(at).unwrap_or(0).unsigned_abs(), costs };
            cells.entry(key).or_default().merge(cell)?;
        }
        self.cells = cells.into_iter().collect();
        Ok(())
    }

    /// The same as control totals, to be proved against what a crosswalk makes of landed.
    pub fn control(&self) -> Result<ControlTotals> {
        let mut totals = ControlTotals::new(SUMS.map(str::to_string).to_vec());
        for (key, cell) in &self.cells {
            let key = ControlKey {
                billing_account: key.billing_account.clone(),
                sub_account: key.sub_account.clone(),
                currency: key.currency.clone(),
                line_type: key.charge_category.clone(),
            };
            if !totals.add(&key, cell.rows, &cell.costs) {
                return Err(past());
            }
        }
        Ok(totals)
    }

    pub fn sub_accounts(&self) -> BTreeSet<&str> {
        self.cells.iter().map(|(key, _)| key.sub_account.as_str()).collect()
    }

    /// Sub accounts without a path before them.
    pub fn bare(self) -> Result<Self> {
        let mut cells: BTreeMap<CrossKey, CrossCell> = BTreeMap::new();
        for (key, cell) in self.cells {
            let sub_account = bare_account(&key.sub_account).to_string();
            cells.entry(CrossKey { sub_account, ..key }).or_default().merge(cell)?;
        }
        Ok(Self { cells: cells.into_iter().collect() })
    }

    pub fn rows(&self) -> u64 {
        self.cells.iter().map(|(_, cell)| cell.rows).sum()
    }

    /// Only these sub accounts; none named: all.
    pub fn only(mut self, sub_accounts: &[String]) -> Self {
        self.cells.retain(|(key, _)| sub_accounts.is_empty() || sub_accounts.contains(&key.sub_account));
        self
    }

    /// Σ of the four costs by currency.
    pub fn by_currency(&self) -> Result<BTreeMap<String, CrossCell>> {
        let sums = sum(self, |key| [key.currency.as_str(), "", "", ""])?;
        Ok(sums.into_iter().map(|(key, cell)| (key[0].to_string(), cell)).collect())
    }
}

impl CrossCell {
    fn merge(&mut self, other: CrossCell) -> Result<()> {
        self.rows += other.rows;
        for (cost, more) in self.costs.iter_mut().zip(other.costs) {
            *cost = cost.checked_add(more).ok_or_else(past)?;
        }
        Ok(())
    }
}

fn past() -> Error {
    Error::bug("cross totals", "a sum past 38 digits")
}

/// A cell in which the two differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrossDifference {
    pub service_name: String,
    pub sub_account: String,
    pub charge_category: String,
    pub currency: String,
    pub primary: CrossCell,
    pub shadow: CrossCell,
    /// Which of the four costs differ by more than the tolerance; none where only the rows do.
    pub costs: Vec<usize>,
    pub cause: &'static str,
}

/// The cells of the two that differ by more than `tolerance` in a cost, or in their number of rows.
pub fn cross(primary: &CrossTotals, shadow: &CrossTotals, tolerance: Money) -> Result<Vec<CrossDifference>> {
    let full = |key: &'_ CrossKey| -> [String; 4] {
        [&key.service_name, &key.sub_account, &key.charge_category, &key.currency].map(String::clone)
    };
    let causes = Causes::new(primary, shadow)?;
    let (a, b) = (sum(primary, parts)?, sum(shadow, parts)?);
    let keys: BTreeSet<[String; 4]> = primary.cells.iter().chain(&shadow.cells).map(|(key, _)| full(key)).collect();
    let mut found = Vec::new();
    for key in keys {
        let texts = [key[0].as_str(), key[1].as_str(), key[2].as_str(), key[3].as_str()];
        let (left, right) = (a.get(&texts).copied(), b.get(&texts).copied());
        let (primary, shadow) = (left.unwrap_or_default(), right.unwrap_or_default());
        let costs = differing(&primary, &shadow, tolerance);
        if costs.is_empty() && primary.rows == shadow.rows {
            continue;
        }
        let cause = match (left, right) {
            _ if costs.is_empty() => "the same money in another number of rows",
            (left, right) => causes.of(texts, &costs, tolerance).unwrap_or(match (left, right) {
                (Some(_), None) => "only in the primary",
                (None, Some(_)) => "only in the shadow",
                _ => "the costs differ",
            }),
        };
        let [service_name, sub_account, charge_category, currency] = key;
        found.push(CrossDifference {
            service_name,
            sub_account,
            charge_category,
            currency,
            primary,
            shadow,
            costs,
            cause,
        });
    }
    Ok(found)
}

fn parts(key: &CrossKey) -> [&str; 4] {
    [&key.service_name, &key.sub_account, &key.charge_category, &key.currency]
}

fn differing(a: &CrossCell, b: &CrossCell, tolerance: Money) -> Vec<usize> {
    (0..COSTS.len()).filter(|at| (a.costs[*at] - b.costs[*at]).0.abs() > tolerance.0).collect()
}

/// Words for a difference, and which parts of the key it goes away without.
const CAUSES: [(&str, [bool; 4]); 5] = [
    ("the same money under another service", [false, true, true, true]),
    ("the same money in another charge category", [true, true, false, true]),
    ("the same money under another service and charge category", [false, true, false, true]),
    ("the same money in another sub account", [true, false, true, true]),
    ("the same money in another sub account and service", [false, false, true, true]),
];

/// The sums of both sides without some parts of the key.
struct Causes<'a> {
    sums: Vec<[BTreeMap<[&'a str; 4], CrossCell>; 2]>,
}

impl<'a> Causes<'a> {
    fn new(primary: &'a CrossTotals, shadow: &'a CrossTotals) -> Result<Self> {
        let sums = CAUSES.iter().map(|(_, keep)| {
            let key = |key: &'a CrossKey| kept(parts(key), keep);
            Ok([sum(primary, key)?, sum(shadow, key)?])
        });
        Ok(Self { sums: sums.collect::<Result<_>>()? })
    }

    fn of(&self, key: [&str; 4], costs: &[usize], tolerance: Money) -> Option<&'static str> {
        let at = CAUSES.iter().zip(&self.sums).position(|((_, keep), [primary, shadow])| {
            let key = kept(key, keep);
            let of = |side: &BTreeMap<[&str; 4], CrossCell>| side.get(&key).copied().unwrap_or_default();
            let left = differing(&of(primary), &of(shadow), tolerance);
            costs.iter().all(|cost| !left.contains(cost))
        })?;
        Some(CAUSES[at].0)
    }
}

/// Sums by what `key` keeps of each cell's key.
fn sum<'a>(
    totals: &'a CrossTotals,
    key: impl Fn(&'a CrossKey) -> [&'a str; 4],
) -> Result<BTreeMap<[&'a str; 4], CrossCell>> {
    let mut sums: BTreeMap<[&str; 4], CrossCell> = BTreeMap::new();
    for (cell_key, cell) in &totals.cells {
        sums.entry(key(cell_key)).or_default().merge(*cell)?;
    }
    Ok(sums)
}

fn kept<'k>(key: [&'k str; 4], keep: &[bool; 4]) -> [&'k str; 4] {
    let mut at = 0;
    key.map(|part| {
        at += 1;
        if keep[at - 1] { part } else { "" }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn totals(cells: &[(&str, &str, &str, u64, &str)]) -> CrossTotals {
        let cell = |(service, account, category, rows, cost): &(&str, &str, &str, u64, &str)| {
            let key = CrossKey {
                billing_account: "payer".into(),
                sub_account: (*account).into(),
                service_name: (*service).into(),
                charge_category: (*category).into(),
                currency: "USD".into(),
            };
            (key, CrossCell { rows: *rows, costs: [cost.parse().unwrap(); 5] })
        };
        CrossTotals { cells: cells.iter().map(cell).collect() }
    }

    fn causes(primary: &CrossTotals, shadow: &CrossTotals, tolerance: &str) -> Vec<(String, &'static str)> {
        let found = cross(primary, shadow, tolerance.parse().unwrap()).unwrap();
        found.into_iter().map(|d| (format!("{}/{}", d.service_name, d.charge_category), d.cause)).collect()
    }

    #[test]
    fn the_same_money_is_no_difference() {
        let one = totals(&[("EC2", "1", "Usage", 2, "1.5"), ("S3", "1", "Usage", 1, "2")]);
        assert_eq!(causes(&one, &one, "0"), []);
    }

    #[test]
    fn a_difference_has_a_cause() {
        let one = totals(&[("EC2", "1", "Usage", 2, "1.5"), ("S3", "1", "Usage", 1, "2"), ("Tax", "1", "Tax", 1, "1")]);
        let renamed =
            totals(&[("EC2", "1", "Usage", 2, "1.5"), ("Simple", "1", "Usage", 1, "2"), ("Tax", "1", "Tax", 1, "1")]);
        let other = "the same money under another service";
        assert_eq!(causes(&one, &renamed, "0"), [("S3/Usage".into(), other), ("Simple/Usage".into(), other)]);
        let moved =
            totals(&[("EC2", "1", "Usage", 2, "1"), ("EC2", "1", "Purchase", 1, "0.5"), ("S3", "1", "Usage", 1, "2")]);
        let found = causes(&one, &moved, "0");
        let category = "the same money in another charge category";
        let expected = [("EC2/Purchase", category), ("EC2/Usage", category), ("Tax/Tax", "only in the primary")];
        assert_eq!(found, expected.map(|(cell, cause)| (cell.to_string(), cause)));
    }

    #[test]
    fn the_tolerance_is_the_largest_difference_that_counts_as_none() {
        let (one, other) = (totals(&[("S3", "1", "Usage", 1, "2")]), totals(&[("S3", "1", "Usage", 1, "2.01")]));
        assert_eq!(causes(&one, &other, "0.01"), []);
        assert_eq!(causes(&one, &other, "0.009"), [("S3/Usage".to_string(), "the costs differ")]);
        let split = totals(&[("S3", "1", "Usage", 2, "2")]);
        let found = cross(&one, &split, Money::ZERO).unwrap();
        assert_eq!((found.len(), found[0].costs.len()), (1, 0), "rows are told, and are no difference of money");
    }
}
