//! Deliveries that are known, and those that change while they are read.

use super::*;

#[test]
fn what_is_known_is_not_asked_for_again() {
    each(|kind| {
        let (server, folder) = (Server::start(kind), tempfile::tempdir().unwrap());
        deliver(&server, &[("a/1.csv.gz", "one"), ("a/2.csv.gz", "two")]);
        let first = id(read(&mut exports(&server, folder.path())));
        assert_eq!(server.requests().len(), 4, "a listing, the manifest, two parts");

        let mut again = exports(&server, folder.path());
        let Read::Delivery(delivery) = read(&mut again) else { panic!() };
        assert_eq!(delivery.id, first);
        assert_eq!(server.requests(), ["LIST cur/"]);
        // Landed, its files go; the manifest and what is known of them stay.
        again.release(&delivery).unwrap();
        assert!(delivery.files.iter().all(|file| !file.path.exists()));
        assert_eq!(id(read(&mut exports(&server, folder.path()))), first);
        assert_eq!(server.requests(), ["LIST cur/"]);
        // Needed after all, they are fetched.
        let Read::Delivery(delivery) = again.fetch(delivery, &|_| ()).unwrap() else { panic!() };
        assert!(delivery.files.iter().all(|file| file.path.is_file()));
        assert_eq!(server.requests().len(), 2);

        // Of another delivery only what is new.
        deliver(&server, &[("a/1.csv.gz", "one"), ("b/2.csv.gz", "two and more")]);
        let other = id(read(&mut exports(&server, folder.path())));
        assert_ne!(other, first);
        assert_eq!(
            server.requests(),
            ["LIST cur/", &format!("GET {MANIFEST}"), "GET cur/20261001-20261101/b/2.csv.gz"]
        );
    });
}

#[test]
fn other_bytes_under_an_etag_that_was_read_are_refused() {
    each(|kind| {
        let (server, folder) = (Server::start(kind), tempfile::tempdir().unwrap());
        deliver(&server, &[("a/1.csv.gz", "one")]);
        let mut exports = exports(&server, folder.path());
        let Read::Delivery(delivery) = read(&mut exports) else { panic!() };
        exports.release(&delivery).unwrap();
        let key = "cur/20261001-20261101/a/1.csv.gz";
        server.put(key, Stored { tag: stored("one").tag, ..stored("two") });
        let Read::Refused((_, error)) = exports.fetch(delivery, &|_| ()).unwrap() else { panic!() };
        let message = error.to_string();
        assert!(message.contains(&format!("{}: has other bytes than when it was read", url(kind, key))), "{message}");
    });
}

#[test]
fn a_delivery_that_changes_while_it_is_read_is_read_again() {
    each(|kind| {
        let (server, folder) = (Server::start(kind), tempfile::tempdir().unwrap());
        deliver(&server, &[("a/1.csv.gz", "one")]);
        let mut changing = exports(&server, folder.path());
        let found = changing.find(None).unwrap();
        // Between list and get: the manifest names another part, and the old one is gone.
        server.remove("cur/20261001-20261101/a/1.csv.gz");
        deliver(&server, &[("b/1.csv.gz", "two")]);
        let later = id(changing.read(&found.announced[0], &|_| ()).unwrap());
        let fresh = tempfile::tempdir().unwrap();
        assert_eq!(later, id(read(&mut exports(&server, fresh.path()))));

        // Written over under the same name.
        let rewrite = |text: &'static str| {
            Fault::First(Arc::new(move |files| {
                files.insert("cur/20261001-20261101/b/1.csv.gz".into(), stored(text));
            }))
        };
        let folder = tempfile::tempdir().unwrap();
        let mut changing = exports(&server, folder.path());
        let found = changing.find(None).unwrap();
        server.misbehave([rewrite("three")]);
        let Read::Delivery(delivery) = changing.read(&found.announced[0], &|_| ()).unwrap() else { panic!() };
        assert_eq!(delivery.hashes, [sha(b"three")]);
        assert_eq!(std::fs::read(&delivery.files[0].path).unwrap(), b"three");
    });
}

#[test]
fn one_that_goes_on_changing_waits_and_one_that_is_gone_is_refused() {
    each(|kind| {
        let (server, folder) = (Server::start(kind), tempfile::tempdir().unwrap());
        deliver(&server, &[("a/1.csv.gz", "one")]);
        let mut changing = exports(&server, folder.path());
        let found = changing.find(None).unwrap();
        let rewrite = |text: &'static str| {
            Fault::First(Arc::new(move |files| {
                files.insert("cur/20261001-20261101/a/1.csv.gz".into(), stored(text));
            }))
        };
        server.misbehave([rewrite("2"), rewrite("3"), rewrite("4")]);
        let Read::Waits((months, error)) = changing.read(&found.announced[0], &|_| ()).unwrap() else { panic!() };
        assert_eq!(months, ["2026-10".parse::<BillingMonth>().unwrap()]);
        let message = error.to_string();
        assert!(
            message.contains(&format!("{}: was written again while", url(kind, "cur/20261001-20261101/a/1.csv.gz"))),
            "{message}"
        );

        let folder = tempfile::tempdir().unwrap();
        let mut vanishing = exports(&server, folder.path());
        let found = vanishing.find(None).unwrap();
        server.remove("cur/20261001-20261101/a/1.csv.gz");
        let Read::Refused((_, error)) = vanishing.read(&found.announced[0], &|_| ()).unwrap() else { panic!() };
        let message = error.to_string();
        assert!(
            message.contains(&format!("names reports/20261001-20261101/a/1.csv.gz, and {}", url(kind, "cur/"))),
            "{message}"
        );
    });
}

#[test]
fn a_manifest_that_is_written_while_it_is_looked_for_is_looked_for_again() {
    each(|kind| {
        let (server, folder) = (Server::start(kind), tempfile::tempdir().unwrap());
        deliver(&server, &[("a/1.csv.gz", "one")]);
        let mut exports = exports(&server, folder.path());
        let touch = |tag: &'static str| {
            Fault::First(Arc::new(move |files| {
                let manifest = files.get_mut(MANIFEST).unwrap();
                manifest.bytes.push(b' ');
                manifest.tag = tag.into();
            }))
        };
        server.misbehave([touch("\"1\""), touch("\"2\"")]);
        assert_eq!(exports.find(None).unwrap().announced.len(), 1);
        server.put(MANIFEST, Stored { tag: "\"0\"".into(), ..stored("{}") });
        exports.tree.refresh().unwrap();
        server.misbehave([touch("\"3\""), touch("\"4\""), touch("\"5\"")]);
        let found = exports.find(None).unwrap();
        assert_eq!((found.announced.len(), found.refused.len(), found.waiting.len()), (0, 0, 1), "{found:?}");
        let month = "2026-10".parse::<BillingMonth>().unwrap();
        assert_eq!(found.waiting[0].0, [month]);
    });
}

/// Two billing periods of one report, each of one part.
fn both(part: &str, text: &str) -> Vec<(String, Stored)> {
    let of = |(from, to): (&str, &str)| {
        let manifest = format!(
            "{{\"compression\":\"GZIP\",\"contentType\":\"text/csv\",\"billingPeriod\":{{\"start\":\"{from}T000000.000Z\",\
             \"end\":\"{to}T000000.000Z\"}},\"reportKeys\":[\"reports/{from}-{to}/{part}\"]}}"
        );
        let at = |name: &str| format!("cur/{from}-{to}/{name}");
        [(at("nightly-Manifest.json"), stored(manifest)), (at(part), stored(format!("{from} {text}")))]
    };
    [("20260901", "20261001"), ("20261001", "20261101")].into_iter().flat_map(of).collect()
}

/// As AWS and Azure do at the beginning of a month: the last period and the new one, together.
#[test]
fn deliveries_that_are_written_anew_together_are_read_anew_together() {
    each(|kind| {
        // In place, and with the old parts gone.
        for later in ["a/1.csv.gz", "b/1.csv.gz"] {
            let (server, folder) = (Server::start(kind), tempfile::tempdir().unwrap());
            both("a/1.csv.gz", "old").into_iter().for_each(|(key, file)| server.put(&key, file));
            let mut changing = exports(&server, folder.path());
            let found = changing.find(None).unwrap();
            server.misbehave([Fault::First(Arc::new(move |files| {
                files.clear();
                files.extend(both(later, "new"));
            }))]);
            for (announced, from) in found.announced.iter().zip(["20260901", "20261001"]) {
                let Read::Delivery(delivery) = changing.read(announced, &|_| ()).unwrap() else { panic!() };
                let text = format!("{from} new");
                assert_eq!(delivery.hashes, [sha(text.as_bytes())], "{later}");
                assert_eq!(std::fs::read_to_string(&delivery.files[0].path).unwrap(), text, "{later}");
            }
        }
    });
}

#[test]
fn one_that_is_known_and_changes_before_it_is_fetched_again_is_read_anew() {
    each(|kind| {
        let (server, folder) = (Server::start(kind), tempfile::tempdir().unwrap());
        let key = "cur/20261001-20261101/a/1.csv.gz";
        deliver(&server, &[("a/1.csv.gz", "one")]);
        let known = |exports: &mut Exports| {
            let Read::Delivery(delivery) = read(exports) else { panic!() };
            exports.release(&delivery).unwrap();
            delivery
        };
        let mut changing = exports(&server, folder.path());
        let delivery = known(&mut changing);
        server.put(key, stored("two"));
        let Read::Delivery(other) = changing.fetch(delivery.clone(), &|_| ()).unwrap() else { panic!() };
        assert_ne!(other.id, delivery.id);
        assert_eq!(std::fs::read(&other.files[0].path).unwrap(), b"two");

        let mut changing = exports(&server, folder.path());
        let delivery = known(&mut changing);
        let rewrite = |number: usize| {
            Fault::First(Arc::new(move |files| {
                files.insert(key.into(), stored(number.to_string()));
            }))
        };
        server.misbehave((0..12).map(rewrite));
        let Read::Waits((_, error)) = changing.fetch(delivery, &|_| ()).unwrap() else { panic!() };
        let message = error.to_string();
        assert!(message.contains(&format!("{}: was written again while", url(kind, key))), "{message}");
    });
}

/// No checksum says that what arrived is what lies there.
#[test]
fn a_delivery_that_cannot_be_read_is_fetched_anew_once() {
    each(|kind| {
        let (server, folder) = (Server::start(kind), tempfile::tempdir().unwrap());
        let key = "cur/20261001-20261101/a/1.csv.gz";
        deliver(&server, &[("a/1.csv.gz", "one")]);
        let get = format!("GET {key}");
        for (night, expected) in [("first", true), ("second", true), ("third", false)] {
            let mut exports = exports(&server, folder.path());
            let Read::Delivery(delivery) = read(&mut exports) else { panic!() };
            exports.doubt(&delivery).unwrap();
            assert_eq!(server.requests().contains(&get), expected, "{night}");
        }
    });
}

/// AWS writes the manifest last: a part that is newer than it is of the next delivery.
#[test]
fn a_delivery_that_is_half_written_over_waits_until_it_has_stood_still() {
    each(|kind| {
        let (server, folder) = (Server::start(kind), tempfile::tempdir().unwrap());
        let key = "cur/20261001-20261101/a/1.csv.gz";
        deliver(&server, &[("a/1.csv.gz", "one")]);
        let announced = |written: &'static str, now: Option<&'static str>| {
            server.put(key, Stored { written, ..stored("one") });
            now.into_iter().for_each(|now| server.clock(now));
            let found = exports(&server, folder.path()).find(None).unwrap();
            assert_eq!(found.announced.len() + found.waiting.len(), 1, "{found:?}");
            found.waiting.first().map(|(_, error)| error.to_string())
        };
        assert_eq!(announced("2026-11-02T12:00:00.000Z", None), None, "a store that does not tell the time");
        let now = Some("Mon, 02 Nov 2026 13:00:00 GMT");
        let waits = announced("2026-11-02T12:00:00.000Z", now).unwrap();
        let what = format!("{}: names {}, which was written after it", url(kind, MANIFEST), url(kind, key));
        assert!(waits.contains(&what), "{waits}");
        assert_eq!(announced("2026-11-02T10:00:00.000Z", now), None, "a copy, in another order");
        assert_eq!(announced("2026-11-01T00:00:30.000Z", Some("Sun, 01 Nov 2026 00:01:00 GMT")), None, "in one go");
    });
}
