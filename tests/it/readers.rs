//! Readers that others wrote see what costmill says is there.
//!
//! They are Python packages: `make` installs them and sets COSTMILL_PYTHON. Without it these tests
//! are skipped, with this reason.

use super::charges::{self, Charge, usage};
use super::cost_explorer;
use super::cost_explorer::stub::{Amount, Stub};
use super::place::{Night, copy_into, oracle};
use chrono::Datelike;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Is there an interpreter with the oracles' packages?
fn skipped() -> bool {
    let missing = std::env::var("COSTMILL_PYTHON").unwrap_or_default().is_empty();
    if missing {
        eprintln!("skipped: COSTMILL_PYTHON is not set (`make test` installs deltalake, duckdb and pyarrow)");
    }
    missing
}

const SAMPLE: &str = "[[source]]\nid = \"aws\"\nformat = \"aws-cur-legacy\"\nlocation = \"aws-cur-legacy\"\n";

/// The committed sample of one or more billing periods, `20260901-20261001`.
fn sample(periods: &[&str]) -> Night {
    let night = Night::new(SAMPLE);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for period in periods {
        let folder = format!("aws-cur-legacy/exports/nightly/{period}");
        copy_into(&night, root, &format!("sample-data/{folder}"), &folder);
    }
    night
}

/// (currency, month) → rows of all currencies of the month, BilledCost, EffectiveCost; of `status`.
fn by_status(status: &Value) -> (u64, BTreeMap<(String, String), [String; 2]>) {
    let mut cells = BTreeMap::new();
    let mut rows = 0;
    for slot in status["slots"].as_array().unwrap() {
        rows += slot["rows"].as_u64().unwrap();
        for (currency, billed) in slot["BilledCost"].as_object().unwrap() {
            let key = (currency.clone(), slot["billing_period"].as_str().unwrap().to_string());
            let texts = [billed, &slot["EffectiveCost"][currency]].map(|text| text.as_str().unwrap().to_string());
            assert!(cells.insert(key, texts).is_none(), "one source has one slot per month");
        }
    }
    (rows, cells)
}

/// The same, of what a reader found.
fn by_reader(found: &Value) -> (u64, BTreeMap<(String, String), [String; 2]>) {
    let text = |value: &Value| value.as_str().unwrap().to_string();
    let cell = |total: &Value| {
        let key = (text(&total["BillingCurrency"]), text(&total["x_BillingMonth"]));
        (key, [text(&total["BilledCost"]), text(&total["EffectiveCost"])])
    };
    (found["rows"].as_u64().unwrap(), found["totals"].as_array().unwrap().iter().map(cell).collect())
}

#[test]
fn delta_lake_reads_each_version_and_duckdb_the_live_files() {
    if skipped() {
        return;
    }
    // September as first delivered, then restated: its folder holds both deliveries.
    let night = sample(&["20260801-20260901", "20260901-20261001"]);
    let september = "aws-cur-legacy/exports/nightly/20260901-20261001";
    let manifest = format!("{september}/nightly-Manifest.json");
    let restated = night.read(&manifest);
    night.write(&manifest, first_delivery(&night, september, &restated));
    night.run().exits(0).says("published version 0: aws 2026-08, aws 2026-09");
    let first = by_status(&night.status());
    night.write(&manifest, restated);
    night.run().exits(0).says("published version 1: aws 2026-09");
    let second = by_status(&night.status());
    assert_ne!(first, second, "the restatement changes nothing: this test would prove nothing");
    assert!(first.1.len() >= 3, "two months, one of them in two currencies");

    let found = oracle("read_lake.py", &[&night.path("lake")]).unwrap_or_else(|said| panic!("{said}"));
    let versions = found["versions"].as_array().unwrap();
    assert_eq!(versions.len(), 2);
    assert_eq!(by_reader(&versions[0]), first, "Delta Lake, version 0");
    assert_eq!(by_reader(&versions[1]), second, "Delta Lake, version 1");
    assert_eq!(by_reader(&found["live_files"]), second, "DuckDB, live files");
}

/// The manifest of September's other delivery.
fn first_delivery(night: &Night, folder: &str, restated: &str) -> String {
    let folders = std::fs::read_dir(night.path(folder)).unwrap().map(|entry| entry.unwrap().path());
    let manifests = folders.filter(|path| path.is_dir()).map(|path| path.join("nightly-Manifest.json"));
    let texts = manifests.map(|path| std::fs::read_to_string(path).unwrap());
    let others: Vec<String> = texts.filter(|text| text != restated).collect();
    assert_eq!(others.len(), 1, "September is delivered twice");
    others[0].clone()
}

/// Rules for the sample: two required keys, owners, unit metrics with and without a dimension.
const POLICY: &str = r#"
[tags]
coverage_key = "team"
target = 0.9
[[tags.exemption]]
keys = ["env"]
where = { ServiceName = ["Amazon Simple Storage Service", "AWS Backup"] }
reason = "buckets hold the data of many environments"
until = "2026-09-15"
[tags.dimensions]
team = ["team", "Team"]
[tags.dimensions.env]
keys = ["env", "environment"]
required = true
allowed = ["prod", "staging"]
fold_case = true
[environment]
dimension = "env"
non_production = ["staging"]
[[team]]
name = "maps"
cost_centre = "4100"
[[owner]]
tag = "team"
[[unit_metric]]
id = "request"
title = "Cost per 1,000 requests"
unit = "1,000 requests"
per = 1000
driver = "drivers/requests.csv"
[[unit_metric]]
id = "team_order"
title = "Billed cost per order"
unit = "order"
driver = "drivers/orders.csv"
dimension = "x_Tag_team"
basis = "BilledCost"
"#;

/// Invoices of every kind, and a cost tool; what they say does not matter here.
const CONTROL_TOTALS: &str = "\
billing_period,sub_account,metric,currency,amount,tolerance,from,kind,billing_currency,rate
2026-09,1,BilledCost,USD,61.239,1000,invoice 1,invoice,,
2026-09,2,BilledCost,GBP,7,1000,invoice 2,invoice,USD,1.3
2026-09,3,BilledCost,GBP,8,,invoice 3,invoice,USD,
2026-09,,EffectiveCost,EUR,9,1000,a tool,other,,
";

/// One currency for the sample's two, by rates that do not matter here.
const CURRENCY: &str = "[currency]\nreporting = \"EUR\"\nrates = \"rates.csv\"\n";
const RATES: &str = "\
month,from,to,rate,source
2026-07,USD,EUR,0.91,a bank
2026-08,USD,EUR,0.9213,a bank
2026-09,USD,EUR,0.934567890123,another bank
";

/// The keys that are asked about: the coverage key, the other required one, and all of them.
const REQUIRED: [&str; 3] = ["team", "env", "all"];

#[test]
fn every_query_gives_the_same_in_duckdb() {
    if skipped() {
        return;
    }
    let night = sample(&["20260801-20260901", "20260901-20261001"]);
    night.write("costmill.toml", format!("catalogue = \"catalogue\"\n{SAMPLE}{POLICY}{CURRENCY}"));
    night.write("rates.csv", RATES);
    let suppressed = "[[suppression]]\nrule = \"waste/unattached_volumes\"\nreason = \"known\"\nowner = \"us\"\nuntil = \"2027-06-01\"\n";
    night.write("suppressions.toml", suppressed);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    copy_into(&night, root, "queries", "catalogue/queries");
    let mut with_rows = compared(&night, "EffectiveCost");
    // The other basis of statements, on a bill on which the two differ.
    let billed = format!("{POLICY}[showback]\nbasis = \"BilledCost\"\n{CURRENCY}");
    let night = charges::bill(&[contradictions(), vec![july("3")]].concat(), &billed, &[""]);
    night.write("totals.csv", CONTROL_TOTALS);
    night.write("rates.csv", RATES);
    let tools = Stub::start(provider_tools);
    let (_azure, figures) = super::azure_api::of_a_department(&night);
    let api = cost_explorer::api(&tools, "hand", "tolerance = \"1000000\"") + &figures;
    night.write("costmill.toml", format!("control_totals = \"totals.csv\"\n{}{api}", night.read("costmill.toml")));
    cost_explorer::keys(&night);
    // July is closed, and August carries what is delivered later. Its drivers are not there yet.
    night.run().exits(3);
    night.costmill(&["close", "--period", "2026-07", "--by", "us", "--force", "--as-of", super::place::AS_OF]).exits(0);
    night.write("exports/2026-07.csv", &charges::exports(&[july("4")])["2026-07"]);
    // And the first of August's charges is gone.
    let august = night.read("exports/2026-08.csv");
    let (header, rows) = august.split_once('\n').unwrap();
    night.write("exports/2026-08.csv", format!("{header}\n{}", rows.split_once('\n').unwrap().1));
    with_rows.extend(compared(&night, "BilledCost"));
    let statement = night.read("out/2026-09/every_query/metric_showback_by_team.csv");
    assert!(statement.contains(",BilledCost,") && !statement.contains(",EffectiveCost,"), "{statement}");
    let queries: BTreeSet<String> = queries().into_iter().filter(|id| !id.starts_with("waste/")).collect();
    let nothing: Vec<&String> = queries.difference(&with_rows).collect();
    assert!(nothing.is_empty(), "no rows on either bill, so nothing is compared: {nothing:?}");
}

/// A rule has bills of its own in `waste_rules`, where [`super::waste_rules::bill::findings`] asks it in
/// DuckDB as well. A rule that no test there finds something with is a rule that nothing holds.
#[test]
fn every_waste_rule_has_a_test_that_finds_something() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let files = ["", "/disks", "/machines", "/managed", "/network", "/oversized"];
    let text = |file: &str| std::fs::read_to_string(folder.join(format!("waste_rules{file}.rs"))).unwrap();
    let sources = files.map(text).concat();
    let tests: Vec<&str> = sources.split("#[test]").skip(1).collect();
    let rules: Vec<String> = queries().iter().filter_map(|id| id.strip_prefix("waste/").map(str::to_string)).collect();
    assert!(rules.len() > 10, "{rules:?}");
    for rule in rules {
        let asks = |test: &&&str| {
            test.contains(&format!(", \"{rule}\", ")) || test.contains(&format!("\n        \"{rule}\",\n"))
        };
        // An expected finding as `lines` writes it: resource, action, confidence, money.
        let finds = |test: &&str| [" High ", " Medium ", " Low "].iter().any(|confidence| test.contains(confidence));
        let found = tests.iter().filter(asks).any(finds);
        assert!(found, "no test in tests/it/waste_rules finds something with {rule}: add a hit, a near miss, a miss");
    }
}

/// What the provider's tools say of that bill: costs, a plan, a machine to end.
fn provider_tools(operation: &str, request: &Value) -> (u16, Value) {
    let amount = |month: &str| Amount {
        month: month.into(),
        account: "1".into(),
        service: "Engine".into(),
        record_type: "Usage".into(),
        billed: "12.25".into(),
        effective: "12.5".into(),
    };
    let figures = json!({ "TotalCommitment": "10", "UsedCommitment": "7", "UtilizationPercentage": "70" });
    match operation {
        "GetCostAndUsage" => {
            (200, cost_explorer::stub::costs(&["2026-07", "2026-08", "2026-09"].map(amount), request, |_| false))
        }
        "GetSavingsPlansUtilizationDetails" => {
            let plan = json!({ "SavingsPlanArn": "sp-1", "Attributes": {}, "Utilization": figures });
            (200, json!({ "SavingsPlansUtilizationDetails": [plan], "TimePeriod": request["TimePeriod"] }))
        }
        "GetRightsizingRecommendation" => {
            let machine = json!({
                "AccountId": "1", "CurrentInstance": { "ResourceId": "I-1" }, "RightsizingType": "TERMINATE",
                "TerminateRecommendationDetail": { "EstimatedMonthlySavings": "3.5", "CurrencyCode": "USD" },
            });
            (200, json!({ "RightsizingRecommendations": [machine] }))
        }
        _ => (400, json!({ "__type": "DataUnavailableException", "message": "none" })),
    }
}

/// The one charge of July.
fn july(cost: &str) -> Charge {
    usage("2026-07-31", cost).tags(&[("team", "maps")])
}

/// A bill with all that the quality queries look for, and with the units of infrastructure.
#[rustfmt::skip]
fn contradictions() -> Vec<Charge> {
    let used = |day: &str, cost: &str| {
        let charge = usage(day, cost).set("PricingCategory", "Committed").set("CommitmentDiscountStatus", "Used");
        charge.resource("i-1").tags(&[("team", "maps"), ("env", "prod")])
    };
    let priced = |day: &str, cost: &str, unit: &str, quantity: &str| {
        usage(day, cost).set("PricingUnit", unit).set("PricingQuantity", quantity).resource("i-1").tags(&[("team", "maps")])
    };
    let mut charges = vec![
        usage("2026-09-01", "1").account(""),
        usage("2026-09-02", "2").from("2026-08-31T00:00:00Z", "2026-09-01T00:00:00Z").resource("i-2"),
        used("2026-09-03", "3"),
        used("2026-09-03", "3").costs("0", "7").set("CommitmentDiscountId", "sp-1"),
        usage("2026-09-04", "-4").set("ConsumedQuantity", "-2").set("ConsumedUnit", "Hours"),
        usage("2026-09-05", "5").set("BillingCurrency", "EUR").resource("i-3").tags(&[("team", "mpas"), ("env", "prd")]),
        usage("2026-09-06", "6").set("ServiceCategory", "Other").set("ServiceName", "Odd"),
        usage("2026-09-30", "7").resource("i-4").tags(&[("team", "Search"), ("env", "Staging")]),
        usage("2026-09-01", "31").from("2026-09-01T00:00:00Z", "2026-10-01T00:00:00Z"),
    ];
    for day in ["2026-08-31", "2026-09-01", "2026-09-30"] {
        charges.extend([
            priced(day, "2.304", "Hrs", "24").set("x_InstanceType", "m5.large").set("x_UsageType", "BoxUsage:m5.large"),
            priced(day, "4.5", "Hours", "24").set("x_InstanceType", "db.r5.large"),
            priced(day, "0.9", "Hrs", "24").set("x_InstanceType", "zz9.huge"),
            priced(day, "0.8", "GB-Mo", "10.5"),
            priced(day, "0.18", "GB", "2").set("x_UsageType", "DataTransfer-Out-Bytes"),
            priced(day, "0.0004", "Requests", "1000"),
        ]);
    }
    charges
}

/// Asks every query for the newest two billing periods of a night with `catalogue/queries`, here and
/// in DuckDB; fails on a difference. `basis` is what its statements add up. Returns those with a row.
fn compared(night: &Night, basis: &str) -> BTreeSet<String> {
    let queries = queries();
    night.write("catalogue/reports/every_query.toml", report_of(&queries));
    // The sample's days, and one that no charge has.
    let days = ["2026-08-04", "2026-08-31", "2026-09-01", "2026-09-02", "2026-09-30"];
    let rows = |start: &str| {
        days.iter().enumerate().map(|(at, day)| format!("{day}{start}{}\n", 1000 + at * 37)).collect::<String>()
    };
    night.write("drivers/requests.csv", format!("day,quantity\n{}", rows(",")));
    let orders = format!("{}{}{}", rows(",maps,"), rows(",search,"), rows(",nobody,"));
    night.write("drivers/orders.csv", format!("day,dimension,quantity\n{orders}"));
    night.run().exits(0);
    let mut with_rows = BTreeSet::new();
    for month in ["2026-08", "2026-09"] {
        night.write("tables.json", tables(night, month).to_string());
        night.write("params.json", params(month, basis).to_string());
        let (tables, params) = (night.path("tables.json"), night.path("params.json"));
        let found = oracle("catalogue_duckdb.py", &[&tables, Path::new("--params"), &params]);
        let found = found.unwrap_or_else(|said| panic!("{said}"));
        assert_eq!(found.as_object().unwrap().keys().cloned().collect::<Vec<_>>(), queries, "{month}: queries");
        for query in &queries {
            let csv = night.read(&format!("out/{month}/every_query/{}.csv", query.replace('/', "_")));
            if same(&format!("{query}, {month}"), &csv, &found[query]) > 0 {
                with_rows.insert(query.clone());
            }
        }
    }
    with_rows
}

/// The Parquet files of every table, as a billing period sees them.
fn tables(night: &Night, month: &str) -> Value {
    let rollups = ["cost_daily", "resource_month", "resource_day", "unit_daily"];
    let derived = [
        "utilisation",
        "unit_driver",
        "unit_metric",
        "team",
        "exemption",
        "finding",
        "period_change",
        "control_total",
        "reporting_rate",
        "told_service",
        "told_figure",
        "commitment_use",
        "recommendation",
    ];
    let mut tables: serde_json::Map<String, Value> =
        rollups.iter().map(|table| ((*table).to_string(), json!(parquet(night, table)))).collect();
    for table in derived {
        tables.insert(table.into(), json!([night.path(&format!("lake/derived/{month}/{table}.parquet"))]));
    }
    let lake = costmill::lake::Lake::open(&night.path("lake")).unwrap();
    let snapshot = lake.snapshot().unwrap();
    let cost: Vec<_> =
        snapshot.slots.values().flat_map(|record| &record.cost).map(|file| lake.file(file).unwrap()).collect();
    tables.insert("cost".into(), json!(cost));
    Value::Object(tables)
}

/// What a complete billing period is asked with.
fn params(month: &str, basis: &str) -> Value {
    let first: chrono::NaiveDate = format!("{month}-01").parse().unwrap();
    let months = |count: i32| {
        let number = first.year() * 12 + first.month0() as i32 + count;
        format!("{}-{:02}", number.div_euclid(12), number.rem_euclid(12) + 1)
    };
    let next: chrono::NaiveDate = format!("{}-01", months(1)).parse().unwrap();
    let before = |days: i64| json!({ "date": (next - chrono::Duration::days(days)).to_string() });
    let key = |name: &str| {
        let column = |prefix: &str| json!({ "identifier": format!("{prefix}_{name}") });
        json!({
            "coverage_key": name,
            "tag_column": column("x_Tag"),
            "tag_state_column": column("x_TagState"),
            "tag_exemption_column": column("x_TagExemption"),
        })
    };
    json!({
        "*": {
            "billing_period": month,
            "prior_billing_period": months(-1),
            "year_ago_billing_period": months(-12),
            "first_billing_period_of_year": format!("{}-01", &month[..4]),
            "last_full_day": before(1),
            "first_of_7_days": before(7),
            "first_of_14_days": before(14),
            "first_of_35_days": before(35),
            "showback_basis": { "identifier": basis },
            "showback_basis_name": basis,
            "showback_policy": "Tax, support, credits and refunds go to the owner of the charge.",
            "coverage_target": 0.9,
        },
        "each_key": REQUIRED.map(key),
    })
}

/// The ids of the project's queries, sorted.
fn queries() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("queries");
    let mut found = Vec::new();
    for kind in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        let files = std::fs::read_dir(&kind).unwrap().map(|entry| entry.unwrap().path());
        let queries = files.filter(|path| path.extension().is_some_and(|ending| ending == "sql"));
        found.extend(queries.map(|path| path.with_extension("").strip_prefix(&folder).unwrap().display().to_string()));
    }
    found.sort();
    assert!(found.contains(&"metric/cost_by_service".to_string()), "{found:?}");
    found
}

/// A report with one table for each query: its CSV files are what costmill computes.
fn report_of(queries: &[String]) -> String {
    let section = |query: &String| {
        let id = query.replace('/', "_");
        format!("\n[[section]]\nid = \"{id}\"\ntitle = \"{query}\"\nquery = \"{query}\"\nchart = \"table\"\n")
    };
    let sections: String = queries.iter().map(section).collect();
    format!("title = \"Every query\"\naudience = \"A test\"\n{sections}")
}

/// The live files of a roll-up, one per month.
fn parquet(night: &Night, table: &str) -> Vec<PathBuf> {
    let lake = costmill::lake::Lake::open(&night.path("lake")).unwrap();
    let snapshot = lake.snapshot().unwrap();
    let files: Vec<_> = snapshot.slots.values().map(|record| lake.file(&record.rollups[table]).unwrap()).collect();
    assert!((2..=3).contains(&files.len()), "{table}: one file per month");
    files
}

/// Fails unless a section's CSV has the columns and rows that DuckDB found; returns how many rows. The state of the
/// period, which a file ends with, is no query's.
fn same(what: &str, csv: &str, found: &Value) -> usize {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let mut header: Vec<_> = reader.headers().unwrap().iter().map(str::to_string).collect();
    assert_eq!(header.pop().as_deref(), Some("x_PeriodState"), "{what}");
    assert_eq!(json!(header), found["columns"], "{what}");
    let ours: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let theirs = found["rows"].as_array().unwrap();
    assert_eq!(ours.len(), theirs.len(), "{what}: rows");
    for (number, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
        for (at, column) in header.iter().enumerate() {
            let place = format!("{what}, row {}, {column}", number + 1);
            match &theirs[at] {
                Value::Null => assert_eq!(&ours[at], "", "{place}"),
                Value::String(text) => assert_eq!(ours[at].trim_start_matches('\''), text, "{place}"),
                Value::Number(number) if number.to_string().contains(['.', 'e', 'E']) => {
                    let (a, b): (f64, f64) = (ours[at].parse().unwrap(), number.as_f64().unwrap());
                    assert!((a - b).abs() <= 1e-12 * b.abs().max(1.0), "{place}: {a} and {b}");
                }
                other => assert_eq!(ours[at], other.to_string(), "{place}"),
            }
        }
    }
    ours.len()
}
