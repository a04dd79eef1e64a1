//! A lake looked at, and left as it is: what `costmill doctor` asks.

use super::delta::settle;
use super::disk;
use super::record::LakeFile;
use super::root::{FORMAT_FILE, Lake, is_empty};
use super::snapshot::Snapshot;
use crate::error::{Error, Result};
use crate::focus::LakeLocation;
use crate::store::{self, Credential, Objects, Of};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::io::{ErrorKind, Read};
use std::path::PathBuf;

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
    /// Is there a lake, to be opened without making one? An empty folder, or none, is none yet; so is a path of a store
    /// that holds nothing.
    ///
    /// # Errors
    /// [`Error::Lake`] and [`Error::Settings`], as [`Lake::open`] has them, where a store does not say.
    pub fn exists(location: &LakeLocation) -> Result<bool> {
        let Some(address) = &location.store else {
            let root = &location.folder;
            return Ok(root.exists() && (!root.is_dir() || root.join(FORMAT_FILE).exists() || !is_empty(root)));
        };
        let objects = Objects::open(address)?;
        Ok(objects.read(FORMAT_FILE)?.is_some() || !objects.list("")?.is_empty())
    }

    /// Which credential the lake's store is asked with; `None` of a lake in a folder.
    pub fn credential(&self) -> Option<Result<Credential>> {
        self.objects().map(|objects| objects.wait(store::credential(objects.address(), Of::Lake)))
    }

    /// The clock of the lake's store; `None` of a lake in a folder, and where the store does not say.
    pub fn time_there(&self) -> Option<DateTime<Utc>> {
        self.objects()?.time(FORMAT_FILE)
    }

    /// May the lake's store be written to? It is asked to write what is there already, if it is not there: nothing is
    /// changed, and whoever may not write is refused. Of a lake in a folder this says nothing.
    ///
    /// # Errors
    /// [`Error::Lake`], with the permission that is missing.
    pub fn may_write_there(&self) -> Result<()> {
        let Some(objects) = self.objects() else { return Ok(()) };
        let gone = || Error::lake(objects.url(FORMAT_FILE), "is gone", "restore it from the store's older versions");
        let there = objects.read(FORMAT_FILE)?.ok_or_else(gone)?;
        objects.create(FORMAT_FILE, &there).map(drop)
    }

    /// The process that holds the lake, as it signed; `None` where nobody does. Of a lake in a store it is the cache
    /// that is held: other hosts hold nothing. Asking takes the lock for a moment, shared with others who ask.
    ///
    /// # Errors
    /// [`crate::Error::Lake`] where the lock cannot be looked at.
    pub fn holder(&self) -> Result<Option<String>> {
        let path = self.root().join(".lock");
        let failed = |error: &std::io::Error| disk::io_error(&path, "the lake's lock cannot be looked at", error);
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

    /// The files of a snapshot that are gone or have another length. Their bytes are not read; a store is listed.
    ///
    /// # Errors
    /// [`crate::Error::Lake`] where the store does not list.
    pub fn damages(&self, snapshot: &Snapshot) -> Result<Vec<Damage>> {
        let mut listed: BTreeMap<String, u64> = BTreeMap::new();
        if let Some(objects) = self.objects().filter(|_| !snapshot.slots.is_empty()) {
            for folder in ["cost", "rollup"] {
                listed.extend(objects.list(folder)?);
            }
        }
        let there = |path: &str| match self.objects() {
            Some(_) => listed.get(path).copied(),
            None => disk::size(&self.root().join(path)).ok(),
        };
        let mut found = Vec::new();
        for record in snapshot.slots.values() {
            for LakeFile { path, size, .. } in record.cost.iter().chain(record.rollups.values()) {
                let there = there(path);
                if there != Some(*size) {
                    found.push(Damage { path: path.clone(), size: *size, found: there });
                }
            }
        }
        Ok(found)
    }

    /// Versions since the newest checkpoint of the table: readers replay them.
    pub fn versions_since_checkpoint(&self, snapshot: &Snapshot) -> u64 {
        let newest = snapshot.version.and_then(|version| u64::try_from(version).ok()).unwrap_or_default();
        newest.saturating_sub(settle::checkpointed(self))
    }

    /// The folders of this machine that a run writes to, those that are there: of the lake, or of its cache.
    pub fn written_to(&self) -> Vec<PathBuf> {
        let names = [
            "",
            "tmp",
            "landed",
            "cost",
            "cost/_delta_log",
            "rollup",
            "publication",
            "ledger",
            "runs",
            "standing",
            "derived",
            "answers",
            "fetched",
        ];
        let folders = names.iter().map(|name| self.root().join(name));
        folders.filter(|folder| folder.is_dir()).collect()
    }
}
