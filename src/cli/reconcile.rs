//! What `costmill reconcile` is asked.

use super::parse_day;
use crate::focus::{BillingMonth, Money};
use chrono::NaiveDate;
use clap::{Args, ValueEnum};

/// `costmill reconcile`.
#[derive(Debug, Args)]
pub struct Reconcile {
    /// The billing period to prove [with --cross default: every one that a shadow has]
    #[arg(long, value_name = "YYYY-MM", required_unless_present = "cross")]
    pub period: Option<BillingMonth>,
    /// Only this source [default: every one that has the period]
    #[arg(long, value_name = "ID")]
    pub source: Option<String>,
    /// Compare sources of role "shadow" with what is published, cost by cost
    #[arg(long)]
    pub cross: bool,
    /// The largest difference of a cost that counts as none, in the currency of the cell
    #[arg(long, value_name = "AMOUNT", requires = "cross", default_value = "0", value_parser = parse_tolerance)]
    pub tolerance: Money,
    /// Say the state of this day (UTC): external control totals of a final period must tie [default: today]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_day)]
    pub as_of: Option<NaiveDate>,
    /// How --cross prints
    #[arg(long, value_enum, requires = "cross", default_value_t = ReconcileFormat::Table)]
    pub format: ReconcileFormat,
}

/// How `reconcile --cross` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReconcileFormat {
    /// Aligned columns, for people
    Table,
    /// One array of objects, for programs; amounts are text
    Json,
}

fn parse_tolerance(text: &str) -> Result<Money, String> {
    match text.parse::<Money>() {
        Ok(amount) if amount >= Money::ZERO => Ok(amount),
        _ => Err(format!("`{text}` is not an amount of 0 or more; write it as 0.01")),
    }
}
