//! The derived table `control_total`: what invoices and cost tools say, beside what is published.

use super::derived::{Derived, typed};
use super::period_change::money;
use crate::error::Result;
use crate::focus::{ExternalTotal, Money};
use polars::prelude::{Column, DataFrame, IntoColumn, NamedFrom, Series};

/// A total of the billing period, and what `cost` has of the same charges.
#[derive(Debug, Clone)]
pub struct ControlTotalRow<'a> {
    pub total: &'a ExternalTotal,
    ///
    /// `None` where nothing of it is published.
    pub found: Option<Money>,
    /// The same as an invoice writes it.
    pub rounded: Option<Money>,
    /// Charges that were added up.
    pub rows: u64,
    /// How the two compare, in words.
    pub verdict: String,
}

/// A row per total, in the order given.
pub fn control_total_frame(rows: &[ControlTotalRow]) -> Result<DataFrame> {
    let part = |name: &str, of: fn(&ControlTotalRow) -> Option<String>| -> Column {
        let values = rows.iter().map(|row| of(row).filter(|text| !text.is_empty()));
        Series::new(name.into(), values.collect::<Vec<Option<String>>>()).into_column()
    };
    let whole = |name: &str, of: fn(&ControlTotalRow) -> u64| {
        let values = rows.iter().map(|row| i64::try_from(of(row)).unwrap_or(i64::MAX));
        Series::new(name.into(), values.collect::<Vec<i64>>()).into_column()
    };
    let exact = |name: &str, of: fn(&ControlTotalRow) -> Option<Money>| {
        money(name, rows.iter().map(|row| of(row).map(|money| money.0)))
    };
    let told = |row: &ControlTotalRow| row.total.amount();
    let columns = vec![
        whole("x_ControlTotalLine", |row| row.total.line as u64),
        part("x_ToldBy", |row| Some(row.total.by())),
        part("x_TotalKind", |row| Some(row.total.kind.name().into())),
        part("x_SourceId", |row| row.total.part.source.clone()),
        part("BillingAccountId", |row| row.total.part.billing_account.clone()),
        part("SubAccountId", |row| row.total.part.sub_account.clone()),
        part("ChargeCategory", |row| row.total.part.charge_category.clone()),
        part("BillingCurrency", |row| Some(row.total.part.currency.clone())),
        part("x_TotalMetric", |row| Some(row.total.part.metric.clone())),
        exact("x_ToldAmount", told)?,
        part("x_ToldInOtherCurrency", |row| Some(row.total.foreign())),
        exact("x_FoundCost", |row| row.found)?,
        exact("x_FoundRounded", |row| row.rounded)?,
        exact("x_ToldDifference", |row| Some(row.total.amount()? - row.found?))?,
        exact("x_ToldTolerance", |row| Some(row.total.tolerance()))?,
        whole("x_FoundRows", |row| row.rows),
        part("x_TotalVerdict", |row| Some(row.verdict.clone())),
    ];
    typed(Derived::ControlTotal, rows.len(), columns)
}
