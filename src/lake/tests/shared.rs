//! The lake in an object store, seen by several hosts: each has a cache of its own.

use super::*;
use crate::focus::{DeliveryKind, LandedDelivery, LandedPart, StoreAddress, StoreKind};
use crate::store::Objects;
use object_store::memory::InMemory;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectStore, ObjectStoreExt as _};
use polars::prelude::{Column, Schema};
use std::path::PathBuf;
use std::sync::Arc;

/// A store, and the caches of its hosts.
struct Hosts {
    store: Arc<InMemory>,
    caches: tempfile::TempDir,
}

impl Hosts {
    fn new() -> Self {
        Self { store: Arc::new(InMemory::new()), caches: tempfile::tempdir().unwrap() }
    }

    fn cache(&self, host: &str) -> PathBuf {
        self.caches.path().join(host)
    }

    fn lake(&self, host: &str) -> Lake {
        self.open(host, "lake").unwrap()
    }

    fn open(&self, host: &str, prefix: &str) -> crate::Result<Lake> {
        let address = StoreAddress {
            kind: StoreKind::S3,
            bucket: "bucket".into(),
            prefix: prefix.into(),
            account: None,
            endpoint: None,
            region: None,
            profile: None,
            role: None,
            credential_file: None,
            allow_http: false,
            parallel_fetches: 2,
        };
        let objects = Objects::over(self.store.clone() as Arc<dyn ObjectStore>, &address);
        Lake::over(&self.cache(host), Some(objects))
    }

    fn object(&self, name: &str) -> Option<Vec<u8>> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let found = async { self.store.get(&ObjectPath::from(format!("lake/{name}"))).await?.bytes().await };
        runtime.block_on(found).ok().map(|bytes| bytes.to_vec())
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(self.store.put(&ObjectPath::from(name), bytes.to_vec().into())).unwrap();
    }
}

#[test]
fn another_host_with_an_empty_cache_goes_on_where_the_first_stopped() {
    let hosts = Hosts::new();
    let (one, september, october) = (hosts.lake("one"), slot("aws", 9), slot("aws", 10));
    let empty = one.snapshot().unwrap();
    assert_eq!(empty, Snapshot::default());
    let first = publish(&one, &empty, &september, &[&["0.1", "0.2"], &["5"]]).unwrap();
    let two = hosts.lake("two");
    assert_eq!(two.snapshot().unwrap(), first);
    assert!(!two.file(&first.slots[&september].cost[0]).unwrap().starts_with(hosts.cache("one")));
    let second = publish(&two, &first, &october, &[&["7"]]).unwrap();
    assert_eq!((second.version, one.snapshot().unwrap()), (Some(1), second.clone()));
    assert_eq!(sums(&one, &second), ["aws 2026-09 3 5.3", "aws 2026-10 1 7"]);
    // A cache may go at any time, and a third one needs nothing of the others.
    drop(one);
    fs::remove_dir_all(hosts.cache("one")).unwrap();
    for host in ["one", "three"] {
        let lake = hosts.lake(host);
        assert_eq!(sums(&lake, &lake.snapshot_at(0).unwrap()), ["aws 2026-09 3 5.3"]);
        assert_eq!(lake.history().unwrap().len(), 2);
    }
}

/// What doctor and vacuum ask of a lake is of the store, whatever the cache holds.
#[test]
fn a_lake_in_a_store_is_looked_at_and_swept_there() {
    let hosts = Hosts::new();
    let (one, september) = (hosts.lake("one"), slot("aws", 9));
    let first = publish(&one, &Snapshot::default(), &september, &[&["1"], &["2"]]).unwrap();
    let two = hosts.lake("two");
    two.may_write_there().unwrap();
    assert_eq!(two.damages(&first).unwrap(), []);
    let files: Vec<String> = two.list_files("cost").unwrap().into_iter().map(|file| file.path).collect();
    let named: Vec<String> = first.slots[&september].cost.iter().map(|file| file.path.clone()).collect();
    assert_eq!(files.len(), named.len());
    assert!(files.iter().all(|file| named.contains(file)), "{files:?}");
    // It goes from the store and from the cache of who takes it away; the other cache has it and does not count.
    let gone = &first.slots[&september].cost[0];
    two.file(gone).unwrap();
    two.remove(&gone.path).unwrap();
    two.remove(&gone.path).unwrap();
    assert!(hosts.object(&gone.path).is_none() && !hosts.cache("two").join(&gone.path).exists());
    assert!(hosts.cache("one").join(&gone.path).exists());
    for lake in [&one, &two] {
        let damages = lake.damages(&first).unwrap();
        assert_eq!((damages.len(), &damages[0].path, damages[0].found), (1, &gone.path, None));
    }
    // A delivery goes with its parts, which have other names in the cache.
    hosts.put("lake/landed/aws/id/aa.parquet", b"1234");
    hosts.put("lake/landed/aws/id/delivery.json", b"{}");
    for name in ["part-1.parquet", "delivery.json"] {
        let path = hosts.cache("two").join("landed/aws/id").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "1234").unwrap();
    }
    let landed = two.list_files("landed").unwrap();
    assert_eq!(landed.iter().map(|file| file.size).collect::<Vec<_>>(), [4, 2]);
    for file in landed.iter().rev() {
        two.remove(&file.path).unwrap();
    }
    assert!(two.list_files("landed").unwrap().is_empty() && !hosts.cache("two").join("landed/aws").exists());
    for path in ["ledger/00000001.json", "cost/_delta_log/00000000000000000000.json", "derived/2026-09.json"] {
        assert!(matches!(two.remove(path), Err(crate::Error::Bug(_))), "{path}");
    }
}

/// Of derived tables those count that the object beside them names, and nothing else is told of them.
#[test]
fn derived_tables_that_were_replaced_in_a_store_are_known() {
    let hosts = Hosts::new();
    let (lake, month) = (hosts.lake("one"), "2026-09".parse().unwrap());
    let rows = |value: i64| {
        let column = Column::new("x".into(), [value]);
        polars::prelude::DataFrame::new(1, vec![column]).unwrap()
    };
    for (version, value) in [(0, 1), (1, 2)] {
        lake.put_derived(month, Some(version), &[("finding", rows(value))]).unwrap();
    }
    let all: Vec<String> = lake.list_files("derived").unwrap().into_iter().map(|file| file.path).collect();
    let count = lake.derived_that_count().unwrap();
    assert_eq!((all.len(), count.len()), (3, 2), "{all:?}");
    let replaced: Vec<&String> = all.iter().filter(|path| !count.contains(*path)).collect();
    lake.remove(replaced[0]).unwrap();
    let read = hosts.lake("two").derived(month, "finding", rows(0).schema()).unwrap().unwrap();
    assert_eq!(collect(read).unwrap(), rows(2));
}

#[test]
fn what_is_read_is_fetched_and_nothing_else() {
    let hosts = Hosts::new();
    let (one, september) = (hosts.lake("one"), slot("aws", 9));
    let first = publish(&one, &Snapshot::default(), &september, &[&["1"]]).unwrap();
    let two = hosts.lake("two");
    let snapshot = two.snapshot().unwrap();
    let here = |folder: &str| hosts.cache("two").join(folder).exists();
    assert!(!here("cost/x_SourceId=aws") && !here("rollup"));
    collect(snapshot.rollup(&two, "cost_daily", &frame::schema()).unwrap()).unwrap();
    assert!(!here("cost/x_SourceId=aws") && here("rollup"));
    assert_eq!(sums(&two, &snapshot), ["aws 2026-09 1 1"]);
    // What was fetched is the file, or the lake says that it is not.
    let name = first.slots[&september].cost[0].path.clone();
    let mut damaged = hosts.object(&name).unwrap();
    damaged[9] ^= 1;
    hosts.put(&format!("lake/{name}"), &damaged);
    let error = hosts.lake("three").file(&first.slots[&september].cost[0]).unwrap_err();
    assert!(error.problem().what.contains("do not match their hash"), "{error}");
    assert_eq!(error.problem().place, format!("s3://bucket/lake/{name}"));
}

#[test]
fn a_slot_has_one_winner_and_other_slots_land_beside_each_other() {
    let hosts = Hosts::new();
    let (ours, theirs, september) = (hosts.lake("ours"), hosts.lake("theirs"), slot("aws", 9));
    for expected in 0..2 {
        let base = ours.snapshot().unwrap();
        publish(&theirs, &base, &september, &[&[["1", "2"][expected]]]).unwrap();
        let error = publish(&ours, &base, &september, &[&["9"]]).unwrap_err();
        assert!(error.problem().what.contains(&format!("as version {expected} ")), "{error}");
    }
    let base = ours.snapshot().unwrap();
    publish(&theirs, &base, &slot("focus", 9), &[&["1"]]).unwrap();
    let landed = publish(&ours, &base, &slot("aws", 10), &[&["2"]]).unwrap();
    assert_eq!(landed.version, Some(3));
    assert_eq!(sums(&ours, &landed), ["aws 2026-09 1 2", "aws 2026-10 1 2", "focus 2026-09 1 1"]);
}

#[test]
fn a_race_on_a_store_loses_nothing() {
    let hosts = Hosts::new();
    hosts.lake("first");
    std::thread::scope(|scope| {
        for source in ["a", "b", "c"] {
            let hosts = &hosts;
            scope.spawn(move || {
                let lake = hosts.lake(source);
                for month in 1..=4 {
                    publish(&lake, &lake.snapshot().unwrap(), &slot(source, month), &[&["1"]]).unwrap();
                }
            });
        }
    });
    let lake = hosts.lake("last");
    let snapshot = lake.snapshot().unwrap();
    assert_eq!((snapshot.version, sums(&lake, &snapshot).len()), (Some(11), 12));
    assert!(hosts.object("cost/_delta_log/00000000000000000010.checkpoint.parquet").is_some());
    assert_eq!((lake.history().unwrap().len(), lake.snapshot_at(0).unwrap().slots.len()), (12, 1));
}

#[test]
fn a_path_of_other_things_is_no_lake_and_a_folder_of_other_things_no_cache() {
    let hosts = Hosts::new();
    hosts.put("taken/file", b"x");
    let told = |lake: crate::Result<Lake>| lake.err().unwrap().to_string();
    let error = told(hosts.open("a", "taken"));
    assert!(error.contains("s3://bucket/taken: this is no lake") && error.contains("`file`"), "{error}");
    hosts.put("copied/lake.json", b"{\"format_version\":1}\n");
    let error = told(hosts.open("a", "copied"));
    assert!(error.contains("copied from a folder"), "{error}");
    hosts.put("newer/lake.json", b"{\"format_version\":7,\"id\":\"x\"}\n");
    assert!(told(hosts.open("a", "newer")).contains("format 7"));

    fs::create_dir_all(hosts.cache("mine")).unwrap();
    fs::write(hosts.cache("mine").join("notes"), "x").unwrap();
    let error = told(hosts.open("mine", "lake"));
    assert!(error.contains("holds other things, as `notes`") && error.contains("`cache`"), "{error}");
    Lake::open(&hosts.cache("folder")).unwrap();
    let error = told(hosts.open("folder", "lake"));
    assert!(error.contains("a lake of its own"), "{error}");
    hosts.open("b", "lake").unwrap();
    let error = told(Lake::open(&hosts.cache("b")));
    assert!(error.contains("the cache of a lake in a store"), "{error}");
}

#[test]
fn the_cache_of_a_lake_that_was_made_anew_is_emptied() {
    let hosts = Hosts::new();
    let lake = hosts.lake("one");
    publish(&lake, &Snapshot::default(), &slot("aws", 9), &[&["1"]]).unwrap();
    let other = Hosts { store: Arc::new(InMemory::new()), caches: hosts.caches };
    let lake = other.lake("one");
    assert_eq!(lake.snapshot().unwrap(), Snapshot::default());
    assert!(!other.cache("one").join("cost").exists() && !other.cache("one").join("publication").exists());
    assert!(lake.history().unwrap().is_empty());
}

fn derived(values: &[i64]) -> DataFrame {
    DataFrame::new(values.len(), vec![Column::from(Series::new("x".into(), values))]).unwrap()
}

fn derived_of(lake: &Lake, month: BillingMonth, table: &str) -> Option<DataFrame> {
    let schema: Schema = derived(&[]).schema().as_ref().clone();
    lake.derived(month, table, &schema).unwrap().map(|frame| collect(frame).unwrap())
}

/// The loser of a race is the one whose tables are of the older version, whenever it comes.
#[test]
fn derived_tables_of_an_older_version_do_not_replace_newer_ones() {
    let hosts = Hosts::new();
    let month = BillingMonth::new(2026, 10).unwrap();
    let put = |host: &str, version, values: &[i64]| {
        hosts.lake(host).put_derived(month, Some(version), &[("a", derived(values)), ("b", derived(&[0]))]).unwrap();
    };
    assert_eq!(derived_of(&hosts.lake("one"), month, "a"), None);
    put("one", 4, &[4]);
    put("two", 6, &[6]);
    put("one", 5, &[5]);
    for host in ["one", "two", "three"] {
        assert_eq!(derived_of(&hosts.lake(host), month, "a"), Some(derived(&[6])), "{host}");
    }
    // Of one version the last counts: another day, other suppressions.
    put("one", 6, &[7]);
    assert_eq!(derived_of(&hosts.lake("two"), month, "a"), Some(derived(&[7])));
    // The same tables of a newer version are that version's: those of one between do not replace them.
    put("two", 8, &[7]);
    put("one", 7, &[1]);
    assert_eq!(derived_of(&hosts.lake("three"), month, "a"), Some(derived(&[7])));
    let lake = hosts.lake("one");
    lake.put_derived(month, Some(9), &[("a", derived(&[9]))]).unwrap();
    assert_eq!((derived_of(&lake, month, "a"), derived_of(&lake, month, "b")), (Some(derived(&[9])), None));
}

fn landed(lake: &Lake, text: &str) -> LandedDelivery {
    let folder = lake.landed_folder("aws", "d1").unwrap();
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("part.parquet"), text).unwrap();
    let part = LandedPart {
        name: "part.parquet".into(),
        month: BillingMonth::new(2026, 9).unwrap(),
        file: "f".into(),
        rows: 1,
        size: text.len() as u64,
        sha256: bytes_hash(text.as_bytes()),
    };
    let json = serde_json::json!({
        "id": "d1", "source": "aws", "format": "focus", "kind": DeliveryKind::WholePeriod, "months": ["2026-09"],
        "basis": "gross", "origin": text, "files": [], "parts": [part], "columns": [], "native": {}, "strays": {},
        "residuals": {}, "drift": [], "kinds": {},
    });
    fs::write(folder.join("delivery.json"), json.to_string()).unwrap();
    let landed: LandedDelivery = serde_json::from_value(json).unwrap();
    LandedDelivery { folder, ..landed }
}

#[test]
fn a_landed_delivery_is_there_for_others_once_its_last_file_is() {
    let hosts = Hosts::new();
    let one = hosts.lake("one");
    let first = landed(&one, "first");
    one.keep_landed(&first).unwrap();
    let two = hosts.lake("two");
    let folder = two.landed_folder("aws", "d1").unwrap();
    assert!(folder.join("delivery.json").is_file() && !folder.join("part.parquet").exists());
    let there = LandedDelivery { folder: folder.clone(), ..first.clone() };
    two.fetch_parts(&there, there.parts.iter()).unwrap();
    assert_eq!(fs::read_to_string(folder.join("part.parquet")).unwrap(), "first");
    // Landed again, with other parts of the same names: what is here of the old ones goes.
    let again = landed(&one, "again");
    one.keep_landed(&again).unwrap();
    let two = hosts.lake("two");
    let folder = two.landed_folder("aws", "d1").unwrap();
    assert!(!folder.join("part.parquet").exists());
    let there = LandedDelivery { folder: folder.clone(), ..again };
    two.fetch_parts(&there, there.parts.iter()).unwrap();
    assert_eq!(fs::read_to_string(folder.join("part.parquet")).unwrap(), "again");
}

#[test]
fn small_files_are_those_of_the_store() {
    let hosts = Hosts::new();
    let (one, two) = (hosts.lake("one"), hosts.lake("two"));
    assert_eq!((one.read("shadow/s/2026-09.json").unwrap(), one.names("shadow/s").unwrap()), (None, vec![]));
    one.put("shadow/s/2026-09.json", b"1").unwrap();
    two.put("shadow/s/2026-09.json", b"2").unwrap();
    assert_eq!(one.read("shadow/s/2026-09.json").unwrap().as_deref(), Some(&b"2"[..]));
    assert_eq!(one.names("shadow/s").unwrap(), ["2026-09.json"]);
}

/// Answers and the index of what was measured; what an export fetched stays where it is.
#[test]
fn what_one_host_was_answered_another_has_too() {
    let hosts = Hosts::new();
    let (one, two) = (hosts.lake("one"), hosts.lake("two"));
    let write = |lake: &Lake, name: &str, text: &str| {
        let path = lake.here(&format!("answers/costs/{name}"));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let has = |lake: &Lake, name: &str| std::fs::read_to_string(lake.here(&format!("answers/costs/{name}"))).ok();
    one.answers_folder("costs").unwrap();
    for name in
        ["2026-11-01/a.json", "2026-11-02/a.json", "use/index.json", "use/x.csv.gz", "export/fetched/y", "use/tmp/z"]
    {
        write(&one, name, "30");
    }
    one.share_answers("costs").unwrap();
    two.answers_folder("costs").unwrap();
    for (name, expected) in
        [("2026-11-02/a.json", true), ("use/x.csv.gz", true), ("export/fetched/y", false), ("use/tmp/z", false)]
    {
        assert_eq!(has(&two, name), expected.then(|| "30".to_string()), "{name}");
    }
    // Asked anew on the same day, of the same length; and what is too old is taken away.
    write(&two, "2026-11-02/a.json", "31");
    write(&two, "use/index.json", "32");
    std::fs::remove_file(two.here("answers/costs/2026-11-01/a.json")).unwrap();
    two.share_answers("costs").unwrap();
    one.answers_folder("costs").unwrap();
    let now =
        ["2026-11-01/a.json", "2026-11-02/a.json", "use/index.json", "export/fetched/y"].map(|name| has(&one, name));
    assert_eq!(now, [None, Some("31".into()), Some("32".into()), Some("30".into())]);
    assert_eq!(hosts.object("answers/costs/2026-11-01/a.json"), None);
}
