//! The derived table `utilisation`: how machines were used.

use super::derived::{Derived, typed};
use crate::error::Result;
use crate::focus::utilisation::Utilisation;
use polars::prelude::{Column, DataFrame, IntoColumn, NamedFrom, Series};

/// The table `utilisation`, in the order given.
pub fn utilisation_frame(used: &[Utilisation]) -> Result<DataFrame> {
    fn column<T, K: ?Sized>(name: &str, values: impl Iterator<Item = T>) -> Column
    where
        Series: NamedFrom<Vec<T>, K>,
    {
        Series::new(name.into(), values.collect::<Vec<T>>()).into_column()
    }
    let columns = vec![
        column("SubAccountId", used.iter().map(|of| of.sub_account.as_str())),
        column("ResourceId", used.iter().map(|of| of.resource.as_str())),
        column("x_Metric", used.iter().map(|of| of.metric.name())),
        column("x_P995", used.iter().map(|of| percent(of, of.p995))),
        column("x_Maximum", used.iter().map(|of| percent(of, of.maximum))),
        column("x_PeakHours", used.iter().map(|of| percent(of, of.peak_hours))),
        column(
            "x_BusiestDayBytes",
            used.iter().map(|of| of.busiest_day_bytes.map(|bytes| i64::try_from(bytes).unwrap_or(i64::MAX))),
        ),
        column("x_CompleteDays", used.iter().map(|of| i64::from(of.complete_days))),
        column("x_Hours", used.iter().map(|of| i64::from(of.hours))),
        column("x_Days", used.iter().map(|of| i64::from(of.days))),
        column("x_HasMonthEnd", used.iter().map(|of| of.has_month_end)),
        column("x_FirstDay", used.iter().map(|of| of.first_day.to_epoch_days())),
        column("x_LastDay", used.iter().map(|of| of.last_day.to_epoch_days())),
    ];
    typed(Derived::Utilisation, used.len(), columns)
}

/// A percentage; none of a metric in bytes.
fn percent(of: &Utilisation, value: f64) -> Option<f64> {
    (!of.metric.is_bytes()).then_some(value)
}
