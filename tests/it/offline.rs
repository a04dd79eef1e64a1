//! Runs that look at no source: what has landed, once more.

use super::bucket::{Bill, CONFIG, PERIOD, part};
use super::gcp_export::{CONFIG as GCP, Row, json_lines, usage};
use super::night::{DAY, Night as Bills, PUBLISHED, State};
use super::place::{AS_OF, Night};
use super::support::{Costmill, Outcome};
use std::fs;
use std::path::Path;

const OFFLINE: [&str; 4] = ["run", "--offline", "--as-of", AS_OF];

fn offline(folder: &Path) -> Outcome {
    Costmill::new().cwd(folder).args(["run", "--offline", "--as-of", DAY]).run()
}

/// The exports are not there, and so cannot have been looked at.
fn away(folder: &Path) {
    fs::rename(folder.join("exports"), folder.join("elsewhere")).unwrap();
}

/// Another owner of every charge: another row of each roll-up, and so another publication.
fn edit_policy(folder: &Path) {
    let config = fs::read_to_string(folder.join("costmill.toml")).unwrap();
    let team = "[[team]]\nname = \"platform\"\n[[owner]]\nfrom = \"2020-01-01\"\nteam = \"platform\"\n";
    fs::write(folder.join("costmill.toml"), format!("{config}{team}")).unwrap();
}

/// Without what says when and how each run went.
fn state(night: &Bills) -> State {
    night.state()
}

#[test]
fn after_an_edit_it_is_the_online_night_byte_for_byte() {
    let (online, other) = (PUBLISHED.copy(), PUBLISHED.copy());
    for night in [&online, &other] {
        edit_policy(&night.path(""));
    }
    online.run("").exits(0).says("published version 1");
    away(&other.path(""));
    offline(&other.path("")).exits(0).says("published version 1");
    assert_eq!(state(&other), state(&online));
    assert_ne!(state(&other), PUBLISHED.state(), "the edit changes something");
    // And once more there is nothing to do.
    offline(&other.path("")).exits(0).says("nothing new");
    assert_eq!(state(&other), state(&online));
}

/// A lake of before there were notes of what the sources hold.
#[test]
fn without_a_note_what_is_published_is_what_there_is() {
    let (online, other) = (PUBLISHED.copy(), PUBLISHED.copy());
    for night in [&online, &other] {
        edit_policy(&night.path(""));
    }
    online.run("").exits(0);
    away(&other.path(""));
    fs::remove_dir_all(other.path("lake/standing")).unwrap();
    offline(&other.path("")).exits(0).says("published version 1");
    assert_eq!(state(&other), state(&online));
}

/// What a run has landed is there, also where it ended before it published it.
#[test]
fn a_delivery_landed_by_a_run_that_died_counts() {
    for fault in ["slot.before_proof", "run.before_commit", "lake.before_commit", "run.after_commit"] {
        let (online, other) = (PUBLISHED.copy(), PUBLISHED.copy());
        Bills::second(&online.path(""));
        online.run("").exits(0);
        Bills::second(&other.path(""));
        assert_eq!(other.run(fault).status, -1, "{fault}");
        away(&other.path(""));
        offline(&other.path("")).exits(0);
        assert_eq!(state(&other), state(&online), "{fault}");
    }
    // One that had not landed does not count: what is published stands.
    let other = PUBLISHED.copy();
    Bills::second(&other.path(""));
    assert_eq!(other.run("land.before_delivery_json").status, -1);
    away(&other.path(""));
    offline(&other.path("")).complains("source aws: its format, dataset, file sets or money basis are others now");
    assert_eq!(state(&other), PUBLISHED.state());
}

/// With manifests the newer delivery of a period takes the place of the older one, landed or not published.
#[test]
fn the_newest_landed_delivery_of_a_period_is_the_one() {
    let night = Night::new(CONFIG);
    Bill::hand_worked().deliver(&night);
    night.run().exits(0);
    Bill::hand_worked().set(1, "lineItem/UnblendedCost", "77.5").deliver(&night);
    let online = night.copy();
    online.run().exits(0).says("published version 1");
    assert_eq!(night.run_armed("run.before_commit").status, -1);
    away(&night.path(""));
    night.costmill(&OFFLINE).exits(0).says("published version 1");
    let rows = |night: &Night| night.query("SELECT * FROM cost ORDER BY x_SourceFile, x_SourceRow");
    assert_eq!(rows(&night), rows(&online));
}

#[test]
fn nothing_landed_is_told() {
    let night = Night::new(CONFIG);
    Bill::hand_worked().deliver(&night);
    night
        .costmill(&OFFLINE)
        .exits(1)
        .complains("source aws: nothing of it has landed\n  remedy: run once without --offline");
    assert!(!night.path("lake/landed").exists());
    // The rest goes on.
    let night = Night::new(CONFIG);
    Bill::hand_worked().deliver(&night);
    night.run().exits(0);
    let more = "[[source]]\nid = \"new\"\nformat = \"focus\"\nlocation = \"nowhere\"\n[tags]";
    night.write("costmill.toml", night.read("costmill.toml").replace("[tags]", more));
    edit_policy(&night.path(""));
    night.costmill(&OFFLINE).exits(3).says("published version 1").complains("source new: nothing of it has landed");
}

/// What held a period back when its source was looked at holds it now, in the same words.
#[test]
fn what_was_refused_stays_refused() {
    let night = Night::new(CONFIG);
    Bill::hand_worked().deliver(&night);
    night.run().exits(0);
    night.write(&part(PERIOD, 2), "no gzip");
    let online = night.run();
    let looked = online.stderr.clone();
    away(&night.path(""));
    let told = night.costmill(&OFFLINE).exits(online.status);
    assert_eq!(told.stderr, looked);
    assert!(looked.contains("error: source: "), "{looked}");
}

/// Keys of the source that decide what its deliveries are need a look.
#[test]
fn another_money_basis_needs_a_look() {
    let night = Night::new(CONFIG);
    Bill::hand_worked().deliver(&night);
    night.run().exits(0);
    let config = night.read("costmill.toml").replace("location = \"exports\"", "location = \"moved\"");
    night.write("costmill.toml", config);
    night.costmill(&OFFLINE).exits(0).says("nothing new");
    let config =
        night.read("costmill.toml").replace("location = \"moved\"", "location = \"moved\"\nmoney_basis = \"gross\"");
    night.write("costmill.toml", config);
    night.costmill(&OFFLINE).complains("money basis are others now than when it was looked at last");
}

fn on(day: u32, cost: &str) -> Row {
    usage("CORE", cost).exported(&format!("2026-10-{day:02} 15:00:00 UTC"))
}

/// Slices: every dump counts, one of a day for all of its day, an emptied one for nothing.
#[test]
fn dumps_are_put_together_from_what_has_landed() {
    let night = Night::new(GCP);
    night.write("dumps/all/part.json", json_lines(&[on(5, "1"), on(6, "2"), on(6, "2.5"), on(7, "3")]));
    night.run().exits(0);
    night.write("dumps/export_time=2026-10-06/part.json", json_lines(&[on(6, "9")]));
    let online = night.copy();
    online.run().exits(0);
    assert_eq!(night.run_armed("run.before_commit").status, -1);
    fs::rename(night.path("dumps"), night.path("elsewhere")).unwrap();
    night.costmill(&OFFLINE).exits(0);
    let costs =
        |night: &Night| night.query("SELECT BilledCost, x_SourceFile, x_SourceRow FROM cost ORDER BY BilledCost");
    assert_eq!(costs(&night), costs(&online));
    assert_eq!(costs(&night).len(), 3);
}

/// One billing period alone, while the other ones of the note stay.
#[test]
fn a_look_at_one_period_forgets_no_other() {
    let other = PUBLISHED.copy();
    other.call(&["run", "--as-of", DAY, "--period", "2026-10"]).exits(0);
    edit_policy(&other.path(""));
    let online = other.copy();
    online.run("").exits(0);
    away(&other.path(""));
    offline(&other.path("")).exits(0).says("aws 2026-09, aws 2026-10");
    assert_eq!(state(&other), state(&online));
}
