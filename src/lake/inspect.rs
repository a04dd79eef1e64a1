//! A lake looked at, and left as it is: what `costmill doctor` asks.

use super::delta::settle;
use super::delta::state::place;
use super::record::LakeFile;
use super::root::Lake;
use super::snapshot::Snapshot;
use super::store;
use crate::error::Result;
use std::fs::{File, TryLockError};
use std::io::{ErrorKind, Read};
use std::path::Path;

/// A file that a snapshot names and that is not as it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// Relative to the lake's root.
    pub path: String,
    /// In bytes, as the snapshot says.
    pub size: u64,
    /// In bytes, as found; `None` where the file is gone.
    pub found: Option<u64>,
}

impl Lake {
    /// Is there a lake, to be opened without making one? An empty folder, or none, is none yet.
    pub fn exists(root: &Path) -> bool {
        root.exists() && (!root.is_dir() || root.join("lake.json").exists() || !super::root::is_empty(root))
    }

    /// The process that holds the lake, as it signed; `None` where nobody does. Asking takes the lock for a moment,
    /// shared with others who ask.
    ///
    /// # Errors
    /// [`crate::Error::Lake`] where the lock cannot be looked at.
    pub fn holder(&self) -> Result<Option<String>> {
        let path = self.root().join(".lock");
        let failed = |error: &std::io::Error| store::io_error(&path, "the lake's lock cannot be looked at", error);
        let mut file = match File::open(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            opened => opened.map_err(|error| failed(&error))?,
        };
        match file.try_lock_shared() {
            Ok(()) => Ok(None),
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                let _ = file.read_to_string(&mut text);
                Ok(Some(text.trim().to_string()))
            }
            Err(TryLockError::Error(error)) => Err(failed(&error)),
        }
    }

    /// The files of a snapshot that are gone or have another length. Their bytes are not read.
    pub fn damages(&self, snapshot: &Snapshot) -> Vec<Damage> {
        let mut found = Vec::new();
        for record in snapshot.slots.values() {
            for LakeFile { path, size, .. } in record.cost.iter().chain(record.rollups.values()) {
                let there = store::size(&self.root().join(path)).ok();
                if there != Some(*size) {
                    found.push(Damage { path: path.clone(), size: *size, found: there });
                }
            }
        }
        found
    }

    /// Versions since the newest checkpoint of the table: readers replay them.
    pub fn versions_since_checkpoint(&self, snapshot: &Snapshot) -> u64 {
        let newest = snapshot.version.and_then(|version| u64::try_from(version).ok()).unwrap_or_default();
        newest.saturating_sub(settle::checkpointed(&place(self).join("_delta_log")))
    }

    /// The folders of the lake that a run writes to, those that are there.
    pub fn written_to(&self) -> Vec<std::path::PathBuf> {
        let names = ["", "tmp", "landed", "cost", "cost/_delta_log", "rollup", "publication", "ledger", "fetched"];
        let folders = names.iter().map(|name| self.root().join(name));
        folders.filter(|folder| folder.is_dir()).collect()
    }
}
