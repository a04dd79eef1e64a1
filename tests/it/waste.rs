//! Findings of a night: the command that lists them, the ledger, and what stops a night.
//!
//! The small catalogue's rule finds two resources of the hand-worked bill. Machine
//! i-0fff000000000006f has usage of 0.9 on the 12th and 0.96 on the 15th: 1.86 / 2 × 30.44 = 28.3092
//! a month, of which the rule saves half, 14.1546. The bucket hw-assets has no figure.

use super::night::{Night, PUBLISHED, RESTATED, files, hashes};
use super::support::Costmill;
use std::fs;

const MACHINE: &str = "i-0fff000000000006f";

/// Adds to the config of a night, below `[tags]`.
fn configure(night: &Night, text: &str) {
    let path = night.path("costmill.toml");
    let config = fs::read_to_string(&path).unwrap() + text;
    fs::write(path, config).unwrap();
}

fn ledger(night: &Night) -> Vec<String> {
    files(&night.path("lake/ledger"))
}

/// `costmill run` as of another day.
fn run_on(night: &Night, day: &str) -> super::support::Outcome {
    night.call(&["run", "--as-of", day])
}

#[test]
fn the_table_says_what_is_saved_by_whom_and_the_total() {
    let told = PUBLISHED.call(&["waste"]).exits(0);
    let expected =
        "  a month      gross       action  sure  owner        nights  account                 resource             reason
---------  ---------  ---  ------  ----  -----------  ------  ----------------------  -------------------  ----------------
    14.15      14.15  USD  resize  High  unallocated       1  023456789012 eu-west-1  i-0fff000000000006f  It is too large.
no figure  no figure  USD  resize  High  unallocated       1  034567890123 eu-west-1  hw-assets            It is too large.
waste in 2026-10: 14.15 USD a month can be realised of 14.15 gross, 2 findings, 1 of them without a figure
";
    assert_eq!(told.stdout, expected);
    PUBLISHED
        .call(&["waste", "--period", "2026-09", "--team", "unallocated"])
        .exits(0)
        .says("of unallocated in 2026-09");
    RESTATED.call(&["waste"]).exits(0).says("waste in 2026-11: 14.15 USD").says("1 finding\n");
}

#[test]
fn the_table_fits_its_window() {
    for columns in [40, 60, 80, 100, 132] {
        let called = Costmill::new().cwd(&PUBLISHED.path("")).args(["waste"]).env("COLUMNS", columns.to_string());
        let told = called.run().exits(0).says("14.15").says("USD");
        for line in told.stdout.lines() {
            assert!(line.chars().count() <= columns, "{columns}: {line}\n{}", told.stdout);
        }
    }
    // A pipe gets every word.
    PUBLISHED.call(&["waste"]).exits(0).says("i-0fff000000000006f  It is too large.");
}

#[test]
fn programs_get_every_column() {
    let csv = PUBLISHED.call(&["waste", "--format", "csv"]).exits(0).stdout;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let header = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let cell = |row: usize, name: &str| rows[row][header.iter().position(|column| column == name).unwrap()].to_string();
    assert_eq!((header.len(), rows.len()), (27, 2));
    assert_eq!(cell(0, "ResourceId"), MACHINE);
    assert!((cell(0, "x_GrossMonthlySaving").parse::<f64>().unwrap() - 14.1546).abs() < 1e-9);
    assert_eq!(cell(0, "x_Look"), format!("aws ec2 describe-instances --instance-ids {MACHINE}"));
    assert_eq!((cell(0, "x_FirstSeen"), cell(0, "x_Nights")), ("2026-11-20".to_string(), "1".to_string()));
    assert_eq!((cell(1, "ResourceId"), cell(1, "x_GrossMonthlySaving")), ("hw-assets".to_string(), String::new()));

    let json = PUBLISHED.call(&["waste", "--format", "json"]).exits(0).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json[0]["x_FindingId"], cell(0, "x_FindingId"));
    assert_eq!((&json[0]["x_IsCounted"], &json[1]["x_GrossMonthlySaving"]), (&true.into(), &serde_json::Value::Null));

    let md = PUBLISHED.call(&["waste", "--format", "md"]).exits(0);
    let md = md.says("# Waste, 2026-10").says("- [ ] **resize** `i-0fff000000000006f` (").says("14.15 USD a month");
    md.says("  - Look: `aws ec2 describe-instances --instance-ids i-0fff000000000006f`").says("no figure");
}

#[test]
fn a_wrong_word_is_answered() {
    PUBLISHED.call(&["waste", "--team", "unalocated"]).exits(2).complains("did you mean `unallocated`?");
    PUBLISHED.call(&["waste", "--period", "2020-01"]).exits(2).complains("published are: 2026-09, 2026-10");
    PUBLISHED.call(&["waste", "--all", "--suppressed"]).exits(2);
    Night::before().call(&["waste"]).exits(2).complains("nothing is published yet");
    let unfinished = PUBLISHED.copy();
    fs::remove_dir_all(unfinished.path("lake/derived/2026-10")).unwrap();
    unfinished.call(&["waste"]).exits(1).complains("2026-10: its findings are not written yet");
}

#[test]
fn queries_read_the_findings_of_the_newest_state() {
    let sql = "SELECT ResourceId, x_Nights FROM finding ORDER BY ResourceId";
    PUBLISHED.call(&["query", sql, "--format", "csv"]).exits(0).says("hw-assets,1\ni-0fff000000000006f,1\n");
    PUBLISHED.call(&["query", sql, "--version", "0"]).exits(2).complains("finding");
}

/// Ages grow by nights that were run, once per day, whatever else is asked for in between.
#[test]
fn the_ledger_counts_nights() {
    let night = PUBLISHED.copy();
    assert_eq!(ledger(&night), ["00000001-findings.json"]);
    let before = hashes(&night.path("lake/ledger"), |_| true);
    night.run("").exits(0).says("nothing new");
    assert_eq!(hashes(&night.path("lake/ledger"), |_| true), before, "the same night again");
    run_on(&night, "2026-11-10").exits(0);
    assert_eq!(ledger(&night).len(), 1, "an earlier day records nothing");
    night.call(&["waste", "--format", "csv"]).exits(0).says(",2026-11-10,1,");
    night.call(&["run", "--as-of", "2026-11-21", "--period", "2026-09"]).exits(0);
    assert_eq!(ledger(&night).len(), 1, "the newest billing period alone has a history");
    run_on(&night, "2026-11-23").exits(0);
    assert_eq!(ledger(&night).len(), 2);
    night.call(&["waste", "--format", "csv"]).exits(0).says(",2026-11-20,2,");
    night.call(&["waste", "--format", "csv", "--period", "2026-09"]).exits(0).says(",,,");
    // November has no bucket in the rule: it is gone, and the machine's row goes on.
    Night::second(&night.path(""));
    run_on(&night, "2026-11-24").exits(0);
    let last = fs::read_to_string(night.path("lake/ledger/00000003-findings.json")).unwrap();
    let last: serde_json::Value = serde_json::from_str(&last).unwrap();
    assert_eq!(
        (last["event"]["gone"].as_array().unwrap().len(), &last["event"]["billing_period"]),
        (1, &"2026-11".into())
    );
    night.call(&["waste", "--format", "csv"]).exits(0).says(",2026-11-20,3,");
}

#[test]
fn a_damaged_ledger_stops_the_night_before_it_begins() {
    let night = PUBLISHED.copy();
    let event = night.path("lake/ledger/00000001-findings.json");
    let text = fs::read_to_string(&event).unwrap();
    fs::write(&event, text.replace("2026-11-20", "2026-11-19")).unwrap();
    let told = run_on(&night, "2026-11-21").exits(1).complains("does not match its checksum");
    told.complains("00000001-findings.json").complains("remedy: restore the ledger from its backup");
    night.call(&["status"]).exits(0).says("version 0");
}

/// A join that doubles rows doubles the saving: then nothing is published, and the page of the
/// month does not show it either.
#[test]
fn a_rule_that_saves_more_than_the_cost_stops_the_night() {
    let night = PUBLISHED.copy();
    Night::second(&night.path(""));
    let rule = night.path("catalogue/queries/waste/machines.sql");
    let text = fs::read_to_string(&rule).unwrap();
    fs::write(&rule, text.replace("30.44 * (1.0 / 2)", "30.44 * 4")).unwrap();
    let told =
        night.run("").exits(4).complains("does not tie: waste/machines, sub account 023456789012, resource i-0fff");
    // 28.3092 × 4 of at most 0.96 × 30.44 on its last day.
    told.complains("saves 113.236800 USD a month, and costs at most 29.222400").complains("nothing new was published");
    night.call(&["status"]).exits(0).says("version 0");
}

/// What is wrong with a utilisation file is told; the bill is published all the same, what was
/// known before stands, and the lake's data do not change with it.
#[test]
fn a_utilisation_file_changes_derived_tables_alone() {
    let night = Night::before();
    configure(&night, "[waste]\nutilisation = [\"use/*.csv\"]\n");
    let header = "SubAccountId,ResourceId,Hour,Metric,Bins,Maximum,Count\n";
    let row = |maximum: &str| {
        format!(
            "023456789012,{MACHINE},2026-10-12T00:00:00Z,cpu,{},{maximum},60\n",
            "60".to_string() + &";0".repeat(19)
        )
    };
    fs::create_dir_all(night.path("use")).unwrap();
    fs::write(night.path("use/a.csv"), format!("{header}{}", row("105"))).unwrap();
    night.run("").exits(3).says("published version 0").complains("use/a.csv, row 1, column Maximum");
    let sql = "SELECT ResourceId, x_Metric, x_P995, x_Hours FROM utilisation ORDER BY ResourceId";
    let asked = || night.call(&["query", sql, "--format", "csv"]).exits(0).stdout;
    assert_eq!(asked(), "ResourceId,x_Metric,x_P995,x_Hours\n");
    let data = || hashes(&night.path("lake"), |path| path.starts_with("cost/") || path.starts_with("rollup/"));
    let before = data();
    fs::write(night.path("use/a.csv"), format!("{header}{}", row("4.5"))).unwrap();
    night.run("").exits(0).says("nothing new");
    let good = format!("ResourceId,x_Metric,x_P995,x_Hours\n{MACHINE},cpu,4.5,1\n");
    assert_eq!((asked(), data()), (good.clone(), before));
    fs::remove_file(night.path("use/a.csv")).unwrap();
    night.run("").exits(3).complains("matches no utilisation file");
    assert_eq!(asked(), good, "what was known stands");
}
