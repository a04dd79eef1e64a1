//! A store looked at and left as it is: can its location be listed and read, and what does it answer?

use super::{Listed, Store};
use crate::error::{Error, Result};
use crate::extract::Location;
use crate::extract::tree::Tree;
use crate::focus::StoreAddress;
use crate::store::{Act, Credential, Door, Of, Patience, Seen, credential, refuse};
use chrono::{DateTime, Utc};
use object_store::{GetOptions, GetRange};
use std::path::Path;

/// What a store's last answer said of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answered {
    /// Its clock, by the header `Date`; UTC, to the second.
    pub time: Option<DateTime<Utc>>,
    /// The region of the bucket, where the store says it.
    pub region: Option<String>,
    /// How the file that was read is encrypted, where the store says it: `aws:kms` and the key.
    pub encryption: Option<String>,
}

/// Looks for the credential, connects and lists, all of it without writing anything. The store is there to be asked
/// on where the listing is; what it answered is told in either case.
pub fn examine(address: &StoreAddress, location: &Location) -> Result<(Result<Credential>, Store, Result<()>)> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime =
        runtime.map_err(|error| Error::bug("doctor", format!("no runtime for the stores' library: {error}")))?;
    let patience = Patience::hasty();
    let found = runtime.block_on(credential(address, Of::Source));
    let door = runtime.block_on(Door::open(address, patience))?;
    let mut store = Store::bare(door, address, location, Path::new(""), (runtime, patience));
    store.looks_only = true;
    let listed = store.refresh();
    Ok((found, store, listed))
}

impl Store {
    /// What the last answer said.
    pub fn answered(&self) -> Answered {
        let told = self.told.borrow();
        let text = |name: &str| told.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_string);
        let encryption = text("x-amz-server-side-encryption").map(|kind| {
            let key = text("x-amz-server-side-encryption-aws-kms-key-id");
            key.map_or(kind.clone(), |key| format!("{kind}, {key}"))
        });
        Answered {
            time: text("date").and_then(|text| DateTime::parse_from_rfc2822(&text).ok()).map(|time| time.to_utc()),
            region: text("x-amz-bucket-region"),
            encryption,
        }
    }

    /// Files and bytes of the listing.
    pub fn volume(&self) -> (usize, u64) {
        (self.files.len(), self.files.values().map(|listed| listed.size).sum())
    }

    /// The text of a small file, read into memory.
    pub(super) fn looked_at(&self, key: &str, listed: &Listed) -> Result<String> {
        let bytes = self.get(key, listed, None)?;
        let place = self.place(key).url;
        String::from_utf8(bytes).map_err(|_| Error::source(place, "is not UTF-8", "deliver the manifest again"))
    }

    pub(super) fn first_byte(&self, key: &str, listed: &Listed) -> Result<()> {
        // A range of a file without a byte is none.
        self.get(key, listed, (listed.size > 0).then_some(GetRange::Bounded(0..1))).map(drop)
    }

    fn get(&self, key: &str, listed: &Listed, range: Option<GetRange>) -> Result<Vec<u8>> {
        let (place, seen, objects) = (self.place(key), Seen::default(), self.door.opened().objects);
        let ask = async {
            let options = GetOptions { range, ..GetOptions::default() };
            objects.get_opts(&listed.at, options).await?.bytes().await
        };
        let answer =
            self.runtime.block_on(async { tokio::time::timeout(self.patience.stall() * 2, seen.during(ask)).await });
        *self.told.borrow_mut() = seen.told();
        match answer {
            Ok(Ok(bytes)) => Ok(bytes.to_vec()),
            Ok(Err(error)) => Err(refuse(&place, Act::Get, &seen.told(), &error)),
            Err(_) => Err(place.error("was not read in time", "run again; if it goes on, look at the network")),
        }
    }
}
