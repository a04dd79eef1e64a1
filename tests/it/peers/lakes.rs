//! Lakes in stores that others wrote: whole nights, deaths at every point, and two hosts at once.

use super::super::night::{self, RESTATED};
use super::super::place::{Night, without_runs};
use super::super::support::{Costmill, Outcome};
use super::servers::{ACCOUNT, ACCOUNT_KEY, Peer, installed, upload};
use super::{ALONE, Asked, Bill, EXPORTS, KEYS, Relay, SECRET, deliver, files, no_secret, project, sample, small};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

mod hosts;

/// Where lakes can be, each in a bucket or container of its own.
struct Place {
    peer: Peer,
    scheme: &'static str,
}

impl Place {
    fn all(peers: &Path) -> [Self; 2] {
        let empty = Night::new("");
        std::fs::create_dir_all(empty.path("nothing")).unwrap();
        let nothing = empty.path("nothing").to_string_lossy().into_owned();
        [("s3", Peer::moto(peers)), ("blob", Peer::azurite(peers))].map(|(kind, peer)| {
            upload(peers, &[kind, &peer.url, "lakes", &nothing]);
            Self { peer, scheme: if kind == "s3" { "s3" } else { "az" } }
        })
    }

    fn url(&self, lake: &str) -> String {
        format!("{}://lakes/{lake}", self.scheme)
    }

    /// The table of a configuration; the cache is beside it.
    fn table(&self, lake: &str) -> String {
        let (url, endpoint) = (self.url(lake), &self.peer.url);
        format!("\n[lake]\nlocation = \"{url}\"\ncache = \"cache\"\nendpoint = \"{endpoint}\"\nallow_http = true\n")
    }
}

/// A call with the credentials of both stores, and nothing else of the environment.
fn call(folder: &Path, arguments: &[&str]) -> Costmill {
    let call = Costmill::new().cwd(folder).args(arguments.iter().copied());
    let azure = [("AZURE_STORAGE_ACCOUNT_NAME", ACCOUNT), ("AZURE_STORAGE_ACCOUNT_KEY", ACCOUNT_KEY)];
    ALONE.iter().chain(&KEYS).chain(&azure).fold(call, |call, (name, value)| call.env(name, *value))
}

fn costmill(folder: &Path, arguments: &[&str]) -> Outcome {
    call(folder, arguments).run()
}

fn rows(folder: &Path, table: &str) -> Vec<String> {
    let sql = format!("SELECT * FROM {table}");
    let csv = costmill(folder, &["query", &sql, "--format", "csv"]).exits(0).stdout;
    let mut rows: Vec<String> = csv.lines().map(str::to_string).collect();
    assert!(rows.len() > 1, "{table} has {} rows", rows.len());
    rows.sort();
    rows
}

/// The files of an output folder; before a first run there is none.
fn artifacts(folder: PathBuf) -> BTreeMap<String, Vec<u8>> {
    if !folder.exists() {
        return BTreeMap::new();
    }
    files(folder).into_iter().filter(|(name, _)| !name.starts_with('.')).collect()
}

#[track_caller]
fn same_artifacts(one: &Path, other: &Path) {
    let (one, other) = (artifacts(one.join("out")), artifacts(other.join("out")));
    assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
    let differs: Vec<_> = one.iter().filter(|(name, bytes)| other[*name] != **bytes).map(|(name, _)| name).collect();
    assert_eq!(differs, Vec::<&String>::new(), "artifacts that are not the same bytes");
}

/// The sample's three clouds, its lake in each store; then the same from a host that has nothing of it.
#[test]
fn a_night_into_a_store_is_the_night_into_a_folder() {
    let Some(peers) = installed() else { return };
    let exports = || -> Vec<(&str, String)> {
        let at = |export: &str| project("sample-data").join(export).to_string_lossy().into_owned();
        EXPORTS.iter().map(|export| (*export, format!("location = \"{}\"", at(export)))).collect()
    };
    let beside = sample(&exports());
    let run = ["run", "--as-of", super::DAY];
    costmill(&beside.path(""), &run).exits(0);
    let tables = ["cost", "cost_daily", "resource_month", "finding"];
    let expected: Vec<_> = tables.iter().map(|table| rows(&beside.path(""), table)).collect();
    let month = ["--period", "2026-10"];
    let questions: [Vec<&str>; 4] = [
        vec!["status", "--as-of", super::DAY, "--format", "json"],
        [&["reconcile"], &month[..]].concat(),
        [&["diff"], &month[..]].concat(),
        vec!["waste", "--format", "csv"],
    ];
    // The first line of `diff` has the time of the commit.
    let answer = |folder: &Path, question: &[&str]| -> Vec<String> {
        let told = costmill(folder, question).exits(0).stdout;
        let told = if question.contains(&"status") { without_runs(&told) } else { told };
        told.lines().filter(|line| !line.contains("first published")).map(str::to_string).collect()
    };
    let answers =
        |folder: &Path| -> Vec<Vec<String>> { questions.iter().map(|question| answer(folder, question)).collect() };
    let told = answers(&beside.path(""));
    for place in Place::all(&peers) {
        let host = || {
            let night = sample(&exports());
            let config = night.read("costmill.toml").replace("lake = \"lake\"\n", "");
            night.write("costmill.toml", config + &place.table("deep/sample"));
            night
        };
        let night = host();
        let first = costmill(&night.path(""), &run).exits(0).says("published version 0");
        assert!(!night.path("lake").exists());
        for (table, expected) in tables.iter().zip(&expected) {
            assert_eq!(rows(&night.path(""), table), *expected, "{table} in {}", place.scheme);
        }
        same_artifacts(&night.path(""), &beside.path(""));
        no_secret(&night.path(""), &first, &[SECRET, ACCOUNT_KEY]);

        // Readers first, then a night, of hosts with nothing in their caches.
        let reader = host();
        for (question, (answered, told)) in questions.iter().zip(answers(&reader.path("")).iter().zip(&told)) {
            let differs = answered.iter().zip(told).find(|(one, other)| one != other);
            assert!(answered.len() == told.len() && differs.is_none(), "{question:?} in {}: {differs:?}", place.scheme);
        }
        let other = host();
        let second = costmill(&other.path(""), &run).exits(0).says("nothing new");
        no_secret(&other.path(""), &second, &[SECRET, ACCOUNT_KEY]);
        same_artifacts(&other.path(""), &beside.path(""));
        // And the first host without its cache, the lake named by a flag or the environment.
        std::fs::remove_dir_all(night.path("cache")).unwrap();
        let config = night.read("costmill.toml").replace("lakes/deep/sample", "lakes/none");
        night.write("costmill.toml", config);
        let url = place.url("deep/sample");
        let status = [&["--lake", &url], &questions[0][..]].concat();
        assert_eq!(answer(&night.path(""), &status), told[0]);
        let status = call(&night.path(""), &questions[0]).env("COSTMILL_LAKE", url.as_str()).run();
        assert_eq!(without_runs(&status.exits(0).stdout).lines().collect::<Vec<_>>(), told[0]);
    }
}

/// Where a run into a store can die, from landing to the ledger.
const POINTS: [&str; 11] = [
    "lake.in_landed",
    "lake.before_rename",
    "lake.before_send",
    "lake.between_sends",
    "lake.before_commit",
    "lake.at_commit",
    "lake.after_commit",
    "run.after_commit",
    "lake.before_derived@2",
    "run.before_ledger",
    "run.after_ledger",
];

/// A host with the small bills of `night` and the lake in a store.
fn host(place: &Place, lake: &str, second: bool) -> Night {
    let host = Night::new("");
    std::fs::remove_file(host.path("costmill.toml")).unwrap();
    night::Night::first(&host.path(""));
    if second {
        night::Night::second(&host.path(""));
    }
    host.write("costmill.toml", host.read("costmill.toml") + &place.table(lake));
    host
}

const RUN: [&str; 3] = ["run", "--as-of", night::DAY];
const STATUS: [&str; 5] = ["status", "--as-of", night::DAY, "--format", "json"];

fn status(folder: &Path) -> String {
    without_runs(&costmill(folder, &STATUS).exits(0).stdout)
}

/// A restatement dies; another host with an empty cache reads what stands, and a third one finishes the night.
#[test]
fn a_run_into_a_store_that_dies_anywhere_is_finished_by_another_host() {
    let Some(peers) = installed() else { return };
    let (old, new) = (night::PUBLISHED.state().status, RESTATED.state().status);
    let expected = ["cost", "cost_daily", "finding"].map(|table| rows(&RESTATED.path(""), table));
    for place in Place::all(&peers) {
        for (number, point) in POINTS.iter().enumerate() {
            let lake = format!("dies/{number}");
            costmill(&host(&place, &lake, false).path(""), &RUN).exits(0).says("published version 0");
            let dying = host(&place, &lake, true);
            let died = call(&dying.path(""), &RUN).env("COSTMILL_FAULT", *point).run();
            assert_eq!(died.status, -1, "{point} was not passed in {}:\n{}{}", place.scheme, died.stdout, died.stderr);
            let reader = host(&place, &lake, true);
            let found = status(&reader.path(""));
            assert!([&old, &new].contains(&&found), "{point} in {}: {found}", place.scheme);
            for host in [host(&place, &lake, true), dying] {
                costmill(&host.path(""), &RUN).exits(0);
                assert_eq!(status(&host.path("")), new, "{point} in {}", place.scheme);
                same_artifacts(&host.path(""), &RESTATED.path(""));
            }
            for (table, expected) in ["cost", "cost_daily", "finding"].iter().zip(&expected) {
                assert_eq!(rows(&reader.path(""), table), *expected, "{table} after {point} in {}", place.scheme);
            }
        }
    }
}

/// Exports and lake both in stores: what one host fetched, landed and published, another asks for once more by its name only.
#[test]
fn a_host_with_an_empty_cache_fetches_no_export_that_has_landed() {
    let Some(peers) = installed() else { return };
    let place = &Place::all(&peers)[0];
    let relay = Relay::to(&place.peer.url);
    deliver(&peers, &place.peer, &Bill::hand_worked(), "first");
    let new_host = || {
        let host = small(&relay, "");
        host.write("costmill.toml", host.read("costmill.toml") + &place.table("fetched"));
        host
    };
    costmill(&new_host().path(""), &RUN).exits(0).says("published version 0");
    assert!(relay.asked().iter().filter(|asked| asked.is_for_a_file()).count() > 1);
    costmill(&new_host().path(""), &RUN).exits(0).says("nothing new");
    let files: Vec<_> = relay.asked().into_iter().filter(Asked::is_for_a_file).collect();
    assert!(!files.is_empty() && files.iter().all(|asked| asked.path.ends_with(".json")), "{files:?}");
}

/// Doctor finds a lake in a store well, and changes nothing in it; vacuum takes from it what a fresh host needs no more.
#[test]
fn a_lake_in_a_store_is_looked_at_and_swept() {
    let Some(peers) = installed() else { return };
    for place in Place::all(&peers) {
        let keep = "\n[retention]\nhistory_days = 1\nlanded_days = 1\nrun_records = 1\n";
        let new_host = |second: bool| {
            let host = host(&place, "swept", second);
            host.write("costmill.toml", host.read("costmill.toml") + keep);
            host
        };
        let first = new_host(false);
        let before = costmill(&first.path(""), &["doctor"]);
        assert!(before.stdout.contains("is not there yet: the first run makes it"), "{}", before.stdout);
        assert!(!first.path("cache").exists(), "doctor made a cache");
        costmill(&first.path(""), &RUN).exits(0).says("published version 0");
        costmill(&new_host(true).path(""), &RUN).exits(0).says("published version 1");
        let expected = ["cost", "cost_daily", "finding"].map(|table| rows(&RESTATED.path(""), table));
        let (ours, url) = (new_host(true), place.url("swept"));
        let well = costmill(&ours.path(""), &["doctor"]);
        for says in [
            format!("ok       lake {url}: can be written\n"),
            format!("ok       lake {url}: version 1, "),
            "ok       clock lake: ".to_string(),
        ] {
            assert!(well.stdout.contains(&says), "{says}\n{}", well.stdout);
        }
        assert!(!well.stdout.contains("failed "), "{}", well.stdout);
        no_secret(&ours.path(""), &well, &[SECRET, ACCOUNT_KEY]);
        costmill(&new_host(true).path(""), &RUN).exits(0).says("nothing new");

        let later = ["vacuum", "--as-of", "2036-01-01"];
        let dry = costmill(&ours.path(""), &[&later[..], &["--dry-run"]].concat()).exits(0).says("would remove");
        let done = costmill(&ours.path(""), &later).exits(0).says("removed ");
        assert_eq!(dry.stdout.replace("would remove", "removed"), done.stdout);
        for folder in ["cost", "landed", "runs", "derived"] {
            assert!(done.stdout.contains(&format!("{folder}: ")), "{folder} in {}:\n{}", place.scheme, done.stdout);
        }
        costmill(&new_host(true).path(""), &later).exits(0).says("removed 0 files, 0 bytes");
        let fresh = new_host(true);
        costmill(&fresh.path(""), &RUN).exits(0).says("nothing new");
        same_artifacts(&fresh.path(""), &RESTATED.path(""));
        for (table, expected) in ["cost", "cost_daily", "finding"].iter().zip(&expected) {
            assert_eq!(rows(&fresh.path(""), table), *expected, "{table} in {}", place.scheme);
        }
        let old = ["query", "SELECT COUNT(*) AS x_Rows FROM cost", "--version", "0"];
        costmill(&fresh.path(""), &old).exits(1).complains("files of this version are no longer there");
        assert!(!costmill(&new_host(true).path(""), &["doctor"]).stdout.contains("failed "));
    }
}

#[test]
fn a_lake_that_cannot_be_reached_is_told_with_its_remedy() {
    let Some(peers) = installed() else { return };
    for place in Place::all(&peers) {
        let night = host(&place, "x", false);
        let config = night.read("costmill.toml").replace("://lakes/", "://none/");
        night.write("costmill.toml", config);
        let outcome = costmill(&night.path(""), &RUN).exits(1);
        outcome.complains("error: lake: ").complains("remedy: check `location` of the lake");
    }
}
