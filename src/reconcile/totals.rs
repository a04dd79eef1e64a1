//! Control totals of what has been written: read back from the files, never from memory.

use crate::error::{Error, Result};
use crate::focus::column::{Kind, all};
use crate::focus::money::{COST_LIMIT, QUANTITY_LIMIT};
use crate::focus::{ControlKey, ControlTotals, Money};
use crate::lake;
use polars::prelude::*;

pub(super) const KEYS: [&str; 4] = ["BillingAccountId", "SubAccountId", "BillingCurrency", "ChargeCategory"];
pub(super) const SUMS: [&str; 5] = ["BilledCost", "EffectiveCost", "ListCost", "ContractedCost", "x_SplitCost"];

/// Usage whose charge period is at most a day: what daily figures are made of.
pub fn is_daily_usage() -> Expr {
    let period = col("ChargePeriodEnd") - col("ChargePeriodStart");
    col("ChargeCategory").eq(lit("Usage")).and(period.lt_eq(lit(chrono::Duration::days(1))))
}

/// Totals of files of `cost`.
#[derive(Debug, Clone, Default)]
pub struct CostTotals {
    /// Rows and costs by charge category.
    pub all: ControlTotals,
    /// The same, of daily usage alone.
    pub daily_usage: ControlTotals,
}

/// The totals of files of `cost`, read once.
pub fn cost_totals(cost: LazyFrame) -> Result<CostTotals> {
    const DAILY: &str = "x_IsDailyUsage";
    let mut keys: Vec<Expr> = KEYS.map(col).to_vec();
    keys.push(is_daily_usage().alias(DAILY));
    let grouped = lake::collect(cost.group_by(keys).agg(aggregates(len().cast(DataType::Int64))))?;
    let daily = lake::collect(grouped.clone().lazy().filter(col(DAILY)))?;
    Ok(CostTotals { all: totals(&grouped)?, daily_usage: totals(&daily)? })
}

/// The totals of a roll-up, whose rows say how many charges they hold.
pub fn rollup_totals(rollup: LazyFrame) -> Result<ControlTotals> {
    totals(&lake::collect(rollup.group_by(KEYS.map(col)).agg(aggregates(col("x_Rows").sum())))?)
}

fn aggregates(rows: Expr) -> Vec<Expr> {
    [rows.alias("rows")].into_iter().chain(SUMS.map(|name| col(name).sum())).collect()
}

fn totals(frame: &DataFrame) -> Result<ControlTotals> {
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
            let what = format!("Σ|{name}| is about {sum:.2e}, near the end of exact decimals ({limit:e})");
            return Err(Error::tie(place, what, "check the export for a column in the wrong place or unit"));
        }
    }
    Ok(())
}
