//! The derived table `control_total`: what invoices and cost tools say, beside what is published.

use super::derived::{Derived, DerivedColumn, TOLD_AMOUNT, TOLD_BY, focus, own, typed};
use super::metric::CellKind::{Integer, Money as MoneyKind, Text};
use super::period_change::money;
use crate::error::Result;
use crate::focus::{ExternalTotal, Money};
use polars::prelude::{Column, DataFrame, IntoColumn, NamedFrom, Series};

pub(super) const CONTROL_TOTAL: &[DerivedColumn] = &[
    own("x_Api", Text, "The id of the API that told it; empty for the control totals file"),
    own(
        "x_ControlTotalLine",
        Integer,
        "The line of the control totals file, of invoices of the same charges the first; of an API the number of its total",
    ),
    TOLD_BY,
    own("x_TotalKind", Text, "invoice or other"),
    focus("x_SourceId"),
    focus("BillingAccountId"),
    focus("SubAccountId"),
    focus("ChargeCategory"),
    focus("BillingCurrency"),
    own("x_TotalMetric", Text, "The cost that is told"),
    TOLD_AMOUNT,
    own("x_ToldInOtherCurrency", Text, "Amounts of other currencies, as they are told"),
    own("x_FoundCost", MoneyKind, "What `cost` has of the same charges; empty where nothing of it is published"),
    own("x_FoundRounded", MoneyKind, "The same in whole units of the currency's smallest, where an invoice tells"),
    own("x_ToldDifference", MoneyKind, "What is told minus what `cost` has"),
    own("x_ToldTolerance", MoneyKind, "By how much they may differ"),
    own("x_FoundRows", Integer, "Charges that were added up"),
    own("x_TotalVerdict", Text, "ties within the tolerance, differs, or not compared and why"),
];

/// A total of the billing period, and what `cost` has of the same charges.
#[derive(Debug, Clone)]
pub struct ControlTotalRow<'a> {
    pub total: &'a ExternalTotal,
    /// `None` where nothing of it is published.
    pub found: Option<Money>,
    /// The same as an invoice writes it.
    pub rounded: Option<Money>,
    /// Charges that were added up.
    pub rows: u64,
    /// By how much the two may differ.
    pub tolerance: Money,
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
        part("x_Api", |row| row.total.place.api().map(str::to_string)),
        whole("x_ControlTotalLine", |row| row.total.place.number() as u64),
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
        exact("x_ToldTolerance", |row| Some(row.tolerance))?,
        whole("x_FoundRows", |row| row.rows),
        part("x_TotalVerdict", |row| Some(row.verdict.clone())),
    ];
    typed(Derived::ControlTotal, rows.len(), columns)
}
