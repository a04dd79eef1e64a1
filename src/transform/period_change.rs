//! The derived table `period_change`: what earlier billing periods moved by.

use super::derived::{Derived, typed};
use crate::error::{Error, Result};
use crate::focus::frame::data_type;
use crate::focus::{BillingMonth, Figures, Kind};
use polars::prelude::{
    Column, DataFrame, DataType, Int128Chunked, IntoColumn, IntoSeries, NamedFrom, NewChunkedArray, Series,
};

/// What one slot of an earlier period moved by.
#[derive(Debug, Clone)]
pub struct PeriodChange {
    /// Is the changed period closed, so that this one's statements carry the difference?
    pub is_adjustment: bool,
    pub source: String,
    pub month: BillingMonth,
    /// Why, in a word or two.
    pub cause: &'static str,
    pub moved: Figures,
}

/// A row per change and cell, in the order given.
pub fn period_change_frame(changes: &[PeriodChange]) -> Result<DataFrame> {
    let rows: Vec<_> =
        changes.iter().flat_map(|change| change.moved.0.iter().map(move |cell| (change, cell))).collect();
    // What a charge does not say is null, as in every table.
    let text = |name: &str, of: &dyn Fn(usize) -> String| {
        let values = (0..rows.len()).map(|at| Some(of(at)).filter(|text| !text.is_empty()));
        Series::new(name.into(), values.collect::<Vec<Option<String>>>()).into_column()
    };
    let key = |name: &str, of: fn(&crate::focus::ChangeKey) -> &str| text(name, &|at| of(rows[at].1.0).to_string());
    let kind = |at: usize| if rows[at].0.is_adjustment { "adjustment" } else { "restatement" }.to_string();
    let mut columns = vec![
        text("x_Change", &kind),
        text("x_ChangedMonth", &|at| rows[at].0.month.to_string()),
        text("x_ChangedBy", &|at| rows[at].0.cause.to_string()),
        text("x_SourceId", &|at| rows[at].0.source.clone()),
        key("BillingAccountId", |key| &key.billing_account),
        key("SubAccountId", |key| &key.sub_account),
        key("BillingCurrency", |key| &key.currency),
        key("ChargeCategory", |key| &key.charge_category),
        key("ServiceName", |key| &key.service),
        key("x_Team", |key| &key.team),
    ];
    // In the order of the table; those of a change are in the order of CHANGE_COSTS.
    for (at, name) in ["x_BilledCostChange", "x_EffectiveCostChange", "x_ListCostChange", "x_ContractedCostChange"]
        .into_iter()
        .enumerate()
    {
        columns.push(money(name, rows.iter().map(|(_, (_, cell))| Some(cell.costs[at].0)))?);
    }
    let counts: Vec<i64> = rows.iter().map(|(_, (_, cell))| cell.rows).collect();
    columns.push(Series::new("x_RowsChange".into(), counts).into_column());
    typed(Derived::PeriodChange, rows.len(), columns)
}

/// A column of exact money, from units of the 18th decimal.
pub(super) fn money(name: &str, units: impl Iterator<Item = Option<i128>>) -> Result<Column> {
    let DataType::Decimal(precision, scale) = data_type(Kind::Cost) else {
        return Err(Error::bug(name, "a cost that is no decimal"));
    };
    let values = Int128Chunked::from_iter_options(name.into(), units);
    Ok(values.into_decimal_unchecked(precision, scale).into_series().into_column())
}
