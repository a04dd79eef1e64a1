//! What was published when.

use super::delta::{entry, state};
use super::record::{self, SlotRecord};
use super::root::Lake;
use crate::error::Result;
use crate::focus::Slot;
use std::collections::BTreeMap;

/// One commit of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    pub version: i64,
    /// Milliseconds since 1970 UTC, by the clock of the host that committed.
    pub timestamp: Option<i64>,
    /// The slots it replaced, sorted.
    pub slots: Vec<Slot>,
    /// The name of every slot's record at this version: see [`Lake::record`].
    pub records: BTreeMap<Slot, String>,
}

impl Lake {
    /// Every publication, oldest first. Reads the whole log of the table.
    pub fn history(&self) -> Result<Vec<Publication>> {
        let Some(state) = state::load(self, None)? else { return Ok(Vec::new()) };
        let mut publications = Vec::new();
        for version in 0..=state.version {
            if let Some(mut entry) = entry::read(self, &state.table, version)? {
                entry.replaced.sort();
                let version = i64::try_from(version).unwrap_or(i64::MAX);
                publications.push(Publication {
                    version,
                    timestamp: entry.timestamp,
                    slots: entry.replaced,
                    records: entry.records,
                });
            }
        }
        Ok(publications)
    }

    /// The record of that name, as a [`Publication`] gives it.
    ///
    /// # Errors
    /// [`crate::Error::Lake`] for one that is missing or was altered.
    pub fn record(&self, name: &str) -> Result<SlotRecord> {
        record::get(self, name)
    }
}
