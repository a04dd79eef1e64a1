//! What a publication says of one slot.

use super::disk;
use super::root::Lake;
use crate::error::{Error, Result};
use crate::focus::{ControlTotals, Invoicing, MoneyBasis, Reporting, Slot};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A file of the lake, named by its content.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LakeFile {
    /// Relative to the lake's root, `/`-separated.
    pub path: String,
    /// In bytes.
    pub size: u64,
    pub rows: u64,
    /// Lower-case hex.
    pub sha256: String,
}

/// One published slot: its files and its proof. Stored as `publication/<sha256>.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotRecord {
    /// Hash over all that decides the slot's rows and roll-ups: the same key needs no new commit.
    pub publication_key: String,
    /// The ids of the deliveries it was made from, joined by `+`.
    pub delivery: String,
    /// Where the delivery was found, for "what this figure rests on".
    pub origin: String,
    /// The id of the export format.
    pub format: String,
    pub basis: MoneyBasis,
    /// Files of the delivery.
    pub files: u64,
    /// Rows in `cost`.
    pub rows: u64,
    /// The latest ChargePeriodEnd, microseconds since 1970 UTC; `None` without rows.
    pub newest_charge_end: Option<i64>,
    /// The latest ChargePeriodEnd of usage of at most a day: how far the days are told. Charges of
    /// the whole month end with it from the first day on.
    #[serde(default)]
    pub newest_daily_charge_end: Option<i64>,
    /// Charges with a BilledCost that name an invoice, and that name none; `None` in records of a costmill that did
    /// not count them.
    #[serde(default)]
    pub invoicing: Option<Invoicing>,
    /// The columns of its files by table, `cost` among them: a closed period keeps those that it was closed with. Empty
    /// in records of a costmill that did not say; those have the columns of today.
    #[serde(default)]
    pub columns: BTreeMap<String, Vec<String>>,
    /// Files of `cost`: one per landed part, in its order.
    pub cost: Vec<LakeFile>,
    /// Files of the roll-ups by table, `cost_daily` and so on.
    pub rollups: BTreeMap<String, LakeFile>,
    /// The source's own totals: native line types, native money columns.
    pub native: ControlTotals,
    /// The same, summed over the landed parts.
    pub landed: ControlTotals,
    /// Totals by charge category that the format's crosswalk makes of the landed parts.
    pub expected: ControlTotals,
    /// Totals of `cost`: charge categories, the four costs and `x_SplitCost`.
    pub control: ControlTotals,
    /// Σ of what rounding to 18 decimals took away, per money column, in units of 10^-36.
    pub residuals: BTreeMap<String, String>,
    /// Rows that name another billing period than the slot's.
    pub strays: BTreeMap<String, u64>,
    /// Columns of the export that the format does not know.
    pub drift: Vec<String>,
    /// The columns of its deliveries' headers, each with the kind of its Parquet type; an empty kind where a file says
    /// none. Empty in records of a costmill that did not note them.
    #[serde(default)]
    pub delivered: BTreeMap<String, String>,
    /// What its roll-ups were converted with: rate and source by BillingCurrency. `None` without a reporting currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reporting: Option<Reporting>,
}

const FOLDER: &str = "publication";

/// Writes a record that nothing names yet and returns its name.
pub(super) fn put(lake: &Lake, slot: &Slot, record: &SlotRecord) -> Result<String> {
    let bytes =
        serde_json::to_vec(record).map_err(|e| Error::bug(slot.to_string(), format!("its record has no JSON: {e}")))?;
    let name = format!("{FOLDER}/{}.json", disk::hash_bytes(&bytes));
    lake.put_here(&name, &bytes)?;
    Ok(name)
}

/// Reads the record of that name and refuses one whose bytes are not what the name says.
pub(super) fn get(lake: &Lake, name: &str) -> Result<SlotRecord> {
    let path = lake.bring(name)?;
    let bytes = disk::read(&path)?;
    let damaged = |what: String| {
        Error::lake(
            path.display().to_string(),
            what,
            "restore this file from a backup: the bytes are named by their hash",
        )
    };
    if name != format!("{FOLDER}/{}.json", disk::hash_bytes(&bytes)) {
        return Err(damaged("the record was altered: its bytes do not match its name".into()));
    }
    serde_json::from_slice(&bytes).map_err(|e| damaged(format!("the record cannot be read: {e}")))
}
