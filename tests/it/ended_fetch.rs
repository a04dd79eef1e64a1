//! Fetches that end in the middle: by a disk that takes no more, where the kernel itself refuses the bytes, or by a kill.
//! The next run goes on, and leaves what a night without trouble leaves.

use super::bucket::{Bill, PERIOD, gz};
use super::focus::StoreKind;
use super::place::{Night, files};
use super::stub::{Fault, Server, stored};
use super::support::Outcome;
use super::tls::{KINDS, fill, night, run, static_credential};
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

fn shell(night: &Night, server: &Server, wrap: &[&str], script: &str) -> Outcome {
    let mut command = Command::new(wrap[0]);
    command.args(&wrap[1..]).args(["bash", "-c", script]).current_dir(night.path("")).env_clear();
    command.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("HOME", "/nonexistent");
    command.env("AWS_EC2_METADATA_DISABLED", "true").env("COSTMILL", env!("CARGO_BIN_EXE_costmill"));
    command.envs(static_credential(server.kind));
    Outcome::of(&command.output().unwrap(), script)
}

/// What a night without trouble leaves: rows, and files for readers.
fn result(night: &Night) -> (String, BTreeMap<String, Vec<u8>>) {
    let sql = "SELECT * FROM cost ORDER BY x_SourceFile, x_SourceRow";
    let rows = night.costmill(&["query", sql, "--format", "csv"]).exits(0).stdout;
    (rows, files(night.path("out")))
}

fn undisturbed(server: &Server) -> (String, BTreeMap<String, Vec<u8>>) {
    let beside = night(server, "allow_http = true");
    let environment = static_credential(server.kind);
    let environment: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    run(&beside, &environment).exits(0).says("published version 0: aws 2026-09");
    result(&beside)
}

/// A store whose bill is one part of more than is kept at a time, and that part's key: the hand-worked charges, eight
/// times each.
fn large(kind: StoreKind) -> (Server, String) {
    let server = fill(Server::start(kind));
    let key = format!("cur/{PERIOD}/a0b1/nightly-00001.csv.gz");
    let mut bill = Bill::hand_worked();
    bill.rows = bill.rows.iter().cycle().take(bill.rows.len() * 8).cloned().collect();
    let at = bill.at("identity/LineItemId");
    bill.rows.iter_mut().enumerate().for_each(|(number, row)| row[at] = format!("li-{number}"));
    let part = gz(&bill.csv(), 0);
    assert!(part.len() > 150_000, "{} bytes", part.len());
    let manifest = format!(
        "{{\"compression\":\"GZIP\",\"contentType\":\"text/csv\",\"billingPeriod\":{{\"start\":\"20260901T000000.000Z\",\
         \"end\":\"20261001T000000.000Z\"}},\"reportKeys\":[\"exports/nightly/{PERIOD}/a0b1/nightly-00001.csv.gz\"]}}"
    );
    server.put(&key, stored(part));
    server.put(&format!("cur/{PERIOD}/nightly-Manifest.json"), stored(manifest));
    (server, key)
}

/// By a limit on the size of a file, which needs no rights. A limit may be enough: what is fetched is the largest.
#[test]
fn a_file_that_may_not_grow_ends_the_run_and_the_next_goes_on() {
    for kind in KINDS {
        let (server, _) = large(kind);
        let expected = undisturbed(&server);
        let mut struck = BTreeSet::new();
        // The other two are told apart by their fetch alone.
        let limits: &[u32] = if kind == StoreKind::S3 { &[1, 16, 100] } else { &[100] };
        for blocks in limits {
            let night = night(&server, "allow_http = true");
            // Without the trap the kernel ends the process instead of refusing the write.
            let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$COSTMILL\" run --as-of 2026-11-10");
            let outcome = shell(&night, &server, &["env"], &script);
            match outcome.status {
                0 => {}
                1 => {
                    assert!(outcome.stderr.contains("File too large"), "{}", outcome.stderr);
                    assert!(
                        outcome.stderr.contains("error: lake: ") && outcome.stderr.contains("remedy: "),
                        "{}",
                        outcome.stderr
                    );
                    let place = outcome.stderr.split("error: lake: ").nth(1).unwrap().split(": ").next().unwrap();
                    let inside = place.split_once("/lake/").map_or(place, |(_, inside)| inside);
                    struck.insert(inside.split('/').next().unwrap_or_default().to_string());
                }
                other => panic!("status {other}\n{}\n{}", outcome.stdout, outcome.stderr),
            }
            let environment = static_credential(kind);
            let environment: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
            run(&night, &environment).exits(0);
            assert!(result(&night) == expected, "{kind:?}, {blocks} KiB: not what a night without trouble leaves");
        }
        assert!(struck.contains("fetched"), "struck in {struck:?} alone");
    }
}

/// A file system that is full, of a size of its own; made in a name space of the test's, where the system has those.
#[test]
fn a_full_file_system_ends_the_run_and_the_next_goes_on() {
    let has = Command::new("unshare").args(["-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).output();
    if !has.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: no name space to mount a small file system in (unshare -rm)");
        return;
    }
    for kind in KINDS {
        let (server, _) = large(kind);
        let expected = undisturbed(&server);
        // The first has no room for the part; the second for that, and perhaps not for what is made of it.
        let sizes = ["128k", "240k", "64m"];
        for size in &sizes[..if kind == StoreKind::S3 { 3 } else { 1 }] {
            let night = night(&server, "allow_http = true");
            std::fs::create_dir(night.path("lake")).unwrap();
            let script = format!(
                "mount -t tmpfs -o size={size} tmpfs lake || exit 9\n\
                 \"$COSTMILL\" run --as-of 2026-11-10; first=$?\n\
                 mount -o remount,size=64m lake || exit 9\n\
                 \"$COSTMILL\" run --as-of 2026-11-10 || exit 8\n\
                 \"$COSTMILL\" query 'SELECT * FROM cost ORDER BY x_SourceFile, x_SourceRow' --format csv >rows.csv || exit 7\n\
                 exit $first"
            );
            let outcome = shell(&night, &server, &["unshare", "-rm"], &script);
            match (*size, outcome.status) {
                ("64m", _) | ("240k", 0) => outcome.exits(0),
                _ => outcome.exits(1).complains("No space left on device").complains("remedy: "),
            };
            let after = (night.read("rows.csv"), files(night.path("out")));
            assert!(after == expected, "{kind:?}, {size}: not what a night without trouble leaves");
        }
    }
}

/// Killed at its first 64 KiB, in each store: the next run asks for what is behind them.
#[test]
fn a_kill_in_mid_file_costs_what_was_not_yet_safe() {
    for kind in KINDS {
        let (server, key) = large(kind);
        let expected = undisturbed(&server);
        let night = night(&server, "allow_http = true");
        let environment = static_credential(kind);
        let mut environment: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
        environment.push(("COSTMILL_FAULT", "extract.in_mid_file"));
        let killed = run(&night, &environment);
        assert_eq!(killed.status, -1, "{}{}", killed.stdout, killed.stderr);
        environment.pop();
        server.requests();
        run(&night, &environment).exits(0);
        let fetched: Vec<_> = server.requests().into_iter().filter(|asked| asked.contains("csv.gz")).collect();
        assert_eq!(fetched, [format!("GET {key} from 65536")], "{kind:?}");
        assert!(result(&night) == expected, "{kind:?}: not what a night without trouble leaves");
    }
}

/// These stores tell no checksum: that the bytes are broken is seen when they are read. The store's file is well, and its
/// etag stays.
#[test]
fn a_file_that_arrived_broken_is_fetched_anew_the_next_night() {
    for kind in KINDS {
        let (server, key) = large(kind);
        let expected = undisturbed(&server);
        let night = night(&server, "allow_http = true");
        let environment = static_credential(kind);
        let environment: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
        server.misbehave([Fault::Well, Fault::Damaged(70_000)]);
        run(&night, &environment).exits(1).complains("nightly-00001.csv.gz");
        server.requests();
        run(&night, &environment).exits(0).says("published version 0: aws 2026-09");
        assert!(server.requests().contains(&format!("GET {key}")));
        assert_eq!(result(&night), expected);
    }
}
