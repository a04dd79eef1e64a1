//! Location → Delivery: which files form the complete state of which billing periods, on a disk or in an object
//! store.
//!
//! What is found is [`Announced`]: named by a manifest, a declared file set or a folder of a dump, and not read yet.
//! [`Exports::read`] makes the [`Delivery`] of it, whose id is a hash of its files' bytes. From a store, a file is
//! fetched for that once; as long as the store says that it is the same (its etag), its hash is known. The layouts see
//! a `Tree` and do not know the difference.

pub mod api;
mod cost_exports;
mod cost_runs;
mod cur_layout;
mod data_exports;
mod dumps;
mod examine;
mod file_set;
mod folder;
mod hash;
mod manifest;
mod pattern;
mod reading;
mod store;
mod tree;

use crate::error::{Error, Result};
use crate::focus::{BillingMonth, Delivery, DeliveryKind, ExportFile, ExportRange, StoreAddress};
use crate::format::{Format, Layout};
pub use examine::{Examined, Newest, There, examine, there};
use folder::Folder;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
pub use store::Answered;
use store::Store;
use tree::Tree;

/// How often a location is looked at again because it changed while it was read; after that its delivery is late.
const LOOKS: usize = 3;

/// Where a source's exports lie.
#[derive(Debug, Clone)]
pub struct Location {
    pub source: String,
    /// The folder; of an object store its URL, written as a path.
    pub folder: PathBuf,
    /// How the object store is reached; `None` for a folder.
    pub store: Option<StoreAddress>,
    /// The one dataset that is wanted of a bill of several; `None` means all of them.
    pub dataset: Option<String>,
    /// Declared deliveries; empty means: read the manifests.
    pub file_sets: Vec<DeclaredSet>,
}

/// Files that the config declares to be the complete state of billing periods, or of a range of export
/// times.
#[derive(Debug, Clone)]
pub struct DeclaredSet {
    pub months: Vec<BillingMonth>,
    pub range: Option<ExportRange>,
    /// Which of the format's datasets the files are of.
    pub dataset: Option<String>,
    /// Paths or patterns relative to the folder.
    pub files: Vec<String>,
}

/// A delivery that is there to be read: everything of a [`Delivery`] but its hashes and its id.
#[derive(Debug, Clone)]
pub struct Announced {
    pub source: String,
    pub format: &'static str,
    pub kind: DeliveryKind,
    pub months: Vec<BillingMonth>,
    pub range: Option<ExportRange>,
    pub files: Vec<ExportFile>,
    pub origin: String,
}

/// What was refused, or is not there yet, with the billing periods that it would have been a delivery of: they
/// must not be published without it.
pub type Missing = (Vec<BillingMonth>, Error);

/// What a location holds.
#[derive(Debug, Default)]
pub struct Found {
    /// By billing period, complete.
    pub announced: Vec<Announced>,
    pub refused: Vec<Missing>,
    /// What is not there yet: its billing periods wait, and what is published of them stands.
    pub late: Vec<Error>,
    /// As `late`, of deliveries that may be some of several of their periods.
    pub waiting: Vec<Missing>,
}

/// What became of reading a delivery.
#[derive(Debug)]
pub enum Read {
    Delivery(Delivery),
    /// It changes faster than it can be read: its periods wait.
    Waits(Missing),
    /// It is not what it must be, or cannot be read.
    Refused(Missing),
}

/// The exports of one source.
pub struct Exports {
    location: Location,
    format: &'static Format,
    tree: Box<dyn Tree>,
    /// The location was looked at again since [`find`](Self::find): what that announced may be of another state.
    has_moved: bool,
}

impl Exports {
    /// Opens a location; lists it, where it is a store. `fetched` is the folder for what is fetched from a store.
    ///
    /// Errors: `Source`, for a location that is not there or may not be read; `Settings`, for one that cannot be
    /// reached as it is configured; `Lake`, for the disk.
    pub fn open(location: Location, format: &'static Format, fetched: &Path) -> Result<Self> {
        let tree: Box<dyn Tree> = match &location.store {
            Some(address) => Box::new(Store::open(address, &location, fetched)?),
            None => Box::new(Folder),
        };
        is_there(tree.as_ref(), &location)?;
        Ok(Self { location, format, tree, has_moved: false })
    }

    /// The deliveries of the location, by billing period, complete or refused.
    ///
    /// `months` narrows what is looked at. Errors: `Source`, for a location that tells nothing; what is
    /// wrong with one delivery, naming the manifest or the file set, stands in the result.
    pub fn find(&mut self, months: Option<&[BillingMonth]>) -> Result<Found> {
        self.has_moved = false;
        self.found(months)
    }

    fn found(&mut self, months: Option<&[BillingMonth]>) -> Result<Found> {
        // What changed before is over.
        self.tree.changed();
        for _ in 1..LOOKS {
            let found = self.look(months);
            if self.tree.changed().is_none() {
                return found;
            }
            self.tree.refresh()?;
        }
        let mut found = self.look(months)?;
        if let Some(changed) = self.tree.changed() {
            let (waiting, refused): (Vec<_>, Vec<_>) =
                found.refused.into_iter().partition(|(_, error)| *error == changed);
            found.waiting.extend(waiting);
            found.refused = refused;
        }
        Ok(found)
    }

    fn look(&self, months: Option<&[BillingMonth]>) -> Result<Found> {
        look(self.tree.as_ref(), &self.location, self.format, months)
    }

    /// Bytes that [`read`](Self::read) would fetch.
    pub fn unfetched(&self, announced: &Announced) -> u64 {
        self.tree.unfetched(&announced.files)
    }

    /// Are the files of a delivery fetched from somewhere, so that it costs to look at them?
    pub fn is_remote(&self) -> bool {
        self.location.store.is_some()
    }

    /// Has what was fetched of a delivery fetched anew at the next look, once, where no checksum of the store says that
    /// it is what lies there: landing could not read it.
    pub fn doubt(&self, delivery: &Delivery) -> Result<()> {
        self.tree.doubt(delivery)
    }

    /// Takes away what was fetched of a delivery that has landed.
    pub fn release(&self, delivery: &Delivery) -> Result<()> {
        self.tree.release(delivery)
    }
}

/// Is there anything at the location?
fn is_there(tree: &dyn Tree, location: &Location) -> Result<()> {
    if tree.is_folder(&location.folder) {
        return Ok(());
    }
    let place = location.folder.display().to_string();
    let source = &location.source;
    Err(match &location.store {
        Some(_) => Error::source(
            place,
            "holds no file",
            format!("check `location` of source {source}: bucket or container, and the path in it"),
        ),
        None => Error::source(
            place,
            "is no folder",
            format!("set `location` of source {source} to the folder that holds the export"),
        ),
    })
}

/// The deliveries that are there now.
fn look(
    tree: &dyn Tree,
    location: &Location,
    format: &'static Format,
    months: Option<&[BillingMonth]>,
) -> Result<Found> {
    let wanted = |month: &BillingMonth| months.is_none_or(|months| months.contains(month));
    let mut found = if let Layout::Slices(_) = format.layout {
        dumps::deliveries(tree, location, format)?
    } else if location.file_sets.is_empty() {
        manifest::deliveries(tree, location, format, &wanted)?
    } else {
        file_set::deliveries(tree, location, format, &wanted)?
    };
    found.announced.sort_by(|a, b| (&a.months, &a.origin).cmp(&(&b.months, &b.origin)));
    refuse_shared_files(&found.announced)?;
    Ok(found)
}

fn refuse_shared_files(announced: &[Announced]) -> Result<()> {
    let mut owners: BTreeMap<&PathBuf, &str> = BTreeMap::new();
    for delivery in announced {
        for file in &delivery.files {
            if let Some(other) = owners.insert(&file.path, &delivery.origin) {
                let what = if other == delivery.origin {
                    "is named twice".to_string()
                } else {
                    format!("is part of {other} and of {}", delivery.origin)
                };
                return Err(Error::source(&file.key, what, "name each file once"));
            }
        }
    }
    Ok(())
}
