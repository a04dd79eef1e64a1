//! A metric, a section or a report more is one file each, and no Rust. A broken one stops the run
//! before anything is published.

use super::bucket::{Bill, CONFIG, published};
use super::place::{Night, copy_into};
use super::waste_rules::bill;
use std::path::Path;

const METRIC: &str = r#"--- title = "Cost by region"
--- question = "What did the charges of each region cost in the billing period?"
--- reads = ["cost_daily"]
--- [params]
--- min_effective_cost = 0.0
--- [columns]
--- RegionId = "FOCUS"
--- BillingCurrency = "FOCUS"
--- EffectiveCost = "FOCUS"
--- x_Rows = { type = "integer", meaning = "Charges" }
SELECT RegionId, BillingCurrency, SUM(EffectiveCost) AS EffectiveCost, SUM(x_Rows) AS x_Rows
FROM cost_daily
WHERE x_BillingMonth = :billing_period
GROUP BY RegionId, BillingCurrency
HAVING SUM(EffectiveCost) >= :min_effective_cost
ORDER BY EffectiveCost DESC NULLS LAST, RegionId, BillingCurrency
"#;

const REPORT: &str = r#"title = "Regions"
audience = "Whoever asks where the money goes"

[[section]]
id = "dear_regions"
title = "EffectiveCost of dear regions"
query = "metric/cost_by_region"
chart = "bar"
x = "RegionId"
y = "EffectiveCost"
[section.params]
min_effective_cost = 5
"#;

/// A published bill whose config now names a copy of the catalogue.
fn with_catalogue() -> Night {
    let night = published();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    copy_into(&night, root, "queries", "mine/queries");
    copy_into(&night, root, "reports", "mine/reports");
    night.write("costmill.toml", CONFIG.replace("\"small\"", "\"mine\""));
    night
}

#[test]
fn a_metric_and_a_report_are_a_file_each() {
    let night = with_catalogue();
    night.write("mine/queries/metric/cost_by_region.sql", METRIC);
    night.write("mine/reports/regions.toml", REPORT);
    night.costmill(&["check"]).exits(0).says("6 reports: all right");
    night.run().exits(0);

    let csv = night.read("out/2026-09/regions/dear_regions.csv");
    let mut expected = String::from("RegionId,BillingCurrency,EffectiveCost,x_Rows,x_PeriodState\n");
    let sql = "SELECT RegionId, BillingCurrency, SUM(EffectiveCost) AS EffectiveCost, COUNT(*) AS n FROM cost \
               GROUP BY RegionId, BillingCurrency HAVING SUM(EffectiveCost) >= 5 \
               ORDER BY EffectiveCost DESC, RegionId, BillingCurrency";
    for row in night.query(sql) {
        expected += &["RegionId", "BillingCurrency", "EffectiveCost", "n"].map(|name| row[name].as_str()).join(",");
        expected += ",final\n";
    }
    assert_eq!(csv, expected);
    assert!(csv.lines().count() > 2, "hardly anything is compared:\n{csv}");
    let page = night.read("out/2026-09/regions.html");
    assert!(page.contains("EffectiveCost of dear regions") && page.contains("<svg"), "the page shows the section");
    assert!(night.read("out/2026-09/regions/dear_regions.svg").contains("eu-west-1"), "the chart names its bars");
    assert!(night.read("out/index.html").contains("2026-09&#x2f;regions.html"), "the index links the report");
    // The other report is still there.
    assert!(night.path("out/2026-09/monthly_review/cost_by_service.csv").is_file());
}

#[test]
fn a_section_is_a_few_lines_of_a_report() {
    let night = with_catalogue();
    night.write("mine/queries/metric/cost_by_region.sql", METRIC);
    let review = night.read("mine/reports/monthly_review.toml");
    let section = REPORT.split_once("\n\n").unwrap().1;
    night.write("mine/reports/monthly_review.toml", format!("{review}\n{section}"));
    night.costmill(&["check"]).exits(0);
    night.run().exits(0);
    assert!(night.read("out/2026-09/monthly_review.html").contains("EffectiveCost of dear regions"));
    assert!(night.read("out/2026-09/monthly_review/dear_regions.csv").starts_with("RegionId,BillingCurrency,"));
}

/// The block of a page in `docs/` that is marked as this language; there is one.
fn example(page: &str, language: &str) -> String {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(page)).unwrap();
    let (_, block) = text.split_once(&format!("```{language}\n")).unwrap_or_else(|| panic!("{page}: no {language}"));
    block.split_once("```").unwrap().0.to_string()
}

/// docs/unit_cost.md, followed word for word.
#[test]
fn a_unit_metric_is_one_table_of_the_config() {
    let night = published();
    let before = night.query("SELECT COUNT(*) AS n FROM cost");
    night.write("drivers/requests.csv", example("docs/unit_cost.md", "csv"));
    // With the whole catalogue, as in the docs.
    let config = night.read("costmill.toml").replace("catalogue = \"small\"\n", "");
    night.write("costmill.toml", format!("{config}{}", example("docs/unit_cost.md", "toml")));
    night.run().exits(0).says("published version 1: aws 2026-09");

    let months = night.costmill(&["query", "metric/unit_cost_by_month", "--format", "csv"]).exits(0).stdout;
    let mut reader = csv::Reader::from_reader(months.as_bytes());
    let rows: Vec<std::collections::BTreeMap<String, String>> = reader.deserialize().map(Result::unwrap).collect();
    // The hand-worked bill's daily charges in EUR stand on a day without a driver row: no figure, and it says so.
    let (rows, without): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| !row["x_Cost"].is_empty());
    assert!(without.len() == 1 && without[0]["BillingCurrency"] == "EUR", "{months}");
    assert_eq!(without[0]["x_Note"], "no day has a driver row: no figure");
    let sql = "SELECT BillingCurrency, SUM(EffectiveCost) AS EffectiveCost FROM cost_daily WHERE x_ChargeSpan = 'day' \
               AND x_ChargeDay IN (DATE '2026-09-28', DATE '2026-09-29', DATE '2026-09-30') \
               GROUP BY BillingCurrency ORDER BY BillingCurrency";
    let costs = night.query(sql);
    assert!(!costs.is_empty() && rows.len() == costs.len(), "{months}");
    for (row, cost) in rows.iter().zip(&costs) {
        assert_eq!((&row["x_Title"], &row["x_Unit"]), (&"Cost per 1,000 requests".into(), &"1,000 requests".into()));
        assert_eq!((&row["BillingCurrency"], &row["x_Cost"]), (&cost["BillingCurrency"], &cost["EffectiveCost"]));
        let (cost, quantity): (f64, f64) = (row["x_Cost"].parse().unwrap(), row["x_Quantity"].parse().unwrap());
        assert!((row["x_UnitCost"].parse::<f64>().unwrap() - cost / quantity * 1000.0).abs() < 1e-12, "{row:?}");
    }
    assert_eq!(night.query("SELECT COUNT(*) AS n FROM cost"), before, "the metric changes no charge");
    // The reports have it as well.
    assert!(night.read("out/2026-09/monthly_review.html").contains("Cost per 1,000 requests"));
}

/// docs/waste.md, followed word for word, on a bill of AWS's with streams that are idle, used and new.
#[test]
fn a_waste_rule_is_added_as_the_docs_say() {
    let docs = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/waste.md")).unwrap();
    let (_, section) = docs.split_once("## To add a rule").unwrap();
    let file = section.split('`').nth(1).unwrap();
    assert_eq!(file, "queries/waste/idle_streams.sql");
    let rule = example("docs/waste.md", "sql");
    let statement = rule.lines().filter(|line| !line.starts_with("---")).count();
    assert!(statement <= 25, "an example is short: {statement} lines");

    let night = bill::published(
        "# one shard, 24 hours at 0.017: 0.408 a day
         stream-idle  | AmazonKinesis | EU-Storage-ShardHour      | shardHourStorage | 1-35  | 24 | 0.408       |
         # near misses: one record two weeks ago; 13 days old; gone
         stream-used  | AmazonKinesis | EU-Storage-ShardHour      | shardHourStorage | 1-35  | 24 | 0.408       |
         stream-used  | AmazonKinesis | EU-PutRequestPayloadUnits | PutRequest       | 22    | 1  | 0.000000016 |
         stream-fresh | AmazonKinesis | EU-Storage-ShardHour      | shardHourStorage | 23-35 | 24 | 0.408       |
         stream-gone  | AmazonKinesis | EU-Storage-ShardHour      | shardHourStorage | 1-34  | 24 | 0.408       |
         # a miss: what is no stream
         queue        | AWSQueueService | EU-Requests-Tier1       | SendMessage      | 1-35  | 10 | 0.4         |",
    );
    night.write(&format!("catalogue/{file}"), &rule);
    night.costmill(&["check"]).exits(0);
    night.run().exits(0);
    // 0.408 × 30.44 = 12.41952; and the same in DuckDB.
    assert_eq!(bill::found(&night, "idle_streams", &[]), ["stream-idle delete Medium 12.4195 12.4195"]);
    let listed = night.costmill(&["waste", "--format", "csv"]).exits(0);
    let rows = listed.stdout.lines().filter(|line| line.contains("stream-")).count();
    assert_eq!(rows, 1, "{}", listed.stdout);
    let listed = listed.says("waste/idle_streams").says("0 records billed from 2026-10-18 to 2026-10-31");
    listed.says("aws kinesis describe-stream-summary --region eu-west-1 --stream-arn stream-idle");
}

/// Where it is wrong, and the words for it.
fn refused(night: &Night, file: &str, broken: &str, says: &[&str]) {
    night.write(file, broken);
    for command in [&["check"][..], &["run"]] {
        let mut outcome = night.costmill(command).exits(2).complains("error: catalogue: ").complains("remedy: ");
        for says in says {
            outcome = outcome.complains(says);
        }
        assert!(!outcome.stdout.contains("published version"), "{}", outcome.stdout);
    }
}

#[test]
fn a_broken_query_stops_check_and_run_at_its_line() {
    let night = with_catalogue();
    let before = night.standing();
    Bill::hand_worked().set(20, "lineItem/UnblendedCost", "0.98").deliver(&night);
    let file = "mine/queries/metric/cost_by_region.sql";
    let line = |number: usize| format!("metric/cost_by_region.sql:{number}");
    for (text, instead, number, says) in [
        ("WHERE x_BillingMonth", "WHERE x_BilingMonth", 13, "x_BilingMonth"),
        (
            "SELECT RegionId, BillingCurrency, SUM",
            "SELECT RegionId, 'USD' AS BillingCurrency, SUM",
            0,
            "BillingCurrency",
        ),
        ("FROM cost_daily", "FROM read_csv('/etc/passwd')", 12, "read_csv"),
        ("FROM cost_daily", "FROM '/etc/passwd'", 0, "/etc/passwd"),
        ("SUM(EffectiveCost) AS", "AVG(EffectiveCost) AS", 11, "AVG"),
        ("SUM(EffectiveCost) AS", "SUM(EffectiveCost * 1.19) AS", 11, "EffectiveCost"),
        ("SELECT RegionId", "SELEC RegionId", 11, ""),
        ("SELECT RegionId", "DROP TABLE cost; SELECT RegionId", 11, ""),
        (":min_effective_cost", ":min_effective_cost + :min_cost", 15, "min_cost"),
        ("--- x_Rows", "--- x_Row", 0, "x_Row"),
        ("type = \"integer\"", "type = \"integre\"", 10, "integre"),
    ] {
        let broken = METRIC.replacen(text, instead, 1);
        assert_ne!(broken, METRIC, "{text} is not in the query");
        let place = if number == 0 { "metric/cost_by_region.sql".to_string() } else { line(number) };
        refused(&night, file, &broken, &[&place, says]);
        night.still_stands(&before, instead);
    }
}

#[test]
fn a_sum_across_currencies_is_refused() {
    let night = with_catalogue();
    let before = night.standing();
    let mixed = METRIC
        .replace("--- BillingCurrency = \"FOCUS\"\n", "")
        .replace("SELECT RegionId, BillingCurrency, SUM", "SELECT RegionId, SUM")
        .replace("GROUP BY RegionId, BillingCurrency", "GROUP BY RegionId")
        .replace(", RegionId, BillingCurrency", ", RegionId");
    assert!(!mixed.contains("BillingCurrency"));
    refused(
        &night,
        "mine/queries/metric/cost_by_region.sql",
        &mixed,
        &["metric/cost_by_region.sql:", "BillingCurrency"],
    );
    night.still_stands(&before, "a sum across currencies");
}

#[test]
fn a_broken_report_stops_check_and_run() {
    let night = with_catalogue();
    let before = night.standing();
    night.write("mine/queries/metric/cost_by_region.sql", METRIC);
    for (text, instead, says) in [
        (
            "query = \"metric/cost_by_region\"",
            "query = \"metric/cost_by_reigon\"",
            "there is no query metric/cost_by_reigon",
        ),
        ("y = \"EffectiveCost\"", "y = \"EfectiveCost\"", "EfectiveCost"),
        ("chart = \"bar\"", "chart = \"pie\"", "pie"),
        ("audience", "audiense", "audiense"),
        ("min_effective_cost = 5", "min_effectiv_cost = 5", "min_effectiv_cost"),
        ("min_effective_cost = 5", "min_effective_cost = \"five\"", "min_effective_cost"),
    ] {
        let broken = REPORT.replacen(text, instead, 1);
        assert_ne!(broken, REPORT, "{text} is not in the report");
        refused(&night, "mine/reports/regions.toml", &broken, &["reports/regions.toml", says]);
        night.still_stands(&before, instead);
    }
}

#[test]
fn a_catalogue_that_is_not_there_is_refused() {
    let night = published();
    let before = night.standing();
    night.write("costmill.toml", CONFIG.replace("\"small\"", "\"nowhere\""));
    for command in ["check", "run"] {
        night.costmill(&[command]).exits(2).complains("nowhere").complains("remedy: ");
    }
    night.write("costmill.toml", CONFIG);
    night.still_stands(&before, "no catalogue");
}
