//! What a source's history leads one to expect and is not there: told by the run, by `status` and on the pages, and
//! nothing is told of bills that only look like it.

use super::charges::{Charge, bill, exports, usage};
use super::place::Night;
use super::support::Outcome;
use arrow::array::{ArrayRef, Float64Array, StringArray};
use arrow::record_batch::RecordBatch;
use chrono::{Datelike, Duration, NaiveDate};
use parquet::arrow::ArrowWriter;
use std::sync::Arc;

const REPORT: &str = "title = \"Quality\"\naudience = \"A test\"
[[section]]\nid = \"gaps\"\ntitle = \"Gaps\"\nquery = \"record/gaps\"\nchart = \"table\"\n
[[section]]\nid = \"drift\"\ntitle = \"Drift\"\nquery = \"record/drift\"\nchart = \"table\"\n";

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// The days from one to another, both inclusive.
fn days(from: &str, to: &str) -> Vec<NaiveDate> {
    day(from).iter_days().take_while(|now| *now <= day(to)).collect()
}

/// Usage of a sub account on each of these days.
fn of(account: &str, days: &[NaiveDate]) -> Vec<Charge> {
    let charge = |day: &NaiveDate| {
        usage(&day.to_string(), "1").account(account).set("SubAccountName", &format!("name of {account}"))
    };
    days.iter().map(charge).collect()
}

/// All of September and October by sub account 1, as a daily delivery would have it on 2026-11-01.
fn steady() -> Vec<Charge> {
    of("1", &days("2026-09-01", "2026-10-31"))
}

/// A night with these charges, with `keys` in its source.
fn night(charges: &[Charge], keys: &str) -> Night {
    let night = bill(charges, "", &[]);
    let config = night.read("costmill.toml");
    night
        .write("costmill.toml", config.replace("location = \"exports\"\n", &format!("location = \"exports\"\n{keys}")));
    night.write("catalogue/reports/quality.toml", REPORT);
    night
}

fn run(night: &Night, as_of: &str) -> Outcome {
    night.costmill(&["run", "--as-of", as_of])
}

fn without(of: &[NaiveDate], gone: &[&str]) -> Vec<NaiveDate> {
    of.iter().copied().filter(|one| !gone.iter().any(|gone| day(gone) == *one)).collect()
}

/// The rows of a section's file, without the state of the period that each ends with.
fn csv(night: &Night, month: &str, section: &str) -> Vec<String> {
    let text = night.read(&format!("out/{month}/quality/{section}.csv"));
    let row = |line: &str| line.trim_end().rsplit_once(',').expect("a state").0.to_string();
    text.lines().skip(1).map(row).collect()
}

#[test]
fn a_silent_sub_account_is_told_everywhere_and_ends_the_run_in_3() {
    let mut charges = steady();
    charges.extend(of("2", &days("2026-09-01", "2026-10-28")));
    let night = night(&charges, "");
    let said = "source: hand, sub account 2 (name of 2)";
    run(&night, "2026-11-01")
        .exits(3)
        .complains(said)
        .complains("has no usage since 2026-10-29")
        .says("published version 0");
    let status = night.costmill(&["status", "--as-of", "2026-11-02"]).exits(0);
    let status = status.says("gap: hand, sub account 2 (name of 2)").says("last complete day");
    let line = status.stdout.lines().find(|line| line.contains("2026-10-31  ")).expect("the last complete day");
    assert!(line.starts_with("hand ") && line.contains(" 2  2026-10 "), "{line}");
    let json = night.costmill(&["status", "--as-of", "2026-11-02", "--format", "json"]).exits(0).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["sources"][0]["last_complete_day"], "2026-10-31");
    assert_eq!(json["sources"][0]["days_ago"], 2);
    let gap = &json["gaps"][0];
    assert_eq!((gap["gap"].as_str(), gap["sub_account"].as_str()), (Some("silent sub account"), Some("2")));
    assert_eq!((gap["first_day"].as_str(), gap["last_day"].as_str()), (Some("2026-10-29"), None));
    let told = csv(&night, "2026-10", "gaps");
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("hand,2,name of 2,silent sub account,2026-10-29,,"), "{told:?}");
    assert_eq!(csv(&night, "2026-09", "gaps"), Vec::<String>::new());
    // Named as one that may rest, and nothing else changes.
    let config = night.read("costmill.toml");
    night.write("costmill.toml", config.replace("location", "may_be_silent = [\"2\"]\nlocation"));
    run(&night, "2026-11-01").exits(0);
    assert_eq!(csv(&night, "2026-10", "gaps"), Vec::<String>::new());
}

#[test]
fn pauses_weekends_and_short_histories_are_no_silence() {
    let october = days("2026-09-01", "2026-10-31");
    let mut charges = steady();
    // Two days are a pause.
    charges.extend(of("2", &days("2026-09-01", "2026-10-29")));
    // 13 days of history.
    charges.extend(of("3", &days("2026-10-16", "2026-10-28")));
    // 2026-10-31 is a Saturday: weekdays only; and every third day.
    let workdays: Vec<_> = october.iter().copied().filter(|day| day.weekday().number_from_monday() < 6).collect();
    charges.extend(of("4", &workdays));
    charges.extend(of("5", &october.iter().copied().step_by(3).collect::<Vec<_>>()));
    // Stopped a month ago.
    charges.extend(of("6", &days("2026-09-01", "2026-10-01")));
    let night = night(&charges, "");
    run(&night, "2026-11-01").exits(0);
    assert_eq!(csv(&night, "2026-10", "gaps"), Vec::<String>::new());
}

#[test]
fn a_missing_day_of_the_source_is_told_until_its_period_is_closed() {
    let all = days("2026-09-01", "2026-10-31");
    let night = night(&of("1", &without(&all, &["2026-10-13", "2026-10-14"])), "");
    let words = "has no usage from 2026-10-13 to 2026-10-14";
    run(&night, "2026-11-01").exits(3).complains(words);
    // Once, of the source; not of its sub accounts too.
    let told = csv(&night, "2026-10", "gaps");
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("hand,,,missing day,2026-10-13,2026-10-14,"), "{told:?}");
    // Again the next night, though nothing is new; accepted by closing the period.
    run(&night, "2026-11-02").exits(3).complains(words);
    let close = ["close", "--period", "2026-10", "--by", "Anna", "--force", "--as-of", "2026-11-02"];
    night.costmill(&close).exits(0);
    run(&night, "2026-11-03").exits(0);
    assert_eq!(csv(&night, "2026-10", "gaps"), told);
}

#[test]
fn a_missing_day_of_a_sub_account_needs_a_history_without_gaps() {
    let all = days("2026-09-01", "2026-10-31");
    let mut charges = steady();
    charges.extend(of("2", &without(&all, &["2026-10-13"])));
    charges.extend(of("3", &without(&all, &["2026-10-01", "2026-10-13"])));
    let night = night(&charges, "");
    let told = run(&night, "2026-11-01").exits(3).complains("sub account 2 (name of 2)");
    assert!(told.stderr.contains("has no usage on 2026-10-13, and"), "{}", told.stderr);
    assert!(told.stderr.contains("sub account 3 (name of 3): has no usage on 2026-10-01"), "{}", told.stderr);
    assert_eq!(csv(&night, "2026-10", "gaps").len(), 2);
}

#[test]
fn a_missing_month_is_told_and_months_in_a_row_are_not() {
    let few = |months: &[&str]| {
        let charges = months.iter().flat_map(|month| of("1", &days(&format!("{month}-02"), &format!("{month}-04"))));
        charges.collect::<Vec<_>>()
    };
    let holed = night(&few(&["2026-07", "2026-08", "2026-10"]), "");
    run(&holed, "2026-11-01").exits(3).complains("nothing is published from 2026-09-01 to 2026-09-30");
    assert!(csv(&holed, "2026-10", "gaps")[0].starts_with("hand,,,missing month,2026-09-01,2026-09-30,"));
    // A run for another period does not speak of it.
    holed.costmill(&["run", "--as-of", "2026-11-01", "--period", "2026-07"]).exits(0);
    let whole = night(&few(&["2026-08", "2026-09", "2026-10"]), "");
    run(&whole, "2026-11-01").exits(0);
}

#[test]
fn a_feed_is_late_after_the_days_of_its_key_and_never_without_one() {
    let charges = of("1", &days("2026-10-01", "2026-10-20"));
    // Its usage ends with the 20th, which has not been over for a day: the 19th is complete.
    let keyed = night(&charges, "late_after_days = 3\n");
    run(&keyed, "2026-10-22").exits(0);
    let late = run(&keyed, "2026-10-23").exits(3);
    late.complains("source: hand")
        .complains("its last complete day is 2026-10-19, longer ago than late_after_days allows");
    let told = csv(&keyed, "2026-10", "gaps");
    assert!(told.len() == 1 && told[0].starts_with("hand,,,late feed,2026-10-20,,"), "{told:?}");
    let free = night(&charges, "");
    run(&free, "2027-01-01").exits(0);
}

#[test]
fn a_source_more_than_a_week_behind_another_is_told_without_a_key() {
    let beside = |end: &str| {
        let night = night(&of("1", &days("2026-10-01", "2026-10-31")), "");
        let other = exports(&of("9", &days("2026-10-01", end)));
        night.write("slow/2026-10.csv", &other["2026-10"]);
        let config = night.read("costmill.toml");
        let slow = "[[source]]\nid = \"slow\"\nformat = \"focus\"\nlocation = \"slow\"\n[[source.file_set]]\n\
                    billing_periods = [\"2026-10\"]\nfiles = [\"2026-10.csv\"]\n";
        night.write("costmill.toml", format!("{config}{slow}"));
        night
    };
    // The last complete days are the 22nd and the 23rd, beside the 31st.
    let words = "its last complete day is 2026-10-22, more than 7 days before that of another source";
    run(&beside("2026-10-23"), "2026-11-01").exits(3).complains("source: slow").complains(words);
    let near = run(&beside("2026-10-25"), "2026-11-01").exits(0);
    assert!(!near.stderr.contains("slow: its last"), "{}", near.stderr);
}

#[test]
fn a_source_that_stopped_months_ago_is_still_told() {
    let night = night(&of("1", &days("2026-08-01", "2026-10-31")), "");
    let other = exports(&of("9", &days("2026-08-01", "2026-08-31")));
    night.write("slow/2026-08.csv", &other["2026-08"]);
    let config = night.read("costmill.toml");
    let slow = "[[source]]\nid = \"slow\"\nformat = \"focus\"\nlocation = \"slow\"\n[[source.file_set]]\n\
                billing_periods = [\"2026-08\"]\nfiles = [\"2026-08.csv\"]\n";
    night.write("costmill.toml", format!("{config}{slow}"));
    run(&night, "2026-11-01").exits(3).complains("source: slow").complains("more than 7 days before that of another");
    // Every night, also one on which nothing is new.
    run(&night, "2026-11-02").exits(3).complains("source: slow");
}

#[test]
fn columns_that_come_go_and_change_their_type_are_told_beside_the_period_before() {
    let night = night(&of("1", &days("2026-08-01", "2026-08-03")), "");
    run(&night, "2026-09-01").exits(0);
    let add = |month: &str, columns: &[(&'static str, &str)], gone: &str| {
        let charges = of("1", &days(&format!("{month}-01"), &format!("{month}-03")));
        let charges: Vec<Charge> = charges
            .into_iter()
            .map(|charge| columns.iter().fold(charge, |c, (name, value)| c.set(name, value)))
            .collect();
        let text = String::from_utf8(exports(&charges)[month].clone()).expect("UTF-8");
        let bytes = match gone {
            "" => text.into_bytes(),
            "parquet" | "text" => parquet(&text, gone == "parquet"),
            gone => drop_column(&text, gone).into_bytes(),
        };
        night.write(&format!("exports/{month}.csv"), bytes);
        let config = night.read("costmill.toml");
        let set = format!("[[source.file_set]]\nbilling_periods = [\"{month}\"]\nfiles = [\"{month}.csv\"]\n");
        if !config.contains(&set) {
            night.write("costmill.toml", config + &set);
        }
        run(&night, "2026-12-31")
    };
    // The next month has what the month before had: nothing.
    let same = add("2026-09", &[], "").exits(0);
    assert!(!same.stderr.contains("columns hand"), "{}", same.stderr);
    assert_eq!(csv(&night, "2026-09", "drift"), Vec::<String>::new());
    let words = "columns hand 2026-10: other than 2026-09; new: RegionId; missing: SubAccountName";
    add("2026-10", &[("RegionId", "eu-1")], "SubAccountName").exits(0).complains(words);
    assert_eq!(csv(&night, "2026-10", "drift"), ["hand,RegionId,new,,", "hand,SubAccountName,missing,,"]);
    // CSV says no types, so a change to Parquet is none of them.
    let typed = add("2026-11", &[("RegionId", "eu-1")], "parquet").exits(0);
    assert!(!typed.stderr.contains("retyped"), "{}", typed.stderr);
    let again = add("2026-11", &[("RegionId", "eu-1")], "text").exits(0);
    again.complains(
        "columns hand 2026-11: other than its delivery before; retyped: BilledCost (number before, text now)",
    );
}

/// The CSV as Parquet of texts; its BilledCost as numbers if so asked.
fn parquet(text: &str, numbers: bool) -> Vec<u8> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    let column = |(at, name): (usize, &str)| -> (String, ArrayRef) {
        let cells = rows.iter().map(|row| &row[at]);
        let column: ArrayRef = match numbers && name == "BilledCost" {
            true => Arc::new(cells.map(|cell| cell.parse::<f64>().ok()).collect::<Float64Array>()),
            false => Arc::new(cells.map(|cell| Some(cell).filter(|cell| !cell.is_empty())).collect::<StringArray>()),
        };
        (name.to_string(), column)
    };
    let batch = RecordBatch::try_from_iter(header.iter().enumerate().map(column)).expect("a batch");
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).expect("a writer");
    writer.write(&batch).expect("the rows");
    writer.into_inner().expect("the bytes")
}

fn drop_column(text: &str, gone: &str) -> String {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let kept: Vec<usize> = (0..header.len()).filter(|at| &header[*at] != gone).collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(kept.iter().map(|at| &header[*at])).expect("a header");
    for row in reader.records() {
        let row = row.expect("a row");
        writer.write_record(kept.iter().map(|at| &row[*at])).expect("a row");
    }
    String::from_utf8(writer.into_inner().expect("bytes")).expect("UTF-8")
}

/// The days of a month end with the next month's first: a day between is neither late nor missing.
#[test]
fn a_steady_bill_has_no_gaps() {
    let night = night(&steady(), "late_after_days = 4\n");
    run(&night, "2026-11-04").exits(0);
    let status = night.costmill(&["status", "--as-of", "2026-11-04"]).exits(0);
    assert!(!status.stdout.contains("gap:"), "{}", status.stdout);
    let next = day("2026-11-04") + Duration::days(1);
    run(&night, &next.to_string()).exits(3).complains("late_after_days");
}
