//! A location looked at, and nothing written: what a run would find there, and what would stop it.

use super::folder::Folder;
use super::store::{self, Answered};
use super::tree::Tree;
use super::{Announced, Found, Location, is_there, look};
use crate::error::Result;
use crate::focus::BillingMonth;
use crate::format::Format;
use crate::store::Credential;
use chrono::{DateTime, Utc};

/// What a look at a location says, step by step; a step that an earlier one prevents is `None`.
#[derive(Debug)]
pub struct Examined {
    /// Of a store alone.
    pub credential: Option<Result<Credential>>,
    /// May it be listed, and is anything there?
    pub listed: Result<()>,
    /// Of a store's listing: files and bytes, those of other things included.
    pub volume: Option<(usize, u64)>,
    /// Are there deliveries of the format?
    pub found: Option<Result<Found>>,
    pub newest: Option<Newest>,
    /// Bytes of the biggest delivery as delivered; 0 without one.
    pub biggest: u64,
    /// May the first file of the newest delivery be read?
    pub read: Option<Result<()>>,
    pub answered: Answered,
}

/// The newest delivery: of the latest billing period, and of several of it the one written last.
#[derive(Debug, Clone)]
pub struct Newest {
    pub origin: String,
    /// Empty where the files say it.
    pub months: Vec<BillingMonth>,
    pub files: usize,
    /// As delivered.
    pub bytes: u64,
    /// When the last of its files was written.
    pub written: Option<DateTime<Utc>>,
}

/// Looks at a location as a run would, and writes nothing, here or there.
///
/// Errors: `Settings`, for a store that cannot be asked as it is configured.
pub fn examine(location: &Location, format: &'static Format) -> Result<Examined> {
    match &location.store {
        None => Ok(through(&Folder, location, format, is_there(&Folder, location))),
        Some(address) => {
            let (credential, store, listed) = store::examine(address, location)?;
            let listed = listed.and_then(|()| is_there(&store, location));
            let volume = listed.is_ok().then(|| store.volume());
            let examined = through(&store, location, format, listed);
            Ok(Examined { credential: Some(credential), volume, answered: store.answered(), ..examined })
        }
    }
}

/// What a look at a location says that is none of a bill.
#[derive(Debug)]
pub struct There {
    /// Of a store alone.
    pub credential: Option<Result<Credential>>,
    /// May it be listed, and is anything there?
    pub listed: Result<bool>,
}

/// Looks whether a location may be listed and holds anything, whatever it is.
///
/// Errors: `Settings`, for a store that cannot be asked as it is configured.
pub fn there(location: &Location) -> Result<There> {
    let Some(address) = &location.store else {
        return Ok(There { credential: None, listed: Ok(Folder.is_folder(&location.folder)) });
    };
    let (credential, store, listed) = store::examine(address, location)?;
    Ok(There { credential: Some(credential), listed: listed.map(|()| store.is_folder(&location.folder)) })
}

fn through(tree: &dyn Tree, location: &Location, format: &'static Format, listed: Result<()>) -> Examined {
    let found = listed.is_ok().then(|| look(tree, location, format, None));
    let announced = found.iter().flatten().flat_map(|found| &found.announced);
    let written = |of: &Announced| of.files.iter().filter_map(|file| tree.modified(file)).max();
    let bytes = |of: &Announced| of.files.iter().map(|file| file.size).sum::<u64>();
    let biggest = announced.clone().map(bytes).max().unwrap_or_default();
    let last = announced.max_by_key(|of| (of.months.iter().max().copied(), written(of)));
    let read = last.and_then(|of| of.files.first()).map(|file| tree.peek(file));
    let newest = last.map(|of| Newest {
        origin: of.origin.clone(),
        months: of.months.clone(),
        files: of.files.len(),
        bytes: bytes(of),
        written: written(of),
    });
    Examined { credential: None, listed, volume: None, newest, biggest, read, found, answered: Answered::default() }
}
