//! A run may end at any point, however rudely: what was published stays readable, and the next run
//! makes what an undisturbed one would have made.

use super::night::{DAY, Night, PUBLISHED, RESTATED, State, files};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Stdio};

/// Those that only a closing or its adjustments pass: tried in `closing_refused`.
const OF_CLOSINGS: [&str; 5] = [
    "close.before_ledger",
    "close.after_ledger",
    "reopen.before_ledger",
    "reopen.after_ledger",
    "run.before_adjustment",
];

/// Those that only a fetch from a store, or a lake in one, passes: tried in `peers`.
const OF_STORES: [&str; 4] = ["extract.in_mid_file", "lake.in_landed", "lake.before_send", "lake.between_sends"];

/// Those that only a delivery of pages passes: tried in `handing_out`.
const OF_DELIVERIES: [&str; 2] = ["outbox.before_put", "outbox.before_remove"];

/// The one that only `vacuum` passes: tried in `vacuum`.
const OF_VACUUM: [&str; 1] = ["vacuum.before_remove"];

/// Every other fault point of the sources, and what to arm so that a restatement dies there.
const POINTS: [(&str, &str); 16] = [
    ("land.before_delivery_json", "land.before_delivery_json"),
    ("slot.before_proof", "slot.before_proof"),
    ("lake.before_rename", "lake.before_rename"),
    ("lake.after_stage", "lake.after_stage"),
    ("run.before_proof", "run.before_proof"),
    ("run.before_commit", "run.before_commit"),
    ("lake.before_commit", "lake.before_commit"),
    ("lake.at_commit", "lake.at_commit"),
    ("lake.after_commit", "lake.after_commit"),
    ("run.after_commit", "run.after_commit"),
    ("lake.before_derived", "lake.before_derived@2"),
    ("run.before_ledger", "run.before_ledger"),
    ("run.after_ledger", "run.after_ledger"),
    // The second switch: one period's page is new, the others' are old.
    ("output.between_renames", "output.between_renames@2"),
    // Only where the file system cannot exchange two folders: the derived tables of October are away,
    // which the restatement changes and September's it does not; after them, October's page is.
    ("lake.between_renames", "lake.no_exchange,lake.between_renames"),
    ("lake.between_renames", "lake.no_exchange,lake.between_renames@2"),
];

#[test]
fn every_fault_point_of_the_sources_is_tried() {
    let folder = super::night::root().join("src");
    let mut found = BTreeSet::new();
    for path in files(&folder) {
        let text = std::fs::read_to_string(folder.join(&path)).unwrap_or_default();
        for call in text.split("fault::point(").skip(1) {
            let name = call.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next());
            found.insert(name.unwrap_or_else(|| panic!("{path}: a fault point without a plain name")).to_string());
        }
    }
    let tried =
        POINTS.iter().map(|(name, _)| *name).chain(OF_CLOSINGS).chain(OF_STORES).chain(OF_DELIVERIES).chain(OF_VACUUM);
    let tried = tried.map(str::to_string);
    assert_eq!(found, tried.collect());
}

#[test]
fn a_restatement_that_dies_at_a_fault_point() {
    let (old, new) = (PUBLISHED.state(), RESTATED.state());
    for (_, fault) in POINTS {
        let night = PUBLISHED.copy();
        Night::second(&night.path(""));
        let died = night.run(fault);
        assert_eq!(died.status, -1, "{fault} was not passed:\n{}{}", died.stdout, died.stderr);
        let away = fault.ends_with("lake.between_renames@2");
        readable(&night, &old, &new, away, fault);
        recovers(&night, &new, fault);
    }
}

#[test]
fn a_restatement_that_dies_at_random_passes() {
    let passes = passes(&{
        let night = PUBLISHED.copy();
        Night::second(&night.path(""));
        night
    });
    let (old, new) = (PUBLISHED.state(), RESTATED.state());
    for pass in drawn(20261120, 10, passes) {
        let night = PUBLISHED.copy();
        Night::second(&night.path(""));
        let fault = format!("any@{pass}");
        assert_eq!(night.run(&fault).status, -1, "{fault} of {passes} was not passed");
        readable(&night, &old, &new, false, &fault);
        recovers(&night, &new, &fault);
    }
}

#[test]
fn a_first_night_that_dies_at_random_passes() {
    let night = Night::before();
    let nothing = night.state();
    let passes = passes(&night);
    let new = PUBLISHED.state();
    for pass in drawn(19700101, 10, passes) {
        let (night, fault) = (Night::before(), format!("any@{pass}"));
        assert_eq!(night.run(&fault).status, -1, "{fault} of {passes} was not passed");
        readable(&night, &nothing, &new, false, &fault);
        recovers(&night, &new, &fault);
    }
}

/// SIGKILL from outside, at moments between the fault points: as soon as that many new names have
/// been seen in the lake and the output.
#[test]
fn a_restatement_that_is_killed() {
    let (old, new) = (PUBLISHED.state(), RESTATED.state());
    let names = |night: &Night| -> BTreeSet<String> {
        ["lake", "out"].iter().flat_map(|folder| files(&night.path(folder))).collect()
    };
    let most = names(&RESTATED).difference(&names(&PUBLISHED)).count();
    for wanted in drawn(9, 5, most) {
        let night = PUBLISHED.copy();
        Night::second(&night.path(""));
        let before = names(&night);
        let mut run = Command::new(env!("CARGO_BIN_EXE_costmill"))
            .args(["run", "--quiet", "--as-of", DAY])
            .current_dir(night.path(""))
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts");
        let mut seen = BTreeSet::new();
        while seen.len() < wanted && run.try_wait().expect("a child").is_none() {
            seen.extend(names(&night).difference(&before).cloned());
            std::thread::yield_now();
        }
        run.kill().expect("the kill");
        run.wait().expect("a child");
        let told = format!("killed after {wanted} of {most} names");
        readable(&night, &old, &new, false, &told);
        recovers(&night, &new, &told);
    }
}

/// What readers find after a crash: the old publication or the new one, and whole pages of either.
#[track_caller]
fn readable(night: &Night, old: &State, new: &State, page_away: bool, told: &str) {
    let found = night.state();
    let published = |state: &State| (state.status.clone(), state.live.clone());
    assert!([old, new].map(published).contains(&published(&found)), "{told}: {}", found.status);
    let [old, new, mut found] = [old, new, &found].map(by_folder);
    if page_away {
        let gone: Vec<_> = old.keys().filter(|period| !found.contains_key(*period)).cloned().collect();
        assert_eq!(gone.len(), 1, "{told}: one period is away between two renames");
        found.insert(gone[0].clone(), old[&gone[0]].clone());
    }
    for (period, files) in &old {
        let whole = found.get(period).is_some_and(|found| found == files || Some(found) == new.get(period));
        assert!(whole, "{told}: the page of {period} is gone or half of each");
    }
    for (period, files) in &found {
        assert!(old.get(period) == Some(files) || new.get(period) == Some(files), "{told}: {period} is neither");
    }
}

/// The output by its first folder: a period, or a loose file.
fn by_folder(state: &State) -> BTreeMap<String, Vec<(String, String)>> {
    let mut folders = BTreeMap::<_, Vec<_>>::new();
    for (path, hash) in &state.artifacts {
        let top = path.split('/').next().unwrap_or_default().to_string();
        folders.entry(top).or_default().push((path.clone(), hash.clone()));
    }
    folders
}

/// The next run ends well, leaves nothing behind and makes what an undisturbed run made.
#[track_caller]
fn recovers(night: &Night, new: &State, told: &str) {
    let again = night.run("");
    assert_eq!(again.status, 0, "{told}: the next run failed\n{}{}", again.stdout, again.stderr);
    assert_eq!(&night.state(), new, "{told}");
    assert_eq!(files(&night.path("lake/tmp")), Vec::<String>::new(), "{told}");
    assert!(!night.path("out/.costmill-next").exists(), "{told}");
}

/// Fault points that a night passes, counted on a copy.
fn passes(night: &Night) -> usize {
    let traced = night.copy().run("trace").exits(0);
    let passes = traced.stderr.lines().filter(|line| line.starts_with("fault point: ")).count();
    assert!(passes > 15, "{}", traced.stderr);
    passes
}

/// Different numbers from 1 to `most`, drawn from a seed, sorted.
fn drawn(seed: u64, count: usize, most: usize) -> BTreeSet<usize> {
    assert!(most >= count, "only {most} to draw {count} from");
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut drawn = BTreeSet::new();
    while drawn.len() < count {
        drawn.insert(1 + (random.next_u64() % most as u64) as usize);
    }
    drawn
}
