//! What providers' APIs answered, in a lake in an object store: hosts ask, and close, by one another's answers.
//!
//! It holds no truth of the lake: the last host that tells an answer of a day counts, and what is missing is asked again.

use super::disk;
use super::root::Lake;
use crate::error::Result;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

impl Lake {
    /// Where the answers of an API are kept, by day; those of the store are brought there.
    ///
    /// # Errors
    /// [`crate::Error::Lake`], from the disk or the store.
    pub fn answers_folder(&self, api: &str) -> Result<PathBuf> {
        let name = format!("answers/{api}");
        let folder = self.root().join(&name);
        let Some(objects) = self.objects() else { return Ok(folder) };
        let there: BTreeMap<String, u64> = objects.list(&name)?.into_iter().collect();
        // Days are named so that the newest is the last.
        let newest = there.keys().filter_map(|file| day(file)).max();
        for (file, _) in self.kept_here(&name)? {
            // Another host has taken it away, or has another: of the newest day and the index of the same size, too.
            let is_other = there.get(&file) != disk::size(&self.here(&file)).ok().as_ref();
            if is_other || is_index(&file) || day(&file) == newest {
                let _ = fs::remove_file(self.here(&file));
            }
        }
        self.bring_all(there.keys().map(String::as_str))?;
        let kept = self.kept_here(&name)?;
        self.known().answers.insert(api.to_string(), kept);
        Ok(folder)
    }

    /// Tells other hosts what was answered by now, if the lake is in a store.
    ///
    /// # Errors
    /// [`crate::Error::Lake`], from the disk or the store.
    pub fn share_answers(&self, api: &str) -> Result<()> {
        let Some(objects) = self.objects() else { return Ok(()) };
        let before = self.known().answers.get(api).cloned().unwrap_or_default();
        let now = self.kept_here(&format!("answers/{api}"))?;
        // What names others is written after them.
        let fresh: BTreeSet<&String> =
            now.iter().filter(|(name, hash)| before.get(*name) != Some(hash)).map(|(name, _)| name).collect();
        let (last, first): (Vec<&String>, Vec<&String>) = fresh.into_iter().partition(|name| is_index(name));
        for name in first.into_iter().chain(last) {
            objects.write(name, &disk::read(&self.here(name))?)?;
        }
        for name in before.keys().filter(|name| !now.contains_key(*name)) {
            objects.remove(name)?;
        }
        self.known().answers.insert(api.to_string(), now);
        Ok(())
    }

    /// What is kept on this machine, by their names in the lake, each with its hash.
    fn kept_here(&self, folder: &str) -> Result<BTreeMap<String, String>> {
        let mut kept = BTreeMap::new();
        for found in self.files_here(folder)? {
            // What a look at an export fetched is of this machine, and fetched again.
            let own = found.path.split('/').nth(2) == Some("export") || found.path.contains("/tmp/");
            if !own {
                let hash = disk::file_hash(&self.here(&found.path))?;
                kept.insert(found.path, hash);
            }
        }
        Ok(kept)
    }
}

/// The index of what was measured keeps its name.
fn is_index(name: &str) -> bool {
    name.ends_with("/index.json")
}

/// `2026-11-02` of `answers/<api>/2026-11-02/<question>.json`.
fn day(name: &str) -> Option<&str> {
    name.split('/').nth(2).filter(|part| part.parse::<chrono::NaiveDate>().is_ok())
}
