//! A path in an object store. A file there is whole or not there by the store's own promise.

use super::list::LIST;
use super::reach::{Patience, chain, connect, plain};
use super::send::is_list;
use super::target::{Mark, Target};
use crate::error::{Error, Result};
use crate::focus::{StoreAddress, StoreKind};
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
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Error::bug("outbox", format!("no runtime for the stores' library: {error}")))?;
        let objects = runtime.block_on(connect(address, Patience::default()))?;
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

    fn refused(&self, path: &str, error: &object_store::Error) -> Error {
        let place = if path.is_empty() { self.name() } else { format!("{}/{path}", self.name()) };
        let what = format!("cannot be delivered: {}", plain(&chain(error)));
        Error::source(place, what, format!("{}; the next run delivers the rest", permission(&self.address)))
    }
}

/// What a look at a place found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Looked {
    /// Files that stand there, the list left out.
    pub files: usize,
    /// Was it seen that they may be written? `false`: nothing was delivered yet that could be asked for.
    pub may_write: bool,
}

/// Lists a path in a store, reads the list of what was delivered, and asks to write that list if it is not there: it is,
/// so nothing is written, and who may not write is refused.
///
/// # Errors
/// `Settings`, for a store that cannot be reached as configured; `Source`, for what it refuses.
pub fn look(address: &StoreAddress) -> Result<Looked> {
    let bucket = Bucket::open(address)?;
    let files = bucket.standing()?.len();
    let Some(list) = bucket.get(LIST)? else { return Ok(Looked { files, may_write: false }) };
    let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
    match bucket.runtime.block_on(bucket.objects.put_opts(&bucket.at(LIST), list.into(), options)) {
        Ok(_) | Err(object_store::Error::AlreadyExists { .. } | object_store::Error::Precondition { .. }) => {
            Ok(Looked { files, may_write: true })
        }
        Err(error) => Err(bucket.refused(LIST, &error)),
    }
}

impl Target for Bucket {
    fn standing(&self) -> Result<BTreeMap<String, Mark>> {
        let prefix = (!self.address.prefix.is_empty()).then(|| ObjectPath::from(self.address.prefix.as_str()));
        let listed: Vec<_> = self
            .runtime
            .block_on(self.objects.list(prefix.as_ref()).try_collect())
            .map_err(|error| self.refused("", &error))?;
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
        match self.runtime.block_on(read) {
            Ok(bytes) => Ok(Some(bytes.to_vec())),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.refused(path, &error)),
        }
    }

    fn put(&self, files: &[(&str, &[u8])], done: &mut dyn FnMut(&str, Mark)) -> Result<()> {
        let one = |(path, bytes): &(&str, &[u8])| {
            let (path, size) = ((*path).to_string(), bytes.len() as u64);
            let payload = PutPayload::from(bytes.to_vec());
            let attributes = Attributes::from_iter([(Attribute::ContentType, content_type(&path))]);
            let options = PutOptions { attributes, ..PutOptions::default() };
            async move {
                let put = self.objects.put_opts(&self.at(&path), payload, options).await;
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
                    Err(error) => {
                        failed = Some(self.refused(&path, &error));
                        break;
                    }
                }
            }
            failed.map_or(Ok(()), Err)
        })
    }

    fn remove(&self, path: &str) -> Result<()> {
        match self.runtime.block_on(self.objects.delete(&self.at(path))) {
            Err(object_store::Error::NotFound { .. }) | Ok(()) => Ok(()),
            Err(error) => Err(self.refused(path, &error)),
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

/// What it takes to deliver there.
fn permission(address: &StoreAddress) -> String {
    let StoreAddress { kind, bucket, prefix, .. } = address;
    let below = if prefix.is_empty() { "*".to_string() } else { format!("{prefix}/*") };
    match kind {
        StoreKind::S3 => format!(
            "grant s3:PutObject, s3:GetObject and s3:DeleteObject on arn:aws:s3:::{bucket}/{below} and s3:ListBucket on \
             arn:aws:s3:::{bucket}, and check the keys of the [[deliver]]"
        ),
        StoreKind::Blob => format!(
            "assign the role Storage Blob Data Contributor on the container {bucket} (a SAS needs read, add, create, \
             write, delete and list), and check the keys of the [[deliver]]"
        ),
        StoreKind::Gcs => {
            format!("grant roles/storage.objectUser on {bucket}, and check the keys of the [[deliver]]")
        }
    }
}
