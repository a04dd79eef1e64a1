//! Three deliveries of a month: what moved, at every level, and where the months after tell it.

use super::charges::{Charge, rows, sum, usage};
use super::closing::{PUBLISHED, august, deliver, of};
use super::place::Night;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What is there of a `diff`: level → (currency → Σ of each figure column).
fn diff(night: &Night, arguments: &[&str]) -> (Vec<BTreeMap<String, String>>, String) {
    let call = [&["diff", "--period", "2026-08", "--format", "csv"], arguments].concat();
    let csv = night.costmill(&call).exits(0).stdout;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    (reader.deserialize().map(Result::unwrap).collect(), csv)
}

/// Second: 100 → 101.5 of maps, a machine of search in EUR, a credit. Third: maps' charge is search's.
static DELIVERED: LazyLock<Night> = LazyLock::new(|| {
    let night = PUBLISHED.copy();
    let mut charges: Vec<Charge> = august();
    charges[0] = of("maps", "2026-08-10", "101.5").costs("101.500000000000000001", "99");
    charges.push(usage("2026-08-12", "3").tags(&[("team", "search")]).set("BillingCurrency", "EUR").account("2"));
    charges.push(of("maps", "2026-08-31", "-2").set("ChargeCategory", "Credit"));
    deliver(&night, &charges);
    night.run().exits(0).says("published version 1: hand 2026-08");
    charges[1] = of("search", "2026-08-31", "40");
    deliver(&night, &charges);
    night.run().exits(0).says("published version 2: hand 2026-08");
    night
});

#[test]
fn the_parts_of_every_level_are_the_whole() {
    for arguments in [&[][..], &["--from", "0"], &["--from", "0", "--to", "1"], &["--from", "2", "--to", "0"]] {
        let (rows, csv) = diff(&DELIVERED, arguments);
        let figures = ["x_EffectiveCostFrom", "x_EffectiveCostTo", "x_EffectiveCostChange", "x_BilledCostChange"];
        let total = |level: &str, currency: &str, figure: &str| {
            let of = rows.iter().filter(|row| row["x_Level"] == level && row["BillingCurrency"] == currency);
            sum(of.map(|row| row[figure].as_str()))
        };
        for currency in ["USD", "EUR"] {
            for figure in figures {
                for level in ["charge category", "service", "sub account", "team"] {
                    let (part, whole) = (total(level, currency, figure), total("total", currency, figure));
                    assert_eq!(part, whole, "{arguments:?} {level} {currency} {figure}\n{csv}");
                }
            }
        }
    }
}

#[test]
fn what_moved_is_told_by_each_part() {
    // Between the last two deliveries only an owner changed.
    let (_, csv) = diff(&DELIVERED, &[]);
    for line in [
        "total,all,USD,179.500000000000000001,179.500000000000000001,0,177,177,0,4,4,0",
        "service,(unchanged),USD,179.500000000000000001,179.500000000000000001,0,177,177,0,4,4,0",
        "team,maps,USD,139.500000000000000001,99.500000000000000001,-40,137,97,-40,3,2,-1",
        "team,search,USD,40,80,40,40,80,40,1,2,1",
    ] {
        assert!(csv.contains(line), "{line}\n{csv}");
    }
    let (_, csv) = diff(&DELIVERED, &["--from", "0"]);
    for line in [
        "total,all,EUR,0,3,3,0,3,3,0,1,1",
        // 101.500000000000000001 − 100 − 2, and billed 99 − 100 − 2.
        "total,all,USD,180,179.500000000000000001,-0.499999999999999999,180,177,-3,3,4,1",
        "charge category,Usage,USD,180,181.500000000000000001,1.500000000000000001,180,179,-1,3,3,0",
        "charge category,Credit,USD,0,-2,-2,0,-2,-2,0,1,1",
        "service,(unchanged),USD,40,40,0,40,40,0,1,1,0",
        "sub account,2,EUR,0,3,3,0,3,3,0,1,1",
    ] {
        assert!(csv.contains(line), "{line}\n{csv}");
    }
    // To the total of the publication itself.
    let status = DELIVERED.status();
    assert_eq!(status["slots"][0]["EffectiveCost"]["USD"], "179.500000000000000001");
    let told = DELIVERED.costmill(&["diff", "--period", "2026-08", "--from", "0", "--to", "1"]).exits(0).stdout;
    assert!(told.starts_with("2026-08: from version 0 (") && told.contains("; hand: another delivery\n"), "{told}");
}

#[test]
fn days_and_versions_that_are_not_there() {
    // All was published today, so the figures of long ago are none, and those of the far future are the newest.
    let (rows, csv) = diff(&DELIVERED, &["--from-date", "2020-01-01", "--to-date", "2999-01-01"]);
    assert_eq!(rows[1]["x_EffectiveCostTo"], "179.500000000000000001", "{csv}");
    assert!(rows.iter().all(|row| row["x_EffectiveCostFrom"] == "0"), "{csv}");
    let call = |arguments: &[&str]| DELIVERED.costmill(&[&["diff"], arguments].concat());
    call(&["--period", "2026-08", "--from", "9"]).exits(2).complains("there is no version 9").complains("0 to 2");
    call(&["--period", "2026-07"]).exits(2).complains("published are: hand 2026-08, hand 2026-09");
    call(&["--period", "2026-08", "--source", "gcp"]).exits(2).complains("nothing of gcp is published");
    call(&["--period", "2026-08", "--since-closing"]).exits(2).complains("it is not closed");
    call(&["--period", "2026-08", "--from", "0", "--from-date", "2026-01-01"]).exits(2);
}

#[test]
fn history_has_every_publication() {
    let csv = DELIVERED.costmill(&["history", "--period", "2026-08", "--format", "csv"]).exits(0).stdout;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let rows: Vec<BTreeMap<String, String>> = reader.deserialize().map(Result::unwrap).collect();
    let of = |row: &BTreeMap<String, String>| {
        ["x_Version", "x_Event", "BillingCurrency", "EffectiveCost", "x_EffectiveCostChange", "x_Rows"]
            .map(|name| row[name].clone())
            .join("|")
    };
    let expected = [
        "0|first published|USD|180||3",
        "1|another delivery|EUR|3|3|5",
        "1|another delivery|USD|179.500000000000000001|-0.499999999999999999|5",
        "2|another delivery|EUR|3|0|5",
        "2|another delivery|USD|179.500000000000000001|0|5",
    ];
    assert_eq!(rows.iter().map(of).collect::<Vec<_>>(), expected, "{csv}");
    assert!(rows.iter().all(|row| !row["x_Delivery"].is_empty() && row["x_At"].ends_with('Z')), "{csv}");
    let json = DELIVERED.costmill(&["history", "--period", "2026-09", "--format", "json"]).exits(0).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 1, "{json}");
}

const CHANGE: [&str; 4] = ["x_Change", "x_ChangedMonth", "x_ChangedBy", "x_EffectiveCostChange"];

/// August moved while October was the newest month: October tells it, once and in all.
#[test]
fn a_restatement_stands_in_the_review_of_the_month_in_which_it_came() {
    let told = |night: &Night, month: &str| rows(night, "metric/earlier_months", month, &CHANGE);
    assert_eq!(
        told(&DELIVERED, "2026-10"),
        ["restatement|2026-08|another delivery|3", "restatement|2026-08|another delivery|-0.499999999999999999"]
    );
    for month in ["2026-08", "2026-09"] {
        assert_eq!(told(&DELIVERED, month), Vec::<String>::new(), "{month}");
    }
    // November comes, and with it a change of September: November tells that, and October still tells August's.
    let night = DELIVERED.copy();
    let november = [of("maps", "2026-09-30", "55"), of("maps", "2026-11-01", "1")];
    deliver(&night, &november);
    let set = "[[source.file_set]]\nbilling_periods = [\"2026-11\"]\nfiles = [\"2026-11.csv\"]\n[tags.dimensions]";
    night.write("costmill.toml", night.read("costmill.toml").replace("[tags.dimensions]", set));
    night.run().exits(0).says("published version 3: hand 2026-09, hand 2026-11");
    assert_eq!(told(&night, "2026-11"), ["restatement|2026-09|another delivery|5"]);
    assert_eq!(told(&night, "2026-10"), told(&DELIVERED, "2026-10"));
    // An edited policy moves teams, not the total: it is told by team.
    let owner = "[[owner]]\nwhere = { SubAccountId = [\"1\"] }\nteam = \"search\"\n[[owner]]\ntag";
    night.write("costmill.toml", night.read("costmill.toml").replace("[[owner]]\ntag", owner));
    night.run().exits(0);
    let columns = ["x_ChangedMonth", "x_Team", "x_EffectiveCostChange"];
    let moved = rows(&night, "metric/earlier_months_in_detail", "2026-11", &columns);
    assert!(moved.contains(&"2026-10|maps|-20".into()) && moved.contains(&"2026-10|search|20".into()), "{moved:?}");
    let moved = rows(
        &night,
        "metric/earlier_months_by_team",
        "2026-11",
        &["x_Team", "x_ChangedMonth", "x_ChangedBy", "x_Restated"],
    );
    let october: Vec<_> = moved.iter().filter(|row| row.contains("2026-10")).collect();
    assert_eq!(october, ["maps|2026-10|policy or program|-20", "search|2026-10|policy or program|20"], "{moved:?}");
    // The same night again says the same.
    let before = super::place::files(night.path("out"));
    night.run().exits(0).says("nothing new");
    assert_eq!(super::place::files(night.path("out")), before);
}

/// A first load of many months is no change of any.
#[test]
fn a_first_load_changes_nothing() {
    for month in ["2026-08", "2026-09", "2026-10"] {
        assert_eq!(rows(&PUBLISHED, "metric/earlier_months", month, &CHANGE), Vec::<String>::new(), "{month}");
    }
}
