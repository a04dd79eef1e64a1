//! Files of the lake by name and age, and taking them away: what `costmill vacuum` does with a lake.
//!
//! Of a lake in a store the files are the store's, with the times of its clock, and what goes there goes from this
//! machine's cache, too. Caches of other hosts keep theirs, which nothing names, until they are deleted.

use super::disk;
use super::root::Lake;
use crate::error::Result;
use crate::fault;
use std::fs;
use std::io::ErrorKind;

/// A file of the lake as it was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FoundFile {
    /// Relative to the lake's root, `/`-separated.
    pub path: String,
    /// In bytes.
    pub size: u64,
    /// When it was written last: milliseconds since 1970 UTC, by the clock of the file system or the store.
    pub written: i64,
}

/// Folders whose files vacuum may take away. The table's log, the ledger, the notes of what stands where, and what a run
/// replaces as a whole or keeps in bounds by itself are none.
pub const SWEPT: [&str; 8] = ["cost", "rollup", "publication", "landed", "closed", "fetched", "runs", "derived"];

const LOG: &str = "cost/_delta_log";

impl Lake {
    /// Every file below a folder of the lake, sorted; the table's log left out. A folder that is not there has none.
    ///
    /// # Errors
    /// [`crate::Error::Lake`] from the disk or the store.
    pub fn list_files(&self, folder: &str) -> Result<Vec<FoundFile>> {
        let objects = match self.objects() {
            // What is fetched is on the way: it is on this machine alone, but for the note of it.
            Some(objects) if folder != "fetched" => objects,
            _ => return self.files_here(folder),
        };
        let log = format!("{LOG}/");
        let found = objects.found(folder)?.into_iter().filter(|found| !found.name.starts_with(&log));
        Ok(found.map(|found| FoundFile { path: found.name, size: found.size, written: found.written }).collect())
    }

    pub(super) fn files_here(&self, folder: &str) -> Result<Vec<FoundFile>> {
        let mut found = Vec::new();
        let mut folders = vec![folder.to_string()];
        while let Some(folder) = folders.pop() {
            let place = self.root().join(&folder);
            let failed =
                |error: &std::io::Error| disk::io_error(&place, "this folder of the lake cannot be read", error);
            let entries = match fs::read_dir(&place) {
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                entries => entries.map_err(|error| failed(&error))?,
            };
            for entry in entries {
                let entry = entry.map_err(|error| failed(&error))?;
                let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
                if path == LOG {
                    continue;
                }
                if entry.file_type().map_err(|error| failed(&error))?.is_dir() {
                    folders.push(path);
                } else {
                    let place = self.root().join(&path);
                    let (size, written) = (disk::size(&place)?, disk::modified_millis(&place)?);
                    found.push(FoundFile { path, size, written });
                }
            }
        }
        found.sort();
        Ok(found)
    }

    /// Takes a file away, and the folders that are empty then, up to the one below the root. One that is gone already
    /// is no error.
    ///
    /// # Errors
    /// [`crate::Error::Lake`] from the disk or the store; [`crate::Error::Bug`] for a file that vacuum may not touch.
    pub fn remove(&self, path: &str) -> Result<()> {
        let swept = SWEPT.iter().any(|folder| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')));
        // In a folder the derived tables are replaced as one, and none is left over.
        let whole = path.starts_with("derived/") && (self.objects().is_none() || path.split('/').count() != 4);
        let odd = path.split('/').any(|part| matches!(part, "" | "." | ".."));
        if !swept || whole || odd || path.starts_with(&format!("{LOG}/")) {
            return Err(crate::Error::bug(path, "vacuum was about to remove a file that is none of its own"));
        }
        fault::point("vacuum.before_remove");
        if let Some(objects) = self.objects() {
            objects.remove(path)?;
            // A delivery's parts have other names in the cache; without this one they are of no delivery.
            if let Some(delivery) = path.strip_suffix("/delivery.json") {
                disk::remove_folder(&self.root().join(delivery))?;
            }
        }
        self.remove_here(path)
    }

    fn remove_here(&self, path: &str) -> Result<()> {
        let place = self.root().join(path);
        match fs::remove_file(&place) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(disk::io_error(&place, "this file cannot be removed", &error));
            }
            _ => {}
        }
        let mut folder = place.parent();
        while let Some(empty) = folder.filter(|folder| folder.parent() != Some(self.root())) {
            match fs::remove_dir(empty) {
                // Something is left in it.
                Err(error) if error.kind() != ErrorKind::NotFound => break,
                _ => {}
            }
            folder = empty.parent();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_goes_with_its_empty_folders_and_nothing_else_does() {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::open(&folder.path().join("lake")).unwrap();
        for path in [
            "landed/aws/one/part-1.parquet",
            "landed/aws/two/part-1.parquet",
            "cost/_delta_log/0.json",
            "ledger/1.json",
        ] {
            let place = lake.root().join(path);
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            fs::write(place, "1234").unwrap();
        }
        let paths = |folder: &str| {
            lake.list_files(folder).unwrap().into_iter().map(|file| (file.path, file.size)).collect::<Vec<_>>()
        };
        assert_eq!(paths("landed"), ["one", "two"].map(|id| (format!("landed/aws/{id}/part-1.parquet"), 4)));
        assert_eq!((paths("cost"), paths("closed")), (vec![], vec![]));
        lake.remove("landed/aws/one/part-1.parquet").unwrap();
        lake.remove("landed/aws/one/part-1.parquet").unwrap();
        assert!(!lake.root().join("landed/aws/one").exists() && lake.root().join("landed/aws/two").exists());
        lake.remove("landed/aws/two/part-1.parquet").unwrap();
        assert!(!lake.root().join("landed/aws").exists() && lake.root().join("landed").exists());
        for path in ["ledger/1.json", "cost/_delta_log/0.json", "lake.json", "landed/../lake.json", "cost"] {
            assert!(matches!(lake.remove(path), Err(crate::Error::Bug(_))), "{path}");
        }
        assert!(lake.root().join("ledger/1.json").exists());
    }
}
