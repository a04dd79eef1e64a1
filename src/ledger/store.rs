//! The events of the ledger: in a folder, or in an object store with a folder as its cache.

use super::shared::Shared;
use crate::error::{Error, Result};
use crate::store::Home;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// A ledger. Opening it reads and writes nothing.
#[derive(Debug, Clone)]
pub struct Ledger {
    folder: PathBuf,
    /// May its first events be gone?
    from_any: bool,
    pub(super) shared: Option<Shared>,
}

/// What a file holds.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope<T> {
    number: u64,
    kind: String,
    /// SHA-256 over the number, the kind and the event's JSON.
    sha256: String,
    event: T,
}

impl Ledger {
    /// The ledger of the lake that is kept there.
    pub fn of_lake(home: impl Into<Home>) -> Self {
        Self::of(home.into(), "ledger", false)
    }

    /// The series of runs of the lake that is kept there.
    pub(super) fn of_runs(home: impl Into<Home>) -> Self {
        Self::of(home.into(), "runs", true)
    }

    fn of(Home { folder, objects, seen }: Home, series: &'static str, from_any: bool) -> Self {
        Self {
            folder: folder.join(series),
            from_any,
            shared: objects.map(|objects| Shared { objects, series, from_any, seen }),
        }
    }

    /// The last events of a kind with their numbers, newest first; no other file is read. What is wrong with one of them
    /// is its own.
    ///
    /// # Errors
    /// [`Error::Lake`] for a folder that does not list.
    pub(super) fn newest<T: Serialize + DeserializeOwned>(
        &self,
        kind: &str,
        count: usize,
    ) -> Result<Vec<(u64, Result<T>)>> {
        let files = self.files()?;
        let of_kind = files.into_iter().rev().filter(|(_, found, _)| found == kind).take(count);
        Ok(of_kind.map(|(number, _, path)| (number, read(&path, number, kind))).collect())
    }

    /// Every event of a kind with its number, oldest first.
    ///
    /// # Errors
    /// [`Error::Lake`] for an event that is missing, damaged, or under another name than its own.
    pub fn events<T: Serialize + DeserializeOwned>(&self, kind: &str) -> Result<Vec<(u64, T)>> {
        let mut events = Vec::new();
        for (number, found, path) in self.files()? {
            if found == kind {
                events.push((number, read(&path, number, kind)?));
            }
        }
        Ok(events)
    }

    /// Has another host written an event since this one has read the ledger first? Of a ledger in a folder: no, whoever
    /// writes holds the lake.
    ///
    /// # Errors
    /// [`Error::Lake`], from the store.
    pub fn has_moved(&self) -> Result<bool> {
        let Some(shared) = &self.shared else { return Ok(false) };
        let last = self.files()?.last().map_or(0, |(number, ..)| *number);
        Ok(last != shared.seen(last))
    }

    /// Writes the next event, durably. `temp` is a folder on the same file system; what is left
    /// in it by a crash is nobody's. One run at a time appends: the caller holds the lake. Of several hosts the one is
    /// refused that has not seen what another wrote: it decided by less.
    pub fn append<T: Serialize>(&self, kind: &str, event: &T, temp: &Path) -> Result<u64> {
        let number = self.files()?.last().map_or(1, |(number, ..)| number + 1);
        let text = |e: serde_json::Error| Error::bug("ledger", e.to_string());
        let sha256 = checksum(number, kind, &serde_json::to_vec(event).map_err(text)?);
        let envelope = Envelope { number, kind: kind.into(), sha256, event };
        let mut bytes = serde_json::to_vec_pretty(&envelope).map_err(text)?;
        bytes.push(b'\n');
        if let Some(shared) = &self.shared {
            shared.may_write(number)?;
            return match shared.create(number, &bytes)? {
                true => {
                    shared.wrote(number);
                    Ok(number)
                }
                false => self.append(kind, event, temp),
            };
        }
        let target = self.folder.join(format!("{number:08}-{kind}.json"));
        put_if_absent(&temp.join(format!("ledger-{number}")), &target, &bytes).map_err(|e| refused(&target, &e))?;
        Ok(number)
    }

    /// Number, kind and path of every event, by number. Hidden files are not ours.
    fn files(&self) -> Result<Vec<(u64, String, PathBuf)>> {
        if let Some(shared) = &self.shared {
            let files = shared.fetched(&self.folder)?;
            shared.seen(files.last().map_or(0, |(number, ..)| *number));
            return Ok(files);
        }
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(|e| refused(&self.folder, &e))?,
        };
        let mut files = Vec::new();
        for entry in entries {
            let path = entry.map_err(|e| refused(&self.folder, &e))?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            let parsed = name.strip_suffix(".json").and_then(|stem| stem.split_once('-'));
            match parsed.and_then(|(number, kind)| Some((number.parse::<u64>().ok()?, kind.to_string()))) {
                Some((number, kind)) => files.push((number, kind, path)),
                None => {
                    let what = "this is no event of the ledger: those are named 00000001-<kind>.json";
                    return Err(Error::lake(path.display().to_string(), what, "move the file out of the ledger"));
                }
            }
        }
        files.sort();
        let from_any = self.from_any;
        let places = files.iter().map(|(number, _, path)| (*number, path.display().to_string()));
        without_gap(places, from_any)?;
        Ok(files)
    }
}

/// Refuses numbers that do not go up one by one, from 1 or, where the first may be gone, from any; each with where its
/// event is.
pub(super) fn without_gap(events: impl Iterator<Item = (u64, String)>, from_any: bool) -> Result<()> {
    let mut events = events.peekable();
    let first = events.peek().filter(|_| from_any).map_or(1, |(number, _)| *number);
    for ((number, place), expected) in events.zip(first..) {
        if number != expected {
            let what = match number < expected {
                true => format!("two events have the number {number}"),
                false => format!("event {expected} is missing before it"),
            };
            return Err(Error::lake(place, what, RESTORE));
        }
    }
    Ok(())
}

pub(super) const RESTORE: &str = "restore the ledger from its backup; it cannot be made again from the bill";

fn read<T: Serialize + DeserializeOwned>(path: &Path, number: u64, kind: &str) -> Result<T> {
    let damaged = |what: String| Error::lake(path.display().to_string(), what, RESTORE);
    let bytes = fs::read(path).map_err(|e| refused(path, &e))?;
    let envelope: Envelope<T> =
        serde_json::from_slice(&bytes).map_err(|e| damaged(format!("the event is damaged: {e}")))?;
    let event = serde_json::to_vec(&envelope.event).map_err(|e| damaged(e.to_string()))?;
    if envelope.number != number || envelope.kind != kind {
        let what = format!("the file holds event {} ({}), not what its name says", envelope.number, envelope.kind);
        return Err(damaged(what));
    }
    if envelope.sha256 != checksum(number, kind, &event) {
        return Err(damaged("the event was altered: it does not match its checksum".into()));
    }
    Ok(envelope.event)
}

fn checksum(number: u64, kind: &str, event: &[u8]) -> String {
    let mut hasher = Sha256::new();
    hasher.update(format!("{number} {kind} "));
    hasher.update(event);
    hasher.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The bytes are synced before the name exists, and a name that exists is never given again.
fn put_if_absent(temp: &Path, target: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = target.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = File::create(temp)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    match fs::hard_link(temp, target) {
        Ok(()) => fs::remove_file(temp)?,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(error),
        // A file system without links: we hold the lake, so nobody takes the name in between.
        Err(_) if !target.exists() => fs::rename(temp, target)?,
        Err(error) => return Err(error),
    }
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
        folder.parent().map_or(Ok(()), |parent| File::open(parent)?.sync_all())?;
    }
    Ok(())
}

pub(super) fn refused(path: &Path, error: &io::Error) -> Error {
    let remedy = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "free space on this disk and run again",
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => "let this user write to the lake",
        ErrorKind::AlreadyExists => "another run wrote this event: run again",
        _ => "check the disk, then run again",
    };
    Error::lake(path.display().to_string(), format!("the ledger cannot be read or written: {error}"), remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ledger(events: &[&str]) -> (tempfile::TempDir, Ledger) {
        let root = tempfile::tempdir().unwrap();
        let ledger = Ledger::of_lake(root.path());
        for event in events {
            ledger.append("word", event, root.path()).unwrap();
        }
        (root, ledger)
    }

    #[test]
    fn events_come_back_in_order_and_by_kind() {
        let (root, ledger) = ledger(&["a", "b"]);
        assert_eq!(ledger.append("other", &7, root.path()).unwrap(), 3);
        assert_eq!(ledger.events::<String>("word").unwrap(), [(1, "a".to_string()), (2, "b".to_string())]);
        assert_eq!(ledger.events::<i64>("other").unwrap(), [(3, 7)]);
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1, "nothing is left beside the ledger");
    }

    #[test]
    fn a_name_is_never_given_twice() {
        let (root, _) = ledger(&["a"]);
        let target = root.path().join("ledger/00000001-word.json");
        let before = fs::read(&target).unwrap();
        let error = put_if_absent(&root.path().join("temp"), &target, b"other").unwrap_err();
        assert_eq!((error.kind(), fs::read(&target).unwrap()), (ErrorKind::AlreadyExists, before));
    }

    #[test]
    fn damage_is_one_clear_error() {
        let file = |root: &tempfile::TempDir, name: &str| root.path().join("ledger").join(name);
        type Damage = fn(&Path);
        let damages: [(Damage, &str); 6] = [
            (|folder| fs::remove_file(folder.join("00000001-word.json")).unwrap(), "event 1 is missing"),
            (|folder| fs::write(folder.join("00000002-word.json"), "{\"number\"").unwrap(), "is damaged"),
            (|folder| fs::write(folder.join("00000002-word.json"), [0xff, 0xfe]).unwrap(), "is damaged"),
            (
                |folder| {
                    let text = fs::read_to_string(folder.join("00000002-word.json")).unwrap();
                    fs::write(folder.join("00000002-word.json"), text.replace("\"b\"", "\"c\"")).unwrap();
                },
                "does not match its checksum",
            ),
            (
                |folder| {
                    fs::copy(folder.join("00000001-word.json"), folder.join("00000003-word.json")).unwrap();
                },
                "holds event 1 (word)",
            ),
            (|folder| fs::write(folder.join("notes.txt"), "mine").unwrap(), "no event of the ledger"),
        ];
        for (damage, told) in damages {
            let (root, ledger) = ledger(&["a", "b"]);
            damage(&file(&root, ""));
            let error = ledger.events::<String>("word").unwrap_err();
            assert!(matches!(error, Error::Lake(_)) && error.to_string().contains(told), "{error}");
        }
    }
}
