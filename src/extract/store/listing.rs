//! What is at a location now, and what of the fetched files is not there any more.

use super::polite::Seen;
use super::refuse::{Act, Place, refuse};
use super::{Store, part};
use crate::error::{Error, Result};
use crate::focus::ExportFile;
use futures_util::TryStreamExt;
use object_store::path::Path as ObjectPath;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

impl Store {
    pub(super) async fn list(&self) -> Result<Vec<object_store::ObjectMeta>> {
        let place = Place { url: self.root.display().to_string(), address: self.address.clone() };
        let prefix = ObjectPath::parse(&self.address.prefix)
            .map_err(|error| Error::settings(&place.url, error.to_string(), "check `location` of the source"))?;
        let seen = Seen::default();
        let listing = self.objects.list((!self.address.prefix.is_empty()).then_some(&prefix)).try_collect();
        let listing: std::result::Result<Vec<_>, _> = seen.during(listing).await;
        *self.told.borrow_mut() = seen.told();
        listing.map_err(|error| refuse(&place, Act::List, &seen.told(), &error))
    }

    /// Takes away what was fetched of files that are no longer there, or are no longer so.
    pub(super) fn sweep(&self) -> Result<()> {
        let kept: BTreeSet<PathBuf> = self
            .files
            .iter()
            .filter_map(|(key, listed)| self.target(key, listed.tag.as_deref()).parent().map(Path::to_path_buf))
            .collect();
        let entries = std::fs::read_dir(&self.fetched).map_err(|error| part::disk(&self.fetched, &error))?;
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() && !kept.contains(&path) {
                std::fs::remove_dir_all(&path).map_err(|error| part::disk(&path, &error))?;
            }
        }
        Ok(())
    }

    /// The hash of a file that need not be fetched.
    pub(super) fn known(&self, file: &ExportFile) -> Option<String> {
        let listed = self.files.get(&file.key)?;
        self.index.borrow().hash(&file.key, listed.tag.as_deref(), listed.size).map(str::to_string)
    }
}
