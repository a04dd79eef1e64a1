//! The objects below an address, for who waits for each request: small ones as bytes, large ones to and from files.
//!
//! Everything that is written is sent again where a request failed half-way, and compared with what the store says that
//! it received. What must be written by one of several only is written on a condition: that there is none yet
//! ([`Objects::create`]), or that it still is what was read ([`Objects::replace`]).

use super::connect::connect;
use super::patience::Patience;
use super::polite::Seen;
use super::refuse::{Act, Of, Place, is_of_the_bucket, plain_chain, refuse};
use super::send;
use crate::error::{Error, Result};
use crate::focus::StoreAddress;
use chrono::{DateTime, Utc};
use futures_util::{StreamExt, TryStreamExt};
use object_store::path::Path as ObjectPath;
use object_store::{Error as StoreError, ObjectStore, ObjectStoreExt, PutMode, PutOptions, UpdateVersion};
use std::fmt;
use std::sync::Arc;
use tokio::runtime::Runtime;

/// Workers of a store's runtime: the connections go on while this process computes.
const WORKERS: usize = 2;

/// How often something conditional is tried that a store neither did nor refused for good.
const ATTEMPTS: usize = 5;

/// What a store knows an object by, as it was when it was read.
#[derive(Debug, Clone)]
pub struct Tag(UpdateVersion);

/// What arrives of an object.
pub enum Chunk<'a> {
    /// It begins, or begins again.
    Start,
    Bytes(&'a [u8]),
}

/// An object as a listing tells it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// From the address's prefix on.
    pub name: String,
    /// In bytes.
    pub size: u64,
    /// When it was written last: milliseconds since 1970 UTC, by the store's clock.
    pub written: i64,
}

/// The objects below the prefix of an address, by their names from there.
pub struct Objects {
    address: StoreAddress,
    pub(super) root: Arc<dyn ObjectStore>,
    pub(super) patience: Patience,
    runtime: Runtime,
}

impl fmt::Debug for Objects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Objects").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Objects {
    /// Connects; nothing is asked of the store yet.
    ///
    /// # Errors
    /// `Settings`, for what cannot be connected as configured.
    pub fn open(address: &StoreAddress) -> Result<Self> {
        let runtime = runtime()?;
        let patience = Patience::default();
        let root = runtime.block_on(connect(address, patience))?;
        Ok(Self { address: address.clone(), root, patience, runtime })
    }

    /// Over a store that is there already.
    #[cfg(test)]
    pub fn over(root: Arc<dyn ObjectStore>, address: &StoreAddress) -> Self {
        let (runtime, patience) = (runtime().unwrap(), Patience::short());
        Self { address: address.clone(), root, patience, runtime }
    }

    /// Waits for work that asks the store.
    pub fn wait<F: Future>(&self, work: F) -> F::Output {
        self.runtime.block_on(work)
    }

    pub fn address(&self) -> &StoreAddress {
        &self.address
    }

    /// Bucket or container, whole: a key in it begins with the address's prefix.
    pub fn root(&self) -> Arc<dyn ObjectStore> {
        self.root.clone()
    }

    /// Where an object is, for messages.
    pub fn url(&self, name: &str) -> String {
        if name.is_empty() { self.address.to_string() } else { format!("{}/{name}", self.address) }
    }

    /// The key of an object in its bucket or container.
    pub fn key(&self, name: &str) -> String {
        let parts = [self.address.prefix.as_str(), name];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/")
    }

    pub(super) fn at(&self, name: &str) -> Result<ObjectPath> {
        ObjectPath::parse(self.key(name)).map_err(|error| Error::bug(self.url(name), error.to_string()))
    }

    pub(super) fn place(&self, name: &str) -> Place {
        Place { url: self.url(name), address: self.address.clone(), of: Of::Lake }
    }

    /// The bytes of an object; `None` where there is none.
    ///
    /// # Errors
    /// `Lake`, here and below: what the store refuses, with the permission that is missing, or that it cannot be reached.
    pub fn read(&self, name: &str) -> Result<Option<Vec<u8>>> {
        Ok(self.read_tagged(name)?.map(|(bytes, _)| bytes))
    }

    /// The same, with what [`replace`](Self::replace) asks for.
    pub fn read_tagged(&self, name: &str) -> Result<Option<(Vec<u8>, Tag)>> {
        self.wait(self.get(name))
    }

    async fn get(&self, name: &str) -> Result<Option<(Vec<u8>, Tag)>> {
        let mut bytes = Vec::new();
        let write = |chunk: Chunk<'_>| {
            match chunk {
                Chunk::Start => bytes.clear(),
                Chunk::Bytes(more) => bytes.extend_from_slice(more),
            }
            Ok(())
        };
        let tag = self.receive(name, write).await?;
        Ok(tag.map(|tag| (bytes, tag)))
    }

    /// Takes an object in pieces; a transfer that breaks off begins again. `None` where there is none.
    pub async fn receive(&self, name: &str, mut write: impl FnMut(Chunk<'_>) -> Result<()>) -> Result<Option<Tag>> {
        let (at, place) = (self.at(name)?, self.place(name));
        let mut attempt = 0;
        loop {
            let seen = Seen::default();
            let found = match seen.during(self.root.get(&at)).await {
                Ok(found) => found,
                Err(error @ StoreError::NotFound { .. }) if !is_of_the_bucket(&error) => return Ok(None),
                Err(error) => return Err(refuse(&place, Act::Get, &seen.told(), &error)),
            };
            let (size, mut arrived) = (found.meta.size, 0);
            let tag = Tag(UpdateVersion { e_tag: found.meta.e_tag.clone(), version: found.meta.version.clone() });
            write(Chunk::Start)?;
            let mut body = found.into_stream();
            let broken = loop {
                match tokio::time::timeout(self.patience.stall(), seen.during(body.next())).await {
                    Err(_) => break format!("sent no byte for {} s", self.patience.stall().as_secs()),
                    Ok(None) if arrived == size => return Ok(Some(tag)),
                    Ok(None) => break format!("ended after {arrived} of its {size} bytes"),
                    Ok(Some(Err(error))) => break plain_chain(&error),
                    Ok(Some(Ok(bytes))) => {
                        arrived += bytes.len() as u64;
                        write(Chunk::Bytes(&bytes))?;
                    }
                }
            };
            attempt += 1;
            if attempt >= self.patience.idle_attempts() {
                return Err(place.error(broken, "run again; if it goes on, look at the network"));
            }
            tokio::time::sleep(self.patience.pause(attempt)).await;
        }
    }

    /// Writes an object, whatever was there.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        self.wait(send::whole(self, name, bytes.to_vec().into()))
    }

    /// Writes an object where there is none. Is it there with these bytes now? Where somebody was faster, with other
    /// bytes, it is not.
    pub fn create(&self, name: &str, bytes: &[u8]) -> Result<bool> {
        self.wait(self.put_if(name, bytes, &PutMode::Create))
    }

    /// Writes an object where it still is what was read, or where there still is none (`None`). Is it there with these
    /// bytes now?
    pub fn replace(&self, name: &str, bytes: &[u8], read: Option<Tag>) -> Result<bool> {
        let mode = read.map_or(PutMode::Create, |Tag(version)| PutMode::Update(version));
        self.wait(self.put_if(name, bytes, &mode))
    }

    async fn put_if(&self, name: &str, bytes: &[u8], mode: &PutMode) -> Result<bool> {
        let (at, place) = (self.at(name)?, self.place(name));
        for attempt in 1..=ATTEMPTS {
            let seen = Seen::default();
            let options = PutOptions { mode: mode.clone(), ..PutOptions::default() };
            match seen.during(self.root.put_opts(&at, bytes.to_vec().into(), options)).await {
                Ok(_) => return Ok(true),
                Err(StoreError::AlreadyExists { .. } | StoreError::Precondition { .. }) => {}
                // It may have been done, and the answer was lost.
                Err(error) => {
                    let there = self.get(name).await.ok().flatten();
                    return match there.is_some_and(|(there, _)| there == bytes) {
                        true => Ok(true),
                        false => Err(refuse(&place, Act::Put, &seen.told(), &error)),
                    };
                }
            }
            // It may be our own, of a request whose answer was lost.
            match self.get(name).await? {
                Some((there, _)) => return Ok(there == bytes),
                // Somebody wrote at the same time and did not come to an end.
                None => tokio::time::sleep(self.patience.pause(attempt)).await,
            }
        }
        Err(place.error("is neither there nor can it be written", "run again"))
    }

    /// The objects below a folder (all, for the empty name) with their sizes, sorted by name.
    pub fn list(&self, folder: &str) -> Result<Vec<(String, u64)>> {
        Ok(self.found(folder)?.into_iter().map(|found| (found.name, found.size)).collect())
    }

    /// The same, with when each was written.
    pub fn found(&self, folder: &str) -> Result<Vec<Found>> {
        let (at, place) = (self.at(folder)?, self.place(folder));
        let seen = Seen::default();
        let whole_bucket = self.key(folder).is_empty();
        let listing = self.root.list((!whole_bucket).then_some(&at)).try_collect();
        let listing: std::result::Result<Vec<_>, _> = self.wait(seen.during(listing));
        let listing = listing.map_err(|error| refuse(&place, Act::List, &seen.told(), &error))?;
        let start = if self.address.prefix.is_empty() { String::new() } else { format!("{}/", self.address.prefix) };
        let name = |meta: object_store::ObjectMeta| {
            let name = meta.location.as_ref().strip_prefix(&start)?.to_string();
            Some(Found { name, size: meta.size, written: meta.last_modified.timestamp_millis() })
        };
        let mut names: Vec<Found> = listing.into_iter().filter_map(name).collect();
        names.sort();
        Ok(names)
    }

    /// Takes an object away; one that is not there is no error.
    pub fn remove(&self, name: &str) -> Result<()> {
        let (at, place) = (self.at(name)?, self.place(name));
        let seen = Seen::default();
        match self.wait(seen.during(self.root.delete(&at))) {
            Ok(()) => Ok(()),
            Err(error @ StoreError::NotFound { .. }) if !is_of_the_bucket(&error) => Ok(()),
            Err(error) => Err(refuse(&place, Act::Remove, &seen.told(), &error)),
        }
    }

    /// The store's clock, by the header `Date` of its answer to a question about an object; UTC, to the second. `None`
    /// where it says none, or does not answer.
    pub fn time(&self, name: &str) -> Option<DateTime<Utc>> {
        let (at, seen) = (self.at(name).ok()?, Seen::default());
        // What it answers is told by others.
        let _ = self.wait(seen.during(self.root.head(&at)));
        let told = seen.told();
        let date = told.headers.get("date")?.to_str().ok()?;
        DateTime::parse_from_rfc2822(date).ok().map(|time| time.to_utc())
    }

    /// Sends files, several at once, and sees to it that each arrived whole.
    pub fn send(&self, files: &[(std::path::PathBuf, String)]) -> Result<()> {
        let work = futures_util::stream::iter(files)
            .map(|(path, name)| send::file(self, path, name))
            .buffered(self.address.parallel_fetches);
        self.wait(work.try_collect())
    }
}

fn runtime() -> Result<Runtime> {
    let built = tokio::runtime::Builder::new_multi_thread().worker_threads(WORKERS).enable_all().build();
    built.map_err(|error| Error::bug("store", format!("no runtime for the stores' library: {error}")))
}
