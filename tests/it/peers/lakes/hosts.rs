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
        Self::at(host, &RUN, &format!("{more}lake.at_commit"))
    }

    /// Starts a command and comes back when it is at the last of these fault points.
    fn at(host: &Night, arguments: &[&str], points: &str) -> Self {
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
        let armed = call(&host.path(""), arguments).env("COSTMILL_FAULT", format!("{points}={at}"));
        let run = std::thread::spawn(move || {
            let outcome = armed.run();
            let _ = ended.write_all(b"ended\n");
            outcome
        });
        let mut line = String::new();
        BufReader::new(here).read_line(&mut line).expect("a word");
        if line != "here\n" {
            let outcome = run.join().expect("the run");
            panic!("it never came to {points}:\n{}{}", outcome.stdout, outcome.stderr);
        }
        Self { go, run }
    }

    fn go(mut self) -> Outcome {
        self.go.write_all(b"!").expect("a byte");
        self.run.join().expect("the run")
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
        let overtaken = |at: &usize| outcomes[*at].stdout.contains("others published or closed meanwhile");
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

const CLOSE: [&str; 8] = ["close", "--period", "2026-10", "--force", "--by", "us", "--as-of", night::DAY];

/// One host closes October while another is at the commit of what was restated of it: what is closed stands, and what came
/// is an adjustment. Where the other has published first, nothing is closed that nobody has looked at.
#[test]
fn a_period_that_is_closed_and_published_at_once_stands_as_it_was_closed() {
    let Some(peers) = installed() else { return };
    for place in Place::all(&peers) {
        for closes_first in [true, false] {
            let lake = format!("crossed/{closes_first}");
            let [one, other] = [host(&place, &lake, false), host(&place, &lake, false)];
            costmill(&one.path(""), &RUN).exits(0).says("published version 0");
            let october = |host: &Night| rows(&host.path(""), "cost").into_iter().filter(|row| row.contains("2026-10"));
            let before: Vec<String> = october(&one).collect();
            night::Night::second(&one.path(""));
            if !closes_first {
                let close = Held::at(&other, &CLOSE, "close.before_ledger");
                costmill(&one.path(""), &RUN).exits(0).says("published version 1");
                close.go().exits(1).complains("another host wrote this event while this run was at work");
                costmill(&other.path(""), &CLOSE).exits(0).says("2026-10 is closed by us as version 1");
                costmill(&one.path(""), &RUN).exits(0).says("nothing new");
                continue;
            }
            let run = Held::at_commit(&one, "");
            costmill(&other.path(""), &CLOSE).exits(0).says("2026-10 is closed by us");
            run.go().exits(0).says("2026-10 was closed by another host meanwhile: it stands again as it was closed");
            let now: Vec<String> = october(&one).collect();
            assert!(!before.is_empty() && now == before, "{}: what was closed", place.scheme);
            let history = costmill(&one.path(""), &["history", "--period", "2026-10"]).exits(0);
            assert!(history.stdout.contains("adjustment"), "{}:\n{}", place.scheme, history.stdout);
            costmill(&one.path(""), &RUN).exits(0).says("nothing new");
        }
    }
}
