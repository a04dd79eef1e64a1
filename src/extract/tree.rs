//! The folders and files of a location, wherever they are: what the layouts ask for.

use crate::error::{Error, Result};
use crate::focus::{Delivery, ExportFile};
use chrono::{DateTime, Utc};
use std::path::{Path, PathBuf};

/// What is told of bytes as they arrive.
pub type Advance<'a> = &'a (dyn Fn(u64) + Sync);

/// A location's folders and files. Paths are those that the tree itself gives, or joined to them; of an object store
/// they are written as its URLs (`s3://bucket/prefix/file`), so that every message names a place that can be looked up.
pub trait Tree {
    /// The folders and files of a folder, each sorted by name. A folder that is not there is an error on a disk and
    /// empty in a store, which has no folders.
    fn entries(&self, folder: &Path) -> Result<(Vec<PathBuf>, Vec<PathBuf>)>;

    fn is_folder(&self, path: &Path) -> bool;

    /// In bytes; `None` where there is no such file.
    fn size(&self, file: &Path) -> Option<u64>;

    /// When a file was written last, as the place of it says; `None` where it does not.
    fn modified(&self, file: &ExportFile) -> Option<DateTime<Utc>>;

    /// The file of a delivery that was written well after its manifest, while that is news: the delivery is being
    /// written over, and its manifest comes last. A folder's times are those of a copy, and say nothing.
    fn overtaken(&self, manifest: &Path, files: &[ExportFile]) -> Option<String>;

    /// Reads the first byte of a file, to see that it may be read.
    fn peek(&self, file: &ExportFile) -> Result<()>;

    /// The text of a manifest.
    fn text(&self, file: &Path) -> Result<String>;

    /// The files that a pattern with `*` and `?` matches below a folder, sorted. The inner error says why it is no
    /// pattern, the outer one what of it cannot be read.
    fn matching(&self, folder: &Path, pattern: &str) -> Result<std::result::Result<Vec<PathBuf>, String>>;

    /// Where the file's bytes are on this machine, or will be once they are fetched.
    fn local(&self, file: &Path) -> PathBuf;

    /// Looks again at what is there; what was found before is no longer to be relied on.
    fn refresh(&mut self) -> Result<()>;

    /// What was found changed while it was read: the error of it, told once.
    fn changed(&self) -> Option<Error>;

    /// Bytes that [`hashes`](Tree::hashes) would fetch.
    fn unfetched(&self, files: &[ExportFile]) -> u64;

    /// The SHA-256 of every file, in hex, in order; fetches what is not known yet.
    fn hashes(&self, files: &[ExportFile], advance: Advance<'_>) -> Result<Vec<String>>;

    /// Makes every file of a delivery be on this machine, with the hash that it has there.
    fn fetch(&self, delivery: &Delivery, advance: Advance<'_>) -> Result<()>;

    /// What arrived of a delivery could not be read: it is fetched anew, once, where nothing proves it.
    fn doubt(&self, delivery: &Delivery) -> Result<()>;

    /// The delivery has landed: its files are not needed any more.
    fn release(&self, delivery: &Delivery) -> Result<()>;
}

/// The last part of a path.
pub fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
