//! `costmill explain`.

use crate::focus::BillingMonth;
use clap::{Args, Subcommand, ValueEnum};

/// `costmill explain`.
#[derive(Debug, Args)]
pub struct Explain {
    #[command(subcommand)]
    pub topic: ExplainTopic,
}

/// What can be explained.
#[derive(Debug, Subcommand)]
pub enum ExplainTopic {
    /// The charges and the lines of the export that a figure of a report is the sum of
    Figure(ExplainFigure),
    /// The charges of a resource in a billing period, to the lines of the export
    Resource(ExplainResource),
    /// Where each FOCUS column comes from in an export format
    Mapping {
        /// The id of the format, such as `aws-cur-legacy` or `focus`
        format: String,
    },
}

/// `costmill explain figure`.
#[derive(Debug, Args)]
pub struct ExplainFigure {
    /// The report and its section, as in the path of the section's CSV: monthly_review#cost_by_service
    #[arg(value_name = "REPORT#SECTION")]
    pub figure: String,
    /// The row of the section's CSV: its number, 1 for the first after the header, or a text that stands in that row
    /// alone [default: 1]
    #[arg(value_name = "ROW")]
    pub row: Option<String>,
    /// The column of the figure [default: the first with an exact amount of money]
    #[arg(long, value_name = "NAME")]
    pub column: Option<String>,
    /// Of a report with a page for each team: whose page; rows are numbered as in its CSV
    #[arg(long, value_name = "NAME")]
    pub of: Option<String>,
    /// The billing period [default: the newest published]
    #[arg(long, value_name = "YYYY-MM")]
    pub period: Option<BillingMonth>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = ExplainFormat::Text)]
    pub format: ExplainFormat,
}

/// `costmill explain resource`.
#[derive(Debug, Args)]
pub struct ExplainResource {
    /// The ResourceId, as in the bill
    #[arg(value_name = "ID")]
    pub resource: String,
    /// The billing period [default: the newest published]
    #[arg(long, value_name = "YYYY-MM")]
    pub period: Option<BillingMonth>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = ExplainFormat::Text)]
    pub format: ExplainFormat,
}

/// How `explain` prints charges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExplainFormat {
    /// For people: what it rests on, sums, and the largest charges
    Text,
    /// RFC 4180: every charge, with file and row of the export
    Csv,
}
