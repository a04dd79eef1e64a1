//! The tables that queries read, over one snapshot.

use super::reporting;
use crate::error::{Error, Result};
use crate::focus::BillingMonth;
use crate::focus::frame::data_type;
use crate::lake::{Lake, Snapshot};
use crate::settings::Settings;
use crate::transform::Derived;
use crate::transform::catalogue::Tables;
use crate::transform::rollup::Rollup;
use polars::prelude::{IntoLazy, LazyFrame, Schema};
use std::collections::BTreeMap;

/// The derived tables of one billing period; a table that is not there is empty.
pub type DerivedFrames = BTreeMap<Derived, LazyFrame>;

/// `cost` and the roll-ups of one snapshot of a lake, and derived tables.
pub struct LakeTables<'a> {
    pub lake: &'a Lake,
    pub snapshot: &'a Snapshot,
    pub dimensions: Vec<String>,
    /// `None` where the snapshot is an older one: derived tables are of the newest only.
    pub derived: Option<DerivedFrames>,
}

impl Tables for LakeTables<'_> {
    fn frame(&self, table: &str) -> Result<LazyFrame> {
        if table == "cost" {
            return self.snapshot.cost(self.lake);
        }
        // The rates are those of the snapshot's own roll-ups, also of an older one and of a closed period.
        if table == Derived::ReportingRate.name() {
            return Ok(reporting::frame(self.snapshot, None)?.lazy());
        }
        if let Some(derived) = Derived::find(table) {
            return match &self.derived {
                Some(frames) => Ok(frames.get(&derived).cloned().unwrap_or_else(|| derived.empty().lazy())),
                None => {
                    let what = "this table holds the newest state only: there is none of an older version";
                    Err(Error::settings(table, what, "leave --version out, or ask a table that keeps versions"))
                }
            };
        }
        let rollup = Rollup::ALL.into_iter().find(|rollup| rollup.name() == table);
        let rollup = rollup.ok_or_else(|| Error::bug("tables", format!("there is no table {table}")))?;
        self.snapshot.rollup(self.lake, table, &rollup_schema(rollup, &self.dimensions))
    }

    fn names(&self) -> Vec<String> {
        let rollups = Rollup::ALL.into_iter().map(|rollup| rollup.name().to_string());
        let is_there = |table: &Derived| self.derived.is_some() || *table == Derived::ReportingRate;
        let derived = Derived::ALL.into_iter().filter(is_there).map(|table| table.name().to_string());
        std::iter::once("cost".to_string()).chain(rollups).chain(derived).collect()
    }
}

/// The derived tables of a billing period as they were last written.
pub fn derived_frames(lake: &Lake, month: Option<BillingMonth>) -> Result<DerivedFrames> {
    let mut frames = DerivedFrames::new();
    for table in month.iter().flat_map(|_| Derived::ALL) {
        if let Some(month) = month
            && let Some(frame) = lake.derived(month, table.name(), &table.schema())?
        {
            frames.insert(table, frame);
        }
    }
    Ok(frames)
}

/// The newest billing period that is published.
pub fn newest_month(snapshot: &Snapshot) -> Option<BillingMonth> {
    snapshot.slots.keys().map(|slot| slot.month).max()
}

/// The schema of a roll-up with these tag dimensions.
pub fn rollup_schema(rollup: Rollup, dimensions: &[String]) -> Schema {
    let columns = rollup.columns(dimensions);
    columns.into_iter().map(|(name, kind)| (name.as_str().into(), data_type(kind))).collect()
}

/// The names of the configured tag dimensions.
pub fn dimension_names(settings: &Settings) -> Vec<String> {
    settings.policy.tag_keys.iter().map(|key| key.name.clone()).collect()
}
