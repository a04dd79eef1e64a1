//! What is known of the files of a location: with which etag each was read, and the hash of its bytes then.

use crate::error::{Error, Result};
use crate::lake;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// `index.json` of a source's fetched files.
#[derive(Debug, Serialize, Deserialize)]
pub struct Index {
    /// The URL that the keys are relative to; another one is another location.
    location: String,
    files: BTreeMap<String, Known>,
    #[serde(skip)]
    path: PathBuf,
    #[serde(skip)]
    changed: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    tag: String,
    size: u64,
    sha256: String,
    /// The store's checksum holds, or the file was fetched twice with one etag: it is not doubted.
    #[serde(default)]
    is_sure: bool,
    /// What arrived could not be read: it is fetched anew.
    #[serde(default)]
    is_doubted: bool,
}

impl Index {
    /// Reads the index in a folder. One that is not there, or of another location, or does not read is an empty one:
    /// it saves work and holds no truth.
    pub fn read(folder: &Path, location: &str) -> Self {
        let path = folder.join("index.json");
        let empty = || Self { location: location.into(), files: BTreeMap::new(), path: path.clone(), changed: false };
        let Ok(bytes) = std::fs::read(&path) else { return empty() };
        match serde_json::from_slice::<Self>(&bytes) {
            Ok(read) if read.location == location => Self { path, ..read },
            _ => empty(),
        }
    }

    /// The hash of a file that is as it was. A store that gives no etag says nothing.
    pub fn hash(&self, key: &str, tag: Option<&str>, size: u64) -> Option<&str> {
        let known = self.files.get(key)?;
        let holds = tag == Some(known.tag.as_str()) && size == known.size && !known.is_doubted;
        holds.then_some(known.sha256.as_str())
    }

    pub fn learn(&mut self, key: &str, tag: Option<&str>, size: u64, (sha256, is_proven): (&str, bool)) {
        if let Some(tag) = tag {
            let again = self.files.get(key).is_some_and(|known| known.is_doubted && known.tag == tag);
            let (is_sure, is_doubted) = (is_proven || again, false);
            self.files.insert(key.into(), Known { tag: tag.into(), size, sha256: sha256.into(), is_sure, is_doubted });
            self.changed = true;
        }
    }

    /// Has a file fetched anew, once: the bytes that arrived may not be those of the store.
    pub fn doubt(&mut self, key: &str) {
        if let Some(known) = self.files.get_mut(key).filter(|known| !known.is_sure && !known.is_doubted) {
            known.is_doubted = true;
            self.changed = true;
        }
    }

    pub fn forget(&mut self, key: &str) {
        self.changed |= self.files.remove(key).is_some();
    }

    /// Forgets files that are no longer there.
    pub fn retain(&mut self, is_there: impl Fn(&str) -> bool) {
        let before = self.files.len();
        self.files.retain(|key, _| is_there(key));
        self.changed |= self.files.len() != before;
    }

    /// Writes it, durably, where something was learned.
    pub fn write(&mut self) -> Result<()> {
        if !self.changed {
            return Ok(());
        }
        let mut bytes = serde_json::to_vec_pretty(self).map_err(|error| Error::bug("index.json", error.to_string()))?;
        bytes.push(b'\n');
        let folder = self.path.parent().unwrap_or(&self.path);
        lake::put_file(folder, &self.path, &bytes)?;
        self.changed = false;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_as_long_as_its_etag_and_its_size_are() {
        let folder = tempfile::tempdir().unwrap();
        let mut index = Index::read(folder.path(), "s3://b/x");
        index.learn("a", Some("1"), 5, ("h", true));
        index.learn("b", None, 5, ("h", true));
        index.write().unwrap();
        let mut index = Index::read(folder.path(), "s3://b/x");
        assert_eq!(index.hash("a", Some("1"), 5), Some("h"));
        for (key, tag, size) in
            [("a", Some("2"), 5), ("a", Some("1"), 6), ("a", None, 5), ("b", None, 5), ("b", Some("1"), 5)]
        {
            assert_eq!(index.hash(key, tag, size), None, "{key} {tag:?} {size}");
        }
        index.retain(|key| key != "a");
        index.write().unwrap();
        assert_eq!(Index::read(folder.path(), "s3://b/x").hash("a", Some("1"), 5), None);
    }

    #[test]
    fn a_file_is_doubted_once_and_not_at_all_where_its_checksum_holds() {
        let folder = tempfile::tempdir().unwrap();
        let mut index = Index::read(folder.path(), "s3://b/x");
        index.learn("proven", Some("1"), 5, ("h", true));
        index.learn("a", Some("1"), 5, ("h", false));
        for key in ["proven", "a", "unknown"] {
            index.doubt(key);
        }
        index.write().unwrap();
        let mut index = Index::read(folder.path(), "s3://b/x");
        assert_eq!([index.hash("proven", Some("1"), 5), index.hash("a", Some("1"), 5)], [Some("h"), None]);
        index.learn("a", Some("1"), 5, ("h", false));
        index.doubt("a");
        assert_eq!(index.hash("a", Some("1"), 5), Some("h"), "fetched twice");
        index.learn("a", Some("2"), 5, ("i", false));
        index.doubt("a");
        assert_eq!(index.hash("a", Some("2"), 5), None, "another file");
    }

    #[test]
    fn an_index_of_elsewhere_or_without_sense_is_empty() {
        let folder = tempfile::tempdir().unwrap();
        let mut index = Index::read(folder.path(), "s3://b/x");
        index.learn("a", Some("1"), 5, ("h", true));
        index.write().unwrap();
        assert_eq!(Index::read(folder.path(), "s3://b/y").hash("a", Some("1"), 5), None);
        std::fs::write(folder.path().join("index.json"), "{").unwrap();
        assert_eq!(Index::read(folder.path(), "s3://b/x").hash("a", Some("1"), 5), None);
    }
}
