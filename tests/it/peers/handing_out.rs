//! Pages delivered to stores: what stands there is what stands in the output folder, and it is written once.
//! fake-gcs-server answers 400 (invalid uploadType) to every upload of object_store's, so that no bucket of Cloud Storage is
//! written to here.

use super::super::bucket::{Bill, CONFIG};
use super::super::place::{Night, files};
use super::relay::Relay;
use super::servers::{ACCOUNT, ACCOUNT_KEY, Peer, installed, upload};
use super::{DAY, KEYS, SECRET, no_secret, project, run};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// A night from a folder, with pages to a store.
fn night(url: &str, endpoint: &str) -> Night {
    let deliver = format!("[[deliver]]\nto = \"{url}\"\nendpoint = \"{endpoint}\"\nallow_http = true\n");
    let night = Night::new(&format!("{CONFIG}{deliver}"));
    Bill::hand_worked().deliver(&night);
    night
}

/// What was asked for with each method since the last look.
fn methods(relay: &Relay) -> BTreeMap<String, usize> {
    let mut count = BTreeMap::new();
    for asked in relay.asked() {
        *count.entry(asked.method).or_default() += 1;
    }
    count
}

fn to_a_store(kind: &str, url: &str, (peer, relay): (&Peer, &Relay), environment: &[(&str, &str)]) {
    let Some(peers) = installed() else { return };
    // The container is there, and somebody else's file in it.
    let night = night(url, &relay.url);
    night.write("theirs/theirs.txt", "theirs");
    upload(&peers, &[kind, &peer.url, "pages", &night.path("theirs").to_string_lossy(), "finance/"]);
    let first = run(&night.path(""), environment).exits(0).says("delivered to ");
    let puts = methods(relay).get("PUT").copied().unwrap_or_default();
    let out: Vec<String> = files(night.path("out")).into_keys().filter(|name| !name.ends_with("index.json")).collect();
    // The files, and the list before and after them.
    assert_eq!(puts, out.len() + 2, "{out:?}");
    let second = run(&night.path(""), environment).exits(0);
    assert_eq!(methods(relay).get("PUT"), None, "nothing is written again");

    // Read back by the provider's own library.
    let there = download(&peers, kind, peer, &night.path("back"));
    let mut expected: BTreeMap<String, Vec<u8>> =
        files(night.path("out")).into_iter().filter(|(name, _)| out.contains(name)).collect();
    expected.insert("theirs.txt".into(), b"theirs".to_vec());
    assert_eq!(there.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    assert!(there == expected, "the bytes differ");

    // A period that is gone from the delivery is taken away, and nothing else.
    night.write("costmill.toml", night.read("costmill.toml").replace("[[deliver]]", "[[deliver]]\nperiods = \"open\""));
    night.costmill(&["close", "--period", "2026-09", "--as-of", DAY, "--by", "anna"]).exits(0);
    let third = run(&night.path(""), environment).exits(0).says("taken away");
    let left = download(&peers, kind, peer, &night.path("gone"));
    assert_eq!(left.keys().collect::<Vec<_>>(), ["theirs.txt"]);
    for outcome in [&first, &second, &third] {
        no_secret(&night.path(""), outcome, &[SECRET, ACCOUNT_KEY]);
    }
}

/// What stands below `finance/` of `pages`, but the list of what was delivered.
fn download(peers: &Path, kind: &str, peer: &Peer, to: &Path) -> BTreeMap<String, Vec<u8>> {
    let script = project("tests/peers/download.py");
    let mut command = Command::new(peers.join("venv/bin/python"));
    let output = command.arg(script).args([kind, &peer.url, "pages"]).arg(to).arg("finance/").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    files(to.to_path_buf()).into_iter().filter(|(name, _)| name != ".costmill-delivered.json").collect()
}

#[test]
fn pages_go_to_a_bucket_once() {
    let Some(peers) = installed() else { return };
    let moto = Peer::moto(&peers);
    let relay = Relay::to(&moto.url);
    to_a_store("s3", "s3://pages/finance", (&moto, &relay), &KEYS);
}

#[test]
fn pages_go_to_a_container_once() {
    let Some(peers) = installed() else { return };
    let azurite = Peer::azurite(&peers);
    let relay = Relay::to(&azurite.url);
    let account = [("AZURE_STORAGE_ACCOUNT_NAME", ACCOUNT), ("AZURE_STORAGE_ACCOUNT_KEY", ACCOUNT_KEY)];
    to_a_store("blob", "az://pages/finance", (&azurite, &relay), &account);
}

/// A bucket that is not there: told, in 3, and what was published stands.
#[test]
fn a_bucket_that_is_not_there_fails_the_delivery_alone() {
    let Some(peers) = installed() else { return };
    let moto = Peer::moto(&peers);
    let night = night("s3://nowhere/finance", &moto.url);
    let told = run(&night.path(""), &KEYS).exits(3).says("published version 0").complains("s3://nowhere/finance");
    no_secret(&night.path(""), &told, &[SECRET]);
}
