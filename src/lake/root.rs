//! Opening a lake: its folder or its store, its format version, the names in it.

use super::cache::Known;
use super::disk;
use crate::error::{Error, Result};
use crate::focus::LakeLocation;
use crate::store::{Home, Objects};
use std::fs;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// The layout this build writes. An older lake is migrated by a tested step, a newer one refused.
const FORMAT_VERSION: u32 = 1;
pub(super) const FORMAT_FILE: &str = "lake.json";

#[derive(serde::Serialize, serde::Deserialize)]
struct Format {
    format_version: u32,
    /// Of a lake in a store: tells a cache whether it is one of this lake.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
}

/// An open lake. Opening takes no lock and, for a lake that exists, writes nothing but its cache.
pub struct Lake {
    pub(super) home: Home,
    /// What is known of objects that may change, since this lake was opened.
    pub(super) known: Mutex<Known>,
    /// The Delta library is async; we are a batch and wait for it here, or where a store is waited for.
    runtime: tokio::runtime::Runtime,
}

impl Lake {
    /// Opens a lake, making it when there is nothing yet: neither folder nor file, no object below the prefix.
    ///
    /// # Errors
    /// [`Error::Lake`]: a file in the way, a folder of other things, no permission, a newer format; [`Error::Settings`]
    /// for a store that cannot be reached as configured.
    pub fn open(location: impl Into<LakeLocation>) -> Result<Self> {
        let LakeLocation { folder, store } = location.into();
        let objects = store.map(|address| Objects::open(&address)).transpose()?;
        Self::over(&folder, objects)
    }

    pub(super) fn over(folder: &Path, objects: Option<Objects>) -> Result<Self> {
        let (what, key) = if objects.is_some() { ("the lake's cache", "cache") } else { ("the lake", "lake") };
        if folder.exists() && !folder.is_dir() {
            let remedy = format!("move the file, or name another folder as `{key}` in the config");
            return Err(Error::lake(
                folder.display().to_string(),
                format!("{what} must be a folder, this is a file"),
                remedy,
            ));
        }
        disk::create_folder(folder)?;
        let folder = fs::canonicalize(folder).map_err(|e| disk::io_error(folder, "this folder cannot be read", &e))?;
        // The table's library passes paths through URLs and decodes `%` once too often.
        if folder.to_str().is_none_or(|path| path.contains('%')) {
            let remedy = format!("name another folder as `{key}` in the config");
            return Err(Error::lake(
                folder.display().to_string(),
                format!("the path of {what} holds a `%` or is not UTF-8"),
                remedy,
            ));
        }
        match &objects {
            Some(objects) => open_cache(&folder, objects)?,
            None => check_format(&folder)?,
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|e| Error::bug("lake", format!("no runtime for the table's library: {e}")))?;
        let home = Home { folder, objects: objects.map(Arc::new), seen: Arc::default() };
        Ok(Self { home, known: Mutex::default(), runtime })
    }

    /// Where the lake is kept, for the ledger in it.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// The lake's folder, absolute; of a lake in a store, its cache.
    pub(super) fn root(&self) -> &Path {
        &self.home.folder
    }

    pub(super) fn objects(&self) -> Option<&Objects> {
        self.home.objects.as_deref()
    }

    pub fn is_in_store(&self) -> bool {
        self.home.objects.is_some()
    }

    /// Where something of the lake is, as messages name it: a path, or the URL of an object.
    pub fn place(&self, name: &str) -> PathBuf {
        match self.objects() {
            Some(objects) => objects.url(name).into(),
            None => self.root().join(name),
        }
    }

    /// Where a run writes before it stages, on the lake's own file system; made when missing,
    /// emptied by the next run that takes the lock.
    pub fn temp(&self) -> Result<PathBuf> {
        let folder = self.temp_folder();
        disk::create_folder(&folder)?;
        Ok(folder)
    }

    pub(super) fn temp_folder(&self) -> PathBuf {
        let folder = self.root().join("tmp");
        // Two processes that a test lets into one lake must not share the folder that the lock keeps for one.
        if crate::fault::sabotage("lake.no_lock") { folder.join(std::process::id().to_string()) } else { folder }
    }

    pub(super) fn wait<F: Future>(&self, work: F) -> F::Output {
        match self.objects() {
            Some(objects) => objects.wait(work),
            None => self.runtime.block_on(work),
        }
    }
}

fn check_format(root: &Path) -> Result<()> {
    let path = root.join(FORMAT_FILE);
    match read_if_there(&path)? {
        None => {
            refuse_other_things(root, "lake")?;
            let bytes = format!("{{\"format_version\":{FORMAT_VERSION}}}\n");
            disk::put(&root.join("tmp"), &path, bytes.as_bytes())
        }
        Some(bytes) => {
            let format = parse(&path.display().to_string(), &bytes)?;
            match format.id {
                None => Ok(()),
                Some(_) => {
                    let what = "this folder is the cache of a lake in a store, not a lake";
                    let remedy = "name the store's URL as `lake`, or another folder";
                    Err(Error::lake(root.display().to_string(), what, remedy))
                }
            }
        }
    }
}

/// The store's lake, and the folder as its cache: one of another lake is emptied.
fn open_cache(folder: &Path, objects: &Objects) -> Result<()> {
    let path = folder.join(FORMAT_FILE);
    let before = read_if_there(&path)?;
    if let Some(bytes) = &before
        && parse(&path.display().to_string(), bytes)?.id.is_none()
    {
        let what = "this folder is a lake of its own, and no cache";
        return Err(Error::lake(folder.display().to_string(), what, "name another folder as `cache` in the config"));
    }
    if before.is_none() {
        refuse_other_things(folder, "cache")?;
    }
    let stored = stored_format(objects)?;
    if before.as_ref() == Some(&stored) {
        return Ok(());
    }
    if before.is_some() {
        for name in super::cache::FOLDERS {
            disk::remove_folder(&folder.join(name))?;
        }
    }
    disk::put(&folder.join("tmp"), &path, &stored)
}

/// What says the store's format; a store with nothing in it becomes a lake.
fn stored_format(objects: &Objects) -> Result<Vec<u8>> {
    let url = objects.url(FORMAT_FILE);
    let bytes = match objects.read(FORMAT_FILE)? {
        Some(bytes) => bytes,
        None => {
            if let Some((other, _)) = objects.list("")?.into_iter().find(|(name, _)| name != FORMAT_FILE) {
                return Err(Error::lake(
                    objects.url(""),
                    format!("this is no lake (it has no {FORMAT_FILE}) and holds other things, as `{other}`"),
                    "name an empty or a new path as `lake` in the config",
                ));
            }
            let bytes = format!("{{\"format_version\":{FORMAT_VERSION},\"id\":\"{}\"}}\n", drawn());
            match objects.create(FORMAT_FILE, bytes.as_bytes())? {
                true => bytes.into_bytes(),
                // Another host was faster: it is its lake.
                false => objects.read(FORMAT_FILE)?.unwrap_or_default(),
            }
        }
    };
    match parse(&url, &bytes)?.id {
        Some(_) => Ok(bytes),
        None => {
            let what = "this is a lake that was copied from a folder: a lake in a store is laid out differently";
            Err(Error::lake(url, what, "name an empty path as `lake`; `costmill run` builds it anew from the exports"))
        }
    }
}

fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        bytes => bytes.map(Some).map_err(|e| disk::io_error(path, "this file cannot be read", &e)),
    }
}

fn parse(place: &str, bytes: &[u8]) -> Result<Format> {
    let format: Format = serde_json::from_slice(bytes).map_err(|e| {
        Error::lake(place, format!("it does not say the lake's format: {e}"), "restore it from a backup")
    })?;
    if format.format_version > FORMAT_VERSION {
        return Err(Error::lake(
            place,
            format!("the lake has format {}, this costmill reads up to {FORMAT_VERSION}", format.format_version),
            "use the costmill that wrote it, or a newer one",
        ));
    }
    Ok(format)
}

/// What a file manager, a mounted disk or our own first steps leave behind.
fn is_left_behind(name: &str) -> bool {
    name.starts_with('.') || name == "lost+found" || name == "tmp"
}

/// Would a lake be made of this folder?
pub(super) fn is_empty(root: &Path) -> bool {
    fs::read_dir(root).is_ok_and(|mut entries| {
        entries.all(|entry| entry.is_ok_and(|entry| is_left_behind(&entry.file_name().to_string_lossy())))
    })
}

/// Somebody else's folder is left alone.
fn refuse_other_things(folder: &Path, key: &str) -> Result<()> {
    let entries = fs::read_dir(folder).map_err(|e| disk::io_error(folder, "this folder cannot be read", &e))?;
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if !is_left_behind(&name) {
            return Err(Error::lake(
                folder.display().to_string(),
                format!("this folder is no lake (it has no {FORMAT_FILE}) and holds other things, as `{name}`"),
                format!("name an empty or a new folder as `{key}` in the config"),
            ));
        }
    }
    Ok(())
}

/// 32 hex digits that nobody else draws.
pub(super) fn drawn() -> String {
    let draw = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", draw(), draw())
}
