//! A path in an object store. A file there is whole or not there by the store's own promise.

use super::list::{LIST, List};
use super::reach::{Act, Credential, Of, Patience, Place, Seen, connect, credential, refuse};
use super::send::is_list;
use super::target::{Mark, Target};
use crate::error::{Error, Result};
use crate::focus::StoreAddress;
use futures_util::{StreamExt, TryStreamExt};
use object_store::path::Path as ObjectPath;
use object_store::{Attribute, Attributes, ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::runtime::Runtime;

/// Files that are written at the same time.
const AT_ONCE: usize = 8;

pub struct Bucket {
    address: StoreAddress,
    objects: Arc<dyn ObjectStore>,
    runtime: Runtime,
}

impl Bucket {
    pub fn open(address: &StoreAddress) -> Result<Self> {
        Self::connected(address, Patience::default())
    }

    fn connected(address: &StoreAddress, patience: Patience) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Error::bug("outbox", format!("no runtime for the stores' library: {error}")))?;
        let objects = runtime.block_on(connect(address, patience))?;
        Ok(Self { address: address.clone(), objects, runtime })
    }

    #[cfg(test)]
    pub fn over(address: &StoreAddress, objects: Arc<dyn ObjectStore>) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { address: address.clone(), objects, runtime }
    }

    fn at(&self, path: &str) -> ObjectPath {
        let prefix = &self.address.prefix;
        if prefix.is_empty() { ObjectPath::from(path) } else { ObjectPath::from(format!("{prefix}/{path}")) }
    }

    /// Asks the store; of what it refuses nothing but its code and message is told.
    fn ask<T>(&self, act: Act, path: &str, work: impl Future<Output = object_store::Result<T>>) -> Asked<T> {
        self.runtime.block_on(self.asking(act, path, work))
    }

    async fn asking<T>(&self, act: Act, path: &str, work: impl Future<Output = object_store::Result<T>>) -> Asked<T> {
        let seen = Seen::default();
        let done = seen.during(work).await;
        done.map_err(|error| {
            let place = if path.is_empty() { self.name() } else { format!("{}/{path}", self.name()) };
            let place = Place { url: place, address: self.address.clone(), of: Of::Delivery };
            let why = match error {
                object_store::Error::NotFound { .. } => Why::Missing,
                object_store::Error::AlreadyExists { .. } | object_store::Error::Precondition { .. } => Why::IsThere,
                _ => Why::Other,
            };
            Refused { why, told: refuse(&place, act, &seen.told(), &error) }
        })
    }
}

type Asked<T> = std::result::Result<T, Refused>;

/// Why something was refused, and how it is told.
struct Refused {
    why: Why,
    told: Error,
}

enum Why {
    Missing,
    IsThere,
    Other,
}

/// What a look at a place found.
pub struct Looked {
    /// As whom it is asked.
    pub credential: Result<Credential>,
    /// Files that stand there, the list left out, and whether it was seen that they may be written: `false` where nothing
    /// was delivered yet that could be asked for.
    pub found: Result<(usize, bool)>,
}

/// Lists a path in a store, reads the list of what was delivered, and asks to write that list if it is not there: it is,
/// so nothing is written, and who may not write is refused.
///
/// # Errors
/// `Settings`, for a store that cannot be reached as configured.
pub fn look(address: &StoreAddress) -> Result<Looked> {
    let bucket = Bucket::connected(address, Patience::hasty())?;
    let credential = bucket.runtime.block_on(credential(address, Of::Delivery));
    Ok(Looked { credential, found: bucket.look() })
}

impl Bucket {
    fn look(&self) -> Result<(usize, bool)> {
        let files = self.standing()?.len();
        List::read(self)?;
        let Some(list) = self.get(LIST)? else { return Ok((files, false)) };
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        match self.ask(Act::Put, LIST, self.objects.put_opts(&self.at(LIST), list.into(), options)) {
            Ok(_) | Err(Refused { why: Why::IsThere, .. }) => Ok((files, true)),
            Err(refused) => Err(refused.told),
        }
    }
}

impl Target for Bucket {
    fn standing(&self) -> Result<BTreeMap<String, Mark>> {
        let prefix = (!self.address.prefix.is_empty()).then(|| ObjectPath::from(self.address.prefix.as_str()));
        let listed = self.ask(Act::List, "", self.objects.list(prefix.as_ref()).try_collect());
        let listed: Vec<_> = listed.map_err(|refused| refused.told)?;
        let root = self.at("");
        let below = |meta: object_store::ObjectMeta| {
            let parts: Vec<String> = meta.location.prefix_match(&root)?.map(|part| part.as_ref().to_string()).collect();
            let path = parts.join("/");
            (!is_list(&path)).then_some((path, Mark { size: meta.size, etag: meta.e_tag.map(|tag| bare(&tag)) }))
        };
        Ok(listed.into_iter().filter_map(below).collect())
    }

    fn get(&self, path: &str) -> Result<Option<Vec<u8>>> {
        let read = async { self.objects.get(&self.at(path)).await?.bytes().await };
        match self.ask(Act::Get, path, read) {
            Ok(bytes) => Ok(Some(bytes.to_vec())),
            Err(Refused { why: Why::Missing, .. }) => Ok(None),
            Err(refused) => Err(refused.told),
        }
    }

    fn put(&self, files: &[(&str, &[u8])], done: &mut dyn FnMut(&str, Mark)) -> Result<()> {
        let one = |(path, bytes): &(&str, &[u8])| {
            let (path, size) = ((*path).to_string(), bytes.len() as u64);
            let payload = PutPayload::from(bytes.to_vec());
            let attributes = Attributes::from_iter([(Attribute::ContentType, content_type(&path))]);
            let options = PutOptions { attributes, ..PutOptions::default() };
            async move {
                let at = self.at(&path);
                let put = self.asking(Act::Put, &path, self.objects.put_opts(&at, payload, options)).await;
                (path, put.map(|put| Mark { size, etag: put.e_tag.map(|tag| bare(&tag)) }))
            }
        };
        self.runtime.block_on(async {
            let mut puts =
                futures_util::stream::iter(files.iter().map(one).collect::<Vec<_>>()).buffer_unordered(AT_ONCE);
            let mut failed = None;
            while let Some((path, put)) = puts.next().await {
                match put {
                    Ok(mark) => done(&path, mark),
                    Err(refused) => {
                        failed = Some(refused.told);
                        break;
                    }
                }
            }
            failed.map_or(Ok(()), Err)
        })
    }

    fn remove(&self, path: &str) -> Result<()> {
        match self.ask(Act::Remove, path, self.objects.delete(&self.at(path))) {
            Err(Refused { why: Why::Missing, .. }) | Ok(()) => Ok(()),
            Err(refused) => Err(refused.told),
        }
    }

    fn name(&self) -> String {
        self.address.to_string()
    }
}

/// Some stores quote an etag in one answer and not in the other.
fn bare(tag: &str) -> String {
    tag.trim_matches('"').to_string()
}

/// So that a browser shows a page and does not save it.
fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, kind)| kind) {
        Some("html") => "text/html; charset=utf-8",
        Some("csv") => "text/csv; charset=utf-8",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}
