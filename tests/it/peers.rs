//! Nights from object stores that others wrote, beside the same nights from folders.
//!
//! `make test-peers` installs the servers and sets COSTMILL_PEERS. Without it these tests are skipped, with this reason.

mod cost_explorer;
mod handing_out;
mod lakes;
mod management;
mod permissions;
mod readme;
mod relay;
mod servers;
mod usage;

use super::bucket::{Bill, PERIOD, gz, write_manifest};
use super::place::{Night, files};
use super::support::{Costmill, Outcome};
use relay::{Asked, Relay};
use servers::{ACCOUNT, ACCOUNT_KEY, Peer, installed, upload};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const AUGUST: &str = "20260801-20260901";
const DAY: &str = "2026-11-10";
/// Planted: no output, no file of the lake and no report may have it.
const SECRET: &str = "HUSH0000PLANTED0000NEVER0000SHOWN0000HUSH";

/// No credential but what a test gives; the chain asks nobody else.
const ALONE: [(&str, &str); 2] = [("AWS_EC2_METADATA_DISABLED", "true"), ("HOME", "/nonexistent")];
const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "AKOFTHEENVIRONMENT"), ("AWS_SECRET_ACCESS_KEY", SECRET)];

fn run(folder: &Path, environment: &[(&str, &str)]) -> Outcome {
    let call = Costmill::new().cwd(folder).args(["run", "--as-of", DAY]);
    ALONE.iter().chain(environment).fold(call, |call, (name, value)| call.env(name, *value)).run()
}

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Every row of `cost` but the names of its source files, sorted.
fn cost(folder: &Path) -> Vec<String> {
    let sql = "SELECT * EXCLUDE (x_SourceFile) FROM cost";
    let csv = Costmill::new().cwd(folder).args(["query", sql, "--format", "csv"]).run().exits(0).stdout;
    let mut rows: Vec<String> = csv.lines().map(str::to_string).collect();
    assert!(rows.len() > 1000, "{} rows", rows.len());
    rows.sort();
    rows
}

/// The sample's configuration and everything of it but the exports, which are elsewhere.
fn sample(locations: &[(&str, String)]) -> Night {
    let mut config = std::fs::read_to_string(project("sample-data/costmill.toml")).unwrap();
    for (written, location) in locations {
        let line = format!("location = \"{written}\"");
        assert!(config.contains(&line), "{line}");
        config = config.replace(&line, location);
    }
    let night = Night::new(&config);
    for (name, bytes) in files(project("sample-data")) {
        if name.starts_with("drivers/") || name.starts_with("utilisation/") || name == "accounts.csv" {
            night.write(&name, bytes);
        }
    }
    night
}

const EXPORTS: [&str; 3] =
    ["aws-cur-legacy/exports/nightly", "azure-cost-details/cost-exports", "gcp-detailed-usage/billing"];

/// The sample's three exports, each in the store of its provider.
#[test]
fn a_night_from_three_stores_is_the_night_from_folders() {
    let Some(peers) = installed() else { return };
    let at = |export: &str| project("sample-data").join(export).to_string_lossy().into_owned();
    let (moto, azurite, (gcs, before_gcs)) = (Peer::moto(&peers), Peer::azurite(&peers), Peer::fake_gcs(&peers));
    upload(&peers, &["s3", &moto.url, "bills", &at(EXPORTS[0]), "exports/nightly/"]);
    upload(&peers, &["blob", &azurite.url, "bills", &at(EXPORTS[1]), "cost-exports/"]);
    upload(&peers, &["gcs", &gcs.url, "bills", &at(EXPORTS[2]), "billing/"]);
    let relays = [Relay::to(&moto.url), Relay::to(&azurite.url), before_gcs];
    let stores: Vec<(&str, String)> = ["s3://bills/exports/nightly", "az://bills/cost-exports", "gs://bills/billing"]
        .iter()
        .zip(&relays)
        .zip(EXPORTS)
        .map(|((url, relay), export)| {
            (export, format!("location = \"{url}\"\nendpoint = \"{}\"\nallow_http = true", relay.url))
        })
        .collect();
    let night = sample(&stores);
    let environment =
        [KEYS[0], KEYS[1], ("AZURE_STORAGE_ACCOUNT_NAME", ACCOUNT), ("AZURE_STORAGE_ACCOUNT_KEY", ACCOUNT_KEY)];
    let first = run(&night.path(""), &environment).exits(0);
    let asked: Vec<Vec<Asked>> = relays.iter().map(Relay::asked).collect();
    for (asked, export) in asked.iter().zip(EXPORTS) {
        let count = asked.iter().filter(|asked| asked.is_for_a_file()).count();
        assert!(count > 3 && count <= files(project("sample-data").join(export)).len(), "{count} files of {export}");
    }

    let folders: Vec<(&str, String)> =
        EXPORTS.iter().map(|export| (*export, format!("location = \"{}\"", at(export)))).collect();
    let beside = sample(&folders);
    run(&beside.path(""), &[]).exits(0);
    assert_eq!(cost(&night.path("")), cost(&beside.path("")));
    let artifacts = |night: &Night| -> BTreeMap<String, Vec<u8>> { files(night.path("out")) };
    let (one, other) = (artifacts(&night), artifacts(&beside));
    assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
    let differs: Vec<_> = one.iter().filter(|(name, bytes)| other[*name] != **bytes).map(|(name, _)| name).collect();
    assert_eq!(differs, Vec::<&String>::new(), "artifacts of the stores' night that are not the folders'");

    // The second night asks what is there, and for nothing of it.
    let second = run(&night.path(""), &environment).exits(0).says("nothing new");
    for relay in &relays {
        let asked = relay.asked();
        assert!(!asked.is_empty());
        let again: Vec<_> = asked.iter().filter(|asked| asked.is_for_a_file()).collect();
        assert!(again.is_empty(), "{again:?}");
    }
    // Only manifests are kept of what was fetched.
    let kept = files(night.path("lake/fetched"));
    let kept: Vec<_> = kept.keys().filter(|name| !name.ends_with(".json")).collect();
    assert!(kept.is_empty(), "{kept:?}");
    for outcome in [&first, &second] {
        no_secret(&night.path(""), outcome, &[SECRET, ACCOUNT_KEY]);
    }
}

/// A small bill in a bucket, by `location` keys that a test adds to.
fn small(relay: &Relay, more: &str) -> Night {
    small_at(&relay.url, more)
}

fn small_at(url: &str, more: &str) -> Night {
    let config = format!(
        "catalogue = \"small\"\n\n[[source]]\nid = \"aws\"\nformat = \"aws-cur-legacy\"\nlocation = \"s3://bills/cur\"\n\
         endpoint = \"{}\"\nallow_http = true\n{more}\n[tags]\ncoverage_key = \"team\"\n",
        url
    );
    Night::new(&config)
}

/// Delivers a bill into a folder and the folder into the bucket.
fn deliver(peers: &Path, moto: &Peer, bill: &Bill, assembly: &str) {
    deliver_period(peers, moto, bill, PERIOD, assembly);
}

fn deliver_period(peers: &Path, moto: &Peer, bill: &Bill, period: &str, assembly: &str) {
    let folder = Night::new("");
    let name = |number: usize| format!("exports/nightly/{period}/{assembly}/nightly-{number:05}.csv.gz");
    let parts = bill.parts();
    for (at, part) in parts.iter().enumerate() {
        folder.write(&name(at + 1), gz(part, 6));
    }
    write_manifest(&folder, period, &(1..=parts.len()).map(name).collect::<Vec<_>>());
    upload(peers, &["s3", &moto.url, "bills", &folder.path("exports").to_string_lossy(), "cur/"]);
}

#[test]
fn a_redelivery_fetches_what_is_new_of_it() {
    let Some(peers) = installed() else { return };
    let moto = Peer::moto(&peers);
    let relay = Relay::to(&moto.url);
    let night = small(&relay, "");
    deliver(&peers, &moto, &Bill::hand_worked(), "first");
    run(&night.path(""), &KEYS).exits(0).says("published version");
    let first = relay.asked().iter().filter(|asked| asked.is_for_a_file()).count();
    // The same bytes in another assembly: fetched, found to be the same, and nothing is published.
    deliver(&peers, &moto, &Bill::hand_worked(), "second");
    run(&night.path(""), &KEYS).exits(0).says("nothing new");
    assert_eq!(relay.asked().iter().filter(|asked| asked.is_for_a_file()).count(), first);
    let paths =
        || -> Vec<String> { relay.asked().into_iter().filter(Asked::is_for_a_file).map(|asked| asked.path).collect() };
    // Another billing period: its files, and nothing of the first.
    deliver_period(&peers, &moto, &Bill::hand_worked().of_august(), AUGUST, "first");
    run(&night.path(""), &KEYS).exits(0).says("aws 2026-08");
    let august = paths();
    assert!(august.len() == 4 && august.iter().all(|path| path.contains(AUGUST)), "{august:?}");
    // Written over where it was, with other bytes in one part: the whole delivery, as the others are no longer here, and
    // not its manifest.
    let changed = Bill::hand_worked().set(1, "lineItem/UnblendedCost", "12.5");
    deliver(&peers, &moto, &changed, "second");
    run(&night.path(""), &KEYS).exits(0).says("published version");
    let mut parts = paths();
    parts.sort();
    let part = |number: usize| format!("/bills/cur/nightly/{PERIOD}/second/nightly-{number:05}.csv.gz");
    assert_eq!(parts, [1, 2, 3].map(part));
}

/// Written over at every look: the period waits, in status 3, and what is published of it stands.
#[test]
fn a_delivery_that_goes_on_changing_waits_and_what_is_published_stands() {
    let Some(peers) = installed() else { return };
    let moto = Peer::moto(&peers);
    let relay = Relay::to(&moto.url);
    let night = small(&relay, "");
    deliver(&peers, &moto, &Bill::hand_worked(), "first");
    run(&night.path(""), &KEYS).exits(0);
    let before = night.standing();
    let changed = |cost: usize| Bill::hand_worked().set(1, "lineItem/UnblendedCost", &format!("{cost}.5"));
    deliver(&peers, &moto, &changed(1), "second");
    let (folder, url, mut cost) = (peers.clone(), moto.url.clone(), 1);
    relay.first(move |asked| {
        if asked.path.ends_with("second/nightly-00001.csv.gz") {
            cost += 1;
            let part = Night::new("");
            part.write("second/nightly-00001.csv.gz", gz(&changed(cost).parts()[0], 6));
            let into = format!("cur/nightly/{PERIOD}/second/");
            upload(&folder, &["s3", &url, "bills", &part.path("second").to_string_lossy(), &into]);
        }
    });
    let outcome = run(&night.path(""), &KEYS).exits(3);
    outcome.complains(&format!(
        "error: source: s3://bills/cur/nightly/{PERIOD}/second/nightly-00001.csv.gz: was written again while it was read"
    ));
    night.still_stands(&before, "a period that waits");
    relay.first(|_| ());
    run(&night.path(""), &KEYS).exits(0).says("published version");
}

#[test]
fn a_run_that_is_killed_in_mid_file_goes_on_from_there() {
    let Some(peers) = installed() else { return };
    let moto = Peer::moto(&peers);
    let relay = Relay::to(&moto.url);
    let export = project("sample-data/aws-cur-legacy/exports/nightly/20261001-20261101");
    upload(&peers, &["s3", &moto.url, "bills", &export.to_string_lossy(), "cur/20261001-20261101/"]);
    let night = small(&relay, "parallel_fetches = 1");
    let killed = run(&night.path(""), &[KEYS[0], KEYS[1], ("COSTMILL_FAULT", "extract.in_mid_file")]);
    assert_eq!(killed.status, -1, "{}{}", killed.stdout, killed.stderr);
    relay.asked();
    run(&night.path(""), &KEYS).exits(0).says("published version");
    let ranges: Vec<String> = relay.asked().into_iter().filter_map(|asked| asked.range).collect();
    assert!(ranges.len() == 1 && ranges[0].starts_with("bytes=65536-"), "{ranges:?}");
    let beside = Night::new(
        "catalogue = \"small\"\n\n[[source]]\nid = \"aws\"\nformat = \"aws-cur-legacy\"\nlocation = \"exports\"\n\
         [tags]\ncoverage_key = \"team\"\n",
    );
    for (name, bytes) in files(export) {
        beside.write(&format!("exports/20261001-20261101/{name}"), bytes);
    }
    run(&beside.path(""), &[]).exits(0);
    assert_eq!(cost(&night.path("")), cost(&beside.path("")));
}

/// Each way of AWS's to a credential, seen by whose key signs the requests.
#[test]
fn the_chain_of_credentials_is_the_providers_own() {
    let Some(peers) = installed() else { return };
    let moto = Peer::moto(&peers);
    let relay = Relay::to(&moto.url);
    deliver(&peers, &moto, &Bill::hand_worked(), "first");
    let shared = Night::new("");
    shared.write(
        "config",
        "[default]\nregion = us-east-1\n[profile billing]\nregion = us-east-1\nrole_arn = arn:aws:iam::123456789012:role/r\n\
         source_profile = keys\n",
    );
    let keys = |id: &str| format!("[keys]\naws_access_key_id = {id}\naws_secret_access_key = {SECRET}\n");
    shared.write("credentials", keys("AKOFTHEPROFILE"));
    shared.write("other", keys("AKOFTHEFILE"));
    shared.write("token", SECRET);
    let path = |name: &str| shared.path(name).to_string_lossy().into_owned();
    let (config, credentials, token) = (path("config"), path("credentials"), path("token"));
    let files = [("AWS_CONFIG_FILE", config.as_str()), ("AWS_SHARED_CREDENTIALS_FILE", credentials.as_str())];
    let sts = ("AWS_ENDPOINT_URL", relay.url.as_str());
    let role = "arn:aws:iam::123456789012:role/r";
    let web =
        [("AWS_WEB_IDENTITY_TOKEN_FILE", token.as_str()), ("AWS_ROLE_ARN", role), ("AWS_REGION", "us-east-1"), sts];
    let of_file = format!("profile = \"keys\"\ncredential_file = \"{}\"", path("other"));
    for (what, keys, environment, signed_by) in [
        ("environment", "", KEYS.to_vec(), "AKOFTHEENVIRONMENT"),
        ("profile", "profile = \"keys\"", [&files[..], &KEYS].concat(), "AKOFTHEPROFILE"),
        ("role of a profile", "profile = \"billing\"", [&files[..], &[sts]].concat(), "ASIA"),
        (
            "assumed role",
            &format!("assume_role = \"{role}\"\nregion = \"us-east-1\""),
            [&KEYS[..], &[sts]].concat(),
            "ASIA",
        ),
        ("web identity", "", web.to_vec(), "ASIA"),
        ("file", &of_file, KEYS.to_vec(), "AKOFTHEFILE"),
    ] {
        let night = small(&relay, keys);
        let outcome = run(&night.path(""), &environment).exits(0);
        let asked = relay.asked();
        let signers: Vec<_> = asked
            .iter()
            .filter(|asked| asked.is_for_a_file())
            .map(|asked| asked.key.clone().unwrap_or_default())
            .collect();
        assert!(!signers.is_empty() && signers.iter().all(|key| key.starts_with(signed_by)), "{what}: {signers:?}");
        no_secret(&night.path(""), &outcome, &[SECRET]);
    }
    let night = small(&relay, "");
    let none = run(&night.path(""), &[]);
    assert_ne!(none.status, 0);
    none.complains("s3://bills/cur: cannot be listed: no credential is found").complains("remedy: give a credential");
}

/// moto asks what a user may do: each permission that is missing is named, and a key that is wrong is told as one.
#[test]
fn a_store_that_enforces_permissions_names_the_one_that_is_missing() {
    let Some(peers) = installed() else { return };
    let moto = Peer::moto(&peers);
    deliver(&peers, &moto, &Bill::hand_worked(), "first");
    let users = upload(&peers, &["s3-users", &moto.url, "bills"]);
    let users: BTreeMap<&str, [&str; 2]> = users
        .lines()
        .map(|line| {
            let words: Vec<&str> = line.split(' ').collect();
            (words[0], [words[1], words[2]])
        })
        .collect();
    let night = Night::new(&format!(
        "catalogue = \"small\"\n\n[[source]]\nid = \"aws\"\nformat = \"aws-cur-legacy\"\nlocation = \"s3://bills/cur\"\n\
         region = \"us-east-1\"\nendpoint = \"{}\"\nallow_http = true\n[tags]\ncoverage_key = \"team\"\n",
        moto.url
    ));
    for ([key, secret], says, remedy) in [
        (
            users["none"],
            "s3://bills/cur: cannot be listed: 403, access denied (AccessDenied",
            "grant s3:ListBucket on ",
        ),
        (
            users["lists"],
            "cannot be read: 403, access denied (AccessDenied",
            "grant s3:GetObject on arn:aws:s3:::bills/cur/*",
        ),
        (
            [users["reads"][0], SECRET],
            "the secret key is not that of the access key id (SignatureDoesNotMatch",
            "give a credential",
        ),
        (["AKIANOBODYS", SECRET], "the store does not know this credential (InvalidAccessKeyId", "give a credential"),
    ] {
        let outcome = run(&night.path(""), &[("AWS_ACCESS_KEY_ID", key), ("AWS_SECRET_ACCESS_KEY", secret)]);
        assert_ne!(outcome.status, 0);
        no_secret(&night.path(""), &outcome, &[secret]);
        outcome.complains(says).complains(&format!("remedy: {remedy}"));
    }
    let [key, secret] = users["reads"];
    run(&night.path(""), &[("AWS_ACCESS_KEY_ID", key), ("AWS_SECRET_ACCESS_KEY", secret)]).exits(0);
}

/// Azure's keys and signatures, right and wrong.
#[test]
fn a_container_is_read_with_a_key_or_a_signature_and_a_wrong_one_is_told() {
    let Some(peers) = installed() else { return };
    let azurite = Peer::azurite(&peers);
    let export = project("sample-data/azure-cost-details/cost-exports");
    upload(&peers, &["blob", &azurite.url, "bills", &export.to_string_lossy()]);
    let sas = upload(&peers, &["blob-sas", &azurite.url, "bills"]);
    let (signature, wrong) = (sas.clone(), sas.replace("sp=rl", "sp=racwl"));
    let night = |credential: &str| {
        let night = Night::new(&format!(
            "catalogue = \"small\"\n[[source]]\nid = \"azure\"\nformat = \"azure-cost-details\"\nlocation = \"az://bills\"\n\
             account = \"{ACCOUNT}\"\nendpoint = \"{}\"\nallow_http = true\ncredential_file = \"credential\"\n\
             [tags]\ncoverage_key = \"team\"\n",
            azurite.url
        ));
        night.write("credential", format!("{credential}\n"));
        night
    };
    for credential in [ACCOUNT_KEY, &signature] {
        let night = night(credential);
        let outcome = run(&night.path(""), &[]).exits(0).says("published version");
        std::fs::remove_file(night.path("credential")).unwrap();
        no_secret(&night.path(""), &outcome, &[credential, sas.rsplit_once("sig=").unwrap().1]);
    }
    let night = night(&wrong);
    let outcome = run(&night.path(""), &[]);
    assert_ne!(outcome.status, 0);
    std::fs::remove_file(night.path("credential")).unwrap();
    no_secret(&night.path(""), &outcome, &[&wrong, wrong.rsplit_once("sig=").unwrap().1]);
    outcome.complains("az://bills: cannot be listed: the store does not know this credential");
}

#[test]
fn buckets_that_are_not_there_are_told_with_their_remedy() {
    let Some(peers) = installed() else { return };
    let (moto, azurite) = (Peer::moto(&peers), Peer::azurite(&peers));
    // fake-gcs-server answers 500 to this, where Cloud Storage answers 404.
    for (peer, url, format, says) in [
        (&moto, "s3://none/x", "aws-cur-legacy", "s3://none/x: cannot be listed: there is no such bucket"),
        (&azurite, "az://none/x", "azure-cost-details", "az://none/x: cannot be listed: there is no such container"),
    ] {
        let night = Night::new(&format!(
            "catalogue = \"small\"\n[[source]]\nid = \"s\"\nformat = \"{format}\"\nlocation = \"{url}\"\nendpoint = \"{}\"\n\
             allow_http = true\n[tags]\ncoverage_key = \"team\"\n",
            peer.url
        ));
        let account = [("AZURE_STORAGE_ACCOUNT_NAME", ACCOUNT), ("AZURE_STORAGE_ACCOUNT_KEY", ACCOUNT_KEY)];
        let outcome = run(&night.path(""), &[&KEYS[..], &account].concat());
        assert_ne!(outcome.status, 0);
        outcome.complains(says).complains("remedy: check `location` of the source");
    }
}

/// Looks through what a run said and wrote.
#[track_caller]
fn no_secret(folder: &Path, outcome: &Outcome, secrets: &[&str]) {
    for secret in secrets {
        assert!(!outcome.stdout.contains(secret) && !outcome.stderr.contains(secret), "a secret was said");
        for (name, bytes) in files(folder.to_path_buf()) {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "a secret stands in {name}");
        }
    }
}
