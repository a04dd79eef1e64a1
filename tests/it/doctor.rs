//! `costmill doctor` on nights that are well and on nights that are not.

use super::bucket::{CONFIG, PERIOD, part, published};
use super::place::{Night, files};
use super::support::Outcome;
use std::fs;

fn doctor(night: &Night) -> Outcome {
    night.costmill(&["doctor"])
}

/// Nothing is wrong, but perhaps the disk of this machine.
#[track_caller]
fn well(night: &Night) -> Outcome {
    let outcome = doctor(night);
    let ill = |line: &&str| line.starts_with("failed ") || line.starts_with("warning ");
    let found: Vec<&str> = outcome.stdout.lines().filter(ill).collect();
    assert!(found.iter().all(|line| line.starts_with("warning  disk ")), "{}", outcome.stdout);
    assert_eq!(outcome.status, if found.is_empty() { 0 } else { 3 }, "{}", outcome.stdout);
    outcome
}

/// Failed with these words, and with this remedy on the line below them.
#[track_caller]
fn fails(night: &Night, found: &str, remedy: &str) {
    let outcome = doctor(night).exits(1);
    let mut lines = outcome.stdout.lines();
    let line = lines.find(|line| line.starts_with("failed") && line.contains(found));
    assert!(line.is_some(), "no failure says: {found}\n{}", outcome.stdout);
    let below = lines.next().unwrap_or_default();
    assert!(below.contains("remedy: ") && below.contains(remedy), "{below}\n≠ {remedy}\n{}", outcome.stdout);
}

#[test]
fn a_night_that_is_well_is_told_so_and_nothing_is_changed() {
    let night = published();
    let before = files(night.path(""));
    let outcome = well(&night);
    for says in [
        "ok       configuration costmill.toml: 1 sources, ",
        "ok       source aws: exports can be listed\n",
        "ok       source aws: newest delivery of 2026-09: ",
        "ok       source aws: its files can be read\n",
        "ok       lake lake: version 0, 1 slots, ",
        "ok       lake ledger: reads: 0 closed billing periods\n",
        "ok       output out: can be written\n",
        "ok       disk lake: can be written\n",
        ", 0 failed\n",
    ] {
        assert!(outcome.stdout.contains(says), "{says}\n{}", outcome.stdout);
    }
    assert_eq!(files(night.path("")), before);
    // Before the first run, too: nothing is made.
    let night = Night::new(CONFIG);
    super::bucket::Bill::hand_worked().deliver(&night);
    let before = files(night.path(""));
    well(&night).says("lake lake: is not there yet").says("output out: is not there yet");
    assert_eq!(files(night.path("")), before);
    assert!(!night.path("lake").exists() && !night.path("out").exists());
}

#[test]
fn as_json_it_is_one_object() {
    let night = published();
    fs::remove_dir_all(night.path("exports")).unwrap();
    let outcome = night.costmill(&["doctor", "--format", "json"]).exits(1);
    let told: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(told["state"], "failed");
    let findings = told["findings"].as_array().unwrap();
    let failed: Vec<_> = findings.iter().filter(|finding| finding["state"] == "failed").collect();
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert_eq!((&failed[0]["check"], &failed[0]["subject"]), (&"source".into(), &"aws".into()));
    assert_eq!(failed[0]["found"], "exports: is no folder");
    assert!(failed[0]["remedy"].as_str().unwrap().starts_with("set `location` of source aws"));
    assert!(findings.iter().all(|finding| (finding["state"] == "ok") == finding.get("remedy").is_none()));
}

#[test]
fn each_failure_has_its_remedy() {
    let night = published();
    type Break = fn(&Night);
    let breaks: [(Break, &str, &str); 12] = [
        (|night| night.write("costmill.toml", format!("{CONFIG}colour = 1\n")), "unknown key `colour`", ""),
        (|night| night.write("small/reports/broken.toml", "title = 1"), "reports/broken", ""),
        (
            |night| fs::remove_dir_all(night.path("exports")).unwrap(),
            "source aws: exports: is no folder",
            "set `location` of source aws to the folder that holds the export",
        ),
        (|night| fs::remove_file(night.path(&part(PERIOD, 2))).unwrap(), "nightly-00002.csv.gz", ""),
        (
            |night| fs::remove_file(first(night, "lake/cost/x_SourceId=aws")).unwrap(),
            ".parquet is gone",
            "restore the lake from its backup",
        ),
        (
            |night| {
                let path = first(night, "lake/rollup/cost_daily");
                fs::File::options().write(true).open(path).unwrap().set_len(7).unwrap();
            },
            ".parquet has 7 bytes instead of ",
            "restore the lake from its backup",
        ),
        (
            |night| fs::remove_file(first(night, "lake/publication")).unwrap(),
            "this file of the lake cannot be read",
            "restore the lake from its backup",
        ),
        (
            |night| night.write("lake/ledger/notes.txt", "mine"),
            "this is no event of the ledger",
            "move the file out of the ledger",
        ),
        (
            |night| night.write("lake/lake.json", "{\"format_version\":99}"),
            "the lake has format 99",
            "use the costmill that wrote it, or a newer one",
        ),
        (
            |night| {
                fs::remove_dir_all(night.path("lake")).unwrap();
                night.write("lake/notes.txt", "mine");
            },
            "this folder is no lake",
            "name an empty or a new folder as `lake`",
        ),
        (
            |night| {
                fs::remove_dir_all(night.path("out")).unwrap();
                night.write("out", "mine");
            },
            "output out: is a file",
            "move the file, or set another `output`",
        ),
        (
            |night| {
                night.write(
                    "costmill.toml",
                    format!("{CONFIG}[[job]]\nid = \"n\"\nat = \"03:30\"\ncommand = [\"fly\"]\n"),
                )
            },
            "schedule n: unrecognized subcommand 'fly'",
            "correct `command` of the job",
        ),
    ];
    for (damage, found, remedy) in breaks {
        let night = night.copy();
        damage(&night);
        let before = files(night.path(""));
        fails(&night, found, remedy);
        assert_eq!(files(night.path("")), before, "{found}: it changed something");
    }
}

/// APIs, deliveries and hooks are looked at, and none of them is asked, written to or told.
#[test]
fn what_is_asked_delivered_and_told_is_looked_at_and_left_alone() {
    let night = published();
    let outward = |api: &str, to: &str, command: &str| {
        night.write(
            "costmill.toml",
            format!(
                "{CONFIG}[[api]]\nid = \"advice\"\nkind = \"azure-advisor\"\nsource = \"aws\"\n\
                 scopes = [\"/subscriptions/0a1b2c3d-1111-4a4a-8b8b-000000000001\"]\ncredential_file = \"{api}\"\n\
                 [[deliver]]\nto = \"{to}\"\n[[hook]]\non = [\"failure\"]\ncommand = [\"{command}\", \"-c\", \"touch told\"]\n"
            ),
        );
    };
    night.write("token", "HUSH0000HUSH0000HUSH");
    night.write("file", "mine");
    outward("token", "pages", "/bin/sh");
    let before = files(night.path(""));
    let outcome = well(&night);
    for says in [
        "ok       api advice: credential: a bearer token, credential_file ",
        "ok       api advice: azure-advisor was not asked: recommendations\n",
        "pages: is not there yet: the first delivery makes it\n",
        "ok       hook /bin/sh: is /bin/sh; it was not started\n",
    ] {
        assert!(outcome.stdout.contains(says), "{says}\n{}", outcome.stdout);
    }
    assert!(!outcome.stdout.contains("HUSH"), "{}", outcome.stdout);
    assert_eq!(files(night.path("")), before);
    outward("none", "pages", "/bin/sh");
    fails(&night, "credential_file cannot be read", "correct the path");
    outward("token", "file", "/bin/sh");
    fails(&night, "file: is a file, where a folder must be", "deliver to another folder");
    outward("token", "pages", "no-such-program");
    fails(&night, "hook no-such-program: no such program is there", "write the program's whole path");
}

/// Files beside the bill, the list of a delivery and the headers of a hook: what the next run says is said before it.
#[test]
fn what_the_next_run_would_tell_is_told_before_it() {
    let night = published();
    let config = night.read("costmill.toml");
    night.write("share/.costmill-delivered.json", "{");
    night.write("headers", "X Ops: HUSH\n");
    night.write(
        "costmill.toml",
        format!(
            "{config}[waste]\nutilisation = [\"usage/*.csv\"]\n[[deliver]]\nto = \"share\"\n\
             [[hook]]\non = [\"problem\"]\nwebhook = \"https://ops.example.com/x\"\nheader_file = \"headers\"\n"
        ),
    );
    night.write("usage/wrong.csv", "no,such,columns\n1,2,3\n");
    fails(&night, ".costmill-delivered.json: does not read", "restore it");
    fails(&night, "headers, line 1: is no header", "write one header a line");
    let outcome = doctor(&night);
    assert!(
        outcome.stdout.contains("warning  configuration: ") && outcome.stdout.contains("wrong.csv"),
        "{}",
        outcome.stdout
    );
    assert!(!outcome.stdout.contains("HUSH"), "{}", outcome.stdout);
}

/// A store that cannot be asked is told as one of a source is, soon, and nothing was delivered that a next run could finish.
#[test]
fn a_delivery_to_a_store_that_is_away_is_told_as_any_store() {
    let night = published();
    let deliver = "[[deliver]]\nto = \"s3://pages/x\"\nendpoint = \"http://127.0.0.1:1\"\nallow_http = true\n";
    night.write("costmill.toml", night.read("costmill.toml") + deliver);
    let call = super::support::Costmill::new().cwd(&night.path("")).env("AWS_ACCESS_KEY_ID", "AKIATEST");
    let call = call.env("AWS_SECRET_ACCESS_KEY", "HUSH").env("AWS_REGION", "eu-west-1").args(["doctor"]);
    let told = call.run().exits(1).says("deliver s3://pages/x: credential: the environment (AWS_ACCESS_KEY_ID)");
    told.says("s3://pages/x: cannot be listed: the store cannot be reached")
        .says("remedy: check the network, the proxy (HTTPS_PROXY, NO_PROXY) and `endpoint` of the [[deliver]]\n");
}

/// The first Parquet or JSON file below a folder.
fn first(night: &Night, folder: &str) -> std::path::PathBuf {
    let name = files(night.path(folder)).into_keys().next().unwrap();
    night.path(&format!("{folder}/{name}"))
}

#[test]
fn what_a_run_lives_with_is_a_warning() {
    let night = published();
    let lock = fs::File::options().write(true).open(night.path("lake/.lock")).unwrap();
    lock.lock().unwrap();
    doctor(&night)
        .exits(3)
        .says("warning  lake lake: another costmill (process ")
        .says("remedy: wait until it has ended");
    drop(lock);
    well(&night);
    // A feed that fell silent, by the time of its files.
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(3 * 24 * 3600);
    for name in files(night.path("exports")).into_keys() {
        let file = fs::File::options().write(true).open(night.path(&format!("exports/{name}"))).unwrap();
        file.set_modified(old).unwrap();
    }
    doctor(&night).exits(3).says("written 72 hours ago").says("remedy: look at the export in the provider's console");
    // One that may be that late is not.
    let config =
        night.read("costmill.toml").replace("location = \"exports\"", "location = \"exports\"\nlate_after_days = 366");
    night.write("costmill.toml", config);
    well(&night);
    // Nothing is delivered yet.
    let night = Night::new(CONFIG);
    fs::create_dir_all(night.path("exports")).unwrap();
    let outcome = doctor(&night);
    assert!(outcome.status != 0 && outcome.stdout.contains("source aws"), "{}", outcome.stdout);
}
