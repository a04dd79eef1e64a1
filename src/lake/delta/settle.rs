//! After a commit: the library writes the log's entry in one step, but does not sync it.

use super::schema::CHECKPOINT_INTERVAL;
use super::state::{self, place};
use crate::error::{Error, Result};
use crate::lake::root::Lake;
use crate::lake::store;
use deltalake_core::checkpoints;
use std::path::Path;

/// Makes a commit durable and, every so often, writes a checkpoint.
pub fn committed(lake: &Lake, version: u64) -> Result<()> {
    let log = place(lake).join("_delta_log");
    let entry = log.join(format!("{version:020}.json"));
    let synced = std::fs::File::open(&entry).and_then(|file| file.sync_all());
    let synced = synced.map_err(|e| store::io_error(&entry, "this file cannot be synced", &e));
    synced.and_then(|()| store::sync_folder(&log)).and_then(|()| store::sync_folder(&place(lake))).map_err(
        |error| {
            let problem = error.problem();
            let what = format!("{} (version {version} is published; readers see it)", problem.what);
            Error::lake(problem.place.clone(), what, problem.remedy.clone())
        },
    )?;
    if version >= checkpointed(&log) + CHECKPOINT_INTERVAL {
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

/// The version of the newest checkpoint; 0 when there is none.
pub fn checkpointed(log: &Path) -> u64 {
    let hint = std::fs::read(log.join("_last_checkpoint")).ok();
    let hint = hint.and_then(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).ok());
    hint.and_then(|hint| hint.get("version")?.as_u64()).unwrap_or(0)
}
