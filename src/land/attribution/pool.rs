//! Which fees go to which usage, and how much of them was used.

use super::cells::{Cells, Fee, FeeKey, Kind, Use, UseKey};
use crate::focus::money::mul_div;
use crate::focus::shares::shares;
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

#[cfg(test)]
mod tests {
    use super::super::cells::Group;
    use super::*;

    fn group(day: i64) -> Group {
        Group { billing_account: "b".into(), currency: "USD".into(), kind: Kind::Spend, day }
    }

    fn fee(sub_account: &str, scope: &str, sku: &str) -> FeeKey {
        let (used_by, unit) = (String::new(), String::new());
        FeeKey {
            group: group(1),
            sub_account: sub_account.into(),
            used_by,
            scope: scope.into(),
            unit,
            sku: sku.into(),
            id: sku.into(),
        }
    }

    fn usage(sub_account: &str, scope: &str, sku: &str) -> UseKey {
        UseKey {
            group: group(1),
            sub_account: sub_account.into(),
            sku: sku.into(),
            scope: scope.into(),
            unit: String::new(),
        }
    }

    /// Money and quantities in whole units: what each fee gives and each use gets.
    fn solved(fees: &[(FeeKey, i128, i128)], uses: &[(UseKey, i128)]) -> (Vec<i128>, Vec<(i128, String)>) {
        let mut cells = Cells::default();
        fees.iter().for_each(|(key, cost, capacity)| cells.add_fee(key.clone(), *cost, *capacity));
        uses.iter().for_each(|(key, demand)| cells.add_use(key.clone(), *demand));
        share_out(&mut cells);
        let taken = fees.iter().map(|(key, ..)| cells.fees[key].taken).collect();
        (taken, uses.iter().map(|(key, _)| (cells.uses[key].cost, cells.uses[key].id.clone())).collect())
    }

    /// A project's own fee first: of `a` 10 are covered and its fee committed to 4, so it is used up. The fee of
    /// nobody, 60 for 12, pays for what is left: 6 of `a` and 2 of `b`, so 60 × 8 ÷ 12 = 40, 30 and 10.
    #[test]
    fn own_fees_go_before_those_of_all() {
        let fees = [(fee("a", "gce", "f1"), 20, 4), (fee("", "gce", "f2"), 60, 12)];
        let uses = [(usage("a", "gce", "s"), 10), (usage("b", "gce", "s"), 2)];
        let (taken, costs) = solved(&fees, &uses);
        assert_eq!(taken, [20, 40]);
        // Most of what `a` pays is of the second commitment.
        assert_eq!(costs, [(50, "f2".into()), (10, "f2".into())]);
    }

    /// A credit whose name says another product still has a fee of its day to pay for it, the last of all.
    #[test]
    fn names_that_do_not_match_are_no_end() {
        let fees = [(fee("", "gce", "f1"), 8, 8), (fee("", "sql", "f2"), 6, 3)];
        let uses = [(usage("a", "gce", "s"), 8), (usage("a", "cloud sql", "t"), 3)];
        let (taken, costs) = solved(&fees, &uses);
        assert_eq!(taken, [8, 6]);
        assert_eq!(costs, [(8, "f1".into()), (6, "f2".into())]);
    }

    /// Nothing is covered on the fee's day, or the fee was taken back: it stays where it is.
    #[test]
    fn what_covers_nothing_stays() {
        let other_day = UseKey { group: group(2), ..usage("a", "gce", "s") };
        assert_eq!(solved(&[(fee("a", "gce", "f"), 5, 5)], &[(other_day, 5)]), (vec![0], vec![(0, String::new())]));
        assert_eq!(solved(&[(fee("a", "gce", "f"), -5, 5)], &[(usage("a", "gce", "s"), 5)]).0, [0]);
        assert_eq!(solved(&[(fee("a", "gce", "f"), 5, 5)], &[(usage("a", "gce", "s"), -5)]).0, [0]);
    }
}
