//! Sabotage of each kind at each stage: the proof must notice, name the cell, and publish nothing.
//!
//! Landed files are changed on disk, between a run that was cut short before its commit and the
//! next. `cost` and the roll-ups are changed inside the run, by a sabotage armed in the binary. The
//! reports' queries are changed as text.

use super::bucket::{Bill, CONFIG, PERIOD, gz, part, published, write_manifest};
use super::place::Night;
use super::support::Outcome;
use super::tamper;
use std::fs;
use std::path::Path;

/// The bill restated, so that every run has something to publish.
fn restated() -> Bill {
    Bill::hand_worked().set(20, "lineItem/UnblendedCost", "0.98")
}

/// What the error of a cell must name: account, period, currency.
fn names_the_cell(outcome: &Outcome, why: &str) {
    let named = |line: &&str| {
        let account = ["012345678901", "023456789012", "034567890123"].iter().any(|account| line.contains(account));
        let currency = [", USD", ", EUR"].iter().any(|currency| line.contains(currency));
        line.starts_with("error: does not tie: ") && line.contains("2026-09") && account && currency
    };
    assert!(outcome.stderr.lines().any(|line| named(&line)), "{why}: no cell is named\n{}", outcome.stderr);
}

/// One row of the table that the test prints.
fn told(table: &mut Vec<String>, sabotage: &str, stage: &str, outcome: &Outcome) {
    let first = outcome.stderr.lines().next().unwrap_or_default();
    table.push(format!("{sabotage:<14} {stage:<18} {}  {first}", outcome.status));
}

fn print(mut table: Vec<String>) {
    table.insert(0, format!("{:<14} {:<18} exit", "sabotage", "stage"));
    eprintln!("{}", table.join("\n"));
}

/// A published bill, and a restatement that has not been run yet.
fn waiting() -> Night {
    let night = published();
    restated().deliver(&night);
    night
}

fn untied(outcome: Outcome, table: &mut Vec<String>, sabotage: &str, stage: &str) {
    told(table, sabotage, stage, &outcome);
    let why = format!("{sabotage}, {stage}");
    assert_eq!(outcome.status, 4, "{why}\n{}\n{}", outcome.stdout, outcome.stderr);
    names_the_cell(&outcome, &why);
    assert!(!outcome.stdout.contains("published version"), "{why}\n{}", outcome.stdout);
}

/// Without a sabotage the same nights publish: what is found is the sabotage.
#[test]
fn the_undisturbed_night_ties() {
    let night = waiting();
    night.run_armed("nothing.of_this_name").exits(0).says("published version 1: aws 2026-09");
    let cut = waiting();
    cut.run_armed("run.before_commit").exits(-1);
    cut.run().exits(0).says("published version 1: aws 2026-09");
}

/// The manifest's parts are not what lies there. Nothing has been summed yet, so no cell can be
/// named: the part is.
#[test]
fn between_export_and_source_totals() {
    let (night, mut table) = (waiting(), Vec::new());
    let before = night.standing();
    let mut refused = |sabotage: &str, night: &Night, says: &str| {
        let outcome = night.run();
        told(&mut table, sabotage, "export → source", &outcome);
        outcome.exits(1).complains(says);
        night.still_stands(&before, sabotage);
    };
    let dropped = night.copy();
    fs::remove_file(dropped.path(&part(PERIOD, 2))).unwrap();
    refused("drop a part", &dropped, "nightly-00002.csv.gz is not there");
    // The second name holds the rows of the first: as many parts and rows as the manifest says.
    let doubled = night.copy();
    fs::copy(doubled.path(&part(PERIOD, 1)), doubled.path(&part(PERIOD, 2))).unwrap();
    refused("double a part", &doubled, "holds the same rows as nightly/20260901-20261001/a0b1/nightly-00001.csv.gz");
    let again = night.copy();
    again.write(&part(PERIOD, 2), gz(&restated().parts()[0], 2));
    refused("double a part", &again, "holds the same rows as nightly/20260901-20261001/a0b1/nightly-00001.csv.gz");
    let named = night.copy();
    named.write(&part(PERIOD, 4), gz(&restated().parts()[0], 2));
    write_manifest(&named, PERIOD, &[1, 2, 3, 4].map(|number| part(PERIOD, number)));
    refused("double a part", &named, "holds the same rows as nightly/20260901-20261001/a0b1/nightly-00001.csv.gz");
    print(table);
}

/// What was landed is not what was read.
#[test]
fn between_source_and_landed() {
    let night = waiting();
    let before = night.standing();
    night.run_armed("run.before_commit").exits(-1);
    night.still_stands(&before, "a run that was cut short");
    let mut table = Vec::new();
    for (sabotage, tampered) in tamper::LANDED {
        let night = night.copy();
        tampered(&landed(&night));
        untied(night.run(), &mut table, sabotage, "source → landed");
        night.still_stands(&before, sabotage);
    }
    // A part that is gone cannot be summed: the file is named.
    let gone = night.copy();
    let folder = landed(&gone);
    fs::remove_file(folder.join(tamper::part_names(&folder)[1].clone())).unwrap();
    let outcome = gone.run();
    told(&mut table, "delete a part", "source → landed", &outcome);
    outcome.exits(1).complains("part-00001-2026-09-0000.parquet");
    gone.still_stands(&before, "delete a part");
    print(table);
}

/// The folder of the landed delivery that is not published yet.
fn landed(night: &Night) -> std::path::PathBuf {
    let published = night.status()["slots"][0]["delivery"].as_str().unwrap().to_string();
    let folders = fs::read_dir(night.path("lake/landed/aws")).unwrap().map(|entry| entry.unwrap().path());
    folders.into_iter().find(|folder| !folder.ends_with(&published)).expect("a second delivery")
}

/// The rows of `cost` are not the landed ones; the roll-ups are not those of `cost`.
#[test]
fn between_landed_cost_and_rollups() {
    let night = waiting();
    let before = night.standing();
    let mut table = Vec::new();
    for (prefix, stage) in [("normalise", "landed → cost"), ("rollup", "cost → roll-ups")] {
        for (sabotage, name) in [
            ("drop a part", "drop_part"),
            ("double a part", "double_part"),
            ("swap two costs", "swap_costs"),
            ("lose a credit", "lose_credit"),
            ("fan out", "fan_out"),
            ("edit one value", "edit_value"),
        ] {
            let night = night.copy();
            untied(night.run_armed(&format!("{prefix}.{name}")), &mut table, sabotage, stage);
            night.still_stands(&before, &format!("{sabotage}, {stage}"));
        }
    }
    // The days of resources hold a part of the bill: they tie with that part.
    for (sabotage, name) in [("swap two costs", "swap_costs"), ("fan out", "fan_out"), ("edit one value", "edit_value")]
    {
        let night = night.copy();
        let outcome = night.run_armed(&format!("resource_day.{name}"));
        assert!(outcome.stderr.contains("in the daily usage of cost"), "{sabotage}\n{}", outcome.stderr);
        untied(outcome, &mut table, sabotage, "cost → resource_day");
        night.still_stands(&before, &format!("{sabotage}, resource_day"));
    }
    print(table);
}

/// A report's query loses, doubles or changes what the roll-ups hold.
#[test]
fn between_rollups_and_report() {
    let night = waiting();
    let before = night.standing();
    copy_catalogue(&night);
    let mut table = Vec::new();
    let key = "ServiceName, ServiceCategory, BillingCurrency,\n    SUM";
    let from = "FROM cost_daily\n  WHERE x_BillingMonth IN (:billing_period, :prior_billing_period)\n  GROUP BY";
    let rows = |condition: &str| from.replace("WHERE", &format!("WHERE {condition} AND"));
    let known = "FROM by_key AS k\n  CROSS JOIN months AS m";
    let sum = "SUM(CASE WHEN x_BillingMonth = :billing_period THEN BilledCost ELSE 0 END) AS BilledCost";
    let but_for_taxes = "CASE WHEN x_BillingMonth = :billing_period AND ChargeCategory = 'Tax' THEN 0 ";
    for (sabotage, text, instead) in [
        ("drop a part", from, rows("SubAccountId <> '034567890123'")),
        ("double a part", known, format!("{known}\n  CROSS JOIN (SELECT 1 AS n UNION ALL SELECT 2 AS n) AS twice")),
        ("swap two costs", sum, sum.replace("THEN BilledCost", "THEN ListCost")),
        ("lose a credit", from, rows("ChargeCategory <> 'Credit'")),
        (
            "fan out",
            known,
            format!(
                "{known}\n  JOIN (SELECT DISTINCT ServiceName, RegionId FROM cost_daily) AS regions\n    \
                 ON regions.ServiceName = k.ServiceName"
            ),
        ),
        ("edit one value", sum, sum.replace("CASE ", but_for_taxes)),
    ] {
        let night = night.copy();
        let query = "mine/queries/metric/cost_by_service.sql";
        let sql = night.read(query);
        assert!(sql.contains(key) && sql.matches(text).count() == 1, "{sabotage}: the query is not what it was");
        night.write(query, sql.replace(text, &instead));
        let outcome = night.run();
        untied(outcome, &mut table, sabotage, "roll-ups → report");
        night.still_stands(&before, &format!("{sabotage}, report"));
    }
    print(table);
}

/// The built-in catalogue as a folder that a test may change.
fn copy_catalogue(night: &Night) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    night.write("costmill.toml", CONFIG.replace("\"small\"", "\"mine\""));
    super::place::copy_into(night, root, "queries", "mine/queries");
    super::place::copy_into(night, root, "reports", "mine/reports");
}

/// A landed value that changes after it was published is found when the proof is taken again.
#[test]
fn after_publication_the_proof_can_be_taken_again() {
    let night = published();
    night.costmill(&["reconcile", "--period", "2026-09"]).exits(0).says("aws 2026-09: ties");
    let before = night.standing();
    let delivery = night.status()["slots"][0]["delivery"].as_str().unwrap().to_string();
    let folder = night.path("lake/landed/aws").join(delivery);
    let (_, edit) = tamper::LANDED.iter().find(|(name, _)| *name == "edit one value").unwrap();
    edit(&folder);
    let outcome = night.costmill(&["reconcile", "--period", "2026-09"]).exits(4).says("aws 2026-09: DOES NOT TIE");
    names_the_cell(&outcome, "reconcile");
    outcome.complains("was changed after it was landed");
    night.still_stands(&before, "a proof reads only");
}
