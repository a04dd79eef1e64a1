//! A disk that refuses, and what a run that died left on it.

use super::*;

/// The disk is everybody's problem: it ends the run, and is not told as the delivery's.
#[test]
fn a_disk_that_refuses_ends_the_run() {
    each(|kind| {
        let (server, folder) = (Server::start(kind), tempfile::tempdir().unwrap());
        deliver(&server, &[("a/1.csv.gz", "one")]);
        let mut exports = exports(&server, folder.path());
        let found = exports.find(None).unwrap();
        let in_the_way = found.announced[0].files[0].path.parent().unwrap();
        std::fs::write(in_the_way, "a file").unwrap();
        let error = exports.read(&found.announced[0], &|_| ()).unwrap_err();
        assert!(matches!(error, Error::Lake(_)), "{error}");
        let index = folder.path().join("index.json");
        server.put(MANIFEST, stored("{}"));
        exports.tree.refresh().unwrap();
        std::fs::remove_file(&index).unwrap();
        std::fs::create_dir(&index).unwrap();
        assert!(matches!(exports.find(None).unwrap_err(), Error::Lake(_)));
    });
}

#[test]
fn a_run_that_died_in_mid_file_goes_on_from_there() {
    each(|kind| {
        let (server, folder) = (Server::start(kind), tempfile::tempdir().unwrap());
        let all = bytes(300_000);
        server.put("cur/a", stored(all.clone()));
        let store = open(&server, folder.path()).unwrap();
        let target = store.local(&store.root.join("a"));
        let mut part = part::Part::open(&target).unwrap();
        part.expect(None).unwrap();
        part.write(&all[..150_000]).unwrap();
        drop((part, store));
        let store = open(&server, folder.path()).unwrap();
        server.requests();
        assert_eq!(store.hashes(&[export_file(&store, "a")], &|_| ()).unwrap(), [sha(&all)]);
        assert_eq!(server.requests(), ["GET cur/a from 131072"]);
        // Of a file that is another by now, nothing is taken up, and nothing stays.
        let mut part = part::Part::open(&target.with_file_name("b")).unwrap();
        part.write(&all[..70_000]).unwrap();
        server.put("cur/a", stored("new"));
        let store = open(&server, folder.path()).unwrap();
        assert_eq!(store.hashes(&[export_file(&store, "a")], &|_| ()).unwrap(), [sha(b"new")]);
        assert!(!target.parent().unwrap().exists());
    });
}
