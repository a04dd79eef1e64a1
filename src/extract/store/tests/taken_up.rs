//! What is taken up of a file that broke off, and what is not; and when a store is not asked any more.

use super::*;

/// With each attempt it begins again, and so seems to gain bytes.
#[test]
fn a_server_that_knows_no_ranges_and_breaks_off_is_not_asked_for_ever() {
    each(|kind| {
        let faults = (0..100).map(|more| Fault::WholeTruncated(100_000 + more));
        let fetched = fetch(kind, stored(bytes(300_000)), faults);
        let message = fetched.outcome.unwrap_err().to_string();
        assert!(message.contains(&format!("{}: cannot be read", url(kind, "cur/a.csv.gz"))), "{message}");
        assert!(fetched.requests.len() < 20, "{:?}", fetched.requests);
    });
}

/// These stores tell no checksum, and the etag is the same: the length would fit.
#[test]
fn a_whole_file_is_not_spliced_into_its_middle() {
    each(|kind| {
        let all = bytes(300_000);
        let fetched = fetch(kind, stored(all.clone()), [Fault::Truncated(100_000), Fault::WholeTruncated(60_000)]);
        assert_eq!(fetched.outcome.unwrap(), [sha(&all)], "{:?}", fetched.requests);
    });
}

/// Of S3's kind alone: the others' clients ask for one.
#[test]
fn without_an_etag_nothing_is_taken_up() {
    let (server, folder) = (Server::start(StoreKind::S3), tempfile::tempdir().unwrap());
    let all = bytes(196_608);
    server.put("cur/a", Stored { tag: String::new(), ..stored(all.clone()) });
    for left in [70_000, all.len(), all.len() + 65_536] {
        let store = open(&server, folder.path()).unwrap();
        let mut part = part::Part::open(&store.local(&store.root.join("a"))).unwrap();
        part.restart().unwrap();
        part.expect(None).unwrap();
        part.write(&vec![7; left]).unwrap();
        drop(part);
        server.requests();
        assert_eq!(store.hashes(&[export_file(&store, "a")], &|_| ()).unwrap(), [sha(&all)], "{left}");
        assert_eq!(server.requests(), ["GET cur/a"]);
    }
    server.misbehave([Fault::Truncated(100_000)]);
    let store = open(&server, folder.path()).unwrap();
    server.requests();
    assert_eq!(store.hashes(&[export_file(&store, "a")], &|_| ()).unwrap(), [sha(&all)]);
    assert_eq!(server.requests(), ["GET cur/a", "GET cur/a"]);
}

/// Each file goes through all the repetitions: of three at once, not of nineteen, and not of the next delivery's.
#[test]
fn a_store_that_is_down_is_not_asked_for_every_file() {
    each(|kind| {
        let (server, folder) = (Server::start(kind), tempfile::tempdir().unwrap());
        let keys: Vec<String> = (0..20).map(|number| format!("{number:02}.csv")).collect();
        keys.iter().for_each(|key| server.put(&format!("cur/{key}"), stored(key.as_str())));
        let store = open(&server, folder.path()).unwrap();
        let files: Vec<_> = keys.iter().map(|key| export_file(&store, key)).collect();
        store.hashes(&files[..1], &|_| ()).unwrap();
        server.misbehave((0..200).map(|_| Fault::Answer(503, vec![], "")));
        server.requests();
        let message = store.hashes(&files[..19], &|_| ()).unwrap_err().to_string();
        assert!(
            message.contains(&format!("{}: cannot be read: the store answers 503", url(kind, "cur/01.csv"))),
            "{message}"
        );
        assert!(server.requests().len() <= 3 * 5);
        let other = store.hashes(&files[19..], &|_| ()).unwrap_err().to_string();
        assert_eq!(other, message);
        assert_eq!(store.hashes(&files[..1], &|_| ()).unwrap(), [sha(b"00.csv")], "known");
        assert!(store.changed().is_none());
    });
}
