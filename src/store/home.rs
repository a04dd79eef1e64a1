//! Where the lake and the ledger are kept.

use super::objects::Objects;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, OnceLock};

/// A folder of this machine and, where the lake is in an object store, the store. Then the folder is a cache: everything
/// is written and read there, and it may be deleted between two runs.
#[derive(Debug, Clone)]
pub struct Home {
    pub folder: PathBuf,
    pub objects: Option<Arc<Objects>>,
    /// The last event of the lake's ledger when it was read first: what is decided by it may only follow it.
    pub seen: Arc<OnceLock<AtomicU64>>,
}

impl From<&Home> for Home {
    fn from(home: &Home) -> Self {
        home.clone()
    }
}

impl From<&Path> for Home {
    fn from(folder: &Path) -> Self {
        Self { folder: folder.to_path_buf(), objects: None, seen: Arc::default() }
    }
}
