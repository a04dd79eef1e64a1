//! The derived table `reporting_rate`: what the roll-ups were converted with.

use super::derived::{Derived, typed};
use crate::error::Result;
use crate::focus::{Reporting, Slot, SourcedRate};
use polars::prelude::{Column, DataFrame, IntoColumn, NamedFrom, Series};

/// A rate of a slot.
#[derive(Debug, Clone, Copy)]
pub struct RateRow<'a> {
    pub slot: &'a Slot,
    pub reporting: &'a Reporting,
    /// The BillingCurrency.
    pub currency: &'a str,
    pub rate: &'a SourcedRate,
}

/// The table, in the order of its key.
pub fn reporting_rate_frame(rows: &[RateRow]) -> Result<DataFrame> {
    let mut rows = rows.to_vec();
    rows.sort_by_key(|row| (row.slot.month, &row.slot.source, row.currency));
    let column = |name: &str, of: &dyn Fn(&RateRow) -> String| -> Column {
        Series::new(name.into(), rows.iter().map(of).collect::<Vec<_>>()).into_column()
    };
    let columns = vec![
        column("x_BillingMonth", &|row| row.slot.month.to_string()),
        column("x_SourceId", &|row| row.slot.source.clone()),
        column("BillingCurrency", &|row| row.currency.to_string()),
        column("x_ReportingCurrency", &|row| row.reporting.currency.clone()),
        column("x_Rate", &|row| row.rate.rate.to_string()),
        column("x_RateSource", &|row| row.rate.source.clone()),
    ];
    typed(Derived::ReportingRate, rows.len(), columns)
}
