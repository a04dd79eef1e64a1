//! The derived tables in an object store: `derived/<billing month>/<hash>/<table>.parquet`, and one object that says
//! which hash counts, `derived/<billing month>.json`.
//!
//! A store replaces one object at a time. So the tables go to a folder of their own, named by what is in them, and then
//! the one object is replaced, on the condition that it still is what was read. It says of which version of the lake the
//! tables were made: a host that comes late with those of an older version finds newer ones and leaves them.

use super::cache::Wanted;
use super::disk;
use super::root::Lake;
use crate::error::{Error, Result};
use crate::fault;
use crate::focus::BillingMonth;
use crate::store::{Objects, Tag};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// How often the tables of a period are offered while other hosts replace them.
const ATTEMPTS: u32 = 20;

/// `derived/<billing month>.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pointer {
    /// The version of `cost` that the tables were made of; `None` before the first.
    version: Option<i64>,
    /// Where they are, by a hash of them.
    folder: String,
    /// By name of the file: bytes and SHA-256.
    files: BTreeMap<String, (u64, String)>,
}

impl Lake {
    /// Where a derived table of a billing period is on this machine; `None` where none was written.
    pub(super) fn derived_file(&self, objects: &Objects, month: BillingMonth, table: &str) -> Result<Option<PathBuf>> {
        let known = self.known().derived.get(&month).cloned();
        let pointer = match known {
            Some(pointer) => pointer,
            None => {
                let pointer = read(objects, month)?.map(|(pointer, _)| pointer);
                self.known().derived.insert(month, pointer.clone());
                pointer
            }
        };
        let name = format!("{table}.parquet");
        let Some(pointer) = pointer.filter(|pointer| pointer.files.contains_key(&name)) else { return Ok(None) };
        self.fetch_all(pointer.files.iter().map(|(name, is)| Wanted {
            name: format!("{}/{name}", pointer.folder),
            target: self.here(&format!("{}/{name}", pointer.folder)),
            is: Some(is.clone()),
        }))?;
        Ok(Some(self.here(&format!("{}/{name}", pointer.folder))))
    }

    /// Offers the tables in a finished folder as those of a billing period.
    pub(super) fn share_derived(
        &self,
        objects: &Objects,
        (month, version): (BillingMonth, Option<i64>),
        fresh: &Path,
    ) -> Result<()> {
        let files = files(fresh)?;
        let of: String = files.iter().map(|(name, (_, hash))| format!("{name} {hash}\n")).collect();
        let folder = format!("derived/{month}/{}", &disk::hash_bytes(of.as_bytes())[..32]);
        for _ in 0..ATTEMPTS {
            let (standing, tag) = read(objects, month)?.unzip();
            if let Some(standing) = &standing
                && (standing.version > version || (standing.version == version && standing.folder == folder))
            {
                self.known().derived.insert(month, Some(standing.clone()));
                return disk::empty_folder(fresh);
            }
            if standing.is_none_or(|standing| standing.folder != folder) {
                self.send_derived(&folder, fresh, &files)?;
            }
            fault::point("lake.before_derived");
            let pointer = Pointer { version, folder: folder.clone(), files: files.clone() };
            if write(objects, month, &pointer, tag)? {
                // What it replaces stays in the store: a reader, or a host that makes the same again, may be at it.
                self.known().derived.insert(month, Some(pointer));
                return disk::empty_folder(fresh);
            }
        }
        let what = format!("the derived tables were replaced {ATTEMPTS} times by other hosts while this one tried to");
        Err(Error::lake(objects.url(&name(month)), what, "run again when they are done"))
    }

    /// The files of derived tables that count, by path in the lake: in a store, those that the objects beside them name. In
    /// a folder all of them do, and none is told.
    ///
    /// # Errors
    /// [`Error::Lake`], for what the store refuses and an object that does not read.
    pub fn derived_that_count(&self) -> Result<BTreeSet<String>> {
        let mut count = BTreeSet::new();
        let Some(objects) = self.objects() else { return Ok(count) };
        for (path, _) in objects.list("derived")? {
            let month = path.strip_prefix("derived/").and_then(|name| name.strip_suffix(".json"));
            let Some(month) = month.and_then(|month| month.parse::<BillingMonth>().ok()) else { continue };
            let Some((pointer, _)) = read(objects, month)? else { continue };
            count.extend(pointer.files.keys().map(|name| format!("{}/{name}", pointer.folder)));
            count.insert(path);
        }
        Ok(count)
    }

    /// Takes the tables into the cache and sends them.
    fn send_derived(&self, folder: &str, fresh: &Path, files: &BTreeMap<String, (u64, String)>) -> Result<()> {
        let names: Vec<String> = files.keys().map(|name| format!("{folder}/{name}")).collect();
        for (file, name) in files.keys().zip(&names) {
            let target = self.here(name);
            disk::create_folder(target.parent().unwrap_or(&target))?;
            fs::copy(fresh.join(file), &target)
                .map_err(|error| disk::io_error(&target, "this file cannot be written", &error))?;
        }
        self.share(names.iter().map(String::as_str))
    }
}

fn name(month: BillingMonth) -> String {
    format!("derived/{month}.json")
}

fn read(objects: &Objects, month: BillingMonth) -> Result<Option<(Pointer, Tag)>> {
    let name = name(month);
    let Some((bytes, tag)) = objects.read_tagged(&name)? else { return Ok(None) };
    let pointer = serde_json::from_slice(&bytes).map_err(|error| {
        Error::lake(objects.url(&name), format!("does not read: {error}"), "delete the object and run again")
    })?;
    Ok(Some((pointer, tag)))
}

fn write(objects: &Objects, month: BillingMonth, pointer: &Pointer, read: Option<Tag>) -> Result<bool> {
    let name = name(month);
    let mut bytes = serde_json::to_vec(pointer).map_err(|error| Error::bug(&name, error.to_string()))?;
    bytes.push(b'\n');
    objects.replace(&name, &bytes, read)
}

fn files(folder: &Path) -> Result<BTreeMap<String, (u64, String)>> {
    let failed = |error| disk::io_error(folder, "this folder cannot be read", &error);
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let (hash, size) = disk::hash_file(&entry.path())?;
        files.insert(entry.file_name().to_string_lossy().into_owned(), (size, hash));
    }
    Ok(files)
}
