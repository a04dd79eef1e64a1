//! The Delta table at one version, checked against what we published.

use super::entry::{self, Entry};
use super::{TABLE, delta_error, slot_of};
use crate::error::{Error, Result};
use crate::focus::Slot;
use crate::lake::record::SlotRecord;
use crate::lake::root::Lake;
use deltalake_core::logstore::{StorageConfig, default_logstore};
use deltalake_core::{DeltaResult, DeltaTable, DeltaTableBuilder, DeltaTableError, ensure_table_uri};
use object_store::prefix::PrefixStore;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Under which the library takes the paths of a store as they are.
const SCHEME: &str = "store";

/// One version of the table.
pub struct State {
    pub table: DeltaTable,
    pub version: u64,
    /// The newest commit of ours up to it.
    pub published: Entry,
    /// The live files by slot: path relative to the lake → bytes.
    pub live: BTreeMap<Slot, BTreeMap<String, u64>>,
}

pub fn place(lake: &Lake) -> PathBuf {
    lake.place(TABLE)
}

/// Loads the table at a version, or its newest; `None` when there is no table yet.
pub fn load(lake: &Lake, version: Option<u64>) -> Result<Option<State>> {
    let place = place(lake);
    let failed = |e: DeltaTableError| delta_error(&place, "the table cannot be read", &e);
    if lake.objects().is_none() && !place.join("_delta_log").is_dir() {
        return Ok(None);
    }
    let Some(mut table) = lake.wait(open(lake)).map_err(failed)? else { return Ok(None) };
    let newest = lake.wait(table.get_latest_version()).map_err(failed)?;
    let version = version.unwrap_or(newest);
    if version > newest {
        let what = format!("there is no version {version}, the newest is {newest}");
        return Err(Error::lake(place.display().to_string(), what, format!("choose a version from 0 to {newest}")));
    }
    lake.wait(table.load_version(version)).map_err(failed)?;
    let published = newest_of_ours(lake, &table, version)?;
    let live = live_files(lake, &table, &published)?;
    Ok(Some(State { table, version, published, live }))
}

/// A handle on the table, without its state; `None` when its log is still empty.
pub async fn open(lake: &Lake) -> DeltaResult<Option<DeltaTable>> {
    let table = handle(lake)?;
    Ok(table.verify_deltatable_existence().await?.then_some(table))
}

/// A handle on the table, be it there or not.
pub fn handle(lake: &Lake) -> DeltaResult<DeltaTable> {
    let place = place(lake);
    if let Some(objects) = lake.objects() {
        // The library's own stores are not built in; it is given ours, and where in it the table is.
        let key = objects.key(TABLE);
        let location = format!("{SCHEME}:///{key}/").parse();
        let location = location.map_err(|_| DeltaTableError::InvalidTableLocation(key.clone()))?;
        let below = Arc::new(PrefixStore::new(objects.root(), key));
        return Ok(DeltaTable::new(default_logstore(below, objects.root(), &location, &StorageConfig::default())));
    }
    // The root is UTF-8 (checked when opening), so nothing is lost here.
    DeltaTableBuilder::from_url(ensure_table_uri(place.to_string_lossy())?)?.build()
}

/// Walks back over commits of others that may well be harmless (a vacuum, a property).
fn newest_of_ours(lake: &Lake, table: &DeltaTable, version: u64) -> Result<Entry> {
    for version in (0..=version).rev() {
        if let Some(entry) = entry::read(lake, table, version)? {
            return Ok(entry);
        }
    }
    let remedy = "name another folder as `lake` in the config; costmill only writes to tables it made";
    Err(Error::lake(place(lake).display().to_string(), "costmill did not make this Delta table", remedy))
}

fn live_files(lake: &Lake, table: &DeltaTable, published: &Entry) -> Result<BTreeMap<Slot, BTreeMap<String, u64>>> {
    let state = table.snapshot().map_err(|e| delta_error(&place(lake), "the table cannot be read", &e))?;
    let mut live = BTreeMap::<Slot, BTreeMap<String, u64>>::new();
    for file in state.log_data().iter() {
        let Some(slot) = slot_of(&file.partition_values_map()) else {
            return Err(changed(lake, published, &format!("it holds the file {}", file.path())));
        };
        let size = u64::try_from(file.size()).unwrap_or_default();
        live.entry(slot).or_default().insert(format!("{TABLE}/{}", file.path()), size);
    }
    Ok(live)
}

impl State {
    /// Refuses a table whose live files are not the ones that the records name.
    pub fn check(&self, lake: &Lake, slots: &BTreeMap<Slot, SlotRecord>) -> Result<()> {
        for (slot, record) in slots {
            let named: BTreeMap<_, _> = record.cost.iter().map(|file| (file.path.clone(), file.size)).collect();
            if named != self.live.get(slot).cloned().unwrap_or_default() {
                return Err(changed(lake, &self.published, &format!("{slot} has other files")));
            }
        }
        match self.live.keys().find(|slot| !slots.contains_key(slot)) {
            Some(slot) => Err(changed(lake, &self.published, &format!("it holds files of {slot}"))),
            None => Ok(()),
        }
    }
}

fn changed(lake: &Lake, published: &Entry, how: &str) -> Error {
    let version = published.version;
    Error::lake(
        place(lake).display().to_string(),
        format!("the table was changed by someone else: {how} than costmill published in version {version}"),
        format!("restore the table to version {version} (RESTORE in any Delta tool), then run again"),
    )
}
