//! One file from a store to the disk: in pieces where it breaks off, whole in the end, and checked.

use super::part::Part;
use crate::error::Error;
use crate::extract::tree::Advance;
use crate::focus::StoreKind;
use crate::store::{Act, Checksum, Door, Opened, Patience, Place, Seen, Told, has_expired, refuse};
use futures_util::StreamExt;
use object_store::path::Path as ObjectPath;
use object_store::{GetOptions, GetRange};
use std::path::PathBuf;

/// A file to fetch, as it was listed.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub at: ObjectPath,
    /// In bytes.
    pub size: u64,
    /// The etag; `None` where the store gave none.
    pub tag: Option<String>,
    /// Where it goes.
    pub target: PathBuf,
}

/// A file that is there.
#[derive(Debug)]
pub struct Fetched {
    /// SHA-256, in hex.
    pub hash: String,
    /// The store told a checksum, and it holds.
    pub is_proven: bool,
}

/// How a file was not fetched.
#[derive(Debug)]
pub enum Trouble {
    /// It is not, or no longer, what was listed.
    Changed(Error),
    Failed(Error),
    /// The store answers nothing more of anything: it is busy beyond all patience, or cannot be reached. A refusal is
    /// none of it: that can be of one file, of its key or its archive, and costs one request.
    Down(Error),
}

/// How often a file is begun again where its rest cannot be had; a store that gives no rest at all would be asked for
/// ever.
const MOST_RESTARTS: usize = 3;

/// How one request for the rest of a file ended.
enum Ended {
    /// The server ended the body; are all bytes there?
    Body,
    /// No more for now: why.
    Broken(Error),
    /// The store wants another credential.
    Expired(Error),
}

/// Fetches a file. What is on the disk already is taken up, where an etag says that it is of the same file.
///
/// The etag must be the listed one at every request, the length the listed one, and the checksum the one that the
/// store tells, where it tells one. Transfers that break off are taken up where they did, as long as they gain bytes
/// that were not there before; a file is begun again three times.
/// With a credential that the store no longer takes, one that is looked for anew is tried, once for each gain of bytes.
pub async fn transfer(
    door: &Door,
    place: &Place,
    wanted: &Wanted,
    patience: &Patience,
    advance: Advance<'_>,
) -> std::result::Result<Fetched, Trouble> {
    let mut part = Part::open(&wanted.target).map_err(Trouble::Failed)?;
    if wanted.tag.is_none() || part.len() > wanted.size {
        part.restart().map_err(Trouble::Failed)?;
    }
    advance(part.len());
    let (mut idle, mut broken): (usize, Option<(String, Checksum)>) = (0, None);
    let (mut highest, mut restarts) = (part.len(), 0);
    let mut renewed = None;
    loop {
        let before = part.len();
        if before != wanted.size || wanted.size == 0 {
            let opened = door.opened();
            match request(&opened, place, wanted, patience, &mut part, advance).await? {
                Ended::Body if part.len() == wanted.size => {}
                Ended::Expired(error) if renewed == Some(part.len()) => return Err(Trouble::Failed(error)),
                Ended::Expired(_) => {
                    renewed = Some(part.len());
                    door.renew(&opened).await.map_err(Trouble::Failed)?;
                    continue;
                }
                ended => {
                    idle = if part.len() > highest { 0 } else { idle + 1 };
                    highest = highest.max(part.len());
                    let error = match ended {
                        Ended::Broken(error) | Ended::Expired(error) => error,
                        Ended::Body => wrong_length(place, wanted, part.len()),
                    };
                    let begins_again = part.len() > wanted.size || wanted.tag.is_none();
                    restarts += usize::from(begins_again || part.len() < before);
                    if begins_again {
                        part.restart().map_err(Trouble::Failed)?;
                    }
                    if idle >= patience.idle_attempts() || restarts > MOST_RESTARTS {
                        return Err(Trouble::Failed(error));
                    }
                    tokio::time::sleep(patience.pause(idle)).await;
                    continue;
                }
            }
        }
        let (hash, damaged) = part.finish();
        match (damaged, broken.take()) {
            (None, _) => {
                let is_proven = part.is_told();
                part.settle().map_err(Trouble::Failed)?;
                return Ok(Fetched { hash, is_proven });
            }
            // Fetched twice with the same bytes: this store makes its etags otherwise.
            (Some(told), Some((first, _))) if told.guessed && first == hash => {
                part.settle().map_err(Trouble::Failed)?;
                return Ok(Fetched { hash, is_proven: true });
            }
            (Some(_), Some(_)) => {
                part.restart().map_err(Trouble::Failed)?;
                let what = "arrived twice with other bytes than its checksum in the store says";
                let remedy = "deliver it again; if it goes on, a proxy or the network changes what passes";
                return Err(Trouble::Failed(place.error(what, remedy)));
            }
            (Some(told), None) => {
                broken = Some((hash, told));
                part.restart().map_err(Trouble::Failed)?;
                highest = 0;
            }
        }
    }
}

/// Asks for what is missing of a file and writes what arrives.
async fn request(
    opened: &Opened,
    place: &Place,
    wanted: &Wanted,
    patience: &Patience,
    part: &mut Part,
    advance: Advance<'_>,
) -> std::result::Result<Ended, Trouble> {
    let options = GetOptions {
        if_match: wanted.tag.as_deref().map(|tag| as_asked(place.address.kind, tag)),
        range: (part.len() > 0).then(|| GetRange::Bounded(part.len()..wanted.size)),
        ..GetOptions::default()
    };
    let seen = Seen::default();
    let answer = seen.during(opened.objects.get_opts(&wanted.at, options)).await;
    let told = seen.told();
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => return not_answered(place, &told, &error, part),
    };
    let other_tag = wanted.tag.as_ref().zip(answer.meta.e_tag.as_ref()).is_some_and(|(a, b)| bare(a) != bare(b));
    if other_tag || answer.meta.size != wanted.size {
        part.restart().map_err(Trouble::Failed)?;
        return Err(Trouble::Changed(changed(place, "was written again while it was read")));
    }
    part.expect(Checksum::told(&told.headers)).map_err(Trouble::Failed)?;
    let mut body = answer.into_stream();
    loop {
        let next = tokio::time::timeout(patience.stall(), seen.during(body.next())).await;
        match next {
            Err(_) => {
                let what = format!("sent no byte for {} s", patience.stall().as_secs());
                return Ok(Ended::Broken(place.error(what, "run again; if it goes on, look at the network")));
            }
            Ok(None) => return Ok(Ended::Body),
            Ok(Some(Err(error))) => return Ok(Ended::Broken(refuse(place, Act::Get, &seen.told(), &error))),
            Ok(Some(Ok(bytes))) => {
                part.write(&bytes).map_err(Trouble::Failed)?;
                advance(bytes.len() as u64);
            }
        }
    }
}

/// The request had no answer that could be used.
fn not_answered(
    place: &Place,
    told: &Told,
    error: &object_store::Error,
    part: &mut Part,
) -> std::result::Result<Ended, Trouble> {
    let status = told.status.unwrap_or_default();
    match (error, status) {
        (object_store::Error::Precondition { .. }, _) | (_, 412) => {
            part.restart().map_err(Trouble::Failed)?;
            Err(Trouble::Changed(changed(place, "was written again while it was read")))
        }
        (object_store::Error::NotFound { .. }, _) | (_, 404) => {
            part.restart().map_err(Trouble::Failed)?;
            Err(Trouble::Changed(changed(place, GONE)))
        }
        // A range that the server does not give as asked: the whole file, then.
        (_, 200 | 206 | 416) if part.len() > 0 => {
            part.restart().map_err(Trouble::Failed)?;
            Ok(Ended::Broken(refuse(place, Act::Get, told, error)))
        }
        (_, 200 | 206) => Ok(Ended::Broken(refuse(place, Act::Get, told, error))),
        _ if has_expired(told, error) => Ok(Ended::Expired(refuse(place, Act::Get, told, error))),
        _ if told.too_long.is_some() || told.status.is_none_or(|status| status == 429 || status >= 500) => {
            Err(Trouble::Down(refuse(place, Act::Get, told, error)))
        }
        _ => Err(Trouble::Failed(refuse(place, Act::Get, told, error))),
    }
}

/// What is said of a file that was listed and is not there any more.
pub const GONE: &str = "was there when the location was listed, and is gone";

pub fn changed(place: &Place, what: &str) -> Error {
    place.error(what, "wait for the delivery to be complete, and run again")
}

fn wrong_length(place: &Place, wanted: &Wanted, arrived: u64) -> Error {
    let what = format!("ended after {arrived} of its {} bytes", wanted.size);
    place.error(what, "run again: what arrived is kept; if it goes on, look at the network")
}

/// A listed etag as a request names it: listings of Blob Storage leave the quotes out.
fn as_asked(kind: StoreKind, tag: &str) -> String {
    if kind == StoreKind::Blob && !tag.ends_with('"') { format!("\"{tag}\"") } else { tag.to_string() }
}

/// An etag without its quotes and its mark of weakness.
fn bare(tag: &str) -> &str {
    tag.trim_start_matches("W/").trim_matches('"')
}
