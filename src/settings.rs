//! What the user means: flag > environment > `costmill.toml` > default, resolved once.

mod apart;
mod api;
mod closing;
mod control_totals;
mod csv_header;
mod currency;
mod environment;
mod file;
mod job;
mod lake;
mod location;
mod outward;
mod place;
mod policy;
mod resolve;
mod retention;
mod size;
mod source;
#[cfg(test)]
mod tests;
pub mod threads;

pub use environment::{Environment, Secret, UNITS_CACHES, columns, program};
pub use job::{Job, When};
pub use outward::plain_url_fault;
pub use resolve::Overrides;
pub use retention::Retention;

use crate::focus::closing::DEFAULT_FINAL_RULE;
use crate::focus::{
    Api, BillingMonth, ExportRange, ExternalTotal, FinalRule, LakeLocation, Policy, Rates, StoreAddress,
};
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
    /// Where the lake is.
    pub lake: LakeLocation,
    /// Where reports go.
    pub output: PathBuf,
    /// Does a flag or the environment put them elsewhere than the configuration does?
    pub output_elsewhere: bool,
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
    /// Providers' APIs that are asked.
    pub apis: Vec<Api>,
    /// The reporting currency and its rates; `None`: costs are told in their BillingCurrency alone.
    pub reporting: Option<Rates>,
    /// Where pages and CSVs are delivered after a run.
    pub deliver: Vec<Deliver>,
    /// Who is told of a run.
    pub hooks: Vec<Hook>,
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
    /// Files of the same contract that APIs gave, for what is in none of the above; each folder is one API's.
    pub measured: Vec<PathBuf>,
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

/// One `[[deliver]]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Deliver {
    /// Words of the audience that reports name; `None`: every report.
    pub audience: Option<String>,
    /// The folder; of an object store its URL, written as a path.
    pub to: PathBuf,
    /// How the object store is reached; `None` for a folder.
    pub store: Option<StoreAddress>,
    /// Pages with their drawings.
    pub pages: bool,
    pub csv: bool,
    pub periods: DeliveredPeriods,
}

/// Which billing periods a `[[deliver]]` takes, of those that have pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveredPeriods {
    Newest,
    /// Those that are not closed.
    Open,
    All,
}

/// One `[[hook]]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Hook {
    /// Sorted, none twice.
    pub on: Vec<Occasion>,
    pub act: HookAct,
    /// How long is waited for it.
    pub timeout_seconds: u64,
}

/// What a hook is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Occasion {
    /// The run ended in 1, 2 or 4.
    Failure,
    /// The run ended in 3: something was told as an error, and what was there is published.
    Problem,
    /// Something that is due is not there yet.
    Late,
    /// Findings that the ledger did not know.
    NewFindings,
    /// A billing period was published.
    Published,
}

impl Occasion {
    /// As the configuration writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Failure => "failure",
            Self::Problem => "problem",
            Self::Late => "late",
            Self::NewFindings => "new_findings",
            Self::Published => "published",
        }
    }
}

/// How a hook is told. It holds no secret, so it may be printed.
#[derive(Debug, Clone, PartialEq)]
pub enum HookAct {
    /// A program and its arguments, run without a shell.
    Command(Vec<String>),
    Webhook {
        address: WebhookAddress,
        /// Lines `Name: value`, sent with the request.
        header_file: Option<PathBuf>,
        /// The environment variable whose value is sent as a bearer token.
        secret_env: Option<String>,
        /// Speak HTTP without TLS to this machine.
        allow_http: bool,
    },
}

/// Where a webhook is.
#[derive(Debug, Clone, PartialEq)]
pub enum WebhookAddress {
    Url(String),
    /// The file that holds the URL, which may be a secret itself.
    File(PathBuf),
}
