//! Files handed out to a store in memory: what is written, and what is left alone.

use super::bucket::Bucket;
use super::send::{Item, Sent, send};
use super::target::Target;
use crate::focus::{StoreAddress, StoreKind};
use futures_util::TryStreamExt;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use std::sync::Arc;

fn address() -> StoreAddress {
    StoreAddress {
        kind: StoreKind::S3,
        bucket: "pages".into(),
        prefix: "finance/cloud".into(),
        account: None,
        endpoint: None,
        region: None,
        profile: None,
        role: None,
        credential_file: None,
        allow_http: false,
        parallel_fetches: 1,
    }
}

fn item(path: &str, rank: u8, text: &'static str) -> Item<'static> {
    let bytes = Box::new(move || Ok(text.as_bytes().to_vec()));
    Item { path: path.into(), rank, sha256: format!("hash of {text}"), size: text.len() as u64, bytes }
}

fn sent(target: &dyn Target, items: &[Item]) -> (crate::Result<()>, Sent) {
    let mut sent = Sent::default();
    (send(target, items, &|_| false, &mut sent), sent)
}

fn wait<F: Future>(work: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work)
}

fn keys(store: &InMemory) -> Vec<String> {
    let listed: Vec<_> = wait(store.list(None).try_collect()).unwrap();
    let mut keys: Vec<String> = listed.into_iter().map(|meta| meta.location.to_string()).collect();
    keys.sort();
    keys
}

#[test]
fn a_store_gets_what_changed_below_its_prefix() {
    let store = Arc::new(InMemory::new());
    let bucket = Bucket::over(&address(), store.clone());
    for theirs in ["finance/cloud/notes.txt", "finance/other/index.html", "index.html"] {
        wait(store.put(&Path::from(theirs), "theirs".into())).unwrap();
    }
    let first = [item("2026-10/a.csv", 0, "1"), item("2026-10/a.html", 1, "page"), item("index.html", 3, "front")];
    let (done, what) = sent(&bucket, &first);
    done.unwrap();
    assert_eq!(what, Sent { written: 3, unchanged: 0, removed: 0, bytes: 10 });
    let (done, what) = sent(&bucket, &first);
    done.unwrap();
    assert_eq!(what, Sent { written: 0, unchanged: 3, removed: 0, bytes: 0 });

    // Written over by somebody else with as many bytes: the etag tells.
    wait(store.put(&Path::from("finance/cloud/2026-10/a.csv"), "9".into())).unwrap();
    let second = [item("2026-10/a.csv", 0, "1"), item("index.html", 3, "front!")];
    let (done, what) = sent(&bucket, &second);
    done.unwrap();
    assert_eq!(what, Sent { written: 2, unchanged: 0, removed: 1, bytes: 7 });
    let expected = [
        "finance/cloud/.costmill-delivered.json",
        "finance/cloud/2026-10/a.csv",
        "finance/cloud/index.html",
        "finance/cloud/notes.txt",
        "finance/other/index.html",
        "index.html",
    ];
    assert_eq!(keys(&store), expected);

    let (done, what) = sent(&bucket, &[item("notes.txt", 0, "ours")]);
    let error = done.unwrap_err().to_string();
    assert!(error.contains("s3://pages/finance/cloud/notes.txt: stands there and was not delivered"), "{error}");
    assert_eq!((what, keys(&store)), (Sent::default(), expected.map(str::to_string).to_vec()));
}

#[cfg(unix)]
#[test]
fn links_that_lead_upwards_end_and_nothing_goes_through_one() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["up", "2026-10"] {
        std::os::unix::fs::symlink("..", folder.path().join(name)).unwrap();
    }
    let target = super::target::open(folder.path(), None).unwrap();
    let (done, _) = sent(target.as_ref(), &[item("a/b.csv", 0, "1")]);
    done.unwrap();
    assert_eq!(target.standing().unwrap().into_keys().collect::<Vec<_>>(), ["a/b.csv"]);
    let (done, _) = sent(target.as_ref(), &[item("a/b.csv", 0, "1"), item("2026-10/b.csv", 0, "1")]);
    let error = done.unwrap_err().to_string();
    assert!(error.contains("2026-10: is a link to a folder"), "{error}");
}

/// A list of a newer costmill is not taken for none: its files would be somebody else's.
#[test]
fn a_list_that_does_not_read_delivers_nothing() {
    for (text, told) in [("{", "does not read"), ("{\"format\":9,\"files\":{}}", "has format 9")] {
        let store = Arc::new(InMemory::new());
        let bucket = Bucket::over(&address(), store.clone());
        wait(store.put(&Path::from("finance/cloud/.costmill-delivered.json"), text.into())).unwrap();
        let (done, _) = sent(&bucket, &[item("index.html", 3, "front")]);
        let error = done.unwrap_err().to_string();
        assert!(error.contains(told), "{error}");
        assert_eq!(keys(&store).len(), 1);
    }
}

/// An error in the middle: what stands by then is known, and the next call writes the rest.
#[test]
fn what_stood_before_an_error_is_not_written_again() {
    let store = Arc::new(InMemory::new());
    let bucket = Bucket::over(&address(), store);
    let mut items = [item("a.csv", 0, "1"), item("a.html", 1, "page")];
    items[1].bytes = Box::new(|| Err(crate::Error::lake("out/a.html", "is gone", "run again")));
    let (done, what) = sent(&bucket, &items);
    assert!(done.is_err());
    assert_eq!((what.written, what.unchanged), (1, 0));
    let (done, what) = sent(&bucket, &[item("a.csv", 0, "1"), item("a.html", 1, "page")]);
    done.unwrap();
    assert_eq!((what.written, what.unchanged), (1, 1));
}
