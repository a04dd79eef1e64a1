//! Landed deliveries: `landed/<source>/<delivery>/`, its parts and, written last, `delivery.json`.
//!
//! In a store a part is named by its hash: a delivery that is landed again, with another money basis, has other parts
//! beside the old ones, and the one object that is replaced says which count.

use super::cache::Wanted;
use super::disk;
use super::root::Lake;
use crate::error::Result;
use crate::fault;
use crate::focus::{LandedDelivery, LandedPart};
use std::fs;
use std::path::{Path, PathBuf};

const LAST: &str = "delivery.json";

impl Lake {
    /// Where a source's files are fetched to from an object store, and what is known of them is noted. A host that knows
    /// nothing of them begins with what another one knew.
    pub fn fetched_folder(&self, source: &str) -> Result<PathBuf> {
        let (folder, name) = (self.root().join("fetched").join(source), noted(source));
        let Some(objects) = self.objects() else { return Ok(folder) };
        let path = self.here(&name);
        if !path.is_file()
            && let Some(bytes) = objects.read(&name)?
        {
            disk::put(&folder, &path, &bytes)?;
        }
        if let Ok(bytes) = fs::read(&path) {
            self.known().fetched.insert(name, disk::hash_bytes(&bytes));
        }
        Ok(folder)
    }

    /// Tells other hosts what is known of a source's files by now, if the lake is in a store. It saves them fetching what has
    /// landed, and holds no truth: the last that tells it counts.
    pub fn share_fetched(&self, source: &str) -> Result<()> {
        let (Some(objects), name) = (self.objects(), noted(source)) else { return Ok(()) };
        let Ok(bytes) = fs::read(self.here(&name)) else { return Ok(()) };
        let hash = disk::hash_bytes(&bytes);
        if self.known().fetched.get(&name) != Some(&hash) {
            objects.write(&name, &bytes)?;
            self.known().fetched.insert(name, hash);
        }
        Ok(())
    }

    /// Where a delivery lands. It is landed once `delivery.json` is there; what the store has of it is brought here, and
    /// its parts when they are asked for: [`fetch_parts`](Self::fetch_parts).
    pub fn landed_folder(&self, source: &str, delivery: &str) -> Result<PathBuf> {
        let folder = self.root().join("landed").join(source).join(delivery);
        let Some(objects) = self.objects() else { return Ok(folder) };
        let name = format!("landed/{source}/{delivery}/{LAST}");
        if self.known().landed.contains_key(&name) {
            return Ok(folder);
        }
        if let Some(bytes) = objects.read(&name)? {
            let path = folder.join(LAST);
            if fs::read(&path).ok().as_ref() != Some(&bytes) {
                // Parts of another landing of the same delivery may have the same names.
                disk::remove_folder(&folder)?;
                disk::put(&folder, &path, &bytes)?;
            }
            self.known().landed.insert(name, disk::hash_bytes(&bytes));
        }
        Ok(folder)
    }

    /// Sends what has landed to the store, if the lake is in one: the parts, then what makes them a delivery.
    pub fn keep_landed(&self, landed: &LandedDelivery) -> Result<()> {
        let Some(objects) = self.objects() else { return Ok(()) };
        let Some(name) = self.name_of(&landed.folder) else { return Ok(()) };
        let last = format!("{name}/{LAST}");
        let bytes = disk::read(&landed.folder.join(LAST))?;
        let hash = disk::hash_bytes(&bytes);
        if self.known().landed.get(&last) == Some(&hash) {
            return Ok(());
        }
        let parts = landed.parts.iter().map(|part| (landed.folder.join(&part.name), stored(&name, part)));
        let parts: Vec<_> = parts.collect();
        objects.send(&parts)?;
        fault::point("lake.in_landed");
        objects.write(&last, &bytes)?;
        self.known().landed.insert(last, hash);
        Ok(())
    }

    /// Has these parts of a landed delivery on this machine.
    pub fn fetch_parts<'a>(&self, landed: &LandedDelivery, parts: impl Iterator<Item = &'a LandedPart>) -> Result<()> {
        // What was put together from slices is here, and nowhere else.
        let Some(name) = self.objects().and_then(|_| self.name_of(&landed.folder)) else { return Ok(()) };
        self.fetch_all(parts.map(|part| Wanted {
            name: stored(&name, part),
            target: landed.folder.join(&part.name),
            is: Some((part.size, part.sha256.clone())),
        }))
    }

    fn name_of(&self, folder: &Path) -> Option<String> {
        let below = folder.strip_prefix(self.root().join("landed")).ok()?;
        Some(format!("landed/{}", below.to_string_lossy().replace('\\', "/")))
    }
}

/// What extract notes of a source's files.
fn noted(source: &str) -> String {
    format!("fetched/{source}/index.json")
}

fn stored(folder: &str, part: &LandedPart) -> String {
    format!("{folder}/{}.parquet", part.sha256)
}
