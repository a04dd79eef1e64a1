//! The ledger in an object store: `ledger/<number>.json`, each written only where there is none.
//!
//! The store has no lock, so two hosts may want to write the event after the same one. The number alone is the name, so
//! that one of them finds it taken; it says so, and its next run goes on from what the other wrote.

use super::store::{RESTORE, refused, without_gap};
use crate::error::{Error, Result};
use crate::store::Objects;
use serde::Deserialize;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The store of a ledger.
#[derive(Debug, Clone)]
pub struct Shared(pub Arc<Objects>);

/// What tells an event's kind.
#[derive(Deserialize)]
struct Kind {
    kind: String,
}

impl Shared {
    /// Writes an event; the same event twice is one.
    pub fn create(&self, number: u64, bytes: &[u8]) -> Result<()> {
        let name = name(number);
        if self.0.create(&name, bytes)? {
            return Ok(());
        }
        let what = "another host wrote this event while this run was at work";
        Err(Error::lake(self.0.url(&name), what, "run again: it begins from what the ledger says now"))
    }

    /// Number, kind and path of every event, by number: those that are not in the folder yet are fetched to it.
    pub fn fetched(&self, folder: &Path) -> Result<Vec<(u64, String, PathBuf)>> {
        let listed = self.0.list("ledger")?;
        let mut events = Vec::new();
        for (name, size) in listed {
            let number = name.strip_prefix("ledger/").and_then(|name| name.strip_suffix(".json")?.parse::<u64>().ok());
            let Some(number) = number else {
                let what = "this is no event of the ledger: those are named 00000001.json";
                return Err(Error::lake(self.0.url(&name), what, "move the object out of the ledger"));
            };
            events.push((number, name, size));
        }
        without_gap(events.iter().map(|(number, name, _)| (*number, self.0.url(name))))?;
        let mut files = Vec::new();
        for (number, name, size) in events {
            let bytes = self.event(folder, &name, size)?;
            let kind: Kind = serde_json::from_slice(&bytes)
                .map_err(|error| Error::lake(self.0.url(&name), format!("the event is damaged: {error}"), RESTORE))?;
            files.push((number, kind.kind, folder.join(name.trim_start_matches("ledger/"))));
        }
        Ok(files)
    }

    /// An event's bytes; of the store, where the folder does not have them.
    fn event(&self, folder: &Path, name: &str, size: u64) -> Result<Vec<u8>> {
        let path = folder.join(name.trim_start_matches("ledger/"));
        if let Ok(bytes) = fs::read(&path)
            && bytes.len() as u64 == size
        {
            return Ok(bytes);
        }
        let gone = || Error::lake(self.0.url(name), "is gone", RESTORE);
        let bytes = self.0.read(name)?.ok_or_else(gone)?;
        let part = folder.join(format!(".{}-{}", std::process::id(), name.trim_start_matches("ledger/")));
        let write = || {
            fs::create_dir_all(folder)?;
            fs::write(&part, &bytes)?;
            fs::rename(&part, &path)
        };
        write().map_err(|error| refused(&path, &error))?;
        Ok(bytes)
    }
}

fn name(number: u64) -> String {
    format!("ledger/{number:08}.json")
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
            Ledger::of_lake(Home { folder: self.caches.path().join(host), objects: Some(Arc::new(objects)) })
        }
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
