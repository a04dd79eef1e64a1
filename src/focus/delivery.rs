//! What extract finds and what land makes of it.

use super::control::ControlTotals;
use super::period::{BillingMonth, Slot};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What a delivery replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryKind {
    /// The complete state of the period its manifest names, never its rows.
    WholePeriod,
    /// Files that the config declares to be the complete state of named periods.
    FileSet,
    /// A dump of a table that is only ever appended to: a part of every billing period it has rows of.
    ExportSlice,
}

/// The half-open range of export times that a dump is the complete state of, in UTC microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ExportRange {
    pub from: i64,
    pub to: i64,
}

impl ExportRange {
    pub fn holds(&self, micros: i64) -> bool {
        self.from <= micros && micros < self.to
    }
}

/// Whether discounts negotiated with the provider are inside the costs (net) or lines of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MoneyBasis {
    Gross,
    Net,
}

/// One file of an export, as found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportFile {
    /// Its name inside the source's location, `/`-separated.
    pub key: String,
    pub path: PathBuf,
    /// In bytes.
    pub size: u64,
    /// Which of the format's datasets it is a file of; empty where the format has one.
    pub dataset: String,
    /// The charges that its manifest says it holds; `None` where nothing says.
    pub rows: Option<u64>,
    /// The charges that its manifest says all files of its dataset hold together, where it does not say it of each.
    pub rows_of_all: Option<u64>,
}

/// A set of files that is the complete state of one or more slots of one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Start of the hash over the sorted file hashes: the same bytes are the same delivery.
    pub id: String,
    pub source: String,
    /// The id of the export format.
    pub format: &'static str,
    pub kind: DeliveryKind,
    /// The billing periods it is the complete state of; of a slice none, its rows say them.
    pub months: Vec<BillingMonth>,
    /// Of a slice: the export times it is the complete state of, where that is known.
    pub range: Option<ExportRange>,
    /// In the order the manifest or the config names them; `hashes` runs beside it (SHA-256, hex).
    pub files: Vec<ExportFile>,
    pub hashes: Vec<String>,
    /// Where it was found, for messages: the manifest, or the file set in the config.
    pub origin: String,
}

impl Delivery {
    pub fn slots(&self) -> impl Iterator<Item = Slot> + '_ {
        self.months.iter().map(|month| Slot { source: self.source.clone(), month: *month })
    }
}

/// A file of a landed delivery, with what was read from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LandedFile {
    pub key: String,
    pub size: u64,
    pub sha256: String,
    pub rows: u64,
}

/// One Parquet part: rows of one file and one slot, in source order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LandedPart {
    /// Its name in the delivery's folder, `part-00000.parquet`.
    pub name: String,
    pub month: BillingMonth,
    /// The key of the source file its rows came from.
    pub file: String,
    pub rows: u64,
    /// In bytes.
    pub size: u64,
    pub sha256: String,
}

/// `delivery.json`: written last, so without it the delivery does not exist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LandedDelivery {
    pub id: String,
    pub source: String,
    pub format: String,
    pub kind: DeliveryKind,
    pub months: Vec<BillingMonth>,
    /// Of a slice: the export times it is the complete state of, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<ExportRange>,
    /// Of a slice: its first and last export time, in UTC microseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exported: Option<(i64, i64)>,
    pub origin: String,
    pub basis: MoneyBasis,
    /// The columns as delivered, in the first file's order.
    pub columns: Vec<String>,
    pub files: Vec<LandedFile>,
    pub parts: Vec<LandedPart>,
    /// The provider's own totals per billing period, summed while reading the source.
    pub native: BTreeMap<BillingMonth, ControlTotals>,
    /// Σ of what rounding to 18 decimals took away, per money column, in units of 10^-36.
    pub residuals: BTreeMap<String, String>,
    /// Rows whose own billing period is not the delivery's: they stay in the slot and are told.
    pub strays: BTreeMap<String, u64>,
    /// The columns that the files' headers name, each with the kind of its Parquet type; an empty kind where the file
    /// says none, as CSV does. JSON has no header: a column that no row fills is not there. Empty in deliveries that
    /// a costmill landed that did not note it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub kinds: BTreeMap<String, String>,
    /// Columns the format does not know; carried in the landed files, listed here.
    pub drift: Vec<String>,
    /// The folder that holds it. Not stored: the lake may move.
    #[serde(skip)]
    pub folder: PathBuf,
}
