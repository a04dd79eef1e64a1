//! Files of the lake on this machine. Of a lake in a folder they are the lake; of one in an object store, a cache that
//! they are written to before they are sent, and fetched to before they are read.
//!
//! What is named by its content never changes, so what is in the cache is used. What may change under its name
//! (`shadow/`, `delivery.json`, what is derived) is asked for every time.

use super::derived_store::Pointer;
use super::disk;
use super::record::LakeFile;
use super::root::Lake;
use crate::error::{Error, Result};
use crate::focus::BillingMonth;
use crate::store::{Chunk, Objects};
use futures_util::{StreamExt, TryStreamExt};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{MutexGuard, PoisonError};

/// What a cache holds of a lake, beside what is on its way.
pub const FOLDERS: [&str; 9] =
    ["landed", "cost", "rollup", "shadow", "publication", "closed", "derived", "ledger", "answers"];

/// What was read of objects that may change: one command sees one state of them.
#[derive(Default)]
pub struct Known {
    /// The hash of each `delivery.json` that is in the store.
    pub landed: BTreeMap<String, String>,
    /// The hash of what is noted of each source's files, as it is in the store.
    pub fetched: BTreeMap<String, String>,
    pub derived: BTreeMap<BillingMonth, Option<Pointer>>,
    /// By API the hash of each answer that is in the store.
    pub answers: BTreeMap<String, BTreeMap<String, String>>,
}

/// Something of the store that is to be on this machine.
pub struct Wanted {
    pub name: String,
    pub target: PathBuf,
    /// Bytes and SHA-256, where they are known beforehand.
    pub is: Option<(u64, String)>,
}

impl Wanted {
    fn is_here(&self) -> bool {
        let found = fs::metadata(&self.target).map(|found| found.len());
        found.is_ok_and(|size| self.is.as_ref().is_none_or(|(wanted, _)| *wanted == size))
    }
}

impl Lake {
    /// Where a file of the lake stands on this machine; fetched, where it is not.
    pub fn file(&self, file: &LakeFile) -> Result<PathBuf> {
        self.files(std::iter::once(file))?;
        Ok(self.root().join(&file.path))
    }

    /// Has all of these on this machine: what is missing is fetched, several at once.
    pub fn files<'a>(&self, files: impl Iterator<Item = &'a LakeFile>) -> Result<()> {
        self.fetch_all(files.map(|file| Wanted {
            name: file.path.clone(),
            target: self.root().join(&file.path),
            is: Some((file.size, file.sha256.clone())),
        }))
    }

    /// Where something that never changes under its name stands on this machine.
    pub fn bring(&self, name: &str) -> Result<PathBuf> {
        self.bring_all(std::iter::once(name))?;
        Ok(self.root().join(name))
    }

    pub(super) fn bring_all<'a>(&self, names: impl Iterator<Item = &'a str>) -> Result<()> {
        let wanted = |name: &str| Wanted { name: name.into(), target: self.root().join(name), is: None };
        self.fetch_all(names.map(wanted))
    }

    pub(super) fn fetch_all(&self, wanted: impl Iterator<Item = Wanted>) -> Result<()> {
        let Some(objects) = self.objects() else { return Ok(()) };
        let missing: Vec<Wanted> = wanted.filter(|wanted| !wanted.is_here()).collect();
        for folder in missing.iter().filter_map(|wanted| wanted.target.parent()) {
            disk::create_folder(folder)?;
        }
        let work = futures_util::stream::iter(&missing)
            .map(|wanted| fetch(objects, wanted))
            .buffered(objects.address().parallel_fetches);
        objects.wait(work.try_collect())
    }

    /// Writes a small file beside the tables, durably and in one step; in the store, too.
    pub fn put(&self, name: &str, bytes: &[u8]) -> Result<()> {
        self.put_here(name, bytes)?;
        self.objects().map_or(Ok(()), |objects| objects.write(name, bytes))
    }

    /// Writes a small file on this machine alone.
    pub(super) fn put_here(&self, name: &str, bytes: &[u8]) -> Result<()> {
        disk::put(&self.temp_folder(), &self.root().join(name), bytes)
    }

    /// A small file that [`put`](Self::put) wrote; `None` where there is none.
    pub fn read(&self, name: &str) -> Result<Option<Vec<u8>>> {
        if let Some(objects) = self.objects() {
            return objects.read(name);
        }
        let path = self.root().join(name);
        match fs::read(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            bytes => bytes.map(Some).map_err(|e| disk::io_error(&path, "this file cannot be read", &e)),
        }
    }

    /// The names of the files in a folder of the lake, without the folder's; sorted. A missing folder holds nothing.
    pub fn names(&self, folder: &str) -> Result<Vec<String>> {
        if let Some(objects) = self.objects() {
            let below = format!("{folder}/");
            let names = objects.list(folder)?.into_iter();
            return Ok(names.filter_map(|(name, _)| Some(name.strip_prefix(&below)?.to_string())).collect());
        }
        let path = self.root().join(folder);
        let failed = |e| disk::io_error(&path, "this folder cannot be read", &e);
        let entries = match fs::read_dir(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(failed)?,
        };
        let names = entries.map(|entry| Ok(entry.map_err(failed)?.file_name().to_string_lossy().into_owned()));
        let mut names = names.collect::<Result<Vec<String>>>()?;
        names.sort();
        Ok(names)
    }

    /// Where a name of the lake is on this machine, be it there or not.
    pub fn here(&self, name: &str) -> PathBuf {
        self.root().join(name)
    }

    /// Sends files that are written on this machine to the store, if the lake is in one.
    pub fn share<'a>(&self, names: impl Iterator<Item = &'a str>) -> Result<()> {
        let Some(objects) = self.objects() else { return Ok(()) };
        let files: Vec<_> = names.map(|name| (self.root().join(name), name.to_string())).collect();
        objects.send(&files)
    }

    pub(super) fn known(&self) -> MutexGuard<'_, Known> {
        // A panic of another thread ends the run anyway.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Fetches one object into its place, in one step and checked.
async fn fetch(objects: &Objects, wanted: &Wanted) -> Result<()> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let part = format!(".{}-{}.part", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let part = wanted.target.parent().unwrap_or(Path::new(".")).join(part);
    let fetched = fetch_to(objects, wanted, &part).await;
    if fetched.is_err() {
        let _ = fs::remove_file(&part);
    }
    fetched
}

async fn fetch_to(objects: &Objects, wanted: &Wanted, part: &Path) -> Result<()> {
    let failed = |e| disk::io_error(part, "this file cannot be written", &e);
    let mut file = File::create(part).map_err(failed)?;
    let (mut hash, mut size) = (Sha256::new(), 0);
    let write = |chunk: Chunk<'_>| match chunk {
        Chunk::Start => {
            (hash, size) = (Sha256::new(), 0);
            file.set_len(0).and_then(|()| std::io::Seek::rewind(&mut file)).map_err(failed)
        }
        Chunk::Bytes(bytes) => {
            hash.update(bytes);
            size += bytes.len() as u64;
            file.write_all(bytes).map_err(failed)
        }
    };
    let damaged = |what: &str| {
        let remedy = "restore the lake from a backup, or from the store's older versions";
        Err(Error::lake(objects.url(&wanted.name), what, remedy))
    };
    if objects.receive(&wanted.name, write).await?.is_none() {
        return damaged("is gone from the lake");
    }
    if wanted.is.as_ref().is_some_and(|is| *is != (size, disk::hex(&hash.finalize()))) {
        return damaged("is not what was published: its bytes do not match their hash");
    }
    disk::settle(part, &wanted.target)
}
