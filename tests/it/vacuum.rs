//! What vacuum takes away, and what it must not.

use super::bucket::{Bill, published};
use super::closing::{CLOSED, bytes_of, deliver, of};
use super::place::{Night, files};
use super::support::Costmill;
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

/// Every file of the lake by name and bytes, but the lock.
fn lake(night: &Night) -> BTreeMap<String, Vec<u8>> {
    files(night.path("lake")).into_iter().filter(|(name, _)| name != ".lock").collect()
}

/// Old enough for everything.
const LATER: [&str; 3] = ["vacuum", "--as-of", "2036-01-01"];

fn names(found: &BTreeMap<String, Vec<u8>>) -> Vec<&String> {
    found.keys().collect()
}

/// What stood before and is gone.
fn gone(before: &BTreeMap<String, Vec<u8>>, night: &Night) -> Vec<String> {
    let now = lake(night);
    before.keys().filter(|name| !now.contains_key(*name)).cloned().collect()
}

/// Two versions: the second with another cost in one line, so that both the delivery and the files are others.
fn twice(retention: &str) -> Night {
    let night = published();
    let config = night.read("costmill.toml");
    night.write("costmill.toml", format!("{config}\n[retention]\n{retention}\n"));
    Bill::hand_worked().set(1, "lineItem/UnblendedCost", "12.5").deliver(&night);
    night.run().exits(0).says("published version 1");
    night
}

#[test]
fn what_nothing_names_goes_when_it_is_old_and_not_before() {
    let night = published();
    let before = lake(&night);
    for (name, days) in
        [("rollup/cost_daily/a.parquet", 8), ("rollup/cost_daily/b.parquet", 6), ("landed/aws/half/part-1.parquet", 8)]
    {
        night.write(&format!("lake/{name}"), "12345");
        let file = std::fs::File::options().write(true).open(night.path(&format!("lake/{name}"))).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(days * 24 * 3600)).unwrap();
    }
    let with = lake(&night);
    let dry = night.costmill(&["vacuum", "--dry-run"]).exits(0);
    let dry = dry.says("would remove rollup/cost_daily/a.parquet (5 bytes)").says("would remove 2 files, 10 bytes");
    assert!(!dry.stdout.contains("b.parquet"), "{}", dry.stdout);
    assert_eq!(names(&lake(&night)), names(&with));
    night.costmill(&["vacuum"]).exits(0).says("removed 2 files, 10 bytes");
    let mut left = lake(&night);
    assert!(left.remove("rollup/cost_daily/b.parquet").is_some());
    assert_eq!(names(&left), names(&before));
    night.costmill(&["vacuum"]).exits(0).says("removed 0 files, 0 bytes");
    night.run().exits(0).says("nothing new");
}

/// Without a word of the retention every version stays whole, however old.
#[test]
fn history_stays_unless_it_is_told_to_go() {
    let night = twice("unreferenced_days = 1");
    let before = lake(&night);
    night.costmill(&LATER).exits(0).says("removed 0 files");
    assert_eq!(gone(&before, &night), Vec::<String>::new());
}

#[test]
fn an_old_version_loses_its_rows_and_keeps_what_moved() {
    let night = twice("history_days = 30");
    let sql = "SELECT COUNT(*) AS x_Rows FROM cost";
    let daily = "SELECT SUM(BilledCost) AS BilledCost FROM cost_daily WHERE BillingCurrency = 'USD'";
    let ask = |version: &str, sql: &str| night.costmill(&["query", sql, "--format", "csv", "--version", version]);
    let told = |arguments: &[&str]| night.costmill(arguments).exits(0).stdout;
    let history = told(&["history", "--period", "2026-09"]);
    let diff = told(&["diff", "--period", "2026-09", "--from", "0", "--to", "1"]);
    let (old, new) = (ask("0", daily).exits(0).stdout, ask("1", daily).exits(0).stdout);
    assert_ne!(old, new);
    // Version 1 came today: within thirty days of it version 0 stays.
    night.costmill(&["vacuum"]).exits(0).says("removed 0 files");
    ask("0", sql).exits(0).says("45");
    let before = lake(&night);
    night.costmill(&LATER).exits(0).says("1 versions are older than history_days");
    let gone = gone(&before, &night);
    assert!(gone.iter().any(|name| name.starts_with("cost/x_SourceId=aws/")), "{gone:?}");
    assert!(!gone.iter().any(|name| name.starts_with("rollup/cost_daily/")), "{gone:?}");
    let refused = ask("0", sql).exits(1);
    refused
        .complains("error: lake: version 0: files of this version are no longer there")
        .complains("ask version 1 or a later one");
    assert_eq!((ask("0", daily).exits(0).stdout, ask("1", daily).exits(0).stdout), (old, new));
    assert_eq!(told(&["history", "--period", "2026-09"]), history);
    assert_eq!(told(&["diff", "--period", "2026-09", "--from", "0", "--to", "1"]), diff);
    ask("1", sql).exits(0).says("45");
    night.run().exits(0).says("nothing new");
    night.costmill(&["reconcile", "--period", "2026-09"]).exits(0).says("ties");
}

#[test]
fn a_delivery_that_was_replaced_goes_and_the_published_one_stays() {
    let night = twice("landed_days = 30");
    let landed = |night: &Night| -> Vec<String> {
        let names =
            lake(night).into_keys().filter(|name| name.starts_with("landed/") && name.ends_with("delivery.json"));
        names.collect()
    };
    let both = landed(&night);
    assert_eq!(both.len(), 2);
    night.costmill(&["vacuum"]).exits(0).says("removed 0 files");
    night.costmill(&LATER).exits(0).says("a later delivery replaced it");
    assert_eq!(landed(&night).len(), 1);
    let status = night.status();
    let published = status["slots"][0]["delivery"].as_str().unwrap().to_string();
    assert!(landed(&night)[0].contains(&published));
    night.run().exits(0).says("nothing new");
    night.costmill(&["reconcile", "--period", "2026-09"]).exits(0).says("ties");
    // Delivered again as it was first: it lands again, and is published.
    Bill::hand_worked().deliver(&night);
    night.run().exits(0).says("published version 2");
}

/// A night without a look at the sources takes what the notes name as what is there.
#[test]
fn a_delivery_that_a_note_of_what_stands_names_stays() {
    let night = published();
    let note = night.read("lake/standing/aws.json");
    let config = night.read("costmill.toml");
    night.write("costmill.toml", format!("{config}\n[retention]\nlanded_days = 1\n"));
    Bill::hand_worked().set(1, "lineItem/UnblendedCost", "12.5").deliver(&night);
    night.run().exits(0).says("published version 1");
    night.write("lake/standing/aws-before.json", note);
    let before = lake(&night);
    night.costmill(&LATER).exits(0);
    assert_eq!(gone(&before, &night), Vec::<String>::new());
    // One that does not read names nobody knows what.
    night.write("lake/standing/aws-before.json", "{");
    night.costmill(&LATER).exits(1).complains("standing/aws-before.json").complains("does not read");
    std::fs::remove_file(night.path("lake/standing/aws-before.json")).unwrap();
    night.costmill(&LATER).exits(0).says("a later delivery replaced it");
    night.run().exits(0).says("nothing new");
}

#[test]
fn the_newest_records_of_runs_stay() {
    let night = twice("run_records = 2");
    for _ in 0..3 {
        night.run().exits(0);
    }
    let runs = || files(night.path("lake/runs")).into_keys().collect::<Vec<_>>();
    assert_eq!(runs().len(), 5);
    let newest = runs().split_off(3);
    let before = lake(&night);
    night.costmill(&["vacuum"]).exits(0).says("runs: 3 files").says("it is older than the last run_records");
    assert_eq!(runs(), newest);
    assert_eq!(gone(&before, &night).len(), 3);
    night.run().exits(0);
    assert_eq!(runs().last().map(String::as_str), Some("00000006-run.json"));
}

/// Years later, with the shortest of all ages: the issued pages, the frozen rows, and what adjustments are made from.
#[test]
fn nothing_that_a_closed_period_needs_goes() {
    let night = CLOSED.copy();
    let config = night.read("costmill.toml");
    let all = "unreferenced_days = 1\nhistory_days = 1\nlanded_days = 1\nfetched_days = 1";
    night.write("costmill.toml", format!("{config}\n[retention]\n{all}\n"));
    let later = |cost: &str| [of("maps", "2026-08-10", cost), of("maps", "2026-08-31", "40")];
    deliver(&night, &later("110"));
    night.run().exits(0).says("adjustment of");
    let (bytes, ledger) = (bytes_of(&night, "2026-08"), files(night.path("lake/ledger")));
    let undisturbed = night.copy();
    night.costmill(&LATER).exits(0);
    assert_eq!(bytes_of(&night, "2026-08"), bytes);
    assert_eq!(files(night.path("lake/ledger")), ledger);
    night.run().exits(0).says("nothing new");
    // The pages come back into another output folder, and the next later delivery is reckoned with what is frozen.
    for night in [&night, &undisturbed] {
        std::fs::remove_dir_all(night.path("out")).unwrap();
        deliver(night, &later("125"));
        night.run().exits(0);
    }
    assert_eq!(bytes_of(&night, "2026-08"), bytes);
    let told = |night: &Night| {
        let text = night.costmill(&["history", "--period", "2026-08", "--format", "csv"]).exits(0).stdout;
        // The time of the closing is the copy's own.
        text
    };
    assert_eq!(told(&night), told(&undisturbed));
}

#[test]
fn a_lake_that_is_held_or_damaged_is_left_alone() {
    let night = twice("history_days = 1\nlanded_days = 1");
    let before = lake(&night);
    let lock = std::fs::File::options().write(true).open(night.path("lake/.lock")).unwrap();
    lock.lock().unwrap();
    night.costmill(&LATER).exits(1).complains("another costmill run").complains("holds the lake");
    assert_eq!(gone(&before, &night), Vec::<String>::new());
    // A look is no change, and needs no lock.
    night.costmill(&[&LATER[..], &["--dry-run"]].concat()).exits(0).says("would remove");
    drop(lock);
    night.write("lake/ledger/99999999-closing.json", "{}");
    night.costmill(&LATER).exits(1);
    assert_eq!(gone(&before, &night), Vec::<String>::new());
}

#[test]
fn a_vacuum_that_is_killed_leaves_a_lake_that_runs() {
    let night = twice("history_days = 1\nlanded_days = 1");
    let done = night.copy();
    done.costmill(&LATER).exits(0);
    let many = lake(&night).len() - lake(&done).len();
    assert!(many > 4, "{many}");
    for stop in [1, 2, many / 2, many] {
        let night = night.copy();
        let killed = Costmill::new().cwd(&night.path("")).env("COSTMILL_FAULT", format!("vacuum.before_remove@{stop}"));
        assert_eq!(killed.args(LATER).run().status, -1);
        if stop > 1 {
            night.run().exits(0).says("nothing new");
        }
        night.costmill(&LATER).exits(0).says(&format!("removed {} files", many + 1 - stop));
        // The run in between has its record.
        let left =
            |night: &Night| lake(night).into_keys().filter(|name| !name.starts_with("runs/")).collect::<Vec<_>>();
        assert_eq!(left(&night), left(&done), "stopped before file {stop}");
    }
}
