//! The ledger in an object store: `ledger/<number>.json`, and `runs/<number>.json` for the series of runs, each written only where there is none.
//!
//! The store has no lock, so two hosts may want to write the event after the same one. The number alone is the name, so
//! that one of them finds it taken; it says so, and its next run goes on from what the other wrote.

use super::store::{RESTORE, refused, without_gap};
use crate::error::{Error, Result};
use crate::store::Objects;
use serde::Deserialize;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

/// The store of a ledger.
#[derive(Debug, Clone)]
pub struct Shared {
    pub objects: Arc<Objects>,
    /// `ledger`, or another series of numbers.
    pub series: &'static str,
    /// May its first events be gone?
    pub from_any: bool,
    /// The last event when this process read the ledger first, or has written itself.
    pub seen: Arc<OnceLock<AtomicU64>>,
}

/// What tells an event's kind.
#[derive(Deserialize)]
struct Kind {
    kind: String,
}

impl Shared {
    /// Writes an event; the same event twice is one. False where the number is taken, in a series in which that is no
    /// matter: what runs did does not depend on each other.
    pub fn create(&self, number: u64, bytes: &[u8]) -> Result<bool> {
        let name = format!("{}/{number:08}.json", self.series);
        if self.objects.create(&name, bytes)? {
            return Ok(true);
        }
        if self.from_any {
            return Ok(false);
        }
        Err(self.foreign(number))
    }

    /// Refuses the number that does not follow what was seen first.
    pub fn may_write(&self, number: u64) -> Result<()> {
        if self.from_any || self.seen(number - 1) + 1 == number { Ok(()) } else { Err(self.foreign(number - 1)) }
    }

    /// The last event that was seen first; `last`, if that is now.
    pub fn seen(&self, last: u64) -> u64 {
        match self.from_any {
            true => last,
            false => self.seen.get_or_init(|| AtomicU64::new(last)).load(Ordering::SeqCst),
        }
    }

    /// This process wrote that event.
    pub fn wrote(&self, number: u64) {
        if let Some(seen) = self.seen.get().filter(|_| !self.from_any) {
            seen.store(number, Ordering::SeqCst);
        }
    }

    fn foreign(&self, number: u64) -> Error {
        let what = "another host wrote this event while this run was at work";
        let place = self.objects.url(&format!("{}/{number:08}.json", self.series));
        Error::lake(place, what, "run again: it begins from what the ledger says now")
    }

    /// Number, kind and path of every event, by number: those that are not in the folder yet are fetched to it.
    pub fn fetched(&self, folder: &Path) -> Result<Vec<(u64, String, PathBuf)>> {
        let listed = self.objects.list(self.series)?;
        let mut events = Vec::new();
        for (name, size) in listed {
            let number = self.file(&name).and_then(|name| name.strip_suffix(".json")?.parse::<u64>().ok());
            let Some(number) = number else {
                let what = "this is no event of the ledger: those are named 00000001.json";
                return Err(Error::lake(self.objects.url(&name), what, "move the object out of the ledger"));
            };
            events.push((number, name, size));
        }
        without_gap(events.iter().map(|(number, name, _)| (*number, self.objects.url(name))), self.from_any)?;
        let mut files = Vec::new();
        for (number, name, size) in events {
            let bytes = self.event(folder, &name, size)?;
            let kind: Kind = serde_json::from_slice(&bytes).map_err(|error| {
                Error::lake(self.objects.url(&name), format!("the event is damaged: {error}"), RESTORE)
            })?;
            let path = folder.join(self.file(&name).unwrap_or(&name));
            files.push((number, kind.kind, path));
        }
        Ok(files)
    }

    /// An event's bytes; of the store, where the folder does not have them.
    fn event(&self, folder: &Path, name: &str, size: u64) -> Result<Vec<u8>> {
        let file = self.file(name).unwrap_or(name);
        let path = folder.join(file);
        if let Ok(bytes) = fs::read(&path)
            && bytes.len() as u64 == size
        {
            return Ok(bytes);
        }
        let gone = || Error::lake(self.objects.url(name), "is gone", RESTORE);
        let bytes = self.objects.read(name)?.ok_or_else(gone)?;
        let part = folder.join(format!(".{}-{file}", std::process::id()));
        let write = || {
            fs::create_dir_all(folder)?;
            fs::write(&part, &bytes)?;
            fs::rename(&part, &path)
        };
        write().map_err(|error| refused(&path, &error))?;
        Ok(bytes)
    }

    /// The name of an event's file in its folder; `None` for what is elsewhere.
    fn file<'a>(&self, name: &'a str) -> Option<&'a str> {
        name.strip_prefix(self.series)?.strip_prefix('/')
    }
}

#[cfg(test)]
mod tests {
    use super::super::Ledger;
    use crate::focus::{StoreAddress, StoreKind};
    use crate::store::{Home, Objects};
    use object_store::memory::InMemory;
    use object_store::{ObjectStore, path};
    use std::sync::Arc;

    struct Hosts {
        store: Arc<InMemory>,
        caches: tempfile::TempDir,
    }

    impl Hosts {
        fn ledger(&self, host: &str) -> Ledger {
            Ledger::of_lake(self.home(host))
        }

        fn home(&self, host: &str) -> Home {
            let address = StoreAddress {
                kind: StoreKind::Blob,
                bucket: "c".into(),
                prefix: "lake".into(),
                account: None,
                endpoint: None,
                region: None,
                profile: None,
                role: None,
                credential_file: None,
                allow_http: false,
                parallel_fetches: 1,
            };
            let objects = Objects::over(self.store.clone() as Arc<dyn ObjectStore>, &address);
            Home { folder: self.caches.path().join(host), objects: Some(Arc::new(objects)), seen: Arc::default() }
        }
    }

    /// What was decided by a ledger that another has written to since follows from less than is there.
    #[test]
    fn a_host_that_has_not_seen_the_last_event_writes_none() {
        let hosts = Hosts { store: Arc::new(InMemory::new()), caches: tempfile::tempdir().unwrap() };
        let (one, two, temp) = (hosts.ledger("one"), hosts.ledger("two"), hosts.caches.path());
        assert!(one.events::<String>("word").unwrap().is_empty() && two.events::<String>("word").unwrap().is_empty());
        assert_eq!(one.append("word", &"a", temp).unwrap(), 1);
        assert_eq!(one.append("word", &"b", temp).unwrap(), 2);
        assert!(two.has_moved().unwrap() && !one.has_moved().unwrap());
        // Reading once more does not undo what was decided.
        assert_eq!(two.events::<String>("word").unwrap().len(), 2);
        let error = two.append("word", &"c", temp).unwrap_err().to_string();
        assert!(error.contains("another host wrote this event while this run was at work"), "{error}");
        assert_eq!(hosts.ledger("two").append("word", &"c", temp).unwrap(), 3);
    }

    #[test]
    fn of_two_hosts_one_writes_the_next_event_and_the_other_is_told() {
        let hosts = Hosts { store: Arc::new(InMemory::new()), caches: tempfile::tempdir().unwrap() };
        let (one, two) = (hosts.ledger("one"), hosts.ledger("two"));
        let temp = hosts.caches.path();
        assert_eq!(one.append("word", &"a", temp).unwrap(), 1);
        assert_eq!(two.append("other", &7, temp).unwrap(), 2);
        assert_eq!(one.events::<i64>("other").unwrap(), [(2, 7)]);
        assert_eq!(two.events::<String>("word").unwrap(), [(1, "a".to_string())]);
        // Both saw two events. The same event twice is one; of two different ones the first counts.
        let third = |text: &str| {
            let shared = hosts.ledger("x").shared.unwrap();
            shared.create(3, text.as_bytes())
        };
        third("{\"kind\":\"word\"}").unwrap();
        third("{\"kind\":\"word\"}").unwrap();
        let error = third("{\"kind\":\"other\"}").unwrap_err();
        assert_eq!(error.problem().place, "az://c/lake/ledger/00000003.json");
        assert!(error.problem().what.contains("another host wrote this event"), "{error}");
    }

    #[test]
    fn runs_of_two_hosts_stand_in_one_series_and_none_is_lost() {
        let hosts = Hosts { store: Arc::new(InMemory::new()), caches: tempfile::tempdir().unwrap() };
        let runs = |host: &str| Ledger::of_runs(hosts.home(host));
        let temp = hosts.caches.path();
        assert_eq!(runs("one").append("run", &"a", temp).unwrap(), 1);
        let taken = runs("two").shared.unwrap().create(1, b"{\"kind\":\"run\"}").unwrap();
        assert!(!taken, "the number is another's");
        assert_eq!(runs("two").append("run", &"b", temp).unwrap(), 2);
        let newest = runs("one").newest::<String>("run", 1).unwrap();
        assert_eq!(
            newest.iter().map(|(number, run)| (*number, run.as_ref().unwrap().as_str())).collect::<Vec<_>>(),
            [(2, "b")]
        );
        assert!(hosts.ledger("one").events::<String>("run").unwrap().is_empty(), "they are no events of the ledger");
    }

    #[test]
    fn an_event_that_is_gone_or_none_is_told() {
        for (put, told) in [("lake/ledger/00000003.json", "event 2 is missing"), ("lake/ledger/notes", "no event")] {
            let hosts = Hosts { store: Arc::new(InMemory::new()), caches: tempfile::tempdir().unwrap() };
            let ledger = hosts.ledger("one");
            ledger.append("word", &"a", hosts.caches.path()).unwrap();
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let at = path::Path::from(put);
            runtime.block_on(hosts.store.put_opts(&at, "{}".into(), Default::default())).unwrap();
            let error = ledger.events::<String>("word").unwrap_err();
            assert!(error.to_string().contains(told), "{error}");
        }
    }
}
