//! A location in an object store: listed once, files fetched when they are asked for.
//!
//! What is fetched lies below `fetched/<source>/` of the lake, in a folder by key and etag, until its delivery has
//! landed; manifests stay, so that the next run asks for none that is as it was. What was read with which etag and hash
//! stands in `index.json` there.

mod examine;
mod fetch;
mod index;
mod listing;
mod part;
#[cfg(test)]
mod tests;
mod transfer;

use super::Location;
use super::hash::hex;
use super::tree::{Advance, Tree, name};
use crate::error::{Error, Result};
use crate::focus::{Delivery, ExportFile, StoreAddress};
use crate::lake;
use crate::store::{Door, Of, Patience, Place, Told};
use chrono::{DateTime, Utc};
pub use examine::{Answered, examine};
use index::Index;
use object_store::path::Path as ObjectPath;
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::path::{Path, PathBuf};
use tokio::runtime::Runtime;
use transfer::Wanted;

/// A manifest larger than this is none.
const LARGEST_TEXT: u64 = 64 << 20;

/// A store's files below a location, as they were listed.
pub struct Store {
    address: StoreAddress,
    root: PathBuf,
    /// Where this source's files are fetched to.
    fetched: PathBuf,
    door: Door,
    runtime: Runtime,
    patience: Patience,
    /// By key below the location.
    files: BTreeMap<String, Listed>,
    /// Keys of folders: all that stands before a `/` in a file's key, and the location itself.
    folders: BTreeSet<String>,
    index: RefCell<Index>,
    changed: RefCell<Option<Error>>,
    /// Why nothing more is asked for.
    down: RefCell<Option<Error>>,
    /// Nothing is written: what is asked for is read into memory.
    looks_only: bool,
    /// The last answer.
    told: RefCell<Told>,
}

#[derive(Debug, Clone)]
struct Listed {
    at: ObjectPath,
    size: u64,
    tag: Option<String>,
    modified: DateTime<Utc>,
}

impl Store {
    /// Connects to a store and lists the location.
    ///
    /// Errors: `Settings`, for what cannot be connected as configured; `Source`, for what the store refuses; `Lake`.
    pub fn open(address: &StoreAddress, location: &Location, fetched: &Path) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(address.parallel_fetches.min(4))
            .enable_all()
            .build()
            .map_err(|error| Error::bug("extract", format!("no runtime for the stores' library: {error}")))?;
        let patience = Patience::default();
        let door = runtime.block_on(Door::open(address, patience))?;
        Self::over(door, address, location, fetched, (runtime, patience))
    }

    fn over(
        door: Door,
        address: &StoreAddress,
        location: &Location,
        fetched: &Path,
        (runtime, patience): (Runtime, Patience),
    ) -> Result<Self> {
        lake::create_folder(fetched)?;
        let mut store = Self::bare(door, address, location, fetched, (runtime, patience));
        store.refresh()?;
        Ok(store)
    }

    /// Nothing is listed yet.
    fn bare(
        door: Door,
        address: &StoreAddress,
        location: &Location,
        fetched: &Path,
        (runtime, patience): (Runtime, Patience),
    ) -> Self {
        Self {
            address: address.clone(),
            root: location.folder.clone(),
            fetched: fetched.to_path_buf(),
            door,
            runtime,
            patience,
            files: BTreeMap::new(),
            folders: BTreeSet::new(),
            index: RefCell::new(Index::read(fetched, &address.to_string())),
            changed: RefCell::new(None),
            down: RefCell::new(None),
            looks_only: false,
            told: RefCell::default(),
        }
    }

    fn place(&self, key: &str) -> Place {
        Place { url: self.root.join(key).display().to_string(), address: self.address.clone(), of: Of::Source }
    }

    /// A path of this tree as a key below the location; `None` beside it.
    fn key(&self, path: &Path) -> Option<String> {
        path.strip_prefix(&self.root).ok().map(|key| key.to_string_lossy().replace('\\', "/"))
    }

    fn listed(&self, path: &Path) -> Option<(String, &Listed)> {
        let key = self.key(path)?;
        let listed = self.files.get(&key)?;
        Some((key, listed))
    }

    /// Where a file with this etag is fetched to.
    fn target(&self, key: &str, tag: Option<&str>) -> PathBuf {
        let hash = hex(&Sha256::digest(format!("{key}\n{}", tag.unwrap_or_default())));
        self.fetched.join(&hash[..32]).join(name(Path::new(key)))
    }

    fn wanted(&self, key: &str, listed: &Listed) -> Wanted {
        let Listed { at, size, tag, .. } = listed.clone();
        Wanted { at, size, target: self.target(key, tag.as_deref()), tag }
    }
}

impl Tree for Store {
    fn entries(&self, folder: &Path) -> Result<(Vec<PathBuf>, Vec<PathBuf>)> {
        let Some(folder) = self.key(folder) else { return Ok(Default::default()) };
        let start = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let from = (Bound::Included(start.as_str()), Bound::Unbounded);
        let below = |key: &&String| key.starts_with(&start);
        let directly = |key: &&String| key.len() > start.len() && !key[start.len()..].contains('/');
        let path = |key: &String| self.root.join(key);
        let folders = self.folders.range::<str, _>(from).take_while(below).filter(directly);
        let files = self.files.range::<str, _>(from).map(|(key, _)| key).take_while(below).filter(directly);
        let (mut folders, mut files): (Vec<_>, Vec<_>) = (folders.map(path).collect(), files.map(path).collect());
        folders.sort();
        files.sort();
        Ok((folders, files))
    }

    fn is_folder(&self, path: &Path) -> bool {
        self.key(path).is_some_and(|key| self.folders.contains(&key))
    }

    fn size(&self, file: &Path) -> Option<u64> {
        self.listed(file).map(|(_, listed)| listed.size)
    }

    fn text(&self, file: &Path) -> Result<String> {
        let place = file.display().to_string();
        let (key, listed) = self.listed(file).ok_or_else(|| Error::bug(&place, "a manifest that was not listed"))?;
        if listed.size > LARGEST_TEXT {
            return Err(Error::source(place, "is too large for a manifest", "check what was delivered there"));
        }
        if self.looks_only {
            return self.looked_at(&key, listed);
        }
        let target = self.target(&key, listed.tag.as_deref());
        let known = self.index.borrow().hash(&key, listed.tag.as_deref(), listed.size).is_some();
        if !known || !target.is_file() {
            self.transfers(&[&key], &|_| ())?;
        }
        let bytes = std::fs::read(&target).map_err(|error| part::disk(&target, &error))?;
        String::from_utf8(bytes).map_err(|_| Error::source(place, "is not UTF-8", "deliver the manifest again"))
    }

    fn matching(&self, folder: &Path, pattern: &str) -> Result<std::result::Result<Vec<PathBuf>, String>> {
        // As the file system's own patterns: `*` stays in its folder, and a name with marks in it is a name.
        let options = glob::MatchOptions { require_literal_separator: true, ..Default::default() };
        let compiled = match glob::Pattern::new(pattern) {
            Ok(compiled) => compiled,
            Err(error) => return Ok(Err(error.to_string())),
        };
        let below = self.key(folder).filter(|key| !key.is_empty()).map(|key| format!("{key}/")).unwrap_or_default();
        let inside = |key: &&String| key.strip_prefix(&below).is_some_and(|key| compiled.matches_with(key, options));
        let mut found: Vec<PathBuf> = self.files.keys().filter(inside).map(|key| self.root.join(key)).collect();
        if found.is_empty() && self.files.contains_key(&format!("{below}{pattern}")) {
            found.push(folder.join(pattern));
        }
        found.sort();
        Ok(Ok(found))
    }

    fn modified(&self, file: &ExportFile) -> Option<DateTime<Utc>> {
        self.files.get(&file.key).map(|listed| listed.modified)
    }

    fn overtaken(&self, manifest: &Path, files: &[ExportFile]) -> Option<String> {
        self.newer_than(manifest, files)
    }

    fn peek(&self, file: &ExportFile) -> Result<()> {
        let listed = self.files.get(&file.key).ok_or_else(|| Error::bug(&file.key, "a file that was not listed"))?;
        self.first_byte(&file.key, listed)
    }

    fn local(&self, file: &Path) -> PathBuf {
        match self.listed(file) {
            Some((key, listed)) => self.target(&key, listed.tag.as_deref()),
            None => file.to_path_buf(),
        }
    }

    fn refresh(&mut self) -> Result<()> {
        let listing = self.runtime.block_on(self.list())?;
        let (mut files, mut folders) = (BTreeMap::new(), BTreeSet::new());
        let prefix = match self.address.prefix.as_str() {
            "" => String::new(),
            prefix => format!("{prefix}/"),
        };
        for meta in listing {
            let Some(key) = meta.location.as_ref().strip_prefix(&prefix).filter(|key| !key.is_empty()) else {
                continue;
            };
            let (size, tag, modified) = (meta.size, meta.e_tag, meta.last_modified);
            let listed = Listed { at: meta.location.clone(), size, tag, modified };
            folders.extend(key.match_indices('/').map(|(at, _)| key[..at].to_string()));
            files.insert(key.to_string(), listed);
        }
        // Marks that make folders of stores look like folders.
        files.retain(|key, listed| listed.size > 0 || !folders.contains(key));
        if !files.is_empty() {
            folders.insert(String::new());
        }
        (self.files, self.folders) = (files, folders);
        // Where nothing is listed, what is known is not known to be wrong: the run says that nothing is there.
        if self.looks_only || self.files.is_empty() {
            return Ok(());
        }
        self.index.borrow_mut().retain(|key| self.files.contains_key(key));
        self.index.borrow_mut().write()?;
        self.sweep()
    }

    fn changed(&self) -> Option<Error> {
        self.changed.borrow_mut().take()
    }

    fn unfetched(&self, files: &[ExportFile]) -> u64 {
        files.iter().filter(|file| self.known(file).is_none()).map(|file| file.size).sum()
    }

    fn hashes(&self, files: &[ExportFile], advance: Advance<'_>) -> Result<Vec<String>> {
        let known: Vec<Option<String>> = files.iter().map(|file| self.known(file)).collect();
        let unknown = files.iter().zip(&known).filter(|(_, known)| known.is_none());
        let keys: Vec<&str> = unknown.map(|(file, _)| file.key.as_str()).collect();
        let fresh = self.transfers(&keys, advance)?;
        let hash = |(file, known): (&ExportFile, Option<String>)| {
            known.or_else(|| fresh.get(&file.key).cloned()).ok_or_else(|| Error::bug(&file.key, "it was not fetched"))
        };
        files.iter().zip(known).map(hash).collect()
    }

    fn fetch(&self, delivery: &Delivery, advance: Advance<'_>) -> Result<()> {
        let missing = delivery.files.iter().zip(&delivery.hashes).filter(|(file, _)| !file.path.is_file());
        let missing: Vec<(&ExportFile, &String)> = missing.collect();
        let keys: Vec<&str> = missing.iter().map(|(file, _)| file.key.as_str()).collect();
        let fresh = self.transfers(&keys, advance)?;
        for (file, hash) in missing {
            if fresh.get(&file.key) != Some(hash) {
                self.index.borrow_mut().forget(&file.key);
                self.index.borrow_mut().write()?;
                let what = "has other bytes than when it was read, under the same etag";
                return Err(self.place(&file.key).error(what, "run again: it will be read from the start"));
            }
        }
        Ok(())
    }

    fn doubt(&self, delivery: &Delivery) -> Result<()> {
        let mut index = self.index.borrow_mut();
        delivery.files.iter().for_each(|file| index.doubt(&file.key));
        index.write()
    }

    fn release(&self, delivery: &Delivery) -> Result<()> {
        for file in &delivery.files {
            let folder = file.path.parent().filter(|folder| folder.starts_with(&self.fetched));
            if let Some(folder) = folder.filter(|folder| folder.is_dir()) {
                std::fs::remove_dir_all(folder).map_err(|error| part::disk(folder, &error))?;
            }
        }
        Ok(())
    }
}
