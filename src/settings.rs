//! What the user means: flag > environment > `costmill.toml` > default, resolved once.

mod closing;
mod control_totals;
mod csv_header;
mod currency;
mod environment;
mod file;
mod job;
mod location;
mod place;
mod policy;
mod resolve;
mod retention;
mod size;
mod source;
#[cfg(test)]
mod tests;
pub mod threads;

pub use environment::{Environment, columns};
pub use job::{Job, When};
pub use resolve::Overrides;
pub use retention::Retention;

use crate::focus::closing::DEFAULT_FINAL_RULE;
use crate::focus::{BillingMonth, ExportRange, ExternalTotal, FinalRule, Policy, Rates, StoreAddress};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The configuration that is read when neither a flag nor the environment names one.
pub const DEFAULT_CONFIG: &str = "costmill.toml";

/// The configured pipeline. Paths are absolute or relative to the process, already resolved
/// against the folder of the config file.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The config file, for messages.
    pub config: PathBuf,
    /// Root of the lake.
    pub lake: PathBuf,
    /// Where reports go.
    pub output: PathBuf,
    /// A folder with `queries/` and `reports/` to use instead of the built-in catalogue.
    pub catalogue: Option<PathBuf>,
    /// In bytes.
    pub memory_limit: u64,
    pub threads: usize,
    pub sources: Vec<Source>,
    pub tags: Tags,
    /// Tag keys, owners, showback and unit metrics.
    pub policy: Policy,
    pub waste: Waste,
    /// When a billing period is final, by source.
    pub closing: BTreeMap<String, FinalRule>,
    /// What invoices and cost tools say that periods cost.
    pub control_totals: Vec<ExternalTotal>,
    /// The reporting currency and its rates; `None`: costs are told in their BillingCurrency alone.
    pub reporting: Option<Rates>,
    /// What `costmill schedule` prints units for, in the file's order.
    pub jobs: Vec<Job>,
    /// How long `costmill vacuum` keeps what.
    pub retention: Retention,
    /// The user of the process, as the environment names it; who closes when nobody says.
    pub user: Option<String>,
    /// The billing periods to run, sorted, none twice; empty means every one found.
    pub periods: Vec<BillingMonth>,
    /// The UTC day that stands for the clock; `None` means: read the clock, once, in `command`.
    pub as_of: Option<NaiveDate>,
    /// Say only what went wrong.
    pub quiet: bool,
    /// The named fault to fail at, for the crash tests; always `None` in a release build.
    pub fault: Option<String>,
}

impl Settings {
    /// The rule of a source, one that is published and no longer configured included.
    pub fn final_rule(&self, source: &str) -> FinalRule {
        self.closing.get(source).copied().unwrap_or(DEFAULT_FINAL_RULE)
    }
}

/// One `[[source]]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// Becomes `x_SourceId`; lower-case letters, digits, `-` and `_`.
    pub id: String,
    /// The id of an export format.
    pub format: String,
    /// The folder that holds the export; of an object store its URL, written as a path.
    pub location: PathBuf,
    /// How the object store is reached; `None` for a folder.
    pub store: Option<StoreAddress>,
    /// Is its money in `cost`?
    pub role: Role,
    /// Other sources that hold other charges of the same sub accounts: no overlap.
    pub disjoint_from: Vec<String>,
    /// The sub accounts that a shadow is an export of; empty: all that its primary has.
    pub sub_accounts: Vec<String>,
    /// Net or gross costs, for formats that deliver both.
    pub money_basis: BasisChoice,
    /// Days from its last complete day to the day of a run after which it is late; `None`: never by itself.
    pub late_after_days: Option<u16>,
    /// Sub accounts that may have no charges for days.
    pub may_be_silent: Vec<String>,
    /// The one dataset that is published, of a format whose bill comes as several.
    pub dataset: Option<String>,
    /// Declared deliveries for exports without a manifest; empty means: read the manifests.
    pub file_sets: Vec<FileSet>,
}

/// One `[[source.file_set]]`: files that together are the complete state of the named periods, or of a range
/// of export times.
#[derive(Debug, Clone, PartialEq)]
pub struct FileSet {
    /// Empty where there is a range.
    pub billing_periods: Vec<BillingMonth>,
    pub range: Option<ExportRange>,
    /// Which dataset the files are of, for a format whose bill comes as several.
    pub dataset: Option<String>,
    /// Relative to the source's location.
    pub files: Vec<String>,
}

/// `[tags]`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tags {
    /// The tag dimension whose coverage is reported.
    pub coverage_key: Option<String>,
    /// Every tag dimension with the tag keys that count as it, in order of precedence.
    /// Contains `coverage_key` (with itself as the only alias unless configured).
    pub dimensions: Vec<TagDimension>,
}

/// A configured tag key with its aliases; a column `x_Tag_<name>` of the roll-ups.
#[derive(Debug, Clone, PartialEq)]
pub struct TagDimension {
    pub name: String,
    pub keys: Vec<String>,
}

/// `[waste]`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Waste {
    /// Findings that save less a month are left out, in the currency of the finding.
    pub minimum_monthly_saving: f64,
    /// The suppression file, where there is one.
    pub suppressions: Option<PathBuf>,
    /// Files of the utilisation contract: paths or patterns, resolved against the config's folder.
    pub utilisation: Vec<PathBuf>,
}

/// What a source is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Its charges are published.
    Primary,
    /// A second export of charges that another source publishes: landed and compared, never published.
    Shadow,
}

/// How a delivery's money basis is chosen; once per delivery, never per row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BasisChoice {
    /// Net where the delivery carries the net columns, gross otherwise.
    Auto,
    Gross,
    Net,
}
