//! The Delta table `cost`. All that knows the Delta library stands here and in `commit`.

pub mod entry;
pub mod schema;
pub mod settle;
pub mod state;
pub mod stats;

use super::disk;
use crate::error::Error;
use crate::focus::Slot;
use crate::store::plain_chain;
use deltalake_core::DeltaTableError;
use std::collections::HashMap;
use std::error::Error as _;
use std::io;
use std::path::Path;

/// The table's folder in the lake.
pub const TABLE: &str = "cost";

/// What the table is partitioned by: a slot is a partition.
pub const PARTITION_COLUMNS: [&str; 2] = ["x_SourceId", "x_BillingMonth"];

/// The partition values of a slot's files.
pub fn partition_values(slot: &Slot) -> HashMap<String, Option<String>> {
    let [source, month] = PARTITION_COLUMNS.map(String::from);
    HashMap::from([(source, Some(slot.source.clone())), (month, Some(slot.month.to_string()))])
}

/// The slot of a file's partition values; `None` for values we never write.
pub fn slot_of(values: &HashMap<String, Option<String>>) -> Option<Slot> {
    let value = |name: &str| values.get(name).and_then(Option::as_deref);
    let [source, month] = PARTITION_COLUMNS.map(value);
    Some(Slot { source: source?.into(), month: month?.parse().ok()? })
}

/// The path that the table's log gives a file: relative to the table, as `LakeFile.path` is to the lake.
pub fn in_table(path: &str) -> &str {
    path.strip_prefix(TABLE).and_then(|rest| rest.strip_prefix('/')).unwrap_or(path)
}

/// An error of the Delta library, with the remedy of the operating system's error under it, if any.
pub fn delta_error(place: &Path, doing: &str, error: &DeltaTableError) -> Error {
    let shown = place.display().to_string();
    if shown.contains("://") {
        let remedy = "check the network and what this credential may do there (docs/lake_on_a_store.md), and that nothing \
                      but costmill writes there; what was published stays";
        return Error::lake(shown, format!("{doing}: {}", plain_chain(error)), remedy);
    }
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(inner) = inner.downcast_ref::<io::Error>() {
            return disk::io_error(place, doing, inner);
        }
        cause = inner.source();
    }
    let remedy = "see that nothing but costmill writes to this folder, or restore it from a backup";
    Error::lake(shown, format!("{doing}: {error}"), remedy)
}
