//! What every reader reads: the published slots at one version.

use super::delta::state::{self, State};
use super::record::{self, SlotRecord};
use super::root::Lake;
use crate::error::{Error, Result};
use crate::focus::Slot;
use std::collections::BTreeMap;

/// The slots of the lake at one point, with the files and the proof of each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// The version of the table `cost`; `None` before the first publication.
    pub version: Option<i64>,
    pub slots: BTreeMap<Slot, SlotRecord>,
}

impl Snapshot {
    /// What would be published: this snapshot with some slots replaced by staged ones. Its version
    /// is still the one it was made from.
    pub fn staged(&self, replaced: &BTreeMap<Slot, SlotRecord>) -> Snapshot {
        let mut slots = self.slots.clone();
        slots.extend(replaced.iter().map(|(slot, record)| (slot.clone(), record.clone())));
        Snapshot { version: self.version, slots }
    }
}

impl Lake {
    /// What is published now.
    ///
    /// # Errors
    /// [`Error::Lake`] when the table holds other files than costmill published, or was made by
    /// a newer costmill.
    pub fn snapshot(&self) -> Result<Snapshot> {
        match state::load(self, None)? {
            Some(state) => snapshot_of(self, &state),
            None => Ok(Snapshot::default()),
        }
    }

    /// What was published as that version: "what did we believe on the 3rd".
    pub fn snapshot_at(&self, version: i64) -> Result<Snapshot> {
        let known = u64::try_from(version).ok();
        match known.map(|version| state::load(self, Some(version))).transpose()?.flatten() {
            Some(state) => snapshot_of(self, &state),
            None => {
                let remedy = "leave the version out to read what is published now";
                Err(Error::lake(self.place("").display().to_string(), format!("there is no version {version}"), remedy))
            }
        }
    }
}

/// The snapshot of a loaded table.
pub(super) fn snapshot_of(lake: &Lake, state: &State) -> Result<Snapshot> {
    lake.bring_all(state.published.records.values().map(String::as_str))?;
    let records = state.published.records.iter();
    let slots = records.map(|(slot, name)| Ok((slot.clone(), record::get(lake, name)?)));
    let slots = slots.collect::<Result<BTreeMap<_, _>>>()?;
    state.check(lake, &slots)?;
    Ok(Snapshot { version: i64::try_from(state.version).ok(), slots })
}
