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

/// How a file was not fetched.
#[derive(Debug)]
pub enum Trouble {
    /// It is not, or no longer, what was listed.
    Changed(Error),
    Failed(Error),
}

/// How one request for the rest of a file ended.
enum Ended {
    /// The server ended the body; are all bytes there?
    Body,
    /// No more for now: why.
    Broken(Error),
    /// The store wants another credential.
    Expired(Error),
}

/// Fetches a file; its SHA-256 in hex. What is on the disk already is taken up.
///
/// The etag must be the listed one at every request, the length the listed one, and the checksum the one that the
/// store tells, where it tells one. Transfers that break off are taken up where they did, as long as they gain bytes.
/// With a credential that the store no longer takes, one that is looked for anew is tried, once for each gain of bytes.
pub async fn transfer(
    door: &Door,
    place: &Place,
    wanted: &Wanted,
    patience: &Patience,
    advance: Advance<'_>,
) -> std::result::Result<String, Trouble> {
    let mut part = Part::open(&wanted.target).map_err(Trouble::Failed)?;
    advance(part.len());
    let (mut idle, mut broken): (usize, Option<(String, Checksum)>) = (0, None);
    let mut renewed = None;
    loop {
        let before = part.len();
        if before < wanted.size || wanted.size == 0 {
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
                    idle = if part.len() > before { 0 } else { idle + 1 };
                    let error = match ended {
                        Ended::Broken(error) | Ended::Expired(error) => error,
                        Ended::Body => wrong_length(place, wanted, part.len()),
                    };
                    if part.len() > wanted.size {
                        part.restart().map_err(Trouble::Failed)?;
                        idle += 1;
                    }
                    if idle >= patience.idle_attempts() {
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
                part.settle().map_err(Trouble::Failed)?;
                return Ok(hash);
            }
            // Fetched twice with the same bytes: this store makes its etags otherwise.
            (Some(told), Some((first, _))) if told.guessed && first == hash => {
                part.settle().map_err(Trouble::Failed)?;
                return Ok(hash);
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
            Err(Trouble::Changed(changed(place, "was there when the location was listed, and is gone")))
        }
        // A range that the server does not give as asked: the whole file, then.
        (_, 200 | 206 | 416) if part.len() > 0 => {
            part.restart().map_err(Trouble::Failed)?;
            Ok(Ended::Broken(refuse(place, Act::Get, told, error)))
        }
        (_, 200 | 206) => Ok(Ended::Broken(refuse(place, Act::Get, told, error))),
        _ if has_expired(told, error) => Ok(Ended::Expired(refuse(place, Act::Get, told, error))),
        _ => Err(Trouble::Failed(refuse(place, Act::Get, told, error))),
    }
}

fn changed(place: &Place, what: &str) -> Error {
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
