//! The rows of one currency: the widest set that a figure or a total may cover.

use super::columns::currency_column;
use crate::transform::{Cell, Metric};

/// Rows of a metric that share a currency; `None` for a metric that has no currency.
#[derive(Debug, Clone, PartialEq)]
pub struct Scope<'a> {
    pub currency: Option<String>,
    pub rows: Vec<&'a [Cell]>,
}

/// Splits by `BillingCurrency`, or by `x_ReportingCurrency` where the metric has one: first the currencies of the page in its order, then the others by name.
pub fn by_currency<'a>(metric: &'a Metric, page_order: &[String]) -> Vec<Scope<'a>> {
    let Some(column) = currency_column(metric) else {
        return vec![Scope { currency: None, rows: metric.rows.iter().map(Vec::as_slice).collect() }];
    };
    let mut scopes: Vec<Scope> = Vec::new();
    for row in &metric.rows {
        let currency = row[column].csv_text();
        match scopes.iter_mut().find(|scope| scope.currency.as_ref() == Some(&currency)) {
            Some(scope) => scope.rows.push(row),
            None => scopes.push(Scope { currency: Some(currency), rows: vec![row] }),
        }
    }
    scopes.sort_by_key(|scope| {
        let name = scope.currency.clone().unwrap_or_default();
        (page_order.iter().position(|known| *known == name).unwrap_or(usize::MAX), name)
    });
    scopes
}
