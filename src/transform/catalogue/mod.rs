//! The catalogue: every question is one file, `queries/<kind>/<name>.sql`, with its header.
//!
//! A header is TOML in the leading `---` lines, so the file still pastes into any SQL tool:
//!
//! ```sql
//! --- title    = "Cost by service"
//! --- question = "What did each service cost, and how did that change?"
//! --- reads    = ["cost_daily"]             # tables, or ids of other queries: `metric/cost_total`
//! --- [params]
//! --- min_cost = 1.0                        # default; the TOML type is the type
//! --- [columns]                             # exactly what the SELECT returns, in its order
//! --- ServiceName     = "FOCUS"             # type and meaning as the specification says
//! --- x_BillingMonth  = "costmill"          # type and meaning of a column of ours in `cost` or a roll-up
//! --- x_Reason        = "One sentence"      # any other text column
//! --- x_MonthlyCost   = { type = "money", meaning = "EffectiveCost of the month" }
//! SELECT …
//! ```
//!
//! A query that is read by another is a table named by the last part of its id. A lookup,
//! `queries/lookup/<name>.csv` with types in its header (`x_Vcpu:integer`), is the table `<name>`.
//!
//! A waste rule returns the finding columns of the contract and need not repeat them in `[columns]`.
//! It may have `[look]`: by ProviderName, the command that looks at the resource (see [`look`]).
//!
//! Some parameters need no header (see [`bind`]): `:billing_period` (`2026-10`), the months derived
//! from it `:prior_billing_period`, `:year_ago_billing_period` and `:first_billing_period_of_year`;
//! `:last_full_day` and the first days of the windows that end with it, `:first_of_7_days` (also 14
//! and 35); `:showback_basis`, the column of the cost that statements show; `:coverage_key`,
//! `:tag_column`, `:tag_state_column` and `:tag_exemption_column`, a tag dimension and its columns: a
//! query that uses one of them is asked once for each key, see [`key_params`]; `:coverage_target` and
//! `:showback_policy`, null where nobody says.
//!
//! [`check`] refuses what Polars answers wrongly, what would not be exact and what would add up
//! currencies; [`run`] asks one query.

pub mod bind;
mod check;
mod contract;
mod convert;
mod function;
mod guard;
mod header;
mod join;
mod keys;
mod load;
pub mod look;
mod lookup;
mod meaning;
mod money;
mod money_expr;
mod money_from;
mod one_row;
mod param;
mod plan;
mod quotient;
mod run;
mod scope;
mod statement;
#[cfg(test)]
mod tests;

pub use check::check;
pub use header::nearest;
pub use keys::{key_params, run_for_keys};
pub use lookup::{Lookup, LookupColumn};
pub use param::{Param, ParamValue};
pub use run::{Tables, bound_sql, cautions, run, run_sql, words};

use super::metric::CellKind;
use std::collections::BTreeMap;

/// What a query is for, told by its folder; each kind has its own output contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Returns what its header declares.
    Metric,
    /// Returns findings: the fixed columns of a saving that somebody can act on.
    Waste,
    /// Returns offending rows; passes when there are none.
    Quality,
}

impl Kind {
    pub const ALL: [Kind; 3] = [Kind::Metric, Kind::Waste, Kind::Quality];

    /// The folder under `queries/`.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Metric => "metric",
            Self::Waste => "waste",
            Self::Quality => "quality",
        }
    }
}

/// One question: a header and its SQL.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// The path under `queries/` without the ending: `metric/cost_by_service`.
    pub id: String,
    pub kind: Kind,
    pub title: String,
    pub question: String,
    /// Tables of the lake, or ids of other queries.
    pub reads: Vec<String>,
    pub params: Vec<Param>,
    pub columns: Vec<QueryColumn>,
    /// Of a waste rule: by ProviderName, the command with which an owner looks at the resource.
    pub look: BTreeMap<String, String>,
    /// The statement, without the header.
    pub sql: String,
    /// The file, for messages.
    pub file: String,
    /// The line of the file on which `sql` begins.
    pub first_line: usize,
}

/// A declared output column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryColumn {
    pub name: String,
    pub meaning: String,
    pub kind: CellKind,
}

impl Query {
    /// The name under which another query reads this one.
    pub fn table(&self) -> &str {
        self.id.rsplit('/').next().unwrap_or(&self.id)
    }
}

/// The queries and the report files: those in the binary, or those of a folder.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Catalogue {
    /// By id.
    pub queries: BTreeMap<String, Query>,
    /// By name: the tables of facts that queries may read besides the lake's.
    pub lookups: BTreeMap<String, Lookup>,
    /// The text of `reports/<id>.toml`, by id.
    pub reports: BTreeMap<String, String>,
    /// The text of `reports/templates/<name>`, by name.
    pub templates: BTreeMap<String, String>,
}
