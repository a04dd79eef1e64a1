//! Two hosts, held at the last moment before their commits and let go together.

use super::*;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::process::Command;
use std::thread::JoinHandle;

/// A run that is on its way to its commit, or waits there.
struct Held {
    go: File,
    run: JoinHandle<Outcome>,
}

impl Held {
    /// Starts a run and comes back when it is at its commit: what it read and staged stands, and nothing is written.
    fn at_commit(host: &Night, more: &str) -> Self {
        let at = host.path("meeting").to_string_lossy().into_owned();
        let pipe = |end: &str| {
            let path = format!("{at}.{end}");
            let _ = std::fs::remove_file(&path);
            assert!(Command::new("mkfifo").arg(&path).status().expect("mkfifo").success());
            // For both ends, so that nobody waits for another to open it.
            OpenOptions::new().read(true).write(true).open(&path).expect("a pipe")
        };
        let (here, go) = (pipe("here"), pipe("go"));
        let mut ended = here.try_clone().expect("the pipe again");
        let armed = call(&host.path(""), &RUN).env("COSTMILL_FAULT", format!("{more}lake.at_commit={at}"));
        let run = std::thread::spawn(move || {
            let outcome = armed.run();
            let _ = ended.write_all(b"ended\n");
            outcome
        });
        let mut line = String::new();
        BufReader::new(here).read_line(&mut line).expect("a word");
        if line != "here\n" {
            let outcome = run.join().expect("the run");
            panic!("it never came to its commit:\n{}{}", outcome.stdout, outcome.stderr);
        }
        Self { go, run }
    }

    fn together(held: [Self; 2]) -> [Outcome; 2] {
        let [mut one, mut other] = held;
        one.go.write_all(b"!").expect("a byte");
        other.go.write_all(b"!").expect("a byte");
        [one, other].map(|held| held.run.join().expect("the run"))
    }
}

/// A new period, then one that stands: of two runs at their commits one publishes, and the other says who did.
#[track_caller]
fn published_once(what: &str, new_host: &dyn Fn() -> Night, more: &str) {
    let expected = [night::PUBLISHED.state().status, RESTATED.state().status];
    let cost = [night::PUBLISHED.path(""), RESTATED.path("")].map(|folder| rows(&folder, "cost"));
    let hosts = [new_host(), new_host()];
    for (version, (status_then, cost_then)) in expected.iter().zip(&cost).enumerate() {
        if version == 1 {
            // October is published and restated; November is new.
            hosts.iter().for_each(|host| night::Night::second(&host.path("")));
        }
        let before: Vec<_> = hosts.iter().map(|host| artifacts(host.path("out"))).collect();
        let outcomes = Held::together([Held::at_commit(&hosts[0], more), Held::at_commit(&hosts[1], more)]);
        let won: Vec<usize> = (0..2).filter(|at| outcomes[*at].status == 0).collect();
        let told = format!("{what}, version {version}: {}\n{}", outcomes[0].stderr, outcomes[1].stderr);
        assert_eq!(won.len(), 1, "{told}");
        let [winner, loser] = [won[0], 1 - won[0]];
        let says = format!("published version {version}: ");
        assert!(
            outcomes[winner].stdout.contains(&says) && !outcomes[loser].stdout.contains("published version"),
            "{told}"
        );
        assert_eq!(outcomes[loser].status, 1, "{told}");
        let who = format!("another run published it as version {version} while this one was at work");
        assert!(outcomes[loser].stderr.contains(&who), "{told}");
        assert!(outcomes[loser].stderr.contains("remedy: run again"), "{told}");
        assert_eq!(artifacts(hosts[loser].path("out")), before[loser], "{what}: the loser's reports are as they were");
        for host in &hosts {
            assert_eq!(status(&host.path("")), *status_then, "{what}, version {version}");
            assert_eq!(rows(&host.path(""), "cost"), *cost_then, "{what}, version {version}: nothing doubled");
        }
        costmill(&hosts[loser].path(""), &RUN).exits(0).says("nothing new");
        same_artifacts(&hosts[loser].path(""), &hosts[winner].path(""));
    }
    same_artifacts(&hosts[0].path(""), &RESTATED.path(""));
}

#[test]
fn two_hosts_publish_a_new_and_a_standing_period_once_in_each_store() {
    let Some(peers) = installed() else { return };
    for place in Place::all(&peers) {
        published_once(place.scheme, &|| host(&place, "both", false), "");
    }
}

/// In a folder the lock lets one run in; without it the commit decides there, too.
#[test]
fn two_runs_without_the_lock_publish_once_in_a_folder() {
    let shared = tempfile::tempdir().expect("a temporary folder");
    let new_host = || {
        let host = Night::new("");
        std::fs::remove_file(host.path("costmill.toml")).expect("the empty config");
        night::Night::first(&host.path(""));
        let lake = format!("lake = \"{}\"\n", shared.path().join("lake").display());
        host.write("costmill.toml", lake + &host.read("costmill.toml"));
        host
    };
    published_once("folder", &new_host, "lake.no_lock,");
}

/// Each host publishes a period of its own, at once: both stand, and the reports of the later one are of both.
#[test]
fn a_host_that_is_overtaken_makes_its_reports_of_all() {
    let Some(peers) = installed() else { return };
    for place in Place::all(&peers) {
        let hosts = ["2026-09", "2026-10"].map(|month| {
            let one = host(&place, "apart", false);
            let other = if month == "2026-09" { "2026-10" } else { "2026-09" };
            let set = format!("[[source.file_set]]\nbilling_periods = [\"{other}\"]\nfiles = [\"{other}.csv\"]\n");
            let config = one.read("costmill.toml");
            assert!(config.contains(&set));
            one.write("costmill.toml", config.replace(&set, ""));
            one
        });
        let outcomes = Held::together([Held::at_commit(&hosts[0], ""), Held::at_commit(&hosts[1], "")]);
        let told =
            format!("{}{}\n{}{}", outcomes[0].stdout, outcomes[0].stderr, outcomes[1].stdout, outcomes[1].stderr);
        assert!(outcomes.iter().all(|outcome| outcome.status == 0), "{told}");
        let overtaken = |at: &usize| outcomes[*at].stdout.contains("others published meanwhile");
        let later: Vec<usize> = (0..2).filter(overtaken).collect();
        assert_eq!(later.len(), 1, "{told}");
        assert!(outcomes[later[0]].stdout.contains("published version 1: "), "{told}");
        // As a host that sees both periods, and publishes nothing, makes them.
        let both = host(&place, "apart", false);
        costmill(&both.path(""), &RUN).exits(0).says("nothing new");
        assert_eq!(rows(&both.path(""), "cost"), rows(&night::PUBLISHED.path(""), "cost"));
        same_artifacts(&hosts[later[0]].path(""), &both.path(""));
    }
}
