//! What `costmill status`, `close`, `reopen`, `history` and `diff` are asked.

use super::{QueryFormat, parse_day};
use crate::focus::BillingMonth;
use chrono::NaiveDate;
use clap::{Args, ValueEnum};

/// `costmill status`.
#[derive(Debug, Args)]
pub struct Status {
    /// Say the states of this day (UTC) [default: today]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_day)]
    pub as_of: Option<NaiveDate>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = StatusFormat::Table)]
    pub format: StatusFormat,
}

/// How `status` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StatusFormat {
    /// Aligned columns, for people
    Table,
    /// One object, for programs
    Json,
}

/// `costmill close`.
#[derive(Debug, Args)]
pub struct Close {
    /// The billing period to close, of every source
    #[arg(long, value_name = "YYYY-MM")]
    pub period: BillingMonth,
    /// Who closes it [default: the user of the process]
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// A word for the record; it stands on the period's pages
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Close it although it is not final
    #[arg(long)]
    pub force: bool,
    /// Close as if it were this day (UTC) [default: now]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_day)]
    pub as_of: Option<NaiveDate>,
}

/// `costmill reopen`.
#[derive(Debug, Args)]
pub struct Reopen {
    /// The closed billing period
    #[arg(long, value_name = "YYYY-MM")]
    pub period: BillingMonth,
    /// Why; it stands on the pages that replace the issued ones
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Who opens it [default: the user of the process]
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// Open it as if it were this day (UTC) [default: now]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_day)]
    pub as_of: Option<NaiveDate>,
}

/// `costmill history`.
#[derive(Debug, Args)]
pub struct History {
    /// The billing period
    #[arg(long, value_name = "YYYY-MM")]
    pub period: BillingMonth,
    /// Only this source [default: every one that has the period]
    #[arg(long, value_name = "ID")]
    pub source: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = QueryFormat::Table)]
    pub format: QueryFormat,
}

/// `costmill diff`.
#[derive(Debug, Args)]
pub struct Diff {
    /// The billing period
    #[arg(long, value_name = "YYYY-MM")]
    pub period: BillingMonth,
    /// Only this source [default: every one that has the period]
    #[arg(long, value_name = "ID")]
    pub source: Option<String>,
    /// The version to compare from [default: the one before the period was last published]
    #[arg(long, value_name = "N")]
    pub from: Option<i64>,
    /// The version to compare with [default: the newest]
    #[arg(long, value_name = "N")]
    pub to: Option<i64>,
    /// Compare from what was published at the end of this day (UTC)
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_day, conflicts_with = "from")]
    pub from_date: Option<NaiveDate>,
    /// Compare with what was published at the end of this day (UTC)
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_day, conflicts_with = "to")]
    pub to_date: Option<NaiveDate>,
    /// Compare what was closed with what is delivered now, adjustments included
    #[arg(long, conflicts_with_all = ["from", "to", "from_date", "to_date"])]
    pub since_closing: bool,
    /// How to print it
    #[arg(long, value_enum, default_value_t = QueryFormat::Table)]
    pub format: QueryFormat,
}
