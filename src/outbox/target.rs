//! A place that files are handed out to.

use super::bucket::Bucket;
use super::folder::Folder;
use crate::error::Result;
use crate::focus::StoreAddress;
use std::collections::BTreeMap;
use std::path::Path;

/// What tells one state of a file from another where it stands: its size in bytes, and its etag where there are any.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    pub size: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
}

/// A folder or a path in a store. Paths are relative to it, `/`-separated. Errors are `Lake` for a disk, `Source` for
/// what a store refuses, each with the place.
pub trait Target {
    /// Every file that stands there.
    fn standing(&self) -> Result<BTreeMap<String, Mark>>;

    /// A small file; `None` where there is none.
    fn get(&self, path: &str) -> Result<Option<Vec<u8>>>;

    /// Writes files, several at once where that helps; each appears whole or not at all. `done` is told of each that
    /// stands, in any order. The first error ends it, after the files that were begun.
    fn put(&self, files: &[(&str, &[u8])], done: &mut dyn FnMut(&str, Mark)) -> Result<()>;

    /// Takes a file away; one that is not there is no error.
    fn remove(&self, path: &str) -> Result<()>;

    /// The place, for messages.
    fn name(&self) -> String;
}

/// Opens the place; a folder is made when missing.
///
/// # Errors
/// `Settings`, for a store that cannot be reached as it is configured; `Lake`, for a disk.
pub fn open(to: &Path, store: Option<&StoreAddress>) -> Result<Box<dyn Target>> {
    Ok(match store {
        Some(address) => Box::new(Bucket::open(address)?),
        None => Box::new(Folder::open(to)?),
    })
}
