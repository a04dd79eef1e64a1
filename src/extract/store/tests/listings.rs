//! Listings through every fault: a page that breaks off, comes twice, is too large, or is nonsense.

use super::*;

/// Five files, two to a page, and faults of the pages to come.
fn opened(kind: StoreKind, faults: impl IntoIterator<Item = Fault>) -> (Server, Result<Store>, TempDir) {
    let (server, folder) = (Server::start(kind), tempfile::tempdir().unwrap());
    (1..=5).for_each(|number| server.put(&format!("cur/{number}.csv"), stored(number.to_string())));
    server.in_pages(2);
    server.misbehave_listing(faults);
    let store = open(&server, folder.path());
    (server, store, folder)
}

const PAGES: [&str; 3] = ["LIST cur/", "LIST cur/ from 2", "LIST cur/ from 4"];

#[test]
fn a_listing_of_several_pages_is_one() {
    each(|kind| {
        let (server, store, _folder) = opened(kind, []);
        assert_eq!(store.unwrap().files.keys().collect::<Vec<_>>(), ["1.csv", "2.csv", "3.csv", "4.csv", "5.csv"]);
        assert_eq!(server.requests(), PAGES);
    });
}

#[test]
fn a_page_that_breaks_off_is_asked_for_again() {
    each(|kind| {
        for fault in [Fault::Truncated(20), Fault::Stalled(20), Fault::Reset(20), Fault::Stalled(0)] {
            let (server, store, _folder) = opened(kind, [Fault::Well, fault]);
            assert_eq!(store.unwrap().files.len(), 5);
            assert_eq!(server.requests(), [PAGES[0], PAGES[1], PAGES[1], PAGES[2]]);
        }
    });
}

#[test]
fn a_page_that_breaks_off_at_every_attempt_is_an_error() {
    each(|kind| {
        let (server, store, _folder) = opened(kind, (0..20).map(|_| Fault::Truncated(20)));
        let message = store.err().unwrap().to_string();
        assert!(message.contains(&format!("{}: cannot be listed", url(kind, "cur"))), "{message}");
        assert_eq!(server.requests().len(), 5, "once and four times more");
    });
}

#[test]
fn a_store_that_is_busy_is_asked_for_its_listing_again() {
    each(|kind| {
        let busy =
            |status, headers| Fault::Answer(status, headers, "<Error><Code>Busy</Code><Message>x</Message></Error>");
        let burst = [busy(500, vec![]), busy(503, vec![("retry-after", "2")]), busy(429, vec![]), busy(503, vec![])];
        let (server, store, _folder) = opened(kind, burst);
        assert_eq!(store.unwrap().files.len(), 5);
        assert_eq!(server.requests().len(), 7);
        let (_server, store, _folder) = opened(kind, (0..20).map(|_| busy(503, vec![])));
        let message = store.err().unwrap().to_string();
        assert!(message.contains("cannot be listed: the store answers 503 (Busy: x)"), "{message}");
        let (server, store, _folder) = opened(kind, [busy(429, vec![("retry-after", "3600")])]);
        let message = store.err().unwrap().to_string();
        assert!(message.contains("cannot be listed: the server asks to wait 3600 s"), "{message}");
        assert_eq!(server.requests().len(), 1);
    });
}

/// Without a look at the tokens this test does not end.
#[test]
fn a_page_token_that_repeats_ends_the_listing_with_an_error() {
    each(|kind| {
        let (server, folder) = (Server::start(kind), tempfile::tempdir().unwrap());
        server.put("cur/1.csv", stored("1"));
        server.repeats();
        let message = open(&server, folder.path()).err().unwrap().to_string();
        let what = "cannot be listed: the store gives the same page of its listing again";
        assert!(message.contains(&format!("{}: {what}", url(kind, "cur"))), "{message}");
        assert_eq!(server.requests().len(), 2);
    });
}

/// A page without an end is not read to it: tests allow 1 MiB.
#[test]
fn a_huge_page_is_refused_before_it_fills_the_memory() {
    each(|kind| {
        let (server, store, _folder) = opened(kind, [Fault::Endless(1 << 30)]);
        let message = store.err().unwrap().to_string();
        assert!(message.contains("a page of the listing has more than 1048576 bytes"), "{message}");
        assert_eq!(server.requests().len(), 1, "not asked for again");
    });
}

#[test]
fn a_listing_of_no_sense_is_told() {
    each(|kind| {
        for body in ["<ListBucketResult><Contents><Key>a", "{\"items\": []}", "", "<html>Sign in to the network</html>"]
        {
            let (server, store, _folder) = opened(kind, [Fault::Answer(200, vec![], body)]);
            let message = store.err().unwrap().to_string();
            assert!(message.contains(&format!("{}: cannot be listed", url(kind, "cur"))), "{body}: {message}");
            assert_eq!(server.requests().len(), 1, "not asked for again");
        }
    });
}

/// A bucket that seems empty for a moment costs no night's fetching.
#[test]
fn an_empty_listing_takes_nothing_away_of_what_is_known_and_fetched() {
    each(|kind| {
        let (server, folder) = (Server::start(kind), tempfile::tempdir().unwrap());
        server.put("cur/a.csv", stored("a"));
        let store = open(&server, folder.path()).unwrap();
        let hashes = store.hashes(&[export_file(&store, "a.csv")], &|_| ()).unwrap();
        let fetched = store.local(&store.root.join("a.csv"));
        let empty = match kind {
            StoreKind::Blob => "<EnumerationResults><Blobs/><NextMarker/></EnumerationResults>",
            _ => "<ListBucketResult/>",
        };
        server.misbehave_listing([Fault::Answer(200, vec![], empty)]);
        let none = open(&server, folder.path()).unwrap();
        assert!(none.files.is_empty() && !none.is_folder(&none.root) && fetched.is_file());
        let store = open(&server, folder.path()).unwrap();
        server.requests();
        assert_eq!(store.hashes(&[export_file(&store, "a.csv")], &|_| ()).unwrap(), hashes);
        assert!(server.requests().is_empty(), "fetched again");
    });
}

/// Blob Storage knows no such word: a page of it without a marker is the last one.
#[test]
fn a_page_that_goes_on_and_does_not_say_where_is_an_error() {
    let body = "<ListBucketResult><Contents><Key>cur/1.csv</Key><Size>1</Size><LastModified>2026-11-01T00:00:00.000Z\
                </LastModified></Contents><IsTruncated>true</IsTruncated></ListBucketResult>";
    for kind in [StoreKind::S3, StoreKind::Gcs] {
        let (_server, store, _folder) = opened(kind, [Fault::Answer(200, vec![], body)]);
        let message = store.err().unwrap().to_string();
        let what = "cannot be listed: the listing says that it goes on, and not where";
        assert!(message.contains(&format!("{}: {what}", url(kind, "cur"))), "{message}");
    }
}

/// Tests allow 20.
#[test]
fn a_listing_of_too_many_pages_is_left() {
    each(|kind| {
        let (server, folder) = (Server::start(kind), tempfile::tempdir().unwrap());
        (1..=30).for_each(|number| server.put(&format!("cur/{number:03}.csv"), stored("x")));
        server.in_pages(1);
        let message = open(&server, folder.path()).err().unwrap().to_string();
        let what = "cannot be listed: the listing goes on after 20 pages";
        assert!(message.contains(&format!("{}: {what}", url(kind, "cur"))), "{message}");
        assert_eq!(server.requests().len(), 20);
    });
}

#[test]
fn a_manifest_of_no_sense_is_told() {
    each(|kind| {
        for text in ["{\"reportKeys\": [", "[]", "\u{0}", "<html></html>"] {
            let (server, folder) = (Server::start(kind), tempfile::tempdir().unwrap());
            server.put(MANIFEST, stored(text));
            let found = exports(&server, folder.path()).find(None).unwrap();
            assert!(found.announced.is_empty(), "{found:?}");
            let message = found.refused[0].1.to_string();
            assert!(message.contains(&url(kind, MANIFEST)), "{message}");
        }
        let (server, folder) = (Server::start(kind), tempfile::tempdir().unwrap());
        server.put(MANIFEST, stored(vec![0xff, 0xfe]));
        let found = exports(&server, folder.path()).find(None).unwrap();
        assert!(found.refused[0].1.to_string().contains("is not UTF-8"), "{found:?}");
    });
}

/// Tests allow 50.
#[test]
fn a_bucket_of_everything_is_refused() {
    each(|kind| {
        let (server, folder) = (Server::start(kind), tempfile::tempdir().unwrap());
        (1..=50).for_each(|number| server.put(&format!("cur/{number:03}.csv"), stored("x")));
        assert_eq!(open(&server, folder.path()).unwrap().files.len(), 50);
        server.in_pages(10);
        (51..=100).for_each(|number| server.put(&format!("cur/{number:03}.csv"), stored("x")));
        server.requests();
        let message = open(&server, folder.path()).err().unwrap().to_string();
        assert!(message.contains(&format!("{}: holds more than 50 files", url(kind, "cur"))), "{message}");
        assert!(server.requests().len() < 10, "listed to its end");
    });
}
