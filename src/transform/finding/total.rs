//! All findings together free no more than the whole bill.
//!
//! Each finding is held to its own resource in [`limit`](super::limit), on whatever days that was
//! charged: what ran on one day alone may save that day for a whole month. Many such figures can each
//! stand and together promise more than anybody pays, so the sum is held to the whole bill.

use super::limit::{Limits, TOLERANCE};
use super::resources::KEY;
use super::{Action, Ask, Finding};
use crate::error::{Error, Result};
use polars::prelude::{LazyFrame, col, lit};
use std::collections::BTreeMap;

/// Fails where the counted findings of a currency free more than everything that is charged in it
/// costs in a month, on the bases that a finding may have: the last 1 to 35 days, by day, for 30.44
/// days, or a billing period. What commitments leave unused counts beside it, as their findings do.
pub fn hold(ask: &Ask, found: &[Finding]) -> Result<()> {
    let mut totals: BTreeMap<&str, f64> = BTreeMap::new();
    for finding in found.iter().filter(|finding| finding.counted) {
        *totals.entry(&finding.currency).or_default() += finding.realisable.unwrap_or_default();
    }
    if totals.is_empty() {
        return Ok(());
    }
    let charges = Limits::of_charges(ask, |charges| Ok(as_one(charges)))?;
    let mut unused = Limits::default();
    if found.iter().any(|finding| finding.action == Action::Use) {
        // Charges of no commitment are no commitment's unused part.
        unused.of_unused(ask, |cost| Ok(as_one(cost.filter(col("CommitmentDiscountId").is_not_null()))))?;
    }
    for (currency, total) in totals {
        let of = |limits: &Limits| limits.costs.get(&(ONE, currency.to_string())).copied().unwrap_or_default();
        let cost = of(&charges) + of(&unused);
        if total > cost + TOLERANCE {
            let place = format!("waste, all findings in {currency}");
            let what =
                format!("free {total:.6} {currency} a month together, and the whole bill costs at most {cost:.6}");
            let remedy = "mend the rules: they save the same charges twice, or take a day for a month";
            return Err(Error::tie(place, what, remedy));
        }
    }
    Ok(())
}

/// The number of the whole bill.
const ONE: u32 = 0;

/// Everything under one number, as if it were one resource.
fn as_one(charges: LazyFrame) -> LazyFrame {
    charges.with_column(lit(ONE).alias(KEY))
}
