//! Control totals of what has been written: read back from the files, never from memory.

use crate::error::{Error, Result};
use crate::focus::column::{Kind, all};
use crate::focus::money::{COST_LIMIT, QUANTITY_LIMIT};
use crate::focus::{ControlKey, ControlTotals, Money};
use crate::lake;
use polars::prelude::*;

const KEYS: [&str; 4] = ["BillingAccountId", "SubAccountId", "BillingCurrency", "ChargeCategory"];
pub(super) const SUMS: [&str; 5] = ["BilledCost", "EffectiveCost", "ListCost", "ContractedCost", "x_SplitCost"];

/// Rows and costs by charge category, of files of `cost`.
pub fn cost_totals(cost: LazyFrame) -> Result<ControlTotals> {
    totals(cost, len().cast(DataType::Int64))
}

/// The same, of a roll-up, whose rows say how many charges they hold.
pub fn rollup_totals(rollup: LazyFrame) -> Result<ControlTotals> {
    totals(rollup, col("x_Rows").sum())
}

fn totals(frame: LazyFrame, rows: Expr) -> Result<ControlTotals> {
    let mut aggregates = vec![rows.alias("rows")];
    aggregates.extend(SUMS.iter().map(|name| col(*name).sum()));
    let frame = lake::collect(frame.group_by(KEYS.map(col)).agg(aggregates))?;
    let bug = |error: PolarsError| Error::bug("control totals", error.to_string());
    let texts = KEYS.map(|name| frame.column(name).and_then(|column| column.str().cloned()));
    let rows = frame.column("rows").map_err(bug)?.i64().map_err(bug)?.clone();
    let mut sums = Vec::new();
    for name in SUMS {
        sums.push(frame.column(name).map_err(bug)?.decimal().map_err(bug)?.physical().clone());
    }
    let mut totals = ControlTotals::new(SUMS.map(str::to_string).to_vec());
    let mut keys = Vec::new();
    for text in texts {
        keys.push(text.map_err(bug)?);
    }
    for at in 0..frame.height() {
        let text = |column: usize| keys[column].get(at).unwrap_or_default().to_string();
        let key = ControlKey { billing_account: text(0), sub_account: text(1), currency: text(2), line_type: text(3) };
        let amounts: Vec<Money> = sums.iter().map(|sum| Money(sum.get(at).unwrap_or(0))).collect();
        if !totals.add(&key, rows.get(at).unwrap_or(0).unsigned_abs(), &amounts) {
            return Err(Error::bug("control totals", "a sum past 38 digits"));
        }
    }
    Ok(totals)
}

/// Fails when Σ|x| of a money or quantity column comes near the 38 digits past which a decimal sum
/// wraps without a word. `sums` are floats, added up over the parts of a slot.
pub fn bounds(place: &str, sums: &[(String, f64)]) -> Result<()> {
    for (name, sum) in sums {
        let kind = all().find(|column| column.name == name).map(|column| column.kind);
        let limit = if kind == Some(Kind::Quantity) { QUANTITY_LIMIT } else { COST_LIMIT };
        if sum.is_nan() || *sum >= limit {
            let what = format!("Σ|{name}| is {sum:e}, near the end of exact decimals ({limit:e})");
            return Err(Error::tie(place, what, "check the export for a column in the wrong place or unit"));
        }
    }
    Ok(())
}
