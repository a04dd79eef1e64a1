//! Which fees go to which usage, and how much of them was used.

use super::cells::{Cells, Fee, FeeKey, Kind, Use, UseKey};
use crate::focus::money::{mul_div, shares};
use std::collections::BTreeMap;

/// From what a fee says most exactly to what it says least.
#[derive(Clone, Copy)]
enum Rung {
    /// Usage of the SKU and sub account that the fee was charged for: all of the fee was used, so the
    /// provider says. It charges what is unused to no sub account, and names no SKU there.
    Sku,
    /// Usage of the fee's own sub account and scope.
    SubAccount,
    /// Usage of its scope.
    Scope,
    /// Usage in its unit.
    Unit,
}

/// A fee or a use that still has something to give or to get.
struct Open<'c, K, T> {
    key: K,
    cell: &'c mut T,
    /// Of a fee: money. Of usage: what is covered and not yet paid for.
    left: i128,
    /// Of a fee: what it committed to and was not yet used.
    capacity: i128,
}

/// Shares every fee out.
pub fn share_out(cells: &mut Cells) {
    let offset = &cells.offset;
    let mut fees: Vec<Open<'_, &FeeKey, Fee>> = cells
        .fees
        .iter_mut()
        .filter(|(key, fee)| fee.cost > 0 && !offset.contains(&key.sku))
        .map(|(key, cell)| {
            let (left, capacity) = (cell.cost, cell.capacity);
            Open { key, cell, left, capacity }
        })
        .collect();
    let mut uses: Vec<Open<'_, &UseKey, Use>> = cells
        .uses
        .iter_mut()
        .filter(|(_, cell)| cell.demand > 0)
        .map(|(key, cell)| {
            let left = cell.demand;
            Open { key, cell, left, capacity: 0 }
        })
        .collect();
    fees.sort_by(|a, b| a.key.cmp(b.key));
    uses.sort_by(|a, b| a.key.cmp(b.key));
    for rung in [Rung::Sku, Rung::SubAccount, Rung::Scope, Rung::Unit] {
        let mut pools: BTreeMap<_, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for (at, fee) in fees.iter().enumerate().filter(|(_, fee)| fee.left > 0) {
            if let Some(words) = rung.of_fee(fee.key) {
                pools.entry((&fee.key.group, words)).or_default().0.push(at);
            }
        }
        for (at, open) in uses.iter().enumerate().filter(|(_, open)| open.left > 0) {
            if let Some(pool) = pools.get_mut(&(&open.key.group, rung.of_use(open.key))) {
                pool.1.push(at);
            }
        }
        for (of_fees, of_uses) in pools.into_values().filter(|(_, uses)| !uses.is_empty()) {
            fill(rung, &mut fees, &of_fees, &mut uses, &of_uses);
        }
    }
}

impl Rung {
    fn of_fee(self, fee: &FeeKey) -> Option<[&str; 3]> {
        match self {
            Self::Sku => (!fee.used_by.is_empty()).then_some([fee.sub_account.as_str(), &fee.used_by, ""]),
            Self::SubAccount => {
                (!fee.sub_account.is_empty()).then_some([fee.sub_account.as_str(), &fee.scope, &fee.unit])
            }
            Self::Scope => Some(["", &fee.scope, &fee.unit]),
            Self::Unit => Some(["", "", &fee.unit]),
        }
    }

    fn of_use(self, key: &UseKey) -> [&str; 3] {
        match self {
            Self::Sku => [key.sub_account.as_str(), &key.sku, ""],
            Self::SubAccount => [key.sub_account.as_str(), &key.scope, &key.unit],
            Self::Scope => ["", &key.scope, &key.unit],
            Self::Unit => ["", "", &key.unit],
        }
    }
}

/// One pool: used = fees × covered ÷ committed, all of them where more is covered than they committed to,
/// or where the export does not say what they did.
fn fill(
    rung: Rung,
    fees: &mut [Open<&FeeKey, Fee>],
    of_fees: &[usize],
    uses: &mut [Open<&UseKey, Use>],
    of_uses: &[usize],
) {
    let sum = |values: &[i128]| values.iter().fold(0i128, |sum, value| sum.saturating_add(*value));
    let lefts: Vec<i128> = of_fees.iter().map(|at| fees[*at].left).collect();
    let capacities: Vec<i128> = of_fees.iter().map(|at| fees[*at].capacity.max(0)).collect();
    let demands: Vec<i128> = of_uses.iter().map(|at| uses[*at].left).collect();
    let (fee, capacity, demand) = (sum(&lefts), sum(&capacities), sum(&demands));
    let all = matches!(rung, Rung::Sku) || capacity == 0 || demand >= capacity;
    let used = if all { Some(fee) } else { mul_div(fee, demand, capacity) };
    let Some(used) = used.filter(|used| *used > 0) else { return };
    let (Some(taken), Some(costs)) = (shares(used, &lefts), shares(used, &demands)) else { return };
    // The commitment that gives most names what it covers.
    let largest =
        of_fees.iter().zip(&taken).max_by(|a, b| a.1.cmp(b.1).then(fees[*b.0].key.id.cmp(&fees[*a.0].key.id)));
    let id = largest.map(|(at, _)| fees[*at].key.id.clone()).unwrap_or_default();
    let paid = if all && demand > capacity && capacity > 0 && !matches!(rung, Rung::Sku) {
        shares(capacity, &demands)
    } else {
        None
    };
    for (n, at) in of_uses.iter().enumerate() {
        let open = &mut uses[*at];
        open.cell.cost += costs[n];
        if costs[n] > open.cell.largest {
            (open.cell.largest, open.cell.id) = (costs[n], id.clone());
        }
        open.left -= paid.as_ref().map_or(demands[n], |paid| paid[n]);
    }
    let unused = if all { None } else { shares(capacity - demand, &capacities) };
    for (n, at) in of_fees.iter().enumerate() {
        let open = &mut fees[*at];
        open.cell.taken += taken[n];
        open.left -= taken[n];
        open.capacity = unused.as_ref().map_or(0, |unused| unused[n]);
    }
}

/// Spend commitments of one scope are in one unit; a quantity has its own.
pub fn unit_of(kind: Kind, unit: &str) -> String {
    if kind == Kind::Spend { String::new() } else { unit.into() }
}
