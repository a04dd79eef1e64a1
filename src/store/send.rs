//! To a store: small files in one request, large ones in pieces, and what arrived compared with what was sent.

use super::checksum::Checksum;
use super::objects::Objects;
use super::polite::Seen;
use super::refuse::{Act, Place, refuse};
use crate::error::{Error, Result};
use object_store::path::Path as ObjectPath;
use object_store::{MultipartUpload, ObjectStoreExt, PutPayload};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Files up to here are one request, and larger ones pieces of this many bytes: what a file on its way takes in memory.
/// S3 takes pieces from 5 MiB on, and 10,000 of them.
const PIECE: u64 = 8 << 20;

/// How often something is sent that arrives as something else.
const ATTEMPTS: usize = 3;

/// Sends bytes as one object, whatever was there.
pub async fn whole(objects: &Objects, name: &str, bytes: PutPayload) -> Result<()> {
    let (at, place) = (objects.at(name)?, objects.place(name));
    for _ in 0..ATTEMPTS {
        let seen = Seen::default();
        let sent = seen.during(objects.root.put(&at, bytes.clone())).await;
        sent.map_err(|error| refuse(&place, Act::Put, &seen.told(), &error))?;
        match Checksum::told(&seen.told().headers) {
            Some(told) if holds(&told, &bytes) => return Ok(()),
            // A guess from an etag proves nothing where it does not hold: not every store makes its etags so.
            Some(told) if !told.guessed => {}
            _ if has_length(objects, &at, &place, bytes.content_length() as u64).await? => return Ok(()),
            _ => {}
        }
    }
    let remedy = "run again; if it goes on, a proxy or the network changes what passes";
    Err(place.error("arrived three times as other bytes than were sent", remedy))
}

/// Sends a file.
pub async fn file(objects: &Objects, path: &Path, name: &str) -> Result<()> {
    let unreadable = |error: std::io::Error| {
        let remedy = "check the disk of the lake's cache; it may be deleted, and the run started again";
        Error::lake(path.display().to_string(), format!("cannot be read: {error}"), remedy)
    };
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size <= PIECE {
        let bytes = std::fs::read(path).map_err(unreadable)?;
        return whole(objects, name, bytes.into()).await;
    }
    let (at, place) = (objects.at(name)?, objects.place(name));
    let mut file = File::open(path).map_err(unreadable)?;
    let seen = Seen::default();
    let refused = |error: object_store::Error| refuse(&place, Act::Put, &seen.told(), &error);
    let mut upload = seen.during(objects.root.put_multipart(&at)).await.map_err(refused)?;
    loop {
        let mut piece = Vec::new();
        let read = file.by_ref().take(PIECE).read_to_end(&mut piece).map_err(unreadable);
        if matches!(read, Ok(0)) {
            break;
        }
        let sent = match read {
            Ok(_) => seen.during(upload.put_part(piece.into())).await.map_err(refused),
            Err(error) => Err(error),
        };
        if let Err(error) = sent {
            // Pieces without a whole cost room until the store's own rule clears them away.
            let _ = upload.abort().await;
            return Err(error);
        }
    }
    seen.during(upload.complete()).await.map_err(refused)?;
    match has_length(objects, &at, &place, size).await? {
        true => Ok(()),
        false => Err(place.error("arrived with another length than it was sent with", "run again")),
    }
}

fn holds(told: &Checksum, bytes: &PutPayload) -> bool {
    let mut sum = told.start();
    bytes.iter().for_each(|piece| sum.update(piece));
    told.holds(sum)
}

async fn has_length(objects: &Objects, at: &ObjectPath, place: &Place, size: u64) -> Result<bool> {
    let seen = Seen::default();
    let found = seen.during(objects.root.head(at)).await;
    let found = found.map_err(|error| refuse(place, Act::Get, &seen.told(), &error))?;
    Ok(found.size == size)
}
