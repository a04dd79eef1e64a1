//! Readers that others wrote see what costmill says is there.
//!
//! They are Python packages: `make` installs them and sets COSTMILL_PYTHON. Without it these tests
//! are skipped, with this reason.

use super::place::{Night, copy_into, oracle};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Is there an interpreter with the oracles' packages?
fn skipped() -> bool {
    let missing = std::env::var("COSTMILL_PYTHON").unwrap_or_default().is_empty();
    if missing {
        eprintln!("skipped: COSTMILL_PYTHON is not set (`make test` installs deltalake, duckdb and pyarrow)");
    }
    missing
}

const CONFIG: &str = "[[source]]\nid = \"aws\"\nformat = \"aws-cur-legacy\"\nlocation = \"aws-cur-legacy\"\n\n\
                      [tags]\ncoverage_key = \"team\"\n[tags.dimensions]\nteam = [\"team\", \"Team\"]\n";

/// The committed sample of one or more billing periods, `20260901-20261001`.
fn sample(periods: &[&str]) -> Night {
    let night = Night::new(CONFIG);
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

#[test]
fn every_query_gives_the_same_in_duckdb() {
    if skipped() {
        return;
    }
    let night = sample(&["20260801-20260901", "20260901-20261001"]);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    copy_into(&night, root, "queries", "catalogue/queries");
    copy_into(&night, root, "reports", "catalogue/reports");
    night.write("costmill.toml", format!("catalogue = \"catalogue\"\n{CONFIG}"));
    let queries = queries();
    night.write("catalogue/reports/every_query.toml", report_of(&queries));
    night.run().exits(0);

    let rollups = ["cost_daily", "resource_month", "resource_day", "unit_daily"];
    let tables: serde_json::Map<String, Value> =
        rollups.iter().map(|table| ((*table).to_string(), json!(parquet(&night, table)))).collect();
    let tables = Value::Object(tables);
    night.write("tables.json", tables.to_string());
    for (month, prior, year_ago, last, days) in [
        ("2026-09", "2026-08", "2025-09", "2026-09-30", ["2026-09-24", "2026-09-17", "2026-08-27"]),
        ("2026-08", "2026-07", "2025-08", "2026-08-31", ["2026-08-25", "2026-08-18", "2026-07-28"]),
    ] {
        let key = |name: &str| {
            let column = |prefix: &str| json!({ "identifier": format!("{prefix}_{name}") });
            json!({ "coverage_key": name, "tag_column": column("x_Tag"), "tag_state_column": column("x_TagState") })
        };
        let params = json!({
            "*": {
                "billing_period": month,
                "prior_billing_period": prior,
                "year_ago_billing_period": year_ago,
                "first_billing_period_of_year": "2026-01",
                "last_full_day": { "date": last },
                "first_of_7_days": { "date": days[0] },
                "first_of_14_days": { "date": days[1] },
                "first_of_35_days": { "date": days[2] },
                "showback_basis": { "identifier": "EffectiveCost" },
            },
            "each_key": REQUIRED.map(key),
        });
        night.write("params.json", params.to_string());
        let (tables, params) = (night.path("tables.json"), night.path("params.json"));
        let found = oracle("catalogue_duckdb.py", &[&tables, Path::new("--params"), &params]);
        let found = found.unwrap_or_else(|said| panic!("{said}"));
        assert_eq!(found.as_object().unwrap().keys().cloned().collect::<Vec<_>>(), queries, "{month}: queries");
        for query in &queries {
            let csv = night.read(&format!("out/{month}/every_query/{}.csv", query.replace('/', "_")));
            let rows = same(&format!("{query}, {month}"), &csv, &found[query]);
            assert!(rows > 0, "{query}, {month}: no rows, nothing is compared");
        }
    }
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

/// The keys that the config asks about: the coverage key is required, and `all` is all of them.
const REQUIRED: [&str; 2] = ["team", "all"];

/// The files of a roll-up; with one publication all of them are live.
fn parquet(night: &Night, table: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(night.path("lake/rollup").join(table)).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    // Without a unit metric both months have the same empty file.
    assert_eq!(files.len(), if table == "unit_daily" { 1 } else { 2 }, "{table}: one file per month");
    files
}

/// Fails unless a section's CSV has the columns and rows that DuckDB found; returns how many rows.
fn same(what: &str, csv: &str, found: &Value) -> usize {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let header: Vec<_> = reader.headers().unwrap().iter().map(str::to_string).collect();
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
