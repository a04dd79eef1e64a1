//! Files of a store through every fault, and locations in a store beside the same ones in a folder.

mod deliveries;
mod disk;
mod documented;
mod listings;
mod refusals;
mod server;
mod taken_up;

use super::super::folder::Folder;
use super::super::{DeclaredSet, Exports, Read};
use super::*;
use crate::focus::{BillingMonth, StoreKind};
use crate::format;
use crate::store::Seen;
use object_store::ObjectStoreExt as _;
use object_store::memory::InMemory;
use server::{Fault, Server, Stored, stored};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Barrier, LazyLock};
use tempfile::TempDir;

const MANIFEST: &str = "cur/20261001-20261101/nightly-Manifest.json";

/// What holds of one store holds of each, unless a provider says otherwise.
const KINDS: [StoreKind; 3] = [StoreKind::S3, StoreKind::Blob, StoreKind::Gcs];

fn each(test: impl Fn(StoreKind)) {
    for kind in KINDS {
        // Shown where it fails.
        println!("{kind:?}");
        test(kind);
    }
}

/// A credential of each kind, in a file: no test looks into the environment.
static CREDENTIALS: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let key = include_str!("../../../../tests/fixtures/tls/service_account.key");
    let service = serde_json::json!({
        "type": "service_account", "client_email": "x@y.example", "private_key_id": "1", "private_key": key,
    });
    for (name, text) in [
        ("S3", "[default]\naws_access_key_id = AKPLANTED\naws_secret_access_key = HUSHHUSH\n".to_string()),
        ("Blob", "SFVTSEhVU0g=".to_string()),
        ("Gcs", service.to_string()),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
});

fn address(kind: StoreKind, endpoint: Option<&str>, prefix: &str) -> StoreAddress {
    let s3 = |text: &str| (kind == StoreKind::S3).then(|| text.to_string());
    StoreAddress {
        kind,
        bucket: "bills".into(),
        prefix: prefix.into(),
        account: (kind == StoreKind::Blob).then(|| "acc".to_string()),
        endpoint: endpoint.map(str::to_string),
        region: s3("us-east-1"),
        profile: s3("default"),
        role: None,
        credential_file: Some(CREDENTIALS.path().join(format!("{kind:?}"))),
        allow_http: true,
        parallel_fetches: 3,
    }
}

/// The URL of a key of the bucket, as messages have it.
fn url(kind: StoreKind, key: &str) -> String {
    let scheme = match kind {
        StoreKind::S3 => "s3",
        StoreKind::Blob => "az",
        StoreKind::Gcs => "gs",
    };
    format!("{scheme}://bills/{key}")
}

fn location(address: StoreAddress) -> Location {
    Location {
        source: "aws".into(),
        folder: address.to_string().into(),
        store: Some(address),
        dataset: None,
        file_sets: Vec::new(),
    }
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

fn door(server: &Server, runtime: &Runtime) -> Door {
    let address = address(server.kind, Some(&server.url), "cur");
    runtime.block_on(Door::open(&address, Patience::short())).unwrap()
}

fn open(server: &Server, fetched: &Path) -> Result<Store> {
    let (patience, runtime) = (Patience::short(), runtime());
    let address = address(server.kind, Some(&server.url), "cur");
    Store::over(door(server, &runtime), &address, &location(address.clone()), fetched, (runtime, patience))
}

fn bytes(len: usize) -> Vec<u8> {
    (0..len).map(|at| (at * 31 % 251) as u8).collect()
}

fn sha(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Fetches one file of a fresh location, with faults on the way.
struct Fetched {
    outcome: Result<Vec<String>>,
    requests: Vec<String>,
    advanced: u64,
    changed: Option<Error>,
}

fn fetch(kind: StoreKind, file: Stored, faults: impl IntoIterator<Item = Fault>) -> Fetched {
    let server = Server::start(kind);
    let folder = tempfile::tempdir().unwrap();
    server.put("cur/a.csv.gz", file);
    let store = open(&server, folder.path()).unwrap();
    server.misbehave(faults);
    server.requests();
    let advanced = AtomicU64::new(0);
    let files = [export_file(&store, "a.csv.gz")];
    let outcome = store.hashes(&files, &|bytes| {
        advanced.fetch_add(bytes, Ordering::SeqCst);
    });
    let changed = store.changed();
    Fetched { outcome, requests: server.requests(), advanced: advanced.into_inner(), changed }
}

fn export_file(store: &Store, key: &str) -> ExportFile {
    let path = store.root.join(key);
    let size = store.size(&path).unwrap();
    ExportFile {
        key: key.into(),
        path: store.local(&path),
        size,
        dataset: String::new(),
        rows: None,
        rows_of_all: None,
    }
}

#[test]
fn a_body_that_breaks_off_is_taken_up_where_it_did() {
    each(|kind| {
        let all = bytes(300_000);
        for fault in [Fault::Truncated, Fault::Reset, Fault::Stalled] {
            let fetched = fetch(kind, stored(all.clone()), [fault(100_000), fault(70_000)]);
            assert_eq!(fetched.outcome.unwrap(), [sha(&all)]);
            assert_eq!(fetched.requests.first().map(String::as_str), Some("GET cur/a.csv.gz"));
            let later: Vec<usize> = fetched.requests[1..]
                .iter()
                .map(|line| line.rsplit_once("from ").unwrap().1.parse().unwrap())
                .collect();
            assert!(later.len() >= 2 && later.is_sorted() && later[0] > 0, "{later:?}");
            assert_eq!(fetched.advanced, 300_000);
        }
    });
}

#[test]
fn a_server_that_is_busy_is_asked_again_after_the_time_that_it_names() {
    each(|kind| {
        let busy = |headers: Vec<(&'static str, &'static str)>| {
            Fault::Answer(
                503,
                headers,
                "<Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>",
            )
        };
        let all = bytes(1000);
        let faults =
            [busy(vec![]), busy(vec![("retry-after", "3")]), Fault::Answer(429, vec![("retry-after", "1")], "")];
        let fetched = fetch(kind, stored(all.clone()), faults);
        assert_eq!(fetched.outcome.unwrap(), [sha(&all)]);
        assert_eq!(fetched.requests.len(), 4);

        let fetched = fetch(kind, stored(all.clone()), [busy(vec![("retry-after", "3600")])]);
        let message = fetched.outcome.unwrap_err().to_string();
        assert!(
            message.contains(&format!("{}: cannot be read: the server asks to wait 3600 s", url(kind, "cur/a.csv.gz"))),
            "{message}"
        );
        assert_eq!(fetched.requests.len(), 1, "not asked again before that");

        let fetched = fetch(kind, stored(all), (0..20).map(|_| busy(vec![])));
        let message = fetched.outcome.unwrap_err().to_string();
        assert!(message.contains("the store answers 503 (SlowDown: Reduce your request rate.)"), "{message}");
        assert_eq!(fetched.requests.len(), 5, "once and four times more");
    });
}

/// The client below followed it: with the session's token of S3, and with a SAS in the Referer.
#[test]
fn a_store_that_sends_elsewhere_is_refused_and_nothing_is_sent_there() {
    each(|kind| {
        let elsewhere = Server::start(kind);
        let to: &'static str = format!("{}/x", elsewhere.url.replace("127.0.0.1", "localhost")).leak();
        for status in [302, 307] {
            let fetched = fetch(kind, stored(bytes(9)), [Fault::Answer(status, vec![("location", to)], "")]);
            let message = fetched.outcome.unwrap_err().to_string();
            let expected = format!("the store answers {status}, which sends to another place: nothing was sent there");
            assert!(message.contains(&expected), "{message}");
            assert_eq!((fetched.requests.len(), elsewhere.requests().len()), (1, 0), "{status}");
        }
    });
}

#[test]
fn a_burst_of_answers_that_say_busy_is_sat_out() {
    each(|kind| {
        for status in [429, 500, 503] {
            let all = bytes(1000);
            let answer = || Fault::Answer(status, vec![], "<Error><Code>Busy</Code><Message>Later.</Message></Error>");
            let fetched = fetch(kind, stored(all.clone()), (0..4).map(|_| answer()));
            assert_eq!((fetched.outcome.unwrap(), fetched.requests.len()), (vec![sha(&all)], 5));
            let fetched = fetch(kind, stored(all), (0..20).map(|_| answer()));
            let message = fetched.outcome.unwrap_err().to_string();
            assert!(message.contains(&format!("the store answers {status} (Busy: Later.)")), "{message}");
            assert_eq!(fetched.requests.len(), 5, "once and four times more");
        }
    });
}

/// The hint is waited for, not only read.
#[test]
fn the_time_that_a_server_names_is_given() {
    each(|kind| {
        let server = Server::start(kind);
        server.put("cur/a", stored("x"));
        server.misbehave([
            Fault::Answer(503, vec![("retry-after", "2")], ""),
            Fault::Answer(429, vec![("x-ms-retry-after-ms", "900")], ""),
        ]);
        let (runtime, seen) = (runtime(), Seen::default());
        let objects = door(&server, &runtime).opened().objects;
        runtime.block_on(seen.during(objects.get(&"cur/a".into()))).unwrap();
        assert_eq!(seen.told().waited, [2, 1]);
        assert_eq!(seen.told().status, Some(200));
    });
}

#[test]
fn a_file_of_another_length_than_listed_has_changed() {
    each(|kind| {
        for length in [10, 5000] {
            let fetched = fetch(kind, stored(bytes(1000)), [Fault::Length(length)]);
            let message = fetched.outcome.unwrap_err().to_string();
            assert!(
                message.contains(&format!("{}: was written again while it was read", url(kind, "cur/a.csv.gz"))),
                "{message}"
            );
            assert!(fetched.changed.is_some());
        }
    });
}

#[test]
fn a_server_that_knows_no_ranges_gives_the_whole_again() {
    each(|kind| {
        let all = bytes(300_000);
        let fetched =
            fetch(kind, stored(all.clone()), [Fault::Truncated(100_000), Fault::Whole, Fault::Whole, Fault::Whole]);
        assert_eq!(fetched.outcome.unwrap(), [sha(&all)]);
    });
}

#[test]
fn bytes_that_do_not_hold_their_checksum_are_fetched_again_once() {
    each(|kind| {
        let all = bytes(100_000);
        use base64::Engine;
        use md5::Md5;
        let base64 = |bytes: &[u8]| base64::engine::general_purpose::STANDARD.encode(bytes);
        let mut right = stored(all.clone());
        right.headers.push(match kind {
            StoreKind::S3 => ("x-amz-checksum-sha256".into(), base64(&Sha256::digest(&all))),
            StoreKind::Blob => ("content-md5".into(), base64(&Md5::digest(&all))),
            StoreKind::Gcs => ("x-goog-hash".into(), format!("md5={}", base64(&Md5::digest(&all)))),
        });
        let fetched = fetch(kind, right.clone(), [Fault::Damaged(70_000)]);
        assert_eq!((fetched.outcome.unwrap(), fetched.requests.len()), (vec![sha(&all)], 2));
        let fetched = fetch(kind, right.clone(), [Fault::Damaged(7), Fault::Damaged(7)]);
        let message = fetched.outcome.unwrap_err().to_string();
        assert!(message.contains("arrived twice with other bytes than its checksum in the store says"), "{message}");
        // Resumed, the checksum is still that of the whole.
        let fetched = fetch(kind, right, [Fault::Truncated(70_000), Fault::Damaged(90_000)]);
        assert_eq!(fetched.outcome.unwrap(), [sha(&all)]);

        if kind != StoreKind::S3 {
            return;
        }
        // An etag that is an MD5 is one; one that only looks so is seen to be none.
        let mut file = stored(all.clone());
        file.tag = format!("\"{}\"", hex(&Md5::digest(&all)));
        let fetched = fetch(kind, file.clone(), [Fault::Damaged(7)]);
        assert_eq!((fetched.outcome.unwrap(), fetched.requests.len()), (vec![sha(&all)], 2));
        file.tag = format!("\"{}\"", hex(&Md5::digest(b"other")));
        let fetched = fetch(kind, file, []);
        assert_eq!((fetched.outcome.unwrap(), fetched.requests.len()), (vec![sha(&all)], 2));
    });
}

/// A report of one billing period: the manifest, and its parts.
fn deliver(server: &Server, parts: &[(&str, &str)]) {
    let keys: Vec<String> = parts.iter().map(|(name, _)| format!("\"reports/20261001-20261101/{name}\"")).collect();
    let manifest = format!(
        "{{\"compression\":\"GZIP\",\"contentType\":\"text/csv\",\"billingPeriod\":{{\"start\":\"20261001T000000.000Z\",\
         \"end\":\"20261101T000000.000Z\"}},\"reportKeys\":[{}]}}",
        keys.join(",")
    );
    server.put(MANIFEST, stored(manifest));
    for (name, text) in parts {
        server.put(&format!("cur/20261001-20261101/{name}"), stored(*text));
    }
}

fn exports(server: &Server, fetched: &Path) -> Exports {
    let format = format::find("aws-cur-legacy").unwrap();
    Exports {
        location: location(address(server.kind, Some(&server.url), "cur")),
        format,
        tree: Box::new(open(server, fetched).unwrap()),
        has_moved: false,
    }
}

/// Finds the one delivery and reads it.
fn read(exports: &mut Exports) -> Read {
    let found = exports.find(None).unwrap();
    assert_eq!(found.announced.len(), 1, "{found:?}");
    exports.read(&found.announced[0], &|_| ()).unwrap()
}

fn id(read: Read) -> String {
    match read {
        Read::Delivery(delivery) => delivery.id,
        other => panic!("{other:?}"),
    }
}

/// Three at once, as the source says: fewer would wait for each other for ever, and more are not seen.
#[test]
fn several_files_are_fetched_at_once_and_no_more_than_allowed() {
    each(|kind| {
        let (server, folder) = (Server::start(kind), tempfile::tempdir().unwrap());
        let keys: Vec<String> = (0..9).map(|number| format!("{number}.csv")).collect();
        keys.iter().for_each(|key| server.put(&format!("cur/{key}"), stored(key.as_str())));
        let store = open(&server, folder.path()).unwrap();
        let there = Arc::new(Barrier::new(3));
        server.misbehave((0..9).map(|_| Fault::Meets(there.clone())));
        let files: Vec<_> = keys.iter().map(|key| export_file(&store, key)).collect();
        let hashes = store.hashes(&files, &|_| ()).unwrap();
        assert_eq!(hashes, keys.iter().map(|key| sha(key.as_bytes())).collect::<Vec<_>>());
        assert_eq!(server.most_open(), 3);
    });
}

/// The same files in a folder and in a store: the same answers to all that layouts ask.
#[test]
fn a_store_is_a_folder_to_the_layouts() {
    let disk = tempfile::tempdir().unwrap();
    let names = ["a/b/one.csv", "a/two.csv.gz", "a/c=1/three.csv", "x[1].csv", "z.json", "a/b/d/four.csv"];
    let memory = Arc::new(InMemory::new());
    for name in names {
        let path = disk.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, name).unwrap();
        let at = ObjectPath::parse(format!("deep/er/{name}")).unwrap();
        runtime().block_on(memory.put(&at, name.as_bytes().to_vec().into())).unwrap();
    }
    // What makes a folder of a store look like one, and a neighbour whose name begins alike.
    for (at, text) in [("deep/er/a", ""), ("deep/erratic/x.csv", "x")] {
        runtime().block_on(memory.put(&at.into(), text.as_bytes().to_vec().into())).unwrap();
    }
    let fetched = tempfile::tempdir().unwrap();
    let (patience, address) = (Patience::short(), address(StoreKind::S3, None, "deep/er"));
    let door = Door::to(memory, patience);
    let store = Store::over(door, &address, &location(address.clone()), fetched.path(), (runtime(), patience));
    let store = store.unwrap();
    let shown = |root: &Path, paths: Vec<PathBuf>| -> Vec<String> {
        paths.iter().map(|path| path.strip_prefix(root).unwrap().display().to_string()).collect()
    };
    let both: [(&dyn Tree, &Path); 2] = [(&Folder, disk.path()), (&store, &store.root)];
    for folder in ["", "a", "a/b", "a/c=1"] {
        let [one, other] = both.map(|(tree, root)| {
            let (folders, files) = tree.entries(&root.join(folder)).unwrap();
            (shown(root, folders), shown(root, files), tree.is_folder(&root.join(folder)))
        });
        assert_eq!(one, other, "{folder}");
    }
    for pattern in ["*.csv", "a/*", "a/*/*.csv", "**/*.csv", "x[1].csv", "x[[]1].csv", "z.json", "none*", "a/b"] {
        let [one, other] = both.map(|(tree, root)| shown(root, tree.matching(root, pattern).unwrap().unwrap()));
        assert_eq!(one, other, "{pattern}");
    }
    for name in ["a/b/one.csv", "a/b", "none", "a/two.csv.gz"] {
        let [one, other] =
            both.map(|(tree, root)| tree.size(&root.join(name)).filter(|_| !tree.is_folder(&root.join(name))));
        assert_eq!(one, other, "{name}");
    }
    let [one, other] = both.map(|(tree, root)| tree.text(&root.join("a/b/one.csv")).unwrap());
    assert_eq!(one, other);
}

#[test]
fn declared_files_of_a_store_are_those_of_its_folder() {
    each(|kind| {
        let (server, fetched) = (Server::start(kind), tempfile::tempdir().unwrap());
        for name in ["b.csv", "a.csv", "other.txt"] {
            server.put(&format!("cur/{name}"), stored(name));
        }
        let set = DeclaredSet {
            months: vec!["2026-10".parse().unwrap()],
            range: None,
            dataset: None,
            files: vec!["*.csv".into()],
        };
        let mut exports = Exports {
            location: Location { file_sets: vec![set], ..location(address(kind, Some(&server.url), "cur")) },
            format: format::find("focus").unwrap(),
            tree: Box::new(open(&server, fetched.path()).unwrap()),
            has_moved: false,
        };
        let Read::Delivery(delivery) = read(&mut exports) else { panic!() };
        assert_eq!(delivery.files.iter().map(|file| file.key.as_str()).collect::<Vec<_>>(), ["a.csv", "b.csv"]);
        assert_eq!(delivery.hashes, [sha(b"a.csv"), sha(b"b.csv")]);
    });
}
