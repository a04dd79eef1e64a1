//! Handing files out: only what changed, data before what links it, and what is no longer wanted last.

use super::list::{Given, LIST, List};
use super::target::Target;
use crate::error::{Error, Result};
use std::collections::{BTreeMap, BTreeSet};

/// A file to hand out.
pub struct Item<'a> {
    /// Where it shall stand, `/`-separated.
    pub path: String,
    /// Files of a lower rank are written first: a page's data before the page, pages before the index.
    pub rank: u8,
    /// SHA-256 of its bytes, in hex.
    pub sha256: String,
    /// In bytes.
    pub size: u64,
    /// Its bytes, when they are needed.
    pub bytes: Box<dyn Fn() -> Result<Vec<u8>> + 'a>,
}

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sent {
    pub written: u64,
    pub unchanged: u64,
    pub removed: u64,
    /// Of the files that were written.
    pub bytes: u64,
}

/// Files of one rank that are in memory at a time.
const AT_A_TIME: usize = 64;

/// Makes the items stand at the target, and nothing else of what it was given before but what is to be kept. `sent` counts
/// also where it ends in an error; what stands then is old or new, file by file, and the next call goes on.
///
/// # Errors
/// The target's; `Lake`, for a file that stands there and was not given, which is left alone.
pub fn send(target: &dyn Target, items: &[Item], keep: &dyn Fn(&str) -> bool, sent: &mut Sent) -> Result<()> {
    let mut list = List::read(target)?;
    let standing = target.standing()?;
    let is_there = |path: &str, given: &Given| standing.get(path).is_some_and(|mark| *mark == given.mark);
    let (mut changed, mut wanted) = (Vec::new(), BTreeSet::new());
    for item in items {
        wanted.insert(item.path.as_str());
        match list.files.get(&item.path) {
            Some(given) if given.sha256 == item.sha256 && is_there(&item.path, given) => sent.unchanged += 1,
            None if standing.contains_key(&item.path) => {
                let place = format!("{}/{}", target.name(), item.path);
                let remedy = "move the file, or deliver to a place of its own; it is not written over";
                return Err(Error::lake(place, "stands there and was not delivered by costmill", remedy));
            }
            _ => changed.push(item),
        }
    }
    let is_gone = |path: &&String| !wanted.contains(path.as_str()) && !keep(path);
    let gone: Vec<String> = list.files.keys().filter(is_gone).cloned().collect();
    if changed.is_empty() && gone.is_empty() {
        return Ok(());
    }
    // Named before it is written: an interrupted delivery leaves nothing that the next one does not know.
    for item in &changed {
        list.files.insert(item.path.clone(), Given { sha256: String::new(), mark: Default::default() });
    }
    list.write(target)?;
    let result = put_all(target, &changed, &mut list, sent).and_then(|()| {
        for path in gone {
            crate::fault::point("outbox.before_remove");
            target.remove(&path)?;
            list.files.remove(&path);
            sent.removed += 1;
        }
        Ok(())
    });
    // Also after an error: what was written need not be written again.
    let listed = list.write(target);
    result.and(listed)
}

fn put_all(target: &dyn Target, changed: &[&Item], list: &mut List, sent: &mut Sent) -> Result<()> {
    let mut ranks: BTreeMap<u8, Vec<&Item>> = BTreeMap::new();
    changed.iter().for_each(|item| ranks.entry(item.rank).or_default().push(item));
    for some in ranks.values().flat_map(|of_rank| of_rank.chunks(AT_A_TIME)) {
        crate::fault::point("outbox.before_put");
        let bytes = some.iter().map(|item| (item.bytes)()).collect::<Result<Vec<_>>>()?;
        let files: Vec<(&str, &[u8])> =
            some.iter().zip(&bytes).map(|(item, bytes)| (item.path.as_str(), bytes.as_slice())).collect();
        let hashes: BTreeMap<&str, &Item> = some.iter().map(|item| (item.path.as_str(), *item)).collect();
        target.put(&files, &mut |path, mark| {
            let Some(item) = hashes.get(path) else { return };
            list.files.insert(path.to_string(), Given { sha256: item.sha256.clone(), mark });
            (sent.written, sent.bytes) = (sent.written + 1, sent.bytes + item.size);
        })?;
    }
    Ok(())
}

/// What the target was given before, by its list.
///
/// # Errors
/// Those of [`send`].
pub fn given(target: &dyn Target) -> Result<BTreeSet<String>> {
    Ok(List::read(target)?.files.into_keys().collect())
}

/// The list is none of the files that are handed out.
pub fn is_list(path: &str) -> bool {
    path == LIST
}
