//! After a commit: the library writes the log's entry in one step, but does not sync it.

use super::TABLE;
use super::schema::CHECKPOINT_INTERVAL;
use super::state::{self, place};
use crate::error::{Error, Result};
use crate::lake::disk;
use crate::lake::root::Lake;
use deltalake_core::checkpoints;

/// Makes a commit durable and, every so often, writes a checkpoint.
pub fn committed(lake: &Lake, version: u64) -> Result<()> {
    if lake.objects().is_none() {
        synced(lake, version)?;
    }
    if version >= checkpointed(lake) + CHECKPOINT_INTERVAL {
        // A checkpoint only spares readers some replay. The commit stands without it, and the
        // next one tries again.
        let _ = lake.wait(async {
            let mut table = state::handle(lake)?;
            table.load_version(version).await?;
            checkpoints::create_checkpoint(&table, None).await
        });
    }
    Ok(())
}

/// A store keeps what it confirmed; a file system keeps what was synced.
fn synced(lake: &Lake, version: u64) -> Result<()> {
    let log = place(lake).join("_delta_log");
    let entry = log.join(format!("{version:020}.json"));
    let synced = std::fs::File::open(&entry).and_then(|file| file.sync_all());
    let synced = synced.map_err(|e| disk::io_error(&entry, "this file cannot be synced", &e));
    synced.and_then(|()| disk::sync_folder(&log)).and_then(|()| disk::sync_folder(&place(lake))).map_err(|error| {
        let problem = error.problem();
        let what = format!("{} (version {version} is published; readers see it)", problem.what);
        Error::lake(problem.place.clone(), what, problem.remedy.clone())
    })
}

/// The version of the newest checkpoint; 0 when there is none.
pub fn checkpointed(lake: &Lake) -> u64 {
    let hint = lake.read(&format!("{TABLE}/_delta_log/_last_checkpoint")).ok().flatten();
    let hint = hint.and_then(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).ok());
    hint.and_then(|hint| hint.get("version")?.as_u64()).unwrap_or(0)
}
