//! The tables that the rows are dumped as.

use serde_json::Value;

use super::focus;
use super::month::Bill;
use super::row::Row;
use super::tables::{Column, DETAILED, FOCUS};
use crate::sample::Export;

/// What of the detailed table the standard one lacks.
/// <https://docs.cloud.google.com/billing/docs/how-to/export-data-bigquery-tables/standard-usage>
const DETAILS: [&str; 3] = ["resource", "price", "subscription"];

/// A table of Cloud Billing in BigQuery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    Detailed,
    Standard,
    Focus,
}

impl Table {
    /// All, with their exports.
    pub const EXPORTS: [(Table, Export); 3] = [
        (Table::Detailed, Export::GcpDetailedUsage),
        (Table::Standard, Export::GcpStandardUsage),
        (Table::Focus, Export::GcpFocus),
    ];

    /// The row as this table has it.
    pub fn value(self, bill: &Bill, row: &Row) -> Value {
        match self {
            Table::Detailed => row.value(bill),
            Table::Standard => {
                let mut value = row.value(bill);
                if let Value::Object(fields) = &mut value {
                    fields.retain(|name, _| !DETAILS.contains(&name.as_str()));
                }
                value
            }
            Table::Focus => focus::value(bill, row),
        }
    }

    pub fn columns(self) -> Vec<&'static Column> {
        match self {
            Table::Detailed => DETAILED.iter().collect(),
            Table::Standard => DETAILED.iter().filter(|column| !DETAILS.contains(&column.name)).collect(),
            Table::Focus => FOCUS.iter().collect(),
        }
    }
}
