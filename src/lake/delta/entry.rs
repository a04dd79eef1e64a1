//! One entry of the table's log, as far as it is ours.

use super::state::place;
use super::{TABLE, delta_error};
use crate::error::{Error, Result};
use crate::focus::Slot;
use crate::lake::disk;
use crate::lake::root::Lake;
use deltalake_core::kernel::Action;
use deltalake_core::logstore::{LogStore as _, get_actions};
use deltalake_core::{DeltaTable, DeltaTableError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The key of our part of a commit's metadata.
pub const KEY: &str = "costmill";

/// The columns, records and keys this build writes. Grows with a migration, never silently.
pub const SCHEMA_VERSION: u32 = 1;

/// Our part of a commit's metadata: the record of every slot, carried over or replaced, so that
/// one entry tells the whole state.
#[derive(Debug, Serialize, Deserialize)]
pub struct Published {
    pub schema_version: u32,
    /// `<source>/<month>` → `publication/<hash>.json`.
    records: BTreeMap<String, String>,
    /// Drawn for this commit: whose it is when the answer to it was lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    draw: Option<String>,
}

impl Published {
    pub fn new(records: &BTreeMap<Slot, String>, draw: &str) -> Self {
        let records = records.iter().map(|(slot, name)| (format!("{}/{}", slot.source, slot.month), name.clone()));
        Self { schema_version: SCHEMA_VERSION, records: records.collect(), draw: Some(draw.into()) }
    }

    fn slots(&self) -> Option<BTreeMap<Slot, String>> {
        self.records.iter().map(|(key, name)| Some((slot_of_key(key)?, name.clone()))).collect()
    }
}

/// The application id of a slot's Delta transactions.
pub fn app_id(slot: &Slot) -> String {
    format!("{KEY}/{}/{}", slot.source, slot.month)
}

/// A commit of ours.
#[derive(Debug)]
pub struct Entry {
    pub version: u64,
    /// Milliseconds since 1970 UTC, by the clock of the host that committed.
    pub timestamp: Option<i64>,
    /// The record of every slot at this version.
    pub records: BTreeMap<Slot, String>,
    /// The slots this commit replaced.
    pub replaced: Vec<Slot>,
    /// What was drawn for this commit.
    pub draw: Option<String>,
}

/// Reads one entry of the log; `None` when another writer made it.
pub fn read(lake: &Lake, table: &DeltaTable, version: u64) -> Result<Option<Entry>> {
    let place = place(lake);
    let reading = |e| delta_error(&place, &format!("version {version} of the table cannot be read"), &e);
    let Some(bytes) = bytes(lake, table, version, &reading)? else {
        return Err(Error::lake(
            place.display().to_string(),
            format!("version {version} is missing from the table's log"),
            format!("restore {TABLE}/_delta_log from a backup, and switch off whatever cleans it up"),
        ));
    };
    let (mut info, mut replaced) = (None, Vec::new());
    for action in get_actions(version, &bytes.into()).map_err(reading)? {
        match action {
            Action::CommitInfo(found) => info = Some(found),
            Action::Txn(txn) => replaced.extend(txn.app_id.strip_prefix("costmill/").and_then(slot_of_key)),
            _ => {}
        }
    }
    let Some((published, timestamp)) = info.and_then(|mut info| Some((info.info.remove(KEY)?, info.timestamp))) else {
        return Ok(None);
    };
    let broken =
        |what: String| Error::lake(place.display().to_string(), what, "use the costmill that wrote it, or a newer one");
    let published: Published = serde_json::from_value(published)
        .map_err(|e| broken(format!("version {version} says in a way unknown to us what it published: {e}")))?;
    if published.schema_version > SCHEMA_VERSION {
        let theirs = published.schema_version;
        return Err(broken(format!(
            "version {version} has schema {theirs}, this costmill reads up to {SCHEMA_VERSION}"
        )));
    }
    let records = published.slots().ok_or_else(|| broken(format!("version {version} names a slot that is none")))?;
    Ok(Some(Entry { version, timestamp, records, replaced, draw: published.draw }))
}

/// The bytes of an entry. One that is written never changes, so a store is asked for it once.
fn bytes(
    lake: &Lake,
    table: &DeltaTable,
    version: u64,
    reading: &dyn Fn(DeltaTableError) -> Error,
) -> Result<Option<Vec<u8>>> {
    if lake.objects().is_none() {
        let bytes = lake.wait(table.log_store().read_commit_entry(version)).map_err(reading)?;
        return Ok(bytes.map(|bytes| bytes.to_vec()));
    }
    let name = format!("{TABLE}/_delta_log/{version:020}.json");
    if let Ok(bytes) = std::fs::read(lake.here(&name)) {
        return Ok(Some(bytes));
    }
    let bytes = lake.read(&name)?;
    if let Some(bytes) = &bytes {
        let path = lake.here(&name);
        disk::put(path.parent().unwrap_or(&path), &path, bytes)?;
    }
    Ok(bytes)
}

fn slot_of_key(key: &str) -> Option<Slot> {
    let (source, month) = key.rsplit_once('/')?;
    Some(Slot { source: source.into(), month: month.parse().ok()? })
}
