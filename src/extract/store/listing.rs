//! What is at a location now, and what of the fetched files is not there any more.

use super::{Store, part};
use crate::error::{Error, Result};
use crate::focus::ExportFile;
use crate::store::{Act, Of, Place, Seen, has_expired, refuse};
use chrono::TimeDelta;
use futures_util::{StreamExt, TryStreamExt};
use object_store::path::Path as ObjectPath;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A listing is kept in memory, some 300 bytes for a file.
pub(super) const MOST_FILES: usize = if cfg!(test) { 50 } else { 1_000_000 };

/// AWS says that a manifest is delivered after all data files
/// (docs.aws.amazon.com/cur/latest/userguide/dataexports-export-delivery.html), and writes a billing period anew once a
/// day or so: files that are this much newer than their manifest are of a delivery whose manifest is still to come.
const AFTER_ITS_MANIFEST: TimeDelta = TimeDelta::minutes(10);

/// A delivery that has stood still for so long is read as it is: the times of a bucket that another is copied to are
/// those of the copying, in any order.
const AT_REST: TimeDelta = TimeDelta::hours(2);

impl Store {
    /// The file that was written well after the manifest that names it and not long ago, by the store's own clock; a
    /// store that does not tell the time is taken at its word.
    pub(super) fn newer_than(&self, manifest: &Path, files: &[ExportFile]) -> Option<String> {
        let now = self.answered().time?;
        let (_, manifest) = self.listed(manifest)?;
        let written = files.iter().filter_map(|file| Some((self.files.get(&file.key)?.modified, &file.key)));
        let (newest, key) = written.max()?;
        let is_late = newest - manifest.modified > AFTER_ITS_MANIFEST && now - newest < AT_REST;
        is_late.then(|| self.place(key).url)
    }

    pub(super) async fn list(&self) -> Result<Vec<object_store::ObjectMeta>> {
        let place = Place { url: self.root.display().to_string(), address: self.address.clone(), of: Of::Source };
        let prefix = ObjectPath::parse(&self.address.prefix)
            .map_err(|error| Error::settings(&place.url, error.to_string(), "check `location` of the source"))?;
        let prefix = (!self.address.prefix.is_empty()).then_some(&prefix);
        let mut renewed = false;
        loop {
            let (seen, opened) = (Seen::default(), self.door.opened());
            let listing = seen.during(opened.objects.list(prefix).take(MOST_FILES + 1).try_collect()).await;
            *self.told.borrow_mut() = seen.told();
            let listing: Vec<_> = match listing {
                Ok(listing) => listing,
                Err(error) if !renewed && has_expired(&seen.told(), &error) => {
                    renewed = true;
                    self.door.renew(&opened).await?;
                    continue;
                }
                Err(error) => return Err(refuse(&place, Act::List, &seen.told(), &error)),
            };
            if listing.len() > MOST_FILES {
                let what = format!("holds more than {MOST_FILES} files");
                return Err(place.error(what, "let `location` be the folder of one export, not a bucket of everything"));
            }
            return Ok(listing);
        }
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
