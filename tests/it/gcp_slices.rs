//! Dumps of Google Cloud's usage cost table: which rows of which dump count, in whatever order they come.

use super::gcp_export::{CONFIG, Row, gzip, json_lines, parquet, usage};
use super::place::Night;
use std::collections::BTreeMap;

type Rows = Vec<BTreeMap<String, String>>;

/// Every charge without where it came from, in an order that does not depend on it.
fn charges(night: &Night) -> Rows {
    let mut rows = night.query("SELECT * FROM cost");
    for row in &mut rows {
        row.remove("x_SourceFile");
        row.remove("x_SourceRow");
    }
    rows.sort();
    rows
}

fn costs(night: &Night) -> Vec<String> {
    let rows = night.query("SELECT BilledCost FROM cost ORDER BY BilledCost");
    rows.into_iter().map(|mut row| row.remove("BilledCost").expect("it")).collect()
}

fn on(day: u32, cost: &str) -> Row {
    usage("CORE", cost).exported(&format!("2026-10-{day:02} 15:00:00 UTC"))
}

/// Of the row that costs 2 there are two, and every dump that has it has both. Never 4, never 1.
#[test]
fn overlapping_dumps_in_any_order_are_the_same_rows() {
    let (one, twin, three, four) = (on(5, "1"), on(6, "2"), on(7, "3"), on(8, "4"));
    let dumps = [
        json_lines(&[one.clone(), twin.clone(), twin.clone(), three.clone()]),
        gzip(&json_lines(&[twin.clone(), three.clone(), twin.clone(), four.clone()])),
        parquet(&[three.clone(), one.clone(), twin.clone(), twin.clone()]),
    ];
    let endings = ["json", "json.gz", "parquet"];
    let mut seen: Option<Rows> = None;
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        // The folders' names say another order, and the nights bring one dump more each time.
        let night = Night::new(CONFIG);
        for (place, dump) in order.into_iter().enumerate() {
            night.write(&format!("dumps/{place}/part.{}", endings[dump]), &dumps[dump]);
            night.run().exits(0);
        }
        assert_eq!(costs(&night), ["1", "2", "2", "3", "4"], "{order:?}");
        // The proof is taken again from what was landed, put together anew.
        night.costmill(&["reconcile", "--period", "2026-10"]).exits(0).says("gcp 2026-10: ties");
        let rows = charges(&night);
        assert_eq!(seen.get_or_insert_with(|| rows.clone()), &rows, "{order:?}");
        night.run().exits(0).says("nothing new");
    }
}

/// The folder names the day: its dump is all of that day, and what another dump has of the day does not count.
#[test]
fn a_dump_of_a_day_is_the_state_of_that_day() {
    let night = Night::new(CONFIG);
    night.write("dumps/all/part.json", json_lines(&[on(5, "1"), on(6, "2"), on(6, "2.5"), on(7, "3")]));
    night.run().exits(0);
    assert_eq!(costs(&night), ["1", "2", "2.5", "3"]);
    // Below a day's folder the last dump by name counts.
    night.write("dumps/export_time=2026-10-06/0900/part.json", json_lines(&[on(6, "9")]));
    night.write("dumps/export_time=2026-10-06/1800/part.json", json_lines(&[on(6, "2"), on(6, "2")]));
    night.run().exits(0);
    assert_eq!(costs(&night), ["1", "2", "2", "3"]);
}

/// A range says too what was not exported in it, also for a month that it has no row of.
#[test]
fn a_dump_of_a_day_without_a_row_of_the_month() {
    let night = Night::new(CONFIG);
    let september = |row: Row| row.set("invoice.month", "202609".into());
    night.write("dumps/all/part.json", json_lines(&[on(5, "1"), september(on(6, "2")), september(on(7, "3"))]));
    night.run().exits(0);
    night.write("dumps/export_time=2026-10-06/part.json", json_lines(&[on(6, "4")]));
    night.run().exits(0);
    assert_eq!(costs(&night), ["1", "3", "4"]);
}

/// The same bytes are the same dump, wherever they lie.
#[test]
fn a_copy_of_a_dump_counts_once() {
    let night = Night::new(CONFIG);
    for folder in ["1", "2"] {
        night.write(&format!("dumps/{folder}/part.json"), json_lines(&[on(5, "1"), on(5, "1")]));
    }
    night.run().exits(0);
    assert_eq!(costs(&night), ["1", "1"]);
    // The same bytes as the whole of a day are another delivery; each row counts once, also when it is proved again.
    night.write("dumps/export_time=2026-10-05/part.json", night.read("dumps/1/part.json"));
    night.run().exits(0);
    assert_eq!(costs(&night), ["1", "1"]);
    night.costmill(&["reconcile", "--period", "2026-10"]).exits(0);
    night.run().exits(0).says("nothing new");
}

/// The same rows as JSON lines and as Parquet, whose columns stand in another order and where nulls are columns too.
#[test]
fn the_same_rows_as_json_and_as_parquet_in_one_dump_are_refused() {
    let rows = [on(5, "1").label("team", "web"), on(6, "2").credit("PROMOTION", "", "-0.5").without("project")];
    let night = Night::new(CONFIG);
    night.write("dumps/1/a.json", json_lines(&rows));
    night.write("dumps/1/b.parquet", parquet(&rows));
    night
        .run()
        .exits(1)
        .complains("1/b.parquet")
        .complains("holds the same rows as 1/a.json: a part was delivered twice");
    // One cell less, and they are two parts.
    night.write("dumps/1/b.parquet", parquet(&[rows[0].clone().without("labels"), rows[1].clone()]));
    night.run().exits(0).says("ties gcp 2026-10: 4 rows");
}

/// Ranges in the config; a dump of the range again, in the same place, replaces the one before.
#[test]
fn a_later_dump_of_a_range_replaces_it() {
    let sets = "\n[[source.file_set]]\nfrom = \"2026-10-05\"\nto = \"2026-10-06T12:00:00Z\"\nfiles = [\"a.json\"]\n\
                \n[[source.file_set]]\nfrom = \"2026-10-06T12:00:00Z\"\nto = \"2026-10-09\"\nfiles = [\"b/*.json\"]\n\n[tags]";
    let night = Night::new(&CONFIG.replace("\n[tags]", sets));
    night.write("dumps/a.json", json_lines(&[on(5, "1"), on(5, "1.5")]));
    night.write("dumps/b/1.json", json_lines(&[on(7, "3")]));
    night.run().exits(0);
    assert_eq!(costs(&night), ["1", "1.5", "3"]);
    night.write("dumps/a.json", json_lines(&[on(5, "1")]));
    night.run().exits(0);
    assert_eq!(costs(&night), ["1", "3"]);
    // A row outside the range: the range, or the dump, is not what the config says.
    night.write("dumps/a.json", json_lines(&[on(5, "1"), on(6, "2")]));
    night.run().exits(1).complains("a.json, row 2, column export_time").complains("outside the range");
    assert_eq!(costs(&night), ["1", "3"]);
}

#[test]
fn ranges_that_overlap_are_refused() {
    let night = Night::new(CONFIG);
    night.write("dumps/x/export_time=2026-10-06/part.json", json_lines(&[on(6, "1")]));
    night.write("dumps/y/export_date=2026-10-06/part.json", json_lines(&[on(6, "2")]));
    night.run().exits(1).complains("x/export_time=2026-10-06").complains("keep the newer dump");
}

#[test]
fn file_sets_of_a_table_have_ranges() {
    let set = |keys: &str| {
        CONFIG.replace("\n[tags]", &format!("\n[[source.file_set]]\n{keys}files = [\"a.json\"]\n\n[tags]"))
    };
    for (keys, words) in [
        ("billing_periods = [\"2026-10\"]\n", "say from and to"),
        ("from = \"2026-10-05\"\n", "a range of export times has two ends"),
        ("from = \"2026-10-05\"\nto = \"2026-10-05\"\n", "ends before it begins"),
        ("from = \"yesterday\"\nto = \"2026-10-05\"\n", "`yesterday` is not a date and time"),
        (
            "billing_periods = [\"2026-10\"]\nfrom = \"2026-10-05\"\nto = \"2026-10-06\"\n",
            "billing periods and a range",
        ),
        ("", "names no billing period"),
    ] {
        let night = Night::new(&set(keys));
        night.write("dumps/a.json", json_lines(&[on(5, "1")]));
        let outcome = night.run().complains(words);
        assert!(outcome.status == 1 || outcome.status == 2, "{keys}: {}", outcome.status);
    }
}

/// A correction comes weeks later, for the old invoice month or on a new one: the month it has rows of is
/// published again, and no other.
#[test]
fn a_late_correction_publishes_its_month_again() {
    let night = Night::new(CONFIG);
    let september = on(5, "7").set("invoice.month", "202609".into());
    night.write("dumps/1/part.json", json_lines(&[on(5, "1"), september]));
    night.run().exits(0).says("ties gcp 2026-09").says("ties gcp 2026-10");
    let correction = on(30, "-7").set("invoice.month", "202609".into());
    night.write("dumps/2/part.json", json_lines(&[correction]));
    let outcome = night.run().exits(0).says("ties gcp 2026-09: 2 rows");
    assert!(!outcome.stdout.contains("ties gcp 2026-10"), "{}", outcome.stdout);
    // The dumps are found the other way round, and it is the same state.
    let other = Night::new(CONFIG);
    for (from, to) in [("1", "2"), ("2", "1")] {
        other.write(&format!("dumps/{to}/part.json"), night.read(&format!("dumps/{from}/part.json")));
    }
    other.run().exits(0);
    assert_eq!(charges(&other), charges(&night));
}

/// A fee and what it covers come in different dumps: the shares are those of the period.
#[test]
fn a_fee_is_shared_out_across_dumps() {
    let night = Night::new(CONFIG);
    let fee = on(6, "0.9")
        .described("Commitment - dollar based v1: GCE for 1 year")
        .number("usage.amount_in_pricing_units", "100");
    let name = "Committed use discount - dollar based: GCE Commitments";
    let covered = on(7, "1").credit("COMMITTED_USAGE_DISCOUNT_DOLLAR_BASE", name, "-1");
    night.write("dumps/1/part.json", json_lines(&[fee]));
    night.run().exits(0);
    assert_eq!(night.query("SELECT EffectiveCost FROM cost")[0]["EffectiveCost"], "0.9");
    night.write("dumps/2/part.json", json_lines(&[covered]));
    night.run().exits(0);
    let rows = night.query("SELECT BilledCost, EffectiveCost FROM cost ORDER BY BilledCost");
    let costs: Vec<_> = rows.iter().map(|row| (row["BilledCost"].as_str(), row["EffectiveCost"].as_str())).collect();
    assert_eq!(costs, [("0", "0.9"), ("0.9", "0")]);
    night.costmill(&["reconcile", "--period", "2026-10"]).exits(0).says("gcp 2026-10: ties");
    assert!(super::place::files(night.path("lake/tmp")).is_empty(), "what was put together is given back");
}

/// A dump without rows takes nothing away; one that does not read holds every period back: it may be of any.
#[test]
fn empty_and_damaged_dumps() {
    let night = Night::new(CONFIG);
    night.write("dumps/1/part.json", json_lines(&[on(5, "1")]));
    night.write("dumps/2/part.json", b"");
    night.write("dumps/3/part.json.gz", gzip(b""));
    night.write("dumps/4/part.parquet", parquet(&[]));
    night.run().exits(0).says("ties gcp 2026-10: 1 rows");
    night.write("dumps/5/part.json", b"{\"cost\":\n");
    night.write("dumps/6/part.json", json_lines(&[on(9, "5")]));
    night.run().exits(1).complains("5/part.json, line 1");
    assert_eq!(costs(&night), ["1"]);
}

/// A copy that broke off before its first row: the period stands as it was published.
#[test]
fn a_dump_that_is_emptied_holds_its_periods() {
    for folder in ["export_time=2026-10-05", "loose"] {
        let night = Night::new(CONFIG);
        let dump = format!("dumps/{folder}/part.json");
        night.write(&dump, json_lines(&[on(5, "1")]));
        night.write("dumps/export_time=2026-10-09/part.json", json_lines(&[on(9, "2")]));
        night.run().exits(0);
        night.write(&dump, b"");
        let said = night.run().exits(3).complains("had rows of gcp 2026-10 when it was published last");
        let _ = said.complains(folder);
        assert_eq!(costs(&night), ["1", "2"]);
        night.write(&dump, json_lines(&[on(5, "3")]));
        night.run().exits(0);
        assert_eq!(costs(&night), ["2", "3"]);
    }
}

/// A day's dump without a row is no word on the day: rows of it in other dumps count, and it is told until it is dumped
/// again or gone. One with a row of another month is the state of its day.
#[test]
fn an_empty_dump_of_a_day_takes_nothing_away_and_is_told() {
    let night = Night::new(CONFIG);
    night.write("dumps/all/part.json", json_lines(&[on(5, "1"), on(6, "2")]));
    for (name, empty) in [("part.json", Vec::new()), ("part.json.gz", gzip(b"")), ("part.parquet", parquet(&[]))] {
        night.write(&format!("dumps/export_time=2026-10-06/{name}"), empty);
        let said = night.run().exits(3);
        let said = said.complains("export_time=2026-10-06: is a dump of a range of export times and holds no row");
        let _ = said.complains("it takes nothing away");
        assert_eq!(costs(&night), ["1", "2"], "{name}");
        std::fs::remove_dir_all(night.path("dumps/export_time=2026-10-06")).unwrap();
    }
    night.run().exits(0).says("nothing new");
    night.write(
        "dumps/export_time=2026-10-06/part.json",
        json_lines(&[on(6, "3").set("invoice.month", "202609".into())]),
    );
    night.run().exits(0);
    assert_eq!(costs(&night), ["1", "3"]);
}

#[test]
fn a_place_without_dumps_is_told() {
    let night = Night::new(CONFIG);
    night.write("dumps/read.me", "");
    night.run().exits(1).complains("holds no dump");
}

/// What is taken away from what was landed is seen: the source's totals are kept beside it.
#[test]
fn a_changed_landed_dump_does_not_tie() {
    let night = Night::new(CONFIG);
    night.write("dumps/1/part.json", json_lines(&[on(5, "1"), on(5, "2")]));
    night.write("dumps/2/part.json", json_lines(&[on(5, "1"), on(5, "2"), on(6, "4")]));
    night.run().exits(0);
    let landed = super::place::files(night.path("lake/landed"));
    let json = landed
        .iter()
        .find(|(name, bytes)| name.ends_with("delivery.json") && String::from_utf8_lossy(bytes).contains("\"7\""));
    let (name, bytes) = json.expect("the second dump's");
    // 1 + 2 + 4 = 7 becomes 8.
    night.write(&format!("lake/landed/{name}"), String::from_utf8_lossy(bytes).replace("\"7\"", "\"8\""));
    night.write("dumps/3/part.json", json_lines(&[on(7, "9")]));
    night.run().exits(4).complains("is 17 in source and 16 in landed");
}

/// Some hundred rows of two projects and a commitment, in three dumps that overlap, held against a script with
/// fractions. A row is within one unit of 10^-18 of its quota, so a project's sum within as many as it has rows.
#[test]
fn shares_of_projects_tie_with_the_oracle() {
    let mut state = 7u64;
    let mut random = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let name = "Committed use discount - dollar based: GCE Commitments";
    let rows: Vec<Row> = (0..400)
        .map(|number| {
            let (day, cost) = (1 + random(3), 1 + random(999_999));
            let (start, end) = (format!("2026-10-{day:02} 10:00:00 UTC"), format!("2026-10-{day:02} 11:00:00 UTC"));
            let row =
                usage("CORE", &format!("{}e-6", cost)).at(&start, &end, &format!("2026-10-{day:02} 23:00:00 UTC"));
            let row = row.project(["shop", "web"][number % 2]).number("currency_conversion_rate", "1.25");
            match random(10) {
                // About as much is committed to as is covered: some days leave some of it unused.
                0 => {
                    let fee = row.described("Commitment - dollar based v1: GCE for 1 year");
                    let fee = fee.number("usage.amount_in_pricing_units", &format!("{}e-4", cost * 2));
                    if random(2) == 0 { fee.without("project") } else { fee }
                }
                1..=5 => row.credit("COMMITTED_USAGE_DISCOUNT_DOLLAR_BASE", name, &format!("-{}e-6", 1 + random(cost))),
                _ => row,
            }
        })
        .collect();
    let night = Night::new(CONFIG);
    let files = [("1/a.json", &rows[..250]), ("2/b.json", &rows[100..400]), ("3/c.json", &rows[200..300])];
    files.iter().for_each(|(name, rows)| night.write(&format!("dumps/{name}"), json_lines(rows)));
    night.run().exits(0).says("ties gcp 2026-10: 400 rows");
    let paths = files.map(|(name, _)| night.path(&format!("dumps/{name}")));
    let paths: Vec<&std::path::Path> = paths.iter().map(|path| path.as_path()).collect();
    let oracle = super::place::oracle("gcp_fees.py", &paths).unwrap_or_else(|said| panic!("{said}"));
    let sql = "SELECT COALESCE(SubAccountId, '') AS x_Project, BillingCurrency, SUM(BilledCost) AS x_Billed, \
               SUM(EffectiveCost) AS x_Effective FROM cost GROUP BY SubAccountId, BillingCurrency";
    let sums = night.query(sql);
    assert_eq!(sums.len(), 3);
    let mut moved = 0;
    for row in sums {
        let wanted = &oracle[&row["x_Project"]];
        for (at, name) in ["x_Billed", "x_Effective"].into_iter().enumerate() {
            let wanted: i128 = wanted[at].as_str().and_then(|text| text.parse().ok()).expect("units");
            let found = row[name].parse::<costmill::focus::Money>().expect("an amount").0;
            let allowed = if at == 0 { 0 } else { 400 };
            assert!((found - wanted).abs() <= allowed, "{} {name}: {found} is not {wanted}", row["x_Project"]);
        }
        moved += u32::from(row["x_Billed"] != row["x_Effective"]);
    }
    assert_eq!(moved, 3, "every project and the billing account give or get");
}
