//! The small result of one query: what a report draws and writes.

use crate::focus::money::decimal_text;

/// A query's result, rows in the query's own order.
#[derive(Debug, Clone, PartialEq)]
pub struct Metric {
    /// The id of the query: its path under `queries/` without the ending, `metric/cost_by_service`.
    pub query: String,
    pub title: String,
    pub question: String,
    pub columns: Vec<MetricColumn>,
    pub rows: Vec<Vec<Cell>>,
}

/// One column of a [`Metric`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricColumn {
    pub name: String,
    /// What the column says, for a tooltip or a glossary; for a FOCUS column, "as FOCUS defines it".
    pub meaning: String,
    pub kind: CellKind,
}

/// The type of a column. `Money` is a cost in the row's `BillingCurrency`, exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CellKind {
    Text,
    Money,
    Quantity,
    Integer,
    /// A float where 1.0 is 100 %.
    Ratio,
    /// Any other float.
    Number,
    Date,
    Time,
    Boolean,
}

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Null,
    Text(String),
    /// `value × 10^-scale`, exact.
    Decimal {
        value: i128,
        scale: u32,
    },
    Integer(i64),
    Float(f64),
    /// Days since 1970-01-01.
    Date(i32),
    /// Microseconds since 1970-01-01 UTC.
    Time(i64),
    Boolean(bool),
}

impl Cell {
    /// The canonical text of a CSV field: exact decimals without trailing zeros, ISO dates, empty for null.
    pub fn csv_text(&self) -> String {
        match self {
            Cell::Null => String::new(),
            Cell::Text(text) => text.clone(),
            Cell::Decimal { value, scale } => decimal_text(*value, *scale),
            Cell::Integer(value) => value.to_string(),
            Cell::Float(value) => format!("{value}"),
            Cell::Date(days) => chrono::DateTime::from_timestamp(i64::from(*days) * 86_400, 0)
                .map(|t| t.format("%Y-%m-%d").to_string())
                .unwrap_or_default(),
            Cell::Time(micros) => chrono::DateTime::from_timestamp_micros(*micros)
                .map(|t| t.format("%Y-%m-%dT%H:%M:%SZ").to_string())
                .unwrap_or_default(),
            Cell::Boolean(value) => value.to_string(),
        }
    }

    /// For charts and sorting only; `None` unless a number.
    pub fn number(&self) -> Option<f64> {
        match self {
            Cell::Decimal { value, scale } => Some(*value as f64 / 10f64.powi(*scale as i32)),
            Cell::Integer(value) => Some(*value as f64),
            Cell::Float(value) => Some(*value),
            _ => None,
        }
    }
}

impl Metric {
    /// The position of a column.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }
}
