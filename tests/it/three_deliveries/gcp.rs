//! Google Cloud: a table that is only appended to. Later dumps add rows of the month, corrections below 0 and credits
//! among them; dumps of a day are delivered again; dumps without a range overlap. A commitment's fee of one dump pays for
//! usage of another.

use super::super::gcp_export::{Row, json_lines, parquet, usage};
use super::super::place::Night;
use super::{CARRIER, Cells, Kept, MONTH, State, add, carried, close, less, night, units, walk};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

pub const SOURCE: &str = "[[source]]\nid = \"gcp\"\nformat = \"gcp-detailed-usage\"\nlocation = \"dumps\"\n";
const SPEND: &str = "COMMITTED_USAGE_DISCOUNT_DOLLAR_BASE";
const FLEX: &str = "Committed use discount - dollar based: GCE Commitments";

/// Dumps by folder.
type Dumps = BTreeMap<String, Vec<Row>>;

/// Usage of a UTC day in September, exported on another.
fn on(day: &str, exported: &str, cost: &str) -> Row {
    let row = usage("CORE", cost).set("invoice.month", "202609".into());
    row.at(&format!("{day} 10:00:00 UTC"), &format!("{day} 11:00:00 UTC"), &format!("{exported} 15:00:00.500 UTC"))
}

/// An hour at the end of September, by Pacific time.
fn last(exported: &str, cost: &str) -> Row {
    on("2026-09-30", exported, cost).at(
        "2026-10-01 06:00:00 UTC",
        "2026-10-01 07:00:00 UTC",
        &format!("{exported} 15:00:00 UTC"),
    )
}

fn service(row: Row, name: &str) -> Row {
    row.set("service", json!({"id": "24E6-581D-38E5", "description": name}))
}

fn correction(row: Row, kind: &str) -> Row {
    let info = json!({"id": "c-1", "description": "wrong price", "type": kind, "mode": "PARTIAL_CORRECTION"});
    row.set("adjustment_info", info)
}

fn october(exported: &str, cost: &str) -> Row {
    on("2026-10-05", exported, cost).set("invoice.month", "202610".into()).label("team", "maps")
}

/// All dumps of a state. What is not in one any more is gone from the bucket.
fn dumps(state: State) -> Dumps {
    let tenth = |cost: &str, team: &str| on("2026-09-10", "2026-09-10", cost).label("team", team);
    let support = on("2026-09-30", "2026-10-01", "29").without("project").set("cost_type", "regular".into());
    let fee = on("2026-09-12", "2026-09-12", "0.9")
        .described("Commitment - dollar based v1: GCE for 1 year")
        .number("usage.amount_in_pricing_units", "100");
    let credit = |row: Row, amount: &str| row.credit("PROMOTION", "", amount);
    let mut dumps = Dumps::new();
    let mut put = |folder: &str, rows: Vec<Row>| drop(dumps.insert(folder.into(), rows));
    let loose =
        vec![on("2026-09-20", "2026-09-21", "4").project("web"), on("2026-09-20", "2026-09-21", "4").project("web")];
    put("loose/1", loose.clone());
    put("export_time=2026-09-12", vec![fee]);
    put(
        "export_time=2026-10-01",
        vec![
            service(support, "Support"),
            last("2026-10-01", "1.5").label("team", "maps"),
            last("2026-10-01", "0.000000000000000001"),
            on("2026-09-30", "2026-10-01", "2.01").without("project").set("cost_type", "tax".into()),
        ],
    );
    put("export_time=2026-10-05", vec![october("2026-10-05", "11"), credit(october("2026-10-05", "3"), "-1")]);
    let first = vec![credit(tenth("100", "maps"), "-25"), tenth("7", "search").project("old"), tenth("0.5", "maps")];
    if state == State::First {
        put("export_time=2026-09-10", first);
        return dumps;
    }
    // The tenth is delivered again: a project is gone, another team, another amount.
    let again = vec![credit(tenth("100", "maps"), "-25.5"), tenth("0.5", "routes")];
    put("export_time=2026-09-10", again);
    // New rows of the month, exported after it: a correction below 0, a project, a service.
    let wrong = correction(on("2026-09-10", "2026-10-03", "-3.25").label("team", "maps"), "PRICE_CORRECTION");
    put(
        "export_time=2026-10-03",
        vec![
            wrong.clone(),
            service(on("2026-09-29", "2026-10-03", "8").project("data").label("team", "routes"), "BigQuery"),
            october("2026-10-03", "2"),
        ],
    );
    match state {
        State::First | State::Restated => {
            // Written over what came after the closing: nothing of September, and nothing that is new.
            put("export_time=2026-11-03", vec![october("2026-11-03", "5")]);
            put("loose/2", loose);
        }
        State::Late => {
            // Usage that the fee of the 12th pays for: 1 is covered by 100 units of 0.01 USD.
            let covered = on("2026-09-12", "2026-11-03", "1").credit(SPEND, FLEX, "-1").label("team", "late");
            let rounding =
                on("2026-09-30", "2026-11-03", "-0.01").without("project").set("cost_type", "rounding_error".into());
            let wrong =
                on("2026-09-10", "2026-11-03", "-75").set("cost_type", "adjustment".into()).label("team", "maps");
            let wrong = correction(wrong, "USAGE_CORRECTION");
            put("export_time=2026-11-03", vec![covered, rounding, wrong, october("2026-11-03", "5")]);
        }
        State::Later => {
            // The day again, without the covered usage; a credit alone, and a month's query that overlaps with all.
            let alone = credit(on("2026-09-10", "2026-11-03", "0").label("team", "search"), "-6.125");
            let taken = on("2026-09-30", "2026-11-03", "12").project("late").label("team", "late");
            put("export_time=2026-11-03", vec![alone, taken, october("2026-11-03", "5")]);
            let more = on("2026-09-20", "2026-10-02", "9").project("web").label("team", "web");
            put("loose/2", [loose, vec![wrong, more]].concat());
        }
    }
    dumps
}

/// The rows that count: of a day that has a dump of its own those in that dump, of others as many as any one dump shows.
fn table(dumps: &Dumps) -> Vec<Value> {
    let days: BTreeSet<&str> = dumps.keys().filter_map(|folder| folder.strip_prefix("export_time=")).collect();
    let mut rows = Vec::new();
    let mut loose: BTreeMap<String, usize> = BTreeMap::new();
    for (folder, dump) in dumps {
        if folder.starts_with("export_time=") {
            rows.extend(dump.iter().map(|row| row.0.clone()));
            continue;
        }
        let mut shown: BTreeMap<String, usize> = BTreeMap::new();
        let exported = |row: &Row| row.0["export_time"].as_str().expect("a time")[..10].to_string();
        for row in dump.iter().filter(|row| !days.contains(exported(row).as_str())) {
            *shown.entry(row.0.to_string()).or_default() += 1;
        }
        for (row, number) in shown {
            let most = loose.entry(row).or_default();
            *most = number.max(*most);
        }
    }
    for (row, number) in loose {
        rows.extend(std::iter::repeat_n(serde_json::from_str::<Value>(&row).expect("JSON"), number));
    }
    rows
}

fn adds_up_to(dumps: &Dumps) -> Cells {
    let rows = table(dumps);
    let mut cells = Cells::new();
    let is_fee = |row: &Value| row["sku"]["description"].as_str().expect("it").starts_with("Commitment");
    let is_covered =
        |row: &Value| row["credits"].as_array().is_some_and(|all| all.iter().any(|one| one["type"] == SPEND));
    let of_month: Vec<&Value> = rows.iter().filter(|row| row["invoice"]["month"] == "202609").collect();
    // One fee and at most one row that it covers, in full: its whole cost is that row's.
    let fee: i128 = of_month.iter().filter(|row| is_fee(row)).map(|row| units(&row["cost"].to_string())).sum();
    let used = of_month.iter().any(|row| is_covered(row));
    for row in of_month {
        let credits = row["credits"].as_array().into_iter().flatten();
        let billed =
            units(&row["cost"].to_string()) + credits.map(|one| units(&one["amount"].to_string())).sum::<i128>();
        let share = if is_covered(row) {
            fee
        } else if is_fee(row) && used {
            -fee
        } else {
            0
        };
        let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
        let team = row["labels"].as_array().map_or("unallocated".to_string(), |labels| text(&labels[0]["value"]));
        let category = match text(&row["cost_type"]).as_str() {
            "tax" => "Tax",
            "adjustment" | "rounding_error" => "Adjustment",
            _ if is_fee(row) => "Purchase",
            _ => "Usage",
        };
        let (service, project) = (text(&row["service"]["description"]), text(&row["project"]["id"]));
        add(&mut cells, [category, &service, &project, &team, "USD"], [billed + share, billed, 1]);
    }
    cells
}

/// The bucket holds these and no others: half of the folders as Parquet.
fn fill(night: &Night, dumps: &Dumps) {
    if night.path("dumps").exists() {
        std::fs::remove_dir_all(night.path("dumps")).expect("the bucket");
    }
    for (folder, rows) in dumps {
        match folder.as_bytes().last().is_some_and(|digit| digit % 2 == 0) {
            true => night.write(&format!("dumps/{folder}/part.json"), json_lines(rows)),
            false => night.write(&format!("dumps/{folder}/part.parquet"), parquet(rows)),
        }
    }
}

/// Writes the dumps of a state.
pub fn delivered(night: &Night, state: State) -> Cells {
    let dumps = dumps(state);
    fill(night, &dumps);
    adds_up_to(&dumps)
}

#[test]
fn gcp_detailed_usage() {
    walk(&night(SOURCE), "gcp", &delivered);
}

/// A month that was delivered, restated and closed.
fn closed() -> (Night, Kept) {
    let night = night(SOURCE);
    for state in [State::First, State::Restated] {
        delivered(&night, state);
        night.run().exits(0);
    }
    close(&night, MONTH);
    let kept = Kept::of(&night);
    (night, kept)
}

/// A bucket that keeps its dumps for a while: what was deleted is no word on the bill of a closed month. The fee that
/// stands in a deleted dump still pays for usage that comes late.
#[test]
fn dumps_that_are_deleted_say_nothing_of_a_closed_month() {
    let (night, kept) = closed();
    let young = |state: State| -> Dumps {
        let all = dumps(state).into_iter();
        all.filter(|(folder, _)| folder.as_str() > "export_time=2026-10-02" && folder != "loose/1").collect()
    };
    for (state, number) in [(State::Restated, 1), (State::Late, 2), (State::Restated, 3), (State::Later, 4)] {
        fill(&night, &young(state));
        let said = night.run().exits(0).stdout;
        kept.stays(&night, &format!("{number}"));
        let difference = less(&adds_up_to(&dumps(state)), &adds_up_to(&dumps(State::Restated)));
        assert_eq!(carried(&night, CARRIER), difference, "{number}");
        assert_eq!(difference.is_empty(), state == State::Restated);
        assert_eq!(said.contains("closed gcp 2026-09"), number > 1, "{number}: {said}");
    }
}

/// The same with all that the month was closed with deleted: a late dump of a day, and that day once more without a row
/// of the month.
#[test]
fn a_late_dump_is_taken_back_where_no_other_is_left() {
    let (night, kept) = closed();
    let late = |rows: Vec<Row>| Dumps::from([("export_time=2026-11-03".to_string(), rows)]);
    let taken = on("2026-09-30", "2026-11-03", "12").project("late").label("team", "late");
    let wanted = adds_up_to(&late(vec![taken.clone()]));
    for (rows, wanted) in
        [(vec![taken, october("2026-11-03", "5")], wanted), (vec![october("2026-11-03", "5")], Cells::new())]
    {
        fill(&night, &late(rows));
        night.run().exits(0).says("closed gcp 2026-09: ");
        kept.stays(&night, "a late dump");
        assert_eq!(carried(&night, CARRIER), wanted);
    }
    night.run().exits(0);
    assert_eq!(carried(&night, CARRIER), Cells::new());
}

/// What a closed month is known by is replaced by what dumps its range again, whole and in one dump or in two; not by a
/// part of it, not by the dump of another range that has its number in the config, and not by a copy that broke off.
#[test]
fn the_range_of_a_closed_month_is_dumped_again() {
    let set = |from: &str, to: &str, file: &str| {
        format!(
            "[[source.file_set]]\nfrom = \"2026-{from}T00:00:00Z\"\nto = \"2026-{to}T00:00:00Z\"\nfiles = [\"{file}\"]\n"
        )
    };
    let source = "[[source]]\nid = \"gcp\"\nformat = \"gcp-detailed-usage\"\nlocation = \"dumps\"\n";
    let night = night(&format!("{source}{}", set("09-01", "10-02", "a.json")));
    let configured = night.read("costmill.toml");
    let config = |sets: &[String]| {
        night.write("costmill.toml", configured.replace(&set("09-01", "10-02", "a.json"), &sets.concat()));
    };
    let rows = [on("2026-09-10", "2026-09-10", "5"), on("2026-09-20", "2026-09-20", "7"), last("2026-10-01", "1")];
    night.write("dumps/a.json", json_lines(&rows));
    night.run().exits(0);
    close(&night, MONTH);
    let nothing = |what: &str| {
        assert_eq!(carried(&night, CARRIER), Cells::new(), "{what}");
    };
    // In two halves.
    night.write("dumps/b.json", json_lines(&rows[..1]));
    night.write("dumps/c.json", json_lines(&rows[1..]));
    config(&[set("09-01", "09-15", "b.json"), set("09-15", "10-02", "c.json")]);
    night.run().exits(0);
    nothing("two halves are the whole");
    // The first is deleted, and its number in the config is October's.
    night.write("dumps/d.json", json_lines(&[october("2026-10-05", "9")]));
    config(&[set("10-02", "10-10", "d.json"), set("09-15", "10-02", "c.json")]);
    night.run().exits(0);
    nothing("October's dump says nothing of September");
    // A half of a half.
    night.write("dumps/e.json", json_lines(&[on("2026-09-20", "2026-09-20", "8")]));
    config(&[set("10-02", "10-10", "d.json"), set("09-15", "09-25", "e.json")]);
    let said = night.run().exits(1);
    let _ = said.complains("file set 2 of source gcp").complains("a part alone of its range was dumped again");
    nothing("nobody knows the rest");
    // Another amount, of the range as it was.
    night.write("dumps/c.json", json_lines(&[on("2026-09-20", "2026-09-20", "8"), last("2026-10-01", "1")]));
    config(&[set("10-02", "10-10", "d.json"), set("09-15", "10-02", "c.json")]);
    night.run().exits(0).says("closed gcp 2026-09: adjustment of EffectiveCost 1 USD");
    // A copy that broke off.
    let before = carried(&night, CARRIER);
    night.write("dumps/c.json", b"");
    night.run().exits(3).complains("holds no row: it takes nothing away");
    assert_eq!(carried(&night, CARRIER), before);
}

/// Another export of the same bill has other rows: what it says of a closed month would count beside what it is known by.
#[test]
fn a_closed_month_is_reckoned_with_its_own_export() {
    let night = night(SOURCE);
    let rows = [on("2026-09-10", "2026-09-10", "5"), last("2026-10-01", "1")];
    night.write("dumps/1/part.json", json_lines(&rows));
    night.run().exits(0);
    close(&night, MONTH);
    let standard = SOURCE.replace("gcp-detailed-usage", "gcp-standard-usage").replace("dumps", "standard");
    night.write("costmill.toml", night.read("costmill.toml").replace(SOURCE, &standard));
    night.write("standard/1/part.json", json_lines(&[rows[1].clone(), rows[0].clone()]));
    let said = night.run().exits(1);
    let said = said.complains("gcp 2026-09: was closed with an export gcp-detailed-usage");
    let _ = said.complains("is delivered as gcp-standard-usage now");
    assert_eq!(carried(&night, CARRIER), Cells::new());
}
