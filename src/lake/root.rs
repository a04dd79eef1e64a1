//! Opening a lake: its folder, its format version, the names in it.

use super::record::LakeFile;
use super::store;
use crate::error::{Error, Result};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The layout this build writes. An older lake is migrated by a tested step, a newer one refused.
const FORMAT_VERSION: u32 = 1;
const FORMAT_FILE: &str = "lake.json";

#[derive(serde::Serialize, serde::Deserialize)]
struct Format {
    format_version: u32,
}

/// An open lake. Opening takes no lock and, for a lake that exists, writes nothing.
pub struct Lake {
    root: PathBuf,
    /// The Delta library is async; we are a batch and wait for it here.
    runtime: tokio::runtime::Runtime,
}

impl Lake {
    /// Opens the lake in this folder, making it when the folder is missing or empty.
    ///
    /// # Errors
    /// [`Error::Lake`]: a file in the way, a folder of other things, no permission, a newer format.
    pub fn open(root: &Path) -> Result<Self> {
        if root.exists() && !root.is_dir() {
            let remedy = "move the file, or name another folder as `lake` in the config";
            return Err(Error::lake(root.display().to_string(), "the lake must be a folder, this is a file", remedy));
        }
        store::create_folder(root)?;
        let root = fs::canonicalize(root).map_err(|e| store::io_error(root, "this folder cannot be read", &e))?;
        // The table's library passes paths through URLs and decodes `%` once too often.
        if root.to_str().is_none_or(|path| path.contains('%')) {
            let remedy = "name another folder as `lake` in the config";
            return Err(Error::lake(
                root.display().to_string(),
                "the path of the lake holds a `%` or is not UTF-8",
                remedy,
            ));
        }
        check_format(&root)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|e| Error::bug("lake", format!("no runtime for the table's library: {e}")))?;
        Ok(Self { root, runtime })
    }

    /// The lake's folder, absolute.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where a delivery lands. Its files exist once `delivery.json` does.
    pub fn landed_folder(&self, source: &str, delivery: &str) -> PathBuf {
        self.root.join("landed").join(source).join(delivery)
    }

    /// Where a source's files are fetched to from an object store, and what is known of them is noted.
    pub fn fetched_folder(&self, source: &str) -> PathBuf {
        self.root.join("fetched").join(source)
    }

    /// Where a run writes before it stages, on the lake's own file system; made when missing,
    /// emptied by the next run that takes the lock.
    pub fn temp(&self) -> Result<PathBuf> {
        let folder = self.temp_folder();
        store::create_folder(&folder)?;
        Ok(folder)
    }

    /// Writes a small file beside the tables, durably and in one step.
    pub fn put(&self, name: &str, bytes: &[u8]) -> Result<()> {
        store::put(&self.temp_folder(), &self.root.join(name), bytes)
    }

    /// Where a file of the lake stands on disk.
    pub fn path(&self, file: &LakeFile) -> PathBuf {
        self.root.join(&file.path)
    }

    pub(super) fn temp_folder(&self) -> PathBuf {
        self.root.join("tmp")
    }

    pub(super) fn wait<F: Future>(&self, work: F) -> F::Output {
        self.runtime.block_on(work)
    }
}

fn check_format(root: &Path) -> Result<()> {
    let path = root.join(FORMAT_FILE);
    let place = || path.display().to_string();
    let bytes = match fs::read(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return found(root, &path),
        bytes => bytes.map_err(|e| store::io_error(&path, "this file cannot be read", &e))?,
    };
    let format: Format = serde_json::from_slice(&bytes).map_err(|e| {
        Error::lake(place(), format!("it does not say the lake's format: {e}"), "restore it from a backup")
    })?;
    if format.format_version > FORMAT_VERSION {
        return Err(Error::lake(
            place(),
            format!("the lake has format {}, this costmill reads up to {FORMAT_VERSION}", format.format_version),
            "use the costmill that wrote it, or a newer one",
        ));
    }
    Ok(())
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

/// Makes a lake of an empty folder; somebody else's folder is left alone.
fn found(root: &Path, path: &Path) -> Result<()> {
    let entries = fs::read_dir(root).map_err(|e| store::io_error(root, "this folder cannot be read", &e))?;
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if !is_left_behind(&name) {
            return Err(Error::lake(
                root.display().to_string(),
                format!("this folder is no lake (it has no {FORMAT_FILE}) and holds other things, as `{name}`"),
                "name an empty or a new folder as `lake` in the config",
            ));
        }
    }
    let bytes = format!("{{\"format_version\":{FORMAT_VERSION}}}\n");
    store::put(&root.join("tmp"), path, bytes.as_bytes())
}
